//! Whose code it is. [`sketches()`] samples the classes and the method bodies of an app so that
//! they can be compared with those of another; [`Profile`] says which of them are a genuine app's
//! own, leaving the libraries aside that many apps carry.
//!
//! What a body's hash rests on stands in [`body`]; it does not change with the names that an
//! obfuscator gives, with the registers that a compiler picks, or with the numbers of resources.
//!
//! Invariant: nothing here says what is genuine; that is said by whoever makes a profile.

pub mod body;
mod hash;
mod own;
mod profile;
mod sketches;

pub use dex::Bounds;
pub use own::{Libraries, Own};
pub use profile::Profile;
pub use sketches::{Sketches, sketches};

/// TLSH of a whole file: 128 buckets, one byte of checksum, as `T1…`. `None` for a file that is too
/// short or too even for one.
#[must_use]
pub fn tlsh(bytes: &[u8]) -> Option<String> {
    let hash = tlsh2::TlshDefaultBuilder::build_from(bytes)?.hash();
    String::from_utf8(hash.to_vec()).ok()
}

/// How far two files are apart by their TLSH: 0 for the same, below some 30 for near relatives,
/// some hundreds for strangers. `None` where one is no such text.
#[must_use]
pub fn tlsh_distance(one: &str, other: &str) -> Option<u32> {
    let one: tlsh2::TlshDefault = one.parse().ok()?;
    let other: tlsh2::TlshDefault = other.parse().ok()?;
    u32::try_from(one.diff(&other, true)).ok()
}
