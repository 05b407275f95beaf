//! `tamarisk taxii collections`: what a server shows this account.

use super::{CollectionsArgs, failed};
use crate::args::ListFormat;
use crate::failure::Failure;
use record::harmless::line;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Listed {
    schema: &'static str,
    collections: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    root: String,
    id: String,
    alias: Option<String>,
    title: String,
    can_read: bool,
    can_write: bool,
}

pub(super) fn run(args: &CollectionsArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let client = args.connect.client()?;
    let mut collections = Vec::new();
    for root in client.roots().map_err(failed)? {
        for one in client.collections(&root).map_err(failed)? {
            collections.push(Row {
                root: root.url.to_string(),
                id: one.id,
                alias: one.alias,
                title: one.title,
                can_read: one.can_read,
                can_write: one.can_write,
            });
        }
    }
    if args.format == ListFormat::Json {
        let listed = Listed { schema: "tamarisk.taxii.collections/1", collections };
        record::json::write_line(out, &listed).map_err(Failure::output)?;
        return Ok(0);
    }
    for row in &collections {
        let rights = match (row.can_read, row.can_write) {
            (true, true) => "read, write",
            (true, false) => "read",
            (false, true) => "write",
            (false, false) => "nothing",
        };
        let alias =
            row.alias.as_deref().map(|alias| format!(" ({})", line(alias))).unwrap_or_default();
        writeln!(out, "{}{alias}  {}  [{rights}]", line(&row.id), line(&row.title))
            .map_err(Failure::output)?;
    }
    if collections.is_empty() {
        writeln!(out, "The server shows this account no collection.").map_err(Failure::output)?;
    }
    Ok(0)
}
