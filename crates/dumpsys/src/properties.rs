//! The section `SYSTEM PROPERTIES`: what `getprop` prints, `[name]: [value]`, where a value
//! may hold line breaks (AOSP `system/core/toolbox/getprop.cpp`).

use crate::{Line, Place, Unread};

/// The most bytes a value over several lines may have.
const MAX_VALUE: usize = 1 << 20;

/// Reads the lines of the section.
#[derive(Debug, Default)]
pub struct PropertyReader {
    /// A value that goes on: name, value so far, where it started.
    pending: Option<(String, String, Place)>,
    unread: Unread,
}

impl PropertyReader {
    /// Takes a line; gives name, value and place of a property that is complete.
    pub fn line(&mut self, line: &Line<'_>, tell: &mut dyn FnMut(&str, &str, Place)) {
        let text = line.text();
        if let Some((name, mut value, place)) = self.pending.take() {
            if starts(&text).is_none() {
                if value.len() + text.len() > MAX_VALUE {
                    self.unread.add(line.place);
                    return;
                }
                value.push('\n');
                value.push_str(text.strip_suffix(']').unwrap_or(&text));
                if text.ends_with(']') {
                    tell(&name, &value, place.through(line.place));
                } else {
                    self.pending = Some((name, value, place));
                }
                return;
            }
            // The value before was never closed; it is told as far as it goes.
            self.unread.add(place);
            tell(&name, &value, place);
        }
        match starts(&text) {
            Some((name, rest)) => match rest.strip_suffix(']') {
                Some(value) => tell(name, value, line.place),
                None => self.pending = Some((name.into(), rest.into(), line.place)),
            },
            None if text.trim().is_empty() => {}
            None => self.unread.add(line.place),
        }
    }

    /// The section is over: a value that goes on is told as far as it goes.
    pub fn finish(&mut self, tell: &mut dyn FnMut(&str, &str, Place)) {
        if let Some((name, value, place)) = self.pending.take() {
            self.unread.add(place);
            tell(&name, &value, place);
        }
    }

    /// What was not understood.
    #[must_use]
    pub fn unread(&self) -> Unread {
        self.unread
    }
}

fn starts(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('[')?.split_once("]: [")
}
