//! Compiles rules and scans bytes as the reading function does.
#![allow(dead_code)] // Each test binary uses a part of it.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

use evidence::{Emitter, Scanned, Scanner};
use model::fact::YaraMatched;
use model::{Fact, Item, Position};
use yara::{Bounds, RuleFile, RuleSet, Rules};

/// Rules of one file.
pub(crate) fn rules(text: &str) -> Rules {
    rules_of(&[("own.yar", text)], Bounds::default())
}

/// Rules of one folder.
pub(crate) fn rules_of(files: &[(&str, &str)], bounds: Bounds) -> Rules {
    let files = files
        .iter()
        .map(|(name, text)| RuleFile { name: (*name).to_owned(), bytes: text.as_bytes().to_vec() });
    let name = if files.len() == 1 { files.clone().next().unwrap().name } else { "rules".into() };
    Rules::compile(vec![RuleSet { name, files: files.collect() }], bounds)
}

/// What is told of one artifact, `folder/app.apk`, with these facts and bytes.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) matched: Vec<YaraMatched>,
    pub(crate) positions: Vec<Position>,
    pub(crate) gaps: Vec<String>,
}

impl Told {
    /// The rules that matched.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.matched.iter().map(|one| one.rule.as_str()).collect()
    }
}

pub(crate) fn scan(rules: &Rules, facts: &[Fact], bytes: &[u8]) -> Told {
    scan_parts(rules, facts, &[(None, bytes)])
}

pub(crate) fn scan_parts(rules: &Rules, facts: &[Fact], parts: &[(Option<&str>, &[u8])]) -> Told {
    let mut told = Told::default();
    let mut sink = |item: Item| match item {
        Item::Observation(seen) => {
            assert_eq!((&*seen.artifact, &*seen.parser), ("folder/app.apk", "yara"));
            told.positions.push(seen.position);
            let Fact::YaraMatched(matched) = seen.fact else { panic!("{:?}", seen.fact) };
            told.matched.push(matched);
        }
        Item::Gap(gap) => told.gaps.push(gap.reason),
        other => panic!("{other:?}"),
    };
    let mut out = Emitter::new("folder/app.apk".into(), "yara", &mut sink);
    let mut scan = rules.open();
    facts.iter().for_each(|fact| scan.learn(fact));
    let at = Position::bytes(100, 200);
    for (member, bytes) in parts {
        let scanned = Scanned { bytes, member: *member, at: member.map(|_| &at) };
        scan.scan(&scanned, &mut out);
    }
    told
}

/// The reasons of what could not be loaded.
pub(crate) fn gaps(rules: &Rules) -> Vec<String> {
    rules.gaps().into_iter().map(|gap| gap.reason).collect()
}
