//! Timestamp, snapshot and targets (sections 5.4 to 5.6).

use super::fetch::{Fetch, Limits, read};
use super::{Clock, Note, Trusted, title};
use crate::metadata::{Delegations, Envelope, Files, JOINT, Listed, Role, Root, signers};
use crate::refusal::{Code, Refusal};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

pub(super) struct Chain<'a> {
    pub(super) root: &'a Root,
    pub(super) trusted: &'a mut Trusted,
    pub(super) fetch: &'a mut dyn Fetch,
    pub(super) limits: &'a Limits,
    pub(super) clock: &'a mut Clock,
}

/// Whether the snapshot lists metadata of this role.
pub(super) fn lists(snapshot: &Envelope, role: &str) -> Result<bool, Refusal> {
    Ok(Files::read(snapshot, "snapshot")?.0.contains_key(&format!("{role}.json")))
}

impl Chain<'_> {
    /// Metadata that were accepted before, where the keys of today still vouch for them.
    fn kept(&self, bytes: Option<&Vec<u8>>, role: &str, kind: &str) -> Option<Envelope> {
        let envelope = Envelope::parse(bytes?, role, kind).ok()?;
        let keys = self.root.role(kind).ok()?;
        signers(&envelope, keys, role).ok()?.reach(keys.threshold, role).ok()?;
        Some(envelope)
    }

    /// 5.4: the newest timestamp.
    pub(super) fn timestamp(&mut self) -> Result<(Vec<Note>, Envelope), Refusal> {
        const ROLE: &str = "timestamp";
        let path = "metadata/timestamp.json";
        let bytes = read(self.fetch, path, self.limits.timestamp, self.limits)?;
        let bytes = bytes.ok_or_else(|| Refusal::new(Code::Missing, ROLE, "it is not there"))?;
        let envelope = Envelope::parse(&bytes, ROLE, ROLE)?;
        let keys = self.root.role(ROLE)?;
        signers(&envelope, keys, ROLE)?.reach(keys.threshold, ROLE)?;
        let snapshot = Files::read(&envelope, ROLE)?.entry("snapshot.json", ROLE)?.clone();

        let kept = self.kept(self.trusted.timestamp.as_ref(), ROLE, ROLE);
        if let Some(kept) = kept {
            let (before, now) = (kept.common().version, envelope.common().version);
            self.not_older(before, now, ROLE)?;
            if before == now {
                // 5.4.3: the same version is no news, whatever else it says.
                self.clock.hold(&kept, ROLE, false)?;
                let differs = kept.digest() != envelope.digest();
                let notes = differs.then_some(Note::TwoTimestamps { version: now });
                return Ok((notes.into_iter().collect(), kept));
            }
            let listed = Files::read(&kept, ROLE)?.entry("snapshot.json", ROLE)?.version;
            self.not_older(listed, snapshot.version, "snapshot")?;
        }
        self.clock.hold(&envelope, ROLE, true)?;
        self.trusted.timestamp = Some(bytes);
        Ok((Vec::new(), envelope))
    }

    /// 5.5: the snapshot that the timestamp names.
    pub(super) fn snapshot(&mut self, timestamp: &Envelope) -> Result<Envelope, Refusal> {
        const ROLE: &str = "snapshot";
        let listed = Files::read(timestamp, "timestamp")?.entry("snapshot.json", ROLE)?.clone();
        let kept = self.trusted.snapshot.clone();
        let (bytes, arrived) = self.listed(&listed, ROLE, kept.as_ref(), self.limits.snapshot)?;
        let before = self.kept(kept.as_ref(), ROLE, ROLE);
        let envelope = Envelope::parse(&bytes, ROLE, ROLE)?;
        let keys = self.root.role(ROLE)?;
        signers(&envelope, keys, ROLE)?.reach(keys.threshold, ROLE)?;
        self.belongs(&envelope, &listed, ROLE)?;
        let files = Files::read(&envelope, ROLE)?;
        if let Some(before) = before {
            for (name, old) in Files::read(&before, ROLE)?.0 {
                let new = files.0.get(&name).ok_or_else(|| {
                    Refusal::new(Code::Rollback, ROLE, format!("{name} is no longer listed"))
                })?;
                self.not_older(old.version, new.version, name.trim_end_matches(".json"))?;
            }
        }
        self.clock.hold(&envelope, ROLE, arrived)?;
        self.trusted.snapshot = Some(bytes);
        Ok(envelope)
    }

    /// 5.6: the top-level targets.
    pub(super) fn targets(
        &mut self,
        name: &str,
        keys: &Role,
        snapshot: &Envelope,
    ) -> Result<(Envelope, Option<Timestamp>), Refusal> {
        self.role(name, snapshot, |envelope| {
            signers(envelope, keys, name)?.reach(keys.threshold, name)
        })
    }

    /// 5.6.7: what an agency says, or several together. Of those who speak together agencies are
    /// counted and not keys.
    pub(super) fn delegated(
        &mut self,
        name: &str,
        keys: &Role,
        delegations: &Delegations,
        snapshot: &Envelope,
    ) -> Result<(Envelope, Option<Timestamp>), Refusal> {
        self.role(name, snapshot, |envelope| {
            let signers = signers(envelope, keys, name)?;
            let mut agencies: Vec<&str> = signers
                .valid
                .iter()
                .filter_map(|key| Some(&*delegations.agency_of(key)?.id))
                .collect();
            agencies.sort_unstable();
            agencies.dedup();
            let count = if name == JOINT { agencies.len() } else { signers.valid.len() };
            signers.counted(count, keys.threshold, name).map_err(|refusal| Refusal {
                detail: format!("{}: {}", title(delegations, name), refusal.detail),
                ..refusal
            })
        })
    }

    fn role(
        &mut self,
        name: &str,
        snapshot: &Envelope,
        check: impl Fn(&Envelope) -> Result<(), Refusal>,
    ) -> Result<(Envelope, Option<Timestamp>), Refusal> {
        let listed =
            Files::read(snapshot, "snapshot")?.entry(&format!("{name}.json"), name)?.clone();
        let kept = self.trusted.roles.get(name).cloned();
        let (bytes, arrived) = self.listed(&listed, name, kept.as_ref(), self.limits.targets)?;
        let envelope = Envelope::parse(&bytes, name, "targets")?;
        check(&envelope)?;
        self.belongs(&envelope, &listed, name)?;
        self.clock.hold(&envelope, name, arrived)?;
        self.trusted.roles.insert(name.to_owned(), bytes);
        let issued = envelope.common().issued;
        Ok((envelope, issued))
    }

    /// Forgets roles that the snapshot no longer lists.
    pub(super) fn finish(&mut self, snapshot: &Envelope) -> Result<(), Refusal> {
        let files = Files::read(snapshot, "snapshot")?;
        self.trusted.roles.retain(|role, _| files.0.contains_key(&format!("{role}.json")));
        Ok(())
    }

    /// The bytes of a file that another one lists: those kept, if they are the ones, else fetched;
    /// and whether they arrived now.
    fn listed(
        &mut self,
        listed: &Listed,
        role: &str,
        kept: Option<&Vec<u8>>,
        most: u64,
    ) -> Result<(Vec<u8>, bool), Refusal> {
        if let (Some(kept), Some(sha256)) = (kept, listed.sha256)
            && Sha256::digest(kept)[..] == sha256
        {
            return Ok((kept.clone(), false));
        }
        let path = match self.root.consistent_snapshot {
            true => format!("metadata/{}.{role}.json", listed.version),
            false => format!("metadata/{role}.json"),
        };
        let most = listed.length.map_or(most, |length| length.min(most));
        let bytes = read(self.fetch, &path, most, self.limits)?;
        let bytes = bytes.ok_or_else(|| {
            Refusal::new(Code::Missing, role, format!("version {} is not there", listed.version))
        })?;
        if listed.length.is_some_and(|length| length != bytes.len() as u64)
            || listed.sha256.is_some_and(|sha256| Sha256::digest(&bytes)[..] != sha256)
        {
            let detail = "it is not the file whose hash is listed";
            return Err(Refusal::new(Code::MixAndMatch, role, detail));
        }
        let arrived = kept != Some(&bytes);
        Ok((bytes, arrived))
    }

    fn belongs(&self, envelope: &Envelope, listed: &Listed, role: &str) -> Result<(), Refusal> {
        let version = envelope.common().version;
        if version == listed.version {
            return Ok(());
        }
        let detail = format!("it is version {version}, and version {} is listed", listed.version);
        Err(Refusal::new(Code::MixAndMatch, role, detail))
    }

    fn not_older(&self, before: u64, now: u64, role: &str) -> Result<(), Refusal> {
        if now < before {
            let detail =
                format!("version {now} is offered, and version {before} was accepted before");
            return Err(Refusal::new(Code::Rollback, role, detail));
        }
        if now - before > self.limits.versions {
            let detail = format!("version {now} follows version {before}");
            return Err(Refusal::new(Code::FastForward, role, detail));
        }
        Ok(())
    }
}
