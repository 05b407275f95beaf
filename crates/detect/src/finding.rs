//! How a finding gets its id and its subject.

use model::{Evidence, Finding, FindingSubject, SourceId, Strength};
use sha2::{Digest, Sha256};

pub(crate) use model::Because;

/// A finding with its id: the first 32 hex digits of the SHA-256 over what it rests on and over
/// its subject, the number of the source included, so that an id is told once in a report.
/// (With one PATH that number is always 0, so ids of runs over the same phone are equal.)
pub(crate) fn found(
    strength: Strength,
    subject: FindingSubject,
    title: String,
    because: Because,
    first: Evidence,
) -> Finding {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    part(match because.kind {
        model::BecauseKind::Indicator => "indicator",
        model::BecauseKind::Rule => "rule",
        model::BecauseKind::Impersonation => "impersonation",
        model::BecauseKind::Yara => "yara",
    });
    part(&because.id);
    part(&subject.kind);
    part(&subject.value);
    part(&subject.user.map(|user| user.to_string()).unwrap_or_default());
    part(&subject.source.0.to_string());
    let mut id = const_hex::encode(hash.finalize());
    id.truncate(32);
    Finding::new(id, strength, subject, title, because, first)
}

/// A subject as reports name it; the owner's user (0) is not told.
pub(crate) fn subject(
    kind: &str,
    value: &str,
    user: Option<u32>,
    source: SourceId,
) -> FindingSubject {
    let user = user.filter(|user| *user != 0);
    FindingSubject { kind: kind.to_owned(), value: value.to_owned(), source, user }
}
