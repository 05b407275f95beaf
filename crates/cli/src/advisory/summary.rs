//! What would be signed, in plain language, worked out from the bytes alone.

use crate::failure::Failure;
use ::advisory::contents::{Attribution, Contents, attributions, likelihood};
use ::advisory::metadata::{Agency, Delegations, JOINT, Root, TargetFile, Targets};
use ::advisory::workshop::{Part, Request, kind_of};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Objects that are named one by one, for each kind of change.
const NAMED: usize = 50;

/// A summary for people and for scripts.
pub(crate) struct Summary {
    pub(crate) lines: Vec<String>,
    pub(crate) document: Value,
}

/// Summarises a request.
pub(crate) fn summary(request: &Request) -> Result<Summary, Failure> {
    let mut lines = vec![format!("To be signed: {} pieces of metadata", request.parts.len())];
    let mut parts = Vec::new();
    for part in &request.parts {
        let common = part.envelope.common();
        let before = part.before.as_ref().map(|before| before.common().version);
        let was = before.map_or("new".into(), |version| format!("was {version}"));
        let digest = part.envelope.digest();
        lines.push(String::new());
        lines.push(format!("{}: version {} ({was})", part.role, common.version));
        lines.push(format!("  valid until {}", common.expires));
        lines.push(format!("  hash in words: {}", ::advisory::words(&digest)));
        let about = match kind_of(&part.role) {
            "root" => root(part, &mut lines)?,
            _ if part.role == "targets" => delegations(part, &mut lines)?,
            _ => files(part, request, &mut lines)?,
        };
        parts.push(json!({
            "role": part.role, "version": common.version, "version_before": before,
            "expires": common.expires.to_string(), "sha256": const_hex::encode(digest),
            "words": ::advisory::words(&digest), "says": about,
        }));
    }
    Ok(Summary { lines, document: Value::Array(parts) })
}

fn failed(refusal: ::advisory::Refusal) -> Failure {
    super::files::refused(&refusal)
}

fn root(part: &Part, lines: &mut Vec<String>) -> Result<Value, Failure> {
    let root = Root::read(&part.envelope).map_err(failed)?;
    let before = part.before.as_ref().map(Root::read).transpose().map_err(failed)?;
    let mut roles = BTreeMap::new();
    for name in ["root", "targets", "snapshot", "timestamp"] {
        let role = root.role(name).map_err(failed)?;
        let old = before.as_ref().and_then(|before| before.role(name).ok());
        let keys: Vec<&str> = role.keys.iter().map(|key| key.id()).collect();
        let (mut added, mut removed) = (Vec::new(), Vec::new());
        if let Some(old) = old {
            added.extend(role.keys.iter().filter(|key| !old.keys.contains(key)));
            removed.extend(old.keys.iter().filter(|key| !role.keys.contains(key)));
        }
        lines.push(format!("  {name}: {} of {} keys must sign", role.threshold, keys.len()));
        if let Some(old) = old.filter(|old| old.threshold != role.threshold) {
            lines.push(format!("    it was {} of {}", old.threshold, old.keys.len()));
        }
        lines.extend(added.iter().map(|key| format!("    + new key: {}", key.words())));
        lines.extend(removed.iter().map(|key| format!("    - no longer: {}", key.words())));
        if old.is_none() {
            lines.extend(role.keys.iter().map(|key| format!("    key: {}", key.words())));
        }
        let ids = |keys: &[&::advisory::PublicKey]| {
            keys.iter().map(|key| key.id().to_owned()).collect::<Vec<_>>()
        };
        let (added, removed) = (ids(&added), ids(&removed));
        roles.insert(
            name,
            json!({
                "threshold": role.threshold, "keys": keys, "added": added, "removed": removed,
            }),
        );
    }
    Ok(json!(roles))
}

