//! The only way in for what agencies signed.

use crate::builder::{Builder, LoadError};
use crate::gap::KnowledgeGap;
use advisory::contents::{attributions, likelihood};
use advisory::{Bundle, Verified};
use jiff::Timestamp;
use model::{Attribution, KnowledgeStatus, Opinion, Signed};

impl Builder {
    /// Adds a bundle that agencies signed: its indicators are theirs, and the report says who signed,
    /// who has not, and how old it is. Where metadata around it have expired since they were
    /// accepted, that is a gap, so that nothing found is not told as all there is.
    ///
    /// `remembered` says whether an older state would have been noticed (a trust folder was given);
    /// `now` is what ages are counted to.
    ///
    /// # Errors
    /// As [`Builder::add_bundle`].
    pub fn add_verified(
        &mut self,
        bundle: &Verified<Bundle>,
        remembered: bool,
        now: Timestamp,
    ) -> Result<(), LoadError> {
        let bundle = bundle.value();
        let entry = bundle.entry();
        let name = entry.title().to_owned();
        self.add_bundle(&name, KnowledgeStatus::Unsigned, bundle.bytes())?;
        if let Some(expired) = bundle.expired() {
            let reason = format!(
                "its metadata ({}) expired on {}; it was accepted before that, and what was published \
                 or revoked since is not known",
                expired.role, expired.at
            );
            self.told(KnowledgeGap { knowledge: name, object: None, offset: None, reason });
        }
        let Some(last) = self.last() else { return Ok(()) };
        last.version = entry.version().to_string();
        last.status = match bundle.expired() {
            Some(_) => KnowledgeStatus::Expired,
            None => KnowledgeStatus::Verified,
        };
        last.signed_by.clone_from(&entry.signatories.signed);
        last.signed = Some(Box::new(Signed {
            not_signed_by: entry.signatories.unsigned.clone(),
            threshold: entry.signatories.threshold as u64,
            issued: entry.issued.map(|at| at.to_string()),
            age_days: entry.issued.map(|at| now.duration_since(at).as_hours() / 24),
            expires: entry.expires.to_string(),
            expired: bundle.expired().map(|expired| expired.at.to_string()),
            rollback_seen: remembered,
            attributions: attributions(bundle.bytes()).into_iter().map(quoted).collect(),
        }));
        Ok(())
    }
}

fn quoted(one: advisory::contents::Attribution) -> Attribution {
    Attribution {
        what: one.what,
        to: one.to,
        by: one.by,
        likelihood: one.confidence.map(|number| likelihood(number).to_owned()),
        confidence: one.confidence,
        text: one.text,
        references: one
            .references
            .into_iter()
            .map(|(name, url)| if url.is_empty() { name } else { format!("{name} {url}") })
            .collect(),
        opinions: one
            .opinions
            .into_iter()
            .map(|one| Opinion { opinion: one.opinion, by: one.by, explanation: one.explanation })
            .collect(),
    }
}
