//! Errors that end the run: exit code 2, said on standard error, and on standard output as
//! `{"error":{"code","message"}}` where a script asked for JSON.

use serde::Serialize;
use std::fmt::Display;

const CLOSED_PIPE: &str = "closed_pipe";

/// Why nothing could be examined, and what the user can do.
#[derive(Debug, Serialize)]
pub(crate) struct Failure {
    /// A stable name for scripts.
    pub(crate) code: &'static str,
    /// One sentence or more for people.
    pub(crate) message: String,
    /// Byte of what was given, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) offset: Option<u64>,
    /// What should stand there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expected: Option<String>,
}

impl Failure {
    pub(crate) fn new(code: &'static str, message: impl Display) -> Self {
        Self { code, message: message.to_string(), offset: None, expected: None }
    }

    /// Something that was given is wrong at a byte of it.
    pub(crate) fn placed(
        code: &'static str,
        offset: u64,
        expected: &str,
        message: &impl Display,
    ) -> Self {
        Self {
            offset: Some(offset),
            expected: Some(expected.to_owned()),
            ..Self::new(code, message)
        }
    }

    /// The command line was not understood.
    pub(crate) fn usage(message: impl Display) -> Self {
        Self::new("usage", message)
    }

    /// No PATH could be opened and recognised.
    pub(crate) fn nothing_readable(message: impl Display) -> Self {
        Self::new("nothing_readable", message)
    }

    /// A secret is needed and was not given, or does not fit.
    pub(crate) fn locked(message: impl Display) -> Self {
        Self::new("locked", message)
    }

    /// An advisory is missing or is no JSON.
    pub(crate) fn advisory(message: impl Display) -> Self {
        Self::new("advisory", message)
    }

    /// A result could not be written. Nobody needs telling when whoever read standard output
    /// has gone (`tamarisk check … | head`).
    pub(crate) fn output(error: std::io::Error) -> Self {
        let code = match error.kind() {
            std::io::ErrorKind::BrokenPipe => CLOSED_PIPE,
            _ => "output",
        };
        Self::new(code, format!("the result could not be written: {error}"))
    }

    /// Something that has to be made could not be.
    pub(crate) fn output_at(what: &str, error: &std::io::Error) -> Self {
        Self::new("output", format!("{what} could not be made: {error}"))
    }

    /// Whether it is only that nobody reads standard output any more.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        self.code == CLOSED_PIPE
    }
}

/// The document that standard output holds when a run with a JSON format fails.
#[derive(Serialize)]
pub(crate) struct Document<'a> {
    pub(crate) error: &'a Failure,
}
