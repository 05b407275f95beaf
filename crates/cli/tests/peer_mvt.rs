//! Side by side with MVT, the field's reference tool: on the same made-up evidence, whatever it
//! reads in the modules that both have, we read too; whatever it matches, we match.
//!
//! MVT is found by `TAMARISK_MVT` (its program `mvt-android`), or in the environment that
//! `cargo xtask bench` sets up below the target folder. Without it, the tests say that they skip.
//! What differs on purpose is told in docs/peers.md.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.
#![allow(clippy::print_stdout)] // What is skipped and what was counted is told.

mod support;

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::{mvt, tamarisk};
use testkit::phone;

/// What a tool saw, by the name of what is compared.
type Sets = BTreeMap<&'static str, BTreeSet<String>>;

/// The generators of synthetic evidence that founders share, where they are.
fn generators() -> Option<PathBuf> {
    let shared = std::env::var_os("TAMARISK_SHARED").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = shared.unwrap_or(beside).join("bench");
    let there = folder.join("gen_androidqf.py").is_file();
    if !there {
        println!("skipped: no generators in {}", folder.display());
    }
    there.then_some(folder)
}

#[test]
fn the_sample_phones_read_alike() {
    let Some(mvt) = mvt() else { return };
    for (name, made) in [("troubled", phone::troubled()), ("quiet", phone::quiet())] {
        let work = tempfile::tempdir().unwrap();
        let folder = work.path().join(name);
        made.write_to(&folder).unwrap();
        // MVT looks for the processes in a file that AndroidQF does not write.
        let processes =
            "USER PID PPID VSZ RSS WCHAN ADDR S NAME\nu0_a151 2210 700 1 1 0 0 S com.whatsapp\n";
        fs::write(folder.join("ps.txt"), processes).unwrap();
        let advisory = work.path().join("advisory.json");
        fs::write(&advisory, ADVISORY).unwrap();
        let (theirs, ours) = compare(&mvt, work.path(), &folder, &advisory);
        for what in
            ["packages", "installed packages", "properties", "settings", "files", "mounts", "use"]
        {
            assert!(!theirs[what].is_empty(), "{name}: MVT reads no {what}");
        }
        hold(name, &theirs, &ours);
        // It keeps the packages of the services it knows, we keep their APKs' names besides.
        assert_eq!(theirs["packages"], ours["packages"], "{name}");
        assert_eq!(theirs["matched"].len(), if name == "troubled" { 2 } else { 0 }, "{name}");
    }
}

/// Indicators of things that the troubled sample has: its look-alike, and a host in no place.
const ADVISORY: &str = r#"{"type":"bundle","id":"bundle--7a6ac3b0-6b5c-4f4f-9d3c-0d4f4bb3c001",
"objects":[
{"type":"malware","spec_version":"2.1","id":"malware--7a6ac3b0-6b5c-4f4f-9d3c-0d4f4bb3c002",
 "created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","name":"M","is_family":true},
{"type":"indicator","spec_version":"2.1","id":"indicator--7a6ac3b0-6b5c-4f4f-9d3c-0d4f4bb3c003",
 "created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","pattern_type":"stix",
 "pattern":"[app:id = 'org.thoughtcrime.securesmsplus']","valid_from":"2020-01-01T00:00:00Z"},
{"type":"indicator","spec_version":"2.1","id":"indicator--7a6ac3b0-6b5c-4f4f-9d3c-0d4f4bb3c004",
 "created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","pattern_type":"stix",
 "pattern":"[file:path = '/sdcard/Telegram/Telegram Files/Prayer Times.apk']",
 "valid_from":"2020-01-01T00:00:00Z"},
{"type":"indicator","spec_version":"2.1","id":"indicator--7a6ac3b0-6b5c-4f4f-9d3c-0d4f4bb3c005",
 "created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","pattern_type":"stix",
 "pattern":"[domain-name:value = 'evil.example']","valid_from":"2020-01-01T00:00:00Z"}
]}"#;