fn delegations(part: &Part, lines: &mut Vec<String>) -> Result<Value, Failure> {
    let read = |envelope| Targets::read(envelope, "targets").map(|all| all.delegations);
    let now = read(&part.envelope).map_err(failed)?;
    let before = part.before.as_ref().map(read).transpose().map_err(failed)?;
    if let Some(joint) = &now.joint {
        let of = joint.members.len();
        lines.push(format!("  jointly: {} of {of} agencies must sign", joint.role.threshold));
        let old = before.as_ref().and_then(|before| before.joint.as_ref());
        if let Some(old) = old.filter(|old| old.role.threshold != joint.role.threshold) {
            lines.push(format!("    it was {} of {}", old.role.threshold, old.members.len()));
        }
    }
    let known = before.clone().unwrap_or_default();
    let mut told = Vec::new();
    for agency in &now.agencies {
        let old = known.agencies.iter().find(|old| old.id == agency.id);
        let (change, what) = match old {
            _ if before.is_none() => ("added", "agency"),
            None => ("added", "+ new agency"),
            Some(old) if old == agency => ("none", "the same"),
            Some(_) => ("changed", "~ changed"),
        };
        lines.push(format!("  {what}: {} ({})", agency.name, agency.id));
        if change != "none" {
            keys(agency, old, lines);
        }
        let ids: Vec<&str> = agency.role.keys.iter().map(|key| key.id()).collect();
        told.push(json!({"id": agency.id, "name": agency.name, "keys": ids, "change": change}));
    }
    let gone = gone(&known, &now);
    lines.extend(gone.iter().map(|name| format!("  - no longer an agency: {name}")));
    let threshold = now.joint.as_ref().map(|joint| joint.role.threshold);
    Ok(json!({"joint_threshold": threshold, "agencies": told, "removed": gone}))
}

fn keys(agency: &Agency, old: Option<&Agency>, lines: &mut Vec<String>) {
    let own = &agency.role.keys;
    let before = old.map_or(&[][..], |old| &old.role.keys);
    let new = own.iter().filter(|key| !before.contains(key));
    lines.extend(new.map(|key| format!("    + key: {}", key.words())));
    let lost = before.iter().filter(|key| !own.contains(key));
    lines.extend(lost.map(|key| format!("    - key: {}", key.words())));
}

fn gone(before: &Delegations, now: &Delegations) -> Vec<String> {
    let gone = before.agencies.iter().filter(|old| now.agencies.iter().all(|one| one.id != old.id));
    gone.map(|old| old.name.clone()).collect()
}

fn files(part: &Part, request: &Request, lines: &mut Vec<String>) -> Result<Value, Failure> {
    let read = |envelope| Targets::read(envelope, &part.role).map(|all| all.files);
    let now = read(&part.envelope).map_err(failed)?;
    let before = part.before.as_ref().map(read).transpose().map_err(failed)?.unwrap_or_default();
    let whose = if part.role == JOINT {
        "what the agencies say together"
    } else {
        "what the agency says alone"
    };
    lines.push(format!("  {whose}: {} files", now.len()));
    let mut told = Vec::new();
    for file in &now {
        let old = before.iter().find(|old| old.path == file.path);
        let title = stated(file, "title");
        let version = file.custom.member("version").and_then(|v| v.as_integer()).unwrap_or(0);
        if old == Some(file) {
            lines.push(format!("  the same: {}", file.path));
            told.push(json!({"path": file.path, "change": "none"}));
            continue;
        }
        let mark = if old.is_some() { "~" } else { "+" };
        let tlp = stated(file, "tlp");
        lines.push(format!("  {mark} {}: “{title}”, version {version}, {tlp}", file.path));
        if let Some(old) = old {
            for key in ["title", "tlp", "kind", "language"] {
                let (was, is) = (stated(old, key), stated(file, key));
                if was != is {
                    lines.push(format!("    {key} was “{was}”"));
                }
            }
        }
        let mut about = json!({
            "path": file.path, "change": if old.is_some() { "changed" } else { "added" },
            "title": title, "version": version, "tlp": tlp, "kind": stated(file, "kind"),
            "length": file.length,
        });
        let bytes = request.files.get(&file.path);
        if let (Some(bytes), "bundle") = (bytes, stated(file, "kind")) {
            about["bundle"] =
                bundle(bytes, request.before.get(&file.path).map(Vec::as_slice), tlp, lines);
        }
        told.push(about);
    }
    let gone: Vec<&str> = before
        .iter()
        .filter(|old| now.iter().all(|file| file.path != old.path))
        .map(|old| &*old.path)
        .collect();
    lines.extend(gone.iter().map(|path| format!("  - no longer there: {path}")));
    Ok(json!({"files": told, "removed": gone}))
}

