//! `timeline.csv`, with the columns that Timesketch asks for (`message`, `datetime`,
//! `timestamp_desc`) first; see docs/design/report.md.

use super::calendar::datetime_text;
use super::row::Row;
use crate::harmless;
use std::borrow::Cow;
use std::io::{self, Write};

const COLUMNS: [&str; 14] = [
    "message",
    "datetime",
    "timestamp_desc",
    "zone",
    "precision",
    "time_as_written",
    "source",
    "artifact",
    "position",
    "kind",
    "subject_kind",
    "subject",
    "user",
    "tool",
];

pub(super) struct Table<W: Write> {
    out: csv::Writer<W>,
}

impl<W: Write> Table<W> {
    pub(super) fn begin(out: W) -> io::Result<Self> {
        let mut out =
            csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(out);
        out.write_record(COLUMNS)?;
        Ok(Self { out })
    }

    pub(super) fn row(&mut self, at: Option<i64>, bytes: &[u8]) -> io::Result<()> {
        let row = Row::read(bytes).ok_or_else(|| io::Error::other("a broken temporary file"))?;
        let mut datetime = at.and_then(datetime_text).unwrap_or_default();
        if !datetime.is_empty() && row.zone != "device" {
            datetime.push_str("+00:00");
        }
        let cells = [
            row.message,
            &datetime,
            row.meaning,
            row.zone,
            row.precision,
            row.written,
            row.source,
            row.artifact,
            row.position,
            row.kind,
            row.subject_kind,
            row.subject,
            row.user,
            "tamarisk",
        ];
        Ok(self.out.write_record(cells.map(|text| cell(text)).iter().map(|c| c.as_bytes()))?)
    }

    pub(super) fn end(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A cell in which a spreadsheet sees text and nothing else: what would begin a formula
/// (OWASP, "CSV Injection"; the full-width forms too) gets an apostrophe before it.
fn cell(text: &str) -> Cow<'_, str> {
    let begins_formula = text.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ]);
    match (begins_formula, text.chars().any(harmless::is_active)) {
        (false, false) => Cow::Borrowed(text),
        (false, true) => Cow::Owned(harmless::line(text).to_string()),
        (true, _) => Cow::Owned(format!("'{}", harmless::line(text))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_becomes_text() {
        for (given, shown) in [
            ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
            ("+1", "'+1"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\\u{9}=1"),
            ("\r=1", "'\\u{d}=1"),
            ("＝1+1", "'＝1+1"),
            ("a=b", "a=b"),
            ("a\u{1b}[0m", "a\\u{1b}[0m"),
            ("", ""),
        ] {
            assert_eq!(cell(given), shown);
        }
    }
}
