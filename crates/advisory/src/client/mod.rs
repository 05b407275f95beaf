//! The client's workflow of TUF 1.0.34, section 5, step by step and without a network of its own.
//!
//! Its sections are the files here: the root (5.3), then timestamp, snapshot and targets (5.4 to 5.6),
//! then the file that is wanted (5.7). What it goes by and what it leaves behind is [`Trusted`];
//! where bytes come from is a [`Fetch`]; the time is an argument.
//!
//! One rule is ours: metadata that were accepted while they were valid, and have expired since, are
//! still used, and the result says so ([`Repository::expired`]). Metadata that arrive expired are
//! refused.

mod chain;
mod fetch;
mod repository;
mod root;
mod trusted;

pub use fetch::{Fetch, Limits, Memory};
pub use repository::{Entry, Expired, Note, Repository, Signatories};
pub use root::{fingerprint, given_root};
pub use trusted::Trusted;

use crate::metadata::{Delegations, Envelope, Targets};
use crate::refusal::Refusal;
use jiff::Timestamp;

/// Whether something expired, and what.
pub(crate) struct Clock {
    now: Timestamp,
    expired: Option<Expired>,
}

impl Clock {
    /// Takes note of an expiry: an error if the metadata `arrived` now, else something to tell.
    fn hold(&mut self, envelope: &Envelope, role: &str, arrived: bool) -> Result<(), Refusal> {
        let at = envelope.common().expires;
        if at > self.now {
            return Ok(());
        }
        if arrived {
            let detail = format!("it expired on {at}, and it is {}", self.now);
            return Err(Refusal::new(crate::Code::Expired, role, detail));
        }
        let first = self.expired.as_ref().is_none_or(|known| at < known.at);
        if first {
            self.expired = Some(Expired { role: role.to_owned(), at });
        }
        Ok(())
    }
}

/// Brings `trusted` up to what `fetch` offers, and gives what is signed there.
///
/// `trusted` takes each new root as soon as it is verified, so that it is to be kept even when a later
/// file is refused; all else it takes together, once everything was verified. (The specification
/// keeps each file at once. A mirror that is broken half-way would then leave nothing to work with.)
///
/// # Errors
/// When anything is refused; see [`crate::Code`].
pub fn update(
    trusted: &mut Trusted,
    fetch: &mut dyn Fetch,
    limits: &Limits,
    now: Timestamp,
) -> Result<Repository, Refusal> {
    let mut clock = Clock { now, expired: None };
    let root = root::update(trusted, fetch, limits, &mut clock)?;
    let mut next = trusted.clone();
    let mut chain =
        chain::Chain { root: &root, trusted: &mut next, fetch, limits, clock: &mut clock };
    let (mut notes, timestamp) = chain.timestamp()?;
    let snapshot = chain.snapshot(&timestamp)?;
    let (top, newest) = chain.targets("targets", root.role("targets")?, &snapshot)?;
    let Targets { delegations, .. } = Targets::read(&top, "targets")?;
    let mut issued = newest.max(timestamp.common().issued);
    let mut expires = timestamp.common().expires.min(top.common().expires);
    let mut entries = Vec::new();
    let names: Vec<String> = delegations.names().map(str::to_owned).collect();
    for name in names {
        let Some(role) = delegations.role(&name) else { continue };
        if !chain::lists(&snapshot, &name)? {
            continue; // A role that has not spoken yet.
        }
        let (envelope, at) = chain.delegated(&name, role, &delegations, &snapshot)?;
        issued = issued.max(at);
        expires = expires.min(envelope.common().expires);
        entries.extend(repository::entries(&name, &envelope, &delegations)?);
    }
    chain.finish(&snapshot)?;
    if let Some(newest) = next.newest.max(issued) {
        if now < newest {
            notes.push(Note::ClockBehind { newest });
        }
        next.newest = Some(newest);
    }
    *trusted = next;
    Ok(Repository {
        expires: expires.min(root.common.expires),
        root,
        agencies: delegations,
        entries,
        expired: clock.expired,
        issued,
        notes,
    })
}

/// What was accepted before, verified once more from the bytes that were kept; expiry is told and
/// not refused.
///
/// # Errors
/// When the kept bytes are incomplete or were changed.
pub fn reopen(trusted: &Trusted, now: Timestamp) -> Result<Repository, Refusal> {
    let mut kept = trusted.as_mirror();
    update(&mut trusted.clone(), &mut kept, &Limits::default(), now)
}

/// The delegations' word for a role, for messages.
pub(crate) fn title(delegations: &Delegations, role: &str) -> String {
    let agency = delegations.agencies.iter().find(|agency| agency.id == role);
    agency.map_or_else(|| role.to_owned(), |agency| agency.name.clone())
}
