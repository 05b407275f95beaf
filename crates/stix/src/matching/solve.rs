//! Whether observations can be chosen that meet a plan.
//!
//! Limits to time are resolved one by one: WITHIN holds if a span that begins where some
//! observation ends touches all; FOLLOWEDBY holds if at some observation's beginning all of the
//! former have begun and none of the latter has ended. Such a point once chosen, a limit only
//! says which observations are left. Without limits, what remains is to give each group as many
//! observations as it wants ([`super::flow`]).

use super::flow::{Class, assign};
use super::plan::{Alternative, Group, Limit, Plan};
use super::{Candidate, MAX_CANDIDATES, Verdict};
use crate::{Instant, Span};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Observations that are looked at before the search is given up.
const MAX_WORK: u64 = 200_000_000;

/// Decides, given the observations that satisfy each expression.
pub(super) fn decide(plan: &Plan, candidates: &[Vec<Candidate>]) -> Verdict {
    let mut verdict = Verdict::default();
    let mut work = MAX_WORK;
    let mut untimed = BTreeSet::new();
    let mut single = BTreeSet::new();
    let mut set = None;
    for alternative in &plan.alternatives {
        let groups: Vec<_> =
            alternative.groups.iter().map(|one| eligible(one, candidates, &mut untimed)).collect();
        if alternative.wants_one() {
            single.extend(groups.iter().flatten().map(|one| one.number));
        } else if set.is_none() {
            set = Search { alternative, work: &mut work }.limits(&alternative.limits, &groups);
        }
    }
    verdict.undecided = work == 0;
    verdict.untimed = untimed.len() as u64;
    verdict.observations = match (single.is_empty(), set) {
        (false, _) => single.into_iter().take(MAX_CANDIDATES).collect(),
        (true, Some(set)) => set.into_iter().collect(),
        (true, None) => return verdict,
    };
    verdict.matched = true;
    verdict
}

/// The observations that can serve a group, each once.
fn eligible(
    group: &Group,
    candidates: &[Vec<Candidate>],
    untimed: &mut BTreeSet<u64>,
) -> Vec<Candidate> {
    let mut found: BTreeMap<u64, Candidate> = BTreeMap::new();
    for source in &group.sources {
        for one in candidates.get(source.leaf).into_iter().flatten() {
            if source.timed && one.span.is_none() {
                untimed.insert(one.number);
                continue;
            }
            // STIX 2.1, section 9.5.1: from START up to, but not including, STOP.
            let during = |(start, stop): &(Instant, Instant)| {
                start < stop
                    && one.span.is_some_and(|span| span.first < *stop && *start <= span.last)
            };
            if source.windows.iter().all(during) {
                found.insert(one.number, *one);
            }
        }
    }
    found.into_values().collect()
}

/// How often a list of observations counts.
fn supply(candidates: &[Candidate]) -> u64 {
    candidates.iter().fold(0_u64, |sum, one| sum.saturating_add(one.count))
}

struct Search<'s> {
    alternative: &'s Alternative,
    work: &'s mut u64,
}

