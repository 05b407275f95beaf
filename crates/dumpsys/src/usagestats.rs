//! The service `usagestats`: when each app was used, by day, week, month and year; what happened in
//! the last day; how much the system lets each app do.
//!
//! Sources: AOSP `services/usage/java/com/android/server/usage/UserUsageStatsService.java` (`dump`,
//! `printEvent`, `printIntervalStats`) and `AppIdleHistory.java` (`dump`; since Android 11
//! `apex/jobscheduler/…/usage/`), Android 7 to 16. Dates stand in quotes and, before Android 9, in
//! the words of the phone's language; the form for machines (`-c`) counts milliseconds. Numbers of
//! an app stay for years after it was removed.

use crate::field::{indent, is_name, pair};
use crate::{Line, Reader, Tell, Unread};

/// What a line of usagestats states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsageEvent<'a> {
    /// The use of a package in an interval.
    Used {
        /// Android user.
        user: Option<u32>,
        /// `daily`, `weekly`, `monthly` or `yearly`.
        interval: &'static str,
        /// Package name.
        package: &'a str,
        /// How long it was in the foreground, in milliseconds.
        total_ms: Option<u64>,
        /// When it was used last, as written; absent where it never was.
        last: Option<&'a str>,
        /// When a service of it was last in the foreground, as written.
        last_service: Option<&'a str>,
        /// How often it was opened, where counted.
        launches: Option<u64>,
    },
    /// Something happened.
    Happened {
        /// Android user.
        user: Option<u32>,
        /// When, as written.
        at: &'a str,
        /// What (`ACTIVITY_RESUMED`, `FOREGROUND_SERVICE_START` …).
        kind: &'a str,
        /// Package name (`android` for the phone itself).
        package: &'a str,
        /// Class, full.
        class: Option<&'a str>,
        /// Package of the activity that the task began with.
        task_root: Option<&'a str>,
    },
    /// How much an app may do in the background.
    Standby {
        /// Android user.
        user: Option<u32>,
        /// Package name.
        package: &'a str,
        /// Bucket: 5 exempted, 10 active, 20 working set, 30 frequent, 40 rare, 45 restricted,
        /// 50 never.
        bucket: u32,
        /// Why, as written (`d`, `u-mb`, `p-r` …).
        reason: &'a str,
    },
}

/// Reads the lines of the service.
#[derive(Debug, Default)]
pub struct UsageReader {
    user: Option<u32>,
    interval: Option<&'static str>,
    unread: Unread,
}

impl Reader for UsageReader {
    type Event<'e> = UsageEvent<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        let text = line.text();
        let words = text.trim();
        let user = self.user;
        if words.starts_with("time=") && words.contains(" type=") {
            let event = (|| {
                let (at, kind) = (pair(words, "time")?, pair(words, "type")?);
                let package = pair(words, "package").filter(|name| is_name(name))?;
                let (class, task_root) = (pair(words, "class"), pair(words, "taskRootPackage"));
                Some(UsageEvent::Happened { user, at, kind, package, class, task_root })
            })();
            match event {
                Some(event) => tell(&event, line.place),
                None => self.unread.add(line.place),
            }
        } else if words.starts_with("package=") {
            if !self.package(words, line, tell) {
                self.unread.add(line.place);
            }
        } else if let Some(rest) = words.strip_prefix("user=") {
            self.user = rest.split_ascii_whitespace().next().and_then(|user| user.parse().ok());
            self.interval = None;
        } else if let Some(stats) = words.strip_prefix("In-memory ") {
            self.interval = interval(stats);
        } else if self.interval.is_some() && indent(&text) == 0 && !words.is_empty() {
            self.interval = None;
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl UsageReader {
    /// A line about a package; says whether it was understood.
    fn package(&self, words: &str, line: &Line<'_>, tell: &mut Tell<'_, Self>) -> bool {
        let Some(package) = pair(words, "package").filter(|name| is_name(name)) else {
            return false;
        };
        if let Some(bucket) = pair(words, "bucket") {
            let user = pair(words, "u").and_then(|user| user.parse().ok());
            let (Ok(bucket), Some(reason)) = (bucket.parse(), pair(words, "reason")) else {
                return false;
            };
            tell(&UsageEvent::Standby { user, package, bucket, reason }, line.place);
            return true;
        }
        let of = |new: &str, old: &str| pair(words, new).or_else(|| pair(words, old));
        let (Some(total), Some(last)) =
            (of("totalTimeUsed", "totalTime"), of("lastTimeUsed", "lastTime"))
        else {
            // How often it was chosen in a list of apps.
            return true;
        };
        let event = UsageEvent::Used {
            user: self.user,
            interval: self.interval.unwrap_or("stored"),
            package,
            total_ms: elapsed(total),
            last: moment(last),
            last_service: pair(words, "lastTimeFS").and_then(moment),
            launches: pair(words, "appLaunchCount").and_then(|count| count.parse().ok()),
        };
        tell(&event, line.place);
        true
    }
}

fn interval(stats: &str) -> Option<&'static str> {
    Some(match stats.split(' ').next()? {
        "daily" => "daily",
        "weekly" => "weekly",
        "monthly" => "monthly",
        "yearly" => "yearly",
        _ => return None,
    })
}

/// Milliseconds of `01:02:03`, `02:03` (`DateUtils.formatElapsedTime`), or of a plain count of them.
fn elapsed(text: &str) -> Option<u64> {
    if !text.contains(':') {
        return text.parse().ok();
    }
    let mut seconds = 0_u64;
    for part in text.split(':') {
        seconds = seconds.checked_mul(60)?.checked_add(part.parse().ok()?)?;
    }
    seconds.checked_mul(1000)
}

/// A time that is one: the beginning of Unix time stands for never.
fn moment(text: &str) -> Option<&str> {
    let never = ["1970-01-0", "1969-12-3"].iter().any(|start| text.starts_with(start));
    (!text.is_empty() && text != "0" && !never && !text.contains("1970")).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elapsed_times_are_those_of_date_utils() {
        assert_eq!(elapsed("01:02:03"), Some(3_723_000));
        assert_eq!(elapsed("02:03"), Some(123_000));
        assert_eq!(elapsed("4567"), Some(4567));
        assert_eq!(elapsed("1:x"), None);
        assert_eq!(elapsed("99999999999999999:00:00"), None);
    }
}
