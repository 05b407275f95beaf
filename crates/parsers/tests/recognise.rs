//! Where sources lie, by names alone.

use model::SourceKind::{Androidqf, Bugreport};
use parsers::{expected_but_absent, main_dumpstate, recognise};

/// Kinds and roots found among paths (one a word).
fn found(paths: &str) -> Vec<(model::SourceKind, String)> {
    let paths: Vec<&str> = paths.split_whitespace().collect();
    recognise(&paths).into_iter().map(|found| (found.kind, found.root)).collect()
}

#[test]
fn acquisitions_at_the_top_and_under_a_prefix() {
    let top = [(Androidqf, String::new())];
    assert_eq!(found("acquisition.json"), top);
    assert_eq!(found("packages.json getprop.txt logs/x"), top);
    assert_eq!(found("apks/a.apk ps.txt"), top);
    assert_eq!(found("bugreport.zip dumpsys.txt"), top);
    let below = [(Androidqf, "0123-uuid/".to_owned())];
    assert_eq!(found("0123-uuid/acquisition.json 0123-uuid/packages.json"), below);
    assert_eq!(found("0123-uuid/files.json 0123-uuid/apks/b.apk __MACOSX/x"), below);
}

#[test]
fn one_sign_is_not_enough() {
    for paths in ["packages.json", "getprop.txt", "apks/a.apk apks/b.apk", "a/ps.txt b/files.json"]
    {
        assert_eq!(found(paths), [], "{paths}");
    }
    assert_eq!(found("notes.txt holiday.jpg"), []);
    assert_eq!(found(""), []);
}

#[test]
fn every_acquisition_of_a_tree_is_found_shallowest_first() {
    assert_eq!(
        found("b/one/acquisition.json a/acquisition.json b/two/packages.json b/two/files.json"),
        [
            (Androidqf, "a/".to_owned()),
            (Androidqf, "b/one/".to_owned()),
            (Androidqf, "b/two/".to_owned())
        ]
    );
}

#[test]
fn what_a_phone_holds_does_not_pass_for_a_source() {
    // A file named acquisition.json among the phone's own.
    assert_eq!(
        found("acquisition.json packages.json logs/sdcard/log/acquisition.json tmp/main_entry.txt"),
        [(Androidqf, String::new())]
    );
    assert_eq!(
        found(
            "main_entry.txt bugreport-x.txt FS/data/log/bugreport-y.txt FS/data/acquisition.json"
        ),
        [(Bugreport, String::new())]
    );
}

#[test]
fn a_stray_file_does_not_swallow_an_acquisition() {
    assert_eq!(
        found("ps.txt getprop.txt case/acquisition.json case/packages.json"),
        [(Androidqf, "case/".to_owned())]
    );
    assert_eq!(found("bugreport-old.txt case/acquisition.json"), [(Androidqf, "case/".to_owned())]);
}

#[test]
fn bug_reports_by_their_main_text() {
    for paths in [
        "main_entry.txt whatever.txt version.txt",
        "bugreport-model-2026-09-30.txt",
        "dumpState_G998B_202609300000.log dumpstate_log.txt",
        "dumpstate-2026.txt",
        "device/dumpsys.txt",
    ] {
        assert_eq!(found(paths), [(Bugreport, String::new())], "{paths}");
    }
    assert_eq!(found("a/main_entry.txt a/x.txt"), [(Bugreport, "a/".to_owned())]);
    // Two texts side by side are two sources, told one by one.
    assert_eq!(found("bugreport-one.txt bugreport-two.txt"), []);
    assert_eq!(found("dumpstate_log.txt"), []);
}

#[test]
fn the_main_text_of_a_bug_report() {
    let all =
        ["FS/bugreport-a.txt", "bugreport-b.txt", "dumpState_c.log", "d/dumpsys.txt", "e.txt"];
    assert_eq!(main_dumpstate(&all, Some("e.txt\n")), Some("e.txt"));
    assert_eq!(main_dumpstate(&all, Some("gone.txt")), Some("dumpState_c.log"));
    assert_eq!(main_dumpstate(&all, None), Some("dumpState_c.log"));
    assert_eq!(main_dumpstate(&all[..2], None), Some("bugreport-b.txt"));
    assert_eq!(main_dumpstate(&all[3..], None), Some("d/dumpsys.txt"));
    assert_eq!(main_dumpstate(&all[..1], None), None);
}

#[test]
fn what_is_expected_may_be_there_in_another_form() {
    let whole = [
        "packages.json",
        "getprop.txt",
        "ps.txt",
        "settings_system.txt",
        "settings_secure.txt",
        "settings_global.txt",
        "files.json",
        "root_binaries.json",
        "mounts.json",
        "dumpsys.txt",
    ];
    assert_eq!(expected_but_absent(Androidqf, &whole), Vec::<&str>::new());
    assert_eq!(expected_but_absent(Androidqf, &whole[1..9]), ["packages.json", "bugreport.zip"]);
    assert_eq!(expected_but_absent(Bugreport, &["bugreport-a.txt"]), Vec::<&str>::new());
    assert_eq!(expected_but_absent(Bugreport, &["version.txt"]), ["dumpstate text"]);
}

#[test]
fn a_million_paths_take_no_quadratic_time() {
    let deep = "a/".repeat(2_000);
    let paths: Vec<String> = (0..2_000)
        .map(|depth| format!("{}acquisition.json", &deep[..depth * 2]))
        .chain((0..300_000).map(|index| format!("d{}/packages.json", index % 5_000)))
        .collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let started = std::time::Instant::now();
    assert_eq!(recognise(&paths).len(), 1, "all lie below the first");
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
