//! Traces that Android writes when an app stops answering: `FS/data/anr/*` of a bug report,
//! `logs/data/anr/*` of an acquisition.
//!
//! AOSP `art/runtime/runtime.cc`, `DumpForSigQuit` (`----- pid N at TIME -----`, `Cmd line:`), and
//! `services/core/java/com/android/server/am/StackTracesDumpHelper.java` (`Subject:`, Android 12 on).
//! The process that stopped answering stands first, and others that ran follow.

use super::lines::each_line;
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::{ComponentRan, ProcessEnded};
use model::{Position, Precision, SourceKind, Status, Time, normal};

/// Reads traces of processes that stopped answering.
pub struct AnrTraces;

impl Parser for AnrTraces {
    fn id(&self) -> &'static str {
        "anr_traces"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Bugreport, SourceKind::Androidqf],
            artifacts: "FS/data/anr/*, logs/data/anr/*",
            takes: "the process that stopped answering and why; the apps that ran then",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        match source {
            SourceKind::Bugreport => path.starts_with("FS/data/anr/"),
            SourceKind::Androidqf => path.starts_with("logs/data/anr/"),
            _ => false,
        }
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let mut subject: Option<String> = None;
        let mut open: Option<(u32, Option<Time>, Position)> = None;
        let mut first = true;
        each_line(input, out, "no trace of a process stands in this file", |line, out| {
            let Some(line) = line else { return 0 };
            let text = line.text.trim_end();
            if let Some(rest) = text.strip_prefix("Subject: ") {
                subject.get_or_insert_with(|| rest.to_owned());
            } else if let Some((pid, when)) = header(text) {
                open = Some((pid, when, line.position()));
            } else if let Some(name) = text.strip_prefix("Cmd line: ")
                && let Some((pid, when, _)) = open.take()
            {
                let process = name.split(' ').next().unwrap_or_default().to_owned();
                let package = normal::package(&process).map(str::to_owned);
                let pid = Some(pid);
                if std::mem::take(&mut first) {
                    let (how, reason) = ("anr".into(), subject.take());
                    let fact = ProcessEnded {
                        process,
                        package,
                        pid,
                        how,
                        reason,
                        ..ProcessEnded::default()
                    };
                    out.fact(fact, line.position(), when);
                } else if let Some(package) = package {
                    let (component, how) = (Some(process), "process".into());
                    let fact =
                        ComponentRan { package, component, how, pid, ..ComponentRan::default() };
                    out.fact(fact, line.position(), when);
                }
                return 1;
            }
            0
        })
    }
}

/// `----- pid 1234 at 2024-05-01 10:00:00.123456789+0200 -----`; elder ones without zone.
fn header(text: &str) -> Option<(u32, Option<Time>)> {
    let inner = text.strip_prefix("----- pid ")?.strip_suffix(" -----")?;
    let (pid, when) = inner.split_once(" at ")?;
    let pid = pid.parse().ok()?;
    let time = when.split_once(' ').and_then(|(day, clock)| {
        Time::rfc3339(&format!("{day}T{clock}"), "anr")
            .or_else(|| Some(Time::device(when, Precision::Second, "anr")))
    });
    Some((pid, time))
}
