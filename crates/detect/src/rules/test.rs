//! One comparison of a fact's field.

use hashbrown::HashSet;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use model::Value;
use model::fact::{FieldSpec, FieldType};
use pages::yaml::{Kind, Node};

/// Named value lists that pages share.
pub(super) type Lists = hashbrown::HashMap<String, Vec<String>>;

/// A field with what is asked of it. All tests of a leaf must hold.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Test {
    pub(super) field: &'static str,
    ask: Ask,
    /// Whether the answer is turned round. A turned test holds where the field is absent.
    turned: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Ask {
    Present,
    Bool(bool),
    OneOf(HashSet<String>),
    IntOneOf(Vec<i64>),
    AtLeast(i64),
    StartsWith(Vec<String>),
    EndsWith(Vec<String>),
    Contains(Vec<String>),
    Before(Date),
    OlderThan(i64),
}

impl Test {
    /// Whether a value stands the test; `now` for relative ages.
    pub(super) fn holds(&self, value: Value<'_>, now: Timestamp) -> bool {
        self.turned
            != match value {
                Value::Absent => false,
                Value::List(list) if self.ask != Ask::Present => {
                    list.iter().any(|text| self.ask.of_text(text, now))
                }
                Value::List(list) => !list.is_empty(),
                Value::Text(text) => self.ask.of_text(text, now),
                Value::Int(number) => self.ask.of_int(number, now),
                Value::Bool(flag) => self.ask == Ask::Bool(flag) || self.ask == Ask::Present,
            }
    }
}

impl Ask {
    fn of_text(&self, text: &str, now: Timestamp) -> bool {
        match self {
            Ask::Present => true,
            Ask::OneOf(set) => set.contains(text),
            Ask::AtLeast(least) => text.trim().parse::<i64>().is_ok_and(|n| n >= *least),
            Ask::StartsWith(list) => list.iter().any(|part| text.starts_with(part.as_str())),
            Ask::EndsWith(list) => list.iter().any(|part| text.ends_with(part.as_str())),
            Ask::Contains(list) => list.iter().any(|part| text.contains(part.as_str())),
            Ask::Before(_) | Ask::OlderThan(_) => self.of_date(text_date(text), now),
            Ask::Bool(_) | Ask::IntOneOf(_) => false,
        }
    }

    fn of_int(&self, number: i64, now: Timestamp) -> bool {
        match self {
            Ask::Present => true,
            Ask::IntOneOf(list) => list.contains(&number),
            Ask::AtLeast(least) => number >= *least,
            Ask::Before(_) | Ask::OlderThan(_) => {
                self.of_date(Timestamp::from_second(number).ok().map(day), now)
            }
            _ => false,
        }
    }

    fn of_date(&self, date: Option<Date>, now: Timestamp) -> bool {
        let limit = match self {
            Ask::Before(limit) => Some(*limit),
            Ask::OlderThan(days) => day(now).checked_sub(days.days()).ok(),
            _ => None,
        };
        matches!((date, limit), (Some(date), Some(limit)) if date < limit)
    }
}

/// The day of an instant in UTC.
pub(super) fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// The day that a text starts with, `YYYY-MM-DD`.
pub(super) fn text_date(text: &str) -> Option<Date> {
    text.trim().get(..10)?.parse().ok()
}

