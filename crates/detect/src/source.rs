//! What judging keeps of one source while it is read, and how it is joined at its end.

use crate::apps::{self, Apps, Owner, PackageId};
use crate::evidence::{Row, Tally};
use crate::finding;
use crate::impersonation::Identities;
use crate::indicators::{Equal, Hits};
use crate::patterns::Patterns;
use crate::rules::{Held, Rule, Scope, Told};
use crate::yara::Matches;
use crate::{Judgement, Knowledge, Limits};
use hashbrown::HashMap;
use jiff::Timestamp;
use model::{
    AppKey, Because, BecauseKind, Fact, Finding, FindingSubject, Gap, Observation, SourceId,
    Strength, Subject,
};
use std::collections::{BTreeMap, BTreeSet};

/// What a tally is about, as the fact states it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    /// A package, in one user or in every user that has it.
    Package(PackageId, Option<u32>),
    /// An app by its uid alone.
    Uid(u32),
    /// An app by the name of its process, and the process's uid.
    Run(PackageId, u32),
    Device,
    File(Box<str>),
    Process(Box<str>),
    Endpoint(Box<str>),
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Slot {
    /// A leaf of rule conditions, by number.
    Leaf(usize),
    /// An indicator, by its number among the hits of the source.
    Hit(usize),
    /// A YARA rule, by its number among those that matched in the source.
    Yara(usize),
}

/// The tallies of one subject.
pub(crate) type Tallies = Vec<(Slot, Tally)>;

/// Everything kept of one source.
#[derive(Default)]
pub(crate) struct SourceState<'k> {
    order: u64,
    apps: Apps,
    subjects: HashMap<Key, Tallies>,
    identities: Identities<'k>,
    hits: Hits<'k>,
    yara: Matches,
    patterns: Patterns<'k>,
    /// The phone's time zone, by which times on its clock are held against times in UTC.
    zone: Option<jiff::tz::TimeZone>,
    full: bool,
}

impl<'k> SourceState<'k> {
    pub(crate) fn observe(
        &mut self,
        knowledge: &Knowledge<'k>,
        now: Timestamp,
        limits: Limits,
        seen: &Observation,
        equal: &[Equal<'k, '_>],
    ) {
        self.order += 1;
        let limit = limits.subjects;
        if let Fact::PropertySet(property) = &seen.fact
            && property.name == "persist.sys.timezone"
        {
            self.zone = model::phone_zone(&property.value).or(self.zone.take());
        }
        let app = apps::app_of(&seen.fact);
        let app_key = app.as_ref().and_then(|app| self.app_key(app, seen, limit));
        if let (Some(app), Some(Key::Package(id, _))) = (&app, &app_key) {
            let package = app.package.as_deref().unwrap_or_default();
            self.identities.observe(knowledge.brands, *id, package, app.user, self.order, seen);
        }
        let (subjects, order, full) = (&mut self.subjects, self.order, &mut self.full);
        knowledge.rules.leaves_of(seen, now, |leaf, scope| {
            let Some(key) = scope_key(scope, app_key.as_ref(), &seen.fact) else { return };
            match tally(subjects, key, Slot::Leaf(leaf), limit) {
                Some(tally) => knowledge.rules.count(leaf, tally, order, seen),
                None => *full = true,
            }
        });
        self.hits.observe(knowledge.intel, now, seen, equal, |of_app, hit, strength| {
            let Some(key) = hit_key(of_app, app_key.as_ref(), &seen.fact) else { return };
            if !count_hit(subjects, key, hit, strength, limit, (order, seen)) {
                *full = true;
            }
        });
        if let Fact::YaraMatched(matched) = &seen.fact
            && let Some(key) = hit_key(true, app_key.as_ref(), &seen.fact)
        {
            let slot = Slot::Yara(self.yara.observe(matched));
            match tally(subjects, key, slot, limit) {
                Some(tally) => tally.add(order, seen, Finding::MAX_EVIDENCE),
                None => *full = true,
            }
        }
        let hits = &mut self.hits;
        let key = || hit_key(true, app_key.as_ref(), &seen.fact);
        self.patterns.observe(knowledge.intel, order, seen, key, &mut |found| {
            let (hit, strength) = hits.pattern(knowledge.intel, now, found, seen);
            let Some(key) = hit_key(true, app_key.as_ref(), &seen.fact) else { return };
            if !count_hit(subjects, key, hit, strength, limit, (order, seen)) {
                *full = true;
            }
        });
    }

