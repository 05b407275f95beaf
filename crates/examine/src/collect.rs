//! What a report needs beside the findings: sources, coverage, hashes.

use crate::Options;
use detect::{Judgement, Knowledge};
use hashbrown::HashMap;
use model::{Artifact, Device, Fact, Finding, Gap, Observation, Source, SourceId};
use report::{Parts, Report};

/// Gaps that a report names one by one. Each artifact may have a hundred, and an archive a
/// million artifacts.
const MAX_GAPS: usize = 100_000;

/// Gathers it while the reading goes on. Grows with artifacts, not with observations.
#[derive(Default)]
pub(crate) struct Collected {
    sources: Vec<Source>,
    artifacts: Vec<(SourceId, Artifact)>,
    gaps: Vec<(Option<SourceId>, Gap)>,
    /// Gaps beyond [`MAX_GAPS`].
    gaps_counted: u64,
}

impl Collected {
    pub(crate) fn source(&mut self, source: Source) {
        self.sources.push(source);
    }

    /// Takes over what an observation says about the phone that its source came from.
    pub(crate) fn observation(&mut self, source: SourceId, seen: &Observation) {
        if let (Fact::PropertySet(property), Some(open)) = (&seen.fact, self.sources.last_mut())
            && open.id == source
        {
            let mut device = open.device.take().unwrap_or_default();
            device.note_property(&property.name, &property.value);
            open.device = (device != Device::default()).then_some(device);
        }
    }

    pub(crate) fn artifact(&mut self, source: SourceId, artifact: Artifact) {
        self.artifacts.push((source, artifact));
    }

    pub(crate) fn gap(&mut self, source: Option<SourceId>, gap: Gap) {
        if self.gaps.len() < MAX_GAPS {
            self.gaps.push((source, gap));
        } else {
            self.gaps_counted += 1;
        }
    }

    /// Puts the report together.
    pub(crate) fn report(
        self,
        judgement: Judgement,
        knowledge: &Knowledge<'_>,
        options: &Options<'_>,
    ) -> Report {
        let Self { sources, artifacts, mut gaps, gaps_counted } = self;
        if gaps_counted > 0 {
            let reason = format!("{gaps_counted} more gaps, which are counted only");
            gaps.push((None, Gap { artifact: None, position: None, reason }));
        }
        let mut findings = judgement.findings;
        resolve_hashes(&mut findings, &artifacts);
        let of_knowledge = knowledge.rules.gaps().into_iter().chain(knowledge.brands.gaps());
        let of_intel = knowledge.intel.gaps().iter().map(Gap::from);
        let (scanned_with, of_scanning) = options.reader.scans_with();
        let all = judgement.gaps.into_iter().chain(of_knowledge).chain(of_intel);
        let all = all.chain(of_scanning);
        gaps.extend(all.map(|gap| (None, gap)));
        if knowledge.intel.is_damaged() {
            let reason = "a prepared index could not be read everywhere: matches may be missing";
            let reason = reason.to_owned();
            gaps.push((None, Gap { artifact: None, position: None, reason }));
        }
        let mut named = knowledge.intel.knowledge().to_vec();
        named.extend([knowledge.rules.knowledge(), knowledge.brands.knowledge()]);
        named.extend(knowledge.brands.given().cloned());
        named.extend(scanned_with);
        Report::new(Parts {
            sources,
            artifacts,
            gaps,
            findings,
            knowledge: named,
            indicators: knowledge.intel.total(),
            rules: knowledge.rules.rules().len() as u64,
            version: env!("CARGO_PKG_VERSION").into(),
            examined_at: options.now,
            limits: options.limits.named(),
            isolation: options.reader.isolation(),
        })
    }
}

/// Fills in the hash of the artifact that each row of evidence stands in.
fn resolve_hashes(findings: &mut [Finding], artifacts: &[(SourceId, Artifact)]) {
    let hashes: HashMap<(SourceId, &str), &str> = artifacts
        .iter()
        .filter_map(|(id, artifact)| {
            Some(((*id, artifact.path.as_str()), artifact.sha256.as_deref()?))
        })
        .collect();
    for finding in findings {
        finding.resolve_hashes(|id, path| hashes.get(&(id, path)).map(|hash| (*hash).to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_beyond_the_bound_are_counted() {
        let mut collected = Collected::default();
        for _ in 0..MAX_GAPS + 7 {
            let gap = Gap { artifact: None, position: None, reason: "x".into() };
            collected.gap(Some(SourceId(0)), gap);
        }
        assert_eq!((collected.gaps.len(), collected.gaps_counted), (MAX_GAPS, 7));
    }
}
