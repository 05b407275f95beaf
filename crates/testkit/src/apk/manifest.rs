//! What the manifest says, and its binary form.

use super::arsc::LABEL;
use super::axml::{Element, Value, document};

/// A component to declare.
#[derive(Clone, Debug)]
pub struct Component {
    name: String,
    exported: Option<bool>,
    permission: Option<String>,
    actions: Vec<String>,
    categories: Vec<String>,
    label: Option<String>,
}

impl Component {
    /// A component of this class; `.Name` is below the package.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            exported: None,
            permission: None,
            actions: Vec::new(),
            categories: Vec::new(),
            label: None,
        }
    }

    /// An activity's entry in the launcher.
    #[must_use]
    pub fn launcher(name: &str) -> Self {
        Self {
            categories: vec!["android.intent.category.LAUNCHER".to_owned()],
            ..Self::new(name).exported(true).action("android.intent.action.MAIN")
        }
    }

    /// Whether other apps can reach it.
    #[must_use]
    pub fn exported(mut self, yes: bool) -> Self {
        self.exported = Some(yes);
        self
    }

    /// A label of its own, as a text in the manifest.
    #[must_use]
    pub fn label(mut self, text: &str) -> Self {
        self.label = Some(text.to_owned());
        self
    }

    /// The permission that guards it.
    #[must_use]
    pub fn permission(mut self, name: &str) -> Self {
        self.permission = Some(name.to_owned());
        self
    }

    /// An action of its intent filter.
    #[must_use]
    pub fn action(mut self, name: &str) -> Self {
        self.actions.push(name.to_owned());
        self
    }
}

impl From<&str> for Component {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

#[derive(Clone, Debug)]
pub(super) struct Manifest {
    pub(super) package: String,
    pub(super) version_name: String,
    pub(super) version_code: u32,
    pub(super) min_sdk: u32,
    pub(super) target_sdk: u32,
    pub(super) debuggable: Option<bool>,
    /// Attributes of the application that name classes: name, number, class.
    pub(super) classes: Vec<(&'static str, u32, String)>,
    pub(super) split: Option<String>,
    pub(super) literal_label: Option<String>,
    pub(super) permissions: Vec<(&'static str, String)>,
    pub(super) components: Vec<(&'static str, Component)>,
    pub(super) more_applications: Vec<String>,
}

impl Manifest {
    pub(super) fn new(package: &str) -> Self {
        Self {
            package: package.to_owned(),
            version_name: "1.0".to_owned(),
            version_code: 1,
            min_sdk: 24,
            target_sdk: 34,
            debuggable: None,
            classes: Vec::new(),
            split: None,
            literal_label: None,
            permissions: Vec::new(),
            components: Vec::new(),
            more_applications: Vec::new(),
        }
    }

    /// Binary XML; with `resources`, the label refers to the resource table.
    pub(super) fn encode(&self, resources: bool) -> Vec<u8> {
        let mut root = Element::new("manifest")
            .with("versionCode", 0x0101_021b, Value::Number(self.version_code))
            .with("versionName", 0x0101_021c, Value::Text(self.version_name.clone()))
            .plain("package", &self.package);
        if let Some(split) = &self.split {
            root = root.plain("split", split);
        }
        root.children.push(
            Element::new("uses-sdk")
                .with("minSdkVersion", 0x0101_020c, Value::Number(self.min_sdk))
                .with("targetSdkVersion", 0x0101_0270, Value::Number(self.target_sdk)),
        );
        for (kind, name) in &self.permissions {
            root.children.push(Element::new(kind).with(NAME, NAME_ID, text(name)));
        }
        root.children.push(self.application(resources));
        for label in &self.more_applications {
            let application = Element::new("application");
            root.children.push(application.with("label", 0x0101_0001, text(label)));
        }
        document(&root)
    }

    fn application(&self, resources: bool) -> Element {
        let mut application =
            Element::new("application").with("hasCode", 0x0101_000c, Value::Boolean(false));
        if let Some(label) = &self.literal_label {
            application = application.with("label", 0x0101_0001, text(label));
        } else if resources && self.split.is_none() {
            application = application.with("label", 0x0101_0001, Value::Reference(LABEL));
        }
        if let Some(yes) = self.debuggable {
            application = application.with("debuggable", 0x0101_000f, Value::Boolean(yes));
        }
        for (name, id, class) in &self.classes {
            application = application.with(name, *id, text(class));
        }
        let components = self.components.iter();
        application.children = components.map(|(kind, c)| self.component(kind, c)).collect();
        application
    }

    fn component(&self, kind: &'static str, component: &Component) -> Element {
        let mut element = Element::new(kind).with(NAME, NAME_ID, text(&component.name));
        if let Some(label) = &component.label {
            element = element.with("label", 0x0101_0001, text(label));
        }
        if let Some(permission) = &component.permission {
            element = element.with("permission", 0x0101_0006, text(permission));
        }
        if let Some(yes) = component.exported {
            element = element.with("exported", 0x0101_0010, Value::Boolean(yes));
        }
        if kind == "provider" {
            let class = component.name.rsplit('.').next().unwrap_or_default();
            let authority = format!("{}.{class}", self.package);
            element = element.with("authorities", 0x0101_0018, text(&authority));
        }
        if !component.actions.is_empty() {
            let mut filter = Element::new("intent-filter");
            for action in &component.actions {
                filter.children.push(Element::new("action").with(NAME, NAME_ID, text(action)));
            }
            for category in &component.categories {
                filter.children.push(Element::new("category").with(NAME, NAME_ID, text(category)));
            }
            element.children.push(filter);
        }
        element
    }
}

const NAME: &str = "name";
const NAME_ID: u32 = 0x0101_0003;

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}
