//! Indicators: published values that an atom of a fact equals, patterns that observations
//! satisfy, and what a match weighs.

use crate::evidence::Tally;
use crate::finding;
use hashbrown::HashMap;
use intel::{Indicator, IndicatorId, Intel, Match, PatternMatch, Window};
use jiff::Timestamp;
use model::{
    Atom, AtomKind, Because, BecauseKind, Fact, Finding, FindingSubject, Observation, Strength,
};
use std::borrow::Cow;

/// Confidence from which on a pattern that is satisfied counts as much as a value.
const SURE: u8 = 80;

/// The indicators that matched in one source.
#[derive(Default)]
pub(crate) struct Hits<'k> {
    hits: Vec<Hit<'k>>,
    by_indicator: HashMap<IndicatorId, usize>,
}

struct Hit<'k> {
    indicator: Indicator<'k>,
    /// The kind of value that matched first; `None` for a pattern of more than a value.
    kind: Option<AtomKind>,
    /// The value first seen.
    seen: String,
    /// The indicator's own value.
    value: Cow<'k, str>,
    /// Whether nothing but the package's name matched.
    only_package: bool,
}

impl<'k> Hits<'k> {
    /// Weighs what the atoms of an observation equal; `matched` takes whether the value names a
    /// package, the number of the hit and its strength.
    pub(crate) fn observe(
        &mut self,
        intel: &'k Intel,
        now: Timestamp,
        seen: &Observation,
        equal: &[Equal<'k, '_>],
        mut matched: impl FnMut(bool, usize, Strength),
    ) {
        for Equal { atom, found, .. } in equal {
            let indicator = intel.indicator(found.indicator);
            let Some(strength) = weigh(indicator, *found, atom, seen, now) else { continue };
            let of_package = atom.kind == AtomKind::Package;
            let next = self.hits.len();
            let hit = *self.by_indicator.entry(found.indicator).or_insert(next);
            match self.hits.get_mut(hit) {
                Some(hit) => hit.only_package &= of_package,
                None => self.hits.push(Hit {
                    indicator,
                    kind: Some(atom.kind),
                    seen: atom.value.clone().into_owned(),
                    value: found.value.to_text(),
                    only_package: of_package,
                }),
            }
            matched(of_package, hit, strength);
        }
    }

    /// The number and strength of a pattern that an observation satisfies, alone or with others;
    /// `seen` is the first of them.
    pub(crate) fn pattern(
        &mut self,
        intel: &'k Intel,
        now: Timestamp,
        found: PatternMatch<'k>,
        seen: &Observation,
    ) -> (usize, Strength) {
        let indicator = intel.indicator(found.indicator);
        let next = self.hits.len();
        let hit = *self.by_indicator.entry(found.indicator).or_insert(next);
        if hit == next {
            let (seen, value) = (seen.fact.to_string(), found.pattern.into());
            self.hits.push(Hit { indicator, kind: None, seen, value, only_package: false });
        }
        let ceiling = indicator.ceiling().unwrap_or(Strength::Strong);
        // What a pattern is worth is its publisher's word: review, unless they were very sure.
        let sure = indicator.confidence().is_some_and(|stated| stated >= SURE);
        let strength = match (seen.fact.is_text_only(), sure) {
            (true, _) => Strength::Exposure,
            (false, true) => Strength::Strong,
            (false, false) => Strength::Review,
        };
        let at = seen.time.as_ref().and_then(|time| time.instant()).unwrap_or(now);
        let strength = match indicator.window(at) {
            Window::Within => strength.max(ceiling),
            Window::Before | Window::After => Strength::Note,
        };
        (hit, strength)
    }

