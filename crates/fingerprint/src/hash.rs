//! The hash of the profiles. It stands in files that outlive a version of the program, so it is
//! fixed here and never changes.

const START: u64 = 0xcbf2_9ce4_8422_2325;
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// Takes numbers one after the other; their order counts.
#[derive(Clone, Copy)]
pub(crate) struct Hash(u64);

impl Hash {
    pub(crate) const fn new() -> Self {
        Self(START)
    }

    pub(crate) fn add(&mut self, value: u64) {
        self.0 = (self.0 ^ value).wrapping_mul(FACTOR);
        self.0 ^= self.0 >> 32;
    }

    /// Eight bytes at a time, and their number last.
    pub(crate) fn add_bytes(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word.iter_mut().zip(part).for_each(|(to, from)| *to = *from);
            self.add(u64::from_le_bytes(word));
        }
        self.add(bytes.len() as u64);
    }

    /// Spread over all bits (the last step of splitmix64, Steele and others, OOPSLA 2014).
    pub(crate) fn end(self) -> u64 {
        let mut hash = self.0;
        hash = (hash ^ hash >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash = (hash ^ hash >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        hash ^ hash >> 31
    }
}

/// Of a text.
pub(crate) fn of_bytes(bytes: &[u8]) -> u64 {
    let mut hash = Hash::new();
    hash.add_bytes(bytes);
    hash.end()
}
