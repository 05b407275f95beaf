//! What of an advisory could not be used.

use model::{Gap, Position};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Bytes of a reason, and of an id, that are kept.
const MAX_REASON: usize = 1 << 10;
const MAX_ID: usize = 300;

/// Reasons that are told apart beyond the gaps that are told one by one.
const MAX_REASONS: usize = 32;

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

/// The gaps of one advisory while it is read: the first are kept one by one; of the rest, how many
/// there are of each reason, and the first object of each.
pub(crate) struct Gaps {
    limit: usize,
    told: Vec<KnowledgeGap>,
    more: BTreeMap<String, (u64, KnowledgeGap)>,
    /// Those of further reasons.
    others: Option<(u64, KnowledgeGap)>,
}

impl Gaps {
    /// Tells so many one by one.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, told: Vec::new(), more: BTreeMap::new(), others: None }
    }

    pub(crate) fn push(&mut self, mut gap: KnowledgeGap) {
        cut(&mut gap.reason, MAX_REASON);
        if let Some(id) = &mut gap.object {
            cut(id, MAX_ID);
        }
        if self.told.len() < self.limit {
            return self.told.push(gap);
        }
        if let Some((count, _)) = self.more.get_mut(&gap.reason) {
            *count += 1;
        } else if self.more.len() < MAX_REASONS {
            self.more.insert(gap.reason.clone(), (1, gap));
        } else {
            self.others.get_or_insert((0, gap)).0 += 1;
        }
    }

    /// All of them, the counted ones last.
    pub(crate) fn finish(self) -> impl Iterator<Item = KnowledgeGap> {
        let counted = |(count, gap): (u64, KnowledgeGap), what: &str| {
            let reason = match count {
                1 => gap.reason,
                _ => {
                    format!("{count} more objects are not in use{what}; the first: {}", gap.reason)
                }
            };
            KnowledgeGap { reason, ..gap }
        };
        let mut more: Vec<_> = self.more.into_values().collect();
        more.sort_by_key(|(_, first)| first.offset);
        let more = more.into_iter().map(move |one| counted(one, " for one reason"));
        let others = self.others.map(|one| counted(one, " for further reasons"));
        self.told.into_iter().chain(more).chain(others)
    }
}

fn cut(text: &mut String, most: usize) {
    if text.len() > most {
        let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
}
