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
            Fact::AccessibilityService(f) => app(&f.package, None, f.user),
            Fact::ProcessRunning(f) => Subject::Process(Cow::Borrowed(&f.name)),
            Fact::PropertySet(_) | Fact::SettingSet(_) | Fact::MountSeen(_) => Subject::Device,
            Fact::RootBinaryFound(_) => Subject::Device,
            Fact::FileSeen(f) => Subject::File(Cow::Borrowed(&f.path)),
            Fact::FileHashed(f) => Subject::File(Cow::Borrowed(&f.name)),
            Fact::LinkSeen(f) => match &f.url {
                Some(url) => Subject::Endpoint(
                    normal::url(url).map_or(Cow::Borrowed(url.as_str()), Cow::Owned),
                ),
                None => Subject::Endpoint(Cow::Borrowed(&f.host)),
            },
        }
    }

    /// Whether hosts and URLs in this fact only stand in a text, so that a match shows
    /// no more than that a link was there.
    #[must_use]
    pub fn is_text_only(&self) -> bool {
        matches!(self, Fact::LinkSeen(_))
    }
}