#[test]
fn generated_evidence_reads_alike() {
    let (Some(mvt), Some(generators)) = (mvt(), generators()) else { return };
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name).display().to_string();
    let run = |script: &str, args: &[&str]| {
        let script = generators.join(script);
        let done = Command::new("python3").arg(script).args(args).stdout(Stdio::null()).status();
        assert!(done.unwrap().success());
    };
    let (report, folder, advisory) = (at("br.zip"), at("acquisition"), at("advisory.json"));
    let small = ["--mb", "3", "--packages", "60", "--planted", "3", "--history", "500"];
    run("gen_bugreport.py", &[&[&*report], &small[..], &["--dbinfo", "100"]].concat());
    run(
        "gen_androidqf.py",
        &[&folder, "--packages", "60", "--files", "2000", "--bugreport", &report],
    );
    run("gen_stix.py", &[&advisory, "--domains", "50", "--apps", "30", "--plant", "3"]);
    let (theirs, ours) = compare(&mvt, work.path(), folder.as_ref(), advisory.as_ref());
    for (what, seen) in &theirs {
        // No program that gives root and no system app is generated, and MVT's list of mounts is written over by
        // that of the bug report.
        let none = ["root", "mounts", "system packages"].contains(what);
        assert!(none || !seen.is_empty(), "MVT reads no {what}");
    }
    hold("generated", &theirs, &ours);
    assert_eq!(theirs["matched"].len(), 9, "three apps, their hashes and their files");
}

/// The texts in which the parser of dumpstates holds the shapes of four Android versions.
#[test]
fn the_shapes_of_android_versions_read_alike() {
    let Some(mvt) = mvt() else { return };
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dumpsys/fixtures");
    let mut texts: Vec<PathBuf> =
        fs::read_dir(fixtures).unwrap().map(|file| file.unwrap().path()).collect();
    texts.retain(|file| file.extension().is_some_and(|ending| ending == "txt"));
    texts.sort();
    assert!(texts.len() >= 4, "{texts:?}");
    let mut problems = Vec::new();
    for text in texts {
        let work = tempfile::tempdir().unwrap();
        let folder = work.path().join("acquisition");
        testkit::phone::quiet().write_to(&folder).unwrap();
        let report = testkit::archive::zip([
            ("main_entry.txt", b"bugreport-x.txt".as_slice()),
            ("bugreport-x.txt", fs::read(&text).unwrap().as_slice()),
        ]);
        fs::write(folder.join("bugreport.zip"), report).unwrap();
        let advisory = work.path().join("advisory.json");
        fs::write(&advisory, ADVISORY).unwrap();
        let (theirs, ours) = compare(&mvt, work.path(), &folder, &advisory);
        let name = text.file_stem().unwrap().to_string_lossy();
        problems.extend(missing(&name, &theirs, &ours));
    }
    assert!(problems.is_empty(), "MVT sees what we do not:\n{}", problems.join("\n"));
}

