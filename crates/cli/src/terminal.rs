//! What goes to standard error, and whether to use colour.

use crate::args::Colour;
use std::io::{IsTerminal, Write};

/// Writes a message for people to standard error; text from evidence in it is made harmless.
pub(crate) fn complain(message: &str) {
    let _ = writeln!(std::io::stderr(), "tamarisk: {}", record::harmless::line(message));
}

/// Whether standard output gets colour.
pub(crate) fn colour(choice: Colour) -> bool {
    match choice {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            std::io::stdout().is_terminal() && !unwanted && !dumb
        }
    }
}

/// How many characters fit on a line of standard output; 100 where it is no terminal.
pub(crate) fn width() -> usize {
    terminal_size::terminal_size_of(std::io::stdout()).map_or(100, |(width, _)| width.0.into())
}
