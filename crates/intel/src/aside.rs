//! Values that are kept beside an advisory as data, because no equality can state them.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::Read;

#[derive(Deserialize)]
struct Aside {
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(rename = "type")]
    kind: String,
}

/// How many values there are of each type, in the order of the types' names.
pub(crate) fn count(reader: impl Read) -> Result<Vec<(String, u64)>, serde_json::Error> {
    let aside: Aside = serde_json::from_reader(std::io::BufReader::new(reader))?;
    let mut counts = BTreeMap::new();
    for row in aside.rows {
        *counts.entry(row.kind).or_default() += 1;
    }
    Ok(counts.into_iter().collect())
}
