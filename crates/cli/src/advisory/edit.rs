//! `tamarisk advisory edit`: adds to a draft. The files of a draft may as well be changed by hand.

use super::args::{DraftArgs, OutputArgs, Tlp};
use super::draft::{Draft, Piece};
use super::files::read;
use super::say::say;
use super::summary;
use super::workshop::Open;
use crate::failure::Failure;
use clap::Args;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct EditArgs {
    #[command(flatten)]
    draft: DraftArgs,

    /// Objects to add, from a bundle; a newer version of an object replaces the older one (may be
    /// repeated)
    #[arg(long, value_name = "FILE")]
    add: Vec<PathBuf>,

    /// A translation of its text: language tag, and file (may be repeated)
    #[arg(long, value_name = "LANG=FILE")]
    translation: Vec<String>,

    /// A page of rules (may be repeated)
    #[arg(long, value_name = "FILE")]
    rule: Vec<PathBuf>,

    /// Another title
    #[arg(long)]
    title: Option<String>,

    /// Another TLP
    #[arg(long, value_enum)]
    tlp: Option<Tlp>,

    #[command(flatten)]
    pub(super) output: OutputArgs,
}

pub(super) fn run(args: &EditArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let work = Open::at(&args.draft.work)?;
    let mut draft = Draft::open(&work, &args.draft.advisory)?;
    let before = draft.bundle()?;
    for file in &args.add {
        let added: Value = serde_json::from_slice(&read(file)?)
            .map_err(|error| Failure::advisory(format!("{}: {error}", file.display())))?;
        let objects = added.get("objects").and_then(Value::as_array).cloned();
        let objects = objects
            .ok_or_else(|| Failure::advisory(format!("{}: it is no bundle", file.display())))?;
        draft.rewrite(|all| {
            merge(all, objects);
            Ok(())
        })?;
    }
    for given in &args.translation {
        let (language, file) = given.split_once('=').ok_or_else(|| {
            Failure::usage(format!("--translation {given}: LANG=FILE is expected"))
        })?;
        let end = Path::new(file).extension().map_or("txt".into(), |end| end.to_string_lossy());
        let name = format!("translation.{language}.{end}");
        let language = Some(language.to_owned());
        draft.take(Path::new(file), Piece { name, kind: "translation".into(), language })?;
    }
    for file in &args.rule {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        draft.take(file, Piece { name, kind: "rule".into(), language: None })?;
    }
    draft.about.title = args.title.clone().unwrap_or(draft.about.title);
    if let Some(tlp) = args.tlp {
        draft.about.tlp = tlp.name().into();
    }
    draft.save()?;
    let mut lines =
        vec![format!("{}: “{}”, {}", draft.advisory, draft.about.title, draft.about.tlp)];
    let told = summary::bundle(&draft.bundle()?, Some(&before), &draft.about.tlp, &mut lines);
    let names: Vec<&str> = draft.about.files.iter().map(|piece| &*piece.name).collect();
    lines.push(format!("  files: {}", names.join(", ")));
    let document = json!({
        "advisory": draft.advisory, "title": draft.about.title, "tlp": draft.about.tlp,
        "files": names, "bundle": told,
    });
    say(&args.output, "edit", document, &lines, out)?;
    Ok(0)
}

/// Adds objects; of two with one id the one with the later `modified` stays.
fn merge(all: &mut Vec<Value>, added: Vec<Value>) {
    let text = |object: &Value, key: &str| {
        object.get(key).and_then(Value::as_str).unwrap_or("").to_owned()
    };
    let mut places: HashMap<String, usize> =
        all.iter().enumerate().map(|(place, object)| (text(object, "id"), place)).collect();
    for object in added {
        let id = text(&object, "id");
        match places.get(&id).and_then(|place| all.get_mut(*place)) {
            Some(known) if text(known, "modified") <= text(&object, "modified") => *known = object,
            Some(_) => {}
            None => {
                places.insert(id, all.len());
                all.push(object);
            }
        }
    }
}
