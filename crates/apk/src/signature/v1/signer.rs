//! One JAR signer: a signature block (`.RSA`, `.DSA`, `.EC`) over a signature file (`.SF`) over
//! the manifest.

use super::algorithm;
use super::cms::{SignedData, SignerInfo, Unusable};
use super::section::Section;
use crate::package::Scheme::V1;
use crate::signature::hash::Hash;
use crate::signature::key::Outcome;
use crate::signature::log::{Log, cut};
use crate::signature::signer::Known;
use crate::signature::x509::X509;
use std::collections::{HashMap, HashSet};

/// Names of the two files.
pub(super) struct Files<'n> {
    pub(super) block: &'n str,
    pub(super) list: &'n str,
}

/// Why a SignerInfo does not count.
enum Unverified {
    /// It is over something else; another one may do.
    Other,
    /// Nothing more is looked at.
    End,
}

/// The certificate of the first SignerInfo that verifies over the signature file.
pub(super) fn block<'a>(
    block: &'a [u8],
    list: &[u8],
    files: &Files<'_>,
    sdks: (u32, u32),
    log: &mut Log,
) -> Option<X509<'a>> {
    let name = cut(files.block);
    let Some(data) = SignedData::parse(block) else {
        log.error(V1, "JAR_SIG_PARSE_EXCEPTION", format!("{name}: no PKCS#7 SignedData"));
        return None;
    };
    if data.signers.is_empty() {
        log.error(V1, "JAR_SIG_NO_SIGNERS", format!("{name}: no signer in it"));
        return None;
    }
    let certificates: Option<Vec<X509<'a>>> =
        data.certificates.iter().map(|bytes| X509::parse(bytes)).collect();
    let Some(certificates) = certificates else {
        let what = format!("{name}: a certificate in it cannot be read");
        log.error(V1, "JAR_SIG_PARSE_EXCEPTION", what);
        return None;
    };
    // Before Android 7, only the first one was tried.
    let tried = if sdks.0 < 24 { 1 } else { data.signers.len() };
    let mut first = None;
    for info in data.signers.iter().take(tried) {
        match verify(info, &data, &certificates, list, files, sdks, log) {
            Ok(certificate) => first = first.or(Some(certificate)),
            Err(Unverified::Other) => {}
            Err(Unverified::End) => return None,
        }
    }
    if first.is_none() {
        let what = format!("{name}: no signature in it is over {}", cut(files.list));
        log.error(V1, "JAR_SIG_DID_NOT_VERIFY", what);
    }
    first.cloned()
}

fn verify<'c, 'a>(
    info: &SignerInfo<'_>,
    data: &SignedData<'_>,
    certificates: &'c [X509<'a>],
    list: &[u8],
    files: &Files<'_>,
    sdks: (u32, u32),
    log: &mut Log,
) -> Result<&'c X509<'a>, Unverified> {
    let name = cut(files.block);
    let mut end = |issue: &'static str, what: &str| {
        log.error(V1, issue, format!("{name}: {what}"));
        Unverified::End
    };
    let exception = "JAR_SIG_VERIFY_EXCEPTION";
    let unsupported = "JAR_SIG_UNSUPPORTED_SIG_ALG";
    let pair = algorithm::digest(info.digest).zip(algorithm::signature(info.algorithm));
    let Some((digest, (method, named))) = pair else {
        return Err(end(unsupported, "its digest or signature algorithm is not supported"));
    };
    let supported = algorithm::supported(digest, method, named);
    if let Some(sdk) = algorithm::uncovered(sdks, supported) {
        let what = format!(
            "Android of SDK {sdk} does not support {} in {method:?} signatures of this kind",
            digest.name()
        );
        return Err(end(unsupported, &what));
    }
    let certificate = info.names.as_ref().and_then(|(issuer, serial)| {
        certificates.iter().find(|certificate| certificate.is(issuer, serial))
    });
    let Some(certificate) = certificate else {
        return Err(end(exception, "the certificate that signs is not in it"));
    };
    if let Some(why) = certificate.unfit() {
        return Err(end(exception, why));
    }
    let key = certificate.key().map_err(|why| end(exception, why))?;
    let whole = [list];
    let attributes;
    let mut message: &[&[u8]] = &whole;
    if let Some(signed) = &info.attributes {
        if sdks.0 < 19 {
            let what = "signed attributes protect nothing before Android 4.4 (SDK 19)";
            return Err(end(exception, what));
        }
        let unusable = |why: Unusable| match why {
            Unusable::Malformed => (exception, "its signed attributes cannot be read"),
            Unusable::Ambiguous => {
                ("JAR_SIG_PARSE_EXCEPTION", "one of its signed attributes is ambiguous")
            }
        };
        if sdks.1 >= 24 {
            let kind = signed.content_type().map_err(unusable);
            match kind.map_err(|(issue, what)| end(issue, what))? {
                None => return Err(end(exception, "its signed attributes name no content type")),
                Some(kind) if kind != data.content_type => return Err(Unverified::Other),
                Some(_) => {}
            }
        }
        let stated = signed.message_digest().map_err(unusable);
        match stated.map_err(|(issue, what)| end(issue, what))? {
            None => return Err(end(exception, "its signed attributes hold no digest")),
            Some(stated) if stated != digest.of(&[list]) => return Err(Unverified::Other),
            Some(_) => {}
        }
        attributes = signed.signed();
        message = &attributes;
    }
    match key.verify(method, named.unwrap_or(digest), message, info.signature) {
        Outcome::Valid => Ok(certificate),
        Outcome::Invalid => Err(Unverified::Other),
        Outcome::Unusable(why) => Err(end(exception, why)),
    }
}

