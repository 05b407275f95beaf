//! `tamarisk indicators show`: what a list holds.

use super::{ShowArgs, json};
use crate::args::ListFormat;
use crate::failure::Failure;
use lists::{Flat, Import, Record};
use record::harmless::line;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

#[derive(Serialize)]
struct Document<'a> {
    indicators: Indicators<'a>,
    left_out: Vec<LeftOut<'a>>,
    revoked: u64,
    /// What of the lists is not among them, since it was not understood.
    #[serde(skip_serializing_if = "is_zero")]
    not_understood: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Written one by one.
struct Indicators<'a>(&'a [Record]);

impl Serialize for Indicators<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(shown))
    }
}

#[derive(Serialize)]
struct Shown<'a> {
    kind: &'static str,
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    exact_host: bool,
    alerts: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    families: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<u8>,
    trust: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tlp: Option<&'static str>,
    sources: Vec<Source<'a>>,
    origin: &'a lists::Origin,
}

#[derive(Serialize)]
struct Source<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct LeftOut<'a> {
    object: &'a str,
    reason: &'a str,
}

/// Shows what the lists name.
pub(super) fn run(args: &ShowArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let (mut import, _) = args.sources.read()?;
    let flat = lists::flatten(&mut import);
    if args.format == ListFormat::Json {
        json(&document(&import, &flat), out)?;
    } else {
        text(&import, &flat, out).map_err(Failure::output)?;
    }
    Ok(0)
}

fn document<'a>(import: &Import, flat: &'a Flat) -> Document<'a> {
    Document {
        indicators: Indicators(&flat.records),
        left_out: flat
            .left_out
            .iter()
            .map(|one| LeftOut { object: &one.place, reason: &one.reason })
            .collect(),
        revoked: flat.revoked,
        not_understood: import.skipped_total(),
    }
}

fn shown(record: &Record) -> Shown<'_> {
    Shown {
        kind: record.value.kind.name(),
        value: &record.value.text,
        port: record.port,
        exact_host: record.exact_host,
        alerts: record.context.is_none(),
        reason: record.context.as_deref(),
        families: &record.families,
        confidence: record.confidence,
        trust: record.trust.name(),
        date: record.date.as_deref(),
        tlp: record.tlp.map(lists::Tlp::tag),
        sources: record
            .publications
            .iter()
            .map(|one| Source { name: &one.name, url: one.url.as_deref() })
            .collect(),
        origin: &record.origin,
    }
}

fn text(import: &Import, flat: &Flat, out: &mut impl Write) -> io::Result<()> {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    let mut families: BTreeMap<&str, u64> = BTreeMap::new();
    for record in &flat.records {
        *kinds.entry(record.value.kind.name()).or_default() += 1;
        for family in &record.families {
            *families.entry(family).or_default() += 1;
        }
    }
    for list in import.lists() {
        writeln!(out, "{} ({})", line(&list.file), list.format)?;
    }
    let context = flat.records.iter().filter(|record| record.context.is_some()).count();
    writeln!(out, "\n{} values, {context} of them context", flat.records.len())?;
    for (kind, count) in kinds {
        writeln!(out, "  {count:>8}  {kind}")?;
    }
    if !families.is_empty() {
        writeln!(out, "\nFamilies")?;
        for (family, count) in families {
            writeln!(out, "  {count:>8}  {}", line(family))?;
        }
    }
    writeln!(out)?;
    for record in &flat.records {
        write!(out, "{:<12} {}", record.value.kind.name(), line(&record.value.text))?;
        if let Some(port) = record.port {
            write!(out, " port {port}")?;
        }
        if !record.families.is_empty() {
            write!(out, "  [{}]", line(&record.families.join(", ")))?;
        }
        if let Some(reason) = &record.context {
            write!(out, "  context: {}", line(reason))?;
        }
        let source = record.publications.first().map_or("", |one| one.name.as_str());
        writeln!(out, "  {}", line(source))?;
    }
    for one in &flat.left_out {
        writeln!(out, "no value: {}: {}", line(&one.place), line(&one.reason))?;
    }
    for one in import.skipped() {
        let (file, place, reason) = (line(&one.file), line(&one.place), line(&one.reason));
        writeln!(out, "not understood: {file} {place}: {reason}")?;
    }
    match import.skipped_total().saturating_sub(import.skipped().len() as u64) {
        0 => Ok(()),
        more => writeln!(out, "not understood: {more} more"),
    }
}
