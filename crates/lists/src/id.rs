//! Ids that the same value always gets: version-5 UUIDs (RFC 9562) in the project's namespace,
//! as the built-in advisory uses them (docs/design/advisory.md).

use uuid::{Uuid, uuid};

/// Version 5 of `https://tamarisk.invalid/stix` in the namespace of URLs.
const NAMESPACE: Uuid = uuid!("e8c68829-1011-5c33-acf2-1e6f2d88aedb");

/// The namespace in which STIX 2.1 makes the ids of observables (section 2.9).
const OBSERVABLES: Uuid = uuid!("00abedb4-aa42-466c-9c01-fed23315a9b7");

/// The id of our object of this type that is about `what`.
pub(crate) fn ours(kind: &str, what: &str) -> String {
    format!("{kind}--{}", Uuid::new_v5(&NAMESPACE, format!("{kind}:{what}").as_bytes()))
}

/// The id of a cyber-observable from the canonical JSON of its id-contributing properties.
pub(crate) fn observable(kind: &str, canonical: &str) -> String {
    format!("{kind}--{}", Uuid::new_v5(&OBSERVABLES, canonical.as_bytes()))
}

/// A bare version-5 UUID about `what`.
pub(crate) fn uuid(what: &str) -> String {
    Uuid::new_v5(&NAMESPACE, what.as_bytes()).to_string()
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