/// What a signature file came to.
pub(super) enum Listed {
    /// Members that it lists.
    Names(HashSet<String>),
    /// Android overlooks this signer.
    Ignored,
    /// The log tells what is wrong.
    Wrong,
}

/// The manifest: its bytes, its main section, and the others by name.
pub(super) struct Manifest<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) main: Option<Section<'a>>,
    pub(super) sections: HashMap<String, Section<'a>>,
}

/// Verifies the manifest against a signature file: all of it by one digest, or section by
/// section.
pub(super) fn list(
    list: &[u8],
    file: &str,
    manifest: &Manifest<'_>,
    known: &Known<'_>,
    sdks: (u32, u32),
    log: &mut Log,
) -> Listed {
    let file = cut(file);
    let mut sections = Section::all(list);
    let main = sections.next().filter(|main| main.attribute("Signature-Version").is_some());
    let Some(main) = main else {
        let what = format!("{file}: no Signature-Version; Android overlooks this signer");
        log.warning(V1, "JAR_SIG_MISSING_VERSION_ATTR_IN_SIG_FILE", what);
        return Listed::Ignored;
    };
    let before = log.errors.len();
    if sdks.1 >= 24 {
        stripped(&main, file, known, log);
        if log.errors.len() > before {
            return Listed::Wrong;
        }
    }
    let by_signtool = main.attribute("Created-By").is_some_and(|by| by.contains("signtool"));
    let suffix = if by_signtool { "-Digest" } else { "-Digest-Manifest" };
    let whole = whole_manifest(&main.digests(suffix, sdks), file, manifest, log);
    if !by_signtool {
        main_section(&main.digests("-Digest-Manifest-Main-Attributes", sdks), file, manifest, log);
    }
    if log.errors.len() > before {
        return Listed::Wrong;
    }
    let mut names = HashSet::new();
    let mut ignored = None;
    for (number, section) in sections.enumerate() {
        let Some(name) = &section.name else {
            let what = format!("{file}: its section {} has no name", number + 1);
            ignored = Some(("JAR_SIG_UNNNAMED_SIG_FILE_SECTION", what));
            break;
        };
        if !names.insert(name.clone()) {
            let what = format!("{file}: more than one section for {}", cut(name));
            ignored = Some(("JAR_SIG_DUPLICATE_SIG_FILE_SECTION", what));
            break;
        }
        if whole {
            continue;
        }
        let Some(own) = manifest.sections.get(name) else {
            let what = format!("{file}: lists {}, which the manifest does not", cut(name));
            ignored.get_or_insert(("JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_SIG_FILE", what));
            continue;
        };
        individual_section(&section, own, by_signtool, file, sdks, log);
    }
    if let Some((issue, what)) = ignored {
        log.warning(V1, issue, what + "; Android overlooks this signer");
        // What else was wrong with it does not count either.
        log.errors.truncate(before);
        return Listed::Ignored;
    }
    if log.errors.len() > before { Listed::Wrong } else { Listed::Names(names) }
}

