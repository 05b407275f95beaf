//! The advisory that is compiled into the program, held against the table it was made from.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // A test may.

use intel::{Builder, Indicator, Intel};
use model::{Atom, AtomKind, KnowledgeStatus, Strength, normal};
use std::collections::BTreeMap;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn built_in() -> Intel {
    let read = |name: &str| std::fs::read(format!("{ROOT}/advisories/{name}")).unwrap();
    let mut builder = Builder::new();
    let bundle = read("tamarisk.json");
    assert!(bundle.len() < 1_500_000, "the advisory has {} bytes", bundle.len());
    let status = KnowledgeStatus::BuiltInUnsigned;
    builder.add_bundle("built in", status, bundle.as_slice()).unwrap();
    builder.add_aside(read("tamarisk.aside.json").as_slice()).unwrap();
    builder.build()
}

fn shared(name: &str) -> Option<String> {
    let root = std::env::var("TAMARISK_SHARED").unwrap_or_else(|_| format!("{ROOT}/../shared"));
    let text = std::fs::read_to_string(format!("{root}/threat/{name}")).ok();
    if text.is_none() {
        println!("skipped: no {name} in the shared folder");
    }
    text
}

/// The indicators that an atom equals as a whole, not by a host or folder above it.
fn equal<'k>(intel: &'k Intel, kind: AtomKind, value: &str) -> Vec<Indicator<'k>> {
    let folded = value.to_lowercase();
    let mut out = Vec::new();
    intel.lookup(&Atom::new(kind, value), &mut |one| {
        if one.value.to_text() == value || one.value.to_text() == folded {
            out.push(intel.indicator(one.indicator));
        }
    });
    out
}

#[test]
fn every_indicator_has_source_date_and_confidence() {
    let intel = built_in();
    assert!(intel.gaps().is_empty(), "{:?}", intel.gaps());
    assert!(intel.total() > 500);
    for one in intel.indicators() {
        let id = one.id();
        assert!(one.references().count() > 0, "{id} has no source");
        assert!(one.references().all(|reference| reference.url.is_some()), "{id}");
        assert!(one.valid_from().is_some() && one.valid_until().is_none(), "{id}");
        assert!(one.confidence().is_some_and(|sure| (1..=100).contains(&sure)), "{id}");
        assert!(one.families().count() > 0, "{id} has no family");
        assert!(one.name().is_some(), "{id} has no name");
        assert!(one.port().is_none() || one.ceiling() >= Some(Strength::Review), "{id}");
    }
    let techniques = intel.indicators().find(|one| one.families().any(|f| f == "BADSIGNAL"));
    // behaviours.md, 2.4: linked devices.
    assert!(techniques.unwrap().attack().contains(&"T1676"));
}

/// 708 of the 909 rows are equalities; each finds its indicator, the others are counted.
#[test]
fn every_row_of_the_table_is_there() {
    let Some(table) = shared("indicators.csv") else { return };
    let intel = built_in();
    let mut aside: BTreeMap<String, u64> = BTreeMap::new();
    let (mut rows, mut equalities, mut ports) = (0, 0, 0);
    for row in csv::Reader::from_reader(table.as_bytes()).records() {
        let row = row.unwrap();
        let (family, kind, raw, context) = (&row[0], &row[1], row[2].trim(), &row[3]);
        rows += 1;
        let (atom, value) = match kind {
            "sha256" => (AtomKind::Sha256, raw.to_lowercase()),
            "sha1" => (AtomKind::Sha1, raw.to_lowercase()),
            "md5" => (AtomKind::Md5, raw.to_lowercase()),
            "domain" => (AtomKind::Domain, raw.to_lowercase()),
            "ipv4" => (AtomKind::Ipv4, raw.to_owned()),
            "ipv4_port" => (AtomKind::Ipv4, raw.split(':').next().unwrap().to_owned()),
            "url" => (AtomKind::Url, normal::url(&raw.replace("http//", "http://")).unwrap()),
            "email" => (AtomKind::Email, raw.to_lowercase()),
            "package" => (AtomKind::Package, raw.to_owned()),
            "file_name" => (AtomKind::FileName, raw.to_owned()),
            other => {
                *aside.entry(other.to_owned()).or_default() += 1;
                continue;
            }
        };
        equalities += 1;
        let mut matched = equal(&intel, atom, &value);
        if kind == "ipv4_port" {
            ports += 1;
            let port = raw.split(':').nth(1).unwrap().parse().ok();
            matched.retain(|one| one.port() == port);
            assert!(matched.iter().all(|one| one.ceiling() >= Some(Strength::Review)), "{raw}");
        } else {
            matched.retain(|one| one.port().is_none());
        }
        let [one] = matched.as_slice() else { panic!("{kind} {raw}: {} found", matched.len()) };
        assert!(one.references().any(|reference| reference.source_name == &row[4]), "{raw}");
        let named: Vec<_> = one.families().collect();
        assert!(
            family.split(['/', '+']).any(|part| named.iter().any(|n| n.contains(part))),
            "{raw}"
        );
        if context.contains("LOW") && one.references().count() == 1 {
            assert_eq!(one.ceiling(), Some(Strength::Note), "{raw}");
            assert!(one.confidence() <= Some(15), "{raw}");
        }
        if context.contains("NOT malicious by itself") {
            assert_eq!(one.ceiling(), Some(Strength::Note), "{raw}");
        }
    }
    assert_eq!((rows, equalities, ports), (909, 708, 38));
    let kept: BTreeMap<_, _> = intel.knowledge()[0].kept_aside.iter().cloned().collect();
    assert_eq!(kept, aside);
}

#[test]
fn no_genuine_app_is_an_indicator() {
    let intel = built_in();
    for file in ["genuine_apps.csv", "signers.csv"] {
        let Some(text) = shared(file) else { continue };
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| w.len() == 64) {
            for kind in [AtomKind::Sha256, AtomKind::CertSha256] {
                assert!(equal(&intel, kind, &word.to_lowercase()).is_empty(), "{word}");
            }
        }
    }
    for package in ["com.whatsapp", "org.thoughtcrime.securesms", "org.telegram.messenger"] {
        assert!(equal(&intel, AtomKind::Package, package).is_empty(), "{package}");
    }
    for host in ["bit.ly", "t.me", "www.youtube.com", "google.com", "000webhostapp.com", "apk.tw"] {
        let mut count = 0;
        intel.lookup(&Atom::new(AtomKind::Domain, host), &mut |_| count += 1);
        assert_eq!(count, 0, "{host}");
    }
}
