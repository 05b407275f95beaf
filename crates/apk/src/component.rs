//! Components, as the manifest declares them.

use crate::special::SpecialService;
use std::collections::HashSet;

/// A kind of component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ComponentKind {
    /// `activity`
    Activity,
    /// `activity-alias`
    ActivityAlias,
    /// `service`
    Service,
    /// `receiver`
    Receiver,
    /// `provider`
    Provider,
}

impl ComponentKind {
    /// The kind in snake_case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ComponentKind::Activity => "activity",
            ComponentKind::ActivityAlias => "activity_alias",
            ComponentKind::Service => "service",
            ComponentKind::Receiver => "receiver",
            ComponentKind::Provider => "provider",
        }
    }
}

/// A component that the manifest declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Its kind.
    pub kind: ComponentKind,
    /// Class name, full.
    pub name: String,
    /// `android:exported`, where stated.
    pub exported: Option<bool>,
    /// Whether other apps can reach it: as stated, and where nothing is stated as Android decides
    /// for the target SDK (an activity, service or receiver with an intent filter is exported; a
    /// provider was before target SDK 17).
    pub reachable: bool,
    /// `android:enabled`, where stated.
    pub enabled: Option<bool>,
    /// The permission that guards it.
    pub permission: Option<String>,
    /// Providers: the permission for reading.
    pub read_permission: Option<String>,
    /// Providers: the permission for writing.
    pub write_permission: Option<String>,
    /// Providers: its authorities.
    pub authorities: Vec<String>,
    /// Name of the process it runs in, full, where it is not that of the application.
    pub process: Option<String>,
    /// Aliases: the activity it stands for, full.
    pub target: Option<String>,
    /// Services: `android:foregroundServiceType`, by name.
    pub foreground_types: Vec<&'static str>,
    /// Its intent filters.
    pub filters: Vec<Filter>,
    /// Its meta-data.
    pub meta_data: Vec<MetaData>,
    /// What Android binds it as.
    pub special: Option<SpecialService>,
}

impl Component {
    /// Actions of all its filters, in the order written, without repeats.
    #[must_use]
    pub fn actions(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        let actions = self.filters.iter().flat_map(|filter| &filter.actions);
        actions.map(String::as_str).filter(|action| seen.insert(*action)).collect()
    }

    /// Categories of all its filters, in the order written, without repeats.
    #[must_use]
    pub fn categories(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        let names = self.filters.iter().flat_map(|filter| &filter.categories);
        names.map(String::as_str).filter(|name| seen.insert(*name)).collect()
    }

    /// Whether it stands in the launcher.
    #[must_use]
    pub fn is_launcher(&self) -> bool {
        self.filters.iter().any(|filter| {
            filter.actions.iter().any(|action| action == "android.intent.action.MAIN")
                && filter.categories.iter().any(|name| name == "android.intent.category.LAUNCHER")
        })
    }
}

/// An intent filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Actions.
    pub actions: Vec<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// What each `data` asks for, written as a pattern of a URI and a type
    /// (`https://example.org/path*`, `text/plain`).
    pub data: Vec<String>,
    /// `android:priority`, where stated.
    pub priority: Option<i32>,
}

/// An element `meta-data`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetaData {
    /// Its name.
    pub name: String,
    /// Its value as a text, where it has one.
    pub value: Option<String>,
    /// The resource it refers to, as `@0x7f…`.
    pub resource: Option<String>,
}

/// Names of `android:foregroundServiceType` (AOSP `attrs_manifest.xml`).
pub(crate) fn foreground_types(flags: u32) -> Vec<&'static str> {
    const NAMES: [(u32, &str); 15] = [
        (0x0001, "dataSync"),
        (0x0002, "mediaPlayback"),
        (0x0004, "phoneCall"),
        (0x0008, "location"),
        (0x0010, "connectedDevice"),
        (0x0020, "mediaProjection"),
        (0x0040, "camera"),
        (0x0080, "microphone"),
        (0x0100, "health"),
        (0x0200, "remoteMessaging"),
        (0x0400, "systemExempted"),
        (0x0800, "shortService"),
        (0x1000, "fileManagement"),
        (0x2000, "mediaProcessing"),
        (0x4000_0000, "specialUse"),
    ];
    NAMES.into_iter().filter(|(flag, _)| flags & flag != 0).map(|(_, name)| name).collect()
}
