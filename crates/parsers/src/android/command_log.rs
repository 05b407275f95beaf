//! `command.log` of AndroidQF: what its tool did. Warnings and errors are told, since they say what
//! could not be collected; every other line is about the tool.
//!
//! AndroidQF `log/logger.go`: `2026-11-20T02:00:00Z [ERROR] text`, where a text may have several lines.

use super::lines::{Line, each_line};
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::SettingSet;
use model::{SourceKind, Status, Time};

/// Reads `command.log`.
pub struct CommandLog;

/// How many warnings and errors are told.
const MOST: u64 = 1_000;

impl Parser for CommandLog {
    fn id(&self) -> &'static str {
        "androidqf_command_log"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Androidqf],
            artifacts: "command.log",
            takes: "warnings and errors of the tool that made the acquisition",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        source == SourceKind::Androidqf && path == "command.log"
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let (mut any, mut told) = (false, 0);
        each_line(input, out, "this file is no log of AndroidQF", |line, out| {
            let Some(line) = line else {
                if told > MOST {
                    let more = told - MOST;
                    out.gap(None, format!("{more} more warnings and errors are not told"));
                }
                return u64::from(any);
            };
            let Some((time, level, text)) = entry(line) else { return 0 };
            any = true;
            let name = match level {
                "WARNING" => "log_warning",
                "ERROR" | "CRITICAL" => "log_error",
                _ => return 0,
            };
            told += 1;
            if told <= MOST {
                let fact = SettingSet {
                    namespace: "acquisition".into(),
                    name: name.into(),
                    value: text.trim().into(),
                    ..SettingSet::default()
                };
                out.fact(fact, line.position(), Some(time));
            }
            0
        })
    }
}

/// Time, level and text.
fn entry<'l>(line: &Line<'l>) -> Option<(Time, &'l str, &'l str)> {
    let (at, rest) = line.text.split_once(" [")?;
    let (level, text) = rest.split_once("] ").or_else(|| Some((rest.strip_suffix(']')?, "")))?;
    Some((Time::rfc3339(at, "command.log")?, level, text))
}
