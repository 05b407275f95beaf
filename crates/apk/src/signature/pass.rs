//! One pass over the schemes of an APK, newest first, and what they must have in common.

use super::algorithm::ContentDigest;
use super::content::Contents;
use super::lineage::Node;
use super::log::Log;
use super::signer::{Known, Names, Signer};
use super::source::Fault;
use super::v3::{Look, V3Signer, V31_SDK};
use super::verdict::{Decision, SDK_OPEN, SchemeState, Verdict, VerifiedSigner};
use super::verifier::{Apk, N, P, Values, supported};
use super::{v1, v2, v3, v4};
use crate::certificate::Certificate;
use crate::package::Scheme;

/// What was found of one scheme.
pub(super) struct Found<S> {
    pub(super) state: SchemeState,
    signers: Vec<S>,
}

impl<S> Default for Found<S> {
    fn default() -> Self {
        Self { state: SchemeState::default(), signers: Vec::new() }
    }
}

pub(super) struct Pass<'p, 'r, 'v> {
    apk: &'p mut Apk<'r>,
    values: &'v Values,
    min: u32,
    max: u32,
    contents: Option<Contents>,
    /// Numbers of the schemes that were found, but v1's.
    pub(super) found: Vec<u32>,
    v1: Found<Certificate>,
    pub(super) v2: Found<Signer<'v>>,
    pub(super) v3: Found<V3Signer<'v>>,
    pub(super) v31: Found<V3Signer<'v>>,
    v4: Found<v4::Signer<'v>>,
    v4_signers: v4::Signers<'v>,
    lineage: Vec<Node<'v>>,
}

impl<'p, 'r, 'v> Pass<'p, 'r, 'v> {
    pub(super) fn new(apk: &'p mut Apk<'r>, values: &'v Values, (min, max): (u32, u32)) -> Self {
        let contents = apk.block.map(|block| Contents::new(&apk.sections, block.at));
        let mut pass = Self {
            apk,
            values,
            min,
            max,
            contents,
            found: Vec::new(),
            v1: Found::default(),
            v2: Found::default(),
            v3: Found::default(),
            v31: Found::default(),
            v4: Found::default(),
            v4_signers: v4::Signers::default(),
            lineage: Vec::new(),
        };
        pass.v1.state.present = v1::Signature::find(&pass.apk.members).is_present();
        pass.v2.state.present = values.v2.is_some();
        pass.v3.state.present = values.v3.is_some();
        pass.v31.state.present = values.v31.is_some();
        pass
    }

    /// The schemes of the signing block, as far as versions of the range look at them.
    pub(super) fn block(&mut self, log: &mut Log) -> Result<(), Fault> {
        let (min, max) = (self.min, self.max);
        let mut rotation_min_sdk = None;
        if let Some(value) = self.values.v31.as_ref().filter(|_| max >= V31_SDK) {
            let look =
                Look { scheme: Scheme::V31, max_sdk: max, rotation_min_sdk: None, full: true };
            // Signers of v3.1 need not be for the least version: those of v3 are for the others.
            self.v31.signers = v3::signers(value, look, log);
            rotation_min_sdk = self.v31.signers.iter().map(|signer| signer.min_sdk).min();
            self.found.push(31);
            let lineage = self.v3_block(Scheme::V31, max, look, log)?;
            self.lineage = lineage;
            if log.has_errors() {
                return Ok(());
            }
        }
        if max >= P {
            let look = Look {
                scheme: Scheme::V3,
                max_sdk: max,
                rotation_min_sdk: rotation_min_sdk.filter(|sdk| *sdk > 0),
                full: true,
            };
            if let Some(value) = &self.values.v3 {
                self.v3.signers = v3::signers(value, look, log);
                self.found.push(3);
                let lineage = self.v3_block(Scheme::V3, min.max(P), look, log)?;
                if self.lineage.is_empty() {
                    self.lineage = lineage;
                }
            } else if self.found.contains(&31) {
                let what = "v3.1 is there without v3, which it only adds to";
                log.error(Scheme::V31, "V31_BLOCK_FOUND_WITHOUT_V3_BLOCK", what);
            }
            if log.has_errors() {
                return Ok(());
            }
        }
        if max >= N
            && (min < P || self.found.is_empty())
            && let Some(value) = &self.values.v2
        {
            let known = Known { supported: supported(max), found: &self.found };
            let signers = v2::signers(value, (min.max(N), max), &known, log);
            self.found.push(2);
            if !log.has_errors() {
                self.integrity(&signers, &v2::NAMES, Scheme::V2, log)?;
            }
            self.v2.signers = signers;
            self.v2.state.verified = Some(!log.has_errors());
        }
        Ok(())
    }

