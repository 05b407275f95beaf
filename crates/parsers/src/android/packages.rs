//! `packages.json` of AndroidQF: every package with its files, certificates and installer.
//!
//! One object per package: `name`, `files` [{`path`, `md5`, `sha1`, `sha256`, `error`,
//! `certificate` {`Md5`, `Sha1`, `Sha256`, `ValidFrom`, `ValidTo`, `Issuer`, `Subject`},
//! `certificate_error`}], `installer`, `uid`, `disabled`, `system`, `third_party`.
//! Hashes are empty with `-fast`, certificates when the acquisition is encrypted: neither is
//! a gap. What the tool itself failed at (`error`, `certificate_error`, `files_error`) is one.
//!
//! Newer versions list the packages of each user: with `user_id`, and with `installed`, which
//! is absent where the phone did not say. A package that is installed for some user is not told
//! for those it is not installed for; one that is installed for none (removed with its data
//! kept) once. Elder ones write the uid 0 where the phone named several; no package has it.
//!
//! AndroidQF takes a line of `pm list packages` apart at its blanks, so that no name it writes has any. One
//! that has is of another hand, and is told as it stands; indicators are held against it without them.

use super::records::{Record, each_record, failed, flag, number, text};
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::{AppFile, AppInstalled, AppSigned};
use model::{Position, SourceKind, Status};
use serde_json::Value;
use std::collections::HashSet;

/// How many packages are remembered; real phones have a few hundred for each user.
const MAX_REMEMBERED: usize = 200_000;

/// Reads `packages.json`.
pub struct Packages;

impl Parser for Packages {
    fn id(&self) -> &'static str {
        "androidqf_packages"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Androidqf],
            artifacts: "packages.json",
            takes: "packages with installer, uid and state; hashes and certificates of their files",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        source == SourceKind::Androidqf && path == "packages.json"
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let mut any = false;
        let mut seen = Seen::default();
        let status = each_record(input, out, |record, out| {
            any = true;
            record.value(out).is_some_and(|value| package(record, &value, &mut seen, out))
        });
        seen.tell(out);
        if any || status != Status::Read {
            return status;
        }
        failed(out, "no package is listed, and no phone is without packages")
    }
}

/// Which packages some user has, and those that a user has not.
#[derive(Default)]
struct Seen {
    installed: HashSet<String>,
    absent: Vec<(AppInstalled, Position)>,
}

impl Seen {
    /// Tells the packages that no user has, each once.
    fn tell(self, out: &mut Emitter<'_>) {
        let Self { mut installed, absent } = self;
        for (fact, position) in absent {
            if installed.insert(fact.package.clone()) {
                out.fact(fact, position, None);
            }
        }
    }
}