    fn app_key(&mut self, app: &AppKey<'_>, seen: &Observation, limit: usize) -> Option<Key> {
        let Some(package) = &app.package else { return app.uid.map(Key::Uid) };
        let Some(id) = self.apps.intern(package, limit) else {
            self.full = true;
            return None;
        };
        // Processes are named by whoever runs them; they do not say whose a uid is.
        if let (true, Some(uid)) = (names_itself(&seen.fact), app.uid) {
            return Some(Key::Run(id, uid));
        }
        self.apps.learn(id, app, &seen.fact, limit);
        Some(Key::Package(id, app.user))
    }

    /// Counts the patterns that several observations satisfy together, for what the first of them
    /// is about.
    fn patterns_over_several(
        &mut self,
        knowledge: &Knowledge<'k>,
        now: Timestamp,
        gaps: &mut Vec<Gap>,
    ) {
        for together in std::mem::take(&mut self.patterns).end(knowledge.intel, gaps) {
            let Some((_, key, first)) = together.by.first() else { continue };
            let (hit, strength) = self.hits.pattern(knowledge.intel, now, together.found, first);
            for (order, _, seen) in &together.by {
                let key = key.clone();
                count_hit(&mut self.subjects, key, hit, strength, usize::MAX, (*order, seen));
            }
        }
    }

    /// Joins what is about one subject, and judges it.
    pub(crate) fn end(
        mut self,
        knowledge: &Knowledge<'k>,
        now: Timestamp,
        source: SourceId,
    ) -> Judgement {
        let mut told = Judgement::default();
        if self.full {
            let reason = "more subjects (apps, files, hosts) than can be judged at once; those \
                          that came later were left out of the findings";
            let reason = reason.to_owned();
            told.gaps.push(Gap { artifact: None, position: None, reason });
        }
        self.patterns_over_several(knowledge, now, &mut told.gaps);
        let subject_of = |joined: &Joined| joined.subject(&self.apps, source);
        let joined = join(self.subjects, &self.apps);
        let of_device = joined.get(&Joined::Other(Key::Device)).cloned().unwrap_or_default();
        for (joined, tallies) in joined {
            let subject = subject_of(&joined);
            let genuine = matches!(joined, Joined::App(id, _) if self.identities.is_genuine(id));
            let whose = (&subject, genuine);
            let of = |leaf: usize| {
                let slot = Slot::Leaf(leaf);
                let mut all = tallies.iter().chain(&of_device);
                all.find(|(known, _)| *known == slot).map(|(_, tally)| tally)
            };
            let zone = self.zone.as_ref();
            let has = Told { tally: &of, gone: joined.is_gone(&self.apps), zone, now };
            rule_findings(knowledge, joined.scope(), &has, whose, &mut told.findings);
            let hits = tallies.into_iter().filter_map(|(slot, tally)| match slot {
                Slot::Hit(hit) => self.hits.finding(hit, tally, genuine, subject.clone()),
                Slot::Yara(rule) => self.yara.finding(rule, tally, subject.clone()),
                Slot::Leaf(_) => None,
            });
            told.findings.extend(once_each(hits));
        }
        let brands = knowledge.brands.knowledge();
        let given = knowledge.brands.given().map(|one| format!("; {} {}", one.name, one.version));
        let name = format!("{} {}{}", brands.name, brands.version, given.unwrap_or_default());
        for id in self.identities.suspects() {
            let users = users(&self.apps, id);
            let subject = |user| subject_of(&Joined::App(id, user));
            self.identities.judge(id, &users, subject, &name, &mut told.findings);
        }
        told
    }
}

/// Findings of one subject, each id once: two advisories may hold the same indicator, in one
/// version or in two. The strongest stays, then the one with more evidence, then the first; it
/// names every advisory that says so.
fn once_each(findings: impl Iterator<Item = Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::new();
    let mut by_id: HashMap<String, usize> = HashMap::new();
    for mut found in findings {
        let at = *by_id.entry(found.id.clone()).or_insert(kept.len());
        let Some(known) = kept.get_mut(at) else {
            kept.push(found);
            continue;
        };
        let told_by =
            match known.because.knowledge.split("; ").any(|n| n == found.because.knowledge) {
                true => known.because.knowledge.clone(),
                false => format!("{}; {}", known.because.knowledge, found.because.knowledge),
            };
        let weight = |f: &Finding| (f.strength, std::cmp::Reverse(f.evidence_total));
        if weight(&found) < weight(known) {
            std::mem::swap(known, &mut found);
        }
        known.because.knowledge = told_by;
    }
    kept
}

