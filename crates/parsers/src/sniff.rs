//! What a bare file is, by its bytes.

use crate::android::intrusion_log::is_intrusion_log;
use crate::android::sms_export::is_export;
use evidence::Blob;
use std::io;

/// What a file looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sniffed {
    /// Nothing.
    Empty,
    /// A zip, or something that ends like one.
    Zip,
    /// Encrypted with age.
    Age,
    /// Text of dumpstate or dumpsys.
    Dumpstate,
    /// An Android backup.
    Backup,
    /// An intrusion log.
    IntrusionLog,
    /// Text messages that an app exported.
    SmsExport,
    /// An SQLite database.
    Database,
    /// Nothing that this version knows.
    Unknown,
}

/// How many bytes are looked at for text.
const TEXT_WINDOW: usize = 64 << 10;

/// An end record may stand this far before the end (22 bytes and a comment, APPNOTE.TXT 4.3.16).
const END_WINDOW: u64 = 22 + 0xffff;

/// Looks at the start, and, for a zip behind other bytes, at the end.
pub(crate) fn sniff(blob: &Blob) -> io::Result<Sniffed> {
    let mut start = vec![0; TEXT_WINDOW];
    let count = blob.read_at(0, &mut start)?;
    start.truncate(count);
    if start.is_empty() {
        return Ok(Sniffed::Empty);
    }
    if evidence::is_age_prefix(&start) {
        return Ok(Sniffed::Age);
    }
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return Ok(Sniffed::Zip);
    }
    if evidence::is_backup_prefix(&start) {
        return Ok(Sniffed::Backup);
    }
    if start.starts_with(sqlite::MAGIC) {
        return Ok(Sniffed::Database);
    }
    if is_export(&start) {
        return Ok(Sniffed::SmsExport);
    }
    if is_intrusion_log(&start) {
        return Ok(Sniffed::IntrusionLog);
    }
    if is_dumpstate(&start) {
        return Ok(Sniffed::Dumpstate);
    }
    let end = blob.window(blob.len().saturating_sub(END_WINDOW)..blob.len());
    let end = end.to_vec(END_WINDOW)?;
    let zip = memchr::memmem::rfind(&end, b"PK\x05\x06").is_some();
    Ok(if zip { Sniffed::Zip } else { Sniffed::Unknown })
}

/// Whether these first bytes are of a text by dumpstate or dumpsys: its banner, or the head of
/// a service's part, at the start of a line and behind nothing but text (an archive holds such
/// lines too). UTF-8 or UTF-16, with or without a byte-order mark.
pub(crate) fn is_dumpstate(start: &[u8]) -> bool {
    let text = ascii(start.get(..TEXT_WINDOW).unwrap_or(start));
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    [&b"== dumpstate: "[..], b"DUMP OF SERVICE "].iter().any(|mark| {
        memchr::memmem::find_iter(text, mark).any(|at| {
            let before = at.checked_sub(1).and_then(|before| text.get(before));
            matches!(before, None | Some(b'\n' | b'\r'))
        })
    })
}

/// The ASCII part of a text; UTF-16 is told by its byte-order mark or by its zero bytes.
fn ascii(start: &[u8]) -> Vec<u8> {
    let (low, high) = match start {
        [0xff, 0xfe, ..] => (0, 1),
        [0xfe, 0xff, ..] => (1, 0),
        [low, 0, next, 0, ..] if *low != 0 && *next != 0 => (0, 1),
        [0, low, 0, next, ..] if *low != 0 && *next != 0 => (1, 0),
        [0xef, 0xbb, 0xbf, rest @ ..] => return rest.to_vec(),
        _ => return start.to_vec(),
    };
    let unit = |pair: &[u8]| match (pair.get(low), pair.get(high)) {
        (Some(low), Some(0)) => *low,
        _ => b'?',
    };
    // The mark itself becomes a line end, so that what follows starts a line.
    let marked = matches!(start, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    let text = start.chunks_exact(2).map(unit);
    if marked { std::iter::once(b'\n').chain(text.skip(1)).collect() } else { text.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "====\r\n== dumpstate: 2026-09-30 10:00:00\r\n====\r\n";

    fn utf16(bytes: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
        let mark = mark.then_some(0xfeff_u16);
        mark.into_iter().chain(TEXT.encode_utf16()).flat_map(bytes).collect()
    }

    #[test]
    fn dumpstate_in_every_encoding_that_users_send() {
        assert!(is_dumpstate(TEXT.as_bytes()));
        assert!(is_dumpstate(&[&b"\xef\xbb\xbf"[..], TEXT.as_bytes()].concat()));
        for mark in [true, false] {
            assert!(is_dumpstate(&utf16(u16::to_le_bytes, mark)));
            assert!(is_dumpstate(&utf16(u16::to_be_bytes, mark)));
        }
        assert!(is_dumpstate(b"\xef\xbb\xbfDUMP OF SERVICE package:\n"));
        assert!(is_dumpstate(b"Currently running services:\n  a\n---\nDUMP OF SERVICE a:\n"));
        assert!(!is_dumpstate(b"a note about == dumpstate: and DUMP OF SERVICE x\n"));
        assert!(!is_dumpstate(b"PK\x03\x04\x14\0\0\0a.txt\n== dumpstate: 2026\n"));
        assert!(!is_dumpstate(b""));
        assert!(!is_dumpstate(&[0]));
    }

    #[test]
    fn a_zip_behind_other_bytes() {
        let mut bytes = b"#!/bin/sh\n".to_vec();
        bytes.extend_from_slice(b"PK\x05\x06");
        bytes.extend_from_slice(&[0; 18]);
        let sniffed = |bytes: &[u8]| sniff(&Blob::from_bytes(bytes.to_vec())).unwrap();
        assert_eq!(sniffed(&bytes), Sniffed::Zip);
        assert_eq!(sniffed(b"PK\x03\x04"), Sniffed::Zip);
        assert_eq!(sniffed(b"plain"), Sniffed::Unknown);
        assert_eq!(sniffed(b""), Sniffed::Empty);
        assert_eq!(sniffed(b"age-encryption.org/v1\n"), Sniffed::Age);
    }
}
