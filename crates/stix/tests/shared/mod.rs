//! Case sets that lie outside of the project.

use serde_json::Value;

/// The rows of a file of `../shared/cases/stix`; `None`, with a report, where it is absent.
pub(crate) fn rows(name: &str) -> Option<Vec<Value>> {
    let root = std::env::var("TAMARISK_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").to_owned());
    match std::fs::read_to_string(format!("{root}/cases/stix/{name}")) {
        Ok(text) => Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()),
        Err(error) => {
            println!("skipped: {root}/cases/stix/{name}: {error}");
            None
        }
    }
}
