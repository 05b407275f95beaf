//! Running processes of an AndroidQF acquisition: `processes.json` (its collector), and
//! `processes.txt` or `ps.txt` (what `ps -A` of toybox printed). Each is read where it is there.
//!
//! In JSON, from AndroidQF's collector, one object per process: `pid`, `ppid`, `uid`, `filename`
//! (the kernel's name of it), `path` (its executable), `context`, `command_line` [], `env` [],
//! `cwd`. Some versions write it as `processes.txt`.

use super::lines::each_line_behind;
use super::links::{Link, links_in};
use super::packages::user_of;
use super::ps::{Header, process};
use super::records::{Record, each_record_behind, failed, first_bytes, number, text, texts};
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::{LinkSeen, ProcessRunning};
use model::{SourceKind, Status};
use serde_json::Value;

/// Reads `processes.json`, `processes.txt` and `ps.txt`.
pub struct Processes;

/// The kernel keeps 15 characters of a process's name (`TASK_COMM_LEN`, proc(5)).
pub(crate) const KERNEL_NAME: usize = 15;

impl Parser for Processes {
    fn id(&self) -> &'static str {
        "androidqf_processes"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Androidqf],
            artifacts: "processes.json, processes.txt, ps.txt",
            takes: "running processes; links in their command lines and environments",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        source == SourceKind::Androidqf
            && matches!(path, "processes.json" | "processes.txt" | "ps.txt")
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let head = match first_bytes(input) {
            Ok(head) => head,
            Err(error) => return failed(out, format!("this file cannot be read: {error}")),
        };
        // Some versions write what the collector gave, which is JSON, as `processes.txt`.
        let first = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&head).trim_ascii_start().first();
        if out.artifact().ends_with(".json") || matches!(first, Some(b'[' | b'{')) {
            return each_record_behind(&head, input, out, |record, out| {
                record.value(out).is_some_and(|value| from_json(record, &value, out))
            });
        }
        let mut header: Option<Header> = None;
        let mut headless = false;
        each_line_behind(&head, input, out, "this file lists no process", |line, out| {
            let Some(line) = line.filter(|line| !line.text.trim().is_empty()) else { return 0 };
            let Some(columns) = &header else {
                header = Header::read(line.text);
                if header.is_none() && !headless {
                    headless = true;
                    let reason = "no header row of ps stands here, and nothing above one is read";
                    out.gap(Some(line.position()), reason);
                }
                return 0;
            };
            match process(columns, line.text) {
                Ok(Some(fact)) => {
                    tell_links(&fact.command_line, "command line", &fact, line.position(), out);
                    out.fact(fact, line.position(), None);
                    1
                }
                Ok(None) => 0,
                Err(reason) => {
                    out.gap(Some(line.position()), reason);
                    0
                }
            }
        })
    }
}

fn from_json(record: &Record<'_>, value: &Value, out: &mut Emitter<'_>) -> bool {
    let kernel = text(value, "filename").unwrap_or_default();
    // As `/proc/PID/stat` brackets it; up to the first blank, the closing one may be missing.
    let kernel = kernel.strip_prefix('(').map_or(&*kernel, |n| n.strip_suffix(')').unwrap_or(n));
    let path = text(value, "path");
    let command_line: Vec<String> = texts(value, "command_line");
    let Some((name, truncated)) = name_of(kernel, command_line.first(), path.as_deref()) else {
        out.gap(Some(record.position()), "this record states no process name");
        return false;
    };
    let context = text(value, "context");
    let (uid, user) = match number(value, "uid") {
        Some(0) => context.as_deref().map_or((Some(0), Some(0)), uid_of_context),
        uid => (uid, uid.map(user_of)),
    };
    // Who is not root sees no other user's executable; a command line names it with its path.
    let called = command_line.first().and_then(|first| first.split_ascii_whitespace().next());
    let path = path.or_else(|| called.filter(|word| word.starts_with('/')).map(str::to_owned));
    let fact = ProcessRunning {
        name,
        pid: number(value, "pid"),
        ppid: number(value, "ppid"),
        uid,
        user,
        user_name: text(value, "user"),
        path,
        command_line,
        context,
        cwd: text(value, "cwd"),
        truncated,
        environment: loading_code(&texts(value, "env")),
        ..ProcessRunning::default()
    };
    tell_links(&fact.command_line, "command line", &fact, record.position(), out);
    tell_links(&texts(value, "env"), "environment", &fact, record.position(), out);
    out.fact(fact, record.position(), None);
    true
}

