//! The formats, one file each. A new one is a file and a line in [`FORMATS`].

mod adblock;
mod asciidoc;
mod hosts;
mod maltrail;
mod misp;
mod misp_feed;
mod mvt_index;
mod openioc;
mod plain;
mod stalkerware;
mod stix1;
mod stix2;
mod table;
mod tinycheck;
mod warninglist;
mod xml;
mod yara;

use crate::import::{Given, Skipped, StixObject};
use crate::suppress::Compare;
use crate::{Head, Limits, Origin, Publication, Record, Tlp, Trust, Value};
use std::io::Read;
use std::sync::Arc;

/// One format of lists.
pub trait Format: Sync {
    /// Its name in reports (`misp-event`).
    fn id(&self) -> &'static str;

    /// What it is and who publishes in it, in one line.
    fn about(&self) -> &'static str;

    /// Whether a file is of this format, by its beginning.
    fn recognises(&self, head: &Head<'_>) -> bool;

    /// Reads a whole file.
    ///
    /// # Errors
    /// What is wrong and where, if nothing can be read.
    fn read(&self, text: &str, found: &mut Found<'_>) -> Result<(), String>;

    /// Whether it is read piece by piece, whatever its size.
    fn streams(&self) -> bool {
        false
    }

    /// Reads a file piece by piece.
    ///
    /// # Errors
    /// As [`Format::read`].
    fn stream(&self, _: Box<dyn Read + '_>, _: &mut Found<'_>) -> Result<(), String> {
        Err("it is not read piece by piece".into())
    }
}

/// Every format, in the order in which a file is held against them: those with a mark of their
/// own first, those that only have a form last.
pub const FORMATS: &[&dyn Format] = &[
    &warninglist::Warninglist,
    &misp::MispEvent,
    &misp_feed::MispManifest,
    &tinycheck::Tinycheck,
    &stix2::Stix2,
    &stix1::Stix1,
    &openioc::OpenIoc,
    &mvt_index::MvtIndex,
    &stalkerware::Stalkerware,
    &yara::Yara,
    &adblock::Adblock,
    &hosts::Hosts,
    &asciidoc::AsciiDoc,
    &table::Table,
    &maltrail::Maltrail,
    &plain::Plain,
];

/// A warning list while it is read.
pub(crate) struct WarningList {
    pub(crate) name: String,
    pub(crate) entries: Vec<(Compare, String)>,
}

/// What was not understood of one file that is told one by one.
const MAX_SKIPPED: usize = 1000;

/// What a format finds in one file.
pub struct Found<'g> {
    file: Arc<str>,
    given: &'g Given,
    /// What may be taken.
    room: Limits,
    pub(crate) records: Vec<Record>,
    pub(crate) objects: Vec<StixObject>,
    /// Bytes of their texts.
    object_bytes: usize,
    pub(crate) warning_lists: Vec<WarningList>,
    pub(crate) skipped: Vec<Skipped>,
    pub(crate) skipped_total: u64,
    pub(crate) remarks: Vec<String>,
}

impl<'g> Found<'g> {
    pub(crate) fn new(file: &str, given: &'g Given, room: Limits) -> Self {
        Self {
            file: file.into(),
            given,
            room,
            records: Vec::new(),
            objects: Vec::new(),
            object_bytes: 0,
            warning_lists: Vec::new(),
            skipped: Vec::new(),
            skipped_total: 0,
            remarks: Vec::new(),
        }
    }

    /// The file's name without folders.
    pub(crate) fn name(&self) -> &str {
        self.file.rsplit(['/', '\\']).next().unwrap_or(&self.file)
    }

    /// A place in the file.
    pub(crate) fn origin(&self, line: Option<u64>, record: Option<String>) -> Origin {
        Origin { file: Arc::clone(&self.file), line, record }
    }

    /// A record that the format fills in further.
    pub(crate) fn record(&self, value: Value, origin: Origin, trust: Trust) -> Record {
        Record::new(value, origin, trust)
    }

