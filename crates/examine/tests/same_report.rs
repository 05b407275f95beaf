//! Same input, same report: whoever reads, on however many threads, wherever the input lies.

#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

use detect::{Brands, Knowledge, RuleSet};
use evidence::{Limits, Secrets};
use examine::{Direct, Encoded, Options, Progress, Reader, Survey, examine};
use intel::Builder;
use jiff::Timestamp;
use model::KnowledgeStatus;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use testkit::cases::{Packed, Packing, lay_out, pack};

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases")
}

/// The evidence of each golden case, by its folder.
fn evidence_of_cases() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(cases()).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.join("case.json").exists());
    folders.sort();
    assert!(folders.len() >= 15);
    folders
}

/// The evidence of a case, packed below `place`.
fn packed(case: &Path, packing: Packing, place: &Path) -> Packed {
    let evidence = place.join("acquisition");
    let base = base_of(case).map(|base| cases().join("base").join(base));
    let input = case.join("input");
    let layers: Vec<&Path> = base.iter().chain([&input]).map(PathBuf::as_path).collect();
    lay_out(&evidence, &layers, &[]).unwrap();
    pack(&evidence, packing).unwrap()
}

/// The report of a case as JSON, read by `reader` on `threads` threads.
fn report(case: &Path, packed: &Packed, reader: &dyn Reader, threads: usize) -> Vec<u8> {
    let now: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
    let mut builder = Builder::new();
    if let Ok(advisory) = File::open(case.join("advisory.json")) {
        builder.add_bundle("case", KnowledgeStatus::Unsigned, advisory).unwrap();
    }
    let (intel, rules, brands) = (builder.build(), RuleSet::builtin(), Brands::builtin());
    let knowledge = Knowledge { intel: &intel, rules: &rules, brands: &brands };
    let limits = Limits::default();
    let plan = Survey { limits: &limits, threads, reader }.plan(
        std::slice::from_ref(&packed.path),
        &mut |file: &Arc<File>, _: &str| {
            evidence::unlock(file, &secrets(packed)).map_err(|error| error.to_string())
        },
    );
    let progress = Progress::default();
    let options = Options { threads, limits, now, reader, progress: &progress };
    let mut out = Vec::new();
    report::json::write(&mut out, &examine(plan, &knowledge, &options, &mut |_, _| {})).unwrap();
    out
}

fn base_of(case: &Path) -> Option<String> {
    let text = fs::read_to_string(case.join("case.json")).unwrap();
    let case: serde_json::Value = serde_json::from_str(&text).unwrap();
    case["base"].as_str().map(str::to_owned)
}

fn secrets(packed: &Packed) -> Secrets {
    let mut secrets = Secrets::default();
    if let Some(identity) = &packed.identity {
        secrets.add_identities(&fs::read_to_string(identity).unwrap()).unwrap();
    }
    secrets
}

#[test]
fn records_that_cross_a_pipe_give_the_same_report() {
    for case in evidence_of_cases() {
        for packing in [Packing::Folder, Packing::Zip, Packing::ZipAge] {
            let place = tempfile::tempdir().unwrap();
            // Packed once: age makes other bytes each time, and the report states their hash.
            let evidence = packed(&case, packing, place.path());
            let direct = report(&case, &evidence, &Direct, 1);
            let encoded = report(&case, &evidence, &Encoded, 1);
            let name = case.file_name().unwrap().to_string_lossy();
            assert!(direct == encoded, "{name} as {packing:?} differs");
        }
    }
}

#[test]
fn threads_and_place_change_nothing() {
    for case in evidence_of_cases() {
        let here = tempfile::tempdir().unwrap();
        let one = report(&case, &packed(&case, Packing::Folder, here.path()), &Direct, 1);
        let there = tempfile::tempdir().unwrap();
        let deep = there.path().join("some/other place");
        let many = report(&case, &packed(&case, Packing::Folder, &deep), &Direct, 7);
        assert!(one == many, "{} differs", case.display());
        let text = String::from_utf8(one).unwrap();
        let above = here.path().to_string_lossy().into_owned();
        assert!(!text.contains(&above), "{} names a place on this machine", case.display());
    }
}
