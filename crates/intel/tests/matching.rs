//! What an indicator matches and what it must not, by the contract of issue A.
#![allow(clippy::unwrap_used)] // A test may.

use intel::{Builder, Intel, Window};
use model::{Atom, AtomKind, KnowledgeStatus, Strength};

fn load(objects: &str) -> Intel {
    let bundle = format!(r#"{{"type":"bundle","id":"bundle--1","objects":[{objects}]}}"#);
    let mut builder = Builder::new();
    builder.add_bundle("test", KnowledgeStatus::Unsigned, bundle.as_bytes()).unwrap();
    builder.build()
}

fn with_pattern(pattern: &str) -> Intel {
    let pattern = pattern.replace('\\', r"\\").replace('"', r#"\""#);
    load(&format!(r#"{{"type":"indicator","id":"indicator--1","pattern":"{pattern}"}}"#))
}

/// Values of the indicators that an atom equals, `~` before a truncated one.
fn found(intel: &Intel, kind: AtomKind, value: &str) -> Vec<String> {
    let mut out = Vec::new();
    let atom = Atom::new(kind, value);
    intel.lookup(&atom, &mut |one| {
        out.push(format!("{}{}", if one.truncated { "~" } else { "" }, one.value));
    });
    // Among many others, at every place of what is looked up together, it equals the same.
    let other = Atom::new(AtomKind::Domain, "a.b.c.d.unnamed.example");
    for before in [0, 1, 12, 13, 63, 64, 200] {
        let mut atoms = vec![other.clone(); before];
        atoms.extend([atom.clone(), other.clone()]);
        let mut among = Vec::new();
        intel.lookup_all(&atoms, &mut |number, one| {
            assert_eq!(number, before);
            among.push(format!("{}{}", if one.truncated { "~" } else { "" }, one.value));
        });
        assert_eq!(among, out);
    }
    out
}

#[test]
fn matching_is_typed_and_normalised() {
    use AtomKind::*;
    let hash = "AEC070645FE53EE3B3763059376134F058CC337247C978ADD178B6CCDFB0019F";
    let lower = hash.to_lowercase();
    let coloned = "AE:C0:70:64:5F:E5:3E:E3:B3:76:30:59:37:61:34:F0:58:CC:33:72";
    let sha1 = coloned.replace(':', "").to_lowercase();
    let hash_pattern = |key: &str| format!("[{key} = '{hash}']");
    let cases: &[(&str, AtomKind, &[&str], &[&str])] = &[
        (
            "[domain-name:value = 'Evil.COM.']",
            Domain,
            &["evil.com", "c2.evil.com", "a.b.evil.com"],
            &["notevil.com", "evil.com.example", "com", "evil.co", "evil"],
        ),
        ("[domain-name:value = 'google.com']", Domain, &["google.com"], &["c2-notgoogle.com"]),
        ("[domain-name:value = 'com']", Domain, &["com"], &["evil.com"]),
        ("[domain-name:value = 'bücher.example']", Domain, &["www.xn--bcher-kva.example"], &[]),
        ("[domain-name:value = '203.0.113.7']", Ipv4, &["203.0.113.7"], &["203.0.113.77"]),
        ("[ipv4-addr:value = '203.0.113.7']", Ipv4, &["203.0.113.7"], &["203.0.113.77"]),
        ("[ipv4-addr:value = '203.0.113.7/32']", Ipv4, &["203.0.113.7"], &["203.0.113.8"]),
        (
            "[ipv4-addr:value = '203.0.113.9/24']",
            Ipv4,
            &["203.0.113.0", "203.0.113.255"],
            &["203.0.114.1", "203.0.112.255"],
        ),
        ("[ipv6-addr:value = '2001:DB8:0::1']", Ipv6, &["2001:db8::1"], &["2001:db8::2"]),
        (
            "[ipv6-addr:value = '2001:db8:aa::/48']",
            Ipv6,
            &["2001:db8:aa::7", "2001:db8:aa:ffff::"],
            &["2001:db8:ab::"],
        ),
        (
            "[network-traffic:dst_ref.value = '203.0.113.7']",
            Ipv4,
            &["203.0.113.7"],
            &["203.0.113.6"],
        ),
        (
            "[url:value = 'HTTP://Evil.com:80/A?b=c#d']",
            Url,
            &["http://evil.com/A?b=c"],
            &["http://evil.com/", "http://evil.com/a?b=c", "http://evil.com/A?b=c&e=f"],
        ),
        ("[url:value = 'http://evil.com/A']", Domain, &[], &["evil.com"]),
        (
            "[file:path = '/data/x']",
            Path,
            &["/data/x", "/data/x/y", "/data/x/y/z"],
            &["/data/xy", "/data", "/sdcard/data/x", "/data/X"],
        ),
        ("[file:path = '/data//x/']", Path, &["/data/x/y"], &["/data/xy"]),
        ("[file:path = 'private/var/x']", Path, &["/private/var/x"], &["/private/var"]),
        ("[file:path = '/']", Path, &["/"], &["/data"]),
        ("[directory:path = '/data/x']", Path, &["/data/x/y"], &["/data/xy"]),
        ("[file:name = 'a.jar']", FileName, &["a.jar"], &["aa.jar", "A.jar", "a.jar2"]),
        (
            "[process:name = 'msgacntd']",
            Process,
            &["msgacntd"],
            &["msgacntd2", "Msgacntd", "msgacnt"],
        ),
        ("[email-addr:value = 'A@Evil.com']", Email, &["a@evil.com"], &["b@evil.com"]),
        (
            "[app:id = 'org.Evil.App']",
            Package,
            &["org.evil.app", "org.Evil.App", "org.evil.App"],
            &["org.evil.app2", "org.evil", "org.evil.app.x"],
        ),
        ("[android-property:name = 'Ro.Evil']", Property, &["ro.evil", "RO.EVIL"], &["ro.evil2"]),
    ];
    for (pattern, kind, hits, misses) in cases {
        let intel = with_pattern(pattern);
        assert_eq!(intel.total(), 1, "{pattern}: {:?}", intel.gaps());
        for hit in *hits {
            assert_eq!(found(&intel, *kind, hit).len(), 1, "{pattern} on {hit}");
        }
        for miss in *misses {
            assert_eq!(found(&intel, *kind, miss), [""; 0], "{pattern} on {miss}");
        }
    }
    for key in [
        "file:hashes.'SHA-256'",
        "file:hashes.\"SHA-256\"",
        "file:hashes.SHA256",
        "file:hashes.sha256",
        "file:hashes.SHA_256",
    ] {
        let intel = with_pattern(&hash_pattern(key));
        assert_eq!(found(&intel, Sha256, &lower), [lower.as_str()], "{key}");
        assert_eq!(found(&intel, CertSha256, &lower), [""; 0], "{key}");
    }
    for key in ["x509-certificate:hashes.'SHA-256'", "app:cert.sha256"] {
        let intel = with_pattern(&hash_pattern(key));
        assert_eq!(found(&intel, CertSha256, &lower), [lower.as_str()], "{key}");
        assert_eq!(found(&intel, Sha256, &lower), [""; 0], "{key}");
    }
    let intel = with_pattern(&format!("[app:cert.sha1 = '{coloned}']"));
    assert_eq!(found(&intel, CertSha1, &sha1), [sha1.as_str()]);
}

/// Each folder above a path is looked up; a record of 1 MiB can name half a million of them.
#[test]
fn a_path_of_very_many_folders_is_soon_looked_up() {
    let intel = with_pattern("[file:path = '/a']");
    let path = "/a".repeat(1 << 19);
    let begun = std::time::Instant::now();
    assert_eq!(found(&intel, AtomKind::Path, &path), ["/a"]);
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
}

#[test]
fn names_that_the_kernel_cut() {
    // 15 bytes are kept: of a native name the first, of a dotted one the last.
    let native = with_pattern("[process:name = 'evil_daemon_service']");
    assert_eq!(found(&native, AtomKind::Process, "evil_daemon_ser"), ["~evil_daemon_service"]);
    assert_eq!(found(&native, AtomKind::Process, "_daemon_service"), ["~evil_daemon_service"]);
    assert_eq!(found(&native, AtomKind::Process, "evil_daemon_service"), ["evil_daemon_service"]);
    assert_eq!(found(&native, AtomKind::Process, "evil_daemon_se"), [""; 0]);
    let app = with_pattern("[app:id = 'org.thoughtcrime.SecureSMSplus']");
    assert_eq!(
        found(&app, AtomKind::Process, "e.securesmsplus"),
        ["~org.thoughtcrime.securesmsplus"]
    );
    assert_eq!(found(&app, AtomKind::Process, "org.thoughtcrim"), [""; 0]);
    let whole = with_pattern("[process:name = 'fifteen_bytes_1']");
    assert_eq!(found(&whole, AtomKind::Process, "fifteen_bytes_1"), ["fifteen_bytes_1"]);
    let extra = with_pattern("[process:name = 'com.evil.app']");
    assert_eq!(found(&extra, AtomKind::Process, "com.evil.app:remote"), ["com.evil.app"]);
}

#[test]
fn what_cannot_be_compiled_is_a_named_gap() {
    for (pattern, said) in [
        ("[domain-name:value = 'a.b' AND url:value = 'c']", "never match"),
        ("[mutex:name LIKE 'x%']", "`mutex:name`"),
        ("[file:magic_number_hex = h'00' AND file:size > 1]", "`file:magic_number_hex`"),
        ("[file:name MATCHES '(a']", "expected"),
        ("[domain-name:value = '*.evil.com']", "no host name"),
        ("[url:value = 'evil.com/x']", "no URL"),
        ("[ipv4-addr:value = '203.0.113.7:80']", "no address"),
        ("[ipv4-addr:value = '0.0.0.0/0']", "no address"),
        ("[file:hashes.'SHA-512' = 'aa']", "`SHA-512`"),
        ("[file:hashes.MD5 = 'xyz']", "no hash"),
        ("[configuration-profile:id = 'x']", "cannot be matched by what Android leaves"),
        ("[configuration-profile:id LIKE 'x%']", "cannot be matched by what Android leaves"),
        ("[windows-registry-key:key = 'x']", "only Windows has it"),
        ("[app:id = 'sh']", "no package name"),
        ("domain-name:value = 'a.b'", "expected"),
    ] {
        let intel = with_pattern(pattern);
        let [gap] = intel.gaps() else { panic!("{pattern}: {:?}", intel.gaps()) };
        assert!(gap.reason.contains(said), "{pattern}: {}", gap.reason);
        assert_eq!(gap.object.as_deref(), Some("indicator--1"));
        assert_eq!((intel.total(), intel.knowledge()[0].not_compiled), (0, 1), "{pattern}");
        assert!(model::Gap::from(gap).reason.contains("indicator--1"));
    }
    let intel = with_pattern("[domain-name:value = 'a.example' OR mutex:name = 'x']");
    assert_eq!((intel.total(), intel.gaps().len()), (1, 1));
    assert_eq!(found(&intel, AtomKind::Domain, "a.example").len(), 1);
    let intel = load(
        r#"{"type":"indicator","id":"indicator--1","pattern":"rule x {}","pattern_type":"yara"}"#,
    );
    assert!(intel.gaps()[0].reason.contains("`yara`"));
}

/// What asks for more than values the index knows runs on the engine, and is counted so.
#[test]
fn patterns_of_more_than_a_value_are_taken() {
    for pattern in [
        "[url:value LIKE 'http://evil%']",
        "[process:command_line = 'x']",
        "[app:id = 'a.b' AND app:installer = 'c.d']",
        "[app:id = 'a.b'] FOLLOWEDBY [url:value = 'http://a.b/'] WITHIN 60 SECONDS",
        "[file:size > 10]",
        "[mutex:name = 'x' AND mutex:a = 'y'] OR [file:name MATCHES 'x$']",
    ] {
        let intel = with_pattern(pattern);
        assert!(intel.gaps().is_empty(), "{pattern}: {:?}", intel.gaps());
        let [told] = intel.knowledge() else { panic!() };
        assert_eq!((told.indicators, told.patterns), (1, 1), "{pattern}");
        assert_eq!(intel.pattern_count(), 1);
    }
    let values = with_pattern("[app:id = 'a.b' OR app:id IN ('a.c', 'a.d')]");
    assert_eq!((values.knowledge()[0].indicators, values.knowledge()[0].patterns), (1, 0));
    let both = with_pattern("[app:id = 'a.b' OR process:command_line = 'x']");
    assert_eq!((both.knowledge()[0].indicators, both.knowledge()[0].patterns), (1, 1));
    assert_eq!(found(&both, AtomKind::Package, "a.b").len(), 1);
}

const FAMILY: &str = r#"
{"type":"malware","id":"malware--11111111-1111-4111-8111-111111111111","name":"Fam","is_family":true},
{"type":"attack-pattern","id":"attack-pattern--11111111-1111-4111-8111-111111111111","name":"A",
 "external_references":[{"source_name":"mitre-attack","external_id":"T1636.004"}]},
{"type":"relationship","id":"relationship--11111111-1111-4111-8111-111111111111",
 "relationship_type":"uses","source_ref":"malware--11111111-1111-4111-8111-111111111111",
 "target_ref":"attack-pattern--11111111-1111-4111-8111-111111111111"},
{"type":"relationship","id":"relationship--22222222-2222-4222-8222-222222222222","revoked":REVOKED,
 "relationship_type":"indicates","source_ref":"indicator--11111111-1111-4111-8111-111111111111",
 "target_ref":"malware--11111111-1111-4111-8111-111111111111"},
{"type":"indicator","id":"indicator--11111111-1111-4111-8111-111111111111","name":"N",
 "pattern":"[ipv4-addr:value = '203.0.113.7']","confidence":70,
 "valid_from":"2024-01-01T00:00:00Z","valid_until":"2025-01-01T00:00:00Z",
 "external_references":[{"source_name":"S","url":"https://s.example/"},{"source_name":"B"}],
 "extensions":{"extension-definition--11b6419c-95ab-5484-8513-cd94394e0fd1":
  {"extension_type":"property-extension","port":4432,"ceiling":"review"}}}"#;

#[test]
fn what_is_known_of_an_indicator() {
    let intel = load(&FAMILY.replace("REVOKED", "false"));
    let one = intel.indicators().next().unwrap();
    assert_eq!(one.id(), "indicator--11111111-1111-4111-8111-111111111111");
    assert_eq!(one.name(), Some("N"));
    assert_eq!(one.families().collect::<Vec<_>>(), ["Fam"]);
    assert_eq!(one.attack(), ["T1636.004"]);
    assert_eq!((one.confidence(), one.port()), (Some(70), Some(4432)));
    assert_eq!(one.ceiling(), Some(Strength::Review));
    let references: Vec<_> = one.references().map(|r| (r.source_name, r.url)).collect();
    assert_eq!(references, [("S", Some("https://s.example/")), ("B", None)]);
    assert_eq!(one.knowledge().unwrap().name, "test");
    for (at, window) in [
        ("2023-12-31T23:59:59Z", Window::Before),
        ("2024-01-01T00:00:00Z", Window::Within),
        ("2024-12-31T23:59:59Z", Window::Within),
        ("2025-01-01T00:00:00Z", Window::After),
    ] {
        assert_eq!(one.window(at.parse().unwrap()), window, "{at}");
    }
    let intel = load(&FAMILY.replace("REVOKED", "true"));
    assert_eq!(intel.indicators().next().unwrap().families().count(), 0);
}

#[test]
fn a_report_names_what_no_relationship_does() {
    let intel = load(
        r#"{"type":"report","id":"report--1","name":"R","object_refs":["indicator--1"]},
        {"type":"indicator","id":"indicator--1","pattern":"[app:id = 'a.b']"}"#,
    );
    assert_eq!(intel.indicators().next().unwrap().families().collect::<Vec<_>>(), ["R"]);
}

/// One indicator object with this time of change and state.
fn version(modified: &str, revoked: bool, value: &str) -> String {
    format!(
        r#"{{"type":"indicator","id":"indicator--1","modified":"{modified}","revoked":{revoked},
        "pattern":"[app:id = '{value}']"}}"#
    )
}

#[test]
fn the_newest_version_counts_and_revoked_ones_never_match() {
    let old = version("2024-01-01T00:00:00Z", false, "old.app");
    let new = version("2024-01-01T00:00:00.5Z", false, "new.app");
    let gone = version("2024-02-01T00:00:00Z", true, "old.app");
    for objects in [format!("{old},{new}"), format!("{new},{old}")] {
        let intel = load(&objects);
        assert_eq!(intel.total(), 1);
        assert_eq!(found(&intel, AtomKind::Package, "new.app").len(), 1);
        assert_eq!(found(&intel, AtomKind::Package, "old.app").len(), 0);
    }
    for objects in [format!("{old},{gone}"), format!("{gone},{old}"), gone.clone()] {
        let intel = load(&objects);
        assert_eq!((intel.total(), intel.knowledge()[0].revoked), (0, 1));
        assert_eq!(found(&intel, AtomKind::Package, "old.app").len(), 0);
        assert!(intel.gaps().is_empty());
    }
}

#[test]
fn one_advisory_cannot_revoke_another() {
    let mut builder = Builder::new();
    for object in [
        version("2024-01-01T00:00:00Z", false, "a.app"),
        version("2025-01-01T00:00:00Z", true, "a.app"),
    ] {
        builder.add_bundle("x", KnowledgeStatus::Unsigned, object.as_bytes()).unwrap();
    }
    let intel = builder.build();
    assert_eq!(found(&intel, AtomKind::Package, "a.app").len(), 1);
    assert_eq!(intel.knowledge()[1].revoked, 1);
}

#[test]
fn a_file_that_is_no_stix_leaves_nothing_behind() {
    let mut builder = Builder::new();
    let good = version("2024-01-01T00:00:00Z", false, "a.app");
    let cut = format!(r#"{{"type":"bundle","objects":[{good},7,{{"a":"#);
    assert!(builder.add_bundle("cut", KnowledgeStatus::Unsigned, cut.as_bytes()).is_err());
    assert!(builder.add_bundle("text", KnowledgeStatus::Unsigned, &b"hello"[..]).is_err());
    builder.add_bundle("good", KnowledgeStatus::Unsigned, good.as_bytes()).unwrap();
    builder
        .add_aside(&br#"{"rows":[{"type":"string"},{"type":"port"},{"type":"string"}]}"#[..])
        .unwrap();
    let intel = builder.build();
    assert_eq!((intel.total(), intel.gaps().len(), intel.knowledge().len()), (1, 0, 1));
    assert_eq!(found(&intel, AtomKind::Package, "a.app").len(), 1);
    let aside = [("port".to_owned(), 1), ("string".to_owned(), 2)];
    assert_eq!(intel.knowledge()[0].kept_aside, aside);
}

#[test]
fn times_that_are_none_cost_the_indicator() {
    for bounds in [
        r#""valid_from":"yesterday""#,
        r#""valid_from":"2024-02-30T00:00:00Z""#,
        r#""valid_from":"2024-01-02T00:00:00Z","valid_until":"2024-01-01T00:00:00Z""#,
    ] {
        let intel = load(&format!(
            r#"{{"type":"indicator","id":"indicator--1","pattern":"[app:id = 'a.b']",{bounds}}}"#
        ));
        assert_eq!((intel.total(), intel.gaps().len()), (0, 1), "{bounds}");
    }
}