fn stated<'f>(file: &'f TargetFile, key: &str) -> &'f str {
    file.custom.member(key).and_then(|value| value.as_text()).unwrap_or("")
}

/// Tells a bundle, and how it differs from the one before.
pub(crate) fn bundle(
    bytes: &[u8],
    before: Option<&[u8]>,
    tlp: &str,
    lines: &mut Vec<String>,
) -> Value {
    let contents = match Contents::read(bytes) {
        Ok(contents) => contents,
        Err(error) => {
            lines.push(format!("    it is no bundle: {error}"));
            return json!({"error": error.to_string()});
        }
    };
    let old = before.and_then(|bytes| Contents::read(bytes).ok()).unwrap_or_default();
    let changes = contents.changes(&old);
    let counts = contents.counts();
    let counted: Vec<String> = counts.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
    lines.push(format!(
        "    holds {}",
        if counted.is_empty() { "nothing".into() } else { counted.join(", ") }
    ));
    if contents.unread > 0 {
        lines.push(format!("    {} objects could not be read", contents.unread));
    }
    let markings = markings(&contents);
    let unlike: Vec<&String> =
        markings.iter().filter(|marking| !tlp.is_empty() && *marking != tlp).collect();
    lines.extend(unlike.iter().map(|marking| format!("    objects in it are marked {marking}")));
    let lists = [
        ("+", "added", &changes.added),
        ("~", "changed", &changes.changed),
        ("-", "withdrawn", &changes.withdrawn),
    ];
    for (mark, what, ids) in lists {
        if ids.is_empty() {
            continue;
        }
        lines.push(format!("    {} {what}", ids.len()));
        for id in ids.iter().take(NAMED) {
            let seen = contents.objects.get(id).or_else(|| old.objects.get(id));
            let said = seen.map_or("", |seen| &seen.says);
            lines.push(format!("      {mark} {said} ({id})"));
        }
        if ids.len() > NAMED {
            lines.push(format!("      and {} more", ids.len() - NAMED));
        }
    }
    let stated = attributions(bytes);
    stated.iter().for_each(|one| attribution(one, lines));
    json!({
        "objects": counts, "unread": contents.unread, "added": changes.added,
        "changed": changes.changed, "withdrawn": changes.withdrawn, "same": changes.same,
        "markings": markings, "attributions": stated.len(),
    })
}

/// The markings that objects of a bundle bear: names of TLP where they are of TLP, else ids.
pub(crate) fn markings(contents: &Contents) -> BTreeSet<String> {
    let name =
        |id: &String| stix::marking::tlp(id).map_or_else(|| id.clone(), |tlp| tlp.name.to_owned());
    contents.markings.iter().map(name).collect()
}

fn attribution(one: &Attribution, lines: &mut Vec<String>) {
    let by = one.by.as_deref().unwrap_or("nobody named");
    let sure = one.confidence.map_or("confidence not stated".into(), |number| {
        format!("confidence {number} of 100, “{}”", likelihood(number))
    });
    lines.push(format!("    attribution, by {by}: {} to {}; {sure}", one.what, one.to));
    for opinion in &one.opinions {
        let who = opinion.by.as_deref().unwrap_or("somebody");
        let why = opinion.explanation.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
        lines.push(format!("      {who}: {}{why}", opinion.opinion));
    }
}
