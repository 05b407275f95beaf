//! What of an advisory could not be used.

use model::{Gap, Position};
use serde::{Deserialize, Serialize};

/// An object of an advisory that is not in use, and why. It makes a report incomplete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnowledgeGap {
    /// Name of the advisory.
    pub knowledge: String,
    /// Id of the object, if it could be told.
    pub object: Option<String>,
    /// Byte in the advisory's file, where it is known.
    pub offset: Option<u64>,
    /// Why, in words; may hold text from the advisory.
    pub reason: String,
}

impl From<&KnowledgeGap> for Gap {
    fn from(gap: &KnowledgeGap) -> Gap {
        let object = gap.object.as_ref().map(|id| format!(", {id}")).unwrap_or_default();
        Gap {
            artifact: None,
            position: gap.offset.map(|at| Position::bytes(at, at)),
            reason: format!("advisory {}{object}: {}", gap.knowledge, gap.reason),
        }
    }
}
