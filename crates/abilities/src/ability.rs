//! A page of an ability, read and compiled.

use crate::system;
use calls::{Marks, descriptor};
use pages::{Block, Diagnostic, Page};

/// What an ability is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// It takes something of the person's.
    Collect,
    /// It carries data out.
    Send,
    /// It brings code in.
    Load,
    /// It acts in the person's place.
    Control,
    /// It makes the app hard to see.
    Hide,
    /// It keeps the app running.
    Persist,
}

impl Role {
    /// Its name, as pages and facts write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Role::Collect => "collect",
            Role::Send => "send",
            Role::Load => "load",
            Role::Control => "control",
            Role::Hide => "hide",
            Role::Persist => "persist",
        }
    }

    const ALL: [Role; 6] =
        [Role::Collect, Role::Send, Role::Load, Role::Control, Role::Hide, Role::Persist];
}

/// What shows an ability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A call of the method, whatever its prototype: descriptor of the class, name.
    Method(String, String),
    /// A read of the field: descriptor of the class, name.
    Field(String, String),
    /// A text that equals this one.
    Text(String),
    /// A text that begins with this one.
    Prefix(String),
}

/// One line of a page's calls.
#[derive(Clone, Debug)]
pub struct Call {
    /// What shows the ability.
    pub shown: Shown,
    /// As the page writes it: `android.media.AudioRecord.read`.
    pub written: String,
    /// The version of Android's API (its level) that brought it; 1 where it was always there or is
    /// no part of Android.
    pub since: u32,
    /// Descriptor of the class below which the way begins, where the call shows it on no other: much of
    /// what a service of accessibility may ask for, drawing a screen asks for too.
    pub from: Option<String>,
    /// Line of the page.
    pub line: u64,
}

/// An ability.
#[derive(Clone, Debug)]
pub struct Ability {
    /// Its id: the page's name.
    pub id: String,
    /// What it lets the app do: `read contacts`.
    pub title: String,
    /// Technique of ATT&CK Mobile.
    pub technique: String,
    /// What it is for.
    pub role: Role,
    /// Permissions that it needs, any of them; none where it needs none.
    pub permissions: Vec<String>,
    /// What it means, for people.
    pub meaning: String,
    /// Innocent uses, for people.
    pub innocent: Vec<String>,
    /// The calls that show it.
    pub calls: Vec<Call>,
    /// Calls that look alike and do not show it: the page's own test.
    pub alike: Vec<Call>,
}

/// All abilities, with what to look for in code.
#[derive(Clone, Debug, Default)]
pub struct Abilities {
    list: Vec<Ability>,
    errors: Vec<Diagnostic>,
    /// For each mark the ability's number and that of its call.
    marks: Vec<(usize, usize)>,
    wanted: Marks,
}

const KEYS: [&str; 5] = ["id", "title", "technique", "role", "permissions"];

impl Abilities {
    /// The pages that are compiled in.
    #[must_use]
    pub fn built_in() -> Self {
        Self::parse(pages::CAPABILITIES)
    }

    /// Reads pages: (file, text). One with an error is left out and told.
    #[must_use]
    pub fn parse(files: &[(&str, &str)]) -> Self {
        let mut all = Self::default();
        for (file, text) in files {
            match ability(file, text) {
                Ok(ability) => all.list.push(ability),
                Err(error) => all.errors.push(error),
            }
        }
        let calls = all.list.iter().enumerate();
        all.marks = calls
            .flat_map(|(number, one)| (0..one.calls.len()).map(move |call| (number, call)))
            .collect();
        for (mark, (ability, call)) in all.marks.iter().enumerate() {
            let Some(shown) = all.list.get(*ability).and_then(|one| one.calls.get(*call)) else {
                continue;
            };
            let mark = u16::try_from(mark).unwrap_or(u16::MAX);
            match &shown.shown {
                Shown::Method(class, name) => all.wanted.method(class, name, mark),
                Shown::Field(class, name) => all.wanted.field(class, name, mark),
                Shown::Text(text) => all.wanted.text(text, mark),
                Shown::Prefix(text) => all.wanted.prefix(text, mark),
            }
            if let Some(class) = &shown.from {
                all.wanted.only_from(class, mark);
            }
        }
        for (class, above) in system::BELOW {
            all.wanted.below(class, above);
        }
        all
    }

