//! Every rule page tests itself: the facts it gives match, or do not.

use crate::support::{intel, judge_with, seen};
use detect::{Brands, Limits, RuleSet, Scope};
use model::{Fact, Observation, Precision, Strength, Time};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_page_and_list_compiles() {
    let errors: Vec<_> = RuleSet::builtin().errors().iter().map(ToString::to_string).collect();
    assert_eq!(errors, [""; 0]);
    let errors: Vec<_> = Brands::builtin().errors().iter().map(ToString::to_string).collect();
    assert_eq!(errors, [""; 0]);
}

#[test]
fn no_page_is_forgotten() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let names = |folder: &str, ending: &str| -> BTreeSet<String> {
        let files = fs::read_dir(root.join(folder)).unwrap();
        files
            .filter_map(|file| file.unwrap().file_name().into_string().ok())
            .filter_map(|name| name.strip_suffix(ending).map(str::to_owned))
            .collect()
    };
    let rules: BTreeSet<_> =
        RuleSet::builtin().rules().iter().map(|rule| rule.id.clone()).collect();
    assert_eq!(rules, names("rules/android", ".md"));
    assert!(rules.len() >= 10);
    let brands: BTreeSet<_> =
        Brands::builtin().brands().iter().map(|brand| brand.package.clone()).collect();
    assert_eq!(brands, names("brands", ".yaml"));
}

#[test]
fn pages_hold_against_their_own_facts() {
    let (rules, brands, intel) = (RuleSet::builtin(), Brands::default(), intel(&[]));
    let page = |file: &str| {
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file))
    };
    for rule in rules.rules() {
        for expected in [true, false] {
            let given = rule.samples.iter().filter(|sample| sample.matches == expected).count();
            assert!(given > 0, "{} gives no facts with outcome {expected}", rule.file);
        }
        // Alone, so that no other rule takes its finding in.
        let text = page(&rule.file).unwrap();
        let text: Vec<_> = text.lines().filter(|line| !line.starts_with("supersedes: [")).collect();
        let text = text.join("\n");
        let alone = alone(&rule.file, &text);
        assert!(alone.errors().is_empty(), "{:?}", alone.errors());
        for sample in &rule.samples {
            let place = format!("{}:{}", rule.file, sample.line);
            let facts: Vec<Observation> =
                (1..).zip(&sample.facts).flat_map(|(row, line)| parse(line, row, &place)).collect();
            let found = judge_with(&intel, &alone, &brands, Limits::default(), &[&facts]).findings;
            assert_eq!(!found.is_empty(), sample.matches, "{place}: {found:#?}");
            for finding in found {
                assert_eq!(finding.because.id, rule.id);
                assert_eq!(finding.strength, rule.strength);
                assert_eq!(finding.subject.kind, rule.scope.name());
            }
        }
    }
}

/// The rule set with this page only.
fn alone(file: &str, text: &str) -> RuleSet {
    RuleSet::parse(&[(file, text)], pages::LISTS, pages::CONDITIONS)
}

/// A fact whose fields all exist: an unknown one would silently be ignored. With `time` it happened
/// then; with `repeat` it stands so often, `#` in its texts replaced by 1, 2, 3 …
fn parse(line: &str, row: u64, place: &str) -> Vec<Observation> {
    let value: serde_json::Value = serde_json::from_str(line).expect(place);
    let kind = value["kind"].as_str().expect(place);
    let spec = Fact::ALL.iter().find(|spec| spec.kind == kind).expect(place);
    for name in value["fields"].as_object().expect(place).keys() {
        assert!(spec.fields.iter().any(|field| field.name == name), "{place}: no field {name}");
    }
    for name in value.as_object().expect(place).keys() {
        assert!(["kind", "fields", "time", "repeat"].contains(&name.as_str()), "{place}: {name}");
    }
    let time = value["time"].as_str().map(|text| match text.len() {
        10 => Time::device(text, Precision::Day, "test"),
        _ => Time::rfc3339(text, "test")
            .unwrap_or_else(|| Time::device(text, Precision::Second, "test")),
    });
    assert!(time.as_ref().is_none_or(|time| time.place().is_some()), "{place}: {time:?}");
    (1..=value["repeat"].as_u64().unwrap_or(1))
        .map(|number| {
            let line = line.replace('#', &number.to_string());
            let fact: Fact = serde_json::from_str(&line).expect(place);
            Observation { time: time.clone(), ..seen(fact, row * 1000 + number) }
        })
        .collect()
}

#[test]
fn errors_in_a_page_are_told_with_code_and_line() {
    let page = include_str!("../../../../rules/android/old-patch-level.md");
    let condition = page.lines().position(|line| line.starts_with("fact:")).unwrap() + 1;
    let broken = |from: &str, to: &str| {
        assert!(page.contains(from), "{from}");
        let text = page.replacen(from, to, 1);
        let set = RuleSet::parse(&[("rules/android/old-patch-level.md", &text)], &[], &[]);
        assert!(set.rules().is_empty());
        assert_eq!(set.gaps().len(), 1, "a rule that cannot be compiled is a gap");
        assert_eq!(set.knowledge().not_compiled, 1);
        let error = &set.errors()[0];
        (error.code, error.line, error.message.clone())
    };
    let at = |offset: usize| (condition + offset) as u64;
    for (from, to, code, line) in [
        ("fact: property_set", "fact: property_sett", "R004", at(0)),
        ("  name: ro.build", "  nam: ro.build", "R004", at(2)),
        ("{older_than: 186 days}", "{older_than: 186}", "R005", at(3)),
        ("{older_than: 186 days}", "{elder_than: 186 days}", "R005", at(3)),
        ("{older_than: 186 days}", "{in_list: nothing}", "R005", at(3)),
        ("fact: property_set", "use: nothing", "R003", at(0)),
        ("scope: device", "scope: app", "R006", at(0)),
        ("scope: device", "scope: phone", "R001", 5),
        ("strength: note", "strength: bad", "R001", 4),
        ("id: old-patch-level", "id: other", "R001", 2),
        ("## Innocent explanations", "## Innocent", "R001", 1),
        ("```yaml condition", "```yaml conditions", "R001", at(0) - 1),
    ] {
        let (found, at, message) = broken(from, to);
        assert_eq!((found, at), (code, line), "{to}: {message}");
    }
}

#[test]
fn strengths_are_few_and_the_combined_rules_take_their_parts_in() {
    let rules = RuleSet::builtin();
    // Only what ties an app to a family by several of its own words weighs that much.
    let strong = rules.rules().iter().filter(|rule| rule.strength == Strength::Strong);
    let strong: Vec<&str> = strong.map(|rule| rule.id.as_str()).collect();
    assert!(strong.iter().all(|id| id.starts_with("code-of-")), "{strong:?}");
    let watches = rules.rules().iter().find(|rule| rule.id == "sideloaded-app-watches").unwrap();
    assert_eq!(watches.scope, Scope::App);
    assert!(watches.supersedes.contains(&"sideloaded-app".to_owned()));
}
