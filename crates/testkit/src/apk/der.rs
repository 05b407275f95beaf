//! As much DER (X.690) as a PKCS#7 signature needs.

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
/// `[0]`, constructed.
pub(super) const CONTEXT_0: u8 = 0xa0;

/// A value with its tag and length.
pub(super) fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len().to_be_bytes();
    let significant = length.iter().skip_while(|byte| **byte == 0).copied().collect::<Vec<u8>>();
    let mut out = vec![tag];
    match content.len() {
        0..=127 => out.push(content.len() as u8),
        _ => {
            out.push(0x80 | significant.len() as u8);
            out.extend(significant);
        }
    }
    out.extend(content);
    out
}

/// The values inside a constructed value, each with its tag and length.
pub(super) fn children(whole: &[u8]) -> Vec<&[u8]> {
    let mut rest = whole.get(header(whole)..).unwrap_or_default();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (one, more) = rest.split_at(end(rest).min(rest.len()));
        found.push(one);
        rest = more;
    }
    found
}

/// Length of tag and length.
fn header(value: &[u8]) -> usize {
    match value.get(1) {
        Some(long) if long & 0x80 != 0 => 2 + usize::from(long & 0x7f),
        _ => 2,
    }
}

/// Length of the whole value.
fn end(value: &[u8]) -> usize {
    let header = header(value);
    let long = value.get(2..header).unwrap_or_default();
    let short = usize::from(value.get(1).copied().unwrap_or_default());
    let length = match long {
        [] => short,
        _ => long.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
    };
    header + length
}
