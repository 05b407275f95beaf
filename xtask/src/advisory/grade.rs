//! How sure, since when, and how much a match may weigh; docs/design/advisory.md has the tables.

use super::family;
use super::row::{Row, Value};
use anyhow::{Context, Result};
use jiff::civil::Date;

/// The most that a match may weigh, from most to least; as `model::Strength` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ceiling {
    None,
    Review,
    Exposure,
    Note,
}

impl Ceiling {
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Ceiling::None => None,
            Ceiling::Review => Some("review"),
            Ceiling::Exposure => Some("exposure"),
            Ceiling::Note => Some("note"),
        }
    }
}

/// Stands in for the year when a list's own date is not stated: it was read in 2026.
const UNDATED: &str = "2026-01-01";

/// How sure a row is, 0–100.
pub(super) fn confidence(row: &Row) -> u8 {
    let (source, context) = (row.source_name.as_str(), row.context.as_str());
    if context.contains("LOW confidence") {
        return 15;
    }
    if context.contains("low value") || context.contains("public IP address") {
        return 10;
    }
    if context.contains("NOT malicious by itself") {
        return 5;
    }
    if context.contains("to_ids=0") {
        return 20;
    }
    if source.starts_with("maltrail") {
        if context.contains("matches ESET IPs") {
            return 40;
        }
        return if undated(row) { 30 } else { 50 };
    }
    let hedged =
        ["Suspected", "likely", "Likely", "Believed", "pivots", "Connected to", "Resolution"];
    if hedged.iter().any(|word| context.contains(word)) {
        return 60;
    }
    let host = matches!(row.kind.as_str(), "ipv4" | "ipv4_port");
    if host { 75 } else { 85 }
}

/// How much a match by this row may weigh.
pub(super) fn ceiling(row: &Row) -> Ceiling {
    let context = row.context.as_str();
    let weak =
        ["LOW", "WEAK", "low value", "NOT malicious by itself", "to_ids=0", "public IP address"];
    if weak.iter().any(|mark| context.contains(mark)) {
        return Ceiling::Note;
    }
    let shown_to_people = [
        "https://t.me/",
        "https://twitter.com/",
        "https://www.facebook.com/",
        "https://www.instagram.com/",
        "https://www.reddit.com/",
        "https://www.youtube.com/",
        "https://apk.tw/",
    ];
    if shown_to_people.iter().any(|start| row.value.starts_with(start)) {
        return Ceiling::Exposure;
    }
    match row.kind.as_str() {
        "ipv4_port" => Ceiling::Review,
        "sha256" if [".conf", ".cfg", ".pem"].iter().any(|end| named(context).ends_with(end)) => {
            Ceiling::Review
        }
        _ => Ceiling::None,
    }
}

/// Limits for single values, whatever their rows say.
pub(super) fn by_value(value: &Value) -> Option<Ceiling> {
    match value {
        // Any app may bear a file of this name.
        Value::FileName(name) if name.starts_with("common.") => Some(Ceiling::Note),
        // A package of Java classes in a JAR; that an app bears it too is not published.
        Value::Package(name) if name == "com.solarcs.executor" => Some(Ceiling::Review),
        // In a provider's network, and answered for by a gateway on the way.
        Value::Ipv4(address) if address == "111.13.100.92" => Some(Ceiling::Review),
        _ => None,
    }
}

/// First day on which a match counts: when the host was first seen, or since when the family is
/// known to be in use, else a year before publication.
pub(super) fn valid_from(row: &Row) -> Result<Date> {
    if let Some(day) = row.context.split("first seen ").nth(1).and_then(|rest| rest.get(..10))
        && let Ok(day) = day.parse()
    {
        return Ok(day);
    }
    let published = published(row)?;
    let rented = matches!(row.kind.as_str(), "ipv4" | "ipv4_port");
    let since = family::of(&row.family).into_iter().filter_map(family::in_use_since).min();
    match since {
        Some(day) if !rented => day.parse().context("a day of the table of families"),
        _ => Ok(published.checked_sub(jiff::Span::new().years(1))?),
    }
}

/// Day of publication; the first of the month or year where no more is stated.
pub(super) fn published(row: &Row) -> Result<Date> {
    let text = row.first_public.trim();
    let full = match text.len() {
        _ if undated(row) => UNDATED.to_owned(),
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    full.parse().with_context(|| format!("{}: no date: {text}", row.value))
}

fn undated(row: &Row) -> bool {
    let text = row.first_public.trim();
    text == "unknown" || text.contains("<=")
}

/// The file name that a context starts with.
fn named(context: &str) -> &str {
    context.split_whitespace().next().unwrap_or("")
}
