//! JAR signatures, scheme v1 (JAR File Specification, "Signed JAR File"; apksig
//! `V1SchemeVerifier`, which follows Android where it departs from it).

mod algorithm;
mod cms;
mod section;
mod signer;

use super::log::{Log, cut};
use super::signer::Known;
use super::source::{Fault, Source};
use super::x509::X509;
use super::zip::{Inflater, Member, Sections};
use crate::certificate::Certificate;
use crate::package::Scheme::V1;
use section::Section;
use signer::{Files, Listed, Manifest};
use std::collections::{HashMap, HashSet};

/// Where the manifest lies.
pub(super) const MANIFEST: &str = "META-INF/MANIFEST.MF";
/// Signers that an APK may have (apksig `Constants.MAX_APK_SIGNERS`).
const MOST_SIGNERS: usize = 10;
/// Bytes that manifest and signature files may inflate to. The largest known are about 10 MB.
const MOST_LIST: u32 = 32 << 20;
/// Bytes that a signature block may inflate to. Real ones have a few thousand.
const MOST_BLOCK: u32 = 4 << 20;

/// What JAR verification came to.
#[derive(Default)]
pub(super) struct Verified {
    pub(super) verified: bool,
    /// Certificates of the signers that sign every member.
    pub(super) signers: Vec<Certificate>,
}

/// The files of a JAR signature.
pub(super) struct Signature<'m> {
    manifest: Option<&'m Member>,
    /// Signature blocks with the signature file of the same name, where it is there.
    blocks: Vec<(&'m Member, Option<&'m Member>)>,
}

impl<'m> Signature<'m> {
    pub(super) fn find(members: &'m [Member]) -> Self {
        let mut manifest = None;
        let (mut lists, mut blocks) = (HashMap::new(), Vec::new());
        for member in members.iter().filter(|member| member.name.starts_with("META-INF/")) {
            let name = member.name.as_str();
            if manifest.is_none() && name == MANIFEST {
                manifest = Some(member);
            } else if let Some(stem) = name.strip_suffix(".SF") {
                lists.insert(stem, member);
            } else if let Some((stem, "RSA" | "DSA" | "EC")) = name.rsplit_once('.') {
                blocks.push((stem, member));
            }
        }
        let with_list = |(stem, block)| (block, lists.get(stem).copied());
        Self { manifest, blocks: blocks.into_iter().map(with_list).collect() }
    }

    /// Whether there is anything that signs.
    pub(super) fn is_present(&self) -> bool {
        self.manifest.is_some() && self.blocks.iter().any(|(_, list)| list.is_some())
    }
}

/// What is verified, and where it is read from.
pub(super) struct Archive<'s, 'r, 'm> {
    pub(super) source: &'s mut Source<'r>,
    pub(super) sections: &'s Sections,
    pub(super) members: &'m [Member],
    pub(super) inflater: &'s mut Inflater,
}

impl Archive<'_, '_, '_> {
    fn content(&mut self, member: &Member, most: u32) -> Result<Vec<u8>, Fault> {
        member.content(self.source, self.sections.directory_at, self.inflater, most)
    }
}

