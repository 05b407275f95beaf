//! APKs: given by themselves, and as an acquisition holds them (`apks/` of AndroidQF, and apps
//! found elsewhere in it).

use super::code;
use super::records::failed;
use apk::signature::Verdict;
use apk::{Certificate, Component, Member, Problem, Scheme, SdkRange};
use evidence::{Digests, Emitter, Input, Parser, Reads};
use model::fact::{
    AppDescribed, AppSigned, ComponentDeclared, NativeLibrary, PackageAnomaly, PackageMember,
    PermissionRequested,
};
use model::{Position, SourceKind, Status};
use std::collections::BTreeSet;

/// Reads `*.apk`. What it tells of certificates is what the APK states; no signature is checked.
pub struct Apk;

impl Parser for Apk {
    fn id(&self) -> &'static str {
        "apk"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Apk, SourceKind::Androidqf, SourceKind::AndroidBackup],
            artifacts: "*.apk",
            takes: "hashes of the file and of all in it; package, version, labels in all \
                    locales, permissions and components of the manifest; signing certificates \
                    (v1, v2, v3, v3.1) and whether the signatures hold; anomalies; native libraries; all code \
                    (DEX, VDEX, ODEX): what it can reach, whose it is; addresses and certificates in \
                    code, resources, libraries and other files",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        let named = path.rsplit_once('.').is_some_and(|(_, kind)| kind.eq_ignore_ascii_case("apk"));
        named
            && matches!(source, SourceKind::Apk | SourceKind::Androidqf | SourceKind::AndroidBackup)
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let opened = input.digests().and_then(|digests| Ok((digests, input.blob()?)));
        let (digests, blob) = match opened {
            Ok(opened) => opened,
            Err(error) => return failed(out, format!("this APK cannot be read: {error}")),
        };
        let mut addresses = code::Addresses::default();
        let mut word = |member: &str, word: &str| addresses.take(member, word);
        let (apk, files) = match apk::Apk::read_with_words(blob.reader(), &mut word) {
            Ok(read) => read,
            Err(error) => return failed(out, format!("this APK cannot be read: {error}")),
        };
        let verdict = apk::verify(blob.reader(), SdkRange::default()).ok();
        let place = |name: &str| member_at(&apk, name, blob.len());
        let code = code::Code::read(&files);
        // Whose code it is comes first: what is told of its signers then counts as evidence for it.
        code.tell_sketch(&apk, &place, out);
        tell(&apk, &digests, verdict.as_ref(), blob.len(), out);
        code.tell(&apk, &place, out);
        addresses.tell(&apk, &place, out);
        for Problem { place, what } in &apk.problems {
            out.gap(None, format!("{place}: {what}"));
        }
        if apk.problems.is_empty() { Status::Read } else { Status::Partly }
    }
}

/// Tells what the APK says; `len` is its size in bytes.
fn tell(
    apk: &apk::Apk,
    digests: &Digests,
    verdict: Option<&Verdict>,
    len: u64,
    out: &mut Emitter<'_>,
) {
    let package = apk.package.clone().unwrap_or_default();
    let place = |range| bytes(range, len);
    let manifest = place(apk.manifest_at);
    out.fact(described(apk, digests, verdict), manifest.clone(), None);
    for signer in &apk.signers {
        let vouched = verdict.map(|verdict| verdict.vouches_for(&signer.certificate.sha256));
        let signed = signed(&package, signer.scheme, &signer.certificate, vouched);
        out.fact(signed, place(signer.at), None);
    }
    for permission in &apk.permissions {
        let requested = PermissionRequested {
            package: package.clone(),
            permission: permission.name.clone(),
            max_sdk: permission.max_sdk,
        };
        out.fact(requested, manifest.clone(), None);
    }
    for one in &apk.components {
        out.fact(component(&package, one), manifest.clone(), None);
    }
    let member = |name: &str| member_at(apk, name, len);
    for odd in &apk.anomalies {
        // One of the zip stands at a byte of the file, any other inside its member.
        let position = match &odd.member {
            Some(name) if !odd.kind.id().starts_with("zip-") => member(name),
            _ => Position::bytes(odd.offset.min(len), odd.offset.min(len)),
        };
        let anomaly = PackageAnomaly {
            package: package.clone(),
            id: odd.kind.id().to_owned(),
            member: odd.member.clone(),
            offset: odd.offset,
            meaning: odd.meaning(),
        };
        out.fact(anomaly, position, None);
    }
    for library in &apk.native {
        let native = NativeLibrary {
            package: package.clone(),
            member: library.member.clone(),
            abi: library.abi.clone(),
            build_id: library.build_id.clone(),
            needed: library.needed.clone(),
            jni: library.jni.clone(),
        };
        out.fact(native, member(&library.member), None);
    }
    for one in &apk.members {
        let Some(sha256) = one.sha256.clone() else { continue };
        let hashed = PackageMember {
            package: package.clone(),
            member: one.name.clone(),
            size: one.size,
            sha256,
        };
        out.fact(hashed, one.range().map_or_else(|| Position::bytes(0, len), place), None);
    }
}

