//! `tamarisk taxii pull`: a collection, as a bundle.

use super::partial::Partial;
use super::{PullArgs, failed};
use crate::args::ListFormat;
use crate::failure::Failure;
use ::taxii::Query;
use record::harmless::line;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Told<'a> {
    schema: &'static str,
    collection: &'a str,
    objects: u64,
    pages: u64,
    /// Objects of an earlier, interrupted fetch among them.
    resumed: u64,
    /// For --added-after of a later fetch.
    last_added: Option<&'a str>,
    output: String,
}

pub(super) fn run(args: &PullArgs, out: &mut impl Write) -> Result<u8, Failure> {
    if args.output.file_name().is_none() {
        return Err(Failure::usage("--output names no file"));
    }
    let client = args.connect.client()?;
    let place = client.place(args.collection.as_deref(), |one| one.can_read).map_err(failed)?;
    let query = Query {
        added_after: args.added_after.clone(),
        // Always told: medallion 3.0 fails on a `next` without it.
        limit: Some(args.limit),
        matches: args.matches.clone(),
    };
    let mut partial = Partial::open(args, &place, &query)?;
    let from = partial.progress().clone();
    let resumed = from.objects;
    let pulled = ::taxii::pull(&client, &place, &query, from, &mut partial).map_err(|error| {
        let mut failure = failed(error);
        failure
            .message
            .push_str("; what was fetched so far is kept: the same command goes on from there");
        failure
    })?;
    partial.finish()?;
    let progress = &pulled.progress;
    let told = Told {
        schema: "tamarisk.taxii.pulled/1",
        collection: &place.collection.id,
        objects: progress.objects,
        pages: progress.pages,
        resumed,
        last_added: progress.last_added.as_deref(),
        output: args.output.display().to_string(),
    };
    let written = match args.format {
        ListFormat::Json => record::json::write_line(out, &told),
        ListFormat::Text => {
            let last = told.last_added.unwrap_or("–");
            writeln!(
                out,
                "{} objects of “{}” are in {} (last one added {})",
                told.objects,
                line(&place.collection.title),
                line(&told.output),
                line(last)
            )
        }
    };
    written.map_err(Failure::output)?;
    Ok(0)
}