    /// The abilities, in order of their ids.
    #[must_use]
    pub fn list(&self) -> &[Ability] {
        &self.list
    }

    /// Errors of pages that are not in use.
    #[must_use]
    pub fn errors(&self) -> &[Diagnostic] {
        &self.errors
    }

    pub(crate) fn wanted(&self) -> &Marks {
        &self.wanted
    }

    /// The marks, each with the number of its ability and of the call.
    pub(crate) fn marks(&self) -> impl Iterator<Item = (u16, usize, usize)> {
        (0..).zip(&self.marks).map(|(mark, (ability, call))| (mark, *ability, *call))
    }
}

fn ability(file: &str, text: &str) -> Result<Ability, Diagnostic> {
    let page = Page::read("A001", file, text)?;
    page.only(&KEYS)?;
    let (id, line) = page.required("id")?;
    if page.stem() != id {
        return Err(page.wrong(line, format!("id `{id}` differs from the file's name")));
    }
    let (role, line) = page.required("role")?;
    let role = Role::ALL.into_iter().find(|one| one.name() == role).ok_or_else(|| {
        let known = Role::ALL.map(Role::name).join(", ");
        page.wrong(line, format!("role is one of: {known}"))
    })?;
    let (mut calls, mut alike) = (Vec::new(), Vec::new());
    for block in &page.blocks {
        match block.fence.as_str() {
            "yaml calls" => calls.extend(lines(&page, block)?),
            "yaml no match" => alike.extend(lines(&page, block)?),
            fence => {
                let what = format!("unknown block `{fence}`; known: yaml calls, yaml no match");
                return Err(page.wrong(block.line, what));
            }
        }
    }
    if calls.is_empty() || alike.is_empty() {
        let what = "the blocks ```yaml calls and ```yaml no match hold one line at least";
        return Err(page.wrong(1, what.to_owned()));
    }
    Ok(Ability {
        title: page.required("title")?.0,
        technique: page.required("technique")?.0,
        permissions: page.texts("permissions")?,
        meaning: page.section("What it means")?,
        innocent: page.items("Innocent uses")?,
        id,
        role,
        calls,
        alike,
    })
}

fn lines(page: &Page, block: &Block) -> Result<Vec<Call>, Diagnostic> {
    let list = page.yaml(block)?;
    let one = |node: &pages::yaml::Node| {
        let wrong = |what: &str| page.wrong(node.line, what.to_owned());
        let expected = "a line is {method|field|text|prefix: …, since: LEVEL, from: CLASS}";
        const KEYS: [&str; 6] = ["method", "field", "text", "prefix", "since", "from"];
        let entries = node.map().ok_or_else(|| wrong(expected))?;
        let value = |key: &str| node.field(key).and_then(pages::yaml::Node::text);
        if !entries.iter().all(|(key, _)| KEYS.contains(&key.as_str())) {
            return Err(wrong(expected));
        }
        let member = |written: &str| {
            let (class, name) = written.rsplit_once('.')?;
            Some((descriptor(class), name.to_owned()))
        };
        let named = |written: &str| {
            member(written).ok_or_else(|| wrong("a method or field is written class.name"))
        };
        let (shown, written) = if let Some(written) = value("method") {
            let (class, name) = named(&written)?;
            (Shown::Method(class, name), written)
        } else if let Some(written) = value("field") {
            let (class, name) = named(&written)?;
            (Shown::Field(class, name), written)
        } else if let Some(written) = value("text") {
            (Shown::Text(written.clone()), written)
        } else if let Some(written) = value("prefix") {
            (Shown::Prefix(written.clone()), written)
        } else {
            return Err(wrong(expected));
        };
        if written.len() < 4 {
            return Err(wrong("a text of fewer than four bytes would be found everywhere"));
        }
        let since = node.field("since").and_then(pages::yaml::Node::int).unwrap_or(1);
        let since = u32::try_from(since).map_err(|_| wrong("`since` is a level of the API"))?;
        let from = value("from").map(|class| descriptor(&class));
        Ok(Call { shown, written, since, from, line: node.line })
    };
    list.list().iter().map(one).collect()
}
