//! The service `settings`: every row of Android's settings, who wrote it, and its history.
//!
//! Sources: AOSP `packages/SettingsProvider/…/SettingsProvider.java` (`dumpForUserLocked`,
//! `dumpSettingsLocked`) and `SettingsState.java` (`dumpHistoricalOperations`), Android 7 to 16.
//! The history states no value: what it would print is the present one (the source says so).
//! It is kept in memory only, and older versions stamp it with the time since the phone started,
//! which is then written as a date of 1970.

use crate::field::is_date;
use crate::{Line, Place, Reader, Tell, Unread};

/// The most bytes a value over several lines may have.
const MAX_VALUE: usize = 1 << 20;

/// What a line of settings states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsEvent<'a> {
    /// A row in force.
    Row {
        /// `config`, `global`, `secure` or `system`.
        namespace: &'static str,
        /// Android user.
        user: Option<u32>,
        /// Name.
        name: &'a str,
        /// Package that wrote it.
        package: Option<&'a str>,
        /// Value; absent where none is stored.
        value: Option<&'a str>,
    },
    /// An entry of the history, newest first.
    Operation {
        /// `config`, `global`, `secure` or `system`.
        namespace: &'static str,
        /// Android user.
        user: Option<u32>,
        /// When, on the phone's clock, as written (1970: since the phone started).
        at: &'a str,
        /// What was done (`update`, `delete`, `reset`, `persist`, `initialize` …).
        operation: &'a str,
        /// Name of the setting, where it concerns one.
        name: Option<&'a str>,
    },
}

/// Reads the lines of the service.
#[derive(Debug, Default)]
pub struct SettingsReader {
    part: Option<(&'static str, Option<u32>)>,
    history: bool,
    /// A row whose value may go on.
    pending: Option<(String, Place)>,
    unread: Unread,
}

impl Reader for SettingsReader {
    type Event<'e> = SettingsEvent<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        let text = line.text();
        if let Some(part) = heading(&text) {
            self.row(tell);
            (self.part, self.history) = (Some(part), false);
            return;
        }
        // Behind the last user (Android 13 on): how the provider's caches changed.
        if text == "GENERATION REGISTRY" {
            self.finish(tell);
        }
        let Some(part) = self.part else { return };
        if text.starts_with("_id:") {
            self.row(tell);
            self.pending = Some((text.into_owned(), line.place));
        } else if text == "Historical operations" {
            self.row(tell);
            self.history = true;
        } else if self.history {
            if !text.trim().is_empty() && !operation(part, &text, line.place, tell) {
                self.unread.add(line.place);
            }
        } else if let Some((row, place)) = &mut self.pending {
            if row.len() + text.len() > MAX_VALUE {
                self.unread.add(line.place);
            } else if text.starts_with("version: ") {
                self.row(tell);
            } else {
                row.push('\n');
                row.push_str(&text);
                *place = place.through(line.place);
            }
        } else if !(text.trim().is_empty() || text.starts_with("version: ")) {
            self.unread.add(line.place);
        }
    }

    fn finish(&mut self, tell: &mut Tell<'_, Self>) {
        self.row(tell);
        self.part = None;
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl SettingsReader {
    /// Tells the row that was begun.
    fn row(&mut self, tell: &mut Tell<'_, Self>) {
        let (Some((row, place)), Some((namespace, user))) = (self.pending.take(), self.part) else {
            return;
        };
        let Some((name, package, value)) = parts(row.trim_end_matches('\n')) else {
            return self.unread.add(place);
        };
        let value = (value != "{null}").then_some(value);
        tell(&SettingsEvent::Row { namespace, user, name, package, value }, place);
    }
}

/// `GLOBAL SETTINGS (user 0)`.
fn heading(text: &str) -> Option<(&'static str, Option<u32>)> {
    let (name, rest) = text.split_once(" SETTINGS (user ")?;
    let namespace = match name {
        "CONFIG" => "config",
        "GLOBAL" => "global",
        "SECURE" => "secure",
        "SYSTEM" => "system",
        _ => return None,
    };
    Some((namespace, rest.strip_suffix(')')?.parse().ok()))
}

/// Name, writer and value of `_id:1 name:x pkg:y value:z default:z defaultSystemSet:true tag:t`.
/// A value may hold anything: what the provider adds behind it is looked for from the end.
fn parts(row: &str) -> Option<(&str, Option<&str>, &str)> {
    let (_, rest) = row.split_once(" name:")?;
    let (head, value) = rest.split_once(" value:")?;
    let (name, package) = match head.split_once(" pkg:") {
        Some((name, package)) => (name, Some(package)),
        None => (head, None),
    };
    let value = match value.rfind(" defaultSystemSet:") {
        Some(at) => {
            let value = value.get(..at)?;
            default_of(value).unwrap_or(value)
        }
        None => value.rfind(" tag:").and_then(|at| value.get(..at)).unwrap_or(value),
    };
    (!name.is_empty()).then_some((name, package, value))
}

/// The value before ` default:`. Where both are alike, the words stand in the middle.
fn default_of(value: &str) -> Option<&str> {
    let middle = (value.len().checked_sub(" default:".len()))? / 2;
    if value.get(middle..).is_some_and(|rest| rest.starts_with(" default:")) {
        return value.get(..middle);
    }
    value.rfind(" default:").and_then(|at| value.get(..at))
}

fn operation(
    (namespace, user): (&'static str, Option<u32>),
    text: &str,
    place: Place,
    tell: &mut Tell<'_, SettingsReader>,
) -> bool {
    if !is_date(text) {
        return false;
    }
    // The date has two words.
    let Some((at, rest)) = text.match_indices(' ').nth(1).map(|(at, _)| text.split_at(at)) else {
        return false;
    };
    let rest = rest.trim();
    let (operation, name) = match rest.split_once(' ') {
        Some((operation, name)) => (operation, Some(setting_name(name.trim()))),
        None => (rest, None),
    };
    tell(&SettingsEvent::Operation { namespace, user, at, operation, name }, place);
    !operation.is_empty()
}

/// The name alone; up to Android 8 the whole setting: `Setting{name=x value=y from y}`.
fn setting_name(text: &str) -> &str {
    match text.strip_prefix("Setting{name=") {
        Some(rest) => rest.split([' ', '}']).next().unwrap_or(rest),
        None => text,
    }
}
