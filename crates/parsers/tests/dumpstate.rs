//! Dumpstate text as facts, artifacts and gaps. The texts are those of `crates/dumpsys`
//! (`fixtures/NOTES.md` there names their sources); expectations are written by hand.

#![allow(clippy::unwrap_used)] // A test stops where something is not as expected.

use evidence::{Blob, Emitter, Input, Limits, Parser};
use model::fact::{AppInstalled, OpModeSet, PermissionGranted, PermissionUsed};
use model::{Artifact, Fact, Gap, Item, Observation, Precision, SourceKind, Status, Zone};
use parsers::android::Dumpstate;

#[derive(Default)]
struct Seen {
    facts: Vec<Observation>,
    gaps: Vec<Gap>,
    parts: Vec<Artifact>,
}

impl Seen {
    fn status_of(&self, service: &str) -> Option<Status> {
        let path = format!("bugreport.txt!/{service}");
        let found: Vec<_> = self.parts.iter().filter(|part| part.path == path).collect();
        assert!(found.len() <= 1, "{service} is listed twice");
        found.first().map(|part| part.status)
    }

    fn gap(&self, words: &str) -> bool {
        self.gaps.iter().any(|gap| gap.reason.contains(words))
    }

    fn installed(&self) -> Vec<&AppInstalled> {
        self.facts
            .iter()
            .filter_map(|seen| match &seen.fact {
                Fact::AppInstalled(fact) => Some(fact),
                _ => None,
            })
            .collect()
    }
}

