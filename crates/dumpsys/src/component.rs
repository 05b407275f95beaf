//! Names of components, as the services write them.

use crate::field::is_name;
use std::borrow::Cow;

/// A component of an app: `ComponentInfo{a.b/a.b.C}` (`ComponentName.toString`), `a.b/.C`
/// (`flattenToShortString`) or `a.b/a.b.C` (`flattenToString`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component<'a> {
    /// Package name.
    pub package: &'a str,
    /// Class name, full.
    pub class: Cow<'a, str>,
}

impl<'a> Component<'a> {
    /// Reads the whole of a text as a component; `None` where it is none.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim();
        let text = match text.strip_prefix("ComponentInfo{") {
            Some(rest) => rest.strip_suffix('}')?,
            None => text,
        };
        let (package, class) = text.split_once('/')?;
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"._$-".contains(&b) || b >= 0x80;
        let fits = |name: &str| is_name(name) && name.bytes().all(plain);
        if !fits(package) || !fits(class) {
            return None;
        }
        let class = match class.strip_prefix('.') {
            Some(_) => Cow::Owned(format!("{package}{class}")),
            None => Cow::Borrowed(class),
        };
        Some(Self { package, class })
    }

    /// The first component in a text that goes on behind it (`ComponentInfo{a/b} (user 0): …`).
    #[must_use]
    pub fn first(text: &'a str) -> Option<Self> {
        let text = text.trim_start();
        let end = match text.starts_with("ComponentInfo{") {
            true => text.find('}').map(|at| at + 1),
            false => text.find([' ', ',', ';', ')']),
        };
        Self::parse(text.get(..end.unwrap_or(text.len()))?.trim_end_matches(':'))
    }
}

impl std::fmt::Display for Component<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}/{}", self.package, self.class)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `ComponentName.java`: `toString`, `flattenToString`, `flattenToShortString`.
    #[test]
    fn every_way_of_writing_a_component_is_one() {
        for text in ["ComponentInfo{a.b/a.b.C}", "a.b/.C", " a.b/a.b.C "] {
            assert_eq!(Component::parse(text).unwrap().to_string(), "a.b/a.b.C", "{text}");
        }
        for text in ["", "null", "a.b", "/C", "a.b/", "ComponentInfo{a.b/C", "a b/c", "a/b=c"] {
            assert_eq!(Component::parse(text), None, "{text}");
        }
        let live = "ComponentInfo{a.b/a.b.C} (user 0): android.os.BinderProxy@1 SYSTEM";
        assert_eq!(Component::first(live).unwrap().to_string(), "a.b/a.b.C");
        assert_eq!(Component::first("a.b/.C:").unwrap().to_string(), "a.b/a.b.C");
    }
}
