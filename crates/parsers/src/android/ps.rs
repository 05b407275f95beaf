//! A table of `ps` as toybox prints it on Android, with or without `-Z`, `-T` and more columns:
//! the header row says which there are.
//!
//! toybox `toys/posix/ps.c`, Android 7 to 16: `NAME` is the first word of the command line, or
//! in brackets the kernel's name where there is no command line; as the last column it is never
//! cut. `CMD` is the command line with `-f` (which also gives `STIME`), else the kernel's name
//! of the thread: at most 15 characters, of an app the last 15 of its process name.

use super::packages::user_of;
use super::processes::{KERNEL_NAME, base_name};
use model::fact::ProcessRunning;

/// The columns of a table.
pub(crate) struct Header {
    columns: Vec<String>,
    /// Elder `ps` prints the state without naming it in the header.
    unnamed_state: bool,
    /// Whether the last column is the kernel's name.
    kernel_names: bool,
    /// Whether the last column is a whole command line.
    arguments: bool,
}

impl Header {
    /// Reads the header row; `None` where the line is none.
    pub(crate) fn read(line: &str) -> Option<Self> {
        let columns: Vec<String> = line.split_ascii_whitespace().map(str::to_owned).collect();
        let has = |name: &str| columns.iter().any(|column| column == name);
        let named = columns.last().is_some_and(|last| NAMES.contains(&last.as_str()));
        let unnamed_state = has("PC") && !has("S");
        let last = columns.last().map(String::as_str).unwrap_or_default();
        let kernel_names = last == "CMD" && !has("STIME");
        let arguments = !kernel_names && last != "NAME";
        (has("PID") && named).then_some(Self { columns, unnamed_state, kernel_names, arguments })
    }
}

/// What the last column may be called.
const NAMES: [&str; 5] = ["NAME", "CMD", "CMDLINE", "COMMAND", "ARGS"];

/// One row as a process; `None` for a thread that is not the process's first.
///
/// # Errors
/// In words, when the row does not fit the header.
pub(crate) fn process(header: &Header, line: &str) -> Result<Option<ProcessRunning>, String> {
    let mut rest = line.trim();
    let mut fact = ProcessRunning::default();
    let mut thread: Option<u32> = None;
    let (_, columns) = header.columns.split_last().ok_or("the table has no columns")?;
    for column in columns {
        let (word, after) =
            rest.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((rest, ""));
        rest = after.trim_start();
        match column.as_str() {
            "PID" => {
                let pid = word.parse().map_err(|_| "no process id stands in the column PID")?;
                fact.pid = Some(pid);
            }
            "TID" | "LWP" => thread = word.parse().ok(),
            "PPID" => fact.ppid = word.parse().ok(),
            "USER" | "UID" => {
                fact.user_name = Some(word.to_owned());
                (fact.uid, fact.user) = uid_of(word);
            }
            "LABEL" => fact.context = Some(word.to_owned()).filter(|label| label != "-"),
            _ => {}
        }
    }
    if header.unnamed_state
        && let Some((state, name)) = rest.split_once(' ')
        && state.len() == 1
    {
        rest = name.trim_start();
    }
    if rest.is_empty() {
        return Err("this row ends before the name of the process".to_owned());
    }
    if thread.is_some() && thread != fact.pid {
        return Ok(None);
    }
    // In brackets stands the kernel's name, where there is no command line.
    let kernel = rest.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let name = match kernel {
        Some(kernel) => kernel,
        None if header.arguments => {
            fact.command_line = rest.split_ascii_whitespace().map(str::to_owned).collect();
            rest.split_ascii_whitespace().next().unwrap_or(rest)
        }
        None => rest,
    };
    if kernel.is_none() && name.starts_with('/') {
        fact.path = Some(name.to_owned());
    }
    let whole = if kernel.is_none() { base_name(name) } else { name };
    let of_kernel = kernel.is_some() || header.kernel_names;
    fact.truncated = of_kernel && whole.chars().count() == KERNEL_NAME;
    fact.name = whole.to_owned();
    Ok(Some(fact))
}

/// Linux uid and Android user of a user name as Android prints it (bionic `grp_pwd.cpp`):
/// `u0_a123` is app id 10123 of user 0, `u0_a10123` its SDK sandbox (app id 20123, Android 13
/// on); of an isolated process (`u0_i5`) only the user is certain, since the numbers it counts
/// from changed between versions.
pub(crate) fn uid_of(name: &str) -> (Option<u32>, Option<u32>) {
    if let Ok(uid) = name.parse::<u32>() {
        return (Some(uid), Some(user_of(uid)));
    }
    if let Some(uid) = system_uid(name) {
        return (Some(uid), Some(0));
    }
    let Some((user, tail)) = name.strip_prefix('u').and_then(|rest| rest.split_once('_')) else {
        return (None, None);
    };
    let Ok(user) = user.parse::<u32>() else { return (None, None) };
    let app = match tail.strip_prefix('a').and_then(|number| number.parse::<u32>().ok()) {
        Some(number) if number < 20_000 => Some(10_000 + number),
        Some(_) => None,
        None => system_uid(tail),
    };
    let uid = app.and_then(|app| user.checked_mul(100_000)?.checked_add(app));
    (uid, (user <= u32::MAX / 100_000).then_some(user))
}

/// Names of fixed uids (AOSP `android_filesystem_config.h`).
fn system_uid(name: &str) -> Option<u32> {
    const FIXED: &[(&str, u32)] = &[
        ("root", 0),
        ("system", 1000),
        ("radio", 1001),
        ("bluetooth", 1002),
        ("graphics", 1003),
        ("input", 1004),
        ("audio", 1005),
        ("camera", 1006),
        ("log", 1007),
        ("wifi", 1010),
        ("adb", 1011),
        ("install", 1012),
        ("media", 1013),
        ("keystore", 1017),
        ("drm", 1019),
        ("mdnsr", 1020),
        ("gps", 1021),
        ("nfc", 1027),
        ("logd", 1036),
        ("audioserver", 1041),
        ("cameraserver", 1047),
        ("shell", 2000),
        ("nobody", 9999),
    ];
    FIXED.iter().find(|(fixed, _)| *fixed == name).map(|(_, uid)| *uid)
}
