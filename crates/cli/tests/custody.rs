//! What was handed in can be told from the report, and is not changed.

#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

mod support;

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;
use support::tamarisk;
use testkit::cases::{Packing, files_below, lay_out, pack};

fn sha256(path: &Path) -> String {
    const_hex::encode(Sha256::digest(fs::read(path).unwrap()))
}

#[test]
fn an_archive_is_hashed_as_it_was_handed_in() {
    let work = tempfile::tempdir().unwrap();
    let folder = work.path().join("acquisition");
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/base/androidqf");
    lay_out(&folder, &[&base], &[]).unwrap();
    for packing in [Packing::Zip, Packing::ZipAge] {
        let packed = pack(&folder, packing).unwrap();
        let mut args = vec!["check".to_owned(), packed.path.display().to_string()];
        args.extend(["--format".to_owned(), "json".to_owned()]);
        if let Some(identity) = &packed.identity {
            args.extend(["--identity".to_owned(), identity.display().to_string()]);
        }
        let before = sha256(&packed.path);
        let report: Value = serde_json::from_str(&tamarisk(&args).stdout).unwrap();
        let name = packed.path.file_name().unwrap().to_str().unwrap();
        let rows = report["coverage"]["artifacts"].as_array().unwrap();
        let row = rows.iter().find(|row| row["path"] == name).unwrap();
        assert_eq!(row["sha256"], before.as_str());
        assert_eq!(row["size"], fs::metadata(&packed.path).unwrap().len());
        assert_eq!(sha256(&packed.path), before, "the input was changed");
    }
}

#[test]
fn the_files_of_a_folder_are_hashed() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/phone");
    let run = tamarisk(&["check", sample.to_str().unwrap(), "--format", "json"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let rows = report["coverage"]["artifacts"].as_array().unwrap();
    for (below, file) in files_below(&sample).unwrap() {
        let row = rows.iter().find(|row| row["path"] == *below).unwrap();
        assert_eq!(row["sha256"], sha256(&file).as_str(), "{below}");
    }
}
