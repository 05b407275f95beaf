//! Conditions: `all`, `any`, `not`, `use`, `sequence`, `package`, and leaves that count facts of one
//! kind.

use super::Scope;
use super::sequence::Sequence;
use super::test::{self, Lists, Test};
use crate::evidence::{Row, Tally};
use crate::moment;
use hashbrown::HashMap;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::Fact;
use model::fact::{FactSpec, FieldSpec, FieldType};
use pages::Diagnostic;
use pages::yaml::{Kind, Node};

/// How deep a condition may be nested.
const DEPTH: usize = 16;
/// The most distinct values a leaf can ask for; as many are kept for each subject.
const MOST_DISTINCT: u64 = 1000;

/// What a leaf counts: facts of one kind that stand its tests. Pages that ask the same share it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Leaf {
    pub(super) scope: Scope,
    pub(super) fact: &'static str,
    pub(super) tests: Vec<Test>,
    pub(super) distinct: Option<&'static str>,
    /// Whether moments are kept instead of rows.
    pub(super) timed: bool,
    /// The field that says when; else the observation's time does.
    pub(super) at: Option<&'static str>,
    /// The field whose number is held against that of the time before.
    pub(super) falls: Option<&'static str>,
}

/// What is told of one subject.
pub(crate) struct Told<'a, 't> {
    /// What it has of a leaf; of a leaf about the device, what the phone has.
    pub(crate) tally: &'a dyn Fn(usize) -> Option<&'t Tally>,
    /// Whether it is an app that the phone's list of packages, which was read, does not hold.
    pub(crate) gone: bool,
    /// The phone's time zone, where known.
    pub(crate) zone: Option<&'a TimeZone>,
    /// What ages are held against.
    pub(crate) now: Timestamp,
}

/// What a condition that holds rests on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    /// Leaves that hold.
    pub(crate) leaves: Vec<usize>,
    /// Rows of sequences, in order of time.
    pub(crate) rows: Vec<Row>,
}

/// A leaf as one condition uses it.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub(super) leaf: usize,
    pub(super) at_least: u64,
    /// The last of its facts is at most so many days old.
    pub(super) seen_within: Option<i64>,
    /// Whether the number that the leaf keeps must fall.
    pub(super) falls: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Leaf(Use),
    Sequence(Sequence),
    /// Whether the phone's list of packages does not hold the app.
    Gone,
}

/// What conditions are compiled with.
pub(super) struct Compiler<'a> {
    pub(super) lists: &'a Lists,
    pub(super) named: &'a HashMap<String, (String, Node)>,
    pub(super) leaves: &'a mut Vec<Leaf>,
}

impl Condition {
    /// Whether it holds for a subject; what it rests on goes to `held` (but nothing of what stands
    /// below `not`: what is not there is no evidence).
    pub(super) fn holds(&self, told: &Told<'_, '_>, held: &mut Held) -> bool {
        match self {
            // Every part is asked, so that each that holds gives its evidence.
            Condition::All(parts) => {
                parts.iter().filter(|part| part.holds(told, held)).count() == parts.len()
            }
            Condition::Any(parts) => parts.iter().filter(|part| part.holds(told, held)).count() > 0,
            Condition::Not(part) => !part.holds(told, &mut Held::default()),
            Condition::Leaf(asked) => {
                let tally = (told.tally)(asked.leaf).filter(|tally| asked.met_by(tally, told.now));
                if asked.falls {
                    let fall = tally.and_then(|tally| moment::fall(&tally.moments));
                    held.rows.extend(fall.iter().flatten().map(|moment| moment.row.clone()));
                    return fall.is_some();
                }
                if tally.is_some() && !held.leaves.contains(&asked.leaf) {
                    held.leaves.push(asked.leaf);
                }
                tally.is_some()
            }
            Condition::Sequence(sequence) => sequence.holds(told, held),
            Condition::Gone => told.gone,
        }
    }

