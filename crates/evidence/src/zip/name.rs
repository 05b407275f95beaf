//! How the name of a member is shown, and what makes a name suspicious.

use std::fmt::Write;

/// A path as artifacts show it: bytes that are not UTF-8 as `%XX` (upper case). A `%` that
/// stands before two hex digits is itself written `%25`, so that the way back is unambiguous:
/// every `%` before two hex digits is an escape, every other one is itself.
///
/// ```
/// assert_eq!(evidence::display_path(b"caf\xe9/100%.txt"), "caf%E9/100%.txt");
/// assert_eq!(evidence::display_path(b"%41"), "%2541");
/// ```
#[must_use]
pub fn display_path(raw: &[u8]) -> String {
    let mut shown = String::with_capacity(raw.len());
    let mut rest = raw;
    for chunk in raw.utf8_chunks() {
        for (at, c) in chunk.valid().char_indices() {
            let ambiguous = c == '%'
                && rest
                    .get(at + 1..at + 3)
                    .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
            shown.push_str(if ambiguous { "%25" } else { "" });
            if !ambiguous {
                shown.push(c);
            }
        }
        for byte in chunk.invalid() {
            // Writing to a String cannot fail.
            let _ = write!(shown, "%{byte:02X}");
        }
        rest = rest.get(chunk.valid().len() + chunk.invalid().len()..).unwrap_or(&[]);
    }
    shown
}

/// The display path of a zip member. Some Windows tools write `\` as separator (against
/// APPNOTE.TXT 4.4.17.1); a name that has only these is read so.
pub(super) fn member_path(raw: &[u8]) -> String {
    let shown = display_path(raw);
    if shown.contains('\\') && !shown.contains('/') { shown.replace('\\', "/") } else { shown }
}

/// Why a careless unpacker would write this name outside its folder, if it would.
pub(super) fn leaves_the_folder(path: &str) -> Option<&'static str> {
    let drive = |path: &str| {
        let mut bytes = path.bytes();
        bytes.next().is_some_and(|b| b.is_ascii_alphabetic()) && bytes.next() == Some(b':')
    };
    if path.split(['/', '\\']).any(|part| part == "..") {
        Some("its name climbs out of the archive with ../")
    } else if path.starts_with(['/', '\\']) {
        Some("its name is an absolute path")
    } else if drive(path) {
        Some("its name starts with a drive letter")
    } else if path.is_empty() {
        Some("it has no name")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The way back, as the rule states it.
    fn raw(shown: &str) -> Vec<u8> {
        let bytes = shown.as_bytes();
        let mut raw = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let digits = bytes.get(at + 1..at + 3).and_then(|d| std::str::from_utf8(d).ok());
            let digits = digits.filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
            match digits.and_then(|d| u8::from_str_radix(d, 16).ok()) {
                Some(byte) if bytes[at] == b'%' => {
                    raw.push(byte);
                    at += 3;
                }
                _ => {
                    raw.push(bytes[at]);
                    at += 1;
                }
            }
        }
        raw
    }

    #[test]
    fn every_name_comes_back() {
        let alphabet = [b'%', b'4', b'a', b'g', 0xff, 0xc3, 0xa9, b'/'];
        let mut names = vec![Vec::new()];
        for _ in 0..5 {
            names = names
                .iter()
                .flat_map(|name: &Vec<u8>| alphabet.map(|b| [name.as_slice(), &[b]].concat()))
                .collect();
            for name in &names {
                assert_eq!(&raw(&display_path(name)), name, "{}", display_path(name));
            }
        }
    }

    #[test]
    fn backslashes_separate_only_where_nothing_else_does() {
        assert_eq!(member_path(br"logs\data\anr"), "logs/data/anr");
        assert_eq!(member_path(br"logs/a\b"), r"logs/a\b");
    }

    #[test]
    fn names_that_leave_the_folder() {
        for name in ["../a", "a/../../b", "/etc/passwd", "C:evil", r"a\..\b", r"\\host\a", ""] {
            assert!(leaves_the_folder(name).is_some(), "{name}");
        }
        for name in ["a..b/c", "a/b", "...", "ab:c"] {
            assert!(leaves_the_folder(name).is_none(), "{name}");
        }
    }
}
