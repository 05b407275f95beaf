//! Intent filters of components, and intents of `queries`.

use super::{NAME, Place, Reader};
use crate::attribute as id;
use crate::component::{ComponentKind, Filter};
use crate::xml::{Document, Element};

/// Actions, categories and data of one filter, each.
const MOST_OF_FILTER: usize = 1000;

impl Reader<'_, '_> {
    pub(super) fn begin_filter(&mut self, element: &Element<'_>) -> Place {
        let priority = self.number(element.attribute(id::PRIORITY)).map(u32::cast_signed);
        self.filter = Filter { priority, ..Filter::default() };
        Place::Filter
    }

    pub(super) fn begin_intent(&mut self) -> Place {
        self.filter = Filter::default();
        Place::Intent
    }

    pub(super) fn below_filter(&mut self, element: &Element<'_>, name: &str) -> Place {
        let (text, list) = match name {
            "action" => {
                let text = self.text(element, element.attribute(id::NAME));
                (text, &mut self.filter.actions)
            }
            "category" => {
                let text = self.text(element, element.attribute(id::NAME));
                (text, &mut self.filter.categories)
            }
            "data" => (self.data(element), &mut self.filter.data),
            _ => return Place::Elsewhere,
        };
        if list.len() == MOST_OF_FILTER {
            self.remarks.add(NAME, format!("more than {MOST_OF_FILTER} {name} of one filter"));
        } else if let Some(text) = text {
            list.push(text);
        }
        Place::Elsewhere
    }

    pub(super) fn end_filter(&mut self, document: &Document<'_>) {
        let filter = std::mem::take(&mut self.filter);
        if !self.take() {
            return;
        }
        let Some(component) = self.apk.components.last_mut() else { return };
        let activity =
            matches!(component.kind, ComponentKind::Activity | ComponentKind::ActivityAlias);
        component.filters.push(filter);
        // A label of its own is what stands under the icon.
        let launcher = activity && component.filters.last().is_some_and(is_launcher);
        if launcher && self.apk.launcher_labels.len() < MOST_OF_FILTER {
            let label = self.label.take();
            let labels = self.labels(label, document.pool);
            self.apk.launcher_labels.extend(labels);
        }
    }

    pub(super) fn end_intent(&mut self) {
        let filter = std::mem::take(&mut self.filter);
        if !self.take() {
            return;
        }
        let words: Vec<String> = [filter.actions, filter.data].concat();
        if let Some(text) = self.within_bound(words.join(" ")) {
            self.apk.queries.intents.push(text);
        }
    }

    /// What a `data` asks for, as a pattern.
    fn data(&mut self, element: &Element<'_>) -> Option<String> {
        let mut part = |id| self.text(element, element.attribute(id)).unwrap_or_default();
        let (scheme, host, port) = (part(id::SCHEME), part(id::HOST), part(id::PORT));
        let mut text = String::new();
        if !scheme.is_empty() {
            text = format!("{scheme}:");
        }
        if !host.is_empty() {
            text = format!("{text}//{host}");
        }
        if !port.is_empty() {
            text = format!("{text}:{port}");
        }
        let paths = [
            (id::PATH, "", ""),
            (id::PATH_PREFIX, "", "*"),
            (id::PATH_SUFFIX, "*", ""),
            (id::PATH_PATTERN, "", ""),
            (id::PATH_ADVANCED_PATTERN, "", ""),
        ];
        for (id, before, after) in paths {
            let path = part(id);
            if !path.is_empty() {
                text = format!("{text}{before}{path}{after}");
            }
        }
        let kind = part(id::MIME_TYPE);
        if !kind.is_empty() {
            text = if text.is_empty() { kind } else { format!("{text} {kind}") };
        }
        (!text.is_empty()).then_some(text)
    }
}

fn is_launcher(filter: &Filter) -> bool {
    filter.actions.iter().any(|action| action == "android.intent.action.MAIN")
        && filter.categories.iter().any(|name| name == "android.intent.category.LAUNCHER")
}
