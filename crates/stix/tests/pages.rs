//! The pages of `fixtures/patterns/`; their format is told in `fixtures/README.md`.
#![allow(clippy::unwrap_used)] // A test that fails here has failed.

use std::borrow::Cow;
use std::path::Path;
use stix::pattern::{Pattern, PatternError, Version};
use stix::{Instant, Matcher, Observation, Span, Value, Verdict};

/// A line of `at`: its time, how often, its objects.
fn observation(line: &str) -> Observation<'_> {
    let (time, rest) = line.split_once(" x").unwrap();
    let (number, objects) = rest.split_once(' ').unwrap();
    let read = |text: &str| Instant::parse(text).unwrap();
    let span = match time.split_once('/') {
        _ if time == "-" => None,
        Some((first, last)) => Some(Span::new(read(first), read(last))),
        None => Some(Span::at(read(time))),
    };
    let Value::Dict(objects) = serde_json::from_str(objects).unwrap() else { panic!("{objects}") };
    Observation { span, number: number.parse().unwrap(), objects }
}

fn verdict(matcher: &Matcher, observations: &[Observation<'_>]) -> Verdict {
    let mut run = matcher.run();
    for (number, one) in observations.iter().enumerate() {
        run.observe(number as u64, one);
    }
    run.finish()
}

/// Reads, compiles and holds a pattern against the observations.
fn hold(
    pattern: &str,
    version: Version,
    observations: &[Observation<'_>],
) -> Result<Verdict, PatternError> {
    let matcher = Matcher::new(&Pattern::parse(pattern, version)?)?;
    let verdict = verdict(&matcher, observations);
    match verdict.error.clone().filter(|_| !verdict.matched) {
        Some(error) => Err(error),
        None => Ok(verdict),
    }
}

/// What is wrong with one line of a page; `None` where it holds.
fn wrong(word: &str, rest: &str, observations: &[Observation<'_>]) -> Option<String> {
    let version = if word.ends_with("20") { Version::V20 } else { Version::V21 };
    let coded = || {
        let mut words = rest.splitn(3, ' ');
        let (code, offset) = (words.next().unwrap(), words.next().unwrap());
        (code.to_owned(), offset.parse::<usize>().unwrap(), words.next().unwrap_or(""))
    };
    match word.trim_end_matches("20") {
        "match" | "no" => match hold(rest, version, observations) {
            Ok(verdict) if verdict.matched == word.starts_with("match") => None,
            other => Some(format!("{other:?}")),
        },
        "untimed" => match hold(rest, version, observations) {
            Ok(Verdict { matched: false, untimed: 1.., .. }) => None,
            other => Some(format!("{other:?}")),
        },
        "fails" => {
            let (code, offset, pattern) = coded();
            match hold(pattern, version, observations) {
                Err(error) if error.code.as_str() == code && error.offset == offset => None,
                other => Some(format!("{other:?}")),
            }
        }
        "breaks" => {
            let (code, offset, pattern) = coded();
            let found = Pattern::parse(pattern, version).map(|pattern| pattern.violations());
            match found.as_deref() {
                Ok([one]) if one.code.as_str() == code && one.offset == offset => None,
                _ => Some(format!("{found:?}")),
            }
        }
        "never" => match Pattern::parse(rest, version).map(|pattern| pattern.never_matches()) {
            Ok(true) => None,
            other => Some(format!("{other:?}")),
        },
        "prints" => {
            let (pattern, canonical) = rest.split_once(" ⇒ ").unwrap();
            let printed = Pattern::parse(pattern, version).map(|pattern| pattern.to_string());
            (printed.as_deref() != Ok(canonical)).then(|| format!("{printed:?}"))
        }
        other => Some(format!("no such word: {other}")),
    }
}

#[test]
fn every_page_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/patterns");
    let (mut rows, mut failed) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let mut observations = Vec::new();
        let mut headed = false;
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "##" => (headed, observations) = (true, Vec::new()),
                "at" => observations.push(observation(rest)),
                _ => {
                    assert!(headed, "{}: no heading names the section", path.display());
                    rows += 1;
                    if let Some(found) = wrong(word, rest, &observations) {
                        let file = path.file_name().unwrap().to_string_lossy();
                        failed.push(format!("{file}:{}: {line}\n    {found}", number + 1));
                    }
                }
            }
        }
    }
    assert!(failed.is_empty(), "{} of {rows}:\n{}", failed.len(), failed.join("\n"));
    assert!(rows >= 300, "{rows} rows");
}

