//! `Battery History`: a line for each moment at which anything changed.
//!
//! `+1h02m03s004ms (2) 099 c0400021 +job=u0a12:"com.x/.Job" -wake_lock`: the time since the history
//! began, or (Android 15 on) `11-20 10:11:12.123` without a year; what began (`+`), ended (`-`) or
//! just happened, with uid and name. `RESET:TIME: 2026-09-29-08-00-00` ties it to the phone's clock.

use crate::field::{duration_ms, uid};
use crate::{Line, Place, Unread};
use std::collections::HashMap;
use std::sync::Arc;

/// How many different things that repeat are summed up; more are left out, and counted.
const MAX_KEYS: usize = 20_000;

/// When something happened, as far as the history says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// The last time on the phone's clock that is stated before it (`2026-09-29-08-00-00`).
    pub base: Option<Arc<str>>,
    /// Milliseconds behind `base`, or since the history began.
    pub offset_ms: i64,
    /// The time itself, without a year, where lines state it.
    pub wall: Option<Arc<str>>,
}

/// An event of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happened<'a> {
    /// `top` (on the screen), `pkginst`, `pkgunin`, `screenwake`, `tmpwhitelist`.
    pub what: &'static str,
    /// Linux uid; for `pkginst` the version code stands in its place.
    pub uid: Option<u32>,
    /// Package, or reason.
    pub name: &'a str,
    /// When.
    pub at: &'a Moment,
}

/// Something that repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeated<'a> {
    /// `job`, `sync`, `alarm`, `wakeupap`, `longwake`, `wake_lock`, `fg` or `proc`.
    pub what: &'static str,
    /// Linux uid.
    pub uid: Option<u32>,
    /// Component, tag or process.
    pub name: &'a str,
    /// How often it began.
    pub count: u64,
    /// The first time.
    pub first: &'a Moment,
    /// The last time.
    pub last: &'a Moment,
}

/// Events that are told one by one.
const SINGLE: [&str; 5] = ["top", "pkginst", "pkgunin", "screenwake", "tmpwhitelist"];

/// Events that are summed up.
const SUMMED: [&str; 8] =
    ["job", "sync", "alarm", "wakeupap", "longwake", "wake_lock", "fg", "proc"];

/// Reads the lines of the part.
#[derive(Debug, Default)]
pub(super) struct History {
    base: Option<(Arc<str>, i64)>,
    keys: HashMap<(&'static str, Option<u32>, Box<str>), usize>,
    sums: Vec<Sum>,
    more: u64,
}

#[derive(Debug)]
struct Sum {
    what: &'static str,
    uid: Option<u32>,
    name: Box<str>,
    count: u64,
    first: Moment,
    last: Moment,
    place: Place,
}

impl History {
    /// Takes a line behind the title; says whether the part goes on.
    pub(super) fn line(
        &mut self,
        line: &Line<'_>,
        unread: &mut Unread,
        tell: &mut dyn FnMut(&Happened<'_>),
    ) -> bool {
        if line.bytes.trim_ascii().is_empty() {
            return false;
        }
        // Most lines are about the battery alone.
        let named = memchr::memmem::find(line.bytes, b":\"").is_some();
        let timed = memchr::memmem::find(line.bytes, b"TIME:").is_some();
        if !named && !timed {
            return true;
        }
        let text = line.text();
        let words = text.trim();
        let Some(at) = self.moment(words) else {
            unread.add(line.place);
            return true;
        };
        if let Some((_, stated)) = words.split_once("TIME: ").filter(|_| !named) {
            let offset = at.offset_ms.saturating_add(self.base.as_ref().map_or(0, |base| base.1));
            self.base = Some((stated.trim().into(), offset));
            return true;
        }
        let mut rest = words;
        while let Some((before, after)) = rest.split_once(":\"") {
            let Some((name, behind)) = after.split_once('"') else { break };
            rest = behind;
            let item = before.rsplit(' ').next().unwrap_or_default();
            if let Some((what, owner)) = item.split_once('=') {
                self.event(what, owner, name, &at, line.place, tell);
            }
        }
        true
    }

    /// What repeats is told.
    pub(super) fn finish(&mut self, tell: &mut dyn FnMut(&Repeated<'_>, Place)) {
        self.keys.clear();
        for sum in self.sums.drain(..) {
            let Sum { what, uid, name, count, first, last, place } = &sum;
            let (what, uid, count) = (*what, *uid, *count);
            tell(&Repeated { what, uid, name, count, first, last }, *place);
        }
    }

    pub(super) fn note(&self) -> Option<String> {
        let more = self.more;
        (more > 0).then(|| format!("{more} starts of other jobs and wake locks are not told"))
    }

    fn event(
        &mut self,
        what: &str,
        owner: &str,
        name: &str,
        at: &Moment,
        place: Place,
        tell: &mut dyn FnMut(&Happened<'_>),
    ) {
        if what.starts_with('-') {
            return;
        }
        let what = what.strip_prefix('+').unwrap_or(what);
        let uid = uid(owner);
        if let Some(what) = SINGLE.iter().find(|one| **one == what) {
            tell(&Happened { what, uid, name, at });
        } else if let Some(what) = SUMMED.iter().find(|one| **one == what) {
            let key = (*what, uid, Box::from(name));
            let known = self.keys.get(&key).copied();
            match known {
                Some(known) => {
                    if let Some(sum) = self.sums.get_mut(known) {
                        sum.count += 1;
                        sum.last.clone_from(at);
                        sum.place = sum.place.through(place);
                    }
                }
                None if self.sums.len() < MAX_KEYS => {
                    let (first, last) = (at.clone(), at.clone());
                    self.keys.insert(key, self.sums.len());
                    self.sums.push(Sum {
                        what,
                        uid,
                        name: name.into(),
                        count: 1,
                        first,
                        last,
                        place,
                    });
                }
                None => self.more += 1,
            }
        }
    }

    /// The time at the start of a line.
    fn moment(&self, words: &str) -> Option<Moment> {
        let (first, rest) = words.split_once(' ')?;
        let bytes = first.as_bytes();
        if bytes.len() == 5 && bytes.get(2) == Some(&b'-') {
            let clock = rest.split(' ').next().filter(|clock| clock.contains(':'))?;
            let wall = Some(Arc::from(format!("{first} {clock}")));
            return Some(Moment { wall, ..Moment::default() });
        }
        let elapsed = i64::try_from(duration_ms(first)?).ok()?;
        let (base, from) = match &self.base {
            Some((base, from)) => (Some(Arc::clone(base)), *from),
            None => (None, 0),
        };
        Some(Moment { base, offset_ms: elapsed.saturating_sub(from), wall: None })
    }
}
