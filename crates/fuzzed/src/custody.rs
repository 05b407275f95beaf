//! Manifests, signatures and time stamps, as somebody else may have written them.

use custody::{Manifest, Signature};

pub(crate) fn read(data: &[u8]) {
    if let Ok(manifest) = Manifest::parse(data) {
        assert_eq!(manifest.bytes(), data, "there is one way to write it");
    }
    if let Ok(signature) = Signature::parse(data) {
        assert_eq!(signature.bytes(), data, "there is one way to write it");
        let _ = signature.trust(&signature.manifest, &[]);
    }
}

pub(crate) fn time_stamp(data: &[u8]) {
    if let Ok(stamp) = custody::stamp(data) {
        assert!(data.windows(32).any(|window| window == stamp.sha256), "its hash stands in it");
    }
}
