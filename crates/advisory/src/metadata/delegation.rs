//! Delegations (section 4.5): which agency speaks for what, and what they say jointly.
//!
//! TUF leaves open what a delegated role is. Here each is an agency, or [`JOINT`], the role in which
//! agencies speak together; a role speaks for the folder of its name and for nothing else.

use super::fields::{list, member, text, texts};
use super::root::{Role, keys, role};
use crate::json::Json;
use crate::key::PublicKey;
use crate::refusal::{Code, Refusal};
use std::collections::BTreeSet;

/// The role in which several agencies speak together.
pub const JOINT: &str = "joint";

/// What the name of a role may be, in words.
pub(crate) const ID: &str = "1 to 64 small letters, digits and hyphens";

/// Agencies of one repository.
const MAX_AGENCIES: usize = 64;

/// An agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agency {
    /// The name of its role, and of the folder that it speaks for.
    pub id: String,
    /// What it is called (`x_tamarisk.name`, ours); the id where it says nothing.
    pub name: String,
    /// Its keys, and how many of them must sign what it says alone.
    pub role: Role,
}

/// What agencies say together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joint {
    /// The keys that count. Each belongs to an agency.
    pub role: Role,
    /// The agencies that they belong to, in the order of [`Delegations::agencies`].
    pub members: Vec<String>,
}

/// The delegations of the top-level targets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delegations {
    /// The agencies, in the order of the file.
    pub agencies: Vec<Agency>,
    /// What they say together, if anything.
    pub joint: Option<Joint>,
}

/// Whether this can be the name of a role.
pub(crate) fn is_role_name(name: &str) -> bool {
    let letters = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let taken = ["root", "snapshot", "targets", "timestamp"].contains(&name);
    letters && (1..=64).contains(&name.len()) && !name.starts_with('-') && !taken
}

fn unclear(role: &str, detail: impl Into<String>) -> Refusal {
    Refusal::new(Code::UnclearDelegation, role, detail)
}

impl Delegations {
    /// Reads the delegations of the signed part of top-level targets.
    ///
    /// # Errors
    /// When they leave open who speaks for what, or let one key speak for two.
    pub fn read(signed: &Json) -> Result<Self, Refusal> {
        let Some(json) = signed.member("delegations") else { return Ok(Self::default()) };
        let keys = keys(json, "targets")?;
        let (mut agencies, mut joint) = (Vec::<Agency>::new(), None);
        for one in list(json, "roles", "targets")? {
            let name = text(one, "name", "targets")?;
            if !is_role_name(name) {
                let detail = format!("`{name}` is no name of a role: {ID}, none of TUF's own");
                return Err(unclear("targets", detail));
            }
            scope(one, name)?;
            let role = role(one, &keys, name)?;
            let known = agencies.iter().any(|agency| agency.id == name);
            if known || (name == JOINT && joint.is_some()) {
                return Err(unclear(name, "two roles bear this name"));
            }
            if name == JOINT {
                joint = Some(role);
                continue;
            }
            if agencies.len() == MAX_AGENCIES {
                let detail = format!("more than {MAX_AGENCIES} agencies");
                return Err(Refusal::new(Code::Oversized, "targets", detail));
            }
            let called = one.member("x_tamarisk").and_then(|ours| ours.member("name"));
            let called = called.and_then(Json::as_text).unwrap_or(name).to_owned();
            agencies.push(Agency { id: name.to_owned(), name: called, role });
        }
        apart(&agencies)?;
        let joint = joint.map(|role| together(role, &agencies)).transpose()?;
        Ok(Self { agencies, joint })
    }

    /// The agency that a key belongs to.
    #[must_use]
    pub fn agency_of(&self, key: &PublicKey) -> Option<&Agency> {
        owner(key, &self.agencies)
    }

    /// Keys and threshold of a delegated role.
    #[must_use]
    pub fn role(&self, name: &str) -> Option<&Role> {
        if name == JOINT {
            return self.joint.as_ref().map(|joint| &joint.role);
        }
        self.agencies.iter().find(|agency| agency.id == name).map(|agency| &agency.role)
    }

    /// The names of all delegated roles.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let joint = self.joint.iter().map(|_| JOINT);
        joint.chain(self.agencies.iter().map(|agency| &*agency.id))
    }
}

/// A role may speak for its own folder alone.
fn scope(json: &Json, name: &str) -> Result<(), Refusal> {
    let hashed = json.member("path_hash_prefixes").is_some();
    if hashed || member(json, "paths", name).is_err() {
        return Err(unclear(name, "what it speaks for is not given as `paths`"));
    }
    let folder = format!("{name}/");
    match texts(json, "paths", name)?.iter().find(|path| !path.starts_with(&folder)) {
        Some(path) => {
            let detail = format!("it is to speak for `{path}`, outside of its folder `{folder}`");
            Err(Refusal::new(Code::WrongRole, name, detail))
        }
        None => Ok(()),
    }
}

fn owner<'a>(key: &PublicKey, agencies: &'a [Agency]) -> Option<&'a Agency> {
    let material = key.material();
    agencies.iter().find(|one| one.role.keys.iter().any(|own| own.material() == material))
}

/// No key belongs to two agencies, whatever it is called, and no two agencies look alike.
fn apart(agencies: &[Agency]) -> Result<(), Refusal> {
    let (mut materials, mut names) = (BTreeSet::new(), BTreeSet::new());
    for agency in agencies {
        if !names.insert(agency.name.to_lowercase()) {
            let detail = format!("two agencies are called `{}`", agency.name);
            return Err(unclear(&agency.id, detail));
        }
        for key in &agency.role.keys {
            if !materials.insert(key.material()) {
                let first = owner(key, agencies).map_or("", |first| &*first.id);
                let detail = format!("its key {} is also that of `{first}`", key.id());
                return Err(Refusal::new(Code::KeyUnderTwoNames, &agency.id, detail));
            }
        }
    }
    Ok(())
}

/// Each key of the joint role belongs to an agency, and enough agencies can sign.
fn together(role: Role, agencies: &[Agency]) -> Result<Joint, Refusal> {
    let mut owners = BTreeSet::new();
    for key in &role.keys {
        let owner = owner(key, agencies).ok_or_else(|| {
            let detail = format!("the key {} belongs to no agency", key.id());
            Refusal::new(Code::WrongRole, JOINT, detail)
        })?;
        owners.insert(&owner.id);
    }
    if owners.len() < role.threshold {
        let detail = format!("{} agencies can sign, {} must", owners.len(), role.threshold);
        return Err(unclear(JOINT, detail));
    }
    let members = agencies.iter().filter(|agency| owners.contains(&agency.id));
    let members = members.map(|agency| agency.id.clone()).collect();
    Ok(Joint { role, members })
}