/// Uid and Android user of a process that is said to be root's. AndroidQF's collector in Go
/// writes 0 whatever the uid is, and none of an app's SELinux domains is ever root's; their
/// categories hold the uid (AOSP `libselinux/src/android`, `set_range_from_level`): of
/// `c44,c257,c512,c768` the app id's low and high byte, and the user's.
fn uid_of_context(context: &str) -> (Option<u32>, Option<u32>) {
    let mut parts = context.split(':').skip(2);
    let domain = parts.next().unwrap_or_default();
    if !domain.ends_with("_app") && !domain.starts_with("untrusted_app_") {
        return (Some(0), Some(0));
    }
    let categories: Vec<u32> = parts
        .last()
        .unwrap_or_default()
        .split(',')
        .filter_map(|category| category.strip_prefix('c')?.parse().ok())
        .collect();
    let byte = |value: u32, base: u32| value.checked_sub(base).filter(|byte| *byte < 256);
    let number =
        |low: u32, high: u32, base: u32| Some(byte(low, base)? + 256 * byte(high, base + 256)?);
    // Beyond it, no uid of 32 bits has room for the user.
    let is_user = |user: &u32| *user <= u32::MAX / 100_000;
    match categories[..] {
        [low, high, user_low, user_high] => {
            let user = number(user_low, user_high, 512).filter(is_user);
            // Isolated and SDK sandbox processes count from elsewhere.
            let app = number(low, high, 0).filter(|_| domain != "isolated_app");
            let uid = user
                .zip(app)
                .and_then(|(user, app)| (user * 100_000).checked_add(10_000)?.checked_add(app));
            (uid, user)
        }
        [user_low, user_high] => (None, number(user_low, user_high, 512).filter(is_user)),
        _ => (None, None),
    }
}

/// The best name of a process, and whether it may be cut: that of its command line (Android
/// writes an app's process name there), else the kernel's, lengthened by the executable's name
/// where that begins with it.
fn name_of(kernel: &str, first: Option<&String>, path: Option<&str>) -> Option<(String, bool)> {
    let argument = first.and_then(|first| first.split_ascii_whitespace().next()).map(base_name);
    if let Some(name) = argument.filter(|name| !name.is_empty()) {
        return Some((name.to_owned(), false));
    }
    let cut = kernel.chars().count() >= KERNEL_NAME;
    match path.map(base_name).filter(|name| !name.is_empty()) {
        Some(name) if kernel.is_empty() || (cut && name.starts_with(kernel)) => {
            Some((name.to_owned(), false))
        }
        _ => (!kernel.is_empty()).then(|| (kernel.to_owned(), cut)),
    }
}

/// The part behind the last `/` of what is a path; kernel threads have names such as
/// `kworker/0:1`, which are none.
pub(crate) fn base_name(name: &str) -> &str {
    if name.starts_with(['/', '.']) { name.rsplit('/').next().unwrap_or(name) } else { name }
}

/// The variables that make a process load code which its executable does not name: those of the
/// linker (bionic's `linker_main.cpp`) and of Android's runtime (`app_process`).
fn loading_code(environment: &[String]) -> Vec<String> {
    const NAMES: [&str; 4] = ["LD_PRELOAD", "LD_LIBRARY_PATH", "CLASSPATH", "JAVA_TOOL_OPTIONS"];
    let loads = |text: &&String| {
        text.split_once('=').is_some_and(|(name, value)| NAMES.contains(&name) && !value.is_empty())
    };
    environment.iter().filter(loads).cloned().collect()
}

fn tell_links(
    texts: &[String],
    place: &str,
    process: &ProcessRunning,
    position: model::Position,
    out: &mut Emitter<'_>,
) {
    for text in texts {
        links_in(text, |Link { url, host, port }| {
            let place = format!("{place} of process {}", process.name);
            let package = model::normal::package(&process.name).map(str::to_owned);
            out.fact(
                LinkSeen { url, host, port, place, package, ..LinkSeen::default() },
                position.clone(),
                None,
            );
        });
    }
}
