//! Sketches: a sample of a large set, chosen by the hashes of what is in it, so that two sets can
//! be compared by their samples alone.
//!
//! It is MinHash with a threshold in place of a fixed number ("FracMinHash", Irber and others,
//! bioRxiv 2022.01.11.475838): of the distinct hashes of a set those are kept that begin with a
//! number of zero bits. Whether a hash is kept depends on nothing else, so of two samples the part
//! with as many zero bits as the sparser one is the same choice from both sets, and the share of
//! one set in the other can be read off.

use std::fmt;

/// A sample of a set of hashes of 64 bits.
///
/// ```
/// use model::Sketch;
/// let genuine = Sketch::of([1, 2, 3, 4], 100);
/// let other = Sketch::of([3, 4, 5], 100);
/// let share = genuine.found_in(&other);
/// assert_eq!((share.found, share.of), (2, 4));
/// assert_eq!(Sketch::parse(&genuine.to_string()), Some(genuine));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    /// Zero bits that each hash kept begins with.
    bits: u32,
    /// Sorted, each once.
    kept: Vec<u64>,
}

/// How many of a sample are in another set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Those that are.
    pub found: u64,
    /// How many were asked for.
    pub of: u64,
}

impl Share {
    /// In hundredths, rounded down; 0 where nothing was asked for.
    #[must_use]
    pub fn percent(self) -> u64 {
        (self.found * 100).checked_div(self.of).unwrap_or(0)
    }
}

impl Sketch {
    /// The hashes that the text of a sketch may hold; a longer one is none of ours.
    pub const MOST: usize = 16_384;

    /// A sample of at most `most` of these hashes, repeats aside: with as few zero bits as that
    /// allows.
    #[must_use]
    pub fn of(hashes: impl IntoIterator<Item = u64>, most: usize) -> Self {
        let mut kept: Vec<u64> = hashes.into_iter().collect();
        kept.sort_unstable();
        kept.dedup();
        let mut bits = 0;
        while kept.len() > most && bits < u64::BITS {
            bits += 1;
            kept.truncate(below(&kept, bits));
        }
        Self { bits, kept }
    }

    /// How many hashes are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// How many of this set's hashes are in the other set, of those that both samples decide on.
    #[must_use]
    pub fn found_in(&self, other: &Self) -> Share {
        let bits = self.bits.max(other.bits);
        let own = self.kept.get(..below(&self.kept, bits)).unwrap_or(&[]);
        let found = own.iter().filter(|hash| other.kept.binary_search(hash).is_ok()).count();
        Share { found: found as u64, of: own.len() as u64 }
    }

    /// Reads the text that [`fmt::Display`] writes: the number of zero bits, then each hash in
    /// sixteen hexadecimal digits, separated by white space. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_ascii_whitespace();
        let bits = words.next()?.parse().ok().filter(|bits| *bits <= u64::BITS)?;
        let hash = |word: &str| {
            let digits = word.len() == 16 && word.bytes().all(|digit| digit.is_ascii_hexdigit());
            digits.then(|| u64::from_str_radix(word, 16).ok()).flatten()
        };
        let kept: Vec<u64> = words.take(Self::MOST + 1).map(hash).collect::<Option<_>>()?;
        let sorted = kept.windows(2).all(|pair| pair.first() < pair.last());
        let fits = sorted && kept.len() <= Self::MOST && below(&kept, bits) == kept.len();
        fits.then_some(Self { bits, kept })
    }
}

impl fmt::Display for Sketch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.bits)?;
        self.kept.iter().try_for_each(|hash| write!(out, " {hash:016x}"))
    }
}

/// How many of these, which are sorted, begin with so many zero bits.
fn below(sorted: &[u64], bits: u32) -> usize {
    sorted.partition_point(|hash| hash.leading_zeros() >= bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hashes spread as those of a good function are (splitmix64).
    fn spread(range: std::ops::Range<u64>) -> impl Iterator<Item = u64> {
        range.map(|number| {
            let mut hash = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            hash = (hash ^ hash >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            hash = (hash ^ hash >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            hash ^ hash >> 31
        })
    }

    /// Three quarters of one set lie in the other: both samples say so, however sparse.
    #[test]
    fn a_share_is_read_off_samples_of_different_sizes() {
        let genuine = spread(0..8_000);
        let other = spread(2_000..200_000);
        let (genuine, other) = (Sketch::of(genuine, 1_024), Sketch::of(other, 16_384));
        assert!((450..=1_024).contains(&genuine.len()), "{}", genuine.len());
        let share = genuine.found_in(&other);
        // 8,000 by 2^4 is 500, for whose share of 75 in a hundred twice the error is about 4.
        assert!((400..600).contains(&share.of), "{share:?}");
        assert!((70..=80).contains(&share.percent()), "{share:?}");
        let none = Sketch::of(spread(500_000..600_000), 4_096);
        assert_eq!(genuine.found_in(&none).found, 0);
        assert_eq!(genuine.found_in(&genuine).percent(), 100);
    }

    #[test]
    fn texts_that_are_no_sketch() {
        let good = "1 0000000000000001 7fffffffffffffff";
        assert_eq!(Sketch::parse(good).map(|sketch| sketch.to_string()).as_deref(), Some(good));
        for wrong in [
            "",
            "65",
            "x 0000000000000001",
            "0 1",
            "0 000000000000000g",
            "0 0000000000000002 0000000000000001",
            "0 0000000000000001 0000000000000001",
            // This one does not begin with a zero bit.
            "1 8000000000000000",
        ] {
            assert_eq!(Sketch::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Sketch::default().found_in(&Sketch::default()).percent(), 0);
    }
}
