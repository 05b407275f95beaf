//! Hostile text, shown so that nothing acts on it. Every output goes through this crate: a line
//! for people through [`line()`] or [`cut`], a document through [`json`], a table through [`cell()`].
//! `cargo xtask tidy` sees to it that no crate that writes for people or files writes JSON otherwise.

mod cell;
pub mod json;
mod text;

pub use cell::cell;
pub use text::{Line, cut, is_active, line};
