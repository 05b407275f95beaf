//! `cargo xtask advisory`: writes `advisories/tamarisk.json` and what is kept beside it, from
//! `threat/indicators.csv` and `threat/behaviours.md` of the shared folder. Every decision is
//! described in docs/design/advisory.md; the same input gives the same bytes.

mod family;
mod grade;
mod object;
mod row;
mod technique;

use anyhow::{Context, Result, ensure};
use object::Object;
use row::{Row, Value};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Options of `cargo xtask advisory`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Folder with `threat/` [default: TAMARISK_SHARED, else ../shared]
    #[arg(long)]
    shared: Option<PathBuf>,
    /// Folder to write into [default: advisories/ of the work tree]
    #[arg(long)]
    out: Option<PathBuf>,
}

/// A value that no equality can state, kept as data for rules to come.
#[derive(Serialize)]
struct Aside<'a> {
    r#type: &'a str,
    value: &'a str,
    family: &'a str,
    source: &'a str,
    first_public: &'a str,
    reason: &'static str,
}

/// Writes the advisory anew.
///
/// # Errors
/// When the shared folder is absent, or a row of it has an unknown shape.
pub(crate) fn run(options: &Options) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("");
    let shared = match (&options.shared, env::var_os("TAMARISK_SHARED")) {
        (Some(folder), _) => folder.clone(),
        (None, Some(folder)) => folder.into(),
        (None, None) => root.join("../shared"),
    };
    let threat = shared.join("threat");
    let read = |name: &str| {
        let path = threat.join(name);
        fs::read_to_string(&path).with_context(|| path.display().to_string())
    };
    let rows = row::read(&read("indicators.csv")?)?;
    let genuine = genuine(&[read("genuine_apps.csv")?, read("signers.csv")?]);
    let techniques = technique::read(&read("behaviours.md")?);
    let (bundle, aside) = write(&rows, &genuine, &techniques)?;
    let out = options.out.clone().unwrap_or_else(|| root.join("advisories"));
    fs::create_dir_all(&out)?;
    fs::write(out.join("tamarisk.json"), bundle)?;
    fs::write(out.join("tamarisk.aside.json"), aside)?;
    println!("wrote {}", out.display());
    Ok(())
}

/// Everything in hexadecimal of 64 digits: the certificates of genuine apps, which must never
/// become indicators.
fn genuine(files: &[String]) -> BTreeSet<String> {
    let hex = |word: &&str| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let words = files.iter().flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric()));
    words.filter(hex).map(str::to_lowercase).collect()
}

/// The two files as text.
fn write(
    rows: &[Row],
    genuine: &BTreeSet<String>,
    techniques: &BTreeMap<String, BTreeSet<String>>,
) -> Result<(String, String)> {
    let mut merged: BTreeMap<Value, Vec<&Row>> = BTreeMap::new();
    let mut aside = Vec::new();
    for row in rows {
        match row.value() {
            Some(value) if !genuine.contains(&row.value.to_lowercase()) => {
                merged.entry(value).or_default().push(row);
            }
            Some(_) => aside.push(set_aside(row, "belongs to a genuine app")),
            None => aside.push(set_aside(row, row::reason(&row.kind)?)),
        }
    }
    let mut objects = object::preamble();
    let families: BTreeSet<&str> = rows.iter().flat_map(|row| family::of(&row.family)).collect();
    let used: BTreeSet<&str> =
        merged.values().flatten().flat_map(|row| family::of(&row.family)).collect();
    objects.extend(used.iter().map(|name| object::malware(name)));
    let known = techniques.iter().filter(|(name, _)| used.contains(name.as_str()));
    let ids: BTreeSet<&str> = known.clone().flat_map(|(_, ids)| ids).map(String::as_str).collect();
    for id in ids {
        objects.push(object::attack_pattern(id)?);
    }
    for (name, ids) in known {
        objects.extend(ids.iter().map(|id| object::uses(name, id)));
    }
    ensure!(families.is_superset(&used), "a family without a row");
    for (value, rows) in &merged {
        let indicator = object::indicator(value, rows)?;
        let names: BTreeSet<&str> = rows.iter().flat_map(|row| family::of(&row.family)).collect();
        let links: Vec<Object> =
            names.iter().map(|name| object::indicates(&indicator.id, name)).collect();
        objects.push(indicator);
        objects.extend(links);
    }
    let lines = objects.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    let id = object::id("bundle", "tamarisk");
    let bundle = format!(
        "{{\"type\":\"bundle\",\"id\":\"{id}\",\"objects\":[\n{}\n]}}\n",
        lines.join(",\n")
    );
    let lines = aside.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    let aside = format!("{{\"rows\":[\n{}\n]}}\n", lines.join(",\n"));
    Ok((bundle, aside))
}

fn set_aside<'a>(row: &'a Row, reason: &'static str) -> Aside<'a> {
    Aside {
        r#type: &row.kind,
        value: &row.value,
        family: &row.family,
        source: &row.source_name,
        first_public: &row.first_public,
        reason,
    }
}
