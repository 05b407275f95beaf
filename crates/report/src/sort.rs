//! One order for the same evidence, whatever the number of threads.

use crate::Parts;
use model::{Gap, Position};

/// Sources by id; artifacts by source and path; gaps by source, artifact and position;
/// findings by strength and source. What is equal in these stays in the order given.
pub(crate) fn parts(parts: &mut Parts) {
    parts.sources.sort_by_key(|source| source.id);
    parts.artifacts.sort_by(|(a, x), (b, y)| (a, &x.path).cmp(&(b, &y.path)));
    for (_, gap) in &mut parts.gaps {
        gap.position.take_if(|position| *position == Position::default());
    }
    parts.gaps.sort_by(|(a, x), (b, y)| (a, gap_key(x)).cmp(&(b, gap_key(y))));
    parts.findings.sort_by_key(|finding| (finding.strength, finding.subject.source));
}

type Place<'a> = (Option<(u64, u64)>, Option<u64>, Option<u64>, Option<&'a str>);

fn gap_key(gap: &Gap) -> (Option<&str>, Option<Place<'_>>, &str) {
    let place = gap.position.as_ref().map(|p| (p.byte, p.line, p.row, p.pointer.as_deref()));
    (gap.artifact.as_deref(), place, &gap.reason)
}
