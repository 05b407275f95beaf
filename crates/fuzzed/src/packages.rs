//! Parts of an Android package, each in a package around it that is as it should be.

use apk::{Apk, SdkRange};
use std::io::Cursor;
use std::sync::LazyLock;
use testkit::archive::zip;

/// The manifest of the app whose parts these are.
static MANIFEST: LazyLock<Vec<u8>> =
    LazyLock::new(|| crate::seeds::member_of_app("AndroidManifest.xml"));

/// As the compiled manifest.
pub(crate) fn manifest(data: &[u8]) {
    let file = zip([("AndroidManifest.xml", data)]);
    if let Ok(apk) = Apk::read(Cursor::new(file)) {
        let _ = (apk.label(), &apk.package);
    }
}

/// As the table of resources, beside a manifest that refers to it.
pub(crate) fn resources(data: &[u8]) {
    let file = zip([("AndroidManifest.xml", &MANIFEST[..]), ("resources.arsc", data)]);
    if let Ok(apk) = Apk::read(Cursor::new(file)) {
        let _ = apk.label();
    }
}

/// As the PKCS #7 block of a v1 signature.
pub(crate) fn cms(data: &[u8]) {
    static SUMS: LazyLock<[Vec<u8>; 2]> =
        LazyLock::new(|| ["META-INF/MANIFEST.MF", ".SF"].map(crate::seeds::member_of_app));
    let file = zip([
        ("AndroidManifest.xml", &MANIFEST[..]),
        ("META-INF/MANIFEST.MF", &SUMS[0][..]),
        ("META-INF/CERT.SF", &SUMS[1][..]),
        ("META-INF/CERT.RSA", data),
    ]);
    verify(&file);
}

/// As the signing block before the central directory.
pub(crate) fn signing_block(data: &[u8]) {
    let file = zip([("AndroidManifest.xml", &MANIFEST[..])]);
    let end = file.len() - 22; // The end record, without comment (APPNOTE.TXT, 4.3.16).
    let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().expect("four bytes"));
    let directory = number(end + 16);
    let (before, after) = file.split_at(directory as usize);
    let mut whole = [before, data, after].concat();
    let at = whole.len() - 22 + 16;
    let moved = directory.wrapping_add(u32::try_from(data.len()).unwrap_or(u32::MAX));
    whole[at..at + 4].copy_from_slice(&moved.to_le_bytes());
    let _ = Apk::read(Cursor::new(&whole));
    verify(&whole);
}

fn verify(file: &[u8]) {
    if let Ok(verdict) = apk::verify(Cursor::new(file), SdkRange::default()) {
        assert!(!verdict.verified || verdict.errors.is_empty(), "verified in spite of errors");
    }
}
