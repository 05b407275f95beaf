//! A user's own YARA rules: what a match weighs is what the rule says of itself, within bounds.

use crate::evidence::Tally;
use crate::finding;
use hashbrown::HashMap;
use model::fact::YaraMatched;
use model::{Because, BecauseKind, Finding, FindingSubject, Strength};

/// Digits of a file's hash that stand beside its name; the report lists all of it.
const HASH_SHOWN: usize = 12;

/// The rules that matched in one source.
#[derive(Default)]
pub(crate) struct Matches {
    known: Vec<Matched>,
    by_rule: HashMap<(String, String, String), usize>,
}

/// A rule as its first match told it.
struct Matched {
    rule: String,
    rules: String,
    sha256: String,
    description: Option<String>,
    references: Vec<String>,
    strength: Strength,
}

impl Matches {
    /// The number of the rule that matched.
    pub(crate) fn observe(&mut self, seen: &YaraMatched) -> usize {
        let key = (seen.rules_sha256.clone(), seen.rules.clone(), seen.rule.clone());
        let next = self.known.len();
        let number = *self.by_rule.entry(key).or_insert(next);
        if number == next {
            let author = seen.author.iter().map(|author| format!("rule by {author}"));
            self.known.push(Matched {
                rule: seen.rule.clone(),
                rules: seen.rules.clone(),
                sha256: seen.rules_sha256.clone(),
                description: seen.description.clone(),
                references: seen.references.iter().cloned().chain(author).collect(),
                strength: weigh(seen),
            });
        }
        number
    }

    /// The finding of a rule about a subject.
    pub(crate) fn finding(
        &self,
        number: usize,
        tally: Tally,
        subject: FindingSubject,
    ) -> Option<Finding> {
        let matched = self.known.get(number)?;
        let said = matched.description.as_ref().map(|text| format!(": {text}"));
        let title = format!("YARA rule {} matched{}", matched.rule, said.unwrap_or_default());
        let version = matched.sha256.get(..HASH_SHOWN).unwrap_or(&matched.sha256);
        let because = Because {
            kind: BecauseKind::Yara,
            id: format!("yara:{}:{}", matched.rules, matched.rule),
            knowledge: format!("{} {version}", matched.rules),
            value: None,
            family: None,
            references: matched.references.clone(),
        };
        let source = subject.source;
        let total = tally.count;
        let mut rows = tally.rows.into_iter().map(|row| row.into_evidence(source));
        let mut found = finding::found(matched.strength, subject, title, because, rows.next()?);
        rows.for_each(|row| found.add(|| row));
        found.evidence_total = total;
        let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        found.innocent = own(&[
            "A rule matches bytes: honest apps that share a library, a text or a format with what \
             the rule was written for match too. Only its author can say how often.",
        ]);
        found.next = own(&[
            "Read the rule and what its author says of it, and look at the bytes that matched.",
            "Do not delete anything yet: keep the file, and ask the person what it is and where it \
             came from.",
        ]);
        Some(found)
    }
}

/// Review, unless the rule's metadata says `strength`. It is strong only where it says so and names
/// what it rests on: no claim without a source.
fn weigh(seen: &YaraMatched) -> Strength {
    let stated = seen.strength.as_deref().unwrap_or_default().trim().to_ascii_lowercase();
    match stated.as_str() {
        "note" => Strength::Note,
        "exposure" => Strength::Exposure,
        "strong" if !seen.references.is_empty() => Strength::Strong,
        _ => Strength::Review,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strong_needs_a_source() {
        let rule = |strength: Option<&str>, references: &[&str]| {
            weigh(&YaraMatched {
                strength: strength.map(str::to_owned),
                references: references.iter().map(|one| (*one).to_owned()).collect(),
                ..YaraMatched::default()
            })
        };
        assert_eq!(rule(None, &["https://example.org"]), Strength::Review);
        assert_eq!(rule(Some("strong"), &[]), Strength::Review);
        assert_eq!(rule(Some(" Strong"), &["https://example.org"]), Strength::Strong);
        assert_eq!(rule(Some("note"), &[]), Strength::Note);
        assert_eq!(rule(Some("exposure"), &[]), Strength::Exposure);
        assert_eq!(rule(Some("critical"), &["https://example.org"]), Strength::Review);
    }
}
