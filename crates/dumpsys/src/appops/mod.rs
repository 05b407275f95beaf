//! The service `appops`: which guarded operations each app may perform, and when it did.
//!
//! Source: AOSP `services/core/java/com/android/server/appop/AppOpsService.java` (before
//! Android 10 `…/server/AppOpsService.java`), `dump` and `dumpStatesLocked`. Three forms:
//! one line an operation (Android 5 to 8: `CAMERA: mode=0; time=+1h2m ago; duration=+5s`),
//! states with `=` (9: `Access: top   = 2019-… (-1h)`), states in brackets (10 to 16:
//! `Access: [top-s] 2026-… (-1h) duration=+5ms`), from 11 on within attributions (`null=[`).
//! Single accesses and sums behind them are read by `history`.

mod history;

use crate::field::{duration_ms, indent, is_date, is_name, uid, word};
use crate::{Line, Place, Reader, Unread};
use history::History;

/// What became of an attempt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// It was allowed.
    #[default]
    Accessed,
    /// It was refused.
    Rejected,
    /// It goes on.
    Running,
}

impl Outcome {
    /// Its name, in lower case: `accessed`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Accessed => "accessed",
            Outcome::Rejected => "rejected",
            Outcome::Running => "running",
        }
    }
}

/// An app performed an operation, or tried to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpUse<'a> {
    /// Linux uid.
    pub uid: Option<u32>,
    /// Package name.
    pub package: &'a str,
    /// Operation.
    pub op: &'a str,
    /// What became of it.
    pub outcome: Outcome,
    /// State of the process (`top`, `bg` …), without the flags behind it.
    pub state: Option<&'a str>,
    /// When, on the phone's clock, as written.
    pub at: Option<&'a str>,
    /// How long before the dump, as written (`+1h2m3s4ms`); Android 5 to 8 state nothing else.
    pub ago: Option<&'a str>,
    /// Between when and when, as written, where only sums over a period are kept.
    pub during: Option<(&'a str, &'a str)>,
    /// How long it took, or goes on, in milliseconds.
    pub duration_ms: Option<u64>,
    /// Attribution tag.
    pub attribution: Option<&'a str>,
    /// Package on whose behalf it was done.
    pub proxy: Option<&'a str>,
}

/// What a line of appops states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppopsEvent<'a> {
    /// The mode of an operation.
    Mode {
        /// Linux uid.
        uid: Option<u32>,
        /// Package name; absent where the mode is set for the uid.
        package: Option<&'a str>,
        /// Operation.
        op: &'a str,
        /// `allow`, `ignore`, `deny`, `default`, `foreground`, `ask`; else as written.
        mode: &'a str,
    },
    /// A use.
    Use(OpUse<'a>),
}

/// Reads the lines of the service.
#[derive(Debug, Default)]
pub struct AppopsReader {
    uid: Option<u32>,
    /// Indentation of the `Uid` line, while within one.
    level: Option<usize>,
    package: Option<String>,
    op: Option<String>,
    attribution: Option<String>,
    /// The outcome that continued lines of Android 9 belong to.
    outcome: Option<Outcome>,
    /// What stands behind the uids, once it began.
    history: Option<History>,
    unread: Unread,
}

/// Takes what is read.
type Tell<'t> = crate::Tell<'t, AppopsReader>;

