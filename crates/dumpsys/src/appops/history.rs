//! What stands behind the uids where it is asked for, and from Android 16 QPR2 on always: single
//! accesses of the last days, and sums over periods.
//!
//! Sources, below AOSP `services/core/java/com/android/server/appop/`: `DiscreteRegistry.java`
//! (`dump`, Android 12 to 15), `DiscreteOpsSqlRegistry.java` (`dumpDiscreteData`, 16),
//! `AppOpHistoryHelper.java` (`dump`, 16 QPR2 on), `HistoricalRegistry.java` (`StringDumpVisitor`,
//! 10 to 16). Compared with AOSP's mirror and, the third, with copies of the version after 16.

use super::{AppopsEvent, OpUse, Outcome, Tell};
use crate::field::{duration_ms, is_date, is_name, uid, word};
use crate::{Line, Unread};

/// Reads the lines behind the uids.
#[derive(Debug, Default)]
pub(super) struct History {
    uid: Option<u32>,
    package: Option<String>,
    op: Option<String>,
    attribution: Option<String>,
    /// Beginning and end of the period of a snapshot, as written.
    begin: Option<String>,
    end: Option<String>,
    /// Names of the columns, while within a table of the database.
    columns: Vec<String>,
}

/// Whether a line begins it.
pub(super) fn begins(words: &str) -> bool {
    words == "Discrete accesses:" || words.starts_with("History:") || words.starts_with(TABLE)
}

/// The header row of a table begins so.
const TABLE: &str = "UID|PACKAGE_NAME|";

impl History {
    /// Takes a line.
    pub(super) fn line(&mut self, line: &Line<'_>, unread: &mut Unread, tell: &mut Tell<'_>) {
        let text = line.text();
        let words = text.trim();
        if words.starts_with(TABLE) {
            self.columns = words.split('|').map(str::to_owned).collect();
        } else if words.is_empty() {
            self.columns.clear();
        } else if !self.columns.is_empty() {
            if !self.row(words, line, tell) {
                unread.add(line.place);
            }
        } else if !self.place(words) && !self.access(words, line, tell) && !is_title(words) {
            unread.add(line.place);
        }
    }

    /// Lines that say what those below them are about.
    fn place(&mut self, words: &str) -> bool {
        let named = |title: &str| {
            let rest = words.strip_prefix(title)?;
            Some(rest.strip_prefix(':').unwrap_or(rest).trim().trim_end_matches(':'))
        };
        if let Some(when) = words.strip_prefix("begin = ") {
            self.begin = date(when);
            return self.begin.is_some();
        }
        if let Some(when) = words.strip_prefix("end = ") {
            self.end = date(when);
            return self.end.is_some();
        }
        if let Some(number) = named("Uid") {
            *self = Self { begin: self.begin.take(), end: self.end.take(), ..Self::default() };
            self.uid = uid(number);
            return self.uid.is_some();
        }
        if let Some(name) = named("Package") {
            (self.op, self.attribution) = (None, None);
            self.package = is_name(name).then(|| name.to_owned());
            return self.package.is_some();
        }
        if let Some(tag) = named("Attribution") {
            self.attribution = (tag != "null").then(|| tag.to_owned());
            return true;
        }
        let op = words.trim_end_matches(':');
        let is_op = !op.is_empty()
            && op.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        if is_op && self.package.is_some() {
            self.op = Some(op.to_owned());
        }
        is_op && self.package.is_some()
    }

