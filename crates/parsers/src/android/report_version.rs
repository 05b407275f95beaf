//! `version.txt` of a bug report: the version of its format (AOSP `cmds/dumpstate/dumpstate.h`,
//! `VERSION_CURRENT` and `VERSION_SPLIT_ANR`).

use super::records::failed;
use evidence::{Emitter, Input, Parser, Reads};
use model::{Position, SourceKind, Status};
use std::io::Read;

/// Reads `version.txt`.
pub struct ReportVersion;

/// The versions whose layout is known: the second has ANR traces as files of their own.
const KNOWN: [&str; 3] = ["1.0", "2.0", "3.0-dev-split-anr"];

/// More than any version has.
const LENGTH: u64 = 1_000;

impl Parser for ReportVersion {
    fn id(&self) -> &'static str {
        "bugreport_version"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Bugreport],
            artifacts: "version.txt",
            takes: "whether the layout of the bug report is one that is known",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        source == SourceKind::Bugreport && path == "version.txt"
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let mut text = Vec::new();
        let read = input.stream().and_then(|stream| stream.take(LENGTH).read_to_end(&mut text));
        if let Err(error) = read {
            return failed(out, format!("this file cannot be read: {error}"));
        }
        let text = String::from_utf8_lossy(&text);
        let version = text.trim();
        if KNOWN.contains(&version) {
            return Status::Read;
        }
        let shown: String = version.chars().take(40).collect();
        let at = Position::bytes(0, text.len() as u64);
        out.gap(
            Some(at),
            format!("the bug report says it is of version {shown:?}, not known here"),
        );
        Status::Partly
    }
}
