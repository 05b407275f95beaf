//! Every file of the fixtures cut at every byte, and with each byte changed: read without a panic, and never
//! as something that was signed.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

use advisory::metadata::{Envelope, Files, Root, Targets};
use advisory::{Memory, Trusted, update};
use std::fs;
use std::path::Path;

fn fixtures() -> Memory {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/python-tuf");
    let mut mirror = Memory::default();
    for below in ["metadata", "targets/joint/2026-001"] {
        for entry in fs::read_dir(folder.join(below)).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{below}/{}", entry.file_name().to_str().unwrap());
            mirror.0.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    assert_eq!(mirror.0.len(), 7);
    mirror
}

/// Reads bytes as metadata of every role.
fn read(bytes: &[u8]) {
    for (role, kind) in [
        ("root", "root"),
        ("timestamp", "timestamp"),
        ("snapshot", "snapshot"),
        ("joint", "targets"),
        ("targets", "targets"),
    ] {
        let Ok(envelope) = Envelope::parse(bytes, role, kind) else { continue };
        let again = Envelope::parse(&envelope.to_file(), role, kind).unwrap();
        assert_eq!(again, envelope);
        let _ = (Root::read(&envelope), Files::read(&envelope, role));
        if let Ok(targets) = Targets::read(&envelope, role) {
            assert!(targets.files.iter().all(|file| file.path.starts_with(role)));
        }
    }
    let _ = advisory::client::given_root(bytes);
}

#[test]
fn cut_anywhere_it_is_refused() {
    for bytes in fixtures().0.values() {
        for end in 0..bytes.len() {
            read(&bytes[..end]);
        }
    }
}

#[test]
fn with_any_byte_changed_what_is_signed_stays_the_same_or_is_refused() {
    let whole = fixtures();
    let now = "2026-11-22T09:00:00Z".parse().unwrap();
    let visit = |mirror: &Memory| {
        let mut trusted = Trusted::new(whole.0["metadata/1.root.json"].clone());
        let limits = advisory::Limits::default();
        let repository = update(&mut trusted, &mut mirror.clone(), &limits, now)?;
        let entry = repository.bundles().next().unwrap().clone();
        let file = repository.file(&entry, &mut mirror.clone(), &limits)?;
        Ok::<_, advisory::Refusal>((entry, file.value().bytes().to_vec()))
    };
    let honest = visit(&whole).unwrap();
    for (path, bytes) in &whole.0 {
        // Every seventh byte of the longer files, by another bit each: seven runs would see them all.
        for place in (0..bytes.len()).step_by(if bytes.len() > 200 { 7 } else { 1 }) {
            let mut mirror = whole.clone();
            let changed = mirror.0.get_mut(path).unwrap();
            changed[place] ^= 1 << (place % 8);
            read(changed);
            if let Ok(seen) = visit(&mirror) {
                assert_eq!(seen.1, honest.1, "{path}, byte {place}");
                assert_eq!(seen.0.custom, honest.0.custom, "{path}, byte {place}");
            }
        }
    }
}
