//! A repository that python-tuf wrote (`fixtures/make_python_tuf.py`), read by us.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

use advisory::{Code, Fetch, Limits, Trusted, reopen, update};
use std::io::{self, Read};
use std::path::PathBuf;

struct Folder(PathBuf);

impl Fetch for Folder {
    fn open<'s>(&'s mut self, path: &str) -> io::Result<Option<Box<dyn Read + 's>>> {
        match std::fs::File::open(self.0.join(path)) {
            Ok(file) => Ok(Some(Box::new(file))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[test]
fn what_python_tuf_wrote_is_verified() {
    let mut mirror = Folder(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/python-tuf").into());
    let first = std::fs::read(mirror.0.join("metadata/1.root.json")).unwrap();
    let mut trusted = Trusted::new(first);
    let now = "2026-11-22T09:00:00Z".parse().unwrap();
    let repository = update(&mut trusted, &mut mirror, &Limits::default(), now).unwrap();
    assert_eq!(repository.root.common.version, 2);
    let entry = repository.bundles().next().unwrap();
    assert_eq!((entry.title(), entry.version()), ("Beispiel – пример", 3));
    // The P-256 key of birch among them.
    assert_eq!(entry.signatories.signed, ["birch", "elm"]);
    assert_eq!(entry.signatories.unsigned, ["alder", "cedar"]);
    let bundle = repository.file(entry, &mut mirror, &Limits::default()).unwrap();
    assert!(bundle.value().bytes().starts_with(b"{\"type\":\"bundle\""));
    assert_eq!(reopen(&trusted, now).unwrap(), repository);
    let late = "2035-01-01T00:00:00Z".parse().unwrap();
    let refusal =
        update(&mut Trusted::new(trusted.root.clone()), &mut mirror, &Limits::default(), late);
    assert_eq!(refusal.unwrap_err().code, Code::Expired);
}
