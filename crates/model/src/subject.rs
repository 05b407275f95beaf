//! What a rule groups by.

use std::borrow::Cow;

/// The app a fact is about. A package in a work profile (user 10) or in a cloned
/// space (150, 999) is another app than the same package of user 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppKey<'a> {
    /// Package name, where the fact states it.
    pub package: Option<Cow<'a, str>>,
    /// Linux uid (user × 100,000 + app id), where stated.
    pub uid: Option<u32>,
    /// Android user, where stated; `None` means every user that has the package.
    pub user: Option<u32>,
}

/// What a fact is about; rules collect facts per subject.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject<'a> {
    /// An app.
    App(AppKey<'a>),
    /// The phone itself.
    Device,
    /// A file, by path on the phone (or its hash where there is no path).
    File(Cow<'a, str>),
    /// A process, by name.
    Process(Cow<'a, str>),
    /// A host, address or URL.
    Endpoint(Cow<'a, str>),
}

impl Subject<'_> {
    /// The kind, as reports and rule pages name it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Subject::App(_) => "app",
            Subject::Device => "device",
            Subject::File(_) => "file",
            Subject::Process(_) => "process",
            Subject::Endpoint(_) => "endpoint",
        }
    }

    /// The value that names it: package, path, process name, host or URL.
    #[must_use]
    pub fn value(&self) -> Cow<'_, str> {
        match self {
            Subject::App(AppKey { package: Some(package), .. }) => Cow::Borrowed(package),
            Subject::App(AppKey { uid: Some(uid), .. }) => Cow::Owned(format!("uid {uid}")),
            Subject::App(_) => Cow::Borrowed("unknown app"),
            Subject::Device => Cow::Borrowed("device"),
            Subject::File(value) | Subject::Process(value) | Subject::Endpoint(value) => {
                Cow::Borrowed(value)
            }
        }
    }

    /// The same subject, owning its text.
    #[must_use]
    pub fn into_owned(self) -> Subject<'static> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        match self {
            Subject::App(AppKey { package, uid, user }) => {
                Subject::App(AppKey { package: package.map(own), uid, user })
            }
            Subject::Device => Subject::Device,
            Subject::File(value) => Subject::File(own(value)),
            Subject::Process(value) => Subject::Process(own(value)),
            Subject::Endpoint(value) => Subject::Endpoint(own(value)),
        }
    }
}
