//! Updating the root (section 5.3).

use super::fetch::{Fetch, Limits, read};
use super::{Clock, Trusted};
use crate::metadata::{Envelope, Role, Root, signers};
use crate::refusal::{Code, Refusal};

/// A root as it was given, its own signatures held against its own keys. This proves that it is
/// whole, not whose it is: compare its words ([`Root::words`]) with those who made it.
///
/// # Errors
/// When it is none, or not signed by its own keys.
pub fn given_root(bytes: &[u8]) -> Result<Root, Refusal> {
    Ok(parse(bytes)?.1)
}

/// The words of a root's fingerprint, to be read out and compared.
///
/// # Errors
/// When it is no root.
pub fn fingerprint(bytes: &[u8]) -> Result<String, Refusal> {
    Ok(given_root(bytes)?.words())
}

fn parse(bytes: &[u8]) -> Result<(Envelope, Root), Refusal> {
    let envelope = Envelope::parse(bytes, "root", "root")?;
    let root = Root::read(&envelope)?;
    let own = root.role("root")?;
    signers(&envelope, own, "root")?.reach(own.threshold, "root")?;
    Ok((envelope, root))
}

/// Follows every newer root (5.3.2 to 5.3.9), then holds the last against the clock (5.3.10).
pub(super) fn update(
    trusted: &mut Trusted,
    fetch: &mut dyn Fetch,
    limits: &Limits,
    clock: &mut Clock,
) -> Result<Root, Refusal> {
    if trusted.root.is_empty() {
        return Err(Refusal::new(Code::NoRoot, "root", "no root metadata were given"));
    }
    let (mut envelope, mut root) = parse(&trusted.root)?;
    let before = root.clone();
    let mut arrived = !trusted.has_accepted();
    let mut followed = 0;
    loop {
        let next = root.common.version + 1;
        let path = format!("metadata/{next}.root.json");
        let Some(bytes) = read(fetch, &path, limits.root, limits)? else { break };
        if followed == limits.roots {
            let detail = format!("more than {} new roots at once", limits.roots);
            return Err(Refusal::new(Code::Oversized, "root", detail));
        }
        let newer = Envelope::parse(&bytes, "root", "root")?;
        let read = Root::read(&newer)?;
        for (whose, keys) in [("old", root.role("root")?), ("new", read.role("root")?)] {
            signed(&newer, keys, whose, next)?;
        }
        if read.common.version != next {
            let detail = format!("{path} is version {}", read.common.version);
            return Err(Refusal::new(Code::RootRotation, "root", detail));
        }
        (envelope, root) = (newer, read);
        trusted.root = bytes;
        arrived = true;
        followed += 1;
    }
    clock.hold(&envelope, "root", arrived)?;
    // 5.3.11: whoever lost these keys may have set versions that nothing honest can follow.
    let changed = ["timestamp", "snapshot"].iter().any(|name| !same(&before, &root, name));
    if changed {
        trusted.timestamp = None;
        trusted.snapshot = None;
    }
    Ok(root)
}

fn signed(envelope: &Envelope, keys: &Role, whose: &str, version: u64) -> Result<(), Refusal> {
    let signers = signers(envelope, keys, "root")?;
    signers.reach(keys.threshold, "root").map_err(|refusal| {
        let detail = format!("version {version}, by the {whose} keys: {}", refusal.detail);
        Refusal::new(Code::RootRotation, "root", detail)
    })
}

/// Whether two roots give a role to the same keys.
fn same(before: &Root, after: &Root, name: &str) -> bool {
    let ids = |root: &Root| {
        let mut ids: Vec<String> = root
            .role(name)
            .map(|role| role.keys.iter().map(|key| key.id().to_owned()).collect())
            .unwrap_or_default();
        ids.sort();
        ids
    };
    ids(before) == ids(after)
}
