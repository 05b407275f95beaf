//! Logs of an AndroidQF acquisition: `logcat.txt`, `logcat_old.txt` (what `logcat` printed), and
//! the texts below `logs/` that the phone gave (the kernel's log, logs of makers' programs).
//!
//! Bytes that are no text are common in logs and no fault of the reading.

use super::lines::Lines;
use super::log::LogFacts;
use super::records::failed;
use dumpsys::{Line, LogReader, Place, Reader};
use evidence::{Emitter, Input, Parser, Reads};
use model::{Position, SourceKind, Status};

/// Reads logs.
pub struct Logcat;

impl Parser for Logcat {
    fn id(&self) -> &'static str {
        "logcat"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Androidqf],
            artifacts: "logcat.txt, logcat_old.txt; the kernel's log and other texts below logs/",
            takes: "apps installed, removed, started, shown; crashes and kills; camera and microphone; \
                    Play's verifier; adb; clock changes; refused accesses; links",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        source == SourceKind::Androidqf
            && (is_logcat(path) || path.starts_with("logs/") && is_log(path))
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let limit = input.limits().record_bytes;
        let name = out.artifact().rsplit("!/").next().unwrap_or_default().to_owned();
        let logcat = is_logcat(name.rsplit('/').next().unwrap_or_default());
        let stream = match input.stream() {
            Ok(stream) => stream,
            Err(error) => return failed(out, format!("this file cannot be opened: {error}")),
        };
        let mut reader = if logcat { LogReader::default() } else { LogReader::of_any_text() };
        let mut facts = LogFacts::default();
        let mut lines = Lines::new(stream, limit);
        let mut any = false;
        loop {
            let offset = lines.offset();
            match lines.next() {
                Ok(Some(line)) => {
                    any = true;
                    let at = line.position();
                    if line.cut {
                        out.gap(Some(at.clone()), "this line is longer than the limit and was cut");
                    }
                    let place = Place { line: line.number, bytes: at.byte };
                    let whole = Line { bytes: line.text.as_bytes(), place, cut: line.cut };
                    reader.line(&whole, &mut |event, _| {
                        facts.tell(event, None, &mut |fact, time| out.fact(fact, at.clone(), time));
                    });
                }
                Ok(None) => break,
                Err(error) => {
                    let at = Position::bytes(offset, offset);
                    out.gap(Some(at), format!("this file cannot be read further: {error}"));
                    break;
                }
            }
        }
        let unread = reader.unread();
        if unread.count > 0 {
            let first = unread.first.map(|place| Position {
                byte: place.bytes,
                line: Some(place.line),
                ..Position::default()
            });
            out.gap(first, format!("{} lines stand in no format of logcat", unread.count));
        }
        match (out.gaps(), any) {
            (0, true) => Status::Read,
            (0, false) if logcat => failed(out, "this log is empty"),
            (0, false) => Status::Read,
            (_, true) => Status::Partly,
            _ => Status::Failed,
        }
    }
}

fn is_logcat(path: &str) -> bool {
    matches!(path, "logcat.txt" | "logcat_old.txt")
}

/// Whether a file of the phone is a log by its name.
fn is_log(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let text = name.ends_with(".txt") || name.ends_with(".log");
    let kernel = ["kmsg", "last_kmsg", "console-ramoops", "dmesg"];
    !path.starts_with("logs/data/anr/")
        && (text || kernel.iter().any(|start| name.starts_with(start)))
}