    /// The finding for what one subject has of one hit. `genuine` says that the subject is an
    /// app whose signer is the genuine maker's.
    pub(crate) fn finding(
        &self,
        hit: usize,
        tally: Tally,
        genuine: bool,
        subject: FindingSubject,
    ) -> Option<Finding> {
        let hit = self.hits.get(hit)?;
        let indicator = hit.indicator;
        let mut strength = tally.strength?;
        let family = indicator.families().collect::<Vec<_>>().join(", ");
        let mut title = match hit.kind {
            Some(kind) => format!("{} {} stands in an advisory", what(kind), hit.seen),
            None => "What was seen satisfies a pattern of an advisory".to_owned(),
        };
        title.push_str(if family.is_empty() { "" } else { " on " });
        title.push_str(&family);
        if strength == Strength::Note && indicator.ceiling() != Some(Strength::Note) {
            title.push_str(", for another time than that of the observation");
        }
        if genuine && hit.only_package {
            strength = Strength::Note;
            title.push_str("; but this app is signed by its genuine maker");
        }
        let because = Because {
            kind: BecauseKind::Indicator,
            id: indicator.id().into_owned(),
            knowledge: indicator
                .knowledge()
                .map(|advisory| format!("{} {}", advisory.name, advisory.version))
                .unwrap_or_default(),
            value: Some(hit.value.clone().into_owned()),
            family: (!family.is_empty()).then_some(family),
            references: indicator
                .references()
                .map(|reference| match reference.url {
                    Some(url) => format!("{}: {url}", reference.source_name),
                    None => reference.source_name.to_owned(),
                })
                .collect(),
        };
        let source = subject.source;
        let total = tally.count;
        let mut rows = tally.rows.into_iter().map(|row| row.into_evidence(source));
        let mut found = finding::found(strength, subject, title, because, rows.next()?);
        rows.for_each(|row| found.add(|| row));
        found.evidence_total = total;
        found.confidence = indicator.confidence();
        found.attack = indicator.attack().into_iter().map(str::to_owned).collect();
        (found.innocent, found.next) = advice(hit.kind, strength);
        Some(found)
    }
}

/// An atom of an observation that an indicator equals.
pub(crate) struct Equal<'k, 's> {
    /// The number of the observation.
    pub(crate) observation: usize,
    atom: Atom<'s>,
    found: Match<'k>,
}

/// Everything that the atoms of some observations equal, by observation, atom and index.
pub(crate) fn look_up<'k, 's>(
    intel: &'k Intel,
    all: impl Iterator<Item = &'s Observation>,
) -> Vec<Equal<'k, 's>> {
    let (mut atoms, mut owners) = (Vec::new(), Vec::new());
    for (number, seen) in all.enumerate() {
        seen.fact.atoms(&mut |atom| {
            atoms.push(atom);
            owners.push(number);
        });
    }
    let mut matches = Vec::new();
    intel.lookup_all(&atoms, &mut |number, found| matches.push((number, found)));
    // Several indexes are asked one after the other.
    matches.sort_by_key(|(number, _)| *number);
    let equal = matches.into_iter().filter_map(|(number, found)| {
        let (atom, observation) = (atoms.get(number)?.clone(), *owners.get(number)?);
        Some(Equal { observation, atom, found })
    });
    equal.collect()
}

/// What a match weighs; `None` where the indicator is for another port than the one seen.
fn weigh(
    indicator: Indicator<'_>,
    found: Match<'_>,
    atom: &Atom<'_>,
    seen: &Observation,
    now: Timestamp,
) -> Option<Strength> {
    let mut strength = by_kind(atom.kind, &seen.fact);
    if found.truncated {
        strength = strength.max(Strength::Review);
    }
    if let Some(port) = indicator.port() {
        match observed_port(&seen.fact) {
            Some(observed) if observed != u32::from(port) => return None,
            Some(_) => {}
            None => strength = strength.max(Strength::Review),
        }
    }
    let ceiling = indicator.ceiling().unwrap_or(Strength::Strong);
    let at = seen.time.as_ref().and_then(|time| time.instant()).unwrap_or(now);
    match indicator.window(at) {
        Window::Within => Some(strength.max(ceiling)),
        Window::Before | Window::After => Some(Strength::Note),
    }
}

