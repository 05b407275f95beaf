//! The samples in the tree are what the builders make, small, and made the same each time.

#![allow(clippy::unwrap_used)] // a sample that is not there must stop the test

use std::collections::BTreeMap;
use std::path::Path;
use testkit::phone;

fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    found
}

#[test]
fn the_samples_are_those_that_make_samples_writes() {
    let fresh = tempfile::tempdir().unwrap();
    phone::write_samples(fresh.path()).unwrap();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    for name in ["phone", "quiet"] {
        let (fresh, kept) = (files(&fresh.path().join(name)), files(&kept.join(name)));
        let names: Vec<&String> = fresh.keys().collect();
        assert_eq!(names, kept.keys().collect::<Vec<_>>(), "{name}: run `cargo xtask samples`");
        for (path, bytes) in &fresh {
            assert!(kept.get(path) == Some(bytes), "{name}/{path}: run `cargo xtask samples`");
        }
        assert!(fresh.values().map(Vec::len).sum::<usize>() < 1_000_000, "{name} is small");
    }
}

/// Every shape that an acquisition may have holds the same files.
#[test]
fn zips_hold_what_the_folder_holds() {
    let folder = tempfile::tempdir().unwrap();
    let acquisition = phone::quiet();
    acquisition.write_to(folder.path()).unwrap();
    let expected = files(folder.path());
    for prefix in ["", "00000000-0000-4000-8000-000000000000/"] {
        let zip = acquisition.zip_under(prefix);
        let archive = rawzip::ZipArchive::from_slice(&zip[..]).unwrap();
        let names: Vec<String> = archive
            .entries()
            .map(|entry| String::from_utf8(entry.unwrap().file_path().as_ref().to_vec()).unwrap())
            .collect();
        let wanted: Vec<String> = expected.keys().map(|path| format!("{prefix}{path}")).collect();
        assert_eq!(names, wanted);
    }
}
