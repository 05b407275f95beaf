//! `tamarisk advisory revoke`: withdraws objects. They stay in the bundle, marked as revoked, so
//! that everybody who had them learns of it.

use super::args::{DraftArgs, RunArgs};
use super::draft::Draft;
use super::say::say;
use super::workshop::Open;
use crate::failure::Failure;
use clap::Args;
use serde_json::{Value, json};
use std::io::Write;

#[derive(Debug, Args)]
pub(crate) struct RevokeArgs {
    #[command(flatten)]
    draft: DraftArgs,

    /// Id of an object to withdraw (may be repeated)
    #[arg(long, value_name = "ID", required_unless_present = "all")]
    object: Vec<String>,

    /// Withdraw every indicator of the advisory
    #[arg(long, conflicts_with = "object")]
    all: bool,

    #[command(flatten)]
    pub(super) run: RunArgs,
}

pub(super) fn run(args: &RevokeArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let work = Open::at(&args.draft.work)?;
    let draft = Draft::open(&work, &args.draft.advisory)?;
    let now = args.run.now();
    // STIX wants three digits of a second at least where there is a fraction; whole seconds do.
    let modified = ::advisory::compose::date(now);
    let mut revoked = Vec::new();
    draft.rewrite(|objects| {
        for object in objects {
            let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or("").to_owned();
            let id = text("id");
            let meant = match args.all {
                true => text("type") == "indicator",
                false => args.object.contains(&id),
            };
            let already = object.get("revoked").and_then(Value::as_bool) == Some(true);
            if !meant || already {
                continue;
            }
            if text("modified") >= modified {
                let message =
                    format!("{id} was modified at {}, and it is {modified}", text("modified"));
                return Err(Failure::usage(message));
            }
            if let Some(members) = object.as_object_mut() {
                members.insert("revoked".into(), Value::Bool(true));
                members.insert("modified".into(), Value::String(modified.clone()));
                revoked.push(id);
            }
        }
        let missing: Vec<&String> = args.object.iter().filter(|id| !revoked.contains(id)).collect();
        match missing.first() {
            Some(id) => Err(Failure::usage(format!(
                "{id} is not in the draft, or revoked already; nothing was changed"
            ))),
            None => Ok(()),
        }
    })?;
    let mut lines = vec![format!("{}: {} objects withdrawn", draft.advisory, revoked.len())];
    lines.extend(revoked.iter().map(|id| format!("  {id}")));
    lines.push("next: tamarisk advisory request-signatures".into());
    say(
        &args.run.output,
        "revoke",
        json!({"advisory": draft.advisory, "revoked": revoked}),
        &lines,
        out,
    )?;
    Ok(0)
}
