//! `magisk_modules/manifest.json` of AndroidQF: modules of Magisk, KernelSU and APatch, by which code of
//! others runs with root or within other apps. AndroidQF `modules/magisk_modules.go` (2026); collected only
//! on phones that have root already.

use super::records::{failed, text, texts};
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::FileSeen;
use model::{Position, SourceKind, Status};
use serde_json::Value;

/// Reads `magisk_modules/manifest.json`.
pub struct MagiskModules;

impl Parser for MagiskModules {
    fn id(&self) -> &'static str {
        "androidqf_magisk_modules"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Androidqf],
            artifacts: "magisk_modules/manifest.json",
            takes: "folders of root modules",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        source == SourceKind::Androidqf && path == "magisk_modules/manifest.json"
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let limit = input.limits().record_bytes as u64;
        let bytes = match input.blob().and_then(|blob| blob.to_vec(limit)) {
            Ok(bytes) => bytes,
            Err(error) => return failed(out, format!("this file cannot be read: {error}")),
        };
        let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        let about: Value = match serde_json::from_slice(body) {
            Ok(about @ Value::Object(_)) => about,
            Ok(_) => return failed(out, "this file is no JSON object"),
            Err(error) => return failed(out, format!("this file is not valid JSON: {error}")),
        };
        let Some(modules) = about.get("modules").and_then(Value::as_array) else {
            return failed(out, "this file lists no modules");
        };
        for (number, module) in modules.iter().enumerate() {
            let at = Position::bytes(0, bytes.len() as u64);
            let at = at.at_row(number as u64 + 1).at_pointer(format!("/modules/{number}"));
            let Some(path) = text(module, "device_path") else {
                out.gap(Some(at), "this module states no path");
                continue;
            };
            let fact = FileSeen { path, ..FileSeen::default() };
            out.fact(fact, at, None);
            // What the files beside it say (switched off, to be removed) is kept as their paths.
            for state in texts(module, "state_files") {
                let Some(folder) = text(module, "device_path") else { continue };
                let at = Position::bytes(0, bytes.len() as u64);
                let at = at.at_pointer(format!("/modules/{number}/state_files"));
                out.fact(
                    FileSeen { path: format!("{folder}/{state}"), ..FileSeen::default() },
                    at,
                    None,
                );
            }
        }
        let status = text(&about, "status").unwrap_or_default();
        if matches!(status.as_str(), "partial" | "collection_failed") {
            out.gap(None, format!("the tool says of its own collection of root modules: {status}"));
        }
        match out.gaps() {
            0 => Status::Read,
            _ if modules.is_empty() => Status::Failed,
            _ => Status::Partly,
        }
    }
}
