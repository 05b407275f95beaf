//! Sentences that every rendering shares. None of them says that a phone is free of anything.

use crate::Parts;
use model::{Outcome, SourceKind, Status, Strength};

/// What the outcome means.
pub(crate) fn statement(outcome: Outcome, parts: &Parts) -> String {
    let of = |strength| {
        count(parts.findings.iter().filter(|finding| finding.strength == strength).count())
    };
    let (strong, review) = (of(Strength::Strong), of(Strength::Review));
    let mut text = match outcome {
        Outcome::StrongMatch => format!(
            "{} strong: what was seen is hard to explain by chance. This is a reason to have an \
             expert look at the phone; it is not yet a proof.",
            plural(strong, "finding is", "findings are"),
        ),
        Outcome::NeedsReview => format!(
            "{} have an innocent cause.",
            plural(
                review,
                "finding needs a person's look. It can",
                "findings need a person's look. Each of them can",
            ),
        ),
        Outcome::ExposureOnly => format!(
            "{} only in texts on this phone. Nothing shows that a link was opened or anything \
             was installed.",
            plural(
                of(Strength::Exposure),
                "published link or host was seen, and",
                "published links or hosts were seen, and",
            ),
        ),
        Outcome::NoMatchAllRead | Outcome::NoMatchNotAllRead => format!(
            // The wording is fixed, so that scripts and people find it again; numbers stay bare.
            "Result: none of the {} indicators and {} rules matched in the {} sources read; this \
             cannot show that the phone is free of spyware.",
            parts.indicators,
            parts.rules,
            // What lies loose in a folder is told among the artifacts, but is no source of evidence.
            parts.sources.iter().filter(|source| source.kind != SourceKind::Folder).count(),
        ),
    };
    let negative = matches!(outcome, Outcome::NoMatchAllRead | Outcome::NoMatchNotAllRead);
    if let (true, Some(unread)) = (negative, unread(parts)) {
        text.push(' ');
        text.push_str(&unread);
    }
    text
}

/// What was not read, counted.
fn unread(parts: &Parts) -> Option<String> {
    let of = |status| {
        count(parts.artifacts.iter().filter(|(_, artifact)| artifact.status == status).count())
    };
    let counts = [
        (of(Status::Partly), "read only partly"),
        (of(Status::Failed), "could not be read"),
        (of(Status::Missing), "expected but missing"),
        (of(Status::NotSupported), "known but not read by this version"),
        (of(Status::Unknown), "not known to this version"),
    ];
    let parts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", thousands(*count)))
        .collect();
    (!parts.is_empty()).then(|| format!("Artifacts not fully read: {}.", parts.join(", ")))
}

/// A count and the noun that fits it.
pub(crate) fn plural(count: u64, one: &str, more: &str) -> String {
    format!("{} {}", thousands(count), if count == 1 { one } else { more })
}

/// A length as the count that reports hold.
pub(crate) fn count(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

/// A number with commas between the thousands.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
