//! A source by its beginning, which is what formats recognise it by.

/// The name and the beginning of a file.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The file's name, without folders: a hint, never a proof.
    pub name: &'a str,
    /// Its first 64 KiB as text, without byte-order mark.
    pub text: &'a str,
}

impl<'a> Head<'a> {
    /// The first character that is no white space.
    #[must_use]
    pub fn first(&self) -> Option<char> {
        self.text.trim_start().chars().next()
    }

    /// Whether it looks like a JSON object that has this key.
    #[must_use]
    pub fn json_key(&self, key: &str) -> bool {
        self.first() == Some('{') && self.text.contains(&format!("\"{key}\""))
    }

    /// Lines that are neither empty nor comments, trimmed.
    pub fn lines(&self) -> impl Iterator<Item = &'a str> {
        self.text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("//"))
    }

    /// The ending of the name, lower case.
    #[must_use]
    pub fn ending(&self) -> String {
        self.name.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_ascii_lowercase())
    }
}
