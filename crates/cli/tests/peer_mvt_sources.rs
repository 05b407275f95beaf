//! Side by side with MVT over the sources that are no acquisition: intrusion logs, Android backups,
//! tombstones. As in `peer_mvt.rs`, without MVT the tests say that they skip; docs/peers.md tells
//! what differs on purpose.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.
#![allow(clippy::print_stdout)] // What is skipped and what was counted is told.

mod support;

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::{mvt, tamarisk};

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases").join(name)
}

/// Runs one of MVT's commands; the rows of its modules, by their names.
fn theirs(
    mvt: &Path,
    work: &Path,
    command: &[&str],
    input: &Path,
) -> impl Fn(&str) -> Vec<Value> + use<> {
    let out = work.join("mvt");
    let run = Command::new(mvt)
        .args(["--disable-update-check", "--disable-indicator-update-check"])
        .args(command)
        .args(["-o".as_ref(), out.as_os_str(), input.as_os_str()])
        .env("MVT_NETWORK_ACCESS_ALLOWED", "False")
        .env("HOME", work)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    move |module| {
        let text = fs::read_to_string(out.join(format!("{module}.json"))).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }
}

/// What we see: kind and fields of each observation.
fn ours(input: &Path, args: &[&str]) -> Vec<(String, Value)> {
    let read = [
        &["read".as_ref(), input.as_os_str()][..],
        &args.iter().map(|arg| arg.as_ref()).collect::<Vec<&std::ffi::OsStr>>(),
    ]
    .concat();
    let records = tamarisk(&read).stdout;
    let records = records.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let seen = records.filter(|record| record["record"] == "observation");
    seen.map(|record| (record["kind"].as_str().unwrap().to_owned(), record["fields"].clone()))
        .collect()
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Holds that we saw what MVT saw, and prints how much each did.
fn hold(what: &str, theirs: &BTreeSet<String>, ours: &BTreeSet<String>) {
    println!("{what}: MVT {}, Tamarisk {}", theirs.len(), ours.len());
    assert!(!theirs.is_empty(), "MVT reads no {what}");
    let missed: Vec<_> = theirs.difference(ours).collect();
    assert!(missed.is_empty(), "{what}: MVT sees what we do not: {missed:?}");
}

#[test]
fn intrusion_logs_read_alike() {
    let Some(mvt) = mvt() else { return };
    let work = tempfile::tempdir().unwrap();
    let input = case("intrusion-log-zip").join("input/intrusion-logs.zip");
    let theirs = theirs(&mvt, work.path(), &["check-intrusion-logs"], &input);
    let ours = ours(&input, &[]);
    let contacts = |via: &str, row: &dyn Fn(&Value) -> String| -> BTreeSet<String> {
        let of = ours
            .iter()
            .filter(|(kind, fields)| kind == "endpoint_contacted" && fields["via"] == via);
        of.map(|(_, fields)| row(fields)).collect()
    };
    let dns = theirs("dns_event");
    let asked =
        dns.iter().map(|one| format!("{} {}", word(&one["hostname"]), word(&one["package_name"])));
    hold(
        "names asked for",
        &asked.collect(),
        &contacts("dns", &|fields| {
            format!("{} {}", word(&fields["host"]), word(&fields["package"]))
        }),
    );
    let connect = theirs("connect_event");
    let opened = connect.iter().map(|one| {
        format!("{} {} {}", word(&one["ip_address"]), one["port"], word(&one["package_name"]))
    });
    hold(
        "connections",
        &opened.collect(),
        &contacts("connect", &|fields| {
            format!(
                "{} {} {}",
                word(&fields["addresses"][0]),
                fields["port"],
                word(&fields["package"])
            )
        }),
    );
    // MVT keeps every event of the security log as it stands; we tell four of them as what they mean.
    let security = theirs("security_event");
    let events = security.iter().flat_map(|one| one.as_object().unwrap().iter());
    let events = events.filter(|(_, value)| value.is_object()).map(|(name, _)| name.clone());
    let named = ours.iter().filter_map(|(kind, fields)| match kind.as_str() {
        "security_event" => Some(word(&fields["event"])),
        "component_ran" => Some("app_process_start".to_owned()),
        "install_event" => Some("package_installed".to_owned()),
        _ => None,
    });
    hold("security events", &events.collect(), &named.collect());
}

#[test]
fn backed_up_messages_read_alike() {
    let Some(mvt) = mvt() else { return };
    let work = tempfile::tempdir().unwrap();
    let folder = case("exposure-backup-sms");
    let input = folder.join("input/phone.ab");
    let password = fs::read_to_string(folder.join("password.txt")).unwrap();
    let theirs = theirs(&mvt, work.path(), &["check-backup", "-p", password.trim()], &input);
    let passphrase = folder.join("password.txt");
    let ours = ours(&input, &["--passphrase-file", passphrase.to_str().unwrap()]);
    let messages = theirs("sms");
    let links = messages.iter().flat_map(|one| one["links"].as_array().into_iter().flatten());
    let urls = ours.iter().filter(|(kind, _)| kind == "link_seen").map(
        |(_, fields)| match &fields["url"] {
            Value::String(url) => url.clone(),
            _ => word(&fields["host"]),
        },
    );
    hold("links", &links.map(word).collect(), &urls.collect());
}

#[test]
fn tombstones_read_alike() {
    let Some(mvt) = mvt() else { return };
    let work = tempfile::tempdir().unwrap();
    let fixture =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../parsers/fixtures/sources/bugreport/crashes");
    let folder = work.path().join("report");
    let crashes = folder.join("FS/data/tombstones");
    fs::create_dir_all(&crashes).unwrap();
    for name in ["tombstone_00", "tombstone_00.pb"] {
        fs::copy(fixture.join("FS/data/tombstones").join(name), crashes.join(name)).unwrap();
    }
    fs::write(folder.join("main_entry.txt"), "dump.txt").unwrap();
    fs::write(folder.join("dump.txt"), "== dumpstate: 2026-05-28 10:00:00\n").unwrap();
    let theirs = theirs(&mvt, work.path(), &["check-bugreport", "-m", "Tombstones"], &folder);
    let ours = ours(&folder, &[]);
    let crashes = theirs("tombstones");
    let of = crashes
        .iter()
        .map(|one| format!("{} {} {}", word(&one["command_line"][0]), one["pid"], one["uid"]));
    let ended: Vec<_> = ours.iter().filter(|(kind, _)| kind == "process_ended").collect();
    // The text and the protocol buffer say the same, and count once in both tools.
    assert_eq!(ended.len(), crashes.len());
    let own = ended.iter().map(|(_, fields)| {
        format!("{} {} {}", word(&fields["process"]), fields["pid"], fields["uid"])
    });
    hold("crashes", &of.collect(), &own.collect());
}

/// A computer that may debug the phone, in the bug report of a case: its name and fingerprint.
#[test]
fn adb_keys_read_alike() {
    let Some(mvt) = mvt() else { return };
    let work = tempfile::tempdir().unwrap();
    let services = fs::read_to_string(case("quiet-remembered").join("input/dumpsys.txt")).unwrap();
    let text = format!("== dumpstate: 2026-11-20 10:10:00\n{services}== dumpstate: done (id 1)\n");
    let input = work.path().join("bugreport-x.zip");
    let members =
        [("main_entry.txt", &b"bugreport-x.txt"[..]), ("bugreport-x.txt", text.as_bytes())];
    fs::write(&input, testkit::archive::zip(members)).unwrap();
    let theirs = theirs(&mvt, work.path(), &["check-bugreport"], &input);
    let ours = ours(&input, &[]);
    let states = theirs("dumpsys_adb_state");
    let keys = states.iter().flat_map(|one| one["user_keys"].as_array().into_iter().flatten());
    let keys = keys.map(|key| format!("{} {}", word(&key["user"]), word(&key["fingerprint"])));
    let own = ours.iter().filter(|(kind, _)| kind == "adb_key_authorised");
    let own = own.map(|(_, of)| format!("{} {}", word(&of["name"]), word(&of["fingerprint"])));
    hold("adb keys", &keys.collect(), &own.collect());
}
