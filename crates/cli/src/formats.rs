//! `tamarisk formats`: what this version reads. A report is complete when all of this was read.

use crate::args::{FormatsArgs, ListFormat};
use crate::failure::Failure;
use model::SourceKind;
use serde::Serialize;
use std::io::Write;

/// One line of the list.
#[derive(Serialize)]
struct Format {
    parser: &'static str,
    sources: &'static [SourceKind],
    artifacts: &'static str,
    takes: &'static str,
}

/// Prints the list.
pub(crate) fn run(args: &FormatsArgs, out: &mut impl Write) -> Result<(), Failure> {
    let formats: Vec<Format> = parsers::PARSERS
        .iter()
        .map(|parser| {
            let reads = parser.reads();
            Format {
                parser: parser.id(),
                sources: reads.sources,
                artifacts: reads.artifacts,
                takes: reads.takes,
            }
        })
        .collect();
    let written = match args.format {
        ListFormat::Json => record::json::write_pretty(out, &formats),
        ListFormat::Text => text(&formats, out),
    };
    written.map_err(Failure::output)
}

fn text(formats: &[Format], out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out, "This version reads:")?;
    let kinds = [
        SourceKind::Androidqf,
        SourceKind::Bugreport,
        SourceKind::Apk,
        SourceKind::AndroidBackup,
        SourceKind::IntrusionLogs,
        SourceKind::Messages,
    ];
    for kind in kinds {
        writeln!(out, "\n{}", title(kind))?;
        for format in formats.iter().filter(|format| format.sources.contains(&kind)) {
            writeln!(out, "  {}  ({})\n      {}", format.artifacts, format.parser, format.takes)?;
        }
    }
    writeln!(out, "\nAnything else is listed in a report as not supported or unknown.")?;
    crate::yara::formats(out)
}

fn title(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Androidqf => "AndroidQF acquisition (folder, .zip, .zip.age)",
        SourceKind::Bugreport => "Android bug report (zip, folder, bare text)",
        SourceKind::AndroidBackup => "Android backup (.ab, or the folder it was unpacked into)",
        SourceKind::IntrusionLogs => {
            "Intrusion logs of Android's Advanced Protection (.txt, folder, .zip)"
        }
        SourceKind::Messages => {
            "Text messages exported with SMS Backup & Restore (.xml); databases of apps"
        }
        SourceKind::Apk => "Android app (APK)",
        SourceKind::Folder => "Folder",
    }
}
