//! Beside MVT on a bug report's table of processes, its mounts, and the times of the phone's files
//! in it: what `peer_mvt.rs` does for services. Where MVT is not there, the test says that it skips.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.
#![allow(clippy::print_stdout)] // What is skipped and what was counted is told.

mod support;

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use support::{mvt, tamarisk};

/// A bug report of the fixtures of the parsers, with a time in its directory.
fn report() -> Vec<u8> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../parsers/fixtures");
    let read = |path: &str| std::fs::read(fixtures.join(path)).unwrap();
    let (text, mounts) =
        (read("dumpstate/sections.txt"), read("sources/bugreport/files/FS/proc/1/mountinfo"));
    let mut bytes = testkit::archive::zip([
        ("main_entry.txt", b"bugreport-x.txt".as_slice()),
        ("version.txt", b"2.0"),
        ("bugreport-x.txt", &text),
        ("FS/proc/1/mountinfo", &mounts),
        ("FS/proc/2/mountinfo", &mounts),
        ("FS/data/anr/anr_2026", b"abc"),
    ]);
    // 10:20:30 and 2026-09-30 in the form of MS-DOS, into each record of the directory.
    let records: Vec<usize> =
        (0..bytes.len() - 4).filter(|at| bytes[*at..].starts_with(b"PK\x01\x02")).collect();
    for at in records {
        bytes[at + 12..at + 16].copy_from_slice(&[0x8f, 0x52, 0x3e, 0x5d]);
    }
    bytes
}

#[test]
fn processes_mounts_and_times_read_alike() {
    let Some(mvt) = mvt() else { return };
    let work = tempfile::tempdir().unwrap();
    let (zip, out) = (work.path().join("bugreport-x.zip"), work.path().join("mvt"));
    std::fs::write(&zip, report()).unwrap();
    let run = Command::new(mvt)
        .args(["--disable-update-check", "--disable-indicator-update-check", "check-bugreport"])
        .args(["-o".as_ref(), out.as_os_str(), zip.as_os_str()])
        .env("MVT_NETWORK_ACCESS_ALLOWED", "False")
        .env("HOME", work.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let module = |name: &str| -> Vec<Value> {
        let text = std::fs::read_to_string(out.join(format!("{name}.json"))).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    // Each thread is a row there; a process is its first one here.
    let threads = module("processes");
    let processes = threads.iter().filter(|row| row["pid"] == row["tid"]);
    let mut theirs: BTreeSet<String> =
        processes.map(|row| format!("process {} {}", row["pid"], text(&row["command"]))).collect();
    for row in module("mounts") {
        let words = [&row["device"], &row["mount_point"], &row["mount_options"]].map(text);
        // `ro` of this mount and `rw` of its file system stand side by side there; see docs/peers.md.
        let words = words.join(" ").replace("ro,noatime,rw", "ro,noatime");
        theirs.insert(format!("mount {words} {}", row["is_read_write"]));
    }
    for row in module("bugreport_timestamps") {
        let (path, time) = (text(&row["path"]), text(&row["modified_time"]));
        let time = time.trim_end_matches(".000000");
        theirs.insert(format!("file {} {time}", path.trim_start_matches("FS")));
    }

    let mut ours = BTreeSet::new();
    for line in tamarisk(&["read".as_ref(), zip.as_os_str()]).stdout.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let fields = &record["fields"];
        let one = match record["kind"].as_str().unwrap_or_default() {
            "process_running" => format!("process {} {}", fields["pid"], text(&fields["name"])),
            "mount_seen" => {
                let options: Vec<String> =
                    fields["options"].as_array().unwrap().iter().map(text).collect();
                let (device, point) = (text(&fields["device"]), text(&fields["mount_point"]));
                format!("mount {device} {point} {} {}", options.join(","), fields["writable"])
            }
            "file_seen" => {
                format!("file {} {}", text(&fields["path"]), text(&record["time"]["value"]))
            }
            _ => continue,
        };
        ours.insert(one);
    }
    println!("processes, mounts, times: MVT {}, Tamarisk {}", theirs.len(), ours.len());
    // Three processes, three mounts, three files, counted in the fixtures.
    assert_eq!(theirs.len(), 9, "{theirs:#?}");
    assert_eq!(ours, theirs);
}