/// Numbers that are many: candidates are bounded, and what is let go is told.
#[test]
fn candidates_are_bounded() {
    let app = |id: &'static str, second: i64| Observation {
        span: Some(Span::at(Instant::new(second, 0))),
        number: 1,
        objects: vec![(
            Cow::Borrowed("0"),
            Value::Dict(vec![("type".into(), Value::text("app")), ("id".into(), Value::text(id))]),
        )],
    };
    let matcher = |text: &str| Matcher::new(&text.parse().unwrap()).unwrap();
    let many: Vec<_> = (0..12_000).map(|second| app("a", second)).collect();
    let one = verdict(&matcher("[app:id = 'a']"), &many);
    assert!(one.matched && one.dropped == 2000 && one.observations.len() == stix::MAX_CANDIDATES);
    let times = verdict(&matcher("[app:id = 'a'] REPEATS 11000 TIMES"), &many);
    assert!(!times.matched && times.dropped == 2000);
    // As many moments as candidates are tried, and none fits: decided within bounds all the same.
    let close = verdict(&matcher("[app:id = 'a'] REPEATS 3 TIMES WITHIN 1 SECONDS"), &many);
    assert!(!close.matched && !close.undecided);
    let order = "[app:id = 'b'] FOLLOWEDBY [app:id = 'a'] FOLLOWEDBY [app:id = 'b']";
    assert!(!verdict(&matcher(order), &many).matched);
}

#[test]
fn cost_is_bounded() {
    let parse =
        |text: &str| Pattern::parse(text, Version::V21).map_err(|error| error.code.as_str());
    let deep = format!("{}[a:b = 1]{}", "(".repeat(100), ")".repeat(100));
    assert!(parse(&deep).is_ok());
    assert_eq!(parse(&"(".repeat(5_000_000)), Err("too-deep"));
    assert_eq!(parse(&format!("[{}", "(".repeat(5_000_000))), Err("too-deep"));
    // Two million alternatives, joined inside of the brackets, between them, and in a set.
    let inside = format!("[{}]", vec!["a:b=1"; 1_500_000].join(" OR "));
    assert_eq!(parse(&inside), Err("too-many"));
    let between = vec!["[a:b=1]"; 1_300_000].join(" OR ");
    assert_eq!(parse(&between), Err("too-many"));
    let set = format!("[a:b IN ({})]", vec!["1"; 2_000_000].join(","));
    assert_eq!(parse(&set), Err("too-many"));
    assert_eq!(parse(&" ".repeat((16 << 20) + 1)), Err("too-long"));
    // As many as are read are compiled and evaluated.
    let most = format!(
        "[{}]",
        (0..100_000).map(|n| format!("a:b='{n}'")).collect::<Vec<_>>().join(" OR ")
    );
    let matcher = Matcher::new(&parse(&most).unwrap()).unwrap();
    let seen = observation(r#"- x1 {"0": {"type": "a", "b": "99999"}}"#);
    assert!(verdict(&matcher, &[seen]).matched);
    // Alternatives that multiply.
    let pair = "([a:b=1] AND [a:b=2] OR [a:b=3] AND [a:b=4])";
    let product = [pair; 9].join(" AND ");
    assert_eq!(
        Matcher::new(&parse(&product).unwrap()).map_err(|e| e.code.as_str()).err(),
        Some("too-many")
    );
    // References in circles.
    let circle = format!("[p:r_refs[*]{}.x = 1]", ".r_refs[*]".repeat(30));
    let objects: Vec<String> = (0..20)
        .map(|n| {
            format!(
                r#""{n}": {{"type": "p", "r_refs": [{}]}}"#,
                (0..20).map(|k| format!("\"{k}\"")).collect::<Vec<_>>().join(",")
            )
        })
        .collect();
    let line = format!("- x1 {{{}}}", objects.join(","));
    let found = hold(&circle, Version::V21, &[observation(&line)]);
    assert_eq!(found.map_err(|error| error.code.as_str()), Err("too-much-work"));
}
