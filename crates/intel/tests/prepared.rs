//! A prepared index says what the one in memory says, and a damaged one says that it is.
#![allow(clippy::unwrap_used)] // A test may.

use intel::{Builder, IndexError, Intel};
use model::{Atom, AtomKind, KnowledgeStatus};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

/// Values of many kinds: what each look-up must give was decided by how the list was made.
fn bundle(count: usize) -> String {
    let mut objects = vec![
        r#"{"type":"malware","id":"malware--11111111-1111-4111-8111-111111111111","name":"Fam"}"#
            .to_owned(),
    ];
    for n in 0..count {
        let pattern = match n % 5 {
            0 => format!("[domain-name:value = 'h{n}.example']"),
            1 => format!("[file:hashes.'SHA-256' = '{:064x}']", n),
            2 => format!("[ipv4-addr:value = '10.{}.{}.{}']", n >> 16, n >> 8 & 255, n & 255),
            3 => format!("[app:id = 'org.example.n{n}']"),
            _ => format!("[ipv4-addr:value = '11.{}.{}.0/24']", n >> 8 & 255, n & 255),
        };
        let id = format!("00000000-0000-4000-8000-{n:012x}");
        objects.push(format!(
            r#"{{"type":"indicator","id":"indicator--{id}","name":"n{n}","pattern":"{pattern}",
            "valid_from":"2024-01-01T00:00:00Z","confidence":{},
            "external_references":[{{"source_name":"S{}","url":"https://s.example/{n}"}}]}}"#,
            n % 100,
            n % 7
        ));
        objects.push(format!(
            r#"{{"type":"relationship","id":"relationship--{id}","relationship_type":"indicates",
            "source_ref":"indicator--{id}","target_ref":"malware--11111111-1111-4111-8111-111111111111"}}"#
        ));
    }
    objects.push(
        r#"{"type":"indicator","id":"indicator--x","pattern":"[app:id LIKE 'com.evil.%']"}"#
            .to_owned(),
    );
    objects.push(
        r#"{"type":"indicator","id":"indicator--host","pattern":"[domain-name:value = 'one.example']",
        "extensions":{"extension-definition--11b6419c-95ab-5484-8513-cd94394e0fd1":{"scope":"host"}}}"#.to_owned(),
    );
    objects.push(
        r#"{"type":"indicator","id":"indicator--bad","pattern":"[mutex:name = 'x']"}"#.to_owned(),
    );
    format!(r#"{{"type":"bundle","id":"bundle--1","objects":[{}]}}"#, objects.join(","))
}

fn builder(text: &str) -> Builder {
    let mut builder = Builder::new();
    builder.add_bundle("test", KnowledgeStatus::Unsigned, text.as_bytes()).unwrap();
    builder
}

fn prepared(text: &str) -> File {
    let mut file = tempfile::tempfile().unwrap();
    builder(text).write_prepared(&mut file).unwrap();
    file
}

fn open(file: File, verify: bool) -> Result<Intel, IndexError> {
    let mut builder = Builder::new();
    builder.add_prepared(file, verify)?;
    Ok(builder.build())
}

/// 64 digits of hex as bytes.
fn digest(hex: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap();
    }
    bytes
}

/// All that is told of an atom.
fn told(intel: &Intel, kind: AtomKind, value: &str) -> Vec<String> {
    let mut out = Vec::new();
    intel.lookup(&Atom::new(kind, value), &mut |found| {
        let one = intel.indicator(found.indicator);
        let references: Vec<_> = one.references().map(|r| (r.source_name, r.url)).collect();
        let families: Vec<_> = one.families().collect();
        out.push(format!(
            "{} {} {:?} {:?} {:?} {:?} {:?} {references:?} {families:?} {}",
            found.value,
            one.id(),
            one.name(),
            one.confidence(),
            one.valid_from(),
            one.valid_until(),
            found.truncated,
            one.knowledge().unwrap().name,
        ));
    });
    out
}

