//! Synthetic APKs, signed in every way that testkit knows, and damaged in many.

#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.

use apk::Scheme;
use apk::signature::{SDK_OPEN, SdkRange, StampStatus, Verdict, verify, verify_with_v4};
use std::io::Cursor;
use testkit::apk::{Apk, Digesting, Scheme as By, Signer};

fn small() -> Apk {
    Apk::new("org.example.app").stored("assets/text.txt", "inert").manifest_stored()
}

fn check(bytes: &[u8]) -> Verdict {
    verify(Cursor::new(bytes), SdkRange::default()).unwrap()
}

fn errors(verdict: &Verdict) -> Vec<&str> {
    verdict.errors.iter().map(|issue| issue.name).collect()
}

fn decisions(verdict: &Verdict) -> Vec<(Scheme, u32, u32)> {
    verdict.decided_by.iter().map(|one| (one.scheme, one.min_sdk, one.max_sdk)).collect()
}

#[test]
fn each_scheme_decides_on_its_versions() {
    let schemes = [By::V1, By::V2, By::V3, By::V31];
    let apk = small().sdk(21, 34).rotated(&[Signer::A, Signer::B]);
    let apk = apk.sign(Signer::A, &schemes).build();
    // The last signer is that of v3.1: with one key, the rotation does not end with it.
    assert_eq!(errors(&check(&apk)), ["V3_SIG_POR_CERT_MISMATCH"]);

    let apk = small().sdk(21, 34).sign(Signer::A, &[By::V1, By::V2, By::V3]).build();
    let verdict = check(&apk);
    assert!(verdict.verified, "{:?}", verdict.errors);
    let expected = [(Scheme::V1, 21, 23), (Scheme::V2, 24, 27), (Scheme::V3, 28, SDK_OPEN)];
    assert_eq!(decisions(&verdict), expected);
    assert!(verdict.vouches_for(&Signer::A.certificate_sha256()));
    assert!(!verdict.vouches_for(&Signer::B.certificate_sha256()));
}

#[test]
fn a_key_is_rotated() {
    let lineage = [Signer::A, Signer::B];
    let rotated = small().rotated(&lineage).sign(Signer::A, &[By::V3]).build();
    let verdict = check(&rotated);
    // The manifest asks for SDK 24, and nothing is there for 24 to 27: AOSP overlooks that.
    assert_eq!(decisions(&verdict), [(Scheme::V3, 28, SDK_OPEN)]);
    assert!(verdict.verified, "{:?}", verdict.errors);
    let told: Vec<_> =
        verdict.lineage.iter().map(|n| (n.certificate.sha256.clone(), n.capabilities)).collect();
    assert_eq!(told, lineage.map(|signer| (signer.certificate_sha256(), 23)));
    assert!(verdict.vouches_for(&Signer::B.certificate_sha256()));
    // The key before signed for the next one.
    assert!(verdict.vouches_for(&Signer::A.certificate_sha256()));
    assert!(!verdict.vouches_for(&Signer::C.certificate_sha256()));
}

/// Versions from 9 on do not look at v1 where there is v3: who signs it there shows nothing.
#[test]
fn a_signer_that_nothing_looks_at_is_not_vouched_for() {
    let by_b = small().sdk(28, 34).sign(Signer::B, &[By::V1, By::V3]).build();
    let verdict = check(&by_b);
    assert!(verdict.verified && verdict.schemes.v1.present);
    assert_eq!(verdict.schemes.v1.verified, None);
    let told: Vec<_> = verdict.signers.iter().map(|signer| signer.scheme).collect();
    assert_eq!(told, [Scheme::V3]);
}

#[test]
fn the_signer_before_must_be_the_root() {
    let by_b = small().rotated(&[Signer::A, Signer::C]).sign(Signer::B, &[By::V2, By::V3]).build();
    assert_eq!(errors(&check(&by_b)), ["V3_SIG_PAST_SIGNERS_MISMATCH"]);
    let by_a = small().rotated(&[Signer::A, Signer::C]).sign(Signer::A, &[By::V2, By::V3]).build();
    assert!(check(&by_a).verified);
}

#[test]
fn every_kind_of_content_digest() {
    for digesting in [Digesting::Sha256, Digesting::Sha512, Digesting::Verity] {
        let apk = small().stored("assets/large.bin", vec![7; (3 << 20) + 5]).sdk(28, 34);
        let apk = apk.digesting(digesting).sign(Signer::A, &[By::V2, By::V3]).build();
        let verdict = check(&apk);
        assert!(verdict.verified, "{digesting:?}: {:?}", verdict.errors);
        let mut changed = apk;
        changed[1 << 20] ^= 1;
        assert_eq!(errors(&check(&changed)), ["V3_SIG_APK_DIGEST_DID_NOT_VERIFY"]);
    }
}

#[test]
fn a_source_stamp_changes_nothing_else() {
    let stamped = small().sdk(24, 34).stamp(Signer::C).sign(Signer::A, &[By::V2, By::V3]);
    let verdict = check(&stamped.build());
    assert!(verdict.verified);
    assert_eq!(verdict.stamp.status, StampStatus::Verified, "{:?}", verdict.warnings);
    let by = verdict.stamp.certificate.unwrap().sha256;
    assert_eq!(by, Signer::C.certificate_sha256());

    let plain = check(&small().sign(Signer::A, &[By::V2]).build());
    assert!(plain.verified && plain.stamp.status == StampStatus::Missing);
}

