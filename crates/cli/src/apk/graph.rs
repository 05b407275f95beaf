//! `tamarisk apk graph`: the shortest chain of calls in an app's code from one place to another.

use super::app::App;
use super::{GraphArgs, open};
use crate::args::ListFormat;
use crate::failure::Failure;
use calls::{Bounds, Marks, Path, Program, Reach, Root, descriptor};
use parsers::code::{self, Code};
use record::harmless;
use serde_json::{Value, json};
use std::io::{self, Write};

/// Reads, looks for the chain, and prints it; 0 where there is one, 1 where there is none.
pub(crate) fn run(args: &GraphArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let unreadable = |error: &dyn std::fmt::Display| {
        Failure::nothing_readable(format!("{}: {error}", args.file.display()))
    };
    let app = App::read(open(&args.file)?).map_err(|error| unreadable(&error))?;
    let (class, method) =
        args.to.rsplit_once('.').filter(|(class, _)| !class.is_empty()).ok_or_else(|| {
            Failure::usage("--to takes a class and a method: android.media.AudioRecord.read")
        })?;
    let mut marks = Marks::default();
    marks.method(&descriptor(class), method, 0);
    let loaded = Code::read(&app.files).loaded();
    let program = Program::build(&loaded, &marks, Bounds::default());
    let root = |class: &str| Root { class: descriptor(class), group: 0 };
    let mut reach = match &args.from {
        Some(from) => starting(&program, from)?,
        None => {
            let components = app.components.iter();
            program.reach(&components.map(|one| root(&one.class)).collect::<Vec<_>>())
        }
    };
    let path = reach.path(0);
    let written = match args.format {
        ListFormat::Json => record::json::write_pretty(out, &document(path.as_ref())),
        ListFormat::Text => text(args, path.as_ref(), out),
    };
    written.map_err(Failure::output)?;
    Ok(u8::from(path.is_none()))
}

/// From a class as Android starts it, or from one of its methods.
fn starting<'p, 'a>(program: &'p Program<'a>, from: &str) -> Result<Reach<'p, 'a>, Failure> {
    let whole = program.reach(&[Root { class: descriptor(from), group: 0 }]);
    if whole.missing().is_empty() {
        return Ok(whole);
    }
    let of_method = from.rsplit_once('.').map(|(class, method)| {
        program.reach_from(&Root { class: descriptor(class), group: 0 }, method)
    });
    of_method.filter(|reach| reach.missing().is_empty()).ok_or_else(|| {
        Failure::usage(format!("the code defines no class {from}, nor a method by this name"))
    })
}

fn document(path: Option<&Path>) -> Value {
    let steps = path.map(|path| path.steps.iter().map(step).collect::<Vec<_>>());
    json!({"found": path.is_some(), "kind": "reachability", "path": steps.unwrap_or_default()})
}

/// A step, as `apk show` tells it too.
pub(super) fn step(step: &calls::Step) -> Value {
    json!({
        "class": code::java_name(&step.class),
        "method": step.method,
        "offset": step.at,
    })
}

fn text(args: &GraphArgs, path: Option<&Path>, out: &mut impl Write) -> io::Result<()> {
    let to = harmless::line(&args.to);
    let Some(path) = path else {
        return writeln!(
            out,
            "no chain of calls to {to} was found; code that is native or loaded later is not seen"
        );
    };
    for step in &path.steps {
        let place = format!("{}.{}", code::java_name(&step.class), step.method);
        writeln!(out, "{} +{:04x}", harmless::line(&place), step.at)?;
    }
    writeln!(out, "{to}\n(reachability: the chain exists; nothing shows that it was ever taken)")
}