    /// Contents and coverage of the signers of v3 or v3.1.
    fn v3_block(
        &mut self,
        scheme: Scheme,
        least: u32,
        look: Look,
        log: &mut Log,
    ) -> Result<Vec<Node<'v>>, Fault> {
        let of = |pass: &mut Self| match scheme {
            Scheme::V31 => std::mem::take(&mut pass.v31),
            _ => std::mem::take(&mut pass.v3),
        };
        let mut found = of(self);
        let mut lineage = Vec::new();
        if !log.has_errors() {
            let signers: Vec<_> = found.signers.iter().map(|one| one.signer.clone()).collect();
            self.integrity(&signers, &v3::NAMES, scheme, log)?;
            lineage = v3::coverage(&found.signers, least, look, log);
        }
        found.state.verified = Some(!log.has_errors());
        match scheme {
            Scheme::V31 => self.v31 = found,
            _ => self.v3 = found,
        }
        Ok(lineage)
    }

    /// Whether the contents are what every signer states, in the kinds whose signatures verified.
    fn integrity(
        &mut self,
        signers: &[Signer<'v>],
        names: &Names,
        scheme: Scheme,
        log: &mut Log,
    ) -> Result<(), Fault> {
        let mut wanted: Vec<ContentDigest> =
            signers.iter().flat_map(|signer| signer.verified.iter().copied()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let Some(contents) = &mut self.contents else { return Ok(()) };
        for kind in &wanted {
            if let Some(why) = contents.unfit(*kind) {
                log.error(scheme, names.digest_mismatch, format!("{}: {why}", kind.name()));
            }
        }
        if log.has_errors() {
            return Ok(());
        }
        let actual = contents.digests(&mut self.apk.source, &wanted)?;
        for (index, signer) in signers.iter().enumerate() {
            for (kind, stated) in signer.stated_digests() {
                let own = actual.iter().find(|(other, _)| *other == kind && wanted.contains(&kind));
                if own.is_some_and(|(_, own)| own != stated) {
                    let kind = kind.name();
                    let what = format!("signer {index}: the contents have another {kind} digest");
                    log.error(scheme, names.digest_mismatch, what);
                }
            }
        }
        Ok(())
    }

    pub(super) fn v4(&mut self, idsig: Option<&'v [u8]>, log: &mut Log) -> Result<(), Fault> {
        self.v4.state.present = idsig.is_some();
        let Some(file) = idsig.filter(|_| self.max >= N) else { return Ok(()) };
        self.v4_signers = v4::verify(file, &mut self.apk.source, log)?;
        self.found.push(4);
        self.v4.state.verified = Some(!log.has_errors());
        Ok(())
    }

    pub(super) fn v1(&mut self, log: &mut Log) -> Result<(), Fault> {
        if self.min >= N && !self.found.is_empty() {
            return Ok(());
        }
        let before = log.errors.len();
        let apk = &mut *self.apk;
        let signature = v1::Signature::find(&apk.members);
        let known = Known { supported: supported(self.max), found: &self.found };
        let mut archive = v1::Archive {
            source: &mut apk.source,
            sections: &apk.sections,
            members: &apk.members,
            inflater: &mut apk.inflater,
        };
        let verified = v1::verify(&mut archive, &signature, &known, (self.min, self.max), log)?;
        self.v1.signers = verified.signers;
        self.v1.state.verified = Some(verified.verified && log.errors.len() == before);
        Ok(())
    }

    /// What schemes that verified must have in common.
    pub(super) fn agree(&self, log: &mut Log) {
        let [v1, v2, v3] = [&self.v1.state, &self.v2.state, &self.v3.state]
            .map(|state| state.verified == Some(true));
        let old: Vec<&str> = self.v1.signers.iter().map(|one| one.sha256.as_str()).collect();
        let new: Vec<Certificate> = self.v2.signers.iter().filter_map(first).collect();
        let new: Vec<&str> = new.iter().map(|one| one.sha256.as_str()).collect();
        if v1 && v2 {
            if old.iter().any(|one| !new.contains(one)) {
                let what = "a signer of v1 is none of v2";
                log.error(Scheme::V1, "V2_SIG_MISSING", what);
            }
            if new.iter().any(|one| !old.contains(one)) {
                let what = "a signer of v2 is none of v1";
                log.error(Scheme::V2, "JAR_SIG_MISSING", what);
            }
        }
        if v3 && (v1 || v2) {
            self.past(if v1 { &old } else { &new }, log);
        }
        if self.v4.state.verified == Some(true) {
            self.v4_agrees(v2, v3, log);
        }
    }

    /// The signer for versions before 9 must be the first of the proof of rotation, or the only
    /// one.
    fn past(&self, old: &[&str], log: &mut Log) {
        if old.len() != 1 {
            let what = format!("v3 has one signer at a time, an older scheme has {}", old.len());
            log.error(Scheme::V3, "V3_SIG_MULTIPLE_PAST_SIGNERS", what);
        }
        let root = match self.lineage.first() {
            Some(node) => Some(node.certificate.certificate().sha256),
            None => {
                if self.v3.signers.len() != 1 {
                    let what = "several signers without a proof of rotation";
                    log.error(Scheme::V3, "V3_SIG_MULTIPLE_SIGNERS", what);
                }
                self.v3.signers.first().and_then(|one| first(&one.signer)).map(|one| one.sha256)
            }
        };
        if root.as_deref() != old.first().copied() {
            let what = "an older scheme has another signer than v3 began with";
            log.error(Scheme::V3, "V3_SIG_PAST_SIGNERS_MISMATCH", what);
        }
    }

    /// v4 must be by the signer of v3 or v2, and for the content digest that this one signed.
    fn v4_agrees(&self, v2: bool, v3: bool, log: &mut Log) {
        let v31 = self.v31.state.verified == Some(true);
        let tell = |log: &mut Log, issue, what: &str| log.error(Scheme::V4, issue, what);
        let older: Vec<&Signer<'_>> = match v3 {
            true => self.v3.signers.iter().map(|one| &one.signer).collect(),
            false => self.v2.signers.iter().collect(),
        };
        if !v2 && !v3 {
            let what = "there is no signature of v2 or v3 that it could be for";
            return tell(log, "V4_SIG_V2_V3_SIGNERS_MISMATCH", what);
        }
        if v3 && v31 && self.v4_signers.count != 2 {
            return tell(log, "V41_SIG_NEEDS_TWO_SIGNERS", "v3.1 asks for two signers of v4");
        }
        if !(v3 && v31) && self.v4_signers.count != 1 {
            return tell(log, "V4_SIG_MULTIPLE_SIGNERS", "more than one signer of v4");
        }
        self.v4_signer(self.v4_signers.main.as_ref(), &older, log);
        if v3 && v31 {
            let rotated: Vec<_> = self.v31.signers.iter().map(|one| &one.signer).collect();
            self.v4_signer(self.v4_signers.rotated.as_ref(), &rotated, log);
        }
    }

    fn v4_signer(&self, own: Option<&v4::Signer<'_>>, other: &[&Signer<'_>], log: &mut Log) {
        let scheme = Scheme::V4;
        if other.len() != 1 {
            let what = "the scheme that it is for has more than one signer";
            log.error(scheme, "V4_SIG_MULTIPLE_SIGNERS", what);
        }
        let Some((own, other)) = own.zip(other.first()) else {
            log.error(scheme, "V4_SIG_V2_V3_SIGNERS_MISMATCH", "a signer of v4 is missing");
            return;
        };
        let same = other.certificates.first().map(|one| one.bytes) == Some(own.certificate.bytes);
        if !same {
            log.error(scheme, "V4_SIG_V2_V3_SIGNERS_MISMATCH", "another signer than of v2 or v3");
        }
        let known = other.known_digests();
        let best = v4::PREFERRED.iter().find_map(|kind| known.iter().find(|(own, _)| own == kind));
        if best.map(|(_, digest)| *digest) != Some(own.apk_digest) {
            let what = "it is for contents with another digest";
            log.error(scheme, "V4_SIG_V2_V3_DIGESTS_MISMATCH", what);
        }
    }

    /// Puts into the verdict what was found.
    pub(super) fn tell(self, verdict: &mut Verdict) {
        verdict.decided_by = self.decided_by();
        verdict.schemes.v1 = self.v1.state;
        verdict.schemes.v2 = self.v2.state;
        verdict.schemes.v3 = self.v3.state;
        verdict.schemes.v31 = self.v31.state;
        verdict.schemes.v4 = self.v4.state;
        let (min, max) = (self.min, self.max);
        let later = |scheme: u32| self.found.contains(&scheme);
        let until = |later: bool, sdk: u32| if later { max.min(sdk) } else { max };
        let mut add = |scheme, certificate: Option<Certificate>, (min_sdk, max_sdk)| {
            let signer = |certificate| VerifiedSigner { scheme, min_sdk, max_sdk, certificate };
            verdict.signers.extend(certificate.map(signer));
        };
        for certificate in self.v1.signers {
            let later = later(2) || later(3) || later(31);
            add(Scheme::V1, Some(certificate), (min, until(later, N - 1)));
        }
        for signer in &self.v2.signers {
            add(Scheme::V2, first(signer), (min.max(N), until(later(3) || later(31), P - 1)));
        }
        for (scheme, found) in [(Scheme::V3, &self.v3), (Scheme::V31, &self.v31)] {
            for one in &found.signers {
                add(scheme, first(&one.signer), (one.min_sdk, one.max_sdk));
            }
        }
        let of_v4 = [self.v4_signers.main, self.v4_signers.rotated];
        for signer in of_v4.iter().flatten() {
            add(Scheme::V4, Some(signer.certificate.certificate()), (min.max(R_V4), max));
        }
        verdict.lineage = self.lineage.iter().map(Node::told).collect();
    }

    /// Which scheme each version of the range looks at.
    fn decided_by(&self) -> Vec<Decision> {
        let rotated = &self.v31.signers;
        let at = |sdk: u32| {
            let covers = |one: &V3Signer<'_>| (one.min_sdk..=one.max_sdk).contains(&sdk);
            if sdk >= V31_SDK && rotated.iter().any(covers) {
                Some(Scheme::V31)
            } else if sdk >= P && self.v3.state.present {
                Some(Scheme::V3)
            } else if sdk >= N && self.v2.state.present {
                Some(Scheme::V2)
            } else {
                self.v1.state.present.then_some(Scheme::V1)
            }
        };
        let mut starts = vec![self.min, N, P, V31_SDK];
        for one in rotated {
            starts.extend([one.min_sdk, one.max_sdk.saturating_add(1)]);
        }
        starts.retain(|sdk| (self.min..=self.max.min(SDK_OPEN)).contains(sdk));
        starts.sort_unstable();
        starts.dedup();
        let mut decisions: Vec<Decision> = Vec::new();
        for (index, start) in starts.iter().enumerate() {
            let end = starts.get(index + 1).map_or(self.max, |next| next - 1);
            let Some(scheme) = at(*start) else { continue };
            match decisions.last_mut() {
                Some(last) if last.scheme == scheme && last.max_sdk + 1 == *start => {
                    last.max_sdk = end;
                }
                _ => decisions.push(Decision { scheme, min_sdk: *start, max_sdk: end }),
            }
        }
        decisions
    }
}

/// Android 11, the first that reads v4.
const R_V4: u32 = 30;

/// The certificate whose key signed.
fn first(signer: &Signer<'_>) -> Option<Certificate> {
    signer.certificates.first().map(|certificate| certificate.certificate())
}