/// A range of a file of `len` bytes; all of it where the range does not lie within.
fn bytes((start, end): (u64, u64), len: u64) -> Position {
    match end.min(len) {
        end if start < end => Position::bytes(start, end),
        _ => Position::bytes(0, len),
    }
}

/// Where a member's data stands; for one inside an archive of the APK, where that stands.
fn member_at(apk: &apk::Apk, name: &str, len: u64) -> Position {
    let name = name.split("!/").next().unwrap_or(name);
    let range = apk.members.iter().find(|member| member.name == name).and_then(Member::range);
    bytes(range.unwrap_or((0, len)), len)
}

fn component(package: &str, component: &Component) -> ComponentDeclared {
    let texts = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect();
    ComponentDeclared {
        package: package.to_owned(),
        component: component.kind.name().to_owned(),
        name: component.name.clone(),
        exported: component.exported,
        permission: component.permission.clone(),
        actions: texts(component.actions()),
        categories: texts(component.categories()),
        reachable: Some(component.reachable),
        process: component.process.clone(),
        foreground_types: texts(component.foreground_types.clone()),
        special: component.special.map(|special| special.name().to_owned()),
        data: Vec::new(),
    }
}

fn described(apk: &apk::Apk, digests: &Digests, verdict: Option<&Verdict>) -> AppDescribed {
    // What a person sees under the icon counts as much as the application's own label.
    let labels = || apk.labels.iter().chain(&apk.launcher_labels);
    let texts: BTreeSet<&str> = labels().map(|label| label.text.as_str()).collect();
    let signers: BTreeSet<&str> =
        apk.signers.iter().map(|signer| signer.certificate.sha256.as_str()).collect();
    AppDescribed {
        package: apk.package.clone().unwrap_or_default(),
        label: apk.label().map(str::to_owned).or_else(|| Some(labels().next()?.text.clone())),
        labels: texts.into_iter().map(str::to_owned).collect(),
        version_name: apk.version_name.clone(),
        version_code: apk.version_code,
        min_sdk: apk.min_sdk,
        target_sdk: apk.target_sdk,
        debuggable: apk.application.debuggable,
        sha256: Some(digests.sha256.clone()),
        sha1: Some(digests.sha1.clone()),
        md5: Some(digests.md5.clone()),
        signers: signers.into_iter().map(str::to_owned).collect(),
        // An app without a signer is not broken; it is not signed.
        verified: verdict.filter(|_| !apk.signers.is_empty()).map(|verdict| verdict.verified),
        split: apk.split.name.clone(),
        shared_user: apk.shared_user.clone(),
        icon: apk.icon.as_ref().map(|icon| icon.hash.clone()),
    }
}

fn signed(
    package: &str,
    scheme: Scheme,
    certificate: &Certificate,
    verified: Option<bool>,
) -> AppSigned {
    AppSigned {
        package: package.to_owned(),
        uid: None,
        user: None,
        cert_sha256: Some(certificate.sha256.clone()),
        cert_sha1: Some(certificate.sha1.clone()),
        cert_md5: Some(certificate.md5.clone()),
        cert_subject: certificate.subject.clone(),
        cert_issuer: certificate.issuer.clone(),
        not_before: certificate.not_before.clone(),
        not_after: certificate.not_after.clone(),
        scheme: Some(scheme.to_string()),
        verified,
    }
}
