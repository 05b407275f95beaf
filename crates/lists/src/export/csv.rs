//! A table, one value a row.

use super::LeftOut;
use crate::bundle::merged;
use crate::flatten::Flat;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Writes the table, each cell harmless ([`harmless::cell`]).
///
/// # Errors
/// When it cannot be written.
pub fn write(flat: &Flat, out: &mut dyn Write) -> io::Result<Vec<LeftOut>> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record([
        "type",
        "value",
        "port",
        "scope",
        "alerts",
        "family",
        "confidence",
        "date",
        "valid_until",
        "tlp",
        "source",
        "reference",
        "origin",
        "comment",
    ])?;
    for (key, records) in merged(&flat.records) {
        let joined = |list: BTreeSet<String>| list.into_iter().collect::<Vec<_>>().join("; ");
        let is_address = matches!(key.value.kind, crate::Kind::Ipv4 | crate::Kind::Ipv6);
        let confidence = records
            .iter()
            .map(|r| r.confidence.unwrap_or_else(|| r.trust.confidence(is_address)))
            .max();
        let alerts = records.iter().any(|record| record.context.is_none());
        let why: BTreeSet<String> = match alerts {
            true => records.iter().filter_map(|record| record.note.clone()).collect(),
            false => records.iter().filter_map(|record| record.context.clone()).collect(),
        };
        let origins = records.iter().map(|record| match record.origin.line {
            Some(line) => format!("{}:{line}", record.origin.file),
            None => record.origin.file.to_string(),
        });
        let published = || records.iter().flat_map(|record| &record.publications);
        let row = [
            key.value.kind.name().to_owned(),
            key.value.text.clone(),
            key.port.map_or_else(String::new, |port| port.to_string()),
            if key.exact_host { "host" } else { "" }.to_owned(),
            if alerts { "yes" } else { "no" }.to_owned(),
            joined(records.iter().flat_map(|record| record.families.clone()).collect()),
            confidence.map_or_else(String::new, |sure| sure.to_string()),
            records.iter().filter_map(|record| record.date.clone()).max().unwrap_or_default(),
            records.iter().filter_map(|r| r.valid_until.clone()).max().unwrap_or_default(),
            records.iter().filter_map(|r| r.tlp).max().map_or("", crate::Tlp::tag).to_owned(),
            joined(published().map(|one| one.name.clone()).collect()),
            joined(published().filter_map(|one| one.url.clone()).collect()),
            joined(origins.collect()),
            joined(why),
        ];
        writer.write_record(row.iter().map(|cell| harmless::cell(cell).into_owned()))?;
    }
    writer.flush()?;
    Ok(without_value(flat))
}

/// Indicators that no value stands for.
pub(super) fn without_value(flat: &Flat) -> Vec<LeftOut> {
    let left_out = flat.left_out.iter();
    left_out.map(|one| LeftOut { what: one.place.clone(), reason: one.reason.clone() }).collect()
}