#[test]
fn v4_is_for_these_bytes_and_this_signer() {
    let signed = small().stored("assets/large.bin", vec![7; 700_000]).sdk(24, 34);
    let (apk, idsig) = signed.sign(Signer::A, &[By::V2, By::V3]).build_with_idsig();
    let ask = |apk: &[u8], idsig: &[u8]| {
        verify_with_v4(Cursor::new(apk.to_vec()), idsig, SdkRange::default()).unwrap()
    };
    let verdict = ask(&apk, &idsig);
    assert!(verdict.verified && verdict.schemes.v4.verified == Some(true), "{verdict:?}");
    for at in (0..idsig.len()).step_by(97) {
        let mut changed = idsig.clone();
        changed[at] ^= 0x10;
        let verdict = ask(&apk, &changed);
        // The version is a number that nothing signs; another one is a warning.
        assert!(!verdict.verified || at < 4, "byte {at}");
    }
    let (_, other) = small().sign(Signer::B, &[By::V2]).build_with_idsig();
    assert!(!ask(&apk, &other).verified);
}

#[test]
fn what_is_stripped_is_noticed() {
    let schemes = [By::V1, By::V2, By::V3];
    let signed = small().sdk(21, 29).protected().sign(Signer::A, &schemes).build();
    assert!(check(&signed).verified);
    let without = |id: u32, bytes: &[u8]| {
        let (id, mut bytes) = (id.to_le_bytes(), bytes.to_vec());
        let at = (0..bytes.len() - 4).rev().find(|at| bytes[*at..].starts_with(&id)).unwrap();
        bytes[at] ^= 0xff;
        bytes
    };
    let no_v3 = without(0xf053_68c0, &signed);
    assert!(errors(&check(&no_v3)).contains(&"V2_SIG_MISSING_APK_SIG_REFERENCED"));
    let neither = without(0x7109_871a, &no_v3);
    let missing = "JAR_SIG_MISSING_APK_SIG_REFERENCED";
    assert_eq!(errors(&check(&neither)), [missing, missing]);
}

/// Schemes of the signing block cover every byte of the file: a bit of each one flipped is
/// noticed. (Padding of the block and pairs of unknown kinds would not be; there are none here.)
#[test]
fn a_flipped_byte_is_never_verified_by_v2_or_v3() {
    for (schemes, min) in [(&[By::V2][..], 24), (&[By::V3], 28), (&[By::V3, By::V31], 28)] {
        let whole = small().sdk(min, 34).sign(Signer::A, schemes).build();
        assert!(check(&whole).verified, "{schemes:?}: {:?}", check(&whole).errors);
        let mut bytes = whole.clone();
        for at in 0..bytes.len() {
            let flip = 1 << (at % 8);
            bytes[at] ^= flip;
            let verdict = verify(Cursor::new(&bytes), SdkRange::default());
            assert!(!verdict.is_ok_and(|verdict| verdict.verified), "{schemes:?}: byte {at}");
            bytes[at] ^= flip;
        }
    }
}

/// Names and contents of all members outside `META-INF/`, by another reader of zips.
fn contents(bytes: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let archive = rawzip::ZipArchive::from_slice(bytes).unwrap();
    let mut found = Vec::new();
    for entry in archive.entries() {
        let entry = entry.unwrap();
        let name: Vec<u8> = entry.file_path().as_ref().to_vec();
        if !name.starts_with(b"META-INF/") {
            let raw = archive.get_entry(entry.wayfinder()).unwrap();
            found.push((name, raw.data().to_vec()));
        }
    }
    found
}

/// A JAR signature covers names and contents: a flipped byte that is not noticed changes neither.
#[test]
fn a_flipped_byte_that_v1_overlooks_changes_no_member() {
    let whole = small().sdk(19, 28).sign(Signer::A, &[By::V1]).build();
    let range = SdkRange { min: Some(21), max: Some(23) };
    let ask = |bytes: &[u8]| verify(Cursor::new(bytes), range).is_ok_and(|own| own.verified);
    assert!(ask(&whole));
    let before = contents(&whole);
    let (mut bytes, mut overlooked) = (whole.clone(), 0);
    for at in 0..bytes.len() {
        let flip = 1 << (at % 8);
        bytes[at] ^= flip;
        if ask(&bytes) {
            overlooked += 1;
            assert_eq!(contents(&bytes), before, "byte {at}");
        }
        bytes[at] ^= flip;
    }
    // Times, versions and attributes of members are free; so is the certificate, but for its
    // issuer, serial number and key: changed, it is another certificate.
    assert!((1..=400).contains(&overlooked), "{overlooked} of {}", whole.len());
}

#[test]
fn nothing_panics_on_a_cut_apk() {
    let schemes = [By::V1, By::V2, By::V3];
    let whole = small().sdk(21, 34).stamp(Signer::B).sign(Signer::A, &schemes).build();
    for end in 0..whole.len() {
        let verdict = verify(Cursor::new(&whole[..end]), SdkRange::default());
        assert!(!verdict.is_ok_and(|verdict| verdict.verified), "cut at byte {end}");
    }
}

#[test]
fn an_unsigned_apk_is_a_verdict_and_a_text_is_an_error() {
    assert_eq!(errors(&check(&small().sdk(21, 29).build())), ["JAR_SIG_NO_MANIFEST"]);
    assert!(verify(Cursor::new(b"no zip"), SdkRange::default()).is_err());
    let range = SdkRange { min: Some(30), max: Some(29) };
    assert!(verify(Cursor::new(small().build()), range).is_err());
}

#[test]
fn bytes_behind_the_end_are_not_opened_by_android() {
    let signed = small().sign(Signer::A, &[By::V2]).build();
    let behind = [&signed[..], b"more"].concat();
    assert_eq!(errors(&check(&behind)), ["MALFORMED_APK"]);
}
