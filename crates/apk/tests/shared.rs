//! The public cases of `../shared/cases/apk`: nothing panics, and what Android's own tools read
//! is read alike. Where the cases or the tools are not there, the test says so and passes.
//!
//! Starting `apksigner` takes half a second, so every eighth case is asked of it;
//! `TAMARISK_PEERS=all` asks it of all.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // Tests: a failure is a failure.

use apk::{Apk, Scheme};
use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The cases of these folders, in order; none, with a note, where they are not there.
fn cases(folders: &[&str]) -> Vec<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("TAMARISK_SHARED").map(PathBuf::from);
    let shared = shared.unwrap_or_else(|| workspace.join("../shared"));
    let mut found = Vec::new();
    for folder in folders {
        let folder = shared.join("cases/apk").join(folder);
        let Ok(files) = std::fs::read_dir(&folder) else {
            eprintln!("skipped: {} is not there", folder.display());
            continue;
        };
        found.extend(files.map(|file| file.unwrap().path()));
    }
    found.sort();
    found
}

/// What a tool says of a case; `None` where it fails or, with a note, is not installed.
fn ask(tool: &str, arguments: &[&str], case: &Path) -> Option<String> {
    match Command::new(tool).args(arguments).arg(case).output() {
        Ok(output) if output.status.success() => {
            Some(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        Ok(_) => None,
        Err(_) => {
            eprintln!("skipped: {tool} is not installed");
            None
        }
    }
}

#[test]
fn nothing_panics() {
    let cases = cases(&["apksig", "malformed", "apk-info", "apktool"]);
    let read = cases.iter().filter(|case| Apk::from_bytes(&std::fs::read(case).unwrap()).is_ok());
    eprintln!("{} of {} cases are APKs", read.count(), cases.len());
}

/// The ids of the anomalies of a case, as a set.
fn anomalies(case: &Path) -> BTreeSet<&'static str> {
    let apk = Apk::read_whole(std::fs::File::open(case).unwrap()).unwrap();
    apk.anomalies.iter().map(|anomaly| anomaly.kind.id()).collect()
}

/// What each malformed variant is, by its name: `gen_malformed_apk.py` beside the cases makes them,
/// and apk-info names its own after what was changed.
const NAMED: &[(&str, &str)] = &[
    ("01_cd_and_lfh_unknown_method_stored", "zip-unknown-method"),
    ("02_lfh_deflate_cd_unknown", "zip-unknown-method"),
    ("03_lfh_unknown_cd_stored", "zip-local-method-differs"),
    ("04_encryption_flag_all", "zip-encryption-flag"),
    ("05_encryption_flag_lfh_only", "zip-encryption-flag"),
    ("06_bzip2_method_declared_stored", "zip-unknown-method"),
    ("07_lfh_sizes_wrong", "zip-local-sizes-differ"),
    ("08_duplicate_manifest_decoy_first", "zip-duplicate-name"),
    ("09_duplicate_manifest_decoy_last", "zip-duplicate-name"),
    ("10_dir_conflict_manifest_slash", "zip-name-conflict"),
    ("11_long_name_4000", "zip-long-name"),
    ("12_path_traversal_names", "zip-path-traversal"),
    ("13_prefix_junk_abs_offsets", "zip-prefix"),
    ("14_fake_eocd_in_comment", "zip-several-end-records"),
    ("15_lfh_name_differs", "zip-local-name-differs"),
    ("16_trailing_bytes", "zip-trailing-bytes"),
    ("20_axml_root_type_0", "xml-root-type"),
    ("21_axml_root_type_8", "xml-root-type"),
    ("22_axml_size_short", "xml-size"),
    ("23_axml_size_huge", "xml-size"),
    ("24_stringcount_plus_1000", "strings-count"),
    ("25_stringcount_huge", "strings-count"),
    ("26_stylecount_bogus", "strings-styles"),
    ("27_unknown_chunk_after_pool", "xml-unknown-chunk"),
    ("28_axml_trailing", "xml-trailing-bytes"),
    ("31_nested_zip_declared_big", "zip-size-lies"),
    ("zip-duplicate-entry", "zip-duplicate-name"),
    ("zip-extra-central-directory-record", "zip-extra-directory-records"),
    ("zip-local-header-missing", "zip-local-name-differs"),
    ("zip-eocd-not-at-end", "zip-trailing-bytes"),
    ("zip-local-header-shifted", "zip-local-header-missing"),
    ("zip-fake-eocd-in-comment", "zip-several-end-records"),
    ("zip-stored-size-mismatch", "zip-stored-sizes-differ"),
    ("zip-encryption-flag", "zip-encryption-flag"),
    ("zip-entry-path-conflict", "zip-name-conflict"),
    ("zip-invalid-utf8-name", "zip-invalid-name"),
    ("zip-compression-method-mismatch", "zip-local-method-differs"),
    ("zip-missing-central-directory-record", "zip-missing-directory-records"),
    ("zip-central-directory-shifted", "zip-directory-shifted"),
    ("zip-unknown-compression-method", "zip-unknown-method"),
    ("badpack-decoy-cd-record", "zip-extra-directory-records"),
    ("badpack-fake-eocd-in-comment", "zip-several-end-records"),
    ("broken-v2-only-garbage-between-cd-and-eocd", "zip-gap-before-end-record"),
    ("broken-v2-only-truncated-cd", "zip-local-name-differs"),
    ("manifest-attribute-layout", "xml-attribute-layout"),
    ("manifest-decoy-attribute-name", "xml-decoy-attribute"),
    ("manifest-element-trailing-bytes", "xml-element-trailing-bytes"),
    ("manifest-invalid-attribute-name", "xml-invalid-name"),
    ("manifest-invalid-element-name", "xml-invalid-name"),
    ("manifest-non-xml-chunk", "xml-unknown-chunk"),
    ("manifest-string-count-mismatch", "strings-count"),
    ("manifest-truncated", "xml-chunk-size"),
    ("manifest-unclosed-elements", "xml-unclosed-elements"),
    ("manifest-xml-node-header-size", "xml-node-header"),
    ("resources-duplicate-package-id", "resources-duplicate-package"),
    ("resources-duplicate-type-chunk", "resources-duplicate-type"),
    ("resources-package-header-size", "resources-package-header"),
    ("resources-string-pool-garbage-chunk", "resources-unknown-chunk"),
    ("resources-type-entries-out-of-bounds", "resources-entries-out-of-bounds"),
    ("resources-unreadable", "resources-chunk-size"),
];

#[test]
fn malformed_variants_are_named_and_read() {
    let mut seen = 0;
    for case in cases(&["malformed", "apk-info"]) {
        let name = case.file_stem().unwrap().to_string_lossy().into_owned();
        let Some((_, id)) = NAMED.iter().find(|(known, _)| *known == name) else { continue };
        seen += 1;
        let found = anomalies(&case);
        assert!(found.contains(id), "{name}: {id} is not among {found:?}");
        let apk = Apk::from_bytes(&std::fs::read(&case).unwrap()).unwrap();
        let package = match name.as_bytes() {
            [b'0'..=b'9', ..] => "info.guardianproject.urzip",
            [b'b', b'a', ..] => "com.example.badpackprobe",
            _ => "android.appsecurity.cts.tinyapp",
        };
        assert_eq!(apk.package.as_deref(), Some(package), "{name}");
    }
    eprintln!("{seen} malformed variants");
}

/// Cases that AOSP itself has to be odd: names with `..`, which Android reads and nobody may
/// unpack; and signature tests that change the zip.
const ODD: &[(&str, &str)] = &[
    ("issue1498", "zip-path-traversal"),
    ("issue1589", "zip-path-traversal"),
    ("mismatched-compression-method", "zip-local-method-differs"),
    ("v2-only-garbage-between-cd-and-eocd", "zip-gap-before-end-record"),
    ("v2-only-wrong-apk-sig-block-magic", "zip-unlisted-bytes"),
    ("v3-only-with-rsa-pkcs1-sha512-8192-digest-mismatch", "zip-local-name-differs"),
];

#[test]
fn well_formed_apps_have_no_anomaly() {
    let mut clean = 0;
    let mut all = cases(&["apktool", "apksig"]);
    let named = ["00_control", "clean", "v1-only-with-rsa-2048", "golden-rsa-verity-out"];
    all.extend(
        cases(&["malformed", "apk-info"])
            .into_iter()
            .filter(|case| named.contains(&case.file_stem().unwrap().to_string_lossy().as_ref())),
    );
    for case in all.iter().filter(|case| case.extension().is_some_and(|end| end == "apk")) {
        let name = case.file_stem().unwrap().to_string_lossy().into_owned();
        let Ok(apk) = Apk::read_whole(std::fs::File::open(case).unwrap()) else { continue };
        let found: BTreeSet<_> = apk.anomalies.iter().map(|anomaly| anomaly.kind.id()).collect();
        let odd = ODD.iter().find(|(known, _)| *known == name).map(|(_, id)| *id);
        assert_eq!(found, odd.into_iter().collect(), "{name}: {:?}", apk.anomalies);
        clean += usize::from(odd.is_none());
    }
    eprintln!("{clean} well-formed apps");
}

#[test]
fn nothing_panics_on_cut_or_flipped_cases() {
    for case in cases(&["malformed", "apk-info"]) {
        let mut bytes = std::fs::read(case).unwrap();
        if bytes.len() > 64 << 10 {
            continue;
        }
        for end in (0..bytes.len()).step_by(bytes.len() / 40 + 1) {
            let _ = Apk::read_whole(Cursor::new(&bytes[..end]));
        }
        for at in (0..bytes.len()).step_by(bytes.len() / 150 + 1) {
            bytes[at] ^= 1 << (at % 8);
            let _ = Apk::read_whole(Cursor::new(&bytes));
            bytes[at] ^= 1 << (at % 8);
        }
    }
}

/// The text in `'…'` behind `key`.
fn quoted<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(key)?;
    rest.strip_prefix('\'')?.split_once('\'').map(|(value, _)| value)
}

