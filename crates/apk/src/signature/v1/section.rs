//! JAR manifests and signature files: sections of attributes (JAR File Specification; apksig
//! `ManifestParser`, which also keeps odd spaces as Android does).

use crate::signature::hash::Hash;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Base64 as the JDK decodes it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// One section, by where it stands.
pub(super) struct Section<'a> {
    /// All of it, with the empty line behind it.
    pub(super) bytes: &'a [u8],
    /// The value of its first attribute, where that is `Name`.
    pub(super) name: Option<String>,
}

impl<'a> Section<'a> {
    /// Every section of a file, in order.
    pub(super) fn all(file: &'a [u8]) -> impl Iterator<Item = Section<'a>> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let start = loop {
                let (line, next) = line(file, at)?;
                let start = std::mem::replace(&mut at, next);
                if !line.is_empty() {
                    break start;
                }
            };
            while let Some((line, next)) = line(file, at) {
                at = next;
                if line.is_empty() {
                    break;
                }
            }
            let bytes = file.get(start..at)?;
            let first = Attributes { rest: bytes }.next();
            let name = first.filter(|(name, _)| name.eq_ignore_ascii_case("Name"));
            Some(Section { bytes, name: name.map(|(_, value)| value) })
        })
    }

    /// The value of the first attribute of this name, without regard to case.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.attributes().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|found| found.1)
    }

    fn attributes(&self) -> Attributes<'a> {
        Attributes { rest: self.bytes }
    }

    /// The digests that versions of this range look at, among attributes that end in `suffix`
    /// (apksig `getDigestsToVerify`): before Android 4.3 the first one of those that
    /// `Digest-Algorithms` lists, from then on the strongest. A digest that is no Base64 is kept
    /// as an empty one, which nothing equals.
    pub(super) fn digests(&self, suffix: &str, (min, max): (u32, u32)) -> Vec<(Hash, Vec<u8>)> {
        let attributes: Vec<_> = self.attributes().collect();
        let value = |name: &str| {
            let found = attributes.iter().find(|(found, _)| found.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.as_str())
        };
        let decoded = |text: &str| BASE64.decode(text).unwrap_or_default();
        let mut found = Vec::new();
        if min < 18 {
            let listed = value("Digest-Algorithms").unwrap_or("SHA SHA1");
            let first = listed.split_ascii_whitespace().find_map(|name| {
                let digest = value(&format!("{name}{suffix}"))?;
                let hash = listed_hash(name).filter(|(_, since)| *since <= min)?.0;
                Some((hash, decoded(digest)))
            });
            let Some(first) = first else { return found };
            found.push(first);
        }
        if max >= 18 {
            let strongest = [
                (Hash::Sha512, "SHA-512"),
                (Hash::Sha384, "SHA-384"),
                (Hash::Sha256, "SHA-256"),
                (Hash::Sha1, "SHA1"),
            ];
            let strongest = strongest.iter().find_map(|(hash, name)| {
                Some((*hash, decoded(value(&format!("{name}{suffix}"))?)))
            });
            found.extend(strongest.filter(|digest| !found.contains(digest)));
        }
        found
    }
}

/// A digest as `Digest-Algorithms` names it, and the first SDK version that knows it there.
fn listed_hash(name: &str) -> Option<(Hash, u32)> {
    match name.to_ascii_uppercase().as_str() {
        "MD5" => Some((Hash::Md5, 0)),
        "SHA" | "SHA1" | "SHA-1" => Some((Hash::Sha1, 0)),
        "SHA-256" => Some((Hash::Sha256, 0)),
        "SHA-384" => Some((Hash::Sha384, 9)),
        "SHA-512" => Some((Hash::Sha512, 9)),
        _ => None,
    }
}

/// Names and values of a section; lines that begin with a space go on with the one before.
struct Attributes<'a> {
    rest: &'a [u8],
}

impl Iterator for Attributes<'_> {
    type Item = (String, String);

    fn next(&mut self) -> Option<Self::Item> {
        let (first, mut at) = line(self.rest, 0)?;
        if first.is_empty() {
            return None;
        }
        let mut whole = first.to_vec();
        while let Some((more, next)) = line(self.rest, at) {
            let Some(more) = more.strip_prefix(b" ") else { break };
            whole.extend_from_slice(more);
            at = next;
        }
        self.rest = self.rest.get(at..).unwrap_or_default();
        let text = String::from_utf8_lossy(&whole);
        let (name, value) = text.split_once(": ").unwrap_or((&text, ""));
        Some((name.to_owned(), value.to_owned()))
    }
}

/// The line at `at` without its end, and where the next one starts; `None` at the end.
fn line(bytes: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
    let Some(end) = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')) else {
        return Some((rest, bytes.len()));
    };
    let (line, end_of_line) = rest.split_at(end);
    let width = if end_of_line.starts_with(b"\r\n") { 2 } else { 1 };
    Some((line, at + end + width))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked out by hand from the JAR File Specification, "Notes on Manifest and Signature
    /// Files": sections end with an empty line, continuation lines begin with a space.
    #[test]
    fn sections_lines_and_continuations() {
        let file =
            b"Manifest-Version: 1.0\r\n\r\n\nName: a\n b\nSHA-256-Digest: AA==\n\nname: c\rX: y";
        let sections: Vec<_> = Section::all(file).collect();
        let names: Vec<_> = sections.iter().map(|section| section.name.as_deref()).collect();
        assert_eq!(names, [None, Some("ab"), Some("c")]);
        assert_eq!(sections[0].bytes, b"Manifest-Version: 1.0\r\n\r\n");
        assert_eq!(sections[1].bytes, b"Name: a\n b\nSHA-256-Digest: AA==\n\n");
        assert_eq!(sections[2].bytes, b"name: c\rX: y");
        assert_eq!(sections[2].attribute("x").as_deref(), Some("y"));
        assert_eq!(sections[1].digests("-Digest", (24, 30)), [(Hash::Sha256, vec![0])]);
        assert_eq!(sections[1].digests("-Digest", (1, 30)), []);
    }

    #[test]
    fn old_and_new_versions_look_at_different_digests() {
        let text = b"Name: a\nDigest-Algorithms: MD5 SHA1\nMD5-Digest: AAA=\nSHA1-Digest: AQ==\n";
        let section = Section::all(text).next().unwrap();
        assert_eq!(section.digests("-Digest", (1, 17)), [(Hash::Md5, vec![0, 0])]);
        let both = [(Hash::Md5, vec![0, 0]), (Hash::Sha1, vec![1])];
        assert_eq!(section.digests("-Digest", (1, 30)), both);
        assert_eq!(section.digests("-Digest", (18, 30)), [(Hash::Sha1, vec![1])]);
    }
}
