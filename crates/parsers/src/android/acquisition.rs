//! `acquisition.json` of AndroidQF: about the acquisition itself, not about the phone.
//! When and with what it was made is told, in a namespace of its own; that it can be read is
//! checked, since a damaged one tells of a damaged acquisition.

use super::records::failed;
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::SettingSet;
use model::{Position, SourceKind, Status};
use serde_json::Value;
use std::io::Read;

/// Reads `acquisition.json`.
pub struct Acquisition;

impl Parser for Acquisition {
    fn id(&self) -> &'static str {
        "androidqf_acquisition"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Androidqf],
            artifacts: "acquisition.json",
            takes: "with which version, and when, the acquisition was made",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        source == SourceKind::Androidqf && path == "acquisition.json"
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let limit = input.limits().record_bytes as u64;
        let mut bytes = Vec::new();
        let read = input
            .stream()
            .and_then(|from| from.take(limit.saturating_add(1)).read_to_end(&mut bytes));
        if let Err(error) = read {
            return failed(out, format!("this file cannot be read: {error}"));
        }
        if bytes.len() as u64 > limit {
            return failed(out, format!("this file is longer than the limit of {limit} bytes"));
        }
        let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes).trim_ascii();
        if body.is_empty() {
            return failed(out, "this file is empty");
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(about)) => {
                for name in ["androidqf_version", "started", "completed", "tmp_dir"] {
                    if let Some(Value::String(value)) = about.get(name) {
                        let (namespace, value) = ("acquisition".to_owned(), value.clone());
                        let fact = SettingSet {
                            namespace,
                            name: name.to_owned(),
                            value,
                            ..SettingSet::default()
                        };
                        let at =
                            Position::bytes(0, bytes.len() as u64).at_pointer(format!("/{name}"));
                        out.fact(fact, at, None);
                    }
                }
                Status::Read
            }
            Ok(_) => failed(out, "this file is no JSON object"),
            Err(error) => failed(out, format!("this file is not valid JSON: {error}")),
        }
    }
}
