//! How many pairs of pattern and observation are decided in a second, for patterns that stay on
//! the engine: `cargo run --release -p stix --example speed`.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::time::Instant as Clock;
use stix::{Instant, Matcher, Observation, Span, Value, pattern::Pattern};

fn main() {
    let patterns: Vec<Matcher> = (0..1000)
        .map(|n| match n % 5 {
            0 => format!("[url:value LIKE '%host{n}.example%']"),
            1 => format!("[url:value MATCHES 'host{n}\\\\.example/[a-z]+$']"),
            2 => format!("[file:name = 'f{n}' AND file:size > {n}]"),
            3 => format!("[app:id = 'a{n}'] FOLLOWEDBY [url:value LIKE '%{n}']"),
            _ => format!("[ipv4-addr:value ISSUBSET '10.{}.0.0/16']", n % 256),
        })
        .map(|text| Matcher::new(&text.parse::<Pattern>().unwrap()).unwrap())
        .collect();
    let texts: Vec<[String; 4]> = (0..1000)
        .map(|n| {
            [
                format!("http://host{n}.example/abc"),
                format!("f{n}"),
                format!("a{n}"),
                format!("10.{}.3.4", n % 256),
            ]
        })
        .collect();
    let observations: Vec<Observation<'_>> = texts
        .iter()
        .enumerate()
        .map(|(n, [url, name, app, address])| {
            let object = |kind: &'static str, key: &'static str, text| {
                (
                    kind.into(),
                    Value::Dict(vec![
                        ("type".into(), Value::text(kind)),
                        (key.into(), Value::text(text)),
                    ]),
                )
            };
            Observation {
                span: Some(Span::at(Instant::new(n as i64, 0))),
                number: 1,
                objects: vec![
                    object("url", "value", url.as_str()),
                    object("file", "name", name.as_str()),
                    object("app", "id", app.as_str()),
                    object("ipv4-addr", "value", address.as_str()),
                ],
            }
        })
        .collect();
    let begun = Clock::now();
    let mut matched = 0;
    for matcher in &patterns {
        let mut run = matcher.run();
        observations.iter().enumerate().for_each(|(n, one)| run.observe(n as u64, one));
        matched += u32::from(run.finish().matched);
    }
    let pairs = (patterns.len() * observations.len()) as f64;
    let took = begun.elapsed().as_secs_f64();
    println!(
        "{pairs} pairs in {took:.3} s: {:.0} a second; {matched} patterns matched",
        pairs / took
    );
}
