//! What the specification demands of a pattern beside its grammar.

use super::PatternCode::{BadHash, DuplicateQualifier, StartNotBeforeStop};
use super::{
    Comparison, ComparisonExpression, Literal, ObservationExpression, Pattern, PatternError,
    QualifierKind, Step, Test,
};
use std::mem::discriminant;

/// Everything that breaks a rule, in the order of the text.
pub(super) fn violations(pattern: &Pattern) -> Vec<PatternError> {
    let mut found = Vec::new();
    qualifiers(pattern.root(), &mut found);
    found.extend(pattern.comparisons().into_iter().filter_map(hash));
    found.sort_by_key(|error| error.offset);
    found
}

/// Section 9.5.1: an expression has each type of qualifier once at most.
fn qualifiers(node: &ObservationExpression, found: &mut Vec<PatternError>) {
    match node {
        ObservationExpression::One(_) => {}
        ObservationExpression::And(all)
        | ObservationExpression::Or(all)
        | ObservationExpression::FollowedBy(all) => {
            all.iter().for_each(|one| qualifiers(one, found));
        }
        ObservationExpression::Qualified { of, by } => {
            qualifiers(of, found);
            for (number, one) in by.iter().enumerate() {
                let same = |earlier: &super::Qualifier| {
                    discriminant(&earlier.kind) == discriminant(&one.kind)
                };
                if by.iter().take(number).any(same) {
                    let expected = "each type of qualifier once at most";
                    found.push(PatternError::new(DuplicateQualifier, one.offset, expected));
                }
                if let QualifierKind::StartStop(start, stop) = one.kind
                    && start >= stop
                {
                    let expected = "a STOP later than its START";
                    found.push(PatternError::new(StartNotBeforeStop, one.offset, expected));
                }
            }
        }
    }
}

/// A hash that is compared by `=` or `IN` has the form its algorithm yields (section 10.7).
fn hash(comparison: &Comparison) -> Option<PatternError> {
    let steps = &comparison.path.steps;
    let [.., Step::Key(before), Step::Key(algorithm)] = steps.as_slice() else { return None };
    if &**before != "hashes" {
        return None;
    }
    let length = hex_digits(algorithm)?;
    let values = match &comparison.test {
        Test::Equal(value) | Test::Unequal(value) => std::slice::from_ref(value),
        Test::In(values) => values.as_slice(),
        _ => return None,
    };
    let wrong = |value: &Literal| match value {
        Literal::Text(text) => text.len() != length || !text.bytes().all(|b| b.is_ascii_hexdigit()),
        _ => true,
    };
    values.iter().any(wrong).then(|| {
        let expected = format!("{length} hexadecimal digits as {algorithm}");
        PatternError::new(BadHash, comparison.offset, expected)
    })
}

/// Hexadecimal digits of a hash; `None` for algorithms with several lengths and those not known.
/// The name counts in any case and with or without its hyphens, as feeds write it.
pub(crate) fn hex_digits(algorithm: &str) -> Option<usize> {
    let plain: String =
        algorithm.chars().filter(|c| *c != '-').map(|c| c.to_ascii_uppercase()).collect();
    Some(match plain.as_str() {
        "MD5" => 32,
        "SHA1" | "RIPEMD160" => 40,
        "SHA224" | "SHA3224" => 56,
        "SHA256" | "SHA3256" => 64,
        "SHA384" | "SHA3384" => 96,
        "SHA512" | "SHA3512" | "WHIRLPOOL" => 128,
        _ => return None,
    })
}

/// Whether nothing can satisfy it.
pub(super) fn never(node: &ObservationExpression) -> bool {
    match node {
        ObservationExpression::One(inner) => never_compares(inner),
        ObservationExpression::Or(all) => all.iter().all(never),
        ObservationExpression::And(all) | ObservationExpression::FollowedBy(all) => {
            all.iter().any(never)
        }
        ObservationExpression::Qualified { of, by } => {
            let empty = |one: &super::Qualifier| matches!(one.kind, QualifierKind::StartStop(start, stop) if start >= stop);
            never(of) || by.iter().any(empty)
        }
    }
}

/// One object satisfies all of an AND, so its parts need a type in common.
fn never_compares(node: &ComparisonExpression) -> bool {
    satisfiable_types(node).is_empty()
}

fn satisfiable_types(node: &ComparisonExpression) -> std::collections::BTreeSet<&str> {
    match node {
        ComparisonExpression::One(one) => match &one.test {
            Test::In(values) if values.is_empty() && !one.negated => Default::default(),
            _ => [&*one.path.object].into(),
        },
        ComparisonExpression::Or(all) => all.iter().flat_map(satisfiable_types).collect(),
        ComparisonExpression::And(all) => {
            let mut sets = all.iter().map(satisfiable_types);
            let first = sets.next().unwrap_or_default();
            sets.fold(first, |left, right| left.intersection(&right).copied().collect())
        }
    }
}