impl Search<'_> {
    /// Counts work; `None` when there is too much of it.
    fn spend(&mut self, amount: usize) -> Option<()> {
        *self.work = self.work.saturating_sub(amount as u64 + 1);
        (*self.work > 0).then_some(())
    }

    fn want(&self, group: usize) -> u64 {
        self.alternative.groups.get(group).map_or(0, |group| group.want)
    }

    /// Resolves the limits that are left. Yields the numbers of observations that meet all.
    /// Recursion goes as deep as there are limits, and there are fewer than groups and qualifiers.
    fn limits(&mut self, limits: &[Limit], groups: &[Vec<Candidate>]) -> Option<BTreeSet<u64>> {
        self.spend(groups.iter().map(Vec::len).sum())?;
        let enough = |(n, group): (usize, &Vec<Candidate>)| supply(group) >= self.want(n);
        if !groups.iter().enumerate().all(enough) {
            return None;
        }
        match limits.split_first() {
            None => self.give(groups),
            Some((Limit::Within { nanos, groups: within }, rest)) => {
                self.within(*nanos, within, rest, groups)
            }
            Some((Limit::InOrder { before, after }, rest)) => {
                self.in_order(before, after, rest, groups)
            }
        }
    }

    fn within(
        &mut self,
        nanos: u128,
        within: &[usize],
        rest: &[Limit],
        groups: &[Vec<Candidate>],
    ) -> Option<BTreeSet<u64>> {
        let counts = self.counts(within, groups)?;
        let mut starts: Vec<Instant> = spans(within, groups).map(|span| span.last).collect();
        starts.sort_unstable();
        starts.dedup();
        for start in starts {
            let end = start.later(nanos);
            self.spend(within.len())?;
            let enough = counts.iter().all(|(group, counts)| {
                counts.begun(end).saturating_sub(counts.ended(start)) >= self.want(*group)
            });
            if enough {
                let touches = |span: Span| span.first <= end && start <= span.last;
                let left = filtered(groups, within, touches);
                if let Some(found) = self.limits(rest, &left) {
                    return Some(found);
                }
            }
        }
        None
    }

    fn in_order(
        &mut self,
        before: &[usize],
        after: &[usize],
        rest: &[Limit],
        groups: &[Vec<Candidate>],
    ) -> Option<BTreeSet<u64>> {
        let earlier = self.counts(before, groups)?;
        let later = self.counts(after, groups)?;
        let mut times: Vec<Instant> = spans(before, groups).map(|span| span.first).collect();
        times.sort_unstable();
        times.dedup();
        for time in times {
            self.spend(groups.len())?;
            let mut late = later.iter();
            if !late.all(|(n, counts)| {
                counts.total().saturating_sub(counts.ended(time)) >= self.want(*n)
            }) {
                // At a later time there are fewer still.
                return None;
            }
            if earlier.iter().all(|(n, counts)| counts.begun(time) >= self.want(*n)) {
                let left = filtered(groups, before, |span| span.first <= time);
                let left = filtered(&left, after, |span| time <= span.last);
                if let Some(found) = self.limits(rest, &left) {
                    return Some(found);
                }
            }
        }
        None
    }

    /// For each of these groups, how many begin and end when.
    fn counts(&mut self, of: &[usize], groups: &[Vec<Candidate>]) -> Option<Vec<(usize, Counts)>> {
        let mut all = Vec::with_capacity(of.len());
        for number in of {
            let group = groups.get(*number)?;
            self.spend(group.len().saturating_mul(4))?;
            all.push((*number, Counts::new(group)));
        }
        Some(all)
    }

    /// Without limits: gives each group as many as it wants.
    fn give(&mut self, groups: &[Vec<Candidate>]) -> Option<BTreeSet<u64>> {
        let wants: Vec<u64> = (0..groups.len()).map(|n| self.want(n)).collect();
        let mut fits: BTreeMap<u64, (u32, u64)> = BTreeMap::new();
        for (number, group) in groups.iter().enumerate() {
            for one in group {
                fits.entry(one.number).or_insert((0, one.count)).0 |= 1 << number;
            }
        }
        let mut classes: Vec<Class> = Vec::new();
        let mut members: Vec<Vec<(u64, u64)>> = Vec::new();
        let mut places: HashMap<u32, usize> = HashMap::new();
        for (number, (mask, count)) in fits {
            let place = *places.entry(mask).or_insert_with(|| {
                classes.push(Class { fits: mask, supply: 0 });
                members.push(Vec::new());
                classes.len() - 1
            });
            let class = classes.get_mut(place)?;
            class.supply = class.supply.saturating_add(count);
            members.get_mut(place)?.push((number, count));
        }
        let given = assign(&wants, &classes, self.work)?;
        let mut chosen = BTreeSet::new();
        for (place, members) in members.iter().enumerate() {
            let mut needed: u64 = given.iter().filter_map(|row| row.get(place)).sum();
            for (number, count) in members {
                if needed == 0 {
                    break;
                }
                needed = needed.saturating_sub(*count);
                chosen.insert(*number);
            }
        }
        Some(chosen)
    }
}

/// The times of the observations of these groups.
fn spans<'c>(of: &'c [usize], groups: &'c [Vec<Candidate>]) -> impl Iterator<Item = Span> + 'c {
    of.iter().filter_map(|number| groups.get(*number)).flatten().filter_map(|one| one.span)
}

/// All groups; of those in `of`, only observations whose times pass.
fn filtered(
    groups: &[Vec<Candidate>],
    of: &[usize],
    keep: impl Fn(Span) -> bool,
) -> Vec<Vec<Candidate>> {
    let passes = |one: &&Candidate| one.span.is_some_and(&keep);
    groups
        .iter()
        .enumerate()
        .map(|(number, group)| match of.contains(&number) {
            true => group.iter().filter(passes).copied().collect(),
            false => group.clone(),
        })
        .collect()
}

/// How many observations have begun and ended by when; each counts as often as it may.
struct Counts {
    /// Ascending times, each with the count up to and including it.
    firsts: Vec<(Instant, u64)>,
    lasts: Vec<(Instant, u64)>,
}

impl Counts {
    fn new(group: &[Candidate]) -> Self {
        let summed = |time: fn(Span) -> Instant| {
            let mut times: Vec<(Instant, u64)> =
                group.iter().filter_map(|one| Some((time(one.span?), one.count))).collect();
            times.sort_unstable_by_key(|(at, _)| *at);
            let mut sum = 0_u64;
            for (_, count) in &mut times {
                sum = sum.saturating_add(*count);
                *count = sum;
            }
            times
        };
        Self { firsts: summed(|span| span.first), lasts: summed(|span| span.last) }
    }

    fn total(&self) -> u64 {
        self.firsts.last().map_or(0, |(_, sum)| *sum)
    }

    /// How many begin at this time or before.
    fn begun(&self, by: Instant) -> u64 {
        sum_before(&self.firsts, self.firsts.partition_point(|(at, _)| *at <= by))
    }

    /// How many end before this time.
    fn ended(&self, before: Instant) -> u64 {
        sum_before(&self.lasts, self.lasts.partition_point(|(at, _)| *at < before))
    }
}

fn sum_before(times: &[(Instant, u64)], end: usize) -> u64 {
    end.checked_sub(1).and_then(|at| times.get(at)).map_or(0, |(_, sum)| *sum)
}
