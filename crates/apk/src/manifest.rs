//! `AndroidManifest.xml`: what is taken from it, at the places where Android looks for it.

use crate::package::{Apk, Component, ComponentKind, Label, Problems};
use crate::resources::{Plain, Resources};
use crate::strings::MOST_CHARS;
use crate::xml::{Document, Element, Event, Value};
use std::collections::HashSet;

pub(crate) const NAME: &str = "AndroidManifest.xml";

/// Bytes of text taken from one manifest in all.
const TEXT_BYTES: usize = 16 << 20;
/// Permissions, and components, taken from one manifest.
const MOST: usize = 20_000;

/// Resource ids of attributes (AOSP `public-final.xml`).
mod id {
    pub(super) const LABEL: u32 = 0x0101_0001;
    pub(super) const NAME: u32 = 0x0101_0003;
    pub(super) const PERMISSION: u32 = 0x0101_0006;
    pub(super) const DEBUGGABLE: u32 = 0x0101_000f;
    pub(super) const EXPORTED: u32 = 0x0101_0010;
    pub(super) const MIN_SDK: u32 = 0x0101_020c;
    pub(super) const VERSION_CODE: u32 = 0x0101_021b;
    pub(super) const VERSION_NAME: u32 = 0x0101_021c;
    pub(super) const TARGET_SDK: u32 = 0x0101_0270;
    pub(super) const VERSION_CODE_MAJOR: u32 = 0x0101_0576;
}

/// Reads a manifest; `None`, with a problem, where no element `manifest` names a package.
pub(crate) fn read(
    bytes: &[u8],
    resources: &mut Resources<'_>,
    problems: &mut Problems,
) -> Option<Apk> {
    for whole in [false, true] {
        let Some(document) = Document::new(bytes, whole, NAME, problems) else { break };
        let mut reader = Reader::new(resources, problems);
        reader.run(document);
        if reader.apk.package.is_some() {
            return Some(reader.apk);
        }
    }
    problems.add(NAME, "no element `manifest` that names a package");
    None
}

/// Where in the manifest an open element stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Manifest,
    Application,
    Component,
    Filter,
    Elsewhere,
}

struct Reader<'r, 'a> {
    apk: Apk,
    resources: &'r mut Resources<'a>,
    problems: &'r mut Problems,
    open: Vec<Place>,
    permissions: HashSet<String>,
    has_application: bool,
    /// Label of the component that is open.
    label: Option<Value>,
    /// Whether the intent filter that is open names the main action and the launcher.
    launcher: (bool, bool),
    text_left: usize,
}

impl<'r, 'a> Reader<'r, 'a> {
    fn new(resources: &'r mut Resources<'a>, problems: &'r mut Problems) -> Self {
        Self {
            apk: Apk::default(),
            resources,
            problems,
            open: Vec::new(),
            permissions: HashSet::new(),
            has_application: false,
            label: None,
            launcher: (false, false),
            text_left: TEXT_BYTES,
        }
    }

    fn run(&mut self, mut document: Document<'_>) {
        let mut ended = false;
        while let Some(event) = document.next(self.problems) {
            match event {
                Event::Start(element) => {
                    let place = self.start(&element);
                    self.open.push(place);
                }
                Event::End => {
                    let closed = self.open.pop();
                    if closed == Some(Place::Filter) {
                        self.end_filter(&document);
                    }
                    ended = closed == Some(Place::Manifest);
                }
            }
        }
        if !ended && self.apk.package.is_some() {
            self.problems.add(NAME, "ends before its root element does");
        }
        let (labels, launcher) = (&mut self.apk.labels, &mut self.apk.launcher_labels);
        for list in [labels, launcher] {
            list.sort_by(|a, b| a.locale.cmp(&b.locale));
            let mut seen = HashSet::new();
            list.retain(|label| seen.insert(label.clone()));
        }
    }

