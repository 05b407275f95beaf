//! Every sentence of the contract on matching, a row each in `tests/data/matching.jsonl`: the
//! advisories, what is seen, and the weight of each finding, derived by hand from the sentence.

use crate::support::{fact, judge_with, seen};
use detect::{Brands, Limits, RuleSet};
use intel::Builder;
use model::{KnowledgeStatus, Time};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[test]
fn every_sentence_on_matching_holds() {
    let mut problems = Vec::new();
    let mut rows = 0;
    for (at, line) in include_str!("../data/matching.jsonl").lines().enumerate() {
        let row: Value = serde_json::from_str(line).unwrap();
        rows += 1;
        problems
            .extend(check(at, &row).into_iter().map(|wrong| format!("row {}: {wrong}", at + 1)));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(rows > 100, "only {rows} rows were read");
}

fn check(at: usize, row: &Value) -> Vec<String> {
    let says = row["says"].as_str().unwrap();
    let mut builder = Builder::new();
    for (number, bundle) in row["bundles"].as_array().unwrap().iter().enumerate() {
        let objects: Vec<Value> = bundle
            .as_array()
            .unwrap()
            .iter()
            .enumerate()
            .map(|(place, stated)| {
                let mut object = json!({
                    "type": "indicator", "spec_version": "2.1", "pattern_type": "stix",
                    "id": format!("indicator--{at:08}-{number:04}-4000-8000-{place:012}"),
                    "valid_from": "2020-01-01T00:00:00Z",
                });
                for (key, value) in stated.as_object().unwrap() {
                    object[key] = value.clone();
                }
                object
            })
            .collect();
        let bundle = json!({"type": "bundle", "id": "bundle--1", "objects": objects}).to_string();
        let status = KnowledgeStatus::Unsigned;
        builder.add_bundle(&format!("advisory {number}"), status, bundle.as_bytes()).unwrap();
    }
    let intel = builder.build();
    let observations: Vec<_> = (1..)
        .zip(row["facts"].as_array().unwrap())
        .map(|(place, stated)| {
            let kind = stated["kind"].as_str().unwrap();
            let mut one = seen(fact(kind, stated["fields"].clone()), place);
            let seconds = row["utc_seconds"].as_i64();
            one.time = seconds.map(|at| Time::unix_seconds(at, "modified_time"));
            one
        })
        .collect();
    let (rules, brands) = (RuleSet::default(), Brands::default());
    let found = judge_with(&intel, &rules, &brands, Limits::default(), &[&observations]).findings;
    let mut wrong = Vec::new();
    let strengths: Vec<Value> =
        found.iter().map(|f| serde_json::to_value(f.strength).unwrap()).collect();
    if Some(&strengths) != row["found"].as_array() {
        wrong.push(format!("{says}: found {strengths:?}, expected {}", row["found"]));
    }
    let ids: BTreeSet<_> = found.iter().map(|f| &f.id).collect();
    if ids.len() != found.len() {
        wrong.push(format!("{says}: two findings have one id"));
    }
    let gaps: Vec<_> = intel.gaps().iter().map(|gap| gap.reason.clone()).collect();
    let fits = match row["gap"].as_str() {
        Some(words) => gaps.len() == 1 && gaps[0].contains(words),
        None => gaps.is_empty(),
    };
    if !fits {
        wrong.push(format!("{says}: gaps {gaps:?}, expected {}", row["gap"]));
    }
    wrong
}
