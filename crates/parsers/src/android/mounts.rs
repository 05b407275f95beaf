//! `mounts.json` of AndroidQF: a list of lines, those of `mount` followed by those of
//! `/proc/mounts`; the same mount therefore stands there twice and is told once.

use super::records::{each_record, text, texts};
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::MountSeen;
use model::{SourceKind, Status};
use serde_json::Value;
use std::collections::HashSet;

/// Reads `mounts.json`.
pub struct Mounts;

/// How many mounts are remembered to tell none twice.
const MAX_REMEMBERED: usize = 20_000;

impl Parser for Mounts {
    fn id(&self) -> &'static str {
        "androidqf_mounts"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Androidqf],
            artifacts: "mounts.json",
            takes: "mounted file systems with their options",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        source == SourceKind::Androidqf && path == "mounts.json"
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let mut told: HashSet<(String, String, String, Vec<String>)> = HashSet::new();
        each_record(input, out, |record, out| {
            let Some(value) = record.value(out) else { return false };
            let mount = match &value {
                Value::String(line) if line.trim().is_empty() => return true,
                Value::String(line) => from_line(line),
                _ => from_object(&value),
            };
            let Some(mount) = mount else {
                out.gap(Some(record.position()), "this record is no mount");
                return false;
            };
            let MountSeen { device, mount_point, filesystem, options, .. } = mount.clone();
            let key = (device, mount_point, filesystem, options);
            if told.contains(&key) {
                return true;
            }
            if told.len() < MAX_REMEMBERED {
                told.insert(key);
            }
            out.fact(mount, record.position(), None);
            true
        })
    }
}

/// `DEVICE on POINT type FS (OPTIONS)` of `mount`, or `DEVICE POINT FS OPTIONS 0 0`
/// of `/proc/mounts` (proc(5)).
pub(crate) fn from_line(line: &str) -> Option<MountSeen> {
    let line = line.trim();
    if let Some(whole) = line.strip_suffix(')')
        && let Some((head, options)) = whole.rsplit_once(" (")
        && let Some((head, filesystem)) = head.rsplit_once(" type ")
        && let Some((device, mount_point)) = head.split_once(" on ")
    {
        return mount(device, mount_point, filesystem, split(options));
    }
    let mut columns = line.split_ascii_whitespace();
    let (device, point) = (columns.next()?, columns.next()?);
    let (filesystem, options) = (columns.next()?, columns.next()?);
    mount(&unescape(device), &unescape(point), filesystem, split(options))
}

fn from_object(value: &Value) -> Option<MountSeen> {
    let first = |keys: &[&str]| keys.iter().find_map(|key| text(value, key));
    let options = match value.get("options") {
        Some(Value::String(list)) => split(list),
        _ => texts(value, "options"),
    };
    mount(
        &first(&["device", "source"])?,
        &first(&["mount_point", "mountpoint", "target", "path"])?,
        &first(&["filesystem", "fs_type", "fstype", "type"]).unwrap_or_default(),
        options,
    )
}

pub(crate) fn split(options: &str) -> Vec<String> {
    options.split(',').map(str::trim).filter(|o| !o.is_empty()).map(str::to_owned).collect()
}

pub(crate) fn mount(
    device: &str,
    point: &str,
    filesystem: &str,
    options: Vec<String>,
) -> Option<MountSeen> {
    // A mount point is absolute; this keeps error messages from passing as mounts.
    point.starts_with('/').then(|| MountSeen {
        device: device.to_owned(),
        mount_point: point.to_owned(),
        filesystem: filesystem.to_owned(),
        writable: options.iter().any(|option| option == "rw"),
        options,
    })
}

/// Undoes the octal escapes of `/proc/mounts`: space, tab, line feed, backslash, `#`.
pub(crate) fn unescape(raw: &str) -> String {
    const ESCAPES: [(&str, &str); 5] =
        [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\043", "#"), ("\\134", "\\")];
    if !raw.contains('\\') {
        return raw.to_owned();
    }
    let mut text = raw.to_owned();
    for (from, to) in ESCAPES {
        text = text.replace(from, to);
    }
    text
}