/// The large services of the parsers' own fixtures, in one text. Not the adb keys: MVT's module ends
/// with an error on two of them.
#[test]
fn the_large_services_read_alike() {
    let Some(mvt) = mvt() else { return };
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../parsers/fixtures/dumpstate");
    let mut text = String::from("== dumpstate: 2026-02-03 10:00:00\n");
    let names = ["batterystats_14", "dbinfo_14_16", "package_14", "platform_compat", "settings_14"];
    for name in names {
        let fixture = fs::read_to_string(fixtures.join(format!("{name}.txt"))).unwrap();
        let services = fixture.find(&"-".repeat(79)).unwrap();
        let end = fixture.rfind("--------- ").unwrap();
        let line = fixture[end..].find('\n').unwrap();
        text += &fixture[services..=end + line];
    }
    text += "== dumpstate: done (id 1)\n";
    let work = tempfile::tempdir().unwrap();
    let folder = work.path().join("acquisition");
    testkit::phone::quiet().write_to(&folder).unwrap();
    let files =
        [("main_entry.txt", b"bugreport-x.txt".as_slice()), ("bugreport-x.txt", text.as_bytes())];
    fs::write(folder.join("bugreport.zip"), testkit::archive::zip(files)).unwrap();
    fs::write(folder.join("root_binaries.json"), r#"["/system/xbin/su"]"#).unwrap();
    let advisory = work.path().join("advisory.json");
    fs::write(&advisory, ADVISORY).unwrap();
    let (theirs, ours) = compare(&mvt, work.path(), &folder, &advisory);
    for what in ["databases", "overrides", "receivers", "activities", "battery history", "root"] {
        assert!(!theirs[what].is_empty(), "MVT reads no {what}");
    }
    hold("large services", &theirs, &ours);
}

/// What MVT reads and we rightly do not, of the made-up texts; docs/peers.md says why.
const THEIRS_ALONE: [&str; 8] = [
    // No component: told as a line that could not be read.
    "receivers: broken",
    // Its value is cut where its own words look like the default's.
    "settings of the dump: global | 0 | odd | first line\nsecond",
    // No number of a version: told as a line that could not be read.
    "updates: com.example.odd | x | 2022-03-28 01:00:27",
    // Stands below the statistics since the last charge, of no day.
    "updates: com.not.seen | 1 | 2022-03-28 01:00:27",
    // The version that came with the phone, and what it asks for; another one is in use.
    "requested permissions: com.android.part | android.permission.READ_SMS",
    "installed packages: com.android.part | - | 1",
    // Left over for a user who does not have the app.
    "granted permissions: org.sample.archived | 0 | android.permission.CAMERA | true",
    "granted permissions: org.sample.office | 0 | android.permission.CAMERA | true",
];

/// Asserts that all that MVT saw we saw.
fn hold(name: &str, theirs: &Sets, ours: &Sets) {
    let missed = missing(name, theirs, ours);
    assert!(missed.is_empty(), "MVT sees what we do not:\n{}", missed.join("\n"));
}

/// What MVT saw and we did not; prints how much each saw.
fn missing(name: &str, theirs: &Sets, ours: &Sets) -> Vec<String> {
    let none = BTreeSet::new();
    let mut missed = Vec::new();
    for (what, seen) in theirs {
        let own = ours.get(what).unwrap_or(&none);
        println!("{name}: {what}: MVT {}, Tamarisk {}", seen.len(), own.len());
        let rows = seen.difference(own).map(|one| format!("{what}: {one}"));
        let rows = rows.filter(|one| !THEIRS_ALONE.contains(&&**one)).take(5);
        missed.extend(rows.map(|one| format!("{name}: {one}")));
    }
    missed
}

fn compare(mvt: &Path, work: &Path, folder: &Path, advisory: &Path) -> (Sets, Sets) {
    let out = work.join("mvt");
    let run = Command::new(mvt)
        .args(["--disable-update-check", "--disable-indicator-update-check", "check-androidqf"])
        .args(["-n".as_ref(), "-i".as_ref(), advisory.as_os_str(), "-o".as_ref()])
        .args([out.as_os_str(), folder.as_os_str()])
        .env("MVT_NETWORK_ACCESS_ALLOWED", "False")
        .env("HOME", work)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    (theirs(&out), ours(folder, advisory))
}

/// A value as both tools' sets write it: texts bare, what is not there as `-`.
fn word(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) if text.is_empty() || text == "null" => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn row(of: &Value, fields: &[&str]) -> String {
    fields.iter().map(|field| word(&of[*field])).collect::<Vec<_>>().join(" | ")
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// What MVT wrote: a JSON file for each module.
fn theirs(out: &Path) -> Sets {
    let module = |name: &str| -> Vec<Value> {
        let text = fs::read_to_string(out.join(format!("{name}.json"))).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    };
    let rows = |name: &str, fields: &[&str]| -> BTreeSet<String> {
        module(name).iter().map(|one| row(one, fields)).collect()
    };
    let mut sets = Sets::new();
    sets.insert("packages", rows("aqf_packages", &["name", "installer", "system", "uid"]));
    let installed = ["package_name", "installer", "version_code"];
    sets.insert("installed packages", rows("dumpsys_packages", &installed));
    let dumped = module("dumpsys_packages");
    // Not the reverse: a system app's hidden record and UPDATED_SYSTEM_APP pass for none there.
    let system = dumped.iter().filter(|one| one["system"] == true);
    sets.insert("system packages", system.map(|one| word(&one["package_name"])).collect());
    let (mut requested, mut granted) = (BTreeSet::new(), BTreeSet::new());
    for package in module("dumpsys_packages") {
        let name = word(&package["package_name"]);
        requested.extend(list(&package["requested_permissions"]).map(|one| {
            // Flags behind the name are no part of it.
            format!("{name} | {}", word(one).split(':').next().unwrap_or_default())
        }));
        for one in list(&package["permissions"]).filter(|one| !one["granted"].is_null()) {
            granted.insert(format!("{name} | - | {}", row(one, &["name", "granted"])));
        }
        for user in list(&package["users"]) {
            // A line without `granted=` is no permission (declared ones, warnings).
            for one in list(&user["permissions"]).filter(|one| !one["granted"].is_null()) {
                let of = word(&user["user_id"]);
                granted.insert(format!("{name} | {of} | {}", row(one, &["name", "granted"])));
            }
        }
    }
    sets.insert("requested permissions", requested);
    sets.insert("granted permissions", granted);
    let mut used = BTreeSet::new();
    for package in module("dumpsys_appops") {
        for op in list(&package["permissions"]) {
            for entry in list(&op["entries"]) {
                let at = word(&entry["timestamp"]);
                let at = at.strip_suffix("000").unwrap_or(&at);
                let (package, op) = (word(&package["package_name"]), word(&op["name"]));
                let state = entry["uid_state"].as_str().and_then(|state| state.split('-').next());
                let state = state.unwrap_or("-");
                used.insert(format!(
                    "{package} | {op} | {} | {state} | {at}",
                    word(&entry["event"])
                ));
            }
        }
    }
    sets.insert("use", used);
    let named = module("dumpsys_accessibility");
    let services = named.iter().filter(|one| one["enabled"] == true || one["bound"] == true);
    // A class that starts with a dot lies in the package: we write it out.
    let whole = |one: &Value| {
        let component = word(&one["component"]);
        match component.split_once("/.") {
            Some((package, class)) => format!("{package}/{package}.{class}"),
            None => component,
        }
    };
    let services = services.map(|one| format!("{} | {}", word(&one["user_id"]), whole(one)));
    sets.insert("accessibility", services.collect());
    let updates = ["package_name", "version_code", "period_start"];
    sets.insert("updates", rows("dumpsys_battery_daily", &updates));
    let mut properties = rows("aqf_get_prop", &["name", "value"]);
    properties.extend(rows("dumpsys_get_prop", &["name", "value"]));
    sets.insert("properties", properties);
    sets.insert("databases", rows("dbinfo", &["pool_path"]));
    sets.insert("overrides", rows("dumpsys_platform_compat", &["package_name"]));
    for (what, name) in [("receivers", "dumpsys_receivers"), ("activities", "dumpsys_activities")] {
        sets.insert(what, module(name).iter().map(whole).collect());
    }
    let mut history = BTreeSet::new();
    for one in module("dumpsys_battery_history") {
        let (package, service) = (word(&one["package_name"]), word(&one["service"]));
        // Of a package that starts otherwise than com, net or org the slash is kept there.
        let package = package.trim_end_matches('/');
        match one["event"].as_str() {
            Some("start_top") => history.insert(format!("top | {package}")),
            Some("start_job") => history.insert(format!("job | {package} | {service}")),
            // Which package a wake lock's name states is guessed there.
            Some("wake") => history.insert(format!("wake lock | {service}")),
            // Ends: no part of an app begins to run.
            _ => false,
        };
    }
    sets.insert("battery history", history);
    let dumped = module("settings");
    let dumped = dumped.iter().map(|one| {
        let value = word(&one["value"]);
        let value = if value == "{null}" { "-" } else { &value };
        format!("{} | {value}", row(one, &["namespace", "user", "name"]))
    });
    sets.insert("settings of the dump", dumped.collect());
    sets.insert("settings", rows("aqf_settings", &["namespace", "name", "value"]));
    sets.insert("processes", rows("aqf_processes", &["pid", "command"]));
    sets.insert("files", rows("aqf_files", &["path", "size", "mode"]));
    sets.insert("root", rows("root_binaries", &["path"]));
    // With a bug report in the acquisition, its own module of this name writes over the file.
    let of_list = module("mounts").into_iter().filter(|one| one["mount_id"].is_null());
    sets.insert("mounts", of_list.map(|one| row(&one, &["device", "mount_point"])).collect());
    let critical = module("alerts").into_iter().filter(|one| one["level"] == "CRITICAL");
    let matched = critical.map(|one| word(&one["matched_indicator"]["value"]).to_lowercase());
    sets.insert("matched", matched.collect());
    sets
}

/// What we see: the records, and the values of the indicators that matched.
fn ours(folder: &Path, advisory: &Path) -> Sets {
    let mut sets = Sets::new();
    let read = tamarisk(&["read".as_ref(), folder.as_os_str()]);
    for line in read.stdout.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        if record["record"] != "observation" {
            continue;
        }
        let (fields, artifact) = (&record["fields"], word(&record["artifact"]));
        let of = |names: &[&str]| row(fields, names);
        let (what, one) = match record["kind"].as_str().unwrap_or_default() {
            "app_installed" if artifact == "packages.json" => {
                ("packages", of(&["package", "installer", "system", "uid"]))
            }
            "app_installed" => {
                if fields["system"] == true {
                    sets.entry("system packages").or_default().insert(of(&["package"]));
                }
                ("installed packages", of(&["package", "installer", "version_code"]))
            }
            "permission_requested" => ("requested permissions", of(&["package", "permission"])),
            "permission_granted" => {
                // MVT does not know that an install permission can be one user's.
                if fields["runtime"] == false {
                    let of =
                        format!("{} | - | {}", of(&["package"]), of(&["permission", "granted"]));
                    sets.entry("granted permissions").or_default().insert(of);
                }
                ("granted permissions", of(&["package", "user", "permission", "granted"]))
            }
            "permission_used" => {
                let event = match fields["outcome"].as_str() {
                    Some("accessed") => "access",
                    Some("rejected") => "reject",
                    _ => "running",
                };
                let at = word(&record["time"]["value"]);
                let (app, state) = (of(&["package", "op"]), word(&fields["process_state"]));
                ("use", format!("{app} | {event} | {state} | {at}"))
            }
            "accessibility_service" => ("accessibility", of(&["user", "component"])),
            "app_updated" => {
                let start = word(&fields["period_start"]);
                // 2026-11-18-01-00-00 as a date and a time.
                let parts: Vec<&str> = start.split('-').collect();
                let start = match parts[..] {
                    [y, mo, d, h, mi, s] => format!("{y}-{mo}-{d} {h}:{mi}:{s}"),
                    _ => start.clone(),
                };
                ("updates", format!("{} | {start}", of(&["package", "version_code"])))
            }
            "property_set" => ("properties", of(&["name", "value"])),
            "setting_set" if fields["user"].is_null() => {
                ("settings", of(&["namespace", "name", "value"]))
            }
            "setting_set" => ("settings of the dump", of(&["namespace", "user", "name", "value"])),
            "app_traced" if fields["store"] == "dbinfo" => ("databases", of(&["what"])),
            "app_traced" if fields["store"] == "platform_compat" => ("overrides", of(&["package"])),
            "component_declared" => {
                let what = match fields["component"].as_str() {
                    Some("receiver") => "receivers",
                    Some("activity") => "activities",
                    _ => continue,
                };
                (what, of(&["package", "name"]).replace(" | ", "/"))
            }
            "component_ran" => {
                let (package, component) = (of(&["package"]), of(&["component"]));
                let one = match fields["state"].as_str() {
                    Some("top") => format!("top | {package}"),
                    Some("job") => format!("job | {package} | {component}"),
                    Some("wake_lock") => format!("wake lock | {component}"),
                    _ => continue,
                };
                ("battery history", one)
            }
            "process_running" => ("processes", of(&["pid", "name"])),
            "file_seen" => ("files", of(&["path", "size", "mode"])),
            "root_binary_found" => ("root", of(&["path"])),
            "mount_seen" => ("mounts", of(&["device", "mount_point"])),
            _ => continue,
        };
        sets.entry(what).or_default().insert(one);
    }
    let args: [&std::ffi::OsStr; 6] = [
        "check".as_ref(),
        folder.as_os_str(),
        "--no-builtin".as_ref(),
        "--format=json".as_ref(),
        "--advisory".as_ref(),
        advisory.as_os_str(),
    ];
    let report: Value = serde_json::from_str(&tamarisk(&args).stdout).unwrap();
    let matched = list(&report["findings"]).filter(|found| found["because"]["kind"] == "indicator");
    let matched = matched.map(|found| word(&found["because"]["value"]).to_lowercase());
    sets.insert("matched", matched.collect());
    sets
}
