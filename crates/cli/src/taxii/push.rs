//! `tamarisk taxii push`: the objects of a bundle, handed over.

use super::{PushArgs, failed};
use crate::args::ListFormat;
use crate::failure::Failure;
use ::taxii::Pushed;
use json_items::{Bounds, Items, Shape};
use record::harmless::line;
use serde::Serialize;
use std::fs::File;
use std::io::{self, Write};

#[derive(Serialize)]
struct Told<'a> {
    schema: &'static str,
    collection: &'a str,
    added: u64,
    refused: u64,
    failures: Vec<Refused<'a>>,
    statuses: &'a [String],
}

#[derive(Serialize)]
struct Refused<'a> {
    id: &'a str,
    version: &'a str,
    reason: &'a str,
}

/// The longest object that is taken from the file, in bytes.
const LONGEST: usize = 8 << 20;

pub(super) fn run(args: &PushArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let unread = |error: &dyn std::fmt::Display| {
        Failure::new("input", format!("{}: {error}", args.file.display()))
    };
    let file = File::open(&args.file).map_err(|error| unread(&error))?;
    let bounds = Bounds { item_bytes: LONGEST, ..Bounds::default() };
    let mut items = Items::new(file, Shape::Member("objects"), bounds);
    let client = args.connect.client()?;
    let place = client.place(args.collection.as_deref(), |one| one.can_write).map_err(failed)?;
    let mut count = 0_u64;
    let mut next = || match items.next_item() {
        None => Ok(None),
        Some(Ok(item)) => {
            count += 1;
            Ok(Some(item.bytes.to_vec()))
        }
        // A broken object among good ones would be left out in silence: nothing more is sent.
        Some(Err(error)) => Err(io::Error::other(format!("{}: {error}", args.file.display()))),
    };
    let pushed = ::taxii::push(&client, &place, &mut next).map_err(failed)?;
    if count == 0 {
        return Err(unread(&"it is no bundle, or has no objects"));
    }
    tell(args, &place.collection.id, &pushed, out).map_err(Failure::output)?;
    Ok(u8::from(pushed.refused > 0))
}

fn tell(
    args: &PushArgs,
    collection: &str,
    pushed: &Pushed,
    out: &mut impl Write,
) -> io::Result<()> {
    let failures = pushed.failures.iter().map(|one| Refused {
        id: &one.id,
        version: &one.version,
        reason: one.message.as_deref().unwrap_or_default(),
    });
    if args.format == ListFormat::Json {
        let told = Told {
            schema: "tamarisk.taxii.pushed/1",
            collection,
            added: pushed.added,
            refused: pushed.refused,
            failures: failures.collect(),
            statuses: &pushed.statuses,
        };
        return record::json::write_line(out, &told);
    }
    writeln!(out, "the server has {} objects; it refused {}", pushed.added, pushed.refused)?;
    for one in failures {
        writeln!(out, "  {} {}: {}", line(one.id), line(one.version), line(one.reason))?;
    }
    Ok(())
}