/// Verifies all signers, the manifest and the bytes of all members.
pub(super) fn verify(
    archive: &mut Archive<'_, '_, '_>,
    signature: &Signature<'_>,
    known: &Known<'_>,
    sdks: (u32, u32),
    log: &mut Log,
) -> Result<Verified, Fault> {
    let mut verified = Verified::default();
    let before = log.errors.len();
    let names = unique(archive.members, log);
    if log.errors.len() > before {
        return Ok(verified);
    }
    let Some(manifest) = signature.manifest else {
        log.error(V1, "JAR_SIG_NO_MANIFEST", format!("{MANIFEST} is not there"));
        return Ok(verified);
    };
    let bytes = archive.content(manifest, MOST_LIST)?;
    let manifest = read_manifest(&bytes, &names, log);
    if log.errors.len() > before {
        return Ok(verified);
    }

    let mut signers: Vec<(&Member, &Member)> = Vec::new();
    for (block, list) in &signature.blocks {
        match list {
            Some(list) => signers.push((block, list)),
            None => {
                let what = format!("{}: there is no .SF file of this name", cut(&block.name));
                log.warning(V1, "JAR_SIG_MISSING_FILE", what);
            }
        }
    }
    if signers.is_empty() {
        log.error(V1, "JAR_SIG_NO_SIGNATURES", "no signature in META-INF/");
        return Ok(verified);
    }
    if signers.len() > MOST_SIGNERS {
        let what = format!("{} signers; Android takes {MOST_SIGNERS}", signers.len());
        log.error(V1, "JAR_SIG_MAX_SIGNATURES_EXCEEDED", what);
        return Ok(verified);
    }

    // First every signature over its list, then every list over the manifest: an error in one
    // of the first keeps Android from looking at the second.
    let mut lists = Vec::new();
    for (block, list) in &signers {
        let files = Files { block: &block.name, list: &list.name };
        let block = archive.content(block, MOST_BLOCK)?;
        let list = archive.content(list, MOST_LIST)?;
        let certificate = signer::block(&block, &list, &files, sdks, log);
        let certificate = certificate.as_ref().map(X509::certificate);
        verified.signers.extend(certificate.clone());
        lists.push((list, certificate));
    }
    if log.errors.len() > before {
        return Ok(verified);
    }
    let mut remaining = Vec::new();
    for ((block, file), (list, certificate)) in signers.iter().zip(lists) {
        let listed = signer::list(&list, &file.name, &manifest, known, sdks, log);
        if let (Listed::Names(names), Some(certificate)) = (listed, certificate) {
            remaining.push(Remaining { block: &block.name, list: &file.name, names, certificate });
        }
    }
    if log.errors.len() > before {
        return Ok(verified);
    }
    if remaining.is_empty() {
        log.error(V1, "JAR_SIG_NO_SIGNATURES", "Android overlooks every signature in META-INF/");
        return Ok(verified);
    }

    let signing = members(archive, &manifest, &remaining, sdks, log)?;
    if log.errors.len() > before {
        return Ok(verified);
    }
    let signing: Vec<&Remaining<'_>> = signing.iter().filter_map(|at| remaining.get(*at)).collect();
    unprotected(archive.members, &signing, log);
    verified.signers = signing.iter().map(|signer| signer.certificate.clone()).collect();
    verified.verified = true;
    Ok(verified)
}

/// A signer whose files verified.
struct Remaining<'n> {
    block: &'n str,
    list: &'n str,
    names: HashSet<String>,
    certificate: Certificate,
}

/// Names of all members; two of one name are an error.
fn unique<'m>(members: &'m [Member], log: &mut Log) -> HashSet<&'m str> {
    let mut names = HashSet::with_capacity(members.len());
    let mut told = HashSet::new();
    for member in members {
        let name = member.name.as_str();
        if !names.insert(name) && told.insert(name) {
            let what = format!("more than one member is called {}", cut(name));
            log.error(V1, "JAR_SIG_DUPLICATE_ZIP_ENTRY", what);
        }
    }
    names
}

fn read_manifest<'a>(bytes: &'a [u8], names: &HashSet<&str>, log: &mut Log) -> Manifest<'a> {
    let mut all = Section::all(bytes);
    let main = all.next();
    let mut sections = HashMap::new();
    for (number, section) in all.enumerate() {
        let Some(name) = section.name.clone() else {
            let what = format!("section {} of the manifest has no name", number + 1);
            log.error(V1, "JAR_SIG_UNNNAMED_MANIFEST_SECTION", what);
            continue;
        };
        let is_there = names.contains(name.as_str());
        let shown = cut(&name).to_owned();
        if sections.insert(name, section).is_some() {
            let what = format!("more than one section of the manifest for {shown}");
            log.error(V1, "JAR_SIG_DUPLICATE_MANIFEST_SECTION", what);
        } else if !is_there {
            let what = format!("the manifest lists {shown}, which is not there");
            log.error(V1, "JAR_SIG_MISSING_ZIP_ENTRY_REFERENCED_IN_MANIFEST", what);
        }
    }
    Manifest { bytes, main, sections }
}

