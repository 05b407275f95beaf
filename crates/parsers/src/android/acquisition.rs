//! `acquisition.json` of AndroidQF: about the acquisition itself, not about the phone.
//! When, with what and by which computer it was made is told, in a namespace of its own; a part that
//! the tool says it could not collect is a gap. That it can be read is checked, since a damaged one
//! tells of a damaged acquisition.
//!
//! AndroidQF `acquisition/acquisition.go`, 1.4 to 2026 (`adb_host_public_key` and `module_results` of the
//! later ones).

use super::records::{failed, text};
use super::{adb_key, host_key};
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
            takes: "with which version, when and by which computer the acquisition was made; parts that it \
                    could not collect",
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
                let about = Value::Object(about);
                let key = text(&about, "adb_host_public_key");
                if let Some(value) = key.as_deref().and_then(adb_key::of_line) {
                    let (namespace, name) = ("acquisition".to_owned(), host_key::NAME.to_owned());
                    let fact = SettingSet { namespace, name, value, ..SettingSet::default() };
                    let at = Position::bytes(0, bytes.len() as u64);
                    out.fact(fact, at.at_pointer("/adb_host_public_key"), None);
                }
                not_collected(&about, out)
            }
            Ok(_) => failed(out, "this file is no JSON object"),
            Err(error) => failed(out, format!("this file is not valid JSON: {error}")),
        }
    }
}

/// The tool's own parts that did not succeed: each is a gap, whatever of it lies there.
fn not_collected(about: &Value, out: &mut Emitter<'_>) -> Status {
    let parts = about.get("module_results").and_then(Value::as_array);
    for (number, part) in parts.into_iter().flatten().enumerate() {
        let status = text(part, "status").unwrap_or_default();
        if matches!(status.as_str(), "failed" | "partial" | "interrupted") {
            let name = text(part, "name").unwrap_or_default();
            let mut reason = format!("the acquisition's own part {name:?} is {status}");
            if let Some(error) = text(part, "error") {
                reason += &format!(": {}", error.trim().chars().take(500).collect::<String>());
            }
            out.gap(
                Some(Position::default().at_pointer(format!("/module_results/{number}"))),
                reason,
            );
        }
    }
    if out.gaps() == 0 { Status::Read } else { Status::Partly }
}
