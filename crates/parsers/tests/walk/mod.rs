//! The artifacts of the fixtures, and how one is read: what `androidqf.rs` and `sources.rs` share.

use evidence::{Blob, Emitter, Input, Limits, Parser};
use model::{Item, SourceKind, Status};
use parsers::PARSERS;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An artifact of a case.
pub(crate) struct Artifact {
    /// The folder of the case.
    pub(crate) case: PathBuf,
    /// What kind of source it lies in.
    pub(crate) kind: SourceKind,
    /// Its path below the source's root.
    pub(crate) path: String,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

/// The parser that claims an artifact of this name.
pub(crate) fn parser(kind: SourceKind, path: &str) -> &'static dyn Parser {
    let found = PARSERS.iter().copied().find(|parser| parser.claims(kind, path));
    found.unwrap_or_else(|| panic!("no parser claims {path}"))
}

/// What the parser of an artifact of this name tells of `bytes`; the artifact is `source/…`.
pub(crate) fn read(kind: SourceKind, path: &str, bytes: &[u8]) -> (Status, Vec<Item>) {
    let parser = parser(kind, path);
    let limits = Limits::default();
    let mut input = Input::from_blob(Blob::from_bytes(bytes.to_vec()), &limits, 0);
    let mut items = Vec::new();
    let mut sink = |item| items.push(item);
    let mut out = Emitter::new(Arc::from(format!("source/{path}")), parser.id(), &mut sink);
    let status = parser.parse(&mut input, &mut out);
    out.finish();
    (status, items)
}

/// A folder of the fixtures.
pub(crate) fn fixtures(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// Every artifact of every case in `folder`, by case and path; `expected.json` is none.
pub(crate) fn artifacts(folder: &Path, kind: SourceKind) -> Vec<Artifact> {
    let mut found = Vec::new();
    for case in std::fs::read_dir(folder).unwrap() {
        let case = case.unwrap().path();
        let mut open = vec![case.clone()];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap().path();
                let path = entry.strip_prefix(&case).unwrap().to_str().unwrap().to_owned();
                if entry.is_dir() {
                    open.push(entry);
                } else if path != "expected.json" {
                    let bytes = std::fs::read(&entry).unwrap();
                    found.push(Artifact { case: case.clone(), kind, path, bytes });
                }
            }
        }
    }
    found.sort_by(|a, b| (&a.case, &a.path).cmp(&(&b.case, &b.path)));
    found
}