/// What equality of a value shows by itself.
fn by_kind(kind: AtomKind, fact: &Fact) -> Strength {
    match kind {
        AtomKind::Domain | AtomKind::Ipv4 | AtomKind::Ipv6 | AtomKind::Url => {
            if fact.is_text_only() { Strength::Exposure } else { Strength::Strong }
        }
        AtomKind::Sha256
        | AtomKind::Sha1
        | AtomKind::Md5
        | AtomKind::CertSha256
        | AtomKind::CertSha1
        | AtomKind::CertMd5
        | AtomKind::Package => Strength::Strong,
        // Names that others may bear by chance, or take on purpose; and cut process names.
        AtomKind::Path
        | AtomKind::FileName
        | AtomKind::Process
        | AtomKind::Email
        | AtomKind::Property => Strength::Review,
    }
}

fn observed_port(fact: &Fact) -> Option<u32> {
    match fact {
        Fact::LinkSeen(link) => link.port,
        Fact::EndpointContacted(contact) => contact.port,
        _ => None,
    }
}

fn what(kind: AtomKind) -> &'static str {
    match kind {
        AtomKind::Domain => "The host",
        AtomKind::Ipv4 | AtomKind::Ipv6 => "The address",
        AtomKind::Url => "The link",
        AtomKind::Sha256 | AtomKind::Sha1 | AtomKind::Md5 => "The file with hash",
        AtomKind::Package => "The package",
        AtomKind::CertSha256 | AtomKind::CertSha1 | AtomKind::CertMd5 => "The certificate",
        AtomKind::Path => "The path",
        AtomKind::FileName => "The file name",
        AtomKind::Process => "The process name",
        AtomKind::Email => "The e-mail address",
        AtomKind::Property => "The system property",
    }
}

/// Innocent explanations and next steps.
fn advice(kind: Option<AtomKind>, strength: Strength) -> (Vec<String>, Vec<String>) {
    let innocent: &[&str] = match kind {
        None => &[
            "The pattern describes what honest apps or files have too; ask the advisory's publisher.",
        ],
        Some(AtomKind::Sha256 | AtomKind::Sha1 | AtomKind::Md5) => &[
            "A researcher or a helper keeps a sample of the file on purpose.",
            "The advisory lists a file that also occurs in honest apps; ask its publisher.",
        ],
        Some(AtomKind::CertSha256 | AtomKind::CertSha1 | AtomKind::CertMd5) => {
            &["The key is public (a test key) or was used for honest apps too; ask the advisory's \
             publisher."]
        }
        Some(AtomKind::Package) => &[
            "An honest app bears the same package name, or the advisory names the genuine app \
             that was imitated: compare the signer.",
            "A researcher or a helper installed the sample on purpose.",
        ],
        Some(AtomKind::Domain | AtomKind::Ipv4 | AtomKind::Ipv6 | AtomKind::Url) => &[
            "The link was received or read about, and never opened.",
            "The host or address is shared, or has had another owner since the advisory.",
        ],
        Some(AtomKind::Path | AtomKind::FileName | AtomKind::Process | AtomKind::Property) => &[
            "Another program uses the same name: names are free to choose.",
            "A longer name was cut, and only its kept part is equal.",
        ],
        Some(AtomKind::Email) => &["The address stands in a text that warns of it."],
    };
    let next: &[&str] = if strength == Strength::Exposure {
        &[
            "Ask whether the link was opened, when, and who sent it.",
            "Keep the message; warn others in the same groups.",
        ]
    } else {
        &[
            "Do not delete anything yet: keep the acquisition, and put the phone into flight mode.",
            "Ask the person what it is and where it came from.",
            "Read the publication that the finding refers to, and look for its other traces.",
        ]
    };
    let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
    (own(innocent), own(next))
}
