//! The project's own pages of knowledge, compiled in, and how a page is read: front matter,
//! headings, blocks. What a page means is known by those who use it: rules and brands by
//! `detect`, abilities by `abilities`.
//!
//! Invariant: nothing here judges, and nothing is read at run time.

mod diagnostic;
mod page;
pub mod yaml;

pub use diagnostic::{Diagnostic, gaps, knowledge};
pub use page::{Block, Page, bullets};

/// Files compiled into the program: (path below the project's root, text), in order of path.
pub type Files = &'static [(&'static str, &'static str)];

include!(concat!(env!("OUT_DIR"), "/pages.rs"));
