//! Which classes count as an app's own.

use pages::{Diagnostic, yaml};

/// The libraries that many apps carry, by the start of their classes' names.
#[derive(Clone, Debug, Default)]
pub struct Libraries {
    starts: Vec<Start>,
}

impl Libraries {
    /// The list that is compiled in.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn built_in() -> Result<Self, Diagnostic> {
        let (file, text) =
            pages::LISTS.iter().find(|(file, _)| file.ends_with("/libraries.yaml")).ok_or_else(
                || Diagnostic::new("R002", "rules/lists/libraries.yaml", 1, "is missing".into()),
            )?;
        let wrong = || Diagnostic::new("R002", file, 1, "`values` takes a list of names".into());
        let names = yaml::parse(file, text, 0)?.field("values").and_then(yaml::Node::texts);
        Ok(Self { starts: names.ok_or_else(wrong)?.iter().map(|name| Start::new(name)).collect() })
    }

    /// Whether a class (`Lokio/Buffer;`) belongs to one of them.
    #[must_use]
    pub fn hold(&self, class: &[u8]) -> bool {
        self.starts.iter().any(|start| start.takes(class))
    }
}

/// An app's own classes: those whose names begin so, unless a library's do.
#[derive(Clone, Debug, Default)]
pub struct Own {
    names: Vec<String>,
    starts: Vec<Start>,
}

impl Own {
    /// By the starts of names as Java writes them: `org.example`.
    #[must_use]
    pub fn new(names: &[String]) -> Self {
        Self { names: names.to_vec(), starts: names.iter().map(|name| Start::new(name)).collect() }
    }

    /// By the package alone: its first two parts, or the first three where the second is the name of a
    /// place that many share (`com.github.someone`). The package as it is where it has no more.
    #[must_use]
    pub fn of_package(package: &str) -> Self {
        let parts: Vec<&str> = package.split('.').collect();
        let shared = parts.get(1).is_some_and(|part| SHARED.contains(part));
        let kept = parts.get(..if shared { 3 } else { 2 }).unwrap_or(&parts);
        Self::new(&[kept.join(".")])
    }

    /// The starts, as Java writes them.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether a class (`Lorg/example/Main;`) is one of them.
    #[must_use]
    pub fn holds(&self, class: &[u8]) -> bool {
        self.starts.iter().any(|start| start.takes(class))
    }
}

/// Second parts of packages below which many makers name theirs.
const SHARED: [&str; 8] =
    ["github", "gitlab", "codeberg", "sourceforge", "bitbucket", "gmail", "appspot", "herokuapp"];

/// The start of a class's name: the class itself, those inside it, and those of a package of this
/// name and below.
#[derive(Clone, Debug)]
struct Start(Vec<u8>);

impl Start {
    fn new(name: &str) -> Self {
        Self(format!("L{}", name.trim_end_matches('.').replace('.', "/")).into())
    }

    fn takes(&self, class: &[u8]) -> bool {
        let rest = class.strip_prefix(self.0.as_slice());
        rest.is_some_and(|rest| matches!(rest.first(), Some(b'/' | b';' | b'$')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_classes_lie_below_the_packages_first_parts() {
        for (package, own, not) in [
            ("org.example.chat", "Lorg/example/net/A;", "Lorg/examples/A;"),
            ("com.github.someone.app", "Lcom/github/someone/A;", "Lcom/github/other/A;"),
            ("com.chat", "Lcom/chat/A;", "Lcom/chatter/A;"),
            ("single", "Lsingle/A;", "Ltwo/A;"),
        ] {
            let found = Own::of_package(package);
            assert!(found.holds(own.as_bytes()), "{package}");
            assert!(!found.holds(not.as_bytes()), "{package}");
        }
    }

    #[test]
    fn libraries_are_known_by_their_names() {
        let libraries = Libraries::built_in().expect("the list can be read");
        for class in
            ["Landroidx/core/app/A;", "Lkotlin/Unit;", "Lokhttp3/Call;", "Lcom/google/gson/Gson;"]
        {
            assert!(libraries.hold(class.as_bytes()), "{class}");
        }
        for class in ["Lorg/thoughtcrime/securesms/A;", "Lkotlinish/A;", "Lcom/google/earth/A;"] {
            assert!(!libraries.hold(class.as_bytes()), "{class}");
        }
    }
}
