//! Rules: each page of `rules/` states a condition, explains it, and carries its own tests.
//!
//! `page` reads a page, `condition` compiles what it asks, `test` compares one field. The
//! format is in `docs/design/rules.md`.

mod condition;
mod page;
mod sequence;
mod test;

use crate::evidence::Tally;
use crate::moment;
use condition::{Compiler, Condition};
use hashbrown::HashMap;
use jiff::Timestamp;
use model::fact::FactSpec;
use model::{Finding, Gap, Observation, Strength};
use pages::Diagnostic;
use pages::yaml::{self, Node};
use sha2::{Digest, Sha256};

pub(crate) use condition::{Held, Leaf, Told};
pub use page::Sample;

/// What a rule groups facts by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// One app in one Android user.
    App,
    /// The whole phone: every fact of the source counts toward it.
    Device,
    /// One file, by path.
    File,
    /// One process name.
    Process,
    /// One host or URL.
    Endpoint,
}

impl Scope {
    /// The name in pages and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Scope::App => "app",
            Scope::Device => "device",
            Scope::File => "file",
            Scope::Process => "process",
            Scope::Endpoint => "endpoint",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Scope::App, Scope::Device, Scope::File, Scope::Process, Scope::Endpoint]
            .into_iter()
            .find(|scope| scope.name() == name)
    }

    /// Whether facts of this kind can be about a subject of this scope.
    fn takes(self, spec: &FactSpec) -> bool {
        match self {
            Scope::Device => true,
            // What names a package is about that app or concerns it (`Fact::concerns`).
            Scope::App => spec.fields.iter().any(|field| field.name == "package"),
            Scope::File => matches!(spec.kind, "file_seen" | "file_hashed"),
            Scope::Process => matches!(spec.kind, "process_running" | "process_ended"),
            Scope::Endpoint => matches!(spec.kind, "link_seen" | "endpoint_contacted"),
        }
    }
}

/// One compiled rule page.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id, equal to the file's name without `.md`.
    pub id: String,
    /// The file, below the project's root.
    pub file: String,
    /// One line for people.
    pub title: String,
    /// Weight of its findings.
    pub strength: Strength,
    /// Weight where the app is a genuine one: signed, wherever that shows, by its known maker.
    pub when_genuine: Option<Strength>,
    /// What it groups facts by.
    pub scope: Scope,
    /// Version of the page.
    pub version: String,
    /// ATT&CK Mobile technique ids.
    pub attack: Vec<String>,
    /// Where the knowledge comes from.
    pub references: Vec<String>,
    /// 0–100, where the page states it.
    pub confidence: Option<u8>,
    /// Rules whose finding about the same subject this one's takes in.
    pub supersedes: Vec<String>,
    /// *What it means*, Markdown.
    pub meaning: String,
    /// *Why it matters*, Markdown.
    pub importance: String,
    /// *Innocent explanations*.
    pub innocent: Vec<String>,
    /// *What to do next*.
    pub next: Vec<String>,
    /// The page's own test facts.
    pub samples: Vec<Sample>,
    condition: Condition,
}

impl Rule {
    /// What the rule rests on, where it holds for a subject of which this is told.
    pub(crate) fn held(&self, told: &Told<'_, '_>) -> Option<Held> {
        let mut held = Held::default();
        let holds = self.condition.holds(told, &mut held);
        (holds && !(held.leaves.is_empty() && held.rows.is_empty())).then_some(held)
    }
}

/// All rules in use, and the leaves they share.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    leaves: Vec<Leaf>,
    /// Rows and distinct values to keep for each leaf.
    room: Vec<(usize, u64)>,
    by_fact: HashMap<&'static str, Vec<usize>>,
    errors: Vec<Diagnostic>,
    version: String,
}

impl RuleSet {
    /// The pages compiled into the program.
    #[must_use]
    pub fn builtin() -> Self {
        Self::parse(pages::RULES, pages::LISTS, pages::CONDITIONS)
    }

    /// Compiles pages; each of the three is (path, text). A file that cannot be compiled is
    /// left out and told by [`RuleSet::errors`].
    #[must_use]
    pub fn parse(
        pages: &[(&str, &str)],
        lists: &[(&str, &str)],
        conditions: &[(&str, &str)],
    ) -> Self {
        let mut set = RuleSet { version: version(&[pages, lists, conditions]), ..Self::default() };
        let (lists, named) = (set.lists(lists), set.conditions(conditions));
        for (file, text) in pages {
            match set.rule(file, text, &lists, &named) {
                Ok(rule) if set.rules.iter().any(|known| known.id == rule.id) => {
                    let message = format!("the id `{}` is taken by another page", rule.id);
                    set.errors.push(Diagnostic::new("R007", file, 1, message));
                }
                Ok(rule) => set.rules.push(rule),
                Err(error) => set.errors.push(error),
            }
        }
        let known = |id: &String| set.rules.iter().any(|rule| rule.id == *id);
        for rule in &set.rules {
            for id in rule.supersedes.iter().filter(|id| !known(id)) {
                let message = format!("supersedes `{id}`, which is no rule in use");
                set.errors.push(Diagnostic::new("R008", &rule.file, 1, message));
            }
            // Two rules that take each other in would both be silent.
            let mutual = |other: &&Rule| {
                rule.supersedes.contains(&other.id) && other.supersedes.contains(&rule.id)
            };
            if let Some(other) = set.rules.iter().find(mutual) {
                let message = format!("`{}` and `{}` supersede each other", rule.id, other.id);
                set.errors.push(Diagnostic::new("R008", &rule.file, 1, message));
            }
        }
        set.index();
        set
    }

    /// The rules, in the order of their files.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// What could not be compiled.
    #[must_use]
    pub fn errors(&self) -> &[Diagnostic] {
        &self.errors
    }

