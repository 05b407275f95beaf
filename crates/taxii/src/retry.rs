//! Trying again: how often, and how long to wait in between.

use jiff::Timestamp;
use std::time::Duration;

/// Waiting and the time, handed in: tests wait for nothing.
pub trait Pause: Send + Sync {
    /// Waits.
    fn pause(&self, how_long: Duration);
    /// The time of the day, for servers that say until when to wait.
    fn now(&self) -> Timestamp;
}

/// How much trouble with a server is put up with.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How often something is tried, at least once.
    pub tries: u32,
    /// The wait before the second try; each further one is twice as long.
    pub first_wait: Duration,
    /// The longest wait, also where the server asks for more.
    pub longest_wait: Duration,
}

impl Default for Patience {
    /// Five tries, 1, 2, 4 and 8 seconds apart; five minutes where the server asks for it.
    fn default() -> Self {
        Self {
            tries: 5,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(300),
        }
    }
}

impl Patience {
    /// How long to wait after this many tries; `asked` is what the server asks for.
    pub(crate) fn wait(&self, tried: u32, asked: Option<Duration>) -> Duration {
        let doubled = self.first_wait.saturating_mul(1 << tried.saturating_sub(1).min(20));
        asked.unwrap_or_default().max(doubled.min(self.longest_wait))
    }
}

/// What `Retry-After` asks for: seconds, or a date (RFC 9110, section 10.2.3).
pub(crate) fn asked(header: &str, now: Timestamp) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<u32>() {
        return Some(Duration::from_secs(u64::from(seconds)));
    }
    let until = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(header).ok()?;
    Some(until.duration_since(now).try_into().unwrap_or(Duration::ZERO))
}

/// Whether an answer of this status may be another one next time.
pub(crate) fn is_passing(status: u16) -> bool {
    matches!(status, 429 | 500 | 502 | 503 | 504)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_the_server_is_heard() {
        let patience = Patience::default();
        let seconds = |tried, asked| patience.wait(tried, asked).as_secs();
        assert_eq!([seconds(1, None), seconds(2, None), seconds(4, None)], [1, 2, 8]);
        assert_eq!(seconds(1, Some(Duration::from_secs(7))), 7);
        assert_eq!(seconds(30, None), 300);
    }

    #[test]
    fn a_wait_is_seconds_or_a_date() {
        // RFC 9110, section 10.2.3.
        let now = "1999-12-31T23:59:00Z".parse().unwrap();
        assert_eq!(asked("120", now), Some(Duration::from_secs(120)));
        assert_eq!(asked("Fri, 31 Dec 1999 23:59:59 GMT", now), Some(Duration::from_secs(59)));
        let later = "2020-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(asked("Fri, 31 Dec 1999 23:59:59 GMT", later), Some(Duration::ZERO));
        assert_eq!(asked("soon", now), None);
    }
}
