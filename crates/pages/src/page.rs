//! A page: front matter between two lines `---`, then Markdown with headings and blocks.

use crate::Diagnostic;
use crate::yaml::{self, Kind, Node};

/// A fenced block of a page.
#[derive(Clone, Debug)]
pub struct Block {
    /// The words behind the opening fence: `yaml condition`.
    pub fence: String,
    /// Line of the opening fence, from 1.
    pub line: u64,
    /// The lines between the fences.
    pub text: String,
}

/// A page, taken apart and not yet understood.
#[derive(Clone, Debug)]
pub struct Page {
    code: &'static str,
    file: String,
    front: Node,
    sections: Vec<(String, String)>,
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
}

impl Page {
    /// Takes a page apart. Errors of its shape bear `code`.
    ///
    /// # Errors
    /// Where the front matter or a block is not closed, or the front matter is no mapping.
    pub fn read(code: &'static str, file: &str, text: &str) -> Result<Self, Diagnostic> {
        let wrong = |line: usize, message: &str| {
            Diagnostic::new(code, file, line as u64, message.to_owned())
        };
        let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
        if lines.next().is_none_or(|(_, line)| line.trim_end() != "---") {
            return Err(wrong(1, "a page starts with front matter between two lines `---`"));
        }
        let front = until(&mut lines, "---")
            .ok_or_else(|| wrong(1, "the front matter is not closed by `---`"))?;
        let front = yaml::parse(file, &front, 1)?;
        if !matches!(front.kind, Kind::Map(_)) {
            return Err(wrong(1, "the front matter is no mapping"));
        }
        let (mut sections, mut blocks) = (Vec::<(String, String)>::new(), Vec::new());
        while let Some((at, line)) = lines.next() {
            if let Some(fence) = line.strip_prefix("```") {
                let text = until(&mut lines, "```")
                    .ok_or_else(|| wrong(at, "this block is not closed"))?;
                blocks.push(Block { fence: fence.trim().to_owned(), line: at as u64, text });
            } else if let Some(heading) = line.strip_prefix("## ") {
                sections.push((heading.trim().to_owned(), String::new()));
            } else if let Some((_, section)) = sections.last_mut() {
                push_line(section, line);
            }
        }
        Ok(Self { code, file: file.to_owned(), front, sections, blocks })
    }

    /// An error of this page's shape at a line of it.
    #[must_use]
    pub fn wrong(&self, line: u64, message: String) -> Diagnostic {
        Diagnostic::new(self.code, &self.file, line, message)
    }

    /// Its name: the file's, without folders and ending.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.file.rsplit('/').next().unwrap_or_default();
        name.strip_suffix(".md").unwrap_or(name)
    }

    /// Refuses keys of the front matter that are not among these.
    ///
    /// # Errors
    /// At the first one that is not.
    pub fn only(&self, keys: &[&str]) -> Result<(), Diagnostic> {
        for (key, node) in self.front.map().unwrap_or_default() {
            if !keys.contains(&key.as_str()) {
                let message = format!("unknown key `{key}`; known: {}", keys.join(", "));
                return Err(self.wrong(node.line, message));
            }
        }
        Ok(())
    }

    /// A value of the front matter.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Node> {
        self.front.field(key)
    }

    /// A text of the front matter that must be there, and its line.
    ///
    /// # Errors
    /// Where it is missing, empty or no text.
    pub fn required(&self, key: &str) -> Result<(String, u64), Diagnostic> {
        let text = self.field(key).and_then(|node| Some((node.text()?, node.line)));
        text.filter(|(text, _)| !text.is_empty())
            .ok_or_else(|| self.wrong(1, format!("`{key}` is missing")))
    }

    /// A list of texts of the front matter; empty where it is missing.
    ///
    /// # Errors
    /// Where it is no list of texts.
    pub fn texts(&self, key: &str) -> Result<Vec<String>, Diagnostic> {
        match self.field(key) {
            None => Ok(Vec::new()),
            Some(node) => node
                .texts()
                .ok_or_else(|| self.wrong(node.line, format!("`{key}` takes a list of texts"))),
        }
    }

    /// The text below a heading.
    ///
    /// # Errors
    /// Where the heading is missing or nothing stands below it.
    pub fn section(&self, name: &str) -> Result<String, Diagnostic> {
        self.sections
            .iter()
            .find(|(heading, text)| heading == name && !text.trim().is_empty())
            .map(|(_, text)| text.trim().to_owned())
            .ok_or_else(|| self.wrong(1, format!("the heading `{name}` is missing or empty")))
    }

    /// The list below a heading.
    ///
    /// # Errors
    /// As [`Page::section`], and where no list stands there.
    pub fn items(&self, name: &str) -> Result<Vec<String>, Diagnostic> {
        let list = bullets(&self.section(name)?);
        if list.is_empty() {
            return Err(self.wrong(1, format!("`{name}` takes a list (`- …`)")));
        }
        Ok(list)
    }

    /// Reads a block as YAML.
    ///
    /// # Errors
    /// Where it is none (`R002`).
    pub fn yaml(&self, block: &Block) -> Result<Node, Diagnostic> {
        yaml::parse(&self.file, &block.text, block.line)
    }
}

/// The lines up to one that is `end`; `None` where there is none.
fn until<'t>(lines: &mut impl Iterator<Item = (usize, &'t str)>, end: &str) -> Option<String> {
    let mut text = String::new();
    for (_, line) in lines {
        if line.trim_end() == end {
            return Some(text);
        }
        push_line(&mut text, line);
    }
    None
}

/// The members of a Markdown list; lines that go on are joined.
#[must_use]
pub fn bullets(text: &str) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for line in text.lines() {
        if let Some(item) = line.strip_prefix("- ") {
            list.push(item.trim().to_owned());
        } else if let (Some(last), false) = (list.last_mut(), line.trim().is_empty()) {
            last.push(' ');
            last.push_str(line.trim());
        }
    }
    list
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}