    fn start(&mut self, element: &Element<'_>) -> Place {
        let Some(name) = element.name() else { return Place::Elsewhere };
        match (self.open.last(), name.as_str()) {
            (None, "manifest") if self.apk.package.is_none() => self.manifest(element),
            (Some(Place::Manifest), "uses-sdk") => self.uses_sdk(element),
            (
                Some(Place::Manifest),
                "uses-permission" | "uses-permission-sdk-23" | "uses-permission-sdk-m",
            ) => self.permission(element),
            (Some(Place::Manifest), "application") => self.application(element),
            (Some(Place::Application), name) => self.component(element, name),
            (Some(Place::Component), "intent-filter") => {
                self.launcher = (false, false);
                Place::Filter
            }
            (Some(Place::Filter), "action") => self.action(element),
            (Some(Place::Filter), "category") => {
                let name = self.text(element, element.attribute(id::NAME));
                self.launcher.1 |= name.as_deref() == Some("android.intent.category.LAUNCHER");
                Place::Elsewhere
            }
            _ => Place::Elsewhere,
        }
    }

    fn manifest(&mut self, element: &Element<'_>) -> Place {
        self.apk.package = self.text(element, element.plain("package"));
        self.apk.split = self.text(element, element.plain("split"));
        self.apk.version_name = self.text(element, element.attribute(id::VERSION_NAME));
        let code = self.number(element.attribute(id::VERSION_CODE));
        let major = self.number(element.attribute(id::VERSION_CODE_MAJOR)).unwrap_or(0);
        self.apk.version_code = code.map(|code| i64::from(major) << 32 | i64::from(code));
        Place::Manifest
    }

    fn uses_sdk(&mut self, element: &Element<'_>) -> Place {
        self.apk.min_sdk = self.number(element.attribute(id::MIN_SDK)).or(self.apk.min_sdk);
        let target = self.number(element.attribute(id::TARGET_SDK));
        self.apk.target_sdk = target.or(self.apk.target_sdk);
        Place::Elsewhere
    }

    fn permission(&mut self, element: &Element<'_>) -> Place {
        if self.apk.permissions.len() == MOST {
            self.problems.add(NAME, format!("more than {MOST} permissions"));
        } else if let Some(name) = self.text(element, element.attribute(id::NAME))
            && self.permissions.insert(name.clone())
        {
            self.apk.permissions.push(name);
        }
        Place::Elsewhere
    }

    /// Android takes the first element `application` and overlooks others, so a later one names
    /// nothing; what it declares is told all the same.
    fn application(&mut self, element: &Element<'_>) -> Place {
        if std::mem::replace(&mut self.has_application, true) {
            self.problems.add(NAME, "more than one element `application`");
        } else {
            let value = element.attribute(id::LABEL);
            self.apk.labels = self.labels(value, |value| self_text(element, value));
            self.apk.debuggable = self.boolean(element.attribute(id::DEBUGGABLE));
        }
        Place::Application
    }

    fn component(&mut self, element: &Element<'_>, name: &str) -> Place {
        let kind = match name {
            "activity" => ComponentKind::Activity,
            "activity-alias" => ComponentKind::ActivityAlias,
            "service" => ComponentKind::Service,
            "receiver" => ComponentKind::Receiver,
            "provider" => ComponentKind::Provider,
            _ => return Place::Elsewhere,
        };
        if self.apk.components.len() == MOST {
            self.problems.add(NAME, format!("more than {MOST} components"));
            return Place::Elsewhere;
        }
        let Some(name) = self.text(element, element.attribute(id::NAME)) else {
            self.problems.add(NAME, "a component without a name");
            return Place::Elsewhere;
        };
        let Some(name) = self.within_bound(self.class_name(name)) else {
            return Place::Elsewhere;
        };
        let component = Component {
            kind,
            name,
            exported: self.boolean(element.attribute(id::EXPORTED)),
            permission: self.text(element, element.attribute(id::PERMISSION)),
            actions: Vec::new(),
        };
        self.label = element.attribute(id::LABEL);
        self.apk.components.push(component);
        Place::Component
    }

