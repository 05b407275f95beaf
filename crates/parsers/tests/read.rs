//! The reading function, from bytes to items.

#![allow(clippy::unwrap_used)] // A test fails by panicking.

#[path = "../../evidence/tests/forge/mod.rs"]
mod forge;

use evidence::{FileKey, Job, Limits, Passwords, Role, Secrets};
use forge::{Entry, deflated, noise, stored, zip, zip_around};
use model::{Artifact, Fact, Item, Recognised, SourceKind, Status};
use std::fs::File;
use std::io::Write;
use std::sync::Arc;

const DUMPSTATE: &[u8] = b"========\n== dumpstate: 2026-09-30 10:00:00\n========\n\n\
------ SYSTEM PROPERTIES (getprop) ------\n[ro.product.model]: [Synth 1]\n\
------ 0.01s was the duration of 'SYSTEM PROPERTIES' ------\n";

/// SHA-256 of "abc": FIPS 180-2, appendix B.1.
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

fn job(bytes: &[u8], path: &str, role: Role) -> Job {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let input: Arc<File> = Arc::new(file);
    let (limits, passwords) = (Limits::default(), Passwords::default());
    Job {
        input,
        path: path.into(),
        role,
        journal: None,
        key: None,
        passwords,
        limits,
        progress: Arc::default(),
    }
}

fn items(job: &Job) -> Vec<Item> {
    let mut items = Vec::new();
    parsers::read(job, &mut |item| items.push(item));
    items
}

fn survey(bytes: &[u8]) -> Vec<Item> {
    items(&job(bytes, "given", Role::Survey))
}

fn recognised(bytes: &[u8]) -> Recognised {
    match survey(bytes).into_iter().next() {
        Some(Item::Recognised(recognised)) => recognised,
        other => panic!("not recognised: {other:?}"),
    }
}

fn gaps(items: &[Item]) -> Vec<String> {
    let gap = |item: &Item| match item {
        Item::Gap(gap) => {
            Some(format!("{}: {}", gap.artifact.as_deref().unwrap_or(""), gap.reason))
        }
        _ => None,
    };
    items.iter().filter_map(gap).collect()
}

fn artifacts(items: &[Item]) -> Vec<&Artifact> {
    let mut rows = Vec::new();
    for item in items {
        if let Item::Artifact(row) = item {
            rows.push(row);
        }
    }
    rows
}

fn statuses(items: &[Item]) -> Vec<(&str, Status)> {
    let service = |path: &str| path.matches(".txt!/").count() > 0;
    let rows = artifacts(items).into_iter().filter(|row| !service(&row.path));
    rows.map(|row| (row.path.as_str(), row.status)).collect()
}

/// What a survey of `bytes` says about its members, read one by one.
fn read_all(bytes: &[u8], key: Option<FileKey>) -> Vec<Item> {
    let mut job = job(bytes, "given.zip", Role::Survey);
    job.key = key;
    let mut all = items(&job);
    let Some(Item::Recognised(Recognised { kind, root, members })) = all.first().cloned() else {
        return all;
    };
    for member in members {
        let path = member.path.strip_prefix(&root).unwrap_or(&member.path).to_owned();
        job.role = Role::Member { kind, path, member };
        all.extend(items(&job));
    }
    all
}

