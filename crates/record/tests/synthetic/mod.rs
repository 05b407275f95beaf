//! Observations of every kind with values nobody would think of, made from `Fact::ALL`, so
//! that a new kind is tested without a line written here.
#![allow(dead_code)] // Each test file uses a part.

use model::fact::{FactSpec, FieldSpec, FieldType};
use model::{Fact, Item, Observation, Position, Precision, Time, Zone};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// A small generator of the xorshift family; the same numbers on every run.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }
}

const TEXTS: [&str; 12] = [
    "",
    "org.example.app",
    "\u{1b}]8;;https://evil.example\u{7}click\u{1b}]8;;\u{7}",
    "\0\n\r\t\u{7f}\u{9b}2J",
    "\u{202e}gpj.exe\u{2069}\u{200b}\u{feff}",
    "\"quoted\\\" {\"record\":\"end\"}",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "</script><script>alert(1)</script>",
    "བོད་ཡིག ئۇيغۇرچە 微信 é \u{10ffff}\u{e0041}",
    "/data/local/tmp/x",
    "https://User@EXAMPLE.org:443/a?b#c",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
];

fn value(spec: &FactSpec, field: &FieldSpec, numbers: &mut Numbers) -> Value {
    if field.optional && numbers.below(3) == 0 {
        return Value::Null;
    }
    match field.kind {
        FieldType::Bool => json!(numbers.below(2) == 1),
        FieldType::Text => json!(numbers.pick(&TEXTS)),
        FieldType::List => {
            json!((0..numbers.below(4)).map(|_| numbers.pick(&TEXTS)).collect::<Vec<_>>())
        }
        FieldType::Int => {
            let wide = numbers.pick(&[json!(i64::MIN), json!(-1), json!(i64::MAX), json!(7)]);
            let fits = |v: &Value| {
                fact(spec, Map::from_iter([(field.name.to_owned(), v.clone())])).is_ok()
            };
            if fits(&wide) { wide } else { numbers.pick(&[json!(0), json!(u32::MAX)]) }
        }
    }
}

fn fact(spec: &FactSpec, fields: Map<String, Value>) -> serde_json::Result<Fact> {
    serde_json::from_value(json!({"kind": spec.kind, "fields": fields}))
}

fn position(numbers: &mut Numbers) -> Position {
    let mut some = |value: u64| (numbers.below(2) == 1).then_some(value);
    Position {
        byte: some(0).map(|start| (start, u64::MAX)),
        line: some(1),
        row: some(u64::MAX),
        pointer: some(3).map(|_| "/0/a~1b/\u{1b}".into()),
    }
}

fn time(numbers: &mut Numbers) -> Option<Time> {
    let zones = [Zone::Utc, Zone::Offset("+05:30".into()), Zone::Device, Zone::Boot, Zone::Unknown];
    (numbers.below(3) > 0).then(|| Time {
        value: numbers.pick(&TEXTS).into(),
        zone: numbers.pick(&zones),
        precision: numbers.pick(&[Precision::Day, Precision::Millisecond]),
        utc: numbers.pick(&[None, Some("2026-01-02T03:04:05.678Z".into())]),
        derived_from: numbers.pick(&[None, Some("lastUpdateTime".into())]),
    })
}

/// `rounds` observations of each kind.
pub(crate) fn observations(rounds: usize) -> Vec<Item> {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut items = Vec::new();
    for spec in std::iter::repeat_n(Fact::ALL, rounds).flatten() {
        let fields =
            spec.fields.iter().map(|f| (f.name.to_owned(), value(spec, f, &mut numbers))).collect();
        items.push(Item::Observation(Observation {
            fact: fact(spec, fields).unwrap(),
            artifact: numbers.pick(&TEXTS).into(),
            position: position(&mut numbers),
            time: time(&mut numbers),
            parser: Cow::Borrowed("test"),
        }));
    }
    items
}
