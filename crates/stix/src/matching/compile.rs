//! An observation expression made ready: paths made out, constants prepared, equalities on one
//! property gathered into a set.

use super::compare::Check;
use super::walk::{Path, Scene};
use crate::Value;
use crate::pattern::{
    Comparison, ComparisonExpression, Literal, ObjectPath, PatternCode, PatternError, Test,
};
use std::collections::BTreeSet;
use std::collections::HashMap;

/// An observation expression: `[…]`.
#[derive(Debug)]
pub(super) struct Leaf {
    /// Few, so they are gone through.
    types: Vec<Box<str>>,
    tree: Tree,
}

/// Comparisons, and how they are joined.
#[derive(Debug)]
enum Tree {
    One(Compiled),
    And(Vec<Tree>),
    Or(Vec<Tree>),
}

#[derive(Debug)]
struct Compiled {
    object: Box<str>,
    path: Path,
    offset: usize,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// The path leads to a value; or, negated, to none.
    Exists {
        negated: bool,
    },
    Check(Check),
}

impl Tree {
    /// Bytes of memory beside its own. Recursion is bounded by the depth of the tree.
    fn memory(&self) -> usize {
        match self {
            Tree::And(all) | Tree::Or(all) => {
                let inner = all.iter().map(Tree::memory);
                all.capacity() * size_of::<Tree>() + inner.sum::<usize>()
            }
            Tree::One(one) => {
                let check = match &one.kind {
                    Kind::Check(check) => check.memory(),
                    Kind::Exists { .. } => 0,
                };
                one.object.len() + one.path.memory() + check
            }
        }
    }
}

/// Types that only describe (SDOs, SROs, and the like): patterns are about what was observed.
/// STIX 2.1, section 9.1.
const NOT_OBSERVED: &[&str] = &[
    "attack-pattern",
    "bundle",
    "campaign",
    "course-of-action",
    "extension-definition",
    "grouping",
    "identity",
    "incident",
    "indicator",
    "infrastructure",
    "intrusion-set",
    "language-content",
    "location",
    "malware",
    "malware-analysis",
    "marking-definition",
    "note",
    "observed-data",
    "opinion",
    "relationship",
    "report",
    "threat-actor",
    "tool",
    "sighting",
    "vulnerability",
];

impl Leaf {
    pub(super) fn new(expression: &ComparisonExpression) -> Result<Self, PatternError> {
        let mut regular = Regular { left: MAX_REGULAR };
        let mut types: BTreeSet<Box<str>> = BTreeSet::new();
        let tree = tree(expression, &mut types, &mut regular)?;
        types.retain(|kind| !NOT_OBSERVED.contains(&&**kind));
        Ok(Self { types: types.into_iter().collect(), tree })
    }

    /// Bytes of memory, its own too.
    pub(super) fn memory(&self) -> usize {
        let types = self.types.iter().map(|kind| size_of::<Box<str>>() + kind.len());
        size_of::<Self>() + types.sum::<usize>() + self.tree.memory()
    }

    /// Whether some object of the observation satisfies all of it.
    pub(super) fn holds(&self, scene: &Scene<'_>) -> bool {
        scene.objects.iter().any(|(_, object)| {
            let kind = object.property("type").and_then(Value::as_text);
            kind.is_some_and(|kind| {
                self.types.iter().any(|one| **one == *kind)
                    && satisfies(&self.tree, scene, kind, object)
            })
        })
    }
}

/// Recursion is bounded by the depth of the tree (`pattern::MAX_DEPTH`).
fn satisfies<'o>(tree: &Tree, scene: &Scene<'o>, kind: &str, object: &'o Value<'o>) -> bool {
    match tree {
        Tree::And(all) => all.iter().all(|one| satisfies(one, scene, kind, object)),
        Tree::Or(all) => all.iter().any(|one| satisfies(one, scene, kind, object)),
        Tree::One(one) if *one.object != *kind => false,
        Tree::One(one) => match &one.kind {
            Kind::Exists { negated } => {
                one.path.any(scene, object, one.offset, &mut |_| true) != *negated
            }
            Kind::Check(check) => {
                let (encoding, offset) = (one.path.encoding, one.offset);
                let mut passes = |value| check.passes(value, encoding, scene, offset);
                one.path.any(scene, object, offset, &mut passes)
            }
        },
    }
}

/// Regular expressions that one observation expression may have.
const MAX_REGULAR: usize = 1000;

/// What is left to compile.
struct Regular {
    left: usize,
}

fn tree(
    expression: &ComparisonExpression,
    types: &mut BTreeSet<Box<str>>,
    regular: &mut Regular,
) -> Result<Tree, PatternError> {
    match expression {
        ComparisonExpression::One(one) => {
            types.insert(one.path.object.clone());
            compiled(one, regular).map(Tree::One)
        }
        ComparisonExpression::And(all) => {
            let parts: Result<Vec<_>, _> =
                all.iter().map(|one| tree(one, types, regular)).collect();
            Ok(Tree::And(parts?))
        }
        ComparisonExpression::Or(all) => {
            let mut parts = Vec::new();
            let mut sets: HashMap<&ObjectPath, (usize, Vec<Literal>)> = HashMap::new();
            for one in flat(all) {
                match strings(one) {
                    Some((path, offset, values)) => {
                        let set = sets.entry(path).or_insert((offset, Vec::new()));
                        set.1.extend_from_slice(values);
                    }
                    None => parts.push(tree(one, types, regular)?),
                }
            }
            for (path, (offset, values)) in sets {
                types.insert(path.object.clone());
                let gathered = Comparison {
                    path: path.clone(),
                    negated: false,
                    test: Test::In(values),
                    offset,
                };
                parts.push(Tree::One(compiled(&gathered, regular)?));
            }
            Ok(Tree::Or(parts))
        }
    }
}

/// The parts of an OR, and of ORs right inside of it.
fn flat(all: &[ComparisonExpression]) -> Vec<&ComparisonExpression> {
    let mut parts = Vec::new();
    for one in all {
        match one {
            ComparisonExpression::Or(inner) => parts.extend(flat(inner)),
            other => parts.push(other),
        }
    }
    parts
}

/// The strings that a comparison by `=` or `IN` wants.
fn strings(one: &ComparisonExpression) -> Option<(&ObjectPath, usize, &[Literal])> {
    let ComparisonExpression::One(one) = one else { return None };
    let values = match &one.test {
        Test::Equal(value) if !one.negated => std::slice::from_ref(value),
        Test::In(values) if !one.negated => values.as_slice(),
        _ => return None,
    };
    let all_text = values.iter().all(|value| matches!(value, Literal::Text(_)));
    all_text.then_some((&one.path, one.offset, values))
}

fn compiled(one: &Comparison, regular: &mut Regular) -> Result<Compiled, PatternError> {
    if matches!(one.test, Test::Matches(_)) {
        let expected = "at most 1,000 regular expressions in one observation expression";
        let left = regular.left.checked_sub(1);
        regular.left =
            left.ok_or_else(|| PatternError::new(PatternCode::TooMany, one.offset, expected))?;
    }
    let path = Path::new(&one.path.steps);
    let kind = match Check::new(one, path.encoding)? {
        None => Kind::Exists { negated: one.negated },
        Some(check) => Kind::Check(check),
    };
    Ok(Compiled { object: one.path.object.clone(), path, offset: one.offset, kind })
}