#[test]
fn aapt_reads_the_same_manifests() {
    let (mut compared, mut failed, mut differences) = (0, 0, Vec::new());
    for case in cases(&["apksig", "malformed", "apk-info", "apktool"]) {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let Some(said) = ask("aapt", &["dump", "badging"], &case) else {
            failed += 1;
            continue;
        };
        let apk = Apk::from_bytes(&std::fs::read(&case).unwrap());
        let Ok(apk) = apk else {
            differences.push(format!("{name}: {}", apk.unwrap_err()));
            continue;
        };
        let mut same = |what: &str, theirs: Option<String>, ours: Option<String>| {
            compared += 1;
            if theirs != ours {
                differences.push(format!("{name}: {what}: aapt {theirs:?}, here {ours:?}"));
            }
        };
        let line = |start: &str| said.lines().find(|line| line.starts_with(start));
        let of = |start: &str, key: &str| {
            line(start).and_then(|line| quoted(line, key)).map(str::to_owned)
        };
        let stated = |value: Option<String>| value.filter(|value| !value.is_empty());
        same("package", of("package:", "name="), apk.package.clone());
        same("version", stated(of("package:", "versionName=")), apk.version_name.clone());
        let code = stated(of("package:", "versionCode="));
        same("version code", code, apk.version_code.map(|code| code.to_string()));
        // A target can be a code name (`VanillaIceCream`); only numbers are taken.
        let target = of("targetSdkVersion:", "targetSdkVersion:");
        let target = target.filter(|target| target.parse::<u32>().is_ok());
        same("target", target, apk.target_sdk.map(|sdk| sdk.to_string()));
        let label = of("application-label:", "application-label:");
        same("label", stated(label), apk.label().map(str::to_owned));
        let permissions: BTreeSet<String> = said
            .lines()
            .filter(|line| line.starts_with("uses-permission"))
            .filter_map(|line| quoted(line, "name="))
            .filter(|name| !said.contains(&format!("uses-implied-permission: name='{name}'")))
            .map(str::to_owned)
            .collect();
        let ours: BTreeSet<String> =
            apk.permissions.iter().map(|asked| asked.name.clone()).collect();
        same("permissions", Some(format!("{permissions:?}")), Some(format!("{ours:?}")));
    }
    eprintln!("{compared} values compared with aapt; aapt read {failed} cases not");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn apksigner_reads_the_same_certificates() {
    let all = std::env::var("TAMARISK_PEERS").is_ok_and(|peers| peers == "all");
    let cases = cases(&["apksig", "apk-info", "apktool"]);
    let (mut compared, mut differences) = (0, Vec::new());
    for case in cases.iter().step_by(if all { 1 } else { 8 }) {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let Some(said) = ask("apksigner", &["verify", "--print-certs"], case) else { continue };
        let theirs: BTreeSet<String> = said
            .lines()
            .filter(|line| line.starts_with("Signer "))
            .filter_map(|line| line.split_once("certificate SHA-256 digest: "))
            .map(|(_, hash)| hash.to_owned())
            .collect();
        let apk = Apk::from_bytes(&std::fs::read(case).unwrap());
        let Ok(apk) = apk else {
            differences.push(format!("{name}: {}", apk.unwrap_err()));
            continue;
        };
        compared += 1;
        // apksigner of before 2022 knows no v3.1; Debian's is of 2021.
        let of = |schemes: &[Scheme]| -> BTreeSet<String> {
            let signers = apk.signers.iter().filter(|signer| schemes.contains(&signer.scheme));
            signers.map(|signer| signer.certificate.sha256.clone()).collect()
        };
        let old = [Scheme::V1, Scheme::V2, Scheme::V3];
        let ours = [of(&old), of(&[Scheme::V1, Scheme::V2, Scheme::V3, Scheme::V31])];
        if !ours.contains(&theirs) {
            differences.push(format!("{name}: apksigner {theirs:?}, here {ours:?}"));
        }
    }
    eprintln!("{compared} cases compared with apksigner");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
