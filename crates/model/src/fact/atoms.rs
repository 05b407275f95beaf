//! What of each fact an indicator may equal.

use super::Fact;
use crate::{Atom, AtomKind, normal};
use std::borrow::Cow;

/// Takes atoms one by one.
type Visit<'v, 'a> = dyn FnMut(Atom<'a>) + 'v;

fn give<'a>(kind: AtomKind, value: Option<impl Into<Cow<'a, str>>>, visit: &mut Visit<'_, 'a>) {
    if let Some(value) = value {
        visit(Atom { kind, value: value.into() });
    }
}

fn hashes<'a>(
    sha256: Option<&'a String>,
    sha1: Option<&'a String>,
    md5: Option<&'a String>,
    [for256, for1, for5]: [AtomKind; 3],
    visit: &mut Visit<'_, 'a>,
) {
    give(for256, sha256.and_then(|h| normal::hex(h, 64)), visit);
    give(for1, sha1.and_then(|h| normal::hex(h, 40)), visit);
    give(for5, md5.and_then(|h| normal::hex(h, 32)), visit);
}

const FILE: [AtomKind; 3] = [AtomKind::Sha256, AtomKind::Sha1, AtomKind::Md5];
const CERT: [AtomKind; 3] = [AtomKind::CertSha256, AtomKind::CertSha1, AtomKind::CertMd5];

fn package<'a>(raw: &'a str, visit: &mut Visit<'_, 'a>) {
    give(AtomKind::Package, normal::package(raw), visit);
}

fn path<'a>(raw: &'a str, visit: &mut Visit<'_, 'a>) {
    give(AtomKind::Path, normal::path(raw), visit);
    give(AtomKind::FileName, normal::file_name(raw), visit);
}

