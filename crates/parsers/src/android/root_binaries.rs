//! `root_binaries.json` of AndroidQF: programs that give root, found on the phone's PATH.
//! A list of paths; elder versions write objects with `path` and `name`.

use super::records::{each_record, text};
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::RootBinaryFound;
use model::{SourceKind, Status, normal};
use serde_json::Value;

/// Reads `root_binaries.json`.
pub struct RootBinaries;

impl Parser for RootBinaries {
    fn id(&self) -> &'static str {
        "androidqf_root_binaries"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Androidqf],
            artifacts: "root_binaries.json",
            takes: "programs that give root",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        source == SourceKind::Androidqf && path == "root_binaries.json"
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        each_record(input, out, |record, out| {
            let Some(value) = record.value(out) else { return false };
            let (path, name) = match &value {
                Value::String(path) => (Some(path.trim().to_owned()), None),
                _ => (text(&value, "path"), text(&value, "name")),
            };
            let path = path.filter(|path| !path.is_empty());
            let from_path = path.as_deref().and_then(normal::file_name).map(str::to_owned);
            let Some(name) = name.or(from_path) else {
                out.gap(Some(record.position()), "this record states no path");
                return false;
            };
            let path = path.unwrap_or_else(|| name.clone());
            out.fact(RootBinaryFound { path, name }, record.position(), None);
            true
        })
    }
}
