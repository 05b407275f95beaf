//! What properties of one object have to do with each other.

use super::Code;
use super::object::Checker;
use super::table::{Demand, Shape};
use crate::Instant;
use crate::json::{Data, Node};

impl Checker<'_, '_> {
    pub(super) fn rules(&mut self, node: &Node<'_>, shape: &'static Shape) {
        for rule in &shape.rules {
            if let Some((code, message)) = broken(node, shape, &rule.demand) {
                let code = match (rule.should, code) {
                    (true, Code::PropertyCombination) => Code::PropertyCombinationAdvised,
                    (_, code) => code,
                };
                let should = rule.should || code == Code::Deprecated;
                self.say(code, should, node.offset, &message);
            }
        }
    }
}

fn broken(node: &Node<'_>, shape: &Shape, demand: &Demand) -> Option<(Code, String)> {
    let has = |name: &str| node.property(name).is_some();
    let count = |names: &[&str]| names.iter().filter(|name| has(name)).count();
    let listed = |names: &[&str]| names.join("`, `");
    let is = |name: &str, value: bool| matches!(node.property(name).map(|one| &one.data), Some(Data::Bool(is)) if *is == value);
    let combination = |message: String| Some((Code::PropertyCombination, message));
    match demand {
        Demand::Some(names) if count(names) == 0 => {
            combination(format!("none of `{}` is there", listed(names)))
        }
        Demand::One(names) if count(names) != 1 => {
            combination(format!("exactly one of `{}` must be there", listed(names)))
        }
        Demand::All(names) if count(names) < names.len() => {
            combination(format!("`{}` should be there", listed(names)))
        }
        Demand::NotBoth(names) if count(names) > 1 => {
            combination(format!("`{}` exclude each other", listed(names)))
        }
        Demand::With(first, names) if has(first) && count(names) < names.len() => {
            combination(format!("with `{first}`, `{}` must be there too", listed(names)))
        }
        Demand::If(name, value, other) if is(name, *value) && !has(other) => {
            combination(format!("where `{name}` is {value}, `{other}` must be there"))
        }
        Demand::OnlyIf(name, other, value) if has(name) && !is(other, *value) => {
            combination(format!("`{name}` is there only where `{other}` is {value}"))
        }
        Demand::NotIf(name, other, value) if has(name) && is(other, *value) => {
            combination(format!("where `{other}` is {value}, `{name}` must not be there"))
        }
        Demand::Deprecated(name) if has(name) => {
            Some((Code::Deprecated, format!("`{name}` is deprecated")))
        }
        Demand::SomeProperty
            if !shape.properties.iter().any(|one| has(one.name)) && !has("extensions") =>
        {
            combination("none of its own properties is there".to_owned())
        }
        Demand::Ordered { first, second, strict } => {
            let earlier = Instant::parse(node.text_of(first)?)?;
            let later = Instant::parse(node.text_of(second)?)?;
            let fits = earlier < later || earlier == later && !strict;
            (!fits).then(|| {
                let how = if *strict { "later than" } else { "not earlier than" };
                (Code::TimesOutOfOrder, format!("`{second}` must be {how} `{first}`"))
            })
        }
        _ => None,
    }
}
