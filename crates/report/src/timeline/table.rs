//! `timeline.csv`, with the columns that Timesketch asks for (`message`, `datetime`,
//! `timestamp_desc`) first; see docs/design/report.md.

use super::calendar::datetime_text;
use super::row::Row;
use crate::harmless;
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
        Ok(self
            .out
            .write_record(cells.map(|text| harmless::cell(text)).iter().map(|c| c.as_bytes()))?)
    }

    pub(super) fn end(mut self) -> io::Result<()> {
        self.out.flush()
    }
}
