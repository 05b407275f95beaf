//! What could not be read, and why. Gaps are results.

use crate::Position;
use serde::{Deserialize, Serialize};

/// Something that could not be read or compiled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The artifact it concerns (its path), if it concerns one.
    pub artifact: Option<String>,
    /// Where in the artifact, if known.
    pub position: Option<Position>,
    /// Why, in words that a helpdesk understands; evidence text in it is untrusted.
    pub reason: String,
}