    /// The gaps that these errors leave in a report.
    #[must_use]
    pub fn gaps(&self) -> Vec<Gap> {
        pages::gaps(&self.errors)
    }

    /// The rule set as a report names it; its version is the start of the SHA-256 of all pages.
    #[must_use]
    pub fn knowledge(&self) -> model::Knowledge {
        pages::knowledge("Tamarisk rules", &self.version, self.rules.len(), &self.errors)
    }

    /// Calls `visit` with each leaf that this fact counts for: its number and scope.
    pub(crate) fn leaves_of(
        &self,
        seen: &Observation,
        now: Timestamp,
        mut visit: impl FnMut(usize, Scope),
    ) {
        let Some(leaves) = self.by_fact.get(seen.fact.kind()) else { return };
        for at in leaves {
            let Some(leaf) = self.leaves.get(*at) else { continue };
            if leaf.tests.iter().all(|test| test.holds(seen.fact.field(test.field), now)) {
                visit(*at, leaf.scope);
            }
        }
    }

    /// Counts an observation in a leaf's tally.
    pub(crate) fn count(&self, leaf: usize, tally: &mut Tally, order: u64, seen: &Observation) {
        let (rows, distinct) = self.room.get(leaf).copied().unwrap_or((1, 1));
        let Some(leaf) = self.leaves.get(leaf) else { return };
        tally.add(order, seen, if leaf.timed { 0 } else { rows });
        if leaf.timed {
            let most = match leaf.scope {
                Scope::Device => moment::OF_DEVICE,
                _ => moment::OF_SUBJECT,
            };
            tally.add_moment(order, seen, (leaf.at, leaf.falls), most);
        }
        if let Some(field) = leaf.distinct {
            match seen.fact.field(field) {
                model::Value::Text(text) => tally.add_distinct(text, distinct),
                model::Value::Int(number) => tally.add_distinct(&number.to_string(), distinct),
                model::Value::Bool(flag) => tally.add_distinct(&flag.to_string(), distinct),
                model::Value::List(list) => {
                    list.iter().for_each(|text| tally.add_distinct(text, distinct));
                }
                model::Value::Absent => tally.add_distinct("", distinct),
            }
        }
    }

    fn lists(&mut self, files: &[(&str, &str)]) -> test::Lists {
        let mut lists = test::Lists::new();
        for (file, text) in files {
            let values = yaml::parse(file, text, 0).and_then(|node| {
                node.field("values")
                    .and_then(Node::texts)
                    .filter(|values| !values.is_empty())
                    .ok_or_else(|| {
                        let message = "a list file holds `values`, a list of texts".to_owned();
                        Diagnostic::new("R009", file, node.line, message)
                    })
            });
            match values {
                Ok(values) => drop(lists.insert(stem(file).to_owned(), values)),
                Err(error) => self.errors.push(error),
            }
        }
        lists
    }

    fn conditions(&mut self, files: &[(&str, &str)]) -> HashMap<String, (String, Node)> {
        let mut named = HashMap::new();
        for (file, text) in files {
            match yaml::parse(file, text, 0) {
                Ok(node) => drop(named.insert(stem(file).to_owned(), ((*file).to_owned(), node))),
                Err(error) => self.errors.push(error),
            }
        }
        named
    }

    fn rule(
        &mut self,
        file: &str,
        text: &str,
        lists: &test::Lists,
        named: &HashMap<String, (String, Node)>,
    ) -> Result<Rule, Diagnostic> {
        let page = page::parse(file, text)?;
        let before = self.leaves.len();
        let mut compiler = Compiler { lists, named, leaves: &mut self.leaves };
        let condition = match compiler.condition(file, page.scope, &page.condition, 0) {
            Ok(condition) => condition,
            Err(error) => {
                self.leaves.truncate(before);
                return Err(error);
            }
        };
        Ok(Rule {
            id: page.id,
            file: file.to_owned(),
            title: page.title,
            strength: page.strength,
            when_genuine: page.when_genuine,
            scope: page.scope,
            version: page.version,
            attack: page.attack,
            references: page.references,
            confidence: page.confidence,
            supersedes: page.supersedes,
            meaning: page.meaning,
            importance: page.importance,
            innocent: page.innocent,
            next: page.next,
            samples: page.samples,
            condition,
        })
    }

    /// Leaves by kind of fact, and how much each of them keeps: a finding shows 20 rows, so a
    /// rule with several leaves needs only its share from each.
    fn index(&mut self) {
        self.room = vec![(0, 1); self.leaves.len()];
        for rule in &self.rules {
            let mut uses = Vec::new();
            rule.condition.uses(&mut uses);
            let rows = Finding::MAX_EVIDENCE.div_ceil(uses.len().max(1)).max(5);
            for asked in uses {
                if let Some((most, distinct)) = self.room.get_mut(asked.leaf) {
                    *most = rows.max(*most);
                    *distinct = asked.at_least.max(*distinct);
                }
            }
        }
        for (at, leaf) in self.leaves.iter().enumerate() {
            // A leaf that only a page left out had used keeps nothing.
            if self.room.get(at).is_some_and(|(rows, _)| *rows > 0) {
                self.by_fact.entry(leaf.fact).or_default().push(at);
            }
        }
    }
}

/// The file's name without folders and ending.
fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The first 12 digits of the SHA-256 over all files.
pub(crate) fn version(files: &[&[(&str, &str)]]) -> String {
    let mut hash = Sha256::new();
    for (file, text) in files.iter().copied().flatten() {
        for part in [file, text] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
    }
    let mut digits = const_hex::encode(hash.finalize());
    digits.truncate(12);
    digits
}
