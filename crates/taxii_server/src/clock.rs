//! The time, handed in: whoever runs the server says what o'clock it is, tests say it too.

use jiff::Timestamp;
use std::time::Duration;

/// What o'clock it is.
pub trait Clock: Send + Sync {
    /// The time of the day, which people may set.
    fn now(&self) -> Timestamp;
    /// Time since some moment, which only ever rises.
    fn elapsed(&self) -> Duration;
}
