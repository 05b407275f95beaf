//! Parts of an app that bears its maker's signature, though the genuine app does not have them: the
//! way of a parasite.

use super::brand::Brand;
use super::genuine::{GenuineFile, GenuineVersion};
use crate::evidence::Row;
use model::{Fact, Observation, Strength};
use std::sync::Arc;

/// Files of code of one package that are kept.
const MOST: usize = 1_000;
/// Packages of one app (its splits and copies) that are kept apart.
const MOST_ARTIFACTS: usize = 64;
/// Names that are told in a title.
const TOLD: usize = 3;
/// TLSH distance up to which two files are near relatives (Oliver and others, CTC 2013, take 30 for
/// the one false alarm in ten thousand).
const NEAR: i32 = 30;

/// The code of one artifact.
#[derive(Debug)]
pub(super) struct Parts {
    artifact: Arc<str>,
    version_code: Option<i64>,
    /// Whether a scheme that covers the whole file vouches for it.
    is_sealed: bool,
    files: Vec<(GenuineFile, Row)>,
}

/// What a genuine app lacks.
pub(super) struct Foreign {
    pub(super) strength: Strength,
    pub(super) title: String,
    pub(super) rows: Vec<Row>,
}

/// Takes in what a fact tells of the code of a genuine app's package.
pub(super) fn observe(all: &mut Vec<Parts>, order: u64, seen: &Observation) {
    let at = match all.iter().position(|one| one.artifact == seen.artifact) {
        Some(at) => at,
        None if all.len() < MOST_ARTIFACTS => {
            let artifact = Arc::clone(&seen.artifact);
            let (version_code, files) = (None, Vec::new());
            all.push(Parts { artifact, version_code, is_sealed: false, files });
            all.len() - 1
        }
        None => return,
    };
    let Some(parts) = all.get_mut(at) else { return };
    let file = match &seen.fact {
        Fact::AppDescribed(app) => {
            parts.version_code = app.version_code;
            return;
        }
        Fact::AppSigned(app) => {
            let whole = app.scheme.as_deref().is_some_and(|scheme| scheme != "v1");
            parts.is_sealed |= whole && app.verified == Some(true);
            return;
        }
        Fact::PackageMember(one) if is_library(&one.member) => {
            GenuineFile { member: one.member.clone(), sha256: one.sha256.clone(), tlsh: None }
        }
        Fact::CodeFile(one) => GenuineFile {
            member: one.member.clone(),
            sha256: one.sha256.clone(),
            tlsh: one.tlsh.clone(),
        },
        _ => return,
    };
    if parts.files.len() < MOST {
        parts.files.push((file, Row::new(order, seen)));
    }
}

fn is_library(member: &str) -> bool {
    member.starts_with("lib/") && member.ends_with(".so")
}

/// The ABI that a native library is for.
fn abi(member: &str) -> Option<&str> {
    member.strip_prefix("lib/")?.split_once('/').map(|(abi, _)| abi)
}

/// What no version known of the brand has, in the artifact that has most of it.
pub(super) fn foreign(all: &[Parts], brand: &Brand) -> Option<Foreign> {
    let found = all.iter().filter_map(|parts| of_artifact(parts, brand));
    found.max_by_key(|one| (std::cmp::Reverse(one.strength), one.rows.len()))
}

fn of_artifact(parts: &Parts, brand: &Brand) -> Option<Foreign> {
    let same = |version: &&GenuineVersion| version.version_code == parts.version_code;
    let same: Vec<&GenuineVersion> = brand.code.iter().filter(same).collect();
    let is_same = !same.is_empty();
    let versions = if is_same { same } else { brand.code.iter().collect() };
    let known = || versions.iter().flat_map(|version| &version.files);
    // Stores hand out libraries for one processor at a time; what is known of another says nothing.
    let comparable = |file: &GenuineFile| {
        abi(&file.member).is_none_or(|own| known().any(|one| abi(&one.member) == Some(own)))
    };
    // Of another version the contents differ anyway; then only a name that it lacks says something.
    let is_known = |file: &GenuineFile| {
        known().any(|one| one.sha256 == file.sha256 || !is_same && one.member == file.member)
    };
    let strangers: Vec<&(GenuineFile, Row)> = parts
        .files
        .iter()
        .filter(|(file, _)| comparable(file) && !is_known(file))
        .filter(|(file, _)| is_same || !is_numbered_dex(&file.member))
        .collect();
    strangers.first()?;
    let mut names: Vec<String> = strangers
        .iter()
        .take(TOLD)
        .map(|(file, _)| {
            let near = known().find(|one| is_near(one, file));
            let near = near.map(|one| format!(" (nearly {})", one.member)).unwrap_or_default();
            format!("{}{near}", file.member)
        })
        .collect();
    if strangers.len() > names.len() {
        names.push("…".to_owned());
    }
    let noted: Vec<String> = versions.iter().map(|version| version.name()).collect();
    let against = match is_same {
        true => format!("its version {} as it is known here", noted.join(", ")),
        false => format!("any version known here ({}; not the same version)", noted.join(", ")),
    };
    let seal = match (is_same, parts.is_sealed) {
        (_, true) => {
            "; the signature covers the whole file and holds, so its maker's key signed them"
        }
        (true, false) => "; no signature that covers the whole file vouches for them",
        (false, false) => "",
    };
    let (count, files) = match strangers.len() {
        1 => ("a file".to_owned(), "is"),
        many => (format!("{many} files"), "are"),
    };
    Some(Foreign {
        strength: if is_same && !parts.is_sealed { Strength::Review } else { Strength::Note },
        title: format!(
            "{} ({}) holds {count} of code that {files} not in {against}: {}{seal}",
            brand.title(),
            brand.package,
            names.join(", ")
        ),
        rows: strangers.into_iter().map(|(_, row)| row.clone()).collect(),
    })
}

/// `classes7.dex`: how many there are changes from version to version.
fn is_numbered_dex(member: &str) -> bool {
    let number = member.strip_prefix("classes").and_then(|rest| rest.strip_suffix(".dex"));
    number.is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit()))
}

fn is_near(one: &GenuineFile, other: &GenuineFile) -> bool {
    let read = |file: &GenuineFile| file.tlsh.as_deref()?.parse::<tlsh2::TlshDefault>().ok();
    read(one).zip(read(other)).is_some_and(|(one, other)| one.diff(&other, true) <= NEAR)
}