/// The tally of a slot of a subject; `None` where a new subject would be one too many.
fn tally(
    subjects: &mut HashMap<Key, Tallies>,
    key: Key,
    slot: Slot,
    limit: usize,
) -> Option<&mut Tally> {
    if subjects.len() >= limit && !subjects.contains_key(&key) {
        return None;
    }
    let tallies = subjects.entry(key).or_default();
    let at = match tallies.iter().position(|(known, _)| *known == slot) {
        Some(at) => at,
        None => {
            tallies.push((slot, Tally::default()));
            tallies.len() - 1
        }
    };
    tallies.get_mut(at).map(|(_, tally)| tally)
}

/// Counts an observation for a hit; `false` where there is no room for its subject.
fn count_hit(
    subjects: &mut HashMap<Key, Tallies>,
    key: Key,
    hit: usize,
    strength: Strength,
    limit: usize,
    (order, seen): (u64, &Observation),
) -> bool {
    let Some(tally) = tally(subjects, key, Slot::Hit(hit), limit) else { return false };
    tally.add(order, seen, Finding::MAX_EVIDENCE);
    let known = tally.strength.unwrap_or(strength);
    tally.strength = Some(known.min(strength));
    true
}

/// Where a fact counts for a leaf of this scope.
fn scope_key(scope: Scope, app: Option<&Key>, fact: &Fact) -> Option<Key> {
    match scope {
        Scope::Device => Some(Key::Device),
        Scope::App => app.cloned(),
        Scope::File | Scope::Process | Scope::Endpoint => subject_key(fact),
    }
}

/// Whether a fact is about an app only by the name and the uid of a process.
fn names_itself(fact: &Fact) -> bool {
    match fact {
        Fact::ProcessRunning(process) => process.package.is_none(),
        Fact::ProcessEnded(process) => process.package.is_none(),
        _ => false,
    }
}

/// What a hit is about: the app where the value is a package's, else the fact's own subject.
fn hit_key(of_app: bool, app: Option<&Key>, fact: &Fact) -> Option<Key> {
    match (app, subject_key(fact)) {
        (Some(app), Some(_)) if of_app => Some(app.clone()),
        (_, Some(own)) => Some(own),
        (app, None) => app.cloned(),
    }
}

fn subject_key(fact: &Fact) -> Option<Key> {
    match fact.subject() {
        Subject::App(_) => None,
        Subject::Device => Some(Key::Device),
        Subject::File(path) => Some(Key::File(path.into())),
        Subject::Process(name) => Some(Key::Process(name.into())),
        Subject::Endpoint(place) => Some(Key::Endpoint(place.into())),
    }
}

/// A subject after joining.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Joined {
    App(PackageId, Option<u32>),
    /// A uid that no package, or several, have.
    Uid(u32),
    Other(Key),
}

impl Joined {
    fn scope(&self) -> Scope {
        match self {
            Joined::App(..) | Joined::Uid(_) => Scope::App,
            Joined::Other(Key::File(_)) => Scope::File,
            Joined::Other(Key::Process(_)) => Scope::Process,
            Joined::Other(Key::Endpoint(_)) => Scope::Endpoint,
            Joined::Other(_) => Scope::Device,
        }
    }

    /// Whether the phone's list of packages does not hold the app.
    fn is_gone(&self, apps: &Apps) -> bool {
        match self {
            Joined::App(id, user) => apps.is_gone(*id, *user),
            // Below are parts of the system, above sandboxes: no package need have them.
            Joined::Uid(uid) => {
                (10_000..20_000).contains(&(uid % 100_000))
                    && apps.owner(*uid).is_none()
                    && apps.has_list(uid / 100_000)
            }
            Joined::Other(_) => false,
        }
    }

    fn subject(&self, apps: &Apps, source: SourceId) -> FindingSubject {
        let kind = self.scope().name();
        match self {
            Joined::App(id, user) => finding::subject(kind, apps.name(*id), *user, source),
            Joined::Uid(uid) => {
                let user = Some(uid / 100_000);
                finding::subject(kind, &format!("uid {uid}"), user, source)
            }
            Joined::Other(Key::File(value) | Key::Process(value) | Key::Endpoint(value)) => {
                finding::subject(kind, value, None, source)
            }
            Joined::Other(_) => finding::subject(kind, "device", None, source),
        }
    }
}

/// The users that a fact about a package without a user is about.
fn users(apps: &Apps, id: PackageId) -> Vec<Option<u32>> {
    match apps.users(id) {
        [] => vec![None],
        users => users.iter().copied().map(Some).collect(),
    }
}

