//! What leaves a fingerprint as it is and what changes it, on programs assembled by Debian's smali;
//! and how much of their own code the real apps share: next to nothing, where none took it from another.

#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.
#![allow(clippy::print_stdout)] // What is skipped is told.

use dex::Dex;
use fingerprint::body::Bodies;
use fingerprint::{Bounds, Libraries, Own, Profile, sketches};
use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A class with one method whose body has 14 instructions that count.
const GENUINE: &str = r#"
.class public Lorg/genuine/Keys;
.super Ljava/lang/Object;
.method public static mix(Landroid/content/Context;Lorg/genuine/Store;I)I
    .registers 8
    const/4 v0, 0x5
    const-string v1, "key.of.the.store"
    invoke-virtual {p0}, Landroid/content/Context;->getPackageName()Ljava/lang/String;
    move-result-object v2
    invoke-virtual {v1, v2}, Ljava/lang/String;->concat(Ljava/lang/String;)Ljava/lang/String;
    move-result-object v2
    invoke-virtual {p1, v2}, Lorg/genuine/Store;->find(Ljava/lang/String;)I
    move-result v3
    add-int/2addr v3, v0
    xor-int/lit8 v3, v3, 0x2a
    if-eqz v3, :none
    const v0, 0x7f010003
    invoke-virtual {p0, v0}, Landroid/content/Context;->getString(I)Ljava/lang/String;
    iput v3, p1, Lorg/genuine/Store;->last:I
    :none
    mul-int/2addr v3, p2
    return v3
.end method
"#;

/// A change by name, what is replaced by what in the text above, and whether the body stays the
/// same.
type Change = (&'static str, &'static [(&'static str, &'static str)], bool);

const CHANGES: &[Change] = &[
    (
        "all names of the app's own",
        &[
            ("org/genuine/Keys", "a/b"),
            ("org/genuine/Store", "a/c"),
            ("mix", "a"),
            ("find", "b"),
            ("last", "d"),
        ],
        true,
    ),
    (
        "other registers, copies between them, longer encodings",
        &[
            ("const/4 v0, 0x5", "const/16 v0, 0x5\n    move v4, v0\n    nop"),
            ("add-int/2addr v3, v0", "add-int v3, v3, v4"),
            ("const-string v1", "const-string/jumbo v1"),
            ("xor-int/lit8", "xor-int/lit16"),
            ("invoke-virtual {p0}", "invoke-virtual/range {p0 .. p0}"),
        ],
        true,
    ),
    ("the number of a resource", &[("0x7f010003", "0x7f0b0101")], true),
    ("a constant", &[("0x2a", "0x2b")], false),
    ("a text", &[("key.of.the.store", "key.of.a.store")], false),
    ("a call of Android's", &[("getPackageName", "getPackageCodePath")], false),
    ("the operation", &[("mul-int", "sub-int")], false),
];

#[test]
fn bodies_outlast_renaming_and_encoding() {
    let changed: Vec<String> = CHANGES
        .iter()
        .map(|(_, changes, _)| {
            changes.iter().fold(GENUINE.to_owned(), |text, (from, to)| {
                assert!(text.contains(from), "{from}");
                text.replace(from, to)
            })
        })
        .collect();
    let Some(original) = testkit::smali::assemble(&[GENUINE], 30) else {
        println!("skipped: smali is not installed");
        return;
    };
    let hashes = |bytes: &[u8]| {
        let files = Dex::all(bytes).unwrap();
        assert_eq!(files[0].problems(), []);
        let found = sketches(&files, Bounds::default());
        assert_eq!((found.classes, found.bodies), (1, 1));
        found.body_sketch
    };
    let genuine = hashes(&original);
    for ((what, _, same), text) in CHANGES.iter().zip(&changed) {
        let bytes = testkit::smali::assemble(&[text], 30).unwrap();
        assert_eq!(hashes(&bytes) == genuine, *same, "{what}");
    }
}

/// A method too short to be told from others has no hash.
#[test]
fn short_bodies_do_not_count() {
    let short = "
.class public Lorg/genuine/Short;
.super Ljava/lang/Object;
.method public static one()I
    .registers 1
    const/4 v0, 0x1
    return v0
.end method
";
    let Some(bytes) = testkit::smali::assemble(&[short], 30) else {
        println!("skipped: smali is not installed");
        return;
    };
    let files = Dex::all(&bytes).unwrap();
    assert_eq!(sketches(&files, Bounds::default()).bodies, 0);
}