impl Fact {
    /// Calls `visit` with every value of this fact that an indicator may equal, in normal form.
    pub fn atoms<'a>(&'a self, visit: &mut Visit<'_, 'a>) {
        match self {
            Fact::AppInstalled(f) => {
                package(&f.package, visit);
                if let Some(code) = &f.code_path {
                    give(AtomKind::Path, normal::path(code), visit);
                }
            }
            Fact::AppUpdated(f) => package(&f.package, visit),
            Fact::AppFile(f) => {
                package(&f.package, visit);
                hashes(f.sha256.as_ref(), f.sha1.as_ref(), f.md5.as_ref(), FILE, visit);
                if let Some(on_phone) = &f.path {
                    path(on_phone, visit);
                }
            }
            Fact::AppSigned(f) => {
                package(&f.package, visit);
                let [sha256, sha1, md5] = [&f.cert_sha256, &f.cert_sha1, &f.cert_md5];
                hashes(sha256.as_ref(), sha1.as_ref(), md5.as_ref(), CERT, visit);
            }
            Fact::AppDescribed(f) => {
                package(&f.package, visit);
                hashes(f.sha256.as_ref(), f.sha1.as_ref(), f.md5.as_ref(), FILE, visit);
            }
            Fact::PermissionRequested(f) => package(&f.package, visit),
            Fact::PermissionGranted(f) => package(&f.package, visit),
            Fact::PermissionUsed(f) => package(&f.package, visit),
            Fact::OpModeSet(f) => package(&f.package, visit),
            Fact::ComponentDeclared(f) => package(&f.package, visit),
            Fact::AccessibilityService(f) => package(&f.package, visit),
            Fact::PackageAnomaly(f) => package(&f.package, visit),
            Fact::NativeLibrary(f) => package(&f.package, visit),
            Fact::CodeReaches(f) => package(&f.package, visit),
            Fact::CodeContains(f) => {
                if f.what == "url"
                    && let Some(url) = normal::url(&f.value)
                {
                    visit(Atom::new(AtomKind::Url, url));
                }
                if f.what == "host"
                    && let Some(atom) = normal::host(&f.value)
                {
                    visit(atom);
                }
                if f.what == "certificate" {
                    give(AtomKind::CertSha256, normal::hex(&f.value, 64), visit);
                    give(AtomKind::Sha256, normal::hex(&f.value, 64), visit);
                }
            }
            Fact::CodeSketch(f) => package(&f.package, visit),
            // The member that it is has been told with its hash, unless it lies in an archive.
            Fact::CodeFile(f) => {
                let inner = f.member.contains("!/").then_some(f.sha256.as_str());
                give(AtomKind::Sha256, inner.and_then(|hash| normal::hex(hash, 64)), visit);
            }
            // Its hash alone: the paths in a package are no paths on the phone.
            Fact::PackageMember(f) => {
                give(AtomKind::Sha256, normal::hex(&f.sha256, 64), visit);
            }
            Fact::ProcessRunning(f) => {
                give(AtomKind::Process, normal::file_name(&f.name), visit);
                match &f.package {
                    Some(name) => package(name, visit),
                    None if !f.truncated => package(&f.name, visit),
                    None => {}
                }
                if let Some(executable) = &f.path {
                    path(executable, visit);
                }
            }
            Fact::PropertySet(f) => {
                let name = Some(f.name.trim()).filter(|name| !name.is_empty());
                give(AtomKind::Property, name, visit);
            }
            Fact::SettingSet(_) => {}
            Fact::MountSeen(f) => {
                give(AtomKind::Path, normal::path(&f.mount_point), visit);
                if f.device.starts_with('/') && f.device != f.mount_point {
                    give(AtomKind::Path, normal::path(&f.device), visit);
                }
            }
            Fact::RootBinaryFound(f) => path(&f.path, visit),
            Fact::FileSeen(f) => {
                path(&f.path, visit);
                hashes(f.sha256.as_ref(), f.sha1.as_ref(), f.md5.as_ref(), FILE, visit);
                // It was fetched from there; the page that led to it is only a link.
                if let Some(origin) = &f.origin {
                    give(AtomKind::Url, normal::url(origin), visit);
                    normal::url_host(origin).into_iter().for_each(&mut *visit);
                }
            }
            Fact::FileHashed(f) => {
                give(AtomKind::Sha256, normal::hex(&f.sha256, 64), visit);
                give(AtomKind::FileName, normal::file_name(&f.name), visit);
            }
            // The file itself is hashed; that it is listed too must not count twice.
            Fact::FileListed(_) => {}
            Fact::LinkSeen(f) => {
                if let Some(url) = f.url.as_deref().and_then(normal::url) {
                    visit(Atom::new(AtomKind::Url, url));
                }
                if let Some(atom) = normal::host(&f.host) {
                    visit(atom);
                }
            }
            Fact::AppTraced(f) => package(&f.package, visit),
            Fact::ComponentRan(f) => package(&f.package, visit),
            Fact::PrivilegeHeld(f) => package(&f.package, visit),
            Fact::DataTransferred(f) => package(&f.package, visit),
            Fact::EndpointContacted(f) => {
                let hosts = f.host.iter().chain(&f.addresses);
                hosts.filter_map(|host| normal::host(host)).for_each(&mut *visit);
                f.package.iter().for_each(|name| package(name, visit));
            }
            Fact::ProcessEnded(f) => {
                give(AtomKind::Process, normal::file_name(&f.process), visit);
                package(f.package.as_ref().unwrap_or(&f.process), visit);
            }
            Fact::InstallEvent(f) => package(&f.package, visit),
            // What was matched is hashed and named by facts of its own.
            Fact::YaraMatched(_) => {}
            Fact::AdbKeyAuthorised(_) | Fact::AccountPresent(_) | Fact::UserPresent(_) => {}
            Fact::SecurityEvent(f) => f.package.iter().for_each(|name| package(name, visit)),
            Fact::CodeCompiled(f) => package(&f.package, visit),
        }
    }
}