impl Reader for AppopsReader {
    type Event<'e> = AppopsEvent<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        let text = line.text();
        let words = text.trim();
        if words.is_empty() && self.history.is_none() {
            return;
        }
        if self.history.is_none() && history::begins(words) {
            self.history = Some(History::default());
        }
        if let Some(history) = &mut self.history {
            return history.line(line, &mut self.unread, tell);
        }
        let depth = indent(&text);
        if let Some(name) = words.strip_prefix("Uid ").and_then(|rest| rest.strip_suffix(':'))
            // `Uid State Changes Event Log:` behind them is a heading.
            && !name.contains(' ')
        {
            *self = Self { unread: self.unread, level: Some(depth), ..Self::default() };
            self.uid = uid(name);
            if self.uid.is_none() {
                self.unread.add(line.place);
            }
            return;
        }
        // Watchers stand before the uids, restrictions and histories behind them.
        let Some(level) = self.level else { return };
        if depth <= level {
            self.level = None;
            return;
        }
        if let Some(name) = words.strip_prefix("Package ").and_then(|rest| rest.strip_suffix(':')) {
            self.op = None;
            self.attribution = None;
            self.package = is_name(name).then(|| name.to_owned());
            if self.package.is_none() {
                self.unread.add(line.place);
            }
            return;
        }
        if self.package.is_none() {
            self.uid_line(words, line.place, tell);
        } else if !self.package_line(words, line.place, tell) {
            self.unread.add(line.place);
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl AppopsReader {
    /// Between `Uid` and the first `Package`: modes of the uid; the rest is its state.
    fn uid_line(&mut self, words: &str, place: Place, tell: &mut Tell<'_>) {
        if let Some((op, mode)) = words.split_once(": mode=")
            && is_name(op)
        {
            let event =
                AppopsEvent::Mode { uid: self.uid, package: None, op, mode: mode_name(mode) };
            tell(&event, place);
        }
    }

    fn package_line(&mut self, words: &str, place: Place, tell: &mut Tell<'_>) -> bool {
        if words == "]" {
            self.attribution = None;
            return true;
        }
        for (title, outcome) in [("Access:", Outcome::Accessed), ("Reject:", Outcome::Rejected)] {
            if let Some(rest) = words.strip_prefix(title) {
                self.outcome = Some(outcome);
                return self.used(outcome, rest.trim_start(), place, tell);
            }
        }
        if let Some(rest) = words.strip_prefix("Running start at:") {
            let mut used = self.use_of(Outcome::Running);
            used.duration_ms = duration_ms(rest);
            let known = used.duration_ms.is_some() && !used.op.is_empty();
            if known {
                tell(&AppopsEvent::Use(used), place);
            }
            return known;
        }
        if words.starts_with("startNesting=") || words.starts_with("duration=") {
            return true;
        }
        if let Some(tag) = words.strip_suffix("=[") {
            self.attribution = (tag != "null").then(|| tag.to_owned());
            return true;
        }
        if let Some((op, rest)) = words.split_once(": mode=")
            && is_name(op)
        {
            return self.one_line(op, rest, place, tell);
        }
        if let Some((op, rest)) = words.split_once(" (")
            && is_name(op)
            && let Some(modes) = rest.trim_end_matches([' ', ':']).strip_suffix(')')
        {
            let mode = modes.split(" / ").next().unwrap_or(modes);
            self.start_op(op);
            let package = self.package.as_deref();
            let mode = mode_name(mode);
            tell(&AppopsEvent::Mode { uid: self.uid, package, op, mode }, place);
            return true;
        }
        // Android 9: more states of the same outcome.
        match self.outcome {
            Some(outcome) if words.contains(" = ") => self.used(outcome, words, place, tell),
            _ => false,
        }
    }

    fn start_op(&mut self, op: &str) {
        self.op = Some(op.to_owned());
        self.attribution = None;
        self.outcome = None;
    }

    /// `[top-s] 2026-… (-1h) duration=+5ms proxy[…]` or `top   = 2019-… (-1h)`.
    fn used(&self, outcome: Outcome, rest: &str, place: Place, tell: &mut Tell<'_>) -> bool {
        let parts = match rest.strip_prefix('[') {
            Some(rest) => rest.split_once(']'),
            None => rest.split_once('='),
        };
        let Some((state, rest)) = parts else { return false };
        let rest = rest.trim_start();
        let (at, behind) = rest.split_once(" (").unwrap_or((rest, ""));
        if !is_date(at) {
            return false;
        }
        let mut used = self.use_of(outcome);
        if used.op.is_empty() {
            return false;
        }
        let state = state.trim();
        used.state = Some(state.split_once('-').map_or(state, |(state, _)| state));
        used.at = Some(at.trim_end());
        used.duration_ms = word(behind, "duration").and_then(duration_ms);
        used.proxy = behind
            .split_once("proxy[")
            .and_then(|(_, proxy)| proxy.split_once("pkg="))
            .and_then(|(_, name)| name.split([',', ']']).next())
            .filter(|name| *name != "null");
        tell(&AppopsEvent::Use(used), place);
        true
    }

    /// Android 5 to 8: all of an operation on one line.
    fn one_line(&mut self, op: &str, rest: &str, place: Place, tell: &mut Tell<'_>) -> bool {
        self.start_op(op);
        let running = rest.contains("(running)");
        let mut fields = rest.split(';').map(str::trim);
        let mode = fields.next().unwrap_or_default();
        let mode = mode_name(mode.split_ascii_whitespace().next().unwrap_or_default());
        let package = self.package.as_deref();
        tell(&AppopsEvent::Mode { uid: self.uid, package, op, mode }, place);
        let value = |key: &str| {
            rest.split(';').map(str::trim).find_map(|field| field.strip_prefix(key)).map(|value| {
                let value = value.split(" (running)").next().unwrap_or(value);
                value.strip_suffix(" ago").unwrap_or(value).trim()
            })
        };
        let times = [("time=", Outcome::Accessed), ("rejectTime=", Outcome::Rejected)];
        for (key, outcome) in times {
            if let Some(ago) = value(key) {
                let mut used = self.use_of(outcome);
                used.ago = Some(ago);
                if outcome == Outcome::Accessed {
                    used.duration_ms = value("duration=").and_then(duration_ms);
                }
                tell(&AppopsEvent::Use(used), place);
            }
        }
        if running {
            tell(&AppopsEvent::Use(self.use_of(Outcome::Running)), place);
        }
        !mode.is_empty()
    }

    fn use_of(&self, outcome: Outcome) -> OpUse<'_> {
        OpUse {
            uid: self.uid,
            package: self.package.as_deref().unwrap_or_default(),
            op: self.op.as_deref().unwrap_or_default(),
            outcome,
            attribution: self.attribution.as_deref(),
            ..OpUse::default()
        }
    }
}

/// `AppOpsManager.modeToName`; Android 5 to 8 print the number.
fn mode_name(mode: &str) -> &str {
    match mode.trim() {
        "0" | "allowed" => "allow",
        "1" | "ignored" => "ignore",
        "2" | "errored" => "deny",
        "3" => "default",
        "4" => "foreground",
        mode => mode,
    }
}
