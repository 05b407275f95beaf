//! One order for the same evidence, whatever the number of threads.

use crate::Parts;
use model::{Evidence, Finding, Gap, Position, SourceId};

/// Sources by id; artifacts by source and path; gaps by source, artifact and position;
/// findings by strength, source, subject, and where their first evidence stands; evidence by
/// artifact and position. What is equal in these stays in the order given.
pub(crate) fn parts(parts: &mut Parts) {
    parts.sources.sort_by_key(|source| source.id);
    parts.artifacts.sort_by(|(a, x), (b, y)| (a, &x.path).cmp(&(b, &y.path)));
    for (_, gap) in &mut parts.gaps {
        gap.position.take_if(|position| *position == Position::default());
    }
    parts.gaps.sort_by(|(a, x), (b, y)| (a, gap_key(x)).cmp(&(b, gap_key(y))));
    parts.findings.iter_mut().for_each(Finding::sort_evidence);
    parts.findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.strength, finding.subject.source);
        key(a)
            .cmp(&key(b))
            .then_with(|| a.subject.cmp(&b.subject))
            .then_with(|| first_place(a).cmp(&first_place(b)))
    });
}

fn first_place(finding: &Finding) -> Option<(SourceId, &str, Option<&Position>)> {
    finding.evidence().first().map(Evidence::place)
}

fn gap_key(gap: &Gap) -> (Option<&str>, Option<&Position>, &str) {
    (gap.artifact.as_deref(), gap.position.as_ref(), &gap.reason)
}