/// Compiles what stands behind a field's name; the error is a message and its line.
pub(super) fn compile(
    field: &'static FieldSpec,
    node: &Node,
    lists: &Lists,
    into: &mut Vec<Test>,
) -> Result<(), (u64, String)> {
    let Some(map) = node.map() else {
        into.push(equal(field, node, false)?);
        return Ok(());
    };
    if map.is_empty() {
        return Err((node.line, format!("nothing is asked of `{}`", field.name)));
    }
    for (ask, node) in map {
        let wrong = |message: String| Err((node.line, message));
        let texts = || {
            let list = node.texts().filter(|list| !list.is_empty());
            if !matches!(field.kind, FieldType::Text | FieldType::List) {
                return Err((node.line, format!("`{}` is no text", field.name)));
            }
            list.ok_or_else(|| (node.line, format!("`{ask}` takes a text or a list of texts")))
        };
        let number = || {
            if !matches!(field.kind, FieldType::Int | FieldType::Text) {
                return Err((node.line, format!("`{}` is no number", field.name)));
            }
            node.int().ok_or_else(|| (node.line, format!("`{ask}` takes a whole number")))
        };
        let (asked, turned) = match ask.as_str() {
            "in" | "not_in" | "not" => {
                into.push(equal(field, node, ask != "in")?);
                continue;
            }
            "in_list" | "not_in_list" => {
                let mut set = HashSet::new();
                for name in texts()? {
                    match lists.get(&name) {
                        Some(list) => set.extend(list.iter().cloned()),
                        None => return wrong(format!("no list `{name}` in rules/lists/")),
                    }
                }
                (Ask::OneOf(set), ask == "not_in_list")
            }
            "is" => match node.text().as_deref() {
                Some("present") => (Ask::Present, false),
                Some("absent") => (Ask::Present, true),
                _ => return wrong("`is` takes present or absent".into()),
            },
            "at_least" => (Ask::AtLeast(number()?), false),
            "less_than" => {
                // A stated number below the limit: present, and not at least as much.
                into.push(Test { field: field.name, ask: Ask::Present, turned: false });
                (Ask::AtLeast(number()?), true)
            }
            "starts_with" => (Ask::StartsWith(texts()?), false),
            "ends_with" => (Ask::EndsWith(texts()?), false),
            "contains" => (Ask::Contains(texts()?), false),
            "before" => match node.text().as_deref().and_then(text_date) {
                Some(date) => (Ask::Before(date), false),
                None => return wrong("`before` takes a date, YYYY-MM-DD".into()),
            },
            "older_than" => match node.text().as_deref().and_then(days) {
                Some(days) => (Ask::OlderThan(days), false),
                None => return wrong("`older_than` takes a number of days, `180 days`".into()),
            },
            _ => {
                let known = "in, not_in, not, in_list, not_in_list, is, at_least, less_than, \
                             starts_with, ends_with, contains, before, older_than";
                return wrong(format!("unknown comparison `{ask}`; known: {known}"));
            }
        };
        into.push(Test { field: field.name, ask: asked, turned });
    }
    Ok(())
}

/// `value`, `[a, b]`: equality with one of them.
fn equal(field: &'static FieldSpec, node: &Node, turned: bool) -> Result<Test, (u64, String)> {
    let wrong = |what: &str| (node.line, format!("`{}` takes {what}", field.name));
    let list = node.list();
    if list.is_empty() {
        return Err(wrong("a value; use `is: absent` for none"));
    }
    let ask = match field.kind {
        FieldType::Bool => match (&node.kind, field.optional) {
            (Kind::Bool(flag), _) => Ask::Bool(*flag),
            _ => return Err(wrong("true or false")),
        },
        FieldType::Int => {
            let numbers: Option<Vec<i64>> = list.iter().map(Node::int).collect();
            Ask::IntOneOf(numbers.ok_or_else(|| wrong("a whole number or a list of them"))?)
        }
        FieldType::Text | FieldType::List => {
            let texts = node.texts().ok_or_else(|| wrong("a text or a list of texts"))?;
            Ask::OneOf(texts.into_iter().collect())
        }
    };
    Ok(Test { field: field.name, ask, turned })
}

/// `180 days`, `1 day`.
pub(super) fn days(text: &str) -> Option<i64> {
    let (number, unit) = text.trim().split_once(' ')?;
    let days = number.parse::<i64>().ok().filter(|days| (0..=36_500).contains(days))?;
    matches!(unit, "day" | "days").then_some(days)
}

/// `10 minutes`, `2 hours`, `3 days`, in milliseconds.
pub(super) fn span(text: &str) -> Option<i64> {
    let (number, unit) = text.trim().split_once(' ')?;
    let unit = match unit {
        "minute" | "minutes" => 60_000,
        "hour" | "hours" => 3_600_000,
        "day" | "days" => 86_400_000,
        _ => return None,
    };
    let number = number.parse::<i64>().ok().filter(|number| (1..=36_500).contains(number))?;
    Some(number * unit)
}