fn read(text: &[u8]) -> (Status, Seen) {
    let mut seen = Seen::default();
    let mut sink = |item| match item {
        Item::Observation(one) => seen.facts.push(one),
        Item::Gap(gap) => seen.gaps.push(gap),
        Item::Artifact(part) => seen.parts.push(part),
        Item::Recognised(_) => panic!("a parser recognises nothing"),
    };
    let limits = Limits::default();
    let mut input = Input::from_blob(Blob::from_bytes(text.to_vec()), &limits, 0);
    let mut out = Emitter::new("bugreport.txt".into(), "dumpstate", &mut sink);
    let status = Dumpstate.parse(&mut input, &mut out);
    (status, seen)
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../dumpsys/fixtures/{name}.txt", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A dump with these services, each as text.
fn dump(services: &[(&str, &str)]) -> String {
    let mut text = String::from("== dumpstate: 2026-09-30 10:00:00\n");
    for (name, body) in services {
        text += &format!("{}\nDUMP OF SERVICE {name}:\n{body}", "-".repeat(79));
        let plain = name.rsplit(' ').next().unwrap();
        text += &format!("--------- 0.1s was the duration of dumpsys {plain}, ending at: x\n");
    }
    text + "== dumpstate: done\n"
}

#[test]
fn it_claims_main_texts_only() {
    let bug = |path| Dumpstate.claims(SourceKind::Bugreport, path);
    assert!(bug("bugreport-oriole-AP1A-2026-09-30.txt"));
    assert!(bug("dumpState_G991BXXS_202609301000.log"));
    assert!(bug("dumpstate.txt"));
    assert!(!bug("dumpstate_log.txt"));
    assert!(!bug("FS/data/anr/bugreport.txt"));
    assert!(!bug("main_entry.txt"));
    assert!(Dumpstate.claims(SourceKind::Androidqf, "dumpsys.txt"));
    assert!(!Dumpstate.claims(SourceKind::Androidqf, "logs/dumpsys.txt"));
}

#[test]
fn users_stay_apart() {
    let (_, seen) = read(&fixture("android16"));
    let uids: Vec<_> =
        seen.installed().iter().map(|app| (app.package.as_str(), app.user, app.uid)).collect();
    assert_eq!(
        uids,
        [
            ("com.example.links", Some(0), Some(10_200)),
            ("com.android.part", Some(0), Some(1_001)),
            ("com.android.part", Some(999), Some(99_901_001)),
            ("com.android.older", None, None),
        ]
    );
}

/// A system package whose newer version is installed is told once, and one that has none is
/// told from `Hidden system packages:`.
#[test]
fn hidden_system_packages_are_not_counted_twice() {
    let (_, seen) = read(&fixture("android16"));
    let asks = seen.facts.iter().filter(|one| one.fact.kind() == "permission_requested").count();
    assert_eq!(asks, 2);
    assert_eq!(seen.installed().last().unwrap().system, Some(true));
}

/// Trap 7: whatever stands as the installer is kept, and "null" states that there is none.
#[test]
fn every_installer_is_kept_as_stated() {
    let installers = [
        "com.miui.packageinstaller",
        "com.huawei.appmarket",
        "org.telegram.messenger",
        "com.whatsapp",
        "com.sec.android.app.myfiles",
        "com.android.chrome",
        "com.google.android.packageinstaller",
        "null",
        "",
    ];
    let mut body = String::from("Packages:\n");
    for (at, installer) in installers.iter().enumerate() {
        body += &format!(
            "  Package [com.app{at}] ({at}):\n    appId={}\n    installerPackageName={installer}\n    \
             User 0: installed=true enabled=0\n",
            10_000 + at
        );
    }
    body += "  Package [com.silent] (ff):\n    appId=10100\n    pkgFlags=[ SYSTEM ]\n    \
             User 0: installed=true enabled=0\n";
    let (_, seen) = read(dump(&[("package", &body)]).as_bytes());
    let apps = seen.installed();
    assert_eq!(apps.len(), 10);
    for (app, stated) in apps.iter().zip(installers) {
        assert!(app.installer_known, "{stated}");
        let expected = (!stated.is_empty() && stated != "null").then_some(stated);
        assert_eq!(app.installer.as_deref(), expected);
    }
    let silent = apps[9];
    assert!(!silent.installer_known);
    assert_eq!((silent.installer.as_deref(), silent.system), (None, Some(true)));
}

#[test]
fn grants_uses_and_modes_are_told_with_user_time_and_place() {
    let text = fixture("android16");
    let (_, seen) = read(&text);
    let facts: Vec<&Fact> = seen.facts.iter().map(|one| &one.fact).collect();
    let grant = Fact::PermissionGranted(PermissionGranted {
        package: "com.android.part".into(),
        uid: Some(1_001),
        user: Some(0),
        permission: "android.permission.READ_SMS".into(),
        granted: true,
        runtime: true,
        flags: vec!["GRANTED_BY_DEFAULT".into(), "SYSTEM_FIXED".into()],
    });
    assert!(facts.contains(&&grant));
    let mode = Fact::OpModeSet(OpModeSet {
        package: "com.example.work".into(),
        uid: Some(1_010_045),
        user: Some(10),
        op: "RECORD_AUDIO".into(),
        mode: "foreground".into(),
    });
    assert!(facts.contains(&&mode));
    let used = seen.facts.iter().find(|one| one.fact.kind() == "permission_used").unwrap();
    let expected = PermissionUsed {
        package: "com.example.work".into(),
        uid: Some(1_010_045),
        user: Some(10),
        op: "RECORD_AUDIO".into(),
        outcome: "accessed".into(),
        process_state: Some("fgsvc".into()),
        background: false,
        duration_ms: Some(5),
        attribution: None,
        part: None,
        proxy: None,
    };
    assert_eq!(used.fact, Fact::PermissionUsed(expected));
    let time = used.time.as_ref().unwrap();
    assert_eq!(time.value, "2026-09-29 08:00:00.123");
    assert_eq!((&time.zone, time.precision), (&Zone::Device, Precision::Millisecond));
    let (start, end) = used.position.byte.unwrap();
    let line = &text[start as usize..end as usize];
    assert!(line.starts_with(b"          Access: [fgsvc-s]") && line.ends_with(b"duration=+5ms"));
    assert_eq!(used.position.line, Some(144));
}

#[test]
fn a_certificate_is_taken_where_its_whole_digest_stands() {
    let (_, seen) = read(&fixture("android16"));
    let signed: Vec<_> = seen
        .facts
        .iter()
        .filter_map(|one| match &one.fact {
            Fact::AppSigned(fact) => Some((fact.package.as_str(), fact.cert_sha256.as_deref())),
            _ => None,
        })
        .collect();
    let digest = "0a1b2c3d4e5f60718293a4b5c6d7e8f9".repeat(2);
    assert_eq!(signed, [("com.example.links", Some(digest.as_str()))]);
}

#[test]
fn background_states_are_told_as_such() {
    let body = |state: &str| {
        format!(
            "  Uid u0a5:\n    Package com.a.b:\n      CAMERA (allow): \n        null=[\n          \
             Access: [{state}] 2026-01-02 03:04:05.006 (-1s)\n        ]\n"
        )
    };
    for (state, name, background) in [
        ("bg-s", "bg", true),
        ("cch-s", "cch", true),
        ("cached-tpd", "cached", true),
        ("fgsvcl-s", "fgsvcl", false),
        ("pers-s", "pers", false),
        ("top-up", "top", false),
    ] {
        let (_, seen) = read(dump(&[("appops", &body(state))]).as_bytes());
        let Fact::PermissionUsed(used) = &seen.facts[0].fact else { panic!("{state}") };
        assert_eq!((used.process_state.as_deref(), used.background), (Some(name), background));
    }
}

/// Trap 15: what is absent, not supported, or given up on is said.
#[test]
fn coverage_is_stated() {
    let (status, seen) = read(&fixture("android16"));
    assert_eq!(status, Status::Partly);
    assert_eq!(seen.status_of("package"), Some(Status::Read));
    assert_eq!(seen.status_of("accessibility"), Some(Status::Read));
    assert_eq!(seen.status_of("appops"), Some(Status::Partly));
    assert!(seen.gap("appops: the phone gave up"));
    assert_eq!(seen.status_of("batterystats"), Some(Status::Missing));
    assert_eq!(seen.status_of("SurfaceFlinger"), Some(Status::NotSupported));
    assert_eq!(seen.status_of("SYSTEM PROPERTIES"), Some(Status::Missing));

    let (status, seen) = read(b"no dump at all\n");
    assert_eq!(status, Status::Failed);
    assert_eq!((seen.gaps.len(), seen.parts.len()), (1, 0));
}

#[test]
fn a_text_cut_short_is_a_gap() {
    let text = fixture("android8");
    let (status, seen) = read(&text);
    assert_eq!(status, Status::Read, "{:?}", seen.gaps);
    // Without its last line, and three bytes more: the text still says that it is done.
    let done = text.windows(18).rposition(|at| at == b"== dumpstate: done").unwrap();
    let (status, seen) = read(&text[..done + 10]);
    assert_eq!(status, Status::Partly);
    assert!(seen.gap("ends before `dumpstate: done`"));
    // By three bytes, within the bar below the last words; its line break alone is no loss.
    let (status, _) = read(&text[..text.len() - 1]);
    assert_eq!(status, Status::Read);
    let (status, seen) = read(&text[..text.len() - 3]);
    assert_eq!(status, Status::Partly);
    assert!(seen.gap("the bug report was cut"));
    // Within the service package.
    let half = text.windows(10).rposition(|at| at == b"    flags=").unwrap();
    let (_, seen) = read(&text[..half]);
    assert_eq!(seen.status_of("package"), Some(Status::Partly));
    assert_eq!(seen.installed().len(), 1);
    let (_, seen) = read(&text[..text.len() / 3]);
    assert_eq!(seen.status_of("package"), Some(Status::Missing));
}

/// `Binder.doDump` and `DumpUtils` say so in the dump itself; an empty one says nothing.
#[test]
fn a_service_that_refuses_breaks_off_or_is_empty_is_a_gap() {
    let good = "  Uid 1000:\n    Package android:\n      CAMERA (ignore): \n";
    let refused = "Permission Denial: can't dump AppOpsService from from pid=1, uid=2000\n";
    let broken = format!("{good}\nException occurred while dumping:\njava.lang.X: y\n\tat z\n");
    for (body, words) in [
        (refused, "refused to dump"),
        (&broken, "refused to dump"),
        ("Current AppOps Service state:\n", "nothing stands in it"),
    ] {
        let (status, seen) = read(dump(&[("appops", body)]).as_bytes());
        assert_eq!((status, seen.status_of("appops")), (Status::Partly, Some(Status::Partly)));
        assert!(seen.gap(&format!("appops: {words}")) || seen.gap(words), "{:?}", seen.gaps);
    }
    let (_, seen) = read(dump(&[("accessibility", "currentUserId=0\n")]).as_bytes());
    assert_eq!(seen.status_of("accessibility"), Some(Status::Read));
}

/// A service dumped again by priority repeats what was told; one that timed out is read again.
#[test]
fn a_service_dumped_twice_is_told_once() {
    let body = "  Uid 1000:\n    Package android:\n      CAMERA (ignore): \n";
    let (_, seen) = read(dump(&[("CRITICAL appops", body), ("appops", body)]).as_bytes());
    assert_eq!(seen.facts.len(), 1);
    assert_eq!(seen.status_of("appops"), Some(Status::Read));
    let given_up = "*** SERVICE 'appops' DUMP TIMEOUT (10000ms) EXPIRED ***\n";
    let (_, seen) = read(dump(&[("HIGH appops", given_up), ("appops", body)]).as_bytes());
    assert_eq!((seen.facts.len(), seen.status_of("appops")), (1, Some(Status::Read)));
}

#[test]
fn odd_lines_are_one_gap_with_count_and_first_place() {
    let odd = "      what is this\n".repeat(500);
    let body = format!("  Uid 1000:\n    Package android:\n{odd}");
    let (_, seen) = read(dump(&[("appops", &body)]).as_bytes());
    assert_eq!(seen.status_of("appops"), Some(Status::Partly));
    let gaps: Vec<_> = seen.gaps.iter().filter(|gap| gap.reason.contains("appops")).collect();
    assert_eq!(gaps.len(), 1);
    assert_eq!(gaps[0].reason, "appops: 500 lines were not understood");
    assert_eq!(gaps[0].position.as_ref().unwrap().line, Some(6));
}

/// What PowerShell's `>` writes.
#[test]
fn windows_text_reads_alike() {
    let text = fixture("android16");
    let (_, plain) = read(&text);
    let text = String::from_utf8(text).unwrap().replace('\n', "\r\n");
    let wide: Vec<u8> =
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (status, seen) = read(&wide);
    assert_eq!(status, Status::Partly);
    let facts = |seen: &Seen| seen.facts.iter().map(|one| one.fact.clone()).collect::<Vec<_>>();
    assert_eq!(facts(&seen), facts(&plain));
    assert!(seen.facts.iter().all(|one| one.position.byte.is_none()));
    let lines = |seen: &Seen| seen.facts.iter().map(|one| one.position.line).collect::<Vec<_>>();
    assert_eq!(lines(&seen), lines(&plain));
}

#[test]
fn cut_texts_never_panic() {
    for name in ["android8", "android9", "android11", "android16"] {
        let text = fixture(name);
        for end in (0..text.len()).step_by(61) {
            let (status, _) = read(&text[..end]);
            assert_ne!(status, Status::Missing);
        }
    }
}