#[test]
fn a_prepared_index_says_the_same() {
    const COUNT: usize = 6_000;
    let text = bundle(COUNT);
    let memory = builder(&text).build();
    assert_eq!(memory.gaps().len(), 1);
    for verify in [true, false] {
        let file = open(prepared(&text), verify).unwrap();
        assert_eq!(file.total(), memory.total());
        assert_eq!(file.knowledge(), memory.knowledge());
        assert_eq!((file.gaps(), file.pattern_count()), (memory.gaps(), 1));
        for n in 0..COUNT {
            let (kind, value) = match n % 5 {
                0 => (AtomKind::Domain, format!("a.h{n}.example")),
                1 => (AtomKind::Sha256, format!("{n:064x}")),
                2 => (AtomKind::Ipv4, format!("10.{}.{}.{}", n >> 16, n >> 8 & 255, n & 255)),
                3 => (AtomKind::Package, format!("org.example.N{n}")),
                _ => (AtomKind::Ipv4, format!("11.{}.{}.9", n >> 8 & 255, n & 255)),
            };
            let said = told(&memory, kind, &value);
            assert_eq!(said.len(), 1, "{value}");
            assert!(said[0].contains(&format!("Some(\"n{n}\")")), "{}", said[0]);
            assert!(said[0].contains(&format!("https://s.example/{n}")) && said[0].contains("Fam"));
            assert_eq!(told(&file, kind, &value), said);
            assert!(told(&file, AtomKind::Email, &value).is_empty());
        }
        let digests: Vec<[u8; 32]> = (0..COUNT).map(|n| digest(&format!("{n:064x}"))).collect();
        let digests: Vec<&[u8]> = digests.iter().map(|digest| &digest[..]).collect();
        let mut together = Vec::new();
        file.lookup_digests(AtomKind::Sha256, &digests, &mut |n, found| {
            assert_eq!(found.value.to_string(), format!("{n:064x}"));
            together.push(n);
        });
        assert!(together.iter().copied().eq((0..COUNT).filter(|n| n % 5 == 1)));
        assert_eq!(file.indicators().count(), memory.indicators().count());
        assert!(!file.is_damaged());
    }
}

#[test]
fn scope_and_longest_prefix() {
    let text = r#"{"type":"bundle","id":"bundle--1","objects":[
        {"type":"indicator","id":"indicator--1","pattern":"[domain-name:value = 'one.example']",
         "extensions":{"extension-definition--11b6419c-95ab-5484-8513-cd94394e0fd1":{"scope":"host"}}},
        {"type":"indicator","id":"indicator--2","pattern":"[ipv4-addr:value IN ('203.0.0.0/16', '203.0.113.0/24', '203.0.113.7')]"},
        {"type":"indicator","id":"indicator--3","pattern":"[ipv6-addr:value = '2001:db8::/32']"}]}"#;
    for intel in [builder(text).build(), open(prepared(text), true).unwrap()] {
        let values = |kind, value: &str| {
            let mut out = Vec::new();
            intel.lookup(&Atom::new(kind, value), &mut |found| out.push(found.value.to_string()));
            out
        };
        assert_eq!(values(AtomKind::Domain, "one.example"), ["one.example"]);
        assert!(values(AtomKind::Domain, "a.one.example").is_empty(), "the host alone is meant");
        assert_eq!(
            values(AtomKind::Ipv4, "203.0.113.7"),
            ["203.0.113.7", "203.0.113.0/24", "203.0.0.0/16"]
        );
        assert_eq!(values(AtomKind::Ipv6, "2001:db8:1::9"), ["2001:db8::/32"]);
    }
}

#[test]
fn damage_is_told() {
    let text = bundle(3000);
    let mut file = prepared(&text);
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0)).unwrap();
    file.read_to_end(&mut bytes).unwrap();
    let open_bytes = |bytes: &[u8], verify| {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        open(file, verify)
    };
    assert!(matches!(open_bytes(b"{}", true), Err(IndexError::NotAnIndex)));
    assert!(matches!(open_bytes(&bytes[..40], true), Err(IndexError::Damaged(_))));
    assert!(matches!(
        open_bytes(&bytes[..bytes.len() - 70_000], true),
        Err(IndexError::Damaged(_))
    ));
    let mut other = bytes.clone();
    other[8] = 9;
    assert!(matches!(open_bytes(&other, true), Err(IndexError::Version { found: 9 })));
    // Any flipped byte is found by the full checksum; without it nothing breaks.
    for at in (64..bytes.len()).step_by(9973) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x55;
        let header = at < 64 << 10;
        if !header || at < 160 {
            assert!(open_bytes(&flipped, true).is_err(), "byte {at}");
        }
        if let Ok(intel) = open_bytes(&flipped, false) {
            for n in 0..200 {
                told(&intel, AtomKind::Sha256, &format!("{n:064x}"));
                told(&intel, AtomKind::Domain, &format!("h{n}.example"));
            }
        }
    }
    let mut twice = Builder::new();
    twice.add_prepared(prepared(&text), true).unwrap();
    assert!(matches!(twice.write_prepared(&mut Vec::new()), Err(IndexError::Nested)));
}
