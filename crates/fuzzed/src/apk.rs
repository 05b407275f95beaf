//! An Android package: its container, manifest, resources, code files and signatures.

use apk::{Apk, SdkRange};
use std::io::Cursor;

pub(crate) fn read(data: &[u8]) {
    if let Ok((apk, _)) = Apk::read_with_code(Cursor::new(data)) {
        let _ = apk.label();
    }
    if let Ok(verdict) = apk::verify(Cursor::new(data), SdkRange::default()) {
        assert!(!verdict.verified || verdict.errors.is_empty(), "verified in spite of errors");
    }
}