fn packages() -> Entry {
    deflated("packages.json", br#"[{"name":"org.example.app","installer":"null","uid":10001}]"#)
}

fn prefixed(prefix: &str) -> Vec<u8> {
    let name = |name: &str| format!("{prefix}{name}");
    zip(&[
        stored(name("acquisition.json"), b"{}"),
        deflated(name("getprop.txt"), b"[ro.product.model]: [Synth 1]\n"),
        stored(name("yara.json"), b"abc"),
        stored(name("odd.bin"), b"abc"),
    ])
}

/// Trap 1: entries at the root of the zip, as AndroidQF writes them.
#[test]
fn an_acquisition_is_read_alike_at_the_root_and_under_a_prefix() {
    for prefix in ["", "0123-uuid/", "cases/0123-uuid/"] {
        let all = read_all(&prefixed(prefix), None);
        assert_eq!(gaps(&all), Vec::<String>::new());
        let model = all.iter().any(|item| {
            matches!(item, Item::Observation(seen)
            if matches!(&seen.fact, Fact::PropertySet(set) if set.value == "Synth 1"))
        });
        assert!(model, "the property is read under {prefix:?}");
        let rows = artifacts(&all);
        let row = |name: &str| {
            let path = format!("given.zip!/{prefix}{name}");
            rows.iter().find(|row| row.path == path).unwrap()
        };
        assert_eq!(row("getprop.txt").status, Status::Read);
        for (name, status) in [("yara.json", Status::NotSupported), ("odd.bin", Status::Unknown)] {
            assert_eq!(row(name).status, status);
            assert_eq!((row(name).sha256.as_deref(), row(name).size), (Some(ABC), Some(3)));
        }
    }
}

#[test]
fn every_artifact_read_to_its_end_is_a_hashed_file() {
    let all = read_all(&prefixed(""), None);
    let hashed: Vec<_> = all
        .iter()
        .filter_map(|item| match item {
            Item::Observation(seen) => match &seen.fact {
                Fact::FileHashed(file) => Some((file.name.as_str(), file.sha256.as_str())),
                _ => None,
            },
            _ => None,
        })
        .collect();
    assert_eq!(hashed.len(), 4);
    assert!(hashed.contains(&("yara.json", ABC)), "{hashed:?}");
}

#[test]
fn inputs_are_recognised_by_content() {
    assert_eq!(recognised(DUMPSTATE).kind, SourceKind::Bugreport);
    let report = zip(&[stored("bugreport-x.txt", DUMPSTATE), stored("FS/proc/x", b"")]);
    assert_eq!(recognised(&report).kind, SourceKind::Bugreport);
    let wrapper = zip(&[stored("log.txt", b""), stored("bugreport-2026.zip", &report)]);
    assert_eq!(recognised(&wrapper).kind, SourceKind::Bugreport);
    let app = zip(&[stored("AndroidManifest.xml", b""), stored("assets/acquisition.json", b"")]);
    assert_eq!(recognised(&app).kind, SourceKind::Apk);
    assert!(recognised(&app).members.is_empty(), "an app is read in one go");
    let apps = recognised(&zip(&[stored("base.apk", &app), stored("split_x.apk", &app)]));
    assert_eq!((apps.kind, apps.members.len()), (SourceKind::Apk, 2));
    let behind = zip_around(b"#!/bin/sh\n", &[stored("acquisition.json", b"{}")], b"comment");
    assert_eq!(recognised(&behind).kind, SourceKind::Androidqf);
}

#[test]
fn what_is_not_recognised_says_why() {
    let whole = prefixed("");
    let locked = zip(&[Entry { flags: 1, ..stored("holiday.jpg", b"") }]);
    let other = zip(&[stored("holiday.jpg", b"")]);
    let cases: [(&[u8], &str, bool); 7] = [
        (b"", "empty", false),
        (b"plain", "no acquisition", false),
        (&other, "holds no acquisition", false),
        (&whole[..whole.len() - 3], "cut off", true),
        (&zip(&[]), "the zip is empty", true),
        (&locked, "protected with a password", true),
        (b"age-encryption.org/v1\n-> X25519 x\n", "encrypted with age", true),
    ];
    for (bytes, reason, known) in cases {
        let all = survey(bytes);
        assert!(gaps(&all)[0].contains(reason), "{reason}: {all:?}");
        let failed = statuses(&all) == [("given", Status::Failed)];
        assert_eq!((failed, all.len()), (known, if known { 2 } else { 1 }), "{reason}");
    }
}

#[test]
fn a_zip_with_a_password_is_recognised_and_a_named_gap() {
    let locked = [stored("acquisition.json", b"{}"), packages()];
    let locked = zip(&locked.map(|entry| Entry { flags: 1, ..entry }));
    let all = survey(&locked);
    assert!(matches!(&all[0], Item::Recognised(found) if found.kind == SourceKind::Androidqf));
    assert_eq!(gaps(&all).len(), 1);
    assert!(gaps(&all)[0].contains("protected with a password"), "{all:?}");
}

#[test]
fn names_in_an_archive_and_a_second_source_leave_gaps() {
    let all = survey(&zip(&[
        stored("a/acquisition.json", b"{}"),
        stored("b/acquisition.json", b"{}"),
        stored("../up", b"x"),
    ]));
    assert!(matches!(all[0], Item::Recognised(_)));
    let gaps = gaps(&all);
    assert_eq!(gaps.len(), 2);
    assert!(gaps[0].starts_with("given!/../up: its name climbs out"), "{gaps:?}");
    assert!(gaps[1].starts_with("given!/b/: another source"), "{gaps:?}");
}

#[test]
fn a_nested_bug_report_is_read_stored_and_deflated() {
    let report = zip(&[
        deflated("bugreport-x.txt", DUMPSTATE),
        stored("FS/data/misc/last_log", b"abc"),
        stored("main_entry.txt", b"bugreport-x.txt"),
    ]);
    let nested: [fn(&str, &[u8]) -> Entry; 2] =
        [|name, bytes| stored(name, bytes), |name, bytes| deflated(name, bytes)];
    for entry in nested {
        let outer = zip(&[packages(), entry("bugreport.zip", &report)]);
        let all = read_all(&outer, None);
        assert_eq!(
            statuses(&all),
            [
                ("given.zip!/bugreport.zip", Status::Read),
                ("given.zip!/bugreport.zip!/FS/data/misc/last_log", Status::NotSupported),
                ("given.zip!/bugreport.zip!/bugreport-x.txt", Status::Partly),
                ("given.zip!/bugreport.zip!/main_entry.txt", Status::NotSupported),
                ("given.zip!/packages.json", Status::Read),
            ]
        );
        let property = all.iter().find_map(|item| match item {
            Item::Observation(seen) if seen.fact.kind() == "property_set" => Some(seen),
            _ => None,
        });
        assert_eq!(&*property.unwrap().artifact, "given.zip!/bugreport.zip!/bugreport-x.txt");
    }
}

#[test]
fn a_makers_wrapper_is_opened_once() {
    let report = zip(&[stored("oddly_named.txt", DUMPSTATE)]);
    let report = zip(&[
        stored("main_entry.txt", b"oddly_named.txt"),
        stored("oddly_named.txt", DUMPSTATE),
        stored("inner.zip", &report),
    ]);
    let all = read_all(&zip(&[stored("BUGREPORT-1.zip", &report), stored("x.log", b"")]), None);
    assert_eq!(
        statuses(&all),
        [
            ("given.zip!/BUGREPORT-1.zip", Status::Read),
            ("given.zip!/BUGREPORT-1.zip!/inner.zip", Status::Unknown),
            ("given.zip!/BUGREPORT-1.zip!/main_entry.txt", Status::NotSupported),
            ("given.zip!/BUGREPORT-1.zip!/oddly_named.txt", Status::Partly),
            ("given.zip!/x.log", Status::Unknown),
        ]
    );
}

#[test]
fn archives_in_archives_end_at_the_limit() {
    let mut bytes = zip(&[stored("bugreport-x.txt", DUMPSTATE)]);
    for _ in 0..10 {
        bytes = zip(&[stored("bugreport.zip", &bytes)]);
    }
    let all = read_all(&bytes, None);
    assert!(gaps(&all).iter().any(|gap| gap.contains("archives 4 deep")), "{:?}", gaps(&all));
    let rows = statuses(&all);
    assert_eq!(rows.last().unwrap().1, Status::Failed);
    assert_eq!(rows.len(), 4, "{rows:?}");
}

#[test]
fn a_bug_report_without_its_text_says_so() {
    let outer = zip(&[packages(), stored("bugreport.zip", &zip(&[stored("version.txt", b"2.0")]))]);
    let all = read_all(&outer, None);
    assert!(
        statuses(&all).contains(&("given.zip!/bugreport.zip!/dumpstate text", Status::Missing)),
        "{:?}",
        statuses(&all)
    );
}

#[test]
fn a_damaged_nested_bug_report_has_failed_and_the_rest_is_read() {
    let report = zip(&[stored("bugreport-x.txt", DUMPSTATE)]);
    let cut = &report[..report.len() - 3];
    let locked = zip(&[Entry { flags: 1, ..stored("bugreport-x.txt", DUMPSTATE) }]);
    for (inner, reason) in [(cut, "cut off"), (&locked, "password"), (b"", "empty")] {
        let all = read_all(&zip(&[packages(), stored("bugreport.zip", inner)]), None);
        assert!(gaps(&all)[0].starts_with("given.zip!/bugreport.zip: "));
        assert!(gaps(&all)[0].contains(reason), "{:?}", gaps(&all));
        assert_eq!(
            statuses(&all),
            [
                ("given.zip!/bugreport.zip", Status::Failed),
                ("given.zip!/packages.json", Status::Read)
            ]
        );
        assert!(artifacts(&all)[0].sha256.is_some(), "it is hashed all the same");
    }
}

#[test]
fn members_that_cannot_be_read_have_failed() {
    let all = read_all(
        &zip(&[
            stored("acquisition.json", b"{}"),
            Entry { flags: 1, ..packages() },
            Entry { crc: 1, ..deflated("getprop.txt", b"[ro.a]: [b]\n") },
            Entry { method: 12, ..stored("yara.json", b"x") },
            Entry { size: u32::MAX - 1, ..deflated("odd.bin", b"x") },
        ]),
        None,
    );
    let of = |name: &str| {
        let path = format!("given.zip!/{name}");
        let status = statuses(&all).into_iter().find(|row| row.0 == path).unwrap().1;
        let gap = gaps(&all).into_iter().find(|gap| gap.starts_with(&path)).unwrap();
        (status, gap)
    };
    assert_eq!(of("packages.json").0, Status::Failed);
    assert!(of("packages.json").1.contains("password"));
    assert!(matches!(of("getprop.txt").0, Status::Partly | Status::Failed));
    assert!(of("getprop.txt").1.contains("CRC-32"), "{:?}", of("getprop.txt"));
    assert_eq!(of("yara.json").0, Status::Failed);
    assert!(of("yara.json").1.contains("bzip2"));
    assert!(of("odd.bin").1.contains("zip bomb"));
}

#[test]
fn a_key_opens_an_encrypted_acquisition() {
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public();
    let mut sealed = Vec::new();
    let recipients = std::iter::once(&recipient as &dyn age::Recipient);
    let mut writer =
        age::Encryptor::with_recipients(recipients).unwrap().wrap_output(&mut sealed).unwrap();
    let plain = zip(&[packages(), stored("apks/x.bin", &noise(200_000)), stored("ps.txt", b"")]);
    writer.write_all(&plain).unwrap();
    writer.finish().unwrap();
    let mut secrets = Secrets::default();
    let text = age::secrecy::ExposeSecret::expose_secret(&identity.to_string()).to_owned();
    secrets.add_identities(&text).unwrap();
    let key = evidence::unlock(&job(&sealed, "", Role::Survey).input, &secrets).unwrap();

    let open = read_all(&sealed, Some(key.clone()));
    let plain = read_all(&plain, None);
    assert_eq!(open, plain, "encryption changes nothing that is told");

    // The second chunk is altered: what lies in it has failed, what lies before it is read.
    let middle = sealed.len() / 2;
    sealed[middle] ^= 1;
    let altered = read_all(&sealed, Some(key));
    assert!(gaps(&altered).iter().any(|gap| gap.contains("altered or cut off")));
    let rows = statuses(&altered);
    assert!(rows.contains(&("given.zip!/apks/x.bin", Status::Failed)), "{rows:?}");
    assert!(rows.contains(&("given.zip!/packages.json", Status::Read)), "{rows:?}");
}

#[test]
fn an_acquisition_cut_or_altered_anywhere_never_panics() {
    let report = zip(&[deflated("bugreport-x.txt", DUMPSTATE)]);
    let whole = zip(&[packages(), deflated("bugreport.zip", &report), stored("files.json", b"[]")]);
    for at in 0..whole.len() {
        let all = read_all(&whole[..at], None);
        assert!(!gaps(&all).is_empty(), "cut at {at}");
        let mut altered = whole.clone();
        altered[at] ^= 0x55;
        read_all(&altered, None);
    }
}

#[test]
fn a_panic_in_a_parser_is_a_gap() {
    let role = Role::File { kind: SourceKind::Androidqf, path: "getprop.txt".into() };
    let job = job(b"[ro.a]: [b]\n", "given/getprop.txt", role);
    let mut seen = Vec::new();
    let mut first = true;
    parsers::read(&job, &mut |item| {
        // The sink is called from within the parser, so that this stands for its own panic.
        if matches!(&item, Item::Observation(_)) && std::mem::take(&mut first) {
            panic!("as a faulty parser would");
        }
        seen.push(item);
    });
    assert!(gaps(&seen)[0].contains("parser failed"), "{seen:?}");
    assert_eq!(statuses(&seen).len(), 1);
    assert!(statuses(&seen)[0].1.leaves_a_gap());
}

/// Of three properties and the hash of the file, the limit leaves one; the hash is kept.
#[test]
fn observations_beyond_the_limit_are_counted_and_said() {
    let role = Role::File { kind: SourceKind::Androidqf, path: "getprop.txt".into() };
    let mut job = job(b"[ro.a]: [b]\n[ro.c]: [d]\n[ro.e]: [f]\n", "given/getprop.txt", role);
    let seen =
        |all: &[Item]| all.iter().filter(|item| matches!(item, Item::Observation(_))).count();
    job.limits.observations = 3;
    let all = items(&job);
    assert_eq!((seen(&all), gaps(&all).len()), (4, 0), "{all:?}");
    job.limits.observations = 1;
    let all = items(&job);
    assert_eq!(seen(&all), 2, "{all:?}");
    assert_eq!(
        gaps(&all),
        ["given/getprop.txt: 2 more observations than the limit of 1; they were left out"]
    );
    assert_eq!(statuses(&all)[0].1, Status::Partly);
    assert_eq!(artifacts(&all)[0].size, Some(36));
}

#[test]
fn a_text_is_dumpstate_under_any_name() {
    let role = Role::File { kind: SourceKind::Bugreport, path: "from my phone.txt".into() };
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(std::str::from_utf8(DUMPSTATE).unwrap().replace('\n', "\r\n").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    for bytes in [DUMPSTATE, &utf16] {
        let all = items(&job(bytes, "from my phone.txt", role.clone()));
        let row = artifacts(&all).into_iter().find(|row| row.path == "from my phone.txt").unwrap();
        assert_eq!(row.read_by.as_deref(), Some("dumpstate"));
    }
}

#[test]
fn progress_counts_the_bytes_of_the_input() {
    let role = Role::File { kind: SourceKind::Folder, path: "x".into() };
    let job = job(&noise(100_000), "x", role);
    items(&job);
    assert_eq!(job.progress.load(std::sync::atomic::Ordering::Relaxed), 100_000);
}

/// Files that a bug report took from the phone keep their time in the zip's directory alone.
#[test]
fn files_of_the_phone_have_their_path_and_time_there() {
    let mut bytes = zip(&[
        stored("main_entry.txt", b"bugreport-1.txt"),
        deflated("bugreport-1.txt", DUMPSTATE),
        stored("FS/data/anr/anr_2026", b"abc"),
    ]);
    // 10:20:30 and 2026-09-30, packed by hand, into each record of the directory.
    let records: Vec<usize> =
        (0..bytes.len() - 4).filter(|at| bytes[*at..].starts_with(b"PK\x01\x02")).collect();
    for at in records {
        bytes[at + 12..at + 16].copy_from_slice(&[0x8f, 0x52, 0x3e, 0x5d]);
    }
    let all = read_all(&bytes, None);
    let files: Vec<_> = all
        .iter()
        .filter_map(|item| match item {
            Item::Observation(seen) => match &seen.fact {
                Fact::FileSeen(file) => Some((file.path.as_str(), file.size, seen.time.clone())),
                _ => None,
            },
            _ => None,
        })
        .collect();
    let [(path, size, Some(time))] = &files[..] else { panic!("{files:?}") };
    assert_eq!((*path, *size), ("/data/anr/anr_2026", Some(3)));
    assert_eq!((time.value.as_str(), &time.zone), ("2026-09-30 10:20:30", &model::Zone::Device));
}
