//! Ids of STIX objects as keys of a fixed size.

use foldhash::fast::RandomState;
use std::hash::BuildHasher;

/// An object's id as a key: a number for its type, and 16 bytes.
pub(crate) type ObjectKey = (u8, [u8; 16]);

/// The number of the indicator among types.
pub(crate) const INDICATOR: u8 = 0;

/// Makes keys. Those of one advisory are compared with each other only.
#[derive(Default)]
pub(crate) struct Keys {
    state: RandomState,
    last: (String, ObjectKey),
}

impl Keys {
    /// The key of an id: its UUID where it is one, else a hash of it.
    pub(crate) fn key(&self, id: &str) -> ObjectKey {
        match uuid_of(id) {
            Some((kind, bytes)) => (tag(kind), bytes),
            None => {
                let low = self.state.hash_one((0, id)).to_le_bytes();
                let high = self.state.hash_one((1, id)).to_le_bytes();
                let mut bytes = [0; 16];
                for (to, from) in bytes.iter_mut().zip(low.into_iter().chain(high)) {
                    *to = from;
                }
                (u8::MAX, bytes)
            }
        }
    }

    /// As [`Keys::key`], for ids of which most in a row are the same; the last is kept.
    pub(crate) fn repeated(&mut self, id: &str) -> ObjectKey {
        if self.last.0 != id {
            self.last = (id.to_owned(), self.key(id));
        }
        self.last.1
    }

    /// A short name for an id.
    pub(crate) fn hash(&self, id: &str) -> u64 {
        self.state.hash_one(id)
    }
}

/// A number for an object's type, so that ids of two types never mix.
fn tag(kind: &str) -> u8 {
    match kind {
        "indicator" => INDICATOR,
        "malware" => 1,
        "tool" => 2,
        "campaign" => 3,
        "intrusion-set" => 4,
        "threat-actor" => 5,
        "attack-pattern" => 6,
        "report" => 7,
        "grouping" => 8,
        "identity" => 9,
        "infrastructure" => 10,
        _ => 11,
    }
}

/// Type and UUID of an id. `None` where it is none in lower case.
fn uuid_of(id: &str) -> Option<(&str, [u8; 16])> {
    let at = id.len().checked_sub(36)?;
    let kind = id.get(..at)?.strip_suffix("--")?;
    let uuid = id.as_bytes().get(at..)?;
    let mut digits = [0_u8; 32];
    let (mut to, mut upper) = (digits.iter_mut(), false);
    for part in uuid.split(|b| *b == b'-').zip([8, 4, 4, 4, 12]) {
        if part.0.len() != part.1 {
            return None;
        }
        for b in part.0 {
            upper |= b.is_ascii_uppercase();
            *to.next()? = *b;
        }
    }
    let mut bytes = [0_u8; 16];
    const_hex::decode_to_slice(digits, &mut bytes).ok().filter(|()| !upper)?;
    Some((kind, bytes))
}

#[cfg(test)]
mod tests {
    use super::uuid_of;

    #[test]
    fn ids_are_type_and_uuid() {
        let (kind, bytes) = uuid_of("indicator--00112233-4455-6677-8899-aabbccddeeff").unwrap();
        assert_eq!(kind, "indicator");
        assert_eq!(bytes[..3], [0x00, 0x11, 0x22]);
        assert_eq!(bytes[15], 0xff);
        for bad in ["indicator--1", "indicator", "indicator--00112233-4455-6677-8899-AABBCCDDEEFF"]
        {
            assert_eq!(uuid_of(bad), None, "{bad}");
        }
    }
}