/// Brings together what different facts call by package, uid and user. In key order, so that
/// the outcome does not depend on the table's.
fn join(subjects: HashMap<Key, Tallies>, apps: &Apps) -> BTreeMap<Joined, Tallies> {
    let mut joined: BTreeMap<Joined, Tallies> = BTreeMap::new();
    let mut add = |to: Joined, tallies: Tallies| {
        let into = joined.entry(to).or_default();
        for (slot, tally) in tallies {
            match into.iter_mut().find(|(known, _)| *known == slot) {
                Some((_, known)) => known.merge(tally),
                None => into.push((slot, tally)),
            }
        }
        into.sort_by_key(|(slot, _)| *slot);
    };
    let mut subjects: Vec<(Key, Tallies)> = subjects.into_iter().collect();
    subjects.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    for (key, tallies) in subjects {
        match key {
            Key::Package(id, Some(user)) => add(Joined::App(id, Some(user)), tallies),
            Key::Package(id, None) => {
                for user in users(apps, id) {
                    add(Joined::App(id, user), tallies.clone());
                }
            }
            Key::Uid(uid) => match apps.owner(uid) {
                Some(Owner::One(id)) => add(Joined::App(id, Some(uid / 100_000)), tallies),
                _ => add(Joined::Uid(uid), tallies),
            },
            Key::Run(id, uid) => match apps.owner(uid) {
                _ if apps.is_known(id) => add(Joined::App(id, Some(uid / 100_000)), tallies),
                // Apps name their processes as they like; the uid says whose it is.
                Some(Owner::One(id)) => add(Joined::App(id, Some(uid / 100_000)), tallies),
                Some(Owner::Several) => add(Joined::Uid(uid), tallies),
                None => add(Joined::App(id, Some(uid / 100_000)), tallies),
            },
            other => add(Joined::Other(other), tallies),
        }
    }
    joined
}

/// One finding for each rule that holds, but for those that another one takes in. `whose`: the
/// subject, and whether it is an app that its genuine maker signed.
fn rule_findings(
    knowledge: &Knowledge<'_>,
    scope: Scope,
    told: &Told<'_, '_>,
    (subject, genuine): (&FindingSubject, bool),
    into: &mut Vec<Finding>,
) {
    let held: Vec<(&Rule, Held)> = knowledge
        .rules
        .rules()
        .iter()
        .filter(|rule| rule.scope == scope)
        .filter_map(|rule| Some((rule, rule.held(told)?)))
        .collect();
    if held.is_empty() {
        return;
    }
    let named = knowledge.rules.knowledge();
    for (rule, evidence) in &held {
        if held.iter().any(|(other, _)| {
            other.supersedes.contains(&rule.id) && !rule.supersedes.contains(&other.id)
        }) {
            continue;
        }
        let (rows, total) = rows_of(evidence, told);
        let mut rows = rows.into_iter().map(|row| row.into_evidence(subject.source));
        let Some(first) = rows.next() else { continue };
        let because = Because {
            kind: BecauseKind::Rule,
            id: rule.id.clone(),
            knowledge: format!("{} {}", named.name, named.version),
            value: None,
            family: None,
            references: rule.references.clone(),
        };
        let (mut strength, mut title) = (rule.strength, rule.title.clone());
        if let Some(weaker) = rule.when_genuine.filter(|_| genuine) {
            strength = weaker;
            title.push_str("; but this app is signed by its genuine maker");
        }
        let mut found = finding::found(strength, subject.clone(), title, because, first);
        rows.for_each(|row| found.add(|| row));
        found.evidence_total = found.evidence_total.max(total);
        found.confidence = rule.confidence;
        found.innocent.clone_from(&rule.innocent);
        found.next.clone_from(&rule.next);
        found.attack.clone_from(&rule.attack);
        into.push(found);
    }
}

/// The rows of what a rule rests on, and how many observations there were. What an order of events
/// rests on comes first: it must not fall to the limit of rows. An observation that counts for two
/// parts of a condition is one row, and counts once as far as rows are kept.
fn rows_of(evidence: &Held, told: &Told<'_, '_>) -> (Vec<Row>, u64) {
    let mut rows = evidence.rows.clone();
    let mut total = rows.len() as u64;
    let mut others: Vec<Row> = Vec::new();
    for tally in evidence.leaves.iter().filter_map(|leaf| (told.tally)(*leaf)) {
        total += tally.count;
        others.extend(tally.rows.iter().cloned());
    }
    let kept = rows.len() + others.len();
    others.sort_by_key(|row| row.order);
    others.dedup_by_key(|row| row.order);
    let mut told: BTreeSet<u64> = BTreeSet::new();
    rows.retain(|row| told.insert(row.order));
    rows.extend(others.into_iter().filter(|row| !told.contains(&row.order)));
    let repeats = (kept - rows.len()) as u64;
    (rows, total - repeats)
}
