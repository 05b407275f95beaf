//! Ids that the same value always gets: version-5 UUIDs (RFC 9562) in the project's namespace,
//! as the built-in advisory uses them (docs/design/advisory.md).

use sha1::{Digest, Sha1};

/// Version 5 of `https://tamarisk.invalid/stix` in the namespace of URLs.
const NAMESPACE: [u8; 16] = [
    0xe8, 0xc6, 0x88, 0x29, 0x10, 0x11, 0x5c, 0x33, 0xac, 0xf2, 0x1e, 0x6f, 0x2d, 0x88, 0xae, 0xdb,
];

/// The namespace in which STIX 2.1 makes the ids of observables (section 2.9).
const OBSERVABLES: [u8; 16] = [
    0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7,
];

/// The id of our object of this type that is about `what`.
pub(crate) fn ours(kind: &str, what: &str) -> String {
    format!("{kind}--{}", uuid5(&NAMESPACE, &format!("{kind}:{what}")))
}

/// The id of a cyber-observable from the canonical JSON of its id-contributing properties.
pub(crate) fn observable(kind: &str, canonical: &str) -> String {
    format!("{kind}--{}", uuid5(&OBSERVABLES, canonical))
}

/// A bare version-5 UUID about `what`.
pub(crate) fn uuid(what: &str) -> String {
    uuid5(&NAMESPACE, what)
}

fn uuid5(namespace: &[u8; 16], name: &str) -> String {
    let mut hash = Sha1::new();
    hash.update(namespace);
    hash.update(name.as_bytes());
    let mut bytes = [0_u8; 16];
    for (to, from) in bytes.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        match at {
            6 => *byte = (*byte & 0x0f) | 0x50,
            8 => *byte = (*byte & 0x3f) | 0x80,
            _ => {}
        }
    }
    let hex = const_hex::encode(bytes);
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or("");
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

#[cfg(test)]
mod tests {
    /// The id of the built-in advisory's identity, and the one of STIX 2.1's example of an address
    /// (section 2.9).
    #[test]
    fn ids_follow_from_what_they_name() {
        let ours = super::ours("identity", "tamarisk");
        assert_eq!(ours, "identity--2b52105f-956a-5ac6-bb96-9a6aa6d845c5");
        let address = super::observable("ipv4-addr", r#"{"value":"198.51.100.3"}"#);
        assert_eq!(address, "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
    }
}