    /// Every use of a leaf in it.
    pub(super) fn uses(&self, into: &mut Vec<Use>) {
        match self {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().for_each(|part| part.uses(into));
            }
            Condition::Not(part) => part.uses(into),
            Condition::Leaf(asked) => into.push(asked.clone()),
            Condition::Sequence(sequence) => {
                into.extend(
                    sequence.steps.iter().flat_map(|step| &step.leaves).copied().map(|leaf| Use {
                        leaf,
                        at_least: 1,
                        seen_within: None,
                        falls: false,
                    }),
                );
            }
            Condition::Gone => {}
        }
    }
}

impl Use {
    fn met_by(&self, tally: &Tally, now: Timestamp) -> bool {
        let today = test::day(now);
        let recent = |days: i64| {
            tally.last.and_then(|last| today.since(last).ok()).is_some_and(|age| {
                // `Date::since` counts in days.
                i64::from(age.get_days()) <= days
            })
        };
        tally.amount() >= self.at_least && self.seen_within.is_none_or(recent)
    }
}

impl Compiler<'_> {
    /// Compiles a condition of `file`.
    pub(super) fn condition(
        &mut self,
        file: &str,
        scope: Scope,
        node: &Node,
        depth: usize,
    ) -> Result<Condition, Diagnostic> {
        let wrong = |line, message: String| Err(Diagnostic::new("R003", file, line, message));
        if depth > DEPTH {
            return wrong(node.line, format!("nested deeper than {DEPTH}"));
        }
        let Some(map) = node.map() else {
            return wrong(
                node.line,
                "a condition is a mapping: all, any, not, use, sequence, package or fact".into(),
            );
        };
        if node.field("fact").is_some() {
            return self.leaf(file, scope, node).map(Condition::Leaf);
        }
        let [(key, value)] = map else {
            let known = "one of all, any, not, use, sequence, package, or `fact` with its parts";
            return wrong(node.line, known.into());
        };
        match key.as_str() {
            "all" | "any" => {
                let list = match &value.kind {
                    Kind::List(list) if !list.is_empty() => list,
                    _ => return wrong(value.line, format!("`{key}` takes a list of conditions")),
                };
                let parts: Result<Vec<_>, _> =
                    list.iter().map(|node| self.condition(file, scope, node, depth + 1)).collect();
                Ok(if key == "all" { Condition::All(parts?) } else { Condition::Any(parts?) })
            }
            "not" => Ok(Condition::Not(Box::new(self.condition(file, scope, value, depth + 1)?))),
            "sequence" => Ok(Condition::Sequence(self.sequence(file, scope, value)?)),
            "package" => match (value.text().as_deref(), scope) {
                (Some("gone"), Scope::App) => Ok(Condition::Gone),
                _ => wrong(value.line, "`package` takes gone, in a rule about apps".into()),
            },
            "use" => {
                let name = value.text().unwrap_or_default();
                match self.named.get(&name) {
                    Some((file, node)) => {
                        let (file, node) = (file.clone(), node.clone());
                        self.condition(&file, scope, &node, depth + 1)
                    }
                    None => {
                        wrong(value.line, format!("no condition `{name}` in rules/conditions/"))
                    }
                }
            }
            _ => wrong(value.line, format!("unknown condition `{key}`")),
        }
    }

    fn leaf(&mut self, file: &str, scope: Scope, node: &Node) -> Result<Use, Diagnostic> {
        let error = |code, line, message: String| Diagnostic::new(code, file, line, message);
        let (spec, mut leaf) = self.facts_of(file, scope, node)?;
        let (mut at_least, mut seen_within) = (1, None);
        for (key, value) in node.map().unwrap_or_default() {
            match key.as_str() {
                "fact" | "where" | "of" => {}
                "at_least" => match value.int().and_then(|n| u64::try_from(n).ok()) {
                    Some(least @ 1..=MOST_DISTINCT) => at_least = least,
                    _ => {
                        let message = format!("`at_least` is 1 to {MOST_DISTINCT}");
                        return Err(error("R005", value.line, message));
                    }
                },
                "distinct" => leaf.distinct = Some(field(file, spec, value)?.name),
                "falls" => {
                    let field = field(file, spec, value)?;
                    if field.kind != FieldType::Int {
                        let message = format!("`{}` is no number", field.name);
                        return Err(error("R005", value.line, message));
                    }
                    (leaf.falls, leaf.timed) = (Some(field.name), true);
                }
                "seen_within" => match value.text().as_deref().and_then(test::days) {
                    Some(days) => seen_within = Some(days),
                    None => {
                        let message = "`seen_within` takes a number of days, `30 days`";
                        return Err(error("R005", value.line, message.into()));
                    }
                },
                _ => {
                    let known = "fact, of, where, at_least, distinct, falls, seen_within";
                    let message = format!("unknown part `{key}` of a leaf; known: {known}");
                    return Err(error("R003", value.line, message));
                }
            }
        }
        let falls = leaf.falls.is_some();
        Ok(Use { leaf: self.number(leaf), at_least, seen_within, falls })
    }

    /// Compiles a fact of a step of a sequence: a leaf that keeps moments.
    pub(super) fn timed_leaf(
        &mut self,
        file: &str,
        scope: Scope,
        node: &Node,
    ) -> Result<usize, Diagnostic> {
        let (spec, mut leaf) = self.facts_of(file, scope, node)?;
        leaf.timed = true;
        for (key, value) in node.map().unwrap_or_default() {
            match key.as_str() {
                "fact" | "where" | "of" | "within" => {}
                "at" => leaf.at = Some(field(file, spec, value)?.name),
                _ => {
                    let known = "fact, of, where, at, within";
                    let message = format!("unknown part `{key}` of a step; known: {known}");
                    return Err(Diagnostic::new("R010", file, value.line, message));
                }
            }
        }
        Ok(self.number(leaf))
    }

    /// The parts that every leaf has: `fact`, `of`, `where`.
    fn facts_of(
        &self,
        file: &str,
        scope: Scope,
        node: &Node,
    ) -> Result<(&'static FactSpec, Leaf), Diagnostic> {
        let error = |code, line, message: String| Diagnostic::new(code, file, line, message);
        let Some(at) = node.field("fact") else {
            return Err(error("R004", node.line, "`fact` is missing".into()));
        };
        let kind = at.text().unwrap_or_default();
        let Some(spec) = Fact::ALL.iter().find(|spec| spec.kind == kind) else {
            return Err(error("R004", at.line, format!("no kind of fact is called `{kind}`")));
        };
        let scope = match node.field("of") {
            None => scope,
            Some(of) if of.text().as_deref() == Some("device") => Scope::Device,
            Some(of) => return Err(error("R003", of.line, "`of` takes device".into())),
        };
        if !scope.takes(spec) {
            let message =
                format!("`{}` is not about a subject of scope {}", spec.kind, scope.name());
            return Err(error("R006", node.line, message));
        }
        let (fact, tests) = (spec.kind, Vec::new());
        let mut leaf =
            Leaf { scope, fact, tests, distinct: None, timed: false, at: None, falls: None };
        if let Some(asked) = node.field("where") {
            let Some(map) = asked.map() else {
                return Err(error("R005", asked.line, "`where` takes fields".into()));
            };
            for (name, asked) in map {
                let field = named(file, spec, asked.line, name)?;
                test::compile(field, asked, self.lists, &mut leaf.tests)
                    .map_err(|(line, message)| error("R005", line, message))?;
            }
        }
        Ok((spec, leaf))
    }

    /// The number of a leaf; one that asks the same is shared.
    fn number(&mut self, leaf: Leaf) -> usize {
        match self.leaves.iter().position(|known| *known == leaf) {
            Some(at) => at,
            None => {
                self.leaves.push(leaf);
                self.leaves.len() - 1
            }
        }
    }
}

/// The field that a node names.
fn field(
    file: &str,
    spec: &'static FactSpec,
    node: &Node,
) -> Result<&'static FieldSpec, Diagnostic> {
    named(file, spec, node.line, &node.text().unwrap_or_default())
}

fn named(
    file: &str,
    spec: &'static FactSpec,
    line: u64,
    name: &str,
) -> Result<&'static FieldSpec, Diagnostic> {
    spec.fields.iter().find(|field| field.name == name).ok_or_else(|| {
        let message = format!("`{}` has no field `{name}`", spec.kind);
        Diagnostic::new("R004", file, line, message)
    })
}
