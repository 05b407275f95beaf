//! Values of patterns that run on the engine, in spellings other than those of our facts. The
//! hashes are those of the empty file (RFC 1321, A.5; FIPS 180-4).
#![allow(clippy::unwrap_used)] // A test may.

use intel::{Builder, Intel};
use model::fact::{AppSigned, EndpointContacted, Fact, FileSeen, LinkSeen};
use model::{KnowledgeStatus, Observation, Position};

const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";
const SHA1: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
const SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn with_pattern(pattern: &str) -> Intel {
    let object = serde_json::json!({"type": "indicator", "id": "indicator--1", "pattern": pattern});
    let mut builder = Builder::new();
    let text = object.to_string();
    builder.add_bundle("test", KnowledgeStatus::Unsigned, text.as_bytes()).unwrap();
    builder.build()
}

/// Whether a pattern matches a fact by itself.
fn matches(pattern: &str, fact: &Fact) -> bool {
    let intel = with_pattern(pattern);
    assert!(intel.gaps().is_empty(), "{pattern}: {:?}", intel.gaps());
    assert_eq!(intel.pattern_count(), 1, "{pattern} is a value of the index");
    let seen = Observation {
        fact: fact.clone(),
        artifact: "test".into(),
        position: Position::default().at_row(1),
        time: None,
        parser: "test".into(),
    };
    let mut count = 0;
    let mut runs = intel.run_patterns();
    runs.observe(1, &seen, &mut |_| count += 1);
    runs.finish().iter().filter(|one| !one.observations.is_empty()).count() + count > 0
}

fn file() -> Fact {
    let path = "/sdcard/Download/a.apk".to_owned();
    let (md5, sha1, sha256) = (Some(MD5.into()), Some(SHA1.into()), Some(SHA256.into()));
    FileSeen { path, size: Some(0), md5, sha1, sha256, ..Default::default() }.into()
}

fn colons(hex: &str) -> String {
    let pairs: Vec<String> = hex
        .to_uppercase()
        .chars()
        .collect::<Vec<_>>()
        .chunks(2)
        .map(|pair| pair.iter().collect())
        .collect();
    pairs.join(":")
}

#[test]
fn a_hash_in_capitals_or_with_colons_is_the_same_hash() {
    let (upper, coloned) = (MD5.to_uppercase(), colons(MD5));
    let zeros = "0".repeat(32);
    for md5 in [&upper, &coloned, &MD5.to_owned()] {
        for (pattern, expected) in [
            (format!("[file:hashes.MD5 = '{md5}' AND file:size = 0]"), true),
            (format!("[file:hashes.MD5 = '{md5}' AND file:size = 1]"), false),
            (format!("[file:hashes.md5 IN ('{zeros}', '{md5}') AND file:size = 0]"), true),
            (format!("[file:hashes.MD5 != '{md5}']"), false),
            (format!("[file:hashes.MD5 NOT = '{md5}']"), false),
            (format!("[file:hashes.MD5 NOT IN ('{md5}')]"), false),
            (format!("[file:hashes.MD5 != '{zeros}']"), true),
            (format!("[file:hashes.MD5 >= '{md5}' AND file:hashes.MD5 <= '{md5}']"), true),
            (format!("[file:hashes.MD5 = '{md5}'] REPEATS 1 TIMES"), true),
            (format!("[file:hashes.MD5 = '{md5}'] AND [file:hashes.MD5 = '{md5}']"), false),
        ] {
            assert_eq!(matches(&pattern, &file()), expected, "{pattern}");
        }
    }
    for pattern in [
        "[file:hashes.MD5 LIKE 'D41D8CD9%']".to_owned(),
        "[file:hashes.MD5 LIKE 'D4:1D:8C:D9:%']".to_owned(),
        "[file:hashes.MD5 LIKE '%7_']".to_owned(),
        "[file:hashes.MD5 < 'D5']".to_owned(),
        format!("[file:hashes.MD5 = h'{MD5}']"),
        format!("[file:hashes.'SHA-1' = '{}' AND file:size = 0]", colons(SHA1)),
        "[file:hashes.'SHA-256' MATCHES '^e3b0c442']".to_owned(),
        "[file:hashes.'SHA-256' MATCHES '(?i)^E3B0C442']".to_owned(),
    ] {
        assert!(matches(&pattern, &file()), "{pattern}");
    }
    // A regular expression stays as it was written.
    assert!(!matches("[file:hashes.'SHA-256' MATCHES '^E3B0C442']", &file()));
}

#[test]
fn an_algorithm_is_one_under_all_its_spellings() {
    for name in ["'SHA-256'", "SHA256", "sha256", "'sha-256'", "SHA_256", "Sha256"] {
        let pattern = format!("[file:hashes.{name} = '{}' AND file:size = 0]", colons(SHA256));
        assert!(matches(&pattern, &file()), "{pattern}");
        assert!(matches(&format!("[EXISTS file:hashes.{name}]"), &file()), "{name}");
    }
    let signed: Fact = AppSigned {
        package: "org.example".into(),
        cert_sha256: Some(colons(SHA256)),
        cert_subject: Some("CN=Example".into()),
        ..Default::default()
    }
    .into();
    for name in ["sha256", "SHA256", "'SHA-256'"] {
        let pattern =
            format!("[app:cert.{name} = '{}' AND app:id = 'org.example']", colons(SHA256));
        assert!(matches(&pattern, &signed), "{pattern}");
    }
    assert!(matches("[x509-certificate:hashes.SHA256 LIKE 'E3:B0%']", &signed));
    assert!(matches("[app:cert.subject LIKE 'CN=Exam%']", &signed));
}

#[test]
fn hosts_and_urls_are_compared_in_their_normal_form() {
    let contact: Fact = EndpointContacted {
        host: Some("c2.evil.example".into()),
        addresses: vec!["2001:db8::1".into()],
        port: Some(443),
        via: "tls".into(),
        ..Default::default()
    }
    .into();
    let link: Fact = LinkSeen {
        url: Some("http://evil.example/Path?Q=1".into()),
        host: "evil.example".into(),
        place: "message".into(),
        ..Default::default()
    }
    .into();
    for (pattern, fact, expected) in [
        (
            "[network-traffic:dst_ref.value = 'C2.Evil.Example.' AND network-traffic:dst_port = 443]",
            &contact,
            true,
        ),
        (
            "[network-traffic:dst_ref.value = 'C2.Evil.Example' AND network-traffic:dst_port = 80]",
            &contact,
            false,
        ),
        ("[ipv6-addr:value = '2001:0DB8:0::1' AND EXISTS ipv6-addr:value]", &contact, true),
        ("[domain-name:value LIKE '%.EVIL.example']", &contact, true),
        ("[domain-name:value NOT IN ('C2.evil.example')]", &contact, false),
        ("[url:value = 'HTTP://EVIL.example:80/Path?Q=1#f' AND EXISTS url:value]", &link, true),
        ("[url:value LIKE 'HTTP://Evil.example/Path%']", &link, true),
        ("[url:value LIKE 'http://evil.example/path%']", &link, false),
    ] {
        assert_eq!(matches(pattern, fact), expected, "{pattern}");
    }
}
