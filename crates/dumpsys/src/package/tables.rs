//! The tables before the packages: which parts of apps answer to which intents, and providers.
//!
//! Source: AOSP `services/core/java/com/android/server/IntentResolver.java` (`dump`, `dumpMap`),
//! `…/pm/resolution/ComponentResolver.java` (`dumpContentProviders`; before Android 10
//! `PackageManagerService.java`). An entry is `1a2b com.x/.Part` (` (2 filters)` behind it), or with
//! the details of each filter (`dumpsys package -f`, and some makers) `1a2b com.x/.Part filter 3c4d`
//! and its actions and categories on lines of their own.

use super::record::{PackageEvent, Tell};
use crate::field::component;
use crate::{Line, Place};

/// What kind of part a table lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComponentKind {
    /// Activities.
    Activity,
    /// Receivers of broadcasts.
    Receiver,
    /// Services.
    Service,
    /// Content providers.
    Provider,
}

/// Reads the lines of one table.
#[derive(Debug)]
pub(super) struct Table {
    kind: ComponentKind,
    keys: Keys,
    key: String,
    /// An entry whose filter's details may follow.
    entry: Option<Entry>,
}

/// What the keys below a heading of the table are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Keys {
    #[default]
    None,
    Actions,
    Schemes,
    Types,
    /// First parts of the types, or what no version writes: nothing that stands nowhere else.
    Repeated,
}

impl Keys {
    fn below(title: &str) -> Self {
        match title {
            "Non-Data Actions" | "MIME Typed Actions" => Self::Actions,
            "Schemes" => Self::Schemes,
            "Full MIME Types" => Self::Types,
            "Base MIME Types" | "Wild MIME Types" => Self::Repeated,
            _ => Self::None,
        }
    }
}

#[derive(Debug)]
struct Entry {
    package: String,
    class: String,
    categories: Vec<String>,
    depth: usize,
    place: Place,
}

/// How many categories of one filter are kept.
const MAX_CATEGORIES: usize = 64;

impl Table {
    /// The table that a title begins.
    pub(super) fn titled(words: &str) -> Option<Self> {
        let kind = match words {
            "Activity Resolver Table:" => ComponentKind::Activity,
            "Receiver Resolver Table:" => ComponentKind::Receiver,
            "Service Resolver Table:" => ComponentKind::Service,
            "Provider Resolver Table:" | "Registered ContentProviders:" => ComponentKind::Provider,
            _ => return None,
        };
        Some(Self { kind, keys: Keys::None, key: String::new(), entry: None })
    }

    /// Takes a line; says whether it was understood.
    pub(super) fn line(
        &mut self,
        words: &str,
        depth: usize,
        line: &Line<'_>,
        tell: &mut Tell<'_>,
    ) -> bool {
        if let Some(entry) = &mut self.entry {
            if depth > entry.depth {
                let category =
                    words.strip_prefix("Category: \"").map(|rest| rest.trim_end_matches('"'));
                if let Some(category) = category.filter(|_| entry.categories.len() < MAX_CATEGORIES)
                {
                    entry.categories.push(category.to_owned());
                }
                entry.place = entry.place.through(line.place);
                return true;
            }
            self.finish(tell);
        }
        if let Some(title) = words.strip_suffix(':') {
            if depth <= 2 && self.kind == ComponentKind::Provider && title.contains('/') {
                return self.begin(title, depth, line.place);
            }
            if depth <= 2 {
                self.keys = Keys::below(title);
                self.key.clear();
            } else {
                self.key = title.chars().take(512).collect();
                if self.keys == Keys::Schemes {
                    self.key.push(':');
                }
            }
            return true;
        }
        if self.keys == Keys::Repeated {
            return true;
        }
        // `Provider{1a2b com.x/.P}` repeats the line above it.
        let Some((hash, rest)) = words.split_once(' ') else { return true };
        if hash.is_empty() || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
            return true;
        }
        let name = rest.split(' ').next().unwrap_or_default();
        self.begin(name, depth, line.place)
    }

    fn begin(&mut self, name: &str, depth: usize, place: Place) -> bool {
        let Some((package, class)) = component(name) else { return false };
        let (package, categories) = (package.to_owned(), Vec::new());
        self.entry = Some(Entry { package, class, categories, depth, place });
        true
    }

    /// Tells the entry that was begun.
    pub(super) fn finish(&mut self, tell: &mut Tell<'_>) {
        if let Some(entry) = self.entry.take() {
            let key = Some(self.key.as_str()).filter(|key| !key.is_empty());
            let (action, data) = match self.keys {
                Keys::Actions => (key, None),
                Keys::Schemes | Keys::Types => (None, key),
                Keys::None | Keys::Repeated => (None, None),
            };
            let event = PackageEvent::Component {
                package: &entry.package,
                kind: self.kind,
                class: &entry.class,
                action,
                data,
                categories: &entry.categories,
            };
            tell(&event, entry.place);
        }
    }
}
