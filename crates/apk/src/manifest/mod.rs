//! `AndroidManifest.xml`: what is taken from it, at the places where Android looks for it (AOSP
//! `ParsingPackageUtils`, `ApkLiteParseUtils`).

mod application;
mod filter;
mod top;
mod values;

use crate::anomaly::AnomalyKind as Kind;
use crate::component::{ComponentKind, Filter};
use crate::label::Label;
use crate::package::Apk;
use crate::remarks::Remarks;
use crate::resources::Resources;
use crate::special::SpecialService;
use crate::value::Value;
use crate::xml::{Document, Element, Event};
use std::collections::HashSet;

pub(crate) const NAME: &str = "AndroidManifest.xml";

/// Bytes of text taken from one manifest in all.
const TEXT_BYTES: usize = 16 << 20;
/// Permissions, components, and all else taken from one manifest, each.
const MOST: usize = 20_000;

/// The files that the manifest names, by resource id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    pub(crate) icon: Option<u32>,
    pub(crate) network_security: Option<u32>,
    pub(crate) backup: Vec<u32>,
}

/// Reads a manifest; `None`, with a problem, where no element `manifest` names a package.
pub(crate) fn read(
    bytes: &[u8],
    resources: &mut Resources<'_>,
    remarks: &mut Remarks,
) -> Option<(Apk, Files)> {
    let mut told = Remarks::default();
    for whole in [false, true] {
        told = Remarks::default();
        let Some(document) = Document::new(bytes, whole, NAME, &mut told) else { break };
        let mut reader = Reader::new(resources, &mut told);
        reader.run(document);
        let (apk, files) = (reader.apk, reader.files);
        if apk.package.is_some() {
            remarks.take(told);
            return Some((apk, files));
        }
    }
    remarks.take(told);
    remarks.add(NAME, "no element `manifest` that names a package");
    None
}

/// Where in the manifest an open element stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Manifest,
    Application,
    Component,
    Filter,
    Queries,
    Intent,
    Elsewhere,
}

struct Reader<'r, 'a> {
    apk: Apk,
    files: Files,
    resources: &'r mut Resources<'a>,
    remarks: &'r mut Remarks,
    open: Vec<Place>,
    permissions: HashSet<String>,
    applications: usize,
    /// Label of the component that is open.
    label: Option<Value>,
    /// The intent that is open, of a component or of `queries`.
    filter: Filter,
    /// Things taken that have no limit of their own.
    taken: usize,
    text_left: usize,
}

impl<'r, 'a> Reader<'r, 'a> {
    fn new(resources: &'r mut Resources<'a>, remarks: &'r mut Remarks) -> Self {
        Self {
            apk: Apk::default(),
            files: Files::default(),
            resources,
            remarks,
            open: Vec::new(),
            permissions: HashSet::new(),
            applications: 0,
            label: None,
            filter: Filter::default(),
            taken: 0,
            text_left: TEXT_BYTES,
        }
    }

    fn run(&mut self, mut document: Document<'_>) {
        while let Some(event) = document.next(self.remarks) {
            match event {
                Event::Start(element) => {
                    let place = self.start(&element);
                    self.open.push(place);
                }
                Event::End => match self.open.pop() {
                    Some(Place::Filter) => self.end_filter(&document),
                    Some(Place::Intent) => self.end_intent(),
                    _ => {}
                },
                Event::Text(_) => {}
            }
        }
        self.finish();
    }

    fn start(&mut self, element: &Element<'_>) -> Place {
        let Some(name) = element.name() else { return Place::Elsewhere };
        match (self.open.last(), name.as_str()) {
            (None, "manifest") if self.apk.package.is_none() => self.manifest(element),
            (Some(Place::Manifest), "application") => self.application(element),
            (Some(Place::Manifest), "queries") => Place::Queries,
            (Some(Place::Manifest), name) => self.below_manifest(element, name),
            (Some(Place::Application), name) => self.below_application(element, name),
            (Some(Place::Component), "intent-filter") => self.begin_filter(element),
            (Some(Place::Component), "meta-data") => self.component_meta_data(element),
            (Some(Place::Queries), "intent") => self.begin_intent(),
            (Some(Place::Queries), name) => self.query(element, name),
            (Some(Place::Filter | Place::Intent), name) => self.below_filter(element, name),
            _ => Place::Elsewhere,
        }
    }

    /// What can be told only when all was seen.
    fn finish(&mut self) {
        let target = self.apk.target_sdk.or(self.apk.min_sdk).unwrap_or(1);
        for component in &mut self.apk.components {
            component.special = SpecialService::of(component);
            component.reachable = component.exported.unwrap_or(match component.kind {
                ComponentKind::Provider => target < 17,
                _ => !component.filters.is_empty(),
            });
        }
        let (labels, launcher) = (&mut self.apk.labels, &mut self.apk.launcher_labels);
        for list in [labels, launcher] {
            list.sort_by(|a, b| a.locale.cmp(&b.locale));
            let mut seen = HashSet::new();
            list.retain(|label: &Label| seen.insert(label.clone()));
        }
    }

    /// Whether one more thing may be taken.
    fn take(&mut self) -> bool {
        self.taken += 1;
        if self.taken == MOST {
            self.remarks.add(NAME, format!("more than {MOST} declarations"));
        }
        self.taken < MOST
    }

    /// Android takes the first element `application` and overlooks others.
    fn is_first_application(&mut self, at: &Element<'_>) -> bool {
        self.applications += 1;
        if self.applications > 1 {
            self.remarks.odd(Kind::ManifestApplications, NAME, at.at, "");
        }
        self.applications == 1
    }
}