/// Whether one digest over the whole manifest is there and right. A wrong one is no error: then
/// each section is looked at.
fn whole_manifest(
    stated: &[(Hash, Vec<u8>)],
    file: &str,
    manifest: &Manifest<'_>,
    log: &mut Log,
) -> bool {
    if stated.is_empty() {
        let what = format!("{file}: no digest of the whole manifest");
        log.warning(V1, "JAR_SIG_NO_MANIFEST_DIGEST_IN_SIG_FILE", what);
    }
    let mut right = !stated.is_empty();
    for (hash, digest) in stated.iter().filter(|(h, digest)| h.of(&[manifest.bytes]) != *digest) {
        let _ = digest;
        right = false;
        let what = format!("{file}: its {} of the manifest is another", hash.name());
        log.warning(V1, "JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY", what);
    }
    right
}

fn main_section(stated: &[(Hash, Vec<u8>)], file: &str, manifest: &Manifest<'_>, log: &mut Log) {
    let main = manifest.main.as_ref().map(|main| main.bytes).unwrap_or_default();
    for (hash, _) in stated.iter().filter(|(hash, digest)| hash.of(&[main]) != *digest) {
        let what = format!("{file}: its {} of the manifest's main section is another", hash.name());
        log.error(V1, "JAR_SIG_MANIFEST_MAIN_SECTION_DIGEST_DID_NOT_VERIFY", what);
    }
}

fn individual_section(
    section: &Section<'_>,
    own: &Section<'_>,
    by_signtool: bool,
    file: &str,
    sdks: (u32, u32),
    log: &mut Log,
) {
    let name = cut(section.name.as_deref().unwrap_or_default());
    let stated = section.digests("-Digest", sdks);
    if stated.is_empty() {
        let what = format!("{file}: no digest for {name}");
        log.error(V1, "JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_SIG_FILE", what);
        return;
    }
    // signtool leaves out the empty line behind the section.
    let bytes = match own.bytes.strip_suffix(b"\n") {
        Some(shorter) if by_signtool && shorter.ends_with(b"\n") => shorter,
        _ => own.bytes,
    };
    for (hash, _) in stated.iter().filter(|(hash, digest)| hash.of(&[bytes]) != *digest) {
        let what =
            format!("{file}: its {} of the manifest's section {name} is another", hash.name());
        log.error(V1, "JAR_SIG_MANIFEST_SECTION_DIGEST_DID_NOT_VERIFY", what);
    }
}

/// Android 7 and later refuse an APK of which the signature file says that it was signed by a
/// later scheme too, where that is not there.
fn stripped(main: &Section<'_>, file: &str, known: &Known<'_>, log: &mut Log) {
    let Some(stated) = main.attribute("X-Android-APK-Signed") else {
        if !known.found.is_empty() {
            let what = format!("{file}: does not say that a later scheme was used too");
            log.warning(V1, "JAR_SIG_NO_APK_SIG_STRIP_PROTECTION", what);
        }
        return;
    };
    if known.supported.is_empty() {
        return;
    }
    let mut missing: Vec<u32> = Vec::new();
    for id in stated.split(',').filter_map(|id| id.trim().parse::<i32>().ok()) {
        match u32::try_from(id).ok().filter(|id| known.supported.contains(id)) {
            Some(id) if !known.found.contains(&id) && !missing.contains(&id) => missing.push(id),
            Some(_) => {}
            None => {
                let what = format!("{file}: names scheme {id}, which is unknown in this range");
                log.warning(V1, "JAR_SIG_UNKNOWN_APK_SIG_SCHEME_ID", what);
            }
        }
    }
    for id in missing {
        let what = format!("{file}: says that scheme v{id} was used too, and it is not there");
        log.error(V1, "JAR_SIG_MISSING_APK_SIG_REFERENCED", what);
    }
}
