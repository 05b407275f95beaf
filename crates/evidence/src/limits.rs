//! How much one artifact, and one source, may cost.

use crate::Scratch;
use crate::zip::RATIO_FLOOR;
use std::collections::BTreeMap;
use std::io;

/// Budgets for hostile evidence. Reaching one leaves a gap, never a silent cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes one artifact may inflate to. Default 16 GiB: bug reports of 1 GB are real.
    pub inflated_bytes: u64,
    /// How many times larger than its compressed form an artifact may become, once it is
    /// beyond 64 MiB. Default 200 (a dumpstate inflates about 12 times; a zip bomb 1,000 times).
    pub ratio: u64,
    /// Archives inside archives. Default 4.
    pub depth: u32,
    /// Members of one archive. Default 1,000,000.
    pub members: u64,
    /// Bytes an artifact may have that must be held whole (a database). Default 1 GiB.
    pub whole_bytes: u64,
    /// Bytes of one record: a line of text, an element of a JSON array. Default 1 MiB.
    pub record_bytes: usize,
    /// Nesting of JSON. Default 64.
    pub json_depth: usize,
    /// Bytes of a nested archive kept in memory before it is spooled to an encrypted,
    /// unlinked temporary file. Default 32 MiB.
    pub spool_memory: u64,
    /// Observations of one job. Default 20,000,000: a bug report of 1 GB has some 400,000.
    pub observations: u64,
    /// Seconds that a worker process may take for one job. Default 600.
    pub seconds: u64,
    /// Bytes of memory of one worker process. Default 3 GiB: a database is held whole.
    pub memory: u64,
    /// Bytes of all artifacts together. Default 1 TiB.
    pub total_bytes: u64,
    /// Seconds of the whole reading. Default 24 hours.
    pub total_seconds: u64,
    /// Where bytes go that are too many for memory; no limit by itself.
    pub scratch: Scratch,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            inflated_bytes: 16 << 30,
            ratio: 200,
            depth: 4,
            members: 1_000_000,
            whole_bytes: 1 << 30,
            record_bytes: 1 << 20,
            json_depth: 64,
            spool_memory: 32 << 20,
            observations: 20_000_000,
            seconds: 600,
            memory: 3 << 30,
            total_bytes: 1 << 40,
            total_seconds: 24 * 60 * 60,
            scratch: Scratch::default(),
        }
    }
}

/// The name of a limit, its value, and setting it.
type Named = (&'static str, fn(&Limits) -> u64, fn(&mut Limits, u64));

macro_rules! named {
    ($($name:ident: $ty:ty),* $(,)?) => {
        &[$( (
            stringify!($name),
            |limits| u64::try_from(limits.$name).unwrap_or(u64::MAX),
            |limits, value| limits.$name = <$ty>::try_from(value).unwrap_or(<$ty>::MAX),
        ), )*]
    };
}

/// All of them. The first nine are what the reading function goes by.
const NAMED: &[Named] = named![
    inflated_bytes: u64,
    ratio: u64,
    depth: u32,
    members: u64,
    whole_bytes: u64,
    record_bytes: usize,
    json_depth: usize,
    spool_memory: u64,
    observations: u64,
    seconds: u64,
    memory: u64,
    total_bytes: u64,
    total_seconds: u64,
];

impl Limits {
    /// Whether so many bytes may have come of so many packed ones. (The floor of the ratio is that of
    /// archives: a small text of spaces is no bomb.)
    ///
    /// # Errors
    /// When they may not; [`io::ErrorKind::InvalidData`] says which limit is reached.
    pub fn allow(&self, packed: u64, plain: u64) -> io::Result<()> {
        let what = if plain > self.inflated_bytes {
            format!("it inflates to more than the limit of {} bytes", self.inflated_bytes)
        } else if plain > RATIO_FLOOR && plain / self.ratio.max(1) > packed {
            format!("it inflates to more than {} times its size", self.ratio)
        } else {
            return Ok(());
        };
        Err(io::Error::new(io::ErrorKind::InvalidData, what))
    }

    /// The names of all limits.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|(name, ..)| *name)
    }

    /// The limits by name, as a report states them.
    #[must_use]
    pub fn named(&self) -> BTreeMap<String, u64> {
        NAMED.iter().map(|(name, value, _)| ((*name).to_owned(), value(self))).collect()
    }

    /// Sets the limit `name`; tells whether there is one.
    pub fn set(&mut self, name: &str, value: u64) -> bool {
        let found = NAMED.iter().find(|(known, ..)| *known == name);
        if let Some((.., set)) = found {
            set(self, value);
        }
        found.is_some()
    }

    /// The limits that the reading function goes by, as numbers.
    #[must_use]
    pub fn numbers(&self) -> [u64; 9] {
        let mut numbers = [0; 9];
        for (number, (_, value, _)) in numbers.iter_mut().zip(NAMED) {
            *number = value(self);
        }
        numbers
    }

    /// These, with other numbers for the reading function.
    #[must_use]
    pub fn with_numbers(&self, numbers: [u64; 9]) -> Self {
        let mut limits = self.clone();
        for (number, (.., set)) in numbers.into_iter().zip(NAMED) {
            set(&mut limits, number);
        }
        limits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_set_and_told_by_name() {
        let mut limits = Limits::default();
        for (at, name) in Limits::names().enumerate() {
            assert!(limits.set(name, 1000 + at as u64));
        }
        assert!(!limits.set("patience", 1));
        assert_eq!((limits.inflated_bytes, limits.depth, limits.total_seconds), (1000, 1002, 1012));
        assert_eq!(limits.named().get("json_depth"), Some(&1006));
        assert_eq!(Limits::default().with_numbers(limits.numbers()).json_depth, 1006);
        assert!(limits.set("depth", u64::MAX));
        assert_eq!(limits.depth, u32::MAX);
    }
}
