//! Conditions: `all`, `any`, `not`, `use`, and leaves that count facts of one kind.

use super::Scope;
use super::test::{self, Lists, Test};
use crate::Diagnostic;
use crate::evidence::Tally;
use crate::yaml::{Kind, Node};
use hashbrown::HashMap;
use jiff::civil::Date;
use model::Fact;
use model::fact::FactSpec;

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
}

/// A leaf as one condition uses it.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub(super) leaf: usize,
    pub(super) at_least: u64,
    /// The last of its facts is at most so many days old.
    pub(super) seen_within: Option<i64>,
}

#[derive(Clone, Debug)]
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Leaf(Use),
}

/// What conditions are compiled with.
pub(super) struct Compiler<'a> {
    pub(super) lists: &'a Lists,
    pub(super) named: &'a HashMap<String, (String, Node)>,
    pub(super) leaves: &'a mut Vec<Leaf>,
}

impl Condition {
    /// Whether it holds for a subject with these tallies by leaf; the leaves that hold go to
    /// `held` (those below `not` do not: what is not there is no evidence).
    pub(super) fn holds<'t>(
        &self,
        tally: &dyn Fn(usize) -> Option<&'t Tally>,
        today: Date,
        held: &mut Vec<usize>,
    ) -> bool {
        match self {
            // Every part is asked, so that each that holds gives its evidence.
            Condition::All(parts) => {
                parts.iter().filter(|part| part.holds(tally, today, held)).count() == parts.len()
            }
            Condition::Any(parts) => {
                parts.iter().filter(|part| part.holds(tally, today, held)).count() > 0
            }
            Condition::Not(part) => !part.holds(tally, today, &mut Vec::new()),
            Condition::Leaf(asked) => {
                let holds = tally(asked.leaf).is_some_and(|tally| asked.met_by(tally, today));
                if holds && !held.contains(&asked.leaf) {
                    held.push(asked.leaf);
                }
                holds
            }
        }
    }

    /// Every use of a leaf in it.
    pub(super) fn uses<'c>(&'c self, into: &mut Vec<&'c Use>) {
        match self {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().for_each(|part| part.uses(into));
            }
            Condition::Not(part) => part.uses(into),
            Condition::Leaf(asked) => into.push(asked),
        }
    }
}

impl Use {
    fn met_by(&self, tally: &Tally, today: Date) -> bool {
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
            return wrong(node.line, "a condition is a mapping: all, any, not, use or fact".into());
        };
        if node.field("fact").is_some() {
            return self.leaf(file, scope, node).map(Condition::Leaf);
        }
        let [(key, value)] = map else {
            return wrong(node.line, "one of all, any, not, use, or `fact` with its parts".into());
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
        let mut spec: Option<&'static FactSpec> = None;
        if let Some(at) = node.field("fact") {
            let kind = at.text().unwrap_or_default();
            spec = Fact::ALL.iter().find(|spec| spec.kind == kind);
            if spec.is_none() {
                return Err(error("R004", at.line, format!("no kind of fact is called `{kind}`")));
            }
        }
        let Some(spec) = spec else {
            return Err(error("R004", node.line, "`fact` is missing".into()));
        };
        if !scope.takes(spec) {
            let message =
                format!("`{}` is not about a subject of scope {}", spec.kind, scope.name());
            return Err(error("R006", node.line, message));
        }
        let field = |line: u64, name: &str| {
            spec.fields.iter().find(|field| field.name == name).ok_or_else(|| {
                error("R004", line, format!("`{}` has no field `{name}`", spec.kind))
            })
        };
        let mut leaf = Leaf { scope, fact: spec.kind, tests: Vec::new(), distinct: None };
        let (mut at_least, mut seen_within) = (1, None);
        for (key, value) in node.map().unwrap_or_default() {
            match key.as_str() {
                "fact" => {}
                "where" => {
                    let Some(map) = value.map() else {
                        return Err(error("R005", value.line, "`where` takes fields".into()));
                    };
                    for (name, asked) in map {
                        test::compile(field(asked.line, name)?, asked, self.lists, &mut leaf.tests)
                            .map_err(|(line, message)| error("R005", line, message))?;
                    }
                }
                "at_least" => match value.int().and_then(|n| u64::try_from(n).ok()) {
                    Some(least @ 1..=MOST_DISTINCT) => at_least = least,
                    _ => {
                        let message = format!("`at_least` is 1 to {MOST_DISTINCT}");
                        return Err(error("R005", value.line, message));
                    }
                },
                "distinct" => {
                    let name = value.text().unwrap_or_default();
                    leaf.distinct = Some(field(value.line, &name)?.name);
                }
                "seen_within" => match value.text().as_deref().and_then(test::days) {
                    Some(days) => seen_within = Some(days),
                    None => {
                        let message = "`seen_within` takes a number of days, `30 days`";
                        return Err(error("R005", value.line, message.into()));
                    }
                },
                _ => {
                    let known = "fact, where, at_least, distinct, seen_within";
                    let message = format!("unknown part `{key}` of a leaf; known: {known}");
                    return Err(error("R003", value.line, message));
                }
            }
        }
        let at = match self.leaves.iter().position(|known| *known == leaf) {
            Some(at) => at,
            None => {
                self.leaves.push(leaf);
                self.leaves.len() - 1
            }
        };
        Ok(Use { leaf: at, at_least, seen_within })
    }
}
