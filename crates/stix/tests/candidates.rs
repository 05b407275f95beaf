//! Candidates of patterns over several observations are bounded where many patterns run at once; what
//! was let go is told.
#![allow(clippy::unwrap_used)] // A test may.

use stix::{Instant, Matcher, Observation, Span, Value};

fn observation(second: i64, kind: &'static str) -> Observation<'static> {
    let properties =
        vec![("type".into(), Value::text(kind)), ("value".into(), Value::text("a.example"))];
    Observation {
        span: Some(Span::at(Instant::new(second, 0))),
        number: 1,
        objects: vec![("0".into(), Value::Dict(properties))],
    }
}

fn matcher() -> Matcher {
    let pattern = "[domain-name:value = 'a.example'] FOLLOWEDBY [url:value = 'a.example']";
    Matcher::new(&pattern.parse().unwrap()).unwrap()
}

#[test]
fn over_all_patterns_so_many_are_kept() {
    let matcher = matcher();
    let (mut first, mut second, mut room) = (matcher.run(), matcher.run(), 3);
    for number in 0..2 {
        first.observe_within(number, &observation(number as i64, "domain-name"), &mut room);
        second.observe_within(number, &observation(number as i64, "domain-name"), &mut room);
    }
    assert_eq!(room, 0);
    second.observe_within(2, &observation(2, "url"), &mut room);
    let (first, second) = (first.finish(), second.finish());
    assert_eq!((first.dropped, second.dropped), (0, 2));
    assert!(!second.matched);
}
