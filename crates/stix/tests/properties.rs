//! What holds for every pattern, made up or broken.
#![allow(clippy::unwrap_used)] // A test that fails here has failed.

mod generated;

use generated::{Chance, observed, pattern};
use proptest::prelude::*;
use stix::pattern::{Pattern, Version};
use stix::{Matcher, ObservedData};

fn read(text: &str) -> Pattern {
    Pattern::parse(text, Version::V21).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Whether observed data satisfies a pattern; `None` where a comparison has no answer.
fn satisfied(pattern: &Pattern, data: &ObservedData<'_>) -> Option<bool> {
    let matcher = Matcher::new(pattern).ok()?;
    let mut run = matcher.run();
    data.observations().for_each(|(number, one)| run.observe(number, &one));
    let verdict = run.finish();
    (verdict.matched || verdict.error.is_none()).then_some(verdict.matched)
}

proptest! {
    /// parse ∘ print = identity, and the canonical form is its own canonical form.
    #[test]
    fn printing_and_reading_is_the_same_pattern(seed in any::<u64>()) {
        let first = read(&pattern(&mut Chance(seed)));
        let printed = first.to_string();
        let second = read(&printed);
        prop_assert_eq!(&second, &first);
        prop_assert_eq!(second.to_string(), printed);
    }

    /// What a pattern comes to does not change with its form.
    #[test]
    fn the_canonical_form_means_the_same(seed in any::<u64>()) {
        let mut chance = Chance(seed);
        let (text, data) = (pattern(&mut chance), observed(&mut chance));
        let data = ObservedData::read(&data).unwrap();
        let first = read(&text);
        let second = read(&first.to_string());
        prop_assert_eq!(satisfied(&first, &data), satisfied(&second, &data));
    }

    /// `A OR B` holds where A or B holds, and AND of both only where each does.
    #[test]
    fn or_is_or(one in any::<u64>(), other in any::<u64>(), seed in any::<u64>()) {
        let (a, b) = (pattern(&mut Chance(one)), pattern(&mut Chance(other)));
        let data = observed(&mut Chance(seed));
        let data = ObservedData::read(&data).unwrap();
        let holds = |text: String| satisfied(&read(&text), &data);
        if let (Some(a_holds), Some(b_holds)) = (holds(a.clone()), holds(b.clone())) {
            prop_assert_eq!(holds(format!("({a}) OR ({b})")), Some(a_holds || b_holds));
            if holds(format!("({a}) AND ({b})")) == Some(true) {
                prop_assert!(a_holds && b_holds);
            }
        }
    }

    /// Strings of any characters survive.
    #[test]
    fn strings_survive(text in any::<String>(), key in any::<String>()) {
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('\'', "\\'");
        let one = read(&format!("[a:'{}' = '{}']", quoted(&key), quoted(&text)));
        prop_assert_eq!(&read(&one.to_string()), &one);
        let equalities = one.equalities().unwrap();
        prop_assert_eq!(equalities[0].1, &stix::pattern::Literal::Text(text.into()));
    }

    /// Whatever stands there, it is read or refused at a byte of it.
    #[test]
    fn anything_is_read_or_refused(text in any::<String>(), seed in any::<u64>(), at in any::<prop::sample::Index>()) {
        let mut broken: Vec<char> = pattern(&mut Chance(seed)).chars().collect();
        let place = at.index(broken.len());
        broken.splice(place..place, text.chars());
        for text in [text, broken.into_iter().collect()] {
            match Pattern::parse_leniently(&text, Version::V21) {
                Ok(pattern) => prop_assert_eq!(&read(&pattern.to_string()), &pattern),
                Err(error) => prop_assert!(error.offset <= text.len()),
            }
        }
    }

    /// The short way and the tree find the same equalities.
    #[test]
    fn both_ways_find_the_same_equalities(seed in any::<u64>()) {
        let text = pattern(&mut Chance(seed));
        let tree = read(&text);
        if let Ok(short) = stix::pattern::equalities(&text) {
            let long = tree.equalities().unwrap();
            prop_assert_eq!(short.len(), long.len());
            for (short, (path, value)) in short.iter().zip(long) {
                prop_assert_eq!(short.object, &*path.object);
                prop_assert_eq!(value, &stix::pattern::Literal::Text(short.value.as_ref().into()));
            }
        }
    }
}
