//! Counting signatures: who of those who may sign has signed (section 5.1, "verify signatures").

use super::envelope::Envelope;
use super::root::Role;
use crate::key::{PublicKey, Verdict};
use crate::refusal::{Code, Refusal};

/// Whose signatures are valid.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signers<'k> {
    /// Keys with a valid signature, each once.
    pub(crate) valid: Vec<&'k PublicKey>,
    /// Ids of keys of the role whose signature does not hold.
    pub(crate) invalid: Vec<String>,
}

/// The keys of `role` that signed.
///
/// # Errors
/// When a key signs twice, or a signature of one of the keys is written in another way than
/// there is.
pub(crate) fn signers<'k>(
    envelope: &Envelope,
    role: &'k Role,
    name: &str,
) -> Result<Signers<'k>, Refusal> {
    let message = envelope.message();
    let mut signers = Signers::default();
    let mut seen: Vec<&str> = Vec::new();
    for signature in envelope.signatures() {
        if seen.contains(&&*signature.key) {
            let detail = format!("the key {} signs twice", signature.key);
            return Err(Refusal::new(Code::SameKeyTwice, name, detail));
        }
        seen.push(&signature.key);
        // Signatures of other keys do not count; after a rotation they are there lawfully.
        let Some(key) = role.keys.iter().find(|key| key.id() == signature.key) else { continue };
        if signature.hex.is_empty() {
            continue;
        }
        match key.verify(&message, &signature.hex) {
            Verdict::Valid => signers.valid.push(key),
            Verdict::Invalid => signers.invalid.push(signature.key.clone()),
            Verdict::Malleable(reason) => {
                let detail = format!("signature of {}: {reason}", signature.key);
                return Err(Refusal::new(Code::MalleableEncoding, name, detail));
            }
        }
    }
    Ok(signers)
}

impl Signers<'_> {
    /// Holds the number of valid signatures against the threshold.
    pub(crate) fn reach(&self, threshold: usize, name: &str) -> Result<(), Refusal> {
        self.counted(self.valid.len(), threshold, name)
    }

    /// Holds a number that was counted in another way against the threshold.
    pub(crate) fn counted(
        &self,
        count: usize,
        threshold: usize,
        name: &str,
    ) -> Result<(), Refusal> {
        if count >= threshold {
            return Ok(());
        }
        let mut detail = format!("{count} valid signatures, and {threshold} are needed");
        if !self.invalid.is_empty() {
            detail.push_str(&format!("; not valid: {}", self.invalid.join(", ")));
        }
        Err(Refusal::new(Code::ThresholdNotMet, name, detail))
    }
}
