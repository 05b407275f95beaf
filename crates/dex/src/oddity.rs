//! What is odd about byte code: what no compiler writes, and what is put there to deceive readers.
//!
//! An oddity is told with its place, and the rest is read all the same. What Android does with each
//! is that of `art/libdexfile/dex/dex_file_verifier.cc` and `art/runtime/verifier`.

use std::fmt;

/// What is odd. Its id never changes its meaning; `docs/design/anomalies.md` lists all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum OddityKind {
    /// A version that is not known.
    Version,
    /// A header of another size than its version has.
    HeaderSize,
    /// A file of another size than stated.
    Size,
    /// Bytes behind the end.
    Trailing,
    /// Another checksum than stated.
    Checksum,
    /// A table that states more than is there.
    Table,
    /// Tables or code that share bytes.
    Overlap,
    /// Strings that name the same text again and again.
    SharedText,
    /// An offset that leads out of the file.
    Offset,
    /// An index that leads out of its table.
    Index,
    /// An opcode that stands for nothing.
    Opcode,
    /// Code that ends within an instruction, or is shorter than stated.
    CodeCut,
    /// A hierarchy of classes that goes in a circle.
    Circle,
    /// A class that is defined again.
    Repeated,
}

impl OddityKind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [OddityKind; 14] = [
        OddityKind::Version,
        OddityKind::HeaderSize,
        OddityKind::Size,
        OddityKind::Trailing,
        OddityKind::Checksum,
        OddityKind::Table,
        OddityKind::Overlap,
        OddityKind::SharedText,
        OddityKind::Offset,
        OddityKind::Index,
        OddityKind::Opcode,
        OddityKind::CodeCut,
        OddityKind::Circle,
        OddityKind::Repeated,
    ];

    /// The id by which output, records and rules name it.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.about().0
    }

    /// What was found and what it may mean, in plain words.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        self.about().1
    }

    /// What Android does with it.
    #[must_use]
    pub fn android(self) -> &'static str {
        self.about().2
    }

    /// Id, meaning, and what Android does.
    fn about(self) -> (&'static str, &'static str, &'static str) {
        match self {
            OddityKind::Version => (
                "dex-version",
                "The byte code states a version that does not exist: tools refuse it",
                "Refused.",
            ),
            OddityKind::HeaderSize => (
                "dex-header-size",
                "The header of the byte code states another size than its version has",
                "Refused.",
            ),
            OddityKind::Size => (
                "dex-size",
                "The byte code states more bytes than are there, or fewer than a header has: it was cut",
                "Refused.",
            ),
            OddityKind::Trailing => (
                "dex-trailing-bytes",
                "Bytes stand behind the end of the byte code: packers keep code there that they decrypt when the app runs",
                "ART refuses a file of another size than stated; before Android 5 what lies behind was overlooked.",
            ),
            OddityKind::Checksum => (
                "dex-checksum",
                "The byte code has another checksum than it states: it was changed after it was built",
                "ART refuses it where it checks what it has not compiled yet.",
            ),
            OddityKind::Table => (
                "dex-table-size",
                "A table of the byte code states more entries than the file has room for: tools that trust it run out of memory",
                "Refused.",
            ),
            OddityKind::Overlap => (
                "dex-overlap",
                "Parts of the byte code share the same bytes: which instructions are read depends on the tool",
                "Tables that overlap are refused; code may be shared, but does not begin within other code.",
            ),
            OddityKind::SharedText => (
                "dex-shared-text",
                "Strings of the byte code name the same long text again and again: tools that copy each run out of memory",
                "Refused, since strings must differ and be in order.",
            ),
            OddityKind::Offset => (
                "dex-offset",
                "An offset in the byte code leads out of the file: tools that follow it fail",
                "Refused.",
            ),
            OddityKind::Index => (
                "dex-index",
                "A number in the byte code leads out of the table that it counts in: tools that follow it fail",
                "Refused in tables; a class with such an instruction cannot be used.",
            ),
            OddityKind::Opcode => (
                "dex-unknown-opcode",
                "An instruction is of a kind that does not exist: tools that go through code one instruction after the other lose their way",
                "A class with such an instruction cannot be used, even where it is never run; the others can.",
            ),
            OddityKind::CodeCut => (
                "dex-code-cut",
                "A method's code ends within an instruction, or before its stated end",
                "Refused, or the class cannot be used.",
            ),
            OddityKind::Circle => (
                "dex-hierarchy-circle",
                "A class lies below itself: tools that go up the hierarchy never end",
                "Such a class cannot be used (ClassCircularityError); the others can.",
            ),
            OddityKind::Repeated => (
                "dex-repeated-class",
                "A class is defined again under a name that is taken: which one is read depends on the tool",
                "Refused within one file; of several files the first one counts.",
            ),
        }
    }
}

impl fmt::Display for OddityKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.id())
    }
}

/// Something odd, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oddity {
    /// What it is.
    pub kind: OddityKind,
    /// Byte in the container.
    pub at: usize,
    /// What was found, with what was expected.
    pub what: String,
}
