//! observed-data objects with the objects they refer to, as observations.
//! STIX 2.1, section 4.14; STIX 2.0, part 2, section 2.7 and part 3.

use crate::json::Reader;
use crate::{Instant, Observation, Span, Value};
use std::borrow::Cow;
use std::collections::HashMap;

/// References that all observed-data objects of a file may have together.
const MAX_REFERENCES: usize = 1_000_000;

/// The observed-data objects of a file, and what they may refer to.
#[derive(Debug, Default)]
pub struct ObservedData<'a> {
    list: Vec<Listed<'a>>,
    /// All other objects by their `id`; of several with one id, the last counts.
    others: HashMap<Cow<'a, str>, Value<'a>>,
}

#[derive(Debug)]
struct Listed<'a> {
    id: Cow<'a, str>,
    span: Option<Span>,
    number: u64,
    /// 2.0's `objects`.
    embedded: Vec<(Cow<'a, str>, Value<'a>)>,
    /// 2.1's `object_refs`.
    references: Vec<Value<'a>>,
}

/// A file holds no observed data that can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} at byte {offset} of the observed data ({code})")]
pub struct ObservedError {
    /// A stable name: `not-json`, `not-observed-data` or `too-many`.
    pub code: &'static str,
    /// Byte in the file, as near as can be told.
    pub offset: usize,
    /// What should stand there.
    pub expected: Cow<'static, str>,
}

impl<'a> ObservedData<'a> {
    /// Reads an observed-data object, a bundle, a list of either, or several of these one behind
    /// the other (JSON lines). Objects of a 2.1 bundle count where some observed-data refers to
    /// them; all bundles of the file are one in this.
    ///
    /// # Errors
    /// When it is no JSON, when an observed-data object states times or numbers that are none, and
    /// when there are more than 1,000,000 references.
    pub fn read(text: &'a str) -> Result<Self, ObservedError> {
        let mut all = Self::default();
        let mut left = MAX_REFERENCES;
        let mut reader = Reader::new(text);
        let mut any = false;
        while reader.peek().is_some() {
            any = true;
            let offset = reader.offset();
            let document = reader.value(0).map_err(|error| ObservedError {
                code: "not-json",
                offset: error.offset,
                expected: Cow::Borrowed(error.expected),
            })?;
            all.document(document.into(), &mut left).map_err(|(code, expected)| ObservedError {
                code,
                offset,
                expected,
            })?;
        }
        if !any {
            let expected = Cow::Borrowed("an observed-data object or a bundle");
            return Err(ObservedError { code: "not-observed-data", offset: 0, expected });
        }
        Ok(all)
    }

    /// How many observed-data objects there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is no observed-data object.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The `id` of the observed-data object with this number; empty where it has none.
    #[must_use]
    pub fn id(&self, number: u64) -> &str {
        usize::try_from(number).ok().and_then(|at| self.list.get(at)).map_or("", |one| &one.id)
    }

    /// Each observed-data object as an observation, with its number.
    pub fn observations(&self) -> impl Iterator<Item = (u64, Observation<'_>)> {
        self.list.iter().enumerate().map(|(number, one)| {
            let mut objects = one.embedded.clone();
            for reference in one.references.iter().filter_map(Value::as_text) {
                if let Some((id, object)) = self.others.get_key_value(reference) {
                    objects.push((Cow::Borrowed(id.as_ref()), object.clone()));
                }
            }
            (number as u64, Observation { span: one.span, number: one.number, objects })
        })
    }

    fn document(&mut self, document: Value<'a>, left: &mut usize) -> Result<(), Problem> {
        match document {
            Value::List(all) => all.into_iter().try_for_each(|one| self.bundle(one, left)),
            one => self.bundle(one, left),
        }
    }

    fn bundle(&mut self, mut value: Value<'a>, left: &mut usize) -> Result<(), Problem> {
        if value.property("type").and_then(Value::as_text) != Some("bundle") {
            return self.object(value, left);
        }
        match take(&mut value, "objects") {
            Some(Value::List(objects)) => {
                objects.into_iter().try_for_each(|one| self.object(one, left))
            }
            _ => Ok(()),
        }
    }

    fn object(&mut self, mut object: Value<'a>, left: &mut usize) -> Result<(), Problem> {
        let id = match object.property("id") {
            Some(Value::Text(id)) => id.clone(),
            _ => Cow::Borrowed(""),
        };
        match object.property("type").and_then(Value::as_text) {
            Some("observed-data") => {}
            Some(_) => {
                self.others.insert(id, object);
                return Ok(());
            }
            None => return Err(problem("an object with a `type`")),
        }
        let first = time(&object, "first_observed")?;
        let last = time(&object, "last_observed")?;
        let span = first.or(last).map(|at| Span::new(first.unwrap_or(at), last.unwrap_or(at)));
        let number = match object.property("number_observed") {
            None => 1,
            Some(Value::Integer(number)) if *number >= 1 => number.unsigned_abs(),
            Some(_) => return Err(problem("a `number_observed` of 1 or more")),
        };
        let embedded = match take(&mut object, "objects") {
            Some(Value::Dict(pairs)) => pairs,
            _ => Vec::new(),
        };
        let references = match take(&mut object, "object_refs") {
            Some(Value::List(references)) => references,
            _ => Vec::new(),
        };
        *left = left
            .checked_sub(references.len())
            .ok_or(("too-many", Cow::Borrowed("at most 1,000,000 references to objects")))?;
        self.list.push(Listed { id, span, number, embedded, references });
        Ok(())
    }
}

/// Code and expectation.
type Problem = (&'static str, Cow<'static, str>);

fn problem(expected: &'static str) -> Problem {
    ("not-observed-data", Cow::Borrowed(expected))
}

fn time(object: &Value<'_>, key: &'static str) -> Result<Option<Instant>, Problem> {
    match object.property(key) {
        None => Ok(None),
        Some(value) => match value.as_text().and_then(Instant::parse) {
            Some(at) => Ok(Some(at)),
            None => Err(("not-observed-data", format!("a time as `{key}`").into())),
        },
    }
}

/// Takes a property out of an object.
fn take<'a>(object: &mut Value<'a>, key: &str) -> Option<Value<'a>> {
    let Value::Dict(pairs) = object else { return None };
    let found = pairs.iter_mut().rev().find(|(name, _)| name == key);
    found.map(|(_, value)| std::mem::replace(value, Value::Null))
}
