//! Splits huge JSON into items over a small window; usable alone.
//!
//! [`Items`] yields the elements of one array, or the values of JSON lines, as byte slices
//! that a JSON library then parses one by one. What is broken costs one item, not the file.
//!
//! ```
//! use json_items::{Bounds, Items, Shape};
//! let mut items = Items::new(&br#"[{"a":1}, oops, {"a":2}]"#[..], Shape::Sequence, Bounds::default());
//! let mut seen = Vec::new();
//! while let Some(item) = items.next_item() {
//!     match item {
//!         Ok(item) => seen.push((item.index, item.start, item.bytes.to_vec())),
//!         Err(error) => assert!(!error.is_fatal()),
//!     }
//! }
//! assert_eq!(seen, [(0, 1, br#"{"a":1}"#.to_vec()), (2, 16, br#"{"a":2}"#.to_vec())]);
//! ```
//!
//! Invariant: memory is bounded by [`Bounds`], every byte is looked at a fixed number of times,
//! and nothing recurses. The insides of an item are not checked beyond brackets and strings.

mod error;
mod items;
mod lines;
mod nesting;
mod scalar;
mod window;

pub use error::Error;
pub use items::{Item, Items};
pub use lines::{Counting, Places, counting};

/// Where the items lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The elements of one top-level array, or else every top-level value: JSON lines
    /// (NDJSON) or values written one behind the other.
    Sequence,
    /// The elements of the array under this key of the top-level object. Other members are
    /// skipped; see [`Items::top_level`]. The key is compared as written, without escapes.
    Member(&'static str),
}

/// How much one item may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of one item; a longer one is skipped with [`Error::TooLong`].
    pub item_bytes: usize,
    /// Nesting of brackets within one item; a deeper one is skipped with [`Error::TooDeep`].
    pub depth: usize,
}

impl Default for Bounds {
    /// 1 MiB and 64 levels.
    fn default() -> Self {
        Self { item_bytes: 1 << 20, depth: 64 }
    }
}
