//! `root_binaries.json` of AndroidQF: programs that give root, found on the phone's PATH.
//! A list of paths, or of what `which -a` printed: several paths, one a line, in one text;
//! elder versions write objects with `path` and `name`.

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
            let found: Vec<RootBinaryFound> = match &value {
                Value::String(paths) => {
                    paths.lines().filter_map(|path| found(path.trim(), None)).collect()
                }
                _ => {
                    let path = text(&value, "path").unwrap_or_default();
                    found(&path, text(&value, "name")).into_iter().collect()
                }
            };
            if found.is_empty() {
                out.gap(Some(record.position()), "this record states no path");
                return false;
            }
            for fact in found {
                out.fact(fact, record.position(), None);
            }
            true
        })
    }
}

/// A path, a name, or both.
fn found(path: &str, name: Option<String>) -> Option<RootBinaryFound> {
    let path = Some(path).filter(|path| !path.is_empty());
    let name = name.or_else(|| path.and_then(normal::file_name).map(str::to_owned))?;
    Some(RootBinaryFound { path: path.map_or_else(|| name.clone(), str::to_owned), name })
}
