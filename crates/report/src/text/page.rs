//! Lines on a terminal: indented, wrapped, coloured where asked for.

use anstyle::Style;
use std::io::{self, Write};

/// Writes wrapped lines. Everything given to it has to be harmless already.
pub(super) struct Page<'o, W: Write> {
    out: &'o mut W,
    colour: bool,
    width: usize,
}

impl<'o, W: Write> Page<'o, W> {
    pub(super) fn new(out: &'o mut W, colour: bool, width: usize) -> Self {
        // Narrower than 40 nothing can be read; wider than 100 the eye loses the line.
        Self { out, colour, width: width.clamp(40, 100) }
    }

    pub(super) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// A line in a style, wrapped under its own start.
    pub(super) fn styled(&mut self, indent: usize, style: Style, text: &str) -> io::Result<()> {
        self.wrapped(indent, "", style, text)
    }

    /// A paragraph.
    pub(super) fn text(&mut self, indent: usize, text: &str) -> io::Result<()> {
        self.wrapped(indent, "", Style::new(), text)
    }

    /// A paragraph behind a label or a bullet; further lines stand below its start.
    pub(super) fn item(&mut self, indent: usize, label: &str, text: &str) -> io::Result<()> {
        self.wrapped(indent, label, Style::new(), text)
    }

    /// As [`Page::item`], in a style.
    pub(super) fn wrapped(
        &mut self,
        indent: usize,
        label: &str,
        style: Style,
        text: &str,
    ) -> io::Result<()> {
        let hang = indent + label.chars().count();
        let room = self.width.saturating_sub(hang).max(20);
        let (on, off) = if self.colour {
            (style.render().to_string(), style.render_reset().to_string())
        } else {
            (String::new(), String::new())
        };
        let mut start = format!("{:indent$}{label}", "");
        for line in lines(text, room) {
            writeln!(self.out, "{start}{on}{line}{off}")?;
            start = " ".repeat(hang);
        }
        Ok(())
    }
}

/// Breaks a text between words, and inside a word that is longer than a line.
fn lines(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let mut length = word.chars().count();
        if used > 0 && used + 1 + length > room {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        let mut word = word;
        while length > room {
            let at = word.char_indices().nth(room).map_or(word.len(), |(at, _)| at);
            let (piece, rest) = word.split_at(at);
            lines.push(piece.to_owned());
            word = rest;
            length -= room;
        }
        line.push_str(word);
        used += length;
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_to_their_room() {
        assert_eq!(lines("one two three", 7), ["one two", "three"]);
        assert_eq!(lines("abcdefghij kl", 4), ["abcd", "efgh", "ij", "kl"]);
        assert_eq!(lines("", 10), [""]);
        assert_eq!(lines("微信微信微信", 4), ["微信微信", "微信"]);
    }
}
