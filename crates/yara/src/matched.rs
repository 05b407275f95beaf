//! From a match to a fact.

use crate::rules::Compiled;
use evidence::{Emitter, Scanned};
use model::Position;
use model::fact::YaraMatched;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use yara_x::{MetaValue, Rule, ScanResults};

/// Places of a match that a fact names.
const MOST_PLACES: usize = 20;
/// Bytes of a match that are shown.
const EXCERPT: usize = 40;
/// Characters of one value of the metadata that are kept, and values.
const MOST_TEXT: usize = 1_000;
const MOST_META: usize = 100;

/// What was scanned, and with what.
pub(crate) struct About<'a> {
    pub(crate) set: &'a Compiled,
    pub(crate) scanned: &'a Scanned<'a>,
    pub(crate) package: Option<String>,
}

impl About<'_> {
    /// Tells each rule that matched, in the order of their files and names.
    pub(crate) fn tell(
        &self,
        results: ScanResults<'_, '_>,
        most_places: usize,
        out: &mut Emitter<'_>,
    ) {
        let mut rules: Vec<Rule<'_, '_>> = results.matching_rules().collect();
        if rules.is_empty() {
            return;
        }
        rules.sort_by_key(|rule| (rule.namespace(), rule.identifier()));
        let sha256 = const_hex::encode(Sha256::digest(self.scanned.bytes));
        for rule in rules {
            let (fact, first) = self.fact(&rule, &sha256, out.artifact());
            for pattern in rule.patterns().filter(|one| one.matches().len() >= most_places) {
                let reason = format!(
                    "YARA rule {} of {}: {} matches {most_places} times or more; it was not \
                     counted further",
                    fact.rule,
                    fact.rules,
                    pattern.identifier()
                );
                out.gap(self.scanned.at.cloned(), reason);
            }
            // Offsets within a member are in the inflated bytes: the place is the member's own.
            let len = self.scanned.bytes.len() as u64;
            let position = self.scanned.at.cloned();
            let position = position.unwrap_or_else(|| first.unwrap_or(Position::bytes(0, len)));
            out.fact(fact, position, None);
        }
    }

    fn fact(
        &self,
        rule: &Rule<'_, '_>,
        sha256: &str,
        artifact: &str,
    ) -> (YaraMatched, Option<Position>) {
        let rules = rule.namespace().to_owned();
        let mut fact = YaraMatched {
            package: self.package.clone(),
            file: file_name(artifact).to_owned(),
            member: self.scanned.member.map(str::to_owned),
            sha256: sha256.to_owned(),
            rule: rule.identifier().to_owned(),
            rules_sha256: self.set.hashes.get(&rules).cloned().unwrap_or_default(),
            rules,
            tags: rule.tags().map(|tag| tag.identifier().to_owned()).collect(),
            ..YaraMatched::default()
        };
        for (name, value) in rule.metadata().take(MOST_META) {
            metadata(&mut fact, name, text(&value));
        }
        let mut first: Option<Position> = None;
        for pattern in rule.patterns() {
            for found in pattern.matches() {
                let range = found.range();
                if fact.strings.len() < MOST_PLACES {
                    let place = place(pattern.identifier(), range.start, found.data());
                    fact.strings.push(place);
                    first.get_or_insert(Position::bytes(range.start as u64, range.end as u64));
                }
                fact.strings_total += 1;
            }
        }
        (fact, first)
    }
}

/// Puts a value of the metadata where it belongs; the first of a name that is told once.
fn metadata(fact: &mut YaraMatched, name: &str, value: String) {
    match name.to_ascii_lowercase().as_str() {
        "author" if fact.author.is_none() => fact.author = Some(value),
        "description" if fact.description.is_none() => fact.description = Some(value),
        "strength" if fact.strength.is_none() => fact.strength = Some(value),
        "reference" | "references" | "url" | "source" => fact.references.push(value),
        _ => fact.meta.push(format!("{name} = {value}")),
    }
}

fn text(value: &MetaValue<'_>) -> String {
    match value {
        MetaValue::Integer(number) => number.to_string(),
        MetaValue::Float(number) => number.to_string(),
        MetaValue::Bool(yes) => yes.to_string(),
        MetaValue::String(text) => cut(text),
        MetaValue::Bytes(bytes) => excerpt(bytes),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// `$name at OFFSET, LENGTH bytes: "excerpt"`.
fn place(pattern: &str, offset: usize, matched: &[u8]) -> String {
    let shown = excerpt(matched.get(..EXCERPT).unwrap_or(matched));
    let more = if matched.len() > EXCERPT { "…" } else { "" };
    format!("{pattern} at {offset}, {} bytes: \"{shown}{more}\"", matched.len())
}

/// Printable ASCII as it is, all else as `\xNN`: what stands in a file never reaches a terminal or a
/// page as it is.
fn excerpt(bytes: &[u8]) -> String {
    let mut shown = String::new();
    for byte in bytes {
        match byte {
            b'"' | b'\\' => shown.extend(['\\', char::from(*byte)]),
            b' '..=b'~' => shown.push(char::from(*byte)),
            // Writing into a text cannot fail.
            _ => drop(write!(shown, "\\x{byte:02x}")),
        }
    }
    shown
}

/// The name of an artifact's file, without folders and archives around it.
pub(crate) fn file_name(artifact: &str) -> &str {
    artifact.rsplit('/').next().unwrap_or(artifact)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_are_harmless() {
        assert_eq!(excerpt(b"a\"b\\c\x1b[31m\xff\n~ "), "a\\\"b\\\\c\\x1b[31m\\xff\\x0a~ ");
    }

    #[test]
    fn long_matches_are_cut() {
        let told = place("$a", 7, &[b'x'; 41]);
        assert_eq!(told, format!("$a at 7, 41 bytes: \"{}…\"", "x".repeat(40)));
    }

    #[test]
    fn names_are_without_folders() {
        assert_eq!(file_name("phone.zip!/apks/a.apk"), "a.apk");
        assert_eq!(file_name("a.apk"), "a.apk");
    }
}
