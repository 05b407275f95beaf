//! The section `SYSTEM PROPERTIES`: what `getprop` prints, `[name]: [value]`, where a value
//! may hold line breaks (AOSP `system/core/toolbox/getprop.cpp`).

use crate::{Line, Place, Reader, Tell, Unread};

/// The most bytes a value over several lines may have.
const MAX_VALUE: usize = 1 << 20;

/// A system property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property<'a> {
    /// Name.
    pub name: &'a str,
    /// Value.
    pub value: &'a str,
}

/// Reads the lines of the section.
#[derive(Debug, Default)]
pub struct PropertyReader {
    /// A value that goes on: name, value so far, where it started.
    pending: Option<(String, String, Place)>,
    unread: Unread,
}

impl Reader for PropertyReader {
    type Event<'e> = Property<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
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
                    tell(&Property { name: &name, value: &value }, place.through(line.place));
                } else {
                    self.pending = Some((name, value, place));
                }
                return;
            }
            // The value before was never closed; it is told as far as it goes.
            self.unread.add(place);
            tell(&Property { name: &name, value: &value }, place);
        }
        match starts(&text) {
            Some((name, rest)) => match rest.strip_suffix(']') {
                Some(value) => tell(&Property { name, value }, line.place),
                None => self.pending = Some((name.into(), rest.into(), line.place)),
            },
            None if text.trim().is_empty() => {}
            None => self.unread.add(line.place),
        }
    }

    fn finish(&mut self, tell: &mut Tell<'_, Self>) {
        if let Some((name, value, place)) = self.pending.take() {
            self.unread.add(place);
            tell(&Property { name: &name, value: &value }, place);
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

fn starts(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('[')?.split_once("]: [")
}
