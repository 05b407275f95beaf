//! The service `trust`: agents that may keep the phone unlocked.
//!
//! Source: AOSP `services/core/java/com/android/server/trust/TrustManagerService.java`,
//! `dumpUser` (Android 7 to 16), compared with AOSP's mirror and copies of 9, 13 and 15.

use super::{Privilege, Tell, tell_component};
use crate::field::indent;
use crate::{Component, Line, Reader, Unread};

/// Reads the lines of the service: a `trust_agent` is `enabled`.
#[derive(Debug, Default)]
pub struct TrustReader {
    user: Option<u32>,
    /// Indentation of `Enabled agents:`, while below it.
    agents: Option<usize>,
    unread: Unread,
}

impl Reader for TrustReader {
    type Event<'e> = Privilege<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        let text = line.text();
        let words = text.trim();
        if words.starts_with("User \"") {
            // The name before it is the person's own words.
            let id = text.rsplit_once("(id=").map(|(_, rest)| rest);
            let id = id.and_then(|rest| rest.split([',', ')']).next());
            self.user = id.and_then(|id| id.parse().ok());
            self.agents = None;
        } else if words == "Enabled agents:" {
            self.agents = Some(indent(&text));
        } else if let Some(level) = self.agents {
            let depth = indent(&text);
            if depth <= level {
                self.agents = None;
            } else if depth == level + 1 {
                // Deeper lines tell the agent's state.
                let (kind, user, state) = ("trust_agent", self.user, "enabled");
                let privilege = Privilege { kind, user, state, ..<_>::default() };
                match Component::parse(words) {
                    Some(component) => tell_component(&component, privilege, line.place, tell),
                    None => self.unread.add(line.place),
                }
            }
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}
