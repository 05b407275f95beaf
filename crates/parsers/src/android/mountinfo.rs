//! `FS/proc/PID/mountinfo` of a bug report: what one process sees mounted. AOSP's
//! `cmds/dumpstate/dumpstate.cpp` (`add_mountinfo`) puts in one file for each set of mounts.
//!
//! A line, proc(5): `36 35 98:0 ROOT POINT OPTIONS [FIELD …] - FILESYSTEM SOURCE SUPER_OPTIONS`.

use super::lines::each_line;
use super::mounts::{mount, split, unescape};
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::MountSeen;
use model::{SourceKind, Status};

/// Reads `FS/proc/PID/mountinfo`.
pub struct Mountinfo;

impl Parser for Mountinfo {
    fn id(&self) -> &'static str {
        "bugreport_mountinfo"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Bugreport],
            artifacts: "FS/proc/PID/mountinfo",
            takes: "mounted file systems with their options",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        let process =
            path.strip_prefix("FS/proc/").and_then(|path| path.strip_suffix("/mountinfo"));
        source == SourceKind::Bugreport && process.is_some_and(|name| !name.contains('/'))
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        each_line(input, out, "this file lists no mount", |line, out| {
            let Some(line) = line.filter(|line| !line.text.trim().is_empty()) else { return 0 };
            match from_line(line.text) {
                Some(mount) => {
                    out.fact(mount, line.position(), None);
                    1
                }
                None => {
                    out.gap(Some(line.position()), "this line is no mount");
                    0
                }
            }
        })
    }
}

fn from_line(line: &str) -> Option<MountSeen> {
    // What is optional ends with a dash of its own; blanks within a field are escaped.
    let (place, device) = line.split_once(" - ")?;
    let mut place = place.split_ascii_whitespace().skip(4);
    let (point, options) = (place.next()?, place.next()?);
    let mut device = device.split_ascii_whitespace();
    let (filesystem, source) = (device.next()?, device.next()?);
    let mut options = split(options);
    // Those of the file system as a whole stand behind those of this mount, and may repeat them:
    // a read-only mount of a file system that is written elsewhere is `ro` here and `rw` there.
    let whole = device.next().map(split).unwrap_or_default();
    let own =
        |option: &String| !matches!(option.as_str(), "rw" | "ro") && !options.contains(option);
    let more: Vec<String> = whole.into_iter().filter(own).collect();
    options.extend(more);
    mount(&unescape(source), &unescape(point), filesystem, options)
}