    /// `Access [top-s] at 2026-… for 5000 milliseconds  attribution flags=…`, or in a snapshot
    /// `[top-s] = access=3, reject=1, duration=+5s`.
    fn access(&self, words: &str, line: &Line<'_>, tell: &mut Tell<'_>) -> bool {
        let single = words.strip_prefix("Access [");
        let Some((state, rest)) =
            single.or_else(|| words.strip_prefix('[')).and_then(|rest| rest.split_once(']'))
        else {
            return false;
        };
        let (Some(package), Some(op)) = (&self.package, &self.op) else { return false };
        let mut used = OpUse {
            uid: self.uid,
            package,
            op,
            attribution: self.attribution.as_deref(),
            state: Some(without_flags(state)),
            ..OpUse::default()
        };
        if single.is_some() {
            let Some(at) = rest.trim_start().strip_prefix("at ") else { return false };
            let (at, duration) = match at.split_once(" for ") {
                Some((at, rest)) => (at, rest.split(' ').next().and_then(|ms| ms.parse().ok())),
                None => (at.split(" attribution ").next().unwrap_or(at), None),
            };
            used.at = Some(at.trim()).filter(|at| is_date(at));
            used.duration_ms = duration;
            if used.at.is_some() {
                tell(&AppopsEvent::Use(used), line.place);
            }
            return used.at.is_some();
        }
        let Some(counts) = rest.trim_start().strip_prefix("= ") else { return false };
        used.during = self.begin.as_deref().zip(self.end.as_deref());
        let counts = counts.replace(',', " ");
        let duration = word(&counts, "duration").and_then(duration_ms);
        let counted = |key| word(&counts, key).and_then(|n| n.parse::<u64>().ok());
        let (access, reject) = (counted("access"), counted("reject"));
        if access.is_some() || duration.is_some() {
            tell(&AppopsEvent::Use(OpUse { duration_ms: duration, ..used }), line.place);
        }
        if reject.is_some() {
            let used = OpUse { outcome: Outcome::Rejected, ..used };
            tell(&AppopsEvent::Use(used), line.place);
        }
        access.is_some() || reject.is_some() || duration.is_some()
    }

    /// A row of a table: `10123|com.x|default:0|CAMERA|null|top|s|…`.
    fn row(&self, words: &str, line: &Line<'_>, tell: &mut Tell<'_>) -> bool {
        let fields: Vec<&str> = words.split('|').collect();
        if fields.len() != self.columns.len() {
            return false;
        }
        let of = |name: &str| {
            let at = self.columns.iter().position(|column| column == name)?;
            fields.get(at).copied().filter(|value| *value != "null" && !value.is_empty())
        };
        let count = |name: &str| of(name).and_then(|n| n.parse::<i64>().ok());
        let (Some(uid), Some(package), Some(op), Some(at)) = (
            of("UID").and_then(|uid| uid.parse().ok()),
            of("PACKAGE_NAME").filter(|name| is_name(name)),
            of("OP_NAME"),
            of("ACCESS_TIME").filter(|at| is_date(at)),
        ) else {
            return false;
        };
        let used = OpUse {
            uid: Some(uid),
            package,
            op,
            state: of("UID_STATE"),
            at: Some(at),
            duration_ms: count("DURATION")
                .and_then(|ms| u64::try_from(ms).ok())
                .filter(|ms| *ms > 0),
            attribution: of("ATTRIBUTION_TAG"),
            ..OpUse::default()
        };
        let (access, reject) = (count("ACCESS_COUNTS"), count("REJECT_COUNTS"));
        // Without counts each row is one access; a row may also stand for the rest of a long one.
        if access != Some(0) || reject.is_none_or(|n| n <= 0) {
            tell(&AppopsEvent::Use(used), line.place);
        }
        if reject.is_some_and(|n| n > 0) {
            let used = OpUse { outcome: Outcome::Rejected, duration_ms: None, ..used };
            tell(&AppopsEvent::Use(used), line.place);
        }
        true
    }
}

/// `2026-11-20 10:00:00.000  (-1h0m0s0ms)`.
fn date(text: &str) -> Option<String> {
    let at = text.split("  (").next().unwrap_or(text).trim();
    is_date(at).then(|| at.to_owned())
}

/// `top-s` is the state `top`; behind it stands for whom.
fn without_flags(state: &str) -> &str {
    state.split_once('-').map_or(state, |(state, _)| state)
}

/// Lines about the history itself.
fn is_title(words: &str) -> bool {
    let titles = [
        "Discrete accesses:",
        "History:",
        "Largest chain id:",
        "Empty",
        "snapshot:",
        "mode=",
        "baseSnapshotInterval=",
        "intervalCompressionMultiplier=",
        "SHORT_INTERVAL(",
        "Database size(bytes):",
        "Database Total records:",
        "----",
        "Previous operation",
        "Historical operation",
    ];
    titles.iter().any(|title| words.starts_with(title))
}
