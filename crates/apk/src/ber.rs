//! As much BER (X.690) as PKCS#7 and certificates need. Signature files need not be DER, and a
//! certificate that is not must still be hashed as it stands.

/// A value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a> {
    pub(crate) tag: u8,
    /// With tag and length.
    pub(crate) whole: &'a [u8],
    pub(crate) content: &'a [u8],
}

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const OCTETS: u8 = 0x04;
pub(crate) const OID: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
/// `[0]`, constructed.
pub(crate) const CONTEXT_0: u8 = 0xa0;

impl<'a> Value<'a> {
    /// The first value in `bytes`.
    pub(crate) fn first(bytes: &'a [u8]) -> Option<Self> {
        values(bytes).next()
    }

    /// The values inside.
    pub(crate) fn children(&self) -> impl Iterator<Item = Value<'a>> + use<'a> {
        values(self.content)
    }

    /// The first value inside with this tag.
    pub(crate) fn child(&self, tag: u8) -> Option<Value<'a>> {
        self.children().find(|value| value.tag == tag)
    }
}

/// The values one after the other; ends where one is cut.
pub(crate) fn values(mut bytes: &[u8]) -> impl Iterator<Item = Value<'_>> {
    std::iter::from_fn(move || {
        let (header, length) = header(bytes)?;
        let (content, end) = match length {
            Some(length) => (bytes.get(header..header.checked_add(length)?)?, header + length),
            None => {
                let length = indefinite(bytes.get(header..)?)?;
                (bytes.get(header..header + length)?, header + length + 2)
            }
        };
        let (whole, rest) = bytes.split_at_checked(end)?;
        let tag = *bytes.first()?;
        bytes = rest;
        Some(Value { tag, whole, content })
    })
}

/// Length of tag and length octets, and the length; `None` for the indefinite form.
fn header(bytes: &[u8]) -> Option<(usize, Option<usize>)> {
    let tag = *bytes.first()?;
    let first = *bytes.get(1)?;
    match first {
        _ if tag & 0x1f == 0x1f => None, // tags above 30 do not occur here
        0x80 => (tag & 0x20 != 0).then_some((2, None)),
        0..=0x7f => Some((2, Some(usize::from(first)))),
        _ => {
            let octets = bytes.get(2..2 + usize::from(first & 0x7f))?;
            let fold = |sum: usize, octet: &u8| Some(sum.checked_mul(256)? + usize::from(*octet));
            Some((2 + octets.len(), Some(octets.iter().try_fold(0, fold)?)))
        }
    }
}

/// Length of a content of indefinite form, without its end mark.
fn indefinite(content: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0usize, 0u32);
    loop {
        let rest = content.get(at..)?;
        if rest.starts_with(&[0, 0]) {
            if depth == 0 {
                return Some(at);
            }
            depth -= 1;
            at += 2;
            continue;
        }
        match header(rest)? {
            (header, Some(length)) => at = at.checked_add(header)?.checked_add(length)?,
            (header, None) => {
                depth += 1;
                at += header;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indefinite_lengths_end_at_their_mark() {
        // SEQUENCE (indefinite) { SEQUENCE (indefinite) { INTEGER 5 } } and INTEGER 7 behind it.
        let bytes = [0x30, 0x80, 0x30, 0x80, 2, 1, 5, 0, 0, 0, 0, 2, 1, 7];
        let all: Vec<_> = values(&bytes).collect();
        assert_eq!(all.len(), 2);
        let inner = all[0].child(SEQUENCE).unwrap();
        assert_eq!(inner.child(INTEGER).unwrap().content, [5]);
        assert_eq!(all[1].content, [7]);
    }

    #[test]
    fn what_is_cut_ends_the_values() {
        assert!(Value::first(&[0x30, 0x82, 0x01]).is_none());
        assert!(Value::first(&[0x30, 0x85, 255, 255, 255, 255, 255, 255]).is_none());
        assert!(Value::first(&[0x30, 0x80, 2, 1, 5]).is_none());
    }
}
