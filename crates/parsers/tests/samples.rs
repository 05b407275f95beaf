//! The sample phones are read in full: no gap, and the traces that they were given are there.

#![allow(clippy::unwrap_used)] // a sample that is not there must stop the test

use evidence::{Job, Limits, Passwords, Role};
use model::{Fact, Item, SourceKind, Status};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Everything read from a sample, file by file.
fn read(sample: &str) -> Vec<Item> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(sample);
    let mut items = Vec::new();
    for file in files(&root) {
        let path = file.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        let job = Job {
            input: Arc::new(File::open(&file).unwrap()),
            path: format!("{sample}/{path}"),
            role: Role::File { kind: SourceKind::Androidqf, path },
            journal: None,
            key: None,
            passwords: Passwords::default(),
            limits: Limits::default(),
            progress: Arc::default(),
        };
        parsers::read(&job, &mut |item| items.push(item));
    }
    items
}

fn files(root: &Path) -> Vec<PathBuf> {
    let mut open = vec![root.to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let into = if path.is_dir() { &mut open } else { &mut found };
            into.push(path);
        }
    }
    found.sort();
    found
}

fn has(items: &[Item], is: impl Fn(&Fact) -> bool) -> bool {
    items.iter().any(|item| matches!(item, Item::Observation(seen) if is(&seen.fact)))
}

#[test]
fn nothing_in_the_samples_is_left_unread() {
    for sample in ["phone", "quiet"] {
        for item in read(sample) {
            match item {
                Item::Gap(gap) => panic!("{sample}: {gap:?}"),
                Item::Artifact(artifact) => {
                    let whole = matches!(
                        artifact.status,
                        Status::Read | Status::Unknown | Status::NotSupported
                    );
                    assert!(whole, "{sample}: {artifact:?}");
                }
                _ => {}
            }
        }
    }
}

#[test]
fn the_traces_of_the_look_alike_are_there() {
    let items = read("phone");
    let package = "org.thoughtcrime.securesmsplus";
    let installer = "com.google.android.packageinstaller";
    assert!(has(&items, |fact| matches!(fact, Fact::AppInstalled(f)
        if f.package == package && f.uid == Some(10_287) && f.system == Some(false)
            && f.installer.as_deref() == Some(installer))));
    assert!(has(&items, |fact| matches!(fact, Fact::AppDescribed(f)
        if f.package == package && f.label.as_deref() == Some("Signal Plus Messenger"))));
    assert!(has(&items, |fact| matches!(fact, Fact::PermissionGranted(f)
        if f.package == package && f.permission == "android.permission.RECORD_AUDIO"
            && f.granted && f.runtime && f.user == Some(0))));
    assert!(has(&items, |fact| matches!(fact, Fact::PermissionUsed(f)
        if f.package == package && f.op == "RECORD_AUDIO" && f.background
            && f.outcome == "accessed" && f.duration_ms == Some(90_000))));
    assert!(has(&items, |fact| matches!(fact, Fact::ProcessRunning(f)
        if f.name == package && f.uid == Some(10_287) && !f.truncated)));
    assert!(has(&items, |fact| matches!(fact, Fact::AppUpdated(f)
        if f.package == package && f.version_code == Some(1_223))));
    assert!(has(&items, |fact| matches!(fact, Fact::AccessibilityService(f)
        if f.package == "com.example.prayertimes" && f.state == "enabled")));
    assert!(has(&items, |fact| matches!(fact, Fact::AppInstalled(f)
        if f.package == "com.example.workportal" && f.user == Some(10)
            && f.uid == Some(1_010_250) && f.installed == Some(true))));
    assert!(has(&items, |fact| matches!(fact, Fact::SettingSet(f)
        if f.namespace == "global" && f.name == "package_verifier_enable" && f.value == "0")));
}
