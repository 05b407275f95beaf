//! Who must sign what, and who has.

use super::{Answer, Workshop};
use crate::key::{PublicKey, Verdict};
use crate::metadata::{Delegations, Envelope, JOINT, Role, Root, signers};
use crate::refusal::{Code, Refusal};

/// One demand on the signatures of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// What it is: `new root keys`, `agencies` …
    pub what: &'static str,
    /// Keys and threshold.
    pub role: Role,
    /// Whether agencies are counted, not keys.
    pub agencies: bool,
}

/// How far a staged role is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The role.
    pub role: String,
    /// The version that is staged.
    pub version: u64,
    /// SHA-256 of the bytes to sign.
    pub digest: [u8; 32],
    /// Those who have signed, by name.
    pub signed: Vec<String>,
    /// Those who may sign and have not.
    pub waiting: Vec<String>,
    /// Demands that are not met yet, in words; none where it can be published.
    pub lacks: Vec<String>,
}

impl Workshop {
    /// What the signatures of a staged or published role must satisfy.
    ///
    /// # Errors
    /// When there is no such role.
    pub fn needed(&self, role: &str) -> Result<Vec<Needed>, Refusal> {
        let root = self.root()?;
        let needed = |what, role: &Role| Needed { what, role: role.clone(), agencies: false };
        Ok(match role {
            "root" => {
                let mut all = vec![needed("new root keys", root.role("root")?)];
                if let Some(before) = self.published.get("root") {
                    all.push(needed("old root keys", Root::read(before)?.role("root")?));
                }
                all
            }
            "targets" | "snapshot" | "timestamp" => vec![needed("keys", root.role(role)?)],
            _ => {
                let delegations = self.delegations()?;
                let keys = delegations
                    .role(role)
                    .ok_or_else(|| Refusal::new(Code::WrongRole, role, "there is no such role"))?;
                let what = if role == JOINT { "agencies" } else { "keys of the agency" };
                vec![Needed { what, role: keys.clone(), agencies: role == JOINT }]
            }
        })
    }

    /// What a key is called: its agency, else the start of its id.
    #[must_use]
    pub fn name_of(&self, key: &PublicKey) -> String {
        let delegations = self.delegations().unwrap_or_default();
        let agency = delegations.agency_of(key).map(|agency| agency.name.clone());
        agency.unwrap_or_else(|| format!("key {}", key.id().get(..12).unwrap_or_default()))
    }

    /// How far a staged role is.
    ///
    /// # Errors
    /// When nothing of it is staged, or what is there is damaged.
    pub fn status(&self, role: &str) -> Result<Status, Refusal> {
        let envelope = self.staged.get(role).ok_or_else(|| {
            Refusal::new(Code::Missing, role, "nothing of it waits for signatures")
        })?;
        self.status_of(role, envelope)
    }

    pub(super) fn status_of(&self, role: &str, envelope: &Envelope) -> Result<Status, Refusal> {
        let delegations = self.delegations()?;
        let mut status = Status {
            role: role.to_owned(),
            version: envelope.common().version,
            digest: envelope.digest(),
            signed: Vec::new(),
            waiting: Vec::new(),
            lacks: Vec::new(),
        };
        for needed in self.needed(role)? {
            let signers = signers(envelope, &needed.role, role)?;
            for key in &needed.role.keys {
                let did = signers.valid.contains(&key);
                let list = if did { &mut status.signed } else { &mut status.waiting };
                list.push(self.name_of(key));
            }
            let count = count(&signers.valid, &delegations, needed.agencies);
            if count < needed.role.threshold {
                let lack = needed.role.threshold - count;
                status.lacks.push(format!("{lack} more of the {}", needed.what));
            }
        }
        let signed = std::mem::take(&mut status.signed);
        status.waiting.retain(|name| !signed.contains(name));
        status.signed = signed;
        for list in [&mut status.signed, &mut status.waiting] {
            list.sort();
            list.dedup();
        }
        Ok(status)
    }

    /// Whether what is staged or published of a role has the signatures it needs by the keys of now.
    ///
    /// # Errors
    /// When there is nothing of it, or what is there is damaged.
    pub fn reaches(&self, role: &str) -> Result<bool, Refusal> {
        let missing = || Refusal::new(Code::Missing, role, "there is nothing of it");
        let envelope = self.latest(role).ok_or_else(missing)?;
        Ok(self.staged.contains_key(role) || self.status_of(role, envelope)?.lacks.is_empty())
    }

    /// Takes in signatures; yields the roles that they are for.
    ///
    /// # Errors
    /// When one is for other bytes than are staged (`mix_and_match`), by a key that has no say there
    /// (`wrong_role`), or does not hold (`threshold_not_met`). Then none is taken.
    pub fn assemble(&mut self, answer: &Answer) -> Result<Vec<String>, Refusal> {
        let mut staged = self.staged.clone();
        let mut roles = Vec::new();
        for one in &answer.signatures {
            let role = &*one.role;
            let envelope = staged.get_mut(role).ok_or_else(|| {
                Refusal::new(Code::MixAndMatch, role, "nothing of this role waits for signatures")
            })?;
            if one.digest != const_hex::encode(envelope.digest()) {
                let detail = format!(
                    "the signature is for version {} with the hash {}…, and version {} with {}… is \
                     staged: the request was made of another draft",
                    one.version,
                    one.digest.get(..12).unwrap_or_default(),
                    envelope.common().version,
                    const_hex::encode(envelope.digest()).get(..12).unwrap_or_default(),
                );
                return Err(Refusal::new(Code::MixAndMatch, role, detail));
            }
            let needed = self.needed(role)?;
            let mut keys = needed.iter().flat_map(|needed| &needed.role.keys);
            let key = keys.find(|key| key.id() == one.key).ok_or_else(|| {
                let detail = format!("the key {} has no say in this role", one.key);
                Refusal::new(Code::WrongRole, role, detail)
            })?;
            match key.verify(&envelope.message(), &one.signature) {
                Verdict::Valid => envelope.put(key, one.signature.clone()),
                Verdict::Invalid => {
                    let detail = format!("the signature of {} does not hold", self.name_of(key));
                    return Err(Refusal::new(Code::ThresholdNotMet, role, detail));
                }
                Verdict::Malleable(reason) => {
                    return Err(Refusal::new(Code::MalleableEncoding, role, reason));
                }
            }
            roles.push(role.to_owned());
        }
        roles.sort();
        roles.dedup();
        self.staged = staged;
        Ok(roles)
    }
}

fn count(valid: &[&PublicKey], delegations: &Delegations, agencies: bool) -> usize {
    if !agencies {
        return valid.len();
    }
    let mut ids: Vec<&str> =
        valid.iter().filter_map(|key| Some(&*delegations.agency_of(key)?.id)).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.len()
}
