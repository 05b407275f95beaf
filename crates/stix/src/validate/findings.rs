//! What was found wrong, with its place.

use super::Code;

/// Errors that are listed, and warnings; more are only counted.
pub const MAX_DIAGNOSTICS: usize = 10_000;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong.
    pub code: Code,
    /// `id` of the object, if it states one.
    pub object: Option<String>,
    /// Where in the object: `object_marking_refs[0]`; empty for the object itself.
    pub path: String,
    /// Line in the text, from 1.
    pub line: usize,
    /// What is wrong, in words.
    pub message: String,
}

/// What a text came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validation {
    /// What breaks a MUST, in the order of the text.
    pub errors: Vec<Diagnostic>,
    /// What does not heed a SHOULD, in the order of the text.
    pub warnings: Vec<Diagnostic>,
    /// Errors and warnings beyond those listed.
    pub more: u64,
    /// Objects that were looked at, bundles not counted.
    pub objects: u64,
    /// Where the text stops being JSON (byte), and what should stand there. Objects before that
    /// place were looked at.
    pub not_json: Option<(usize, &'static str)>,
}

impl Validation {
    /// Whether no MUST is broken.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.errors.is_empty() && self.not_json.is_none()
    }
}

/// Collects diagnostics; knows which byte is on which line.
pub(super) struct Findings<'t> {
    pub(super) validation: Validation,
    text: &'t [u8],
    /// A byte and its line; diagnostics mostly come in the order of the text.
    last: (usize, usize),
}

impl<'t> Findings<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self::resumed(text, 1, Validation::default())
    }

    /// Goes on with a further part of a text, which begins on this line.
    pub(super) fn resumed(text: &'t str, line: usize, validation: Validation) -> Self {
        Self { validation, text: text.as_bytes(), last: (0, line) }
    }

    pub(super) fn add(
        &mut self,
        code: Code,
        should: bool,
        object: Option<&str>,
        path: &str,
        offset: usize,
        message: String,
    ) {
        let line = self.line(offset);
        let list = match should {
            true => &mut self.validation.warnings,
            false => &mut self.validation.errors,
        };
        if list.len() >= MAX_DIAGNOSTICS {
            self.validation.more += 1;
            return;
        }
        let object = object.map(ToOwned::to_owned);
        list.push(Diagnostic { code, object, path: path.to_owned(), line, message });
    }

    fn line(&mut self, offset: usize) -> usize {
        let (from, line) = self.last;
        let feeds = |from: usize, to: usize| {
            self.text.get(from..to).unwrap_or(&[]).iter().filter(|b| **b == b'\n').count()
        };
        let line = match offset >= from {
            true => line + feeds(from, offset),
            false => line - feeds(offset, from),
        };
        self.last = (offset, line);
        line
    }
}
