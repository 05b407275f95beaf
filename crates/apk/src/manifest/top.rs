//! What stands below `manifest`.

use super::{MOST, NAME, Place, Reader};
use crate::attribute as id;
use crate::declared::{
    DeclaredPermission, Feature, Instrumentation, Overlay, RequestedPermission, UsedLibrary,
    protection,
};
use crate::xml::Element;

impl Reader<'_, '_> {
    pub(super) fn manifest(&mut self, element: &Element<'_>) -> Place {
        self.apk.package = self.text(element, element.plain("package"));
        self.apk.split.name = self.text(element, element.plain("split"));
        self.apk.split.config_for = element
            .plain("configForSplit")
            .map(|value| self.text(element, Some(value)).unwrap_or_default());
        self.apk.split.is_feature =
            self.boolean(element.attribute(id::IS_FEATURE_SPLIT)).unwrap_or_default();
        self.apk.split.is_required =
            self.boolean(element.attribute(id::IS_SPLIT_REQUIRED)).unwrap_or_default();
        self.apk.split.required_types = self.list(element, id::REQUIRED_SPLIT_TYPES);
        self.apk.split.types = self.list(element, id::SPLIT_TYPES);
        self.apk.version_name = self.text(element, element.attribute(id::VERSION_NAME));
        let code = self.number(element.attribute(id::VERSION_CODE));
        let major = self.number(element.attribute(id::VERSION_CODE_MAJOR)).unwrap_or(0);
        self.apk.version_code = code.map(|code| i64::from(major) << 32 | i64::from(code));
        self.apk.shared_user = self.text(element, element.attribute(id::SHARED_USER_ID));
        Place::Manifest
    }

    pub(super) fn below_manifest(&mut self, element: &Element<'_>, name: &str) -> Place {
        match name {
            "uses-sdk" => self.uses_sdk(element),
            "uses-permission" => self.request(element, false),
            "uses-permission-sdk-23" | "uses-permission-sdk-m" => self.request(element, true),
            "permission" => self.declare(element),
            "uses-feature" => self.feature(element),
            "instrumentation" => self.instrumentation(element),
            "overlay" => self.overlay(element),
            _ => {}
        }
        Place::Elsewhere
    }

    fn uses_sdk(&mut self, element: &Element<'_>) {
        self.apk.min_sdk = self.number(element.attribute(id::MIN_SDK_VERSION)).or(self.apk.min_sdk);
        let target = element.attribute(id::TARGET_SDK_VERSION);
        self.apk.target_sdk = self.number(target).or(self.apk.target_sdk);
        self.apk.max_sdk = self.number(element.attribute(id::MAX_SDK_VERSION)).or(self.apk.max_sdk);
    }

    fn request(&mut self, element: &Element<'_>, from_sdk_23: bool) {
        if self.apk.permissions.len() == MOST {
            self.remarks.add(NAME, format!("more than {MOST} permissions"));
        } else if let Some(name) = self.text(element, element.attribute(id::NAME))
            && self.permissions.insert(name.clone())
        {
            let max_sdk = self.number(element.attribute(id::MAX_SDK_VERSION));
            self.apk.permissions.push(RequestedPermission { name, max_sdk, from_sdk_23 });
        }
    }

    fn declare(&mut self, element: &Element<'_>) {
        if !self.take() {
            return;
        }
        let level = self.number(element.attribute(id::PROTECTION_LEVEL)).unwrap_or_default();
        let group = self.text(element, element.attribute(id::PERMISSION_GROUP));
        if let Some(name) = self.text(element, element.attribute(id::NAME)) {
            let protection = protection(level);
            self.apk.declared_permissions.push(DeclaredPermission { name, protection, group });
        }
    }

    fn feature(&mut self, element: &Element<'_>) {
        let name = self.text(element, element.attribute(id::NAME));
        let gl_es = self.number(element.attribute(id::GL_ES_VERSION));
        if (name.is_some() || gl_es.is_some()) && self.take() {
            let required = self.boolean(element.attribute(id::REQUIRED)).unwrap_or(true);
            let name = name.unwrap_or_default();
            self.apk.features.push(Feature { name, gl_es, required });
        }
    }

    pub(super) fn library(&mut self, element: &Element<'_>, kind: &str) {
        if let Some(name) = self.text(element, element.attribute(id::NAME))
            && self.take()
        {
            let required = self.boolean(element.attribute(id::REQUIRED)).unwrap_or(true);
            let library = UsedLibrary { element: kind.to_owned(), name, required };
            self.apk.libraries.push(library);
        }
    }

    fn instrumentation(&mut self, element: &Element<'_>) {
        if let Some(name) = self.class(element, id::NAME)
            && self.take()
        {
            let target = self.text(element, element.attribute(id::TARGET_PACKAGE));
            self.apk.instrumentation.push(Instrumentation { name, target });
        }
    }

    fn overlay(&mut self, element: &Element<'_>) {
        let Some(target) = self.text(element, element.attribute(id::TARGET_PACKAGE)) else {
            return;
        };
        self.apk.overlay = Some(Overlay {
            target,
            name: self.text(element, element.attribute(id::TARGET_NAME)),
            priority: self.number(element.attribute(id::PRIORITY)).map(u32::cast_signed),
            fixed: self.boolean(element.attribute(id::IS_STATIC)).unwrap_or_default(),
        });
    }

    pub(super) fn query(&mut self, element: &Element<'_>, name: &str) -> Place {
        let found = match name {
            "package" => self.text(element, element.attribute(id::NAME)),
            "provider" => self.text(element, element.attribute(id::AUTHORITIES)),
            _ => None,
        };
        if let Some(found) = found
            && self.take()
        {
            let list = match name {
                "package" => &mut self.apk.queries.packages,
                _ => &mut self.apk.queries.providers,
            };
            list.push(found);
        }
        Place::Elsewhere
    }
}
