//! The hash of the index: fast, seeded, and the same on every machine, since prepared indexes
//! keep it. The seed comes from the SHA-256 of all advisories, so that nobody can choose values
//! that collide.

const FIRST: u64 = 0x9e37_79b9_7f4a_7c15;
const SECOND: u64 = 0xd6e8_feb8_6659_fd93;

/// Multiplies to 128 bits and folds.
#[inline]
fn mix(a: u64, b: u64) -> u64 {
    let wide = u128::from(a) * u128::from(b);
    (wide as u64) ^ ((wide >> 64) as u64)
}

fn word(bytes: &[u8]) -> u64 {
    let mut whole = [0; 8];
    for (to, from) in whole.iter_mut().zip(bytes) {
        *to = *from;
    }
    u64::from_le_bytes(whole)
}

/// The hash of a value under a key.
#[inline]
pub(crate) fn of(seed: u64, key: u8, bytes: &[u8]) -> u64 {
    let mut state = seed ^ mix(bytes.len() as u64 ^ FIRST, u64::from(key) ^ SECOND);
    let mut chunks = bytes.chunks_exact(16);
    for chunk in &mut chunks {
        if let Some((low, high)) = chunk.split_first_chunk::<8>() {
            let high = <[u8; 8]>::try_from(high).unwrap_or_default();
            let (low, high) = (u64::from_le_bytes(*low), u64::from_le_bytes(high));
            state = mix(low ^ state, high ^ SECOND);
        }
    }
    let (low, high) = rest(chunks.remainder());
    state = mix(low ^ state, high ^ FIRST);
    mix(state, seed ^ SECOND)
}

/// Fewer than 16 bytes as two words. They overlap where the bytes do not fill both, since that needs no
/// loop; the length, which the hash takes too, tells such values apart.
#[inline]
fn rest(bytes: &[u8]) -> (u64, u64) {
    if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        return (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        return (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into());
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<2>(), bytes.last_chunk::<2>()) {
        return (u16::from_le_bytes(*first).into(), u16::from_le_bytes(*last).into());
    }
    (bytes.first().copied().unwrap_or(0).into(), 0)
}

/// A checksum that goes on: against damage, not against forgery.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Checksum([u64; 4]);

impl Checksum {
    pub(crate) fn new() -> Self {
        Self([FIRST, SECOND, !FIRST, !SECOND])
    }

    /// Takes more bytes; all calls but the last give a multiple of 32.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(32);
        for chunk in &mut chunks {
            for (state, part) in self.0.iter_mut().zip(chunk.chunks_exact(8)) {
                let part = <[u8; 8]>::try_from(part).unwrap_or_default();
                *state = mix(*state ^ u64::from_le_bytes(part), FIRST).wrapping_add(SECOND);
            }
        }
        for (state, part) in self.0.iter_mut().zip(chunks.remainder().chunks(8)) {
            *state = mix(*state ^ word(part), SECOND);
        }
    }

    pub(crate) fn value(self) -> u64 {
        let [a, b, c, d] = self.0;
        mix(mix(a ^ FIRST, b ^ SECOND) ^ c, d ^ FIRST)
    }
}
