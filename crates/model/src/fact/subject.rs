//! What each fact is about.

use super::Fact;
use crate::{AppKey, Subject, normal};
use std::borrow::Cow;

/// Android user of a Linux uid.
fn user_of(uid: Option<u32>) -> Option<u32> {
    uid.map(|uid| uid / 100_000)
}

fn app(package: &str, uid: Option<u32>, user: Option<u32>) -> Subject<'_> {
    let package = (!package.is_empty()).then_some(Cow::Borrowed(package));
    Subject::App(AppKey { package, uid, user: user.or(user_of(uid)) })
}

/// App ids of apps (`Process.FIRST_APPLICATION_UID` and `LAST_APPLICATION_UID` of Android): below
/// are parts of the system, above sandboxes and isolated processes that several apps may have.
const APPS: std::ops::Range<u32> = 10_000..20_000;

/// An app that is named beside the subject.
fn concerned(package: Option<&String>, uid: Option<u32>, user: Option<u32>) -> Option<AppKey<'_>> {
    let package = package.filter(|name| !name.is_empty()).map(Cow::from);
    let uid = uid.filter(|uid| APPS.contains(&(uid % 100_000)));
    let user = user.or(user_of(uid));
    (package.is_some() || uid.is_some()).then_some(AppKey { package, uid, user })
}

impl Fact {
    /// What a rule groups this fact by.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        match self {
            Fact::AppInstalled(f) => app(&f.package, f.uid, f.user),
            Fact::AppUpdated(f) => app(&f.package, None, None),
            Fact::AppFile(f) => app(&f.package, f.uid, f.user),
            Fact::AppSigned(f) => app(&f.package, f.uid, f.user),
            Fact::AppDescribed(f) => app(&f.package, None, None),
            Fact::PermissionRequested(f) => app(&f.package, None, None),
            Fact::PermissionGranted(f) => app(&f.package, f.uid, f.user),
            Fact::PermissionUsed(f) => app(&f.package, f.uid, f.user),
            Fact::OpModeSet(f) => app(&f.package, f.uid, f.user),
            Fact::ComponentDeclared(f) => app(&f.package, None, None),
            Fact::PackageAnomaly(f) => app(&f.package, None, None),
            Fact::NativeLibrary(f) => app(&f.package, None, None),
            Fact::PackageMember(f) => app(&f.package, None, None),
            Fact::CodeReaches(f) => app(&f.package, None, None),
            Fact::CodeContains(f) => app(&f.package, None, None),
            Fact::CodeSketch(f) => app(&f.package, None, None),
            Fact::CodeFile(f) => app(&f.package, None, None),
            Fact::YaraMatched(f) => match &f.package {
                Some(package) => app(package, None, None),
                None => Subject::File(Cow::Borrowed(&f.file)),
            },
            Fact::AccessibilityService(f) => app(&f.package, None, f.user),
            Fact::ProcessRunning(f) => Subject::Process(Cow::Borrowed(&f.name)),
            Fact::PropertySet(_) | Fact::SettingSet(_) | Fact::MountSeen(_) => Subject::Device,
            Fact::RootBinaryFound(_) => Subject::Device,
            Fact::FileSeen(f) => Subject::File(Cow::Borrowed(&f.path)),
            Fact::FileListed(f) => Subject::File(Cow::Borrowed(&f.path)),
            Fact::FileHashed(f) => Subject::File(Cow::Borrowed(&f.name)),
            Fact::LinkSeen(f) => match &f.url {
                Some(url) => Subject::Endpoint(
                    normal::url(url).map_or(Cow::Borrowed(url.as_str()), Cow::Owned),
                ),
                None => Subject::Endpoint(Cow::Borrowed(&f.host)),
            },
            Fact::AppTraced(f) => app(&f.package, f.uid, f.user),
            Fact::ComponentRan(f) => app(&f.package, f.uid, f.user),
            Fact::PrivilegeHeld(f) => app(&f.package, f.uid, f.user),
            Fact::DataTransferred(f) => app(&f.package, f.uid, f.user),
            Fact::EndpointContacted(f) => {
                let named = f.host.as_ref().or(f.addresses.first());
                Subject::Endpoint(named.map_or(Cow::Borrowed("unknown host"), Cow::from))
            }
            Fact::ProcessEnded(f) => Subject::Process(Cow::Borrowed(&f.process)),
            Fact::InstallEvent(f) => app(&f.package, f.uid, f.user),
            Fact::AccountPresent(f) => app(&f.package, None, f.user),
            Fact::CodeCompiled(f) => app(&f.package, None, None),
            Fact::AdbKeyAuthorised(_) | Fact::SecurityEvent(_) | Fact::UserPresent(_) => {
                Subject::Device
            }
        }
    }

    /// Whether hosts and URLs in this fact only stand in a text, so that a match shows
    /// no more than that a link was there.
    #[must_use]
    pub fn is_text_only(&self) -> bool {
        matches!(self, Fact::LinkSeen(_))
    }

    /// The app that this fact concerns too, where it is about a file, a process, an endpoint or
    /// the phone: rules about apps count it for that app.
    #[must_use]
    pub fn concerns(&self) -> Option<AppKey<'_>> {
        match self {
            // Android names an app's processes after its package; their uid tells the user. Other
            // names stand for nothing, so the uid alone tells whose they are.
            Fact::ProcessRunning(f) if f.package.is_none() => {
                let uid = f.uid.filter(|uid| APPS.contains(&(uid % 100_000)))?;
                let package = normal::package(&f.name).filter(|_| !f.truncated);
                let user = f.user.or(Some(uid / 100_000));
                Some(AppKey { package: package.map(Cow::from), uid: Some(uid), user })
            }
            Fact::ProcessRunning(f) => concerned(f.package.as_ref(), f.uid, f.user),
            Fact::FileSeen(f) => concerned(f.package.as_ref(), None, None),
            Fact::LinkSeen(f) => concerned(f.package.as_ref(), None, None),
            Fact::EndpointContacted(f) => concerned(f.package.as_ref(), f.uid, f.user),
            Fact::ProcessEnded(f) => concerned(f.package.as_ref(), f.uid, f.user),
            Fact::SecurityEvent(f) => concerned(f.package.as_ref(), f.uid, f.user),
            Fact::SettingSet(f) => concerned(f.package.as_ref(), None, f.user),
            _ => None,
        }
    }
}
