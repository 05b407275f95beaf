//! Every parser, one line each. The first that claims an artifact reads it.

use evidence::Parser;

/// The parsers of this version.
pub static PARSERS: &[&dyn Parser] = &[];
