//! The publisher's side: what is staged, who has yet to sign it, and what is published then.
//!
//! A role's metadata are staged without signatures; [`Request`] carries the bytes to those who hold keys, on
//! any medium; [`Answer`] carries their signatures back, in any order; [`Workshop::assemble`] checks
//! and joins them; [`Workshop::publish`] makes snapshot and timestamp and hands out the files of the
//! mirror, once a client would take them.

mod publish;
mod request;
mod status;

pub use publish::Spans;
pub use request::{Answer, Contents, Given, Part, Request};
pub use status::{Needed, Status};

use crate::compose::{self, Stamp};
use crate::metadata::{Agency, Delegations, Envelope, Role, Root, TargetFile, Targets};
use crate::refusal::{Code, Refusal};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The state of a publisher: signed parts by role (`root`, `targets`, `joint`, agencies, `snapshot`,
/// `timestamp`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workshop {
    /// What was published last.
    pub published: BTreeMap<String, Envelope>,
    /// What waits for signatures.
    pub staged: BTreeMap<String, Envelope>,
}

/// The `_type` of a role's metadata.
#[must_use]
pub fn kind_of(role: &str) -> &str {
    match role {
        "root" | "snapshot" | "timestamp" => role,
        _ => "targets",
    }
}

impl Workshop {
    /// A role's metadata as they will be: staged, else published.
    #[must_use]
    pub fn latest(&self, role: &str) -> Option<&Envelope> {
        self.staged.get(role).or_else(|| self.published.get(role))
    }

    /// The root as it will be.
    ///
    /// # Errors
    /// When there is none.
    pub fn root(&self) -> Result<Root, Refusal> {
        let missing = || Refusal::new(Code::NoRoot, "root", "nothing was set up here");
        Root::read(self.latest("root").ok_or_else(missing)?)
    }

    /// The agencies as they will be.
    ///
    /// # Errors
    /// When nothing was set up, or what was is unclear.
    pub fn delegations(&self) -> Result<Delegations, Refusal> {
        let missing = || Refusal::new(Code::Missing, "targets", "nothing was set up here");
        Ok(Targets::read(self.latest("targets").ok_or_else(missing)?, "targets")?.delegations)
    }

    /// The files that a role lists, as they will be; none where it has not spoken.
    ///
    /// # Errors
    /// When its metadata are damaged.
    pub fn files(&self, role: &str) -> Result<Vec<TargetFile>, Refusal> {
        let Some(envelope) = self.latest(role) else { return Ok(Vec::new()) };
        Ok(Targets::read(envelope, role)?.files)
    }

    /// Version and times for the next version of a role.
    fn stamp(&self, role: &str, issued: Timestamp, expires: Timestamp) -> Stamp {
        let before = self.published.get(role).map_or(0, |envelope| envelope.common().version);
        Stamp { version: before + 1, issued, expires }
    }

    /// Stages a root.
    ///
    /// # Errors
    /// When the roles leave a threshold that cannot be reached, or a key counts twice.
    pub fn stage_root(
        &mut self,
        roles: &BTreeMap<&str, Role>,
        issued: Timestamp,
        expires: Timestamp,
    ) -> Result<(), Refusal> {
        for (name, role) in roles {
            if role.keys.len() < role.threshold || role.threshold == 0 {
                let detail = format!("{} keys, and {} must sign", role.keys.len(), role.threshold);
                return Err(Refusal::new(Code::UnclearDelegation, *name, detail));
            }
        }
        let signed = compose::root(&self.stamp("root", issued, expires), roles);
        let envelope = Envelope::unsigned(signed, "root", "root")?;
        Root::read(&envelope)?;
        self.staged.insert("root".into(), envelope);
        Ok(())
    }

    /// Stages who the agencies are, and whose keys make a joint statement.
    ///
    /// # Errors
    /// When it leaves open who speaks for what.
    pub fn stage_delegations(
        &mut self,
        agencies: &[Agency],
        joint: Option<&Role>,
        issued: Timestamp,
        expires: Timestamp,
    ) -> Result<(), Refusal> {
        let signed = compose::delegations(&self.stamp("targets", issued, expires), agencies, joint);
        let envelope = Envelope::unsigned(signed, "targets", "targets")?;
        Targets::read(&envelope, "targets")?;
        self.staged.insert("targets".into(), envelope);
        Ok(())
    }

    /// Stages what a role says: all of its files. The same files as were published, with the same
    /// expiry to come, are staged too: to sign them once more is to renew them.
    ///
    /// # Errors
    /// When a file is not the role's to list, or there is no such role.
    pub fn stage_files(
        &mut self,
        role: &str,
        files: &[TargetFile],
        issued: Timestamp,
        expires: Timestamp,
    ) -> Result<(), Refusal> {
        if self.delegations()?.role(role).is_none() {
            return Err(Refusal::new(Code::WrongRole, role, "there is no such role"));
        }
        let signed = compose::targets(&self.stamp(role, issued, expires), files);
        let envelope = Envelope::unsigned(signed, role, "targets")?;
        Targets::read(&envelope, role)?;
        self.staged.insert(role.to_owned(), envelope);
        Ok(())
    }
}
