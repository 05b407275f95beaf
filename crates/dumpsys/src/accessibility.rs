//! The service `accessibility`: which accessibility services each user has, and their state.
//!
//! Sources: AOSP `services/accessibility/java/com/android/server/accessibility/`:
//! `AccessibilityManagerService.dump` (Android 5 to 10), `AccessibilityUserState.dump` (11 to
//! 16). Samsung lists one component a line (`0 : package/class`). A bound service that is
//! written `Service[label=…]` names no component; such are only counted.

use crate::{Line, Place, Reader, Tell, Unread};

/// A service and its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceState<'a> {
    /// Android user, where stated.
    pub user: Option<u32>,
    /// Package name.
    pub package: &'a str,
    /// Class name, full.
    pub class: &'a str,
    /// `installed`, `enabled`, `bound`, `binding` or `crashed`.
    pub state: &'static str,
}

/// The lists, as every version calls them, in lower case.
const LISTS: [(&str, &str); 6] = [
    ("installed services", "installed"),
    ("enabled services", "enabled"),
    ("binding services", "binding"),
    ("bound services", "bound"),
    ("crashed services", "crashed"),
    // Android 5 to 8: the bound ones.
    ("services", "bound"),
];

/// Reads the lines of the service.
#[derive(Debug, Default)]
pub struct AccessibilityReader {
    user: Option<u32>,
    /// The list that goes on over more lines, and how many braces of it are open.
    list: Option<(&'static str, u32)>,
    unnamed: u64,
    unread: Unread,
}

impl Reader for AccessibilityReader {
    type Event<'e> = ServiceState<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        let text = line.text();
        if let Some(rest) = text.find("User state[").and_then(|at| text.get(at + 11..)) {
            self.list = None;
            self.user = user_id(rest);
            return;
        }
        let words = text.trim_start();
        // A list that was never closed ends where the next one starts.
        let starts = list(words);
        if let Some((state, depth)) = self.list.take()
            && starts.is_none()
        {
            self.members(state, depth, words, line.place, tell);
        } else if words.starts_with("attributes:{") {
            self.user = user_id(words).or(self.user);
        } else if let Some((state, rest)) = starts {
            self.members(state, 1, rest, line.place, tell);
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }

    fn note(&self) -> Option<String> {
        let unnamed = self.unnamed;
        (unnamed > 0).then(|| format!("{unnamed} bound services named by label only"))
    }
}

impl AccessibilityReader {
    /// A piece of a list, `depth` braces deep at its start.
    fn members(
        &mut self,
        state: &'static str,
        depth: u32,
        text: &str,
        place: Place,
        tell: &mut Tell<'_, Self>,
    ) {
        let mut depth = depth;
        if text.contains("Service[") {
            self.unnamed += text.matches("Service[").count() as u64;
            // Labels are the app's own words: nothing in them is taken for a component.
            self.list = (!text.trim_end().ends_with('}')).then_some((state, depth));
            return;
        }
        for piece in text.split_inclusive(['{', '}', ',', ' ', ']']) {
            let (token, end) = match piece.char_indices().next_back() {
                Some((at, end @ ('{' | '}' | ',' | ' ' | ']'))) => {
                    (piece.get(..at).unwrap_or_default(), end)
                }
                _ => (piece, ' '),
            };
            // Settings separate components by colons.
            for token in token.split(':').map(str::trim).filter(|token| !token.is_empty()) {
                self.member(state, token, place, tell);
            }
            match end {
                '{' => depth = depth.saturating_add(1),
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
        self.list = Some((state, depth));
    }

    fn member(
        &mut self,
        state: &'static str,
        token: &str,
        place: Place,
        tell: &mut Tell<'_, Self>,
    ) {
        let user = self.user;
        match token.split_once('/') {
            Some((package, class)) if component(package) && component(class) => {
                let full;
                let class = if class.starts_with('.') {
                    full = format!("{package}{class}");
                    &full
                } else {
                    class
                };
                tell(&ServiceState { user, package, class, state }, place);
            }
            Some(_) => self.unread.add(place),
            // `0 : ` before it, `(A11yTool)` behind it, `null`.
            None => {}
        }
    }
}

/// The state that a list's title names, and what follows its brace.
fn list(words: &str) -> Option<(&'static str, &str)> {
    let (title, rest) = words.split_once('{')?;
    let title = title.trim_end().strip_suffix(':')?.trim_end();
    let list = LISTS.iter().find(|(name, _)| name.eq_ignore_ascii_case(title))?;
    Some((list.1, rest))
}

fn component(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'$' | b'-');
    !text.is_empty() && text.len() <= 512 && text.bytes().all(|b| plain(b) || b >= 0x80)
}

/// The user in `attributes:{id=10, …`.
fn user_id(text: &str) -> Option<u32> {
    let rest = text.split_once("attributes:{id=")?.1;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    rest.get(..digits)?.parse().ok()
}