    /// Takes a record. What the caller knows of the list stands where the list says nothing.
    pub(crate) fn push(&mut self, mut record: Record) {
        if self.records.len() >= self.room.values {
            let place = match (&record.origin.record, record.origin.line) {
                (Some(name), _) => name.clone(),
                (None, Some(line)) => format!("line {line}"),
                (None, None) => String::new(),
            };
            return self.skip(place, "there are more values than one import takes");
        }
        if let Some(publication) = &self.given.publication
            && !record.publications.contains(publication)
        {
            record.publications.insert(0, publication.clone());
        }
        if record.publications.is_empty() {
            let name = self.name().to_owned();
            record.publications.push(Publication { name, url: None });
        }
        if record.date.is_none() {
            record.date.clone_from(&self.given.date);
        }
        if record.families.is_empty() {
            record.families.extend(self.given.family.clone());
        }
        self.records.push(record);
    }

    /// Takes a STIX object over; `place` says where it stands.
    pub(crate) fn object(&mut self, json: &str, place: impl FnOnce() -> String) {
        if json.len() > self.room.object_bytes.saturating_sub(self.object_bytes) {
            let reason = "there are more STIX objects than one import takes; `check --advisory` \
                          and `indicators index` read them object by object";
            return self.skip(place(), reason);
        }
        self.object_bytes += json.len();
        let (file, json) = (Arc::clone(&self.file), json.to_owned());
        self.objects.push(StixObject { file, json, mark: None });
    }

    /// Notes something that was not understood.
    pub(crate) fn skip(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        self.skipped_total += 1;
        if self.skipped.len() < MAX_SKIPPED {
            let file = Arc::clone(&self.file);
            self.skipped.push(Skipped { file, place: place.into(), reason: reason.into() });
        }
    }

    /// Notes a line that was not understood; what stood there is cut to 80 characters.
    pub(crate) fn skip_line(&mut self, line: u64, what: &str, reason: &str) {
        let shown: String = what.chars().take(80).collect();
        self.skip(format!("line {line}"), format!("`{shown}`: {reason}"));
    }
}

/// The day that a text begins with: `YYYY-MM-DD`, `YYYYMMDD`, `YYYY-MM` or `YYYY`.
pub(crate) fn day(text: &str) -> Option<String> {
    let text = text.trim();
    let digits =
        |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    let year = text.get(..4).filter(|year| digits(year, 4))?;
    if !("1990".."2100").contains(&year) {
        return None;
    }
    if digits(text, 8) {
        let (month, day) = (text.get(4..6).unwrap_or(""), text.get(6..8).unwrap_or(""));
        let date = format!("{year}-{month}-{day}").parse::<jiff::civil::Date>();
        return date.ok().map(|date| date.to_string());
    }
    let month = text.get(5..7).filter(|month| digits(month, 2));
    let month = month.filter(|month| ("01"..="12").contains(month));
    let day = text.get(8..10).filter(|day| digits(day, 2) && ("01"..="31").contains(day));
    let made = format!("{year}-{}-{}", month.unwrap_or("01"), day.unwrap_or("01"));
    made.parse::<jiff::civil::Date>().ok().map(|date| date.to_string())
}

/// The first line of an error of the YAML reader, which draws a picture below it.
fn first_line(error: &serde_saphyr::Error) -> String {
    let message = error.to_string();
    let first = message.lines().next().unwrap_or_default().to_owned();
    match error.location() {
        Some(at) => format!("line {}: {first}", at.line()),
        None => first,
    }
}

/// A TLP among tags.
pub(crate) fn tlp<'t>(tags: impl Iterator<Item = &'t str>) -> Option<Tlp> {
    tags.filter(|tag| tag.to_ascii_lowercase().starts_with("tlp:")).filter_map(Tlp::from_tag).max()
}

/// Number of the line that a byte of a text stands on, from 1, for rising offsets.
pub(crate) struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: u64,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    pub(crate) fn of(&mut self, offset: usize) -> u64 {
        let passed = self.text.as_bytes().get(self.at..offset).unwrap_or(&[]);
        self.line += passed.iter().filter(|b| **b == b'\n').count() as u64;
        self.at = self.at.max(offset);
        self.line
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn days_are_read_however_short() {
        assert_eq!(super::day("2023-08-30T10:00:00Z").as_deref(), Some("2023-08-30"));
        assert_eq!(super::day("2023-08").as_deref(), Some("2023-08-01"));
        assert_eq!(super::day("2023").as_deref(), Some("2023-01-01"));
        assert_eq!(super::day("20190909").as_deref(), Some("2019-09-09"));
        assert_eq!(super::day("2023-02-31"), None);
        assert_eq!(super::day("N/A"), None);
    }
}
