//! What an import writes is as the specification demands, for every fixture: `tamarisk stix validate`
//! finds nothing in it.
#![allow(clippy::unwrap_used)] // A test may.

use lists::{Given, Import, bundle};
use std::fs;
use std::path::Path;

/// Fixtures with objects that their publisher broke: taken over as they are, and so told.
const BROKEN: &[&str] = &["mvt-index", "stix2-broken"];

#[test]
fn what_an_import_writes_is_valid() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut folders: Vec<_> = fs::read_dir(&root).unwrap().map(|one| one.unwrap().path()).collect();
    folders.sort();
    let mut objects = 0;
    for folder in folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let mut import = Import::default();
        let mut files: Vec<_> =
            fs::read_dir(&folder).unwrap().map(|one| one.unwrap().path()).collect();
        files.sort();
        for file in files.iter().filter(|file| !file.ends_with("expected.json")) {
            let shown = file.file_name().unwrap().to_string_lossy();
            import.read(&shown, fs::File::open(file).unwrap(), &Given::default()).unwrap();
        }
        import.suppress();
        import.mark_objects();
        let mut written = Vec::new();
        bundle::write(&import, "2026-01-01T00:00:00Z".parse().unwrap(), &mut written).unwrap();
        let text = String::from_utf8(written).unwrap();
        let found = stix::validate(&text);
        assert_eq!(found.not_json, None, "{name}");
        let broken = BROKEN.contains(&name.as_str());
        assert_eq!(found.errors.is_empty(), !broken, "{name}: {:#?}", found.errors);
        // In those, what is wrong is with the publisher's own objects only.
        let theirs = |one: &stix::Diagnostic| {
            let id = one.object.as_deref().unwrap_or_default();
            import.objects().iter().any(|object| object.json.contains(&format!("\"{id}\"")))
        };
        assert!(found.errors.iter().all(theirs), "{name}: {:#?}", found.errors);
        objects += found.objects;
    }
    assert!(objects > 100, "{objects}");
}
