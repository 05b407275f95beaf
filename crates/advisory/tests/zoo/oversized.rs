//! Files without end.

use crate::support::*;
use advisory::{Code, Fetch, Json, Limits, Memory};
use std::io::{self, Read};

/// A mirror one of whose files never ends.
struct Endless(Memory, &'static str);

impl Fetch for Endless {
    fn open<'s>(&'s mut self, path: &str) -> io::Result<Option<Box<dyn Read + 's>>> {
        if path.contains(self.1) { Ok(Some(Box::new(io::repeat(b' ')))) } else { self.0.open(path) }
    }
}

#[test]
fn each_file_of_metadata() {
    let publication = Publication::default();
    for name in ["2.root.json", "timestamp.json", "snapshot.json", "targets.json", "joint.json"] {
        let mut endless = Endless(publication.mirror(), name);
        let mut trusted = publication.trusted();
        let refusal = advisory::update(&mut trusted, &mut endless, &Limits::default(), at(NOW));
        assert_eq!(refusal.unwrap_err().code, Code::Oversized, "{name}");
    }
}

#[test]
fn the_signed_file_itself() {
    let publication = Publication::default();
    let repository = update(&mut publication.trusted(), &publication.mirror()).unwrap();
    let mut endless = Endless(publication.mirror(), "targets/");
    let entry = repository.bundles().next().unwrap();
    let refusal = repository.file(entry, &mut endless, &Limits::default()).unwrap_err();
    assert_eq!(refusal.code, Code::Oversized);
    let small = Limits { file: 10, ..Limits::default() };
    let refusal = repository.file(entry, &mut publication.mirror(), &small).unwrap_err();
    assert_eq!(refusal.code, Code::Oversized);
}

#[test]
fn roots_without_end() {
    let mut publication = Publication::default();
    for _ in 0..4 {
        publication.rotate(&root_roles(), &["alder", "birch"]);
    }
    let few = Limits { roots: 3, ..Limits::default() };
    let refusal =
        advisory::update(&mut publication.trusted(), &mut publication.mirror(), &few, at(NOW));
    assert_eq!(refusal.unwrap_err().code, Code::Oversized);
}

#[test]
fn signatures_and_keys_without_end() {
    let mut publication = Publication::default();
    let many = vec![Json::map([("keyid", "x".into()), ("sig", "".into())]); 257];
    let file = written(&publication.roles["joint"], many);
    publication.instead.insert("metadata/1.joint.json".into(), file);
    refused(&publication, Code::Oversized);
    let names: Vec<String> = (0..129).map(|number| format!("key {number}")).collect();
    let names: Vec<&str> = names.iter().map(|name| &**name).collect();
    let mut roles = root_roles();
    roles.insert("timestamp", role(&names, 1));
    let roots = vec![advisory::compose::root(&stamp(1, "2027-11-20T09:00:00Z"), &roles)];
    let publication = Publication { roots, ..Publication::default() };
    refused(&publication, Code::Oversized);
}