    fn action(&mut self, element: &Element<'_>) -> Place {
        let action = self.text(element, element.attribute(id::NAME));
        if let (Some(action), Some(component)) = (action, self.apk.components.last_mut()) {
            self.launcher.0 |= action == "android.intent.action.MAIN";
            // Few actions are usual; the bound keeps the search for repeats short.
            if component.actions.len() == 1000 {
                self.problems.add(NAME, "more than 1000 actions of a component");
            } else if !component.actions.contains(&action) {
                component.actions.push(action);
            }
        }
        Place::Elsewhere
    }

    fn end_filter(&mut self, document: &Document<'_>) {
        let activity = self.apk.components.last().is_some_and(|component| {
            matches!(component.kind, ComponentKind::Activity | ComponentKind::ActivityAlias)
        });
        if activity && self.launcher == (true, true) && self.apk.launcher_labels.len() < 1000 {
            let text = |value| match value {
                Value::Text(index) => document.pool.get(index, MOST_CHARS),
                _ => None,
            };
            let labels = self.labels(self.label, text);
            self.apk.launcher_labels.extend(labels);
            self.label = None;
        }
    }

    /// Full class name, as Android's package parser makes it.
    fn class_name(&self, name: String) -> String {
        let package = self.apk.package.as_deref().unwrap_or_default();
        match name.find('.') {
            Some(0) => format!("{package}{name}"),
            Some(_) => name,
            None => format!("{package}.{name}"),
        }
    }

    /// A label in every locale; `literal` looks up a text of the manifest itself.
    fn labels(
        &mut self,
        value: Option<Value>,
        literal: impl Fn(Value) -> Option<String>,
    ) -> Vec<Label> {
        match value {
            // Package 0x01 is the system's own table, which is not here.
            Some(Value::Reference(id)) if id >> 24 != 0x01 => {
                let labels = self.resources.labels(id);
                if labels.is_empty() {
                    self.problems
                        .add(NAME, format!("the label {id:#010x} is in no resource table"));
                }
                labels
            }
            Some(value) => literal(value)
                .map(|text| Label { locale: String::new(), text })
                .into_iter()
                .collect(),
            None => Vec::new(),
        }
    }

    fn text(&mut self, element: &Element<'_>, value: Option<Value>) -> Option<String> {
        let value = value?;
        let text = match value {
            Value::Reference(id) => match self.resources.value(id)? {
                Plain::Text(text) => text,
                Plain::Number(number) => number.to_string(),
                Plain::Boolean(yes) => yes.to_string(),
            },
            value => self_text(element, value)?,
        };
        self.within_bound(text).filter(|text| !text.is_empty())
    }

    /// The text, while all that was taken stays within [`TEXT_BYTES`].
    fn within_bound(&mut self, text: String) -> Option<String> {
        let Some(left) = self.text_left.checked_sub(text.len()) else {
            self.problems.add(NAME, format!("more than {TEXT_BYTES} bytes of text"));
            return None;
        };
        self.text_left = left;
        Some(text)
    }

    fn number(&mut self, value: Option<Value>) -> Option<u32> {
        match value? {
            Value::Number(number) => Some(number),
            Value::Reference(id) => match self.resources.value(id)? {
                Plain::Number(number) => Some(number),
                _ => None,
            },
            _ => None,
        }
    }

    fn boolean(&mut self, value: Option<Value>) -> Option<bool> {
        match value? {
            Value::Boolean(yes) => Some(yes),
            Value::Number(number) => Some(number != 0),
            Value::Reference(id) => match self.resources.value(id)? {
                Plain::Boolean(yes) => Some(yes),
                Plain::Number(number) => Some(number != 0),
                Plain::Text(_) => None,
            },
            Value::Text(_) | Value::Other => None,
        }
    }
}

/// A value that the manifest states itself.
fn self_text(element: &Element<'_>, value: Value) -> Option<String> {
    match value {
        Value::Text(index) => element.pool.get(index, MOST_CHARS),
        Value::Number(number) => Some(number.cast_signed().to_string()),
        Value::Boolean(yes) => Some(yes.to_string()),
        Value::Reference(_) | Value::Other => None,
    }
}