fn package(record: &Record<'_>, value: &Value, seen: &mut Seen, out: &mut Emitter<'_>) -> bool {
    let Some(package) = text(value, "name") else {
        out.gap(Some(record.position()), "this record states no package name");
        return false;
    };
    let user: Option<u32> = number(value, "user_id");
    let uids = uids(value, user);
    let installer = value.get("installer");
    let installed = flag(value, "installed");
    for uid in &uids {
        let fact = AppInstalled {
            package: package.clone(),
            uid: *uid,
            user: user.or(uid.map(user_of)),
            installed,
            system: flag(value, "system").or_else(|| flag(value, "third_party").map(|t| !t)),
            enabled: flag(value, "disabled").map(|disabled| !disabled),
            // "null" is what `pm` prints where there is none; "" is left when it printed nothing.
            installer_known: installer.is_some(),
            installer: text(value, "installer").filter(|name| name != "null"),
            ..AppInstalled::default()
        };
        if installed == Some(false) && seen.absent.len() < MAX_REMEMBERED {
            seen.absent.push((fact, record.position()));
            continue;
        }
        if installed == Some(true) && seen.installed.len() < MAX_REMEMBERED {
            seen.installed.insert(package.clone());
        }
        out.fact(fact, record.position(), None);
    }
    if let Some(error) = text(value, "files_error") {
        let error = error.trim();
        let reason = format!("the phone did not name the files of {package}: {error}");
        out.gap(Some(record.position_of("/files_error")), reason);
    }
    let one_uid = if let [uid] = uids.as_slice() { *uid } else { None };
    let mut signers: Vec<AppSigned> = Vec::new();
    let files = match value.get("files") {
        Some(Value::Array(files)) => files.as_slice(),
        None | Some(Value::Null) => &[],
        Some(_) => {
            let position = record.position_of("/files");
            out.gap(Some(position), format!("the files of {package} are not a list"));
            &[]
        }
    };
    for (index, file) in files.iter().enumerate() {
        let at = format!("/files/{index}");
        let position = || record.position_of(&at);
        let path = text(file, "path");
        let shown = path.as_deref().unwrap_or("without path");
        if !file.is_object() {
            out.gap(Some(position()), format!("this file of {package} is not an object"));
            continue;
        }
        for (key, what) in [("error", "a file"), ("certificate_error", "the certificate of a file")]
        {
            if let Some(error) = text(file, key) {
                let error = error.trim();
                let reason =
                    format!("the phone did not give {what} of {package} ({shown}): {error}");
                out.gap(Some(record.position_of(&format!("{at}/{key}"))), reason);
            }
        }
        let fact = AppFile {
            package: package.clone(),
            uid: one_uid,
            user: one_uid.map(user_of),
            path,
            sha256: text(file, "sha256"),
            sha1: text(file, "sha1"),
            md5: text(file, "md5"),
        };
        out.fact(fact, position(), None);
        for certificate in certificates(file) {
            let Some(signed) = signed(certificate, &package, one_uid) else { continue };
            if !signers.contains(&signed) {
                signers.push(signed.clone());
                out.fact(signed, record.position_of(&format!("{at}/certificate")), None);
            }
        }
    }
    true
}

/// The uids of a package: a number, or (`pm list packages -U` with several users) a list
/// in one text. At least one entry.
fn uids(value: &Value, user: Option<u32>) -> Vec<Option<u32>> {
    // `pm list packages -U --user N` prints the uid in that user; an app id alone is one, too.
    let within = |uid: u32| match user {
        Some(user) if user_of(uid) == 0 => user.checked_mul(100_000)?.checked_add(uid),
        _ => Some(uid),
    };
    let found: Vec<Option<u32>> = match value.get("uid") {
        Some(Value::Number(number)) => {
            let uid = number.as_u64().and_then(|uid| u32::try_from(uid).ok());
            vec![uid.filter(|uid| *uid != 0).and_then(within)]
        }
        Some(Value::String(list)) => {
            list.split(',').filter_map(|uid| uid.trim().parse().ok()).map(Some).collect()
        }
        _ => Vec::new(),
    };
    if found.is_empty() { vec![None] } else { found }
}

/// A uid is user × 100,000 + app id (`UserHandle.PER_USER_RANGE` in AOSP).
pub(crate) fn user_of(uid: u32) -> u32 {
    uid / 100_000
}

fn certificates(file: &Value) -> &[Value] {
    match file.get("certificate") {
        Some(Value::Array(list)) => list,
        Some(one @ Value::Object(_)) => std::slice::from_ref(one),
        _ => &[],
    }
}

/// The certificate as a fact, unless nothing is stated of it.
fn signed(certificate: &Value, package: &str, uid: Option<u32>) -> Option<AppSigned> {
    let fact = AppSigned {
        package: package.to_owned(),
        uid,
        user: uid.map(user_of),
        cert_sha256: text(certificate, "Sha256"),
        cert_sha1: text(certificate, "Sha1"),
        cert_md5: text(certificate, "Md5"),
        cert_subject: text(certificate, "Subject"),
        cert_issuer: text(certificate, "Issuer"),
        not_before: text(certificate, "ValidFrom"),
        not_after: text(certificate, "ValidTo"),
        scheme: Some("acquisition".to_owned()),
        verified: None,
    };
    let named = [&fact.cert_sha256, &fact.cert_sha1, &fact.cert_md5, &fact.cert_subject];
    named.iter().any(|part| part.is_some()).then_some(fact)
}