/// The DEX files of an APK.
fn code(path: &Path) -> Vec<Vec<u8>> {
    let bytes = std::fs::read(path).unwrap();
    let archive = rawzip::ZipArchive::from_slice(&bytes).unwrap();
    let mut found = Vec::new();
    for entry in archive.entries() {
        let entry = entry.unwrap();
        let name = String::from_utf8_lossy(entry.file_path().as_ref()).into_owned();
        if !name.starts_with("classes") || !name.ends_with(".dex") {
            continue;
        }
        let data = archive.get_entry(entry.wayfinder()).unwrap();
        let mut inflated = Vec::new();
        match entry.compression_method() {
            rawzip::CompressionMethod::DEFLATE => {
                flate2::read::DeflateDecoder::new(data.data()).read_to_end(&mut inflated).unwrap();
            }
            _ => inflated.extend_from_slice(data.data()),
        }
        found.push(inflated);
    }
    found
}

fn apks() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/peers/apks")
}

/// Every own body of an app, and every body, none left out.
fn all_bodies(files: &[Dex<'_>], own: &Own, libraries: &Libraries) -> [BTreeSet<u64>; 2] {
    let [mut owned, mut others] = [BTreeSet::new(), BTreeSet::new()];
    for dex in files {
        let bodies = Bodies::new(dex);
        for class in dex.classes() {
            let Some(name) = class.name() else { continue };
            let is_own = own.holds(name.as_bytes()) && !libraries.hold(name.as_bytes());
            let found = dex.methods_of(&class).filter_map(|one| bodies.hash(one.code_at).0);
            if is_own { &mut owned } else { &mut others }.extend(found);
        }
    }
    owned.retain(|body| !others.contains(body));
    others.extend(&owned);
    [owned, others]
}

/// Poco's service holds a part of Appium's server under names of its own (`com.netease.yosemite.element`
/// for `io.appium.uiautomator2`: `model.UiObject2Element`, `http.HttpServer`, `utils.XMLHelpers` …).
const FORK: [&str; 2] = ["appium-uiautomator2-server-v10.6.6.apk", "pocoservice-debug.apk"];

/// Real apps with androidx, Kotlin and the like in common: each holds all of its own code, and next
/// to nothing of another's, but for one that took some of another's over. A share of the half is what a
/// finding needs.
#[test]
fn real_apps_share_libraries_and_not_their_own_code() {
    let apps = [
        ("appium-uiautomator2-server-v10.6.6.apk", "io.appium.uiautomator2"),
        ("ApiDemos-debug.apk", "io.appium.android"),
        ("app-uiautomator.apk", "com.github.uiautomator"),
        ("settings_apk-debug.apk", "io.appium.settings"),
        ("Yosemite.apk", "com.netease"),
        ("pocoservice-debug.apk", "com.netease"),
    ];
    let libraries = Libraries::built_in().unwrap();
    let mut seen = Vec::new();
    for (name, own) in apps {
        let path = apks().join(name);
        if !path.is_file() {
            println!("skipped: {} is not there (cargo xtask test fetches it)", path.display());
            continue;
        }
        let bytes = code(&path);
        let files: Vec<Dex<'_>> =
            bytes.iter().flat_map(|bytes| Dex::all(bytes).unwrap_or_default()).collect();
        let owned = Own::new(&[own.to_owned()]);
        let profile = Profile::of(&files, &owned, &libraries);
        let exact = all_bodies(&files, &owned, &libraries);
        assert_eq!(profile.bodies, exact[0].len() as u64, "{name}");
        println!(
            "{name}: {} of {} classes are own, {} bodies",
            profile.classes, profile.all_classes, profile.bodies
        );
        seen.push((name, own, profile, sketches(&files, Bounds::default()), exact));
    }
    for (name, own, profile, _, [owned, _]) in &seen {
        for (other, their, _, sketches, [_, all]) in &seen {
            let share = profile.body_sketch.found_in(&sketches.body_sketch);
            let found = owned.intersection(all).count();
            println!(
                "{name} in {other}: {found} of {}, sampled {} of {}",
                owned.len(),
                share.found,
                share.of
            );
            if name == other {
                assert_eq!((share.found, found), (share.of, owned.len()), "{name} in itself");
            } else if [name, other].iter().all(|one| FORK.contains(one)) {
                assert!(found * 100 > owned.len() * 5, "{name} in {other}: {found}");
                assert!(found * 100 < owned.len() * 25, "{name} in {other}: {found}");
            } else if own != their {
                assert!(found * 100 < owned.len() * 10, "{name} in {other}: {found}");
                // What a sample decides on is few; a finding asks for the half, of 20 or more (`detect`).
                assert!(share.of < 20 || share.percent() < 10, "{name} in {other}: {share:?}");
            }
        }
    }
}