/// Verifies every member outside `META-INF/`: in the manifest with its digest, and listed by the
/// same signers as all others. Yields which these are.
fn members(
    archive: &mut Archive<'_, '_, '_>,
    manifest: &Manifest<'_>,
    signers: &[Remaining<'_>],
    sdks: (u32, u32),
    log: &mut Log,
) -> Result<Vec<usize>, Fault> {
    let mut in_order: Vec<&Member> =
        archive.members.iter().filter(|member| !member.name.starts_with("META-INF/")).collect();
    in_order.sort_by_key(|member| member.header_at);
    let mut first: Option<(&str, Vec<usize>)> = None;
    for member in in_order {
        let shown = cut(&member.name);
        let Some(section) = manifest.sections.get(&member.name) else {
            let what = format!("{shown} is not in the manifest");
            log.error(V1, "JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_MANIFEST", what);
            continue;
        };
        let own: Vec<usize> = signers
            .iter()
            .enumerate()
            .filter(|(_, signer)| signer.names.contains(&member.name))
            .map(|(at, _)| at)
            .collect();
        if own.is_empty() {
            let what = format!("no signer lists {shown}");
            log.error(V1, "JAR_SIG_ZIP_ENTRY_NOT_SIGNED", what);
            continue;
        }
        match &first {
            None => first = Some((shown, own)),
            Some((other, theirs)) if *theirs != own => {
                let what = format!("{shown} has other signers than {other}");
                log.error(V1, "JAR_SIG_ZIP_ENTRY_SIGNERS_MISMATCH", what);
                continue;
            }
            Some(_) => {}
        }
        digests(archive, member, section, sdks, log)?;
    }
    let Some((_, signing)) = first else {
        log.error(V1, "JAR_SIG_NO_SIGNED_ZIP_ENTRIES", "no signed member");
        return Ok(Vec::new());
    };
    Ok(signing)
}

/// Reads one member once, for all of its digests.
fn digests(
    archive: &mut Archive<'_, '_, '_>,
    member: &Member,
    section: &Section<'_>,
    sdks: (u32, u32),
    log: &mut Log,
) -> Result<(), Fault> {
    let shown = cut(&member.name);
    let stated = section.digests("-Digest", sdks);
    if stated.is_empty() {
        let what = format!("the manifest has no digest of {shown} that Android looks at");
        log.error(V1, "JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_MANIFEST", what);
        return Ok(());
    }
    let mut running: Vec<_> = stated.iter().map(|(hash, _)| hash.start()).collect();
    let directory_at = archive.sections.directory_at;
    member.feed(archive.source, directory_at, archive.inflater, |bytes| {
        running.iter_mut().for_each(|digest| digest.update(bytes));
    })?;
    for ((hash, digest), running) in stated.iter().zip(running) {
        if *running.finalize() != **digest {
            let what = format!("{shown}: its {} is another than in the manifest", hash.name());
            log.error(V1, "JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY", what);
        }
    }
    Ok(())
}

/// Members of `META-INF/` that nothing signs.
fn unprotected(members: &[Member], signing: &[&Remaining<'_>], log: &mut Log) {
    for name in members.iter().map(|member| member.name.as_str()) {
        let own = |signer: &&Remaining<'_>| signer.block == name || signer.list == name;
        if name.starts_with("META-INF/") && name != MANIFEST && !signing.iter().any(own) {
            let what = format!("{} is not signed; Android allows that there", cut(name));
            log.warning(V1, "JAR_SIG_UNPROTECTED_ZIP_ENTRY", what);
        }
    }
}
