//! From what is signed to the files of a mirror.

use super::Workshop;
use crate::client::{Limits, Memory, Trusted, update};
use crate::compose::{self, Stamp};
use crate::metadata::Envelope;
use crate::refusal::{Code, Refusal};
use crate::secret::Signer;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// How long what the publisher signs is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spans {
    /// Of the snapshot.
    pub snapshot: SignedDuration,
    /// Of the timestamp: how long a mirror or a USB stick may stand still unnoticed.
    pub timestamp: SignedDuration,
}

impl Workshop {
    /// Makes the next snapshot and timestamp over all that is signed; yields the files of the mirror
    /// that are new, in the order in which they may be written: whoever reads in between finds a
    /// whole state. With nothing staged it renews snapshot and timestamp.
    ///
    /// # Errors
    /// When signatures are missing (`threshold_not_met`), the key is not the publisher's
    /// (`wrong_role`), or a client would not take the result.
    pub fn publish(
        &mut self,
        signer: &dyn Signer,
        now: Timestamp,
        spans: &Spans,
    ) -> Result<Vec<(String, Vec<u8>)>, Refusal> {
        let mut next = self.clone();
        for role in self.staged.keys() {
            let status = self.status(role)?;
            if !status.lacks.is_empty() {
                return Err(Refusal::new(Code::ThresholdNotMet, &**role, status.lacks.join(", ")));
            }
        }
        next.published.extend(std::mem::take(&mut next.staged));
        // Signatures of a key that was taken from an agency count no more, also where nothing of the
        // role is new.
        let spoken: Vec<String> = next.spoken();
        let delegations = next.delegations()?;
        for role in &spoken {
            let Some(envelope) = next.published.get(role) else { continue };
            let status = next.status_of(role, envelope)?;
            if !status.lacks.is_empty() {
                let lacks = status.lacks.join(", ");
                let name = crate::client::title(&delegations, role);
                let detail = format!(
                    "after the change of keys {name} lacks {lacks}: request signatures for it again"
                );
                return Err(Refusal::new(Code::ThresholdNotMet, &**role, detail));
            }
        }
        next.seal(signer, now, spans, &spoken)?;
        let files = next.new_files(self);
        next.try_out(self, &files, now)?;
        *self = next;
        Ok(files)
    }

    /// The roles whose metadata a snapshot lists.
    fn spoken(&self) -> Vec<String> {
        let roles = self.published.keys();
        roles.filter(|role| super::kind_of(role) == "targets").cloned().collect()
    }

    fn seal(
        &mut self,
        signer: &dyn Signer,
        now: Timestamp,
        spans: &Spans,
        spoken: &[String],
    ) -> Result<(), Refusal> {
        let root = self.root()?;
        let failed = |error: &dyn std::fmt::Display| {
            Refusal::new(Code::Unreadable, "publisher", error.to_string())
        };
        let until = |span| now.checked_add(span).map_err(|error| failed(&error));
        let stamp = |workshop: &Self, role: &str, span| {
            let before = workshop.published.get(role).map_or(0, |old| old.common().version);
            Ok(Stamp { version: before + 1, issued: now, expires: until(span)? })
        };
        for role in ["snapshot", "timestamp"] {
            if !root.role(role)?.keys.contains(signer.public()) {
                let detail =
                    format!("the root does not give this role to {}", signer.public().id());
                return Err(Refusal::new(Code::WrongRole, role, detail));
            }
        }
        let listed: BTreeMap<String, (u64, Vec<u8>)> = spoken
            .iter()
            .filter_map(|role| {
                let envelope = self.published.get(role)?;
                Some((role.clone(), (envelope.common().version, envelope.to_file())))
            })
            .collect();
        let stamped = stamp(self, "snapshot", spans.snapshot)?;
        let snapshot = compose::snapshot(&stamped, &listed);
        let snapshot = signed(snapshot, "snapshot", signer).map_err(|error| failed(&error))?;
        let file = snapshot.to_file();
        self.published.insert("snapshot".into(), snapshot);
        let version = stamped.version;
        let stamped = stamp(self, "timestamp", spans.timestamp)?;
        let timestamp = compose::timestamp(&stamped, version, &file);
        let timestamp = signed(timestamp, "timestamp", signer).map_err(|error| failed(&error))?;
        self.published.insert("timestamp".into(), timestamp);
        Ok(())
    }

    /// The files that differ from what was published, the timestamp last.
    fn new_files(&self, before: &Self) -> Vec<(String, Vec<u8>)> {
        let mut roles: Vec<&String> = self.published.keys().collect();
        let rank = |role: &str| match role {
            "timestamp" => 3,
            "snapshot" => 2,
            "root" => 1,
            _ => 0,
        };
        roles.sort_by_key(|role| rank(role));
        let mut files = Vec::new();
        for role in roles {
            let Some(envelope) = self.published.get(role) else { continue };
            if before.published.get(role) == Some(envelope) {
                continue;
            }
            let name = match &**role {
                "timestamp" => "timestamp.json".to_owned(),
                _ => format!("{}.{role}.json", envelope.common().version),
            };
            files.push((format!("metadata/{name}"), envelope.to_file()));
        }
        files
    }

    /// Lets a client that knew the state before, and one that comes anew, take what would be published.
    fn try_out(
        &self,
        before: &Self,
        files: &[(String, Vec<u8>)],
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let file =
            |role: &str, workshop: &Self| workshop.published.get(role).map(Envelope::to_file);
        let mut mirror = Memory::default();
        for (role, envelope) in &self.published {
            let version = envelope.common().version;
            mirror.0.insert(format!("metadata/{version}.{role}.json"), envelope.to_file());
        }
        mirror.0.extend(files.iter().cloned());
        let root = file("root", self).unwrap_or_default();
        update(&mut Trusted::new(root), &mut mirror, &Limits::default(), now)?;
        if let Some(root) = file("root", before) {
            let mut known = Trusted::new(root);
            known.timestamp = file("timestamp", before);
            known.snapshot = file("snapshot", before);
            for role in before.spoken() {
                known.roles.extend(file(&role, before).map(|bytes| (role, bytes)));
            }
            update(&mut known, &mut mirror, &Limits::default(), now)?;
        }
        Ok(())
    }
}

fn signed(
    part: crate::Json,
    role: &str,
    signer: &dyn Signer,
) -> Result<Envelope, Box<dyn std::error::Error>> {
    let mut envelope = Envelope::unsigned(part, role, role)?;
    let signature = signer.sign(&envelope.message())?;
    envelope.put(signer.public(), signature);
    Ok(envelope)
}
