//! `application`, and the components in it.

use super::{MOST, NAME, Place, Reader};
use crate::attribute as id;
use crate::component::{Component, ComponentKind, MetaData, foreground_types};
use crate::value::Value;
use crate::xml::Element;

impl Reader<'_, '_> {
    /// Android takes the first element `application` and overlooks others, so a later one names
    /// nothing; what it declares is told all the same.
    pub(super) fn application(&mut self, element: &Element<'_>) -> Place {
        if !self.is_first_application(element) {
            return Place::Application;
        }
        let label = element.attribute(id::LABEL);
        self.apk.labels = self.labels(label, element.pool);
        self.apk.label_id = match label {
            Some(Value::Reference(id)) => Some(id),
            _ => None,
        };
        let mut flag = |id| self.boolean(element.attribute(id));
        let flags = [
            flag(id::DEBUGGABLE),
            flag(id::TEST_ONLY),
            flag(id::HAS_CODE),
            flag(id::PERSISTENT),
            flag(id::ENABLED),
            flag(id::EXTRACT_NATIVE_LIBS),
            flag(id::REQUEST_LEGACY_EXTERNAL_STORAGE),
            flag(id::USES_CLEARTEXT_TRAFFIC),
            flag(id::ALLOW_BACKUP),
        ];
        let application = &mut self.apk.application;
        [
            application.debuggable,
            application.test_only,
            application.has_code,
            application.persistent,
            application.enabled,
            application.extract_native_libs,
            application.legacy_storage,
            application.cleartext,
            application.allow_backup,
        ] = flags;
        self.apk.application.class = self.class(element, id::NAME);
        self.apk.application.component_factory = self.class(element, id::APP_COMPONENT_FACTORY);
        self.apk.application.backup_agent = self.class(element, id::BACKUP_AGENT);
        self.apk.application.process = self.process(element);
        self.apk.application.permission = self.text(element, element.attribute(id::PERMISSION));
        let reference = |id| match element.attribute(id) {
            Some(Value::Reference(id)) => Some(id),
            _ => None,
        };
        self.files.icon = reference(id::ICON).or(reference(id::ROUND_ICON));
        self.files.network_security = reference(id::NETWORK_SECURITY_CONFIG);
        let rules = [id::FULL_BACKUP_CONTENT, id::DATA_EXTRACTION_RULES];
        self.files.backup = rules.into_iter().filter_map(reference).collect();
        Place::Application
    }

    pub(super) fn below_application(&mut self, element: &Element<'_>, name: &str) -> Place {
        let kind = match name {
            "activity" => ComponentKind::Activity,
            "activity-alias" => ComponentKind::ActivityAlias,
            "service" => ComponentKind::Service,
            "receiver" => ComponentKind::Receiver,
            "provider" => ComponentKind::Provider,
            "meta-data" => {
                let read = self.meta_data(element);
                self.apk.application.meta_data.extend(read);
                return Place::Elsewhere;
            }
            "uses-library" | "uses-native-library" | "uses-static-library" | "uses-sdk-library" => {
                self.library(element, name);
                return Place::Elsewhere;
            }
            _ => return Place::Elsewhere,
        };
        if self.apk.components.len() == MOST {
            self.remarks.add(NAME, format!("more than {MOST} components"));
            return Place::Elsewhere;
        }
        let Some(name) = self.text(element, element.attribute(id::NAME)) else {
            self.remarks.add(NAME, "a component without a name");
            return Place::Elsewhere;
        };
        let name = self.class_name(name);
        let Some(name) = self.within_bound(name) else { return Place::Elsewhere };
        let component = self.component(element, kind, name);
        self.label = element.attribute(id::LABEL);
        self.apk.components.push(component);
        Place::Component
    }

    fn component(&mut self, element: &Element<'_>, kind: ComponentKind, name: String) -> Component {
        let types = match kind {
            ComponentKind::Service => self.number(element.attribute(id::FOREGROUND_SERVICE_TYPE)),
            _ => None,
        };
        let authorities = match kind {
            ComponentKind::Provider => self.text(element, element.attribute(id::AUTHORITIES)),
            _ => None,
        };
        let guard = self.text(element, element.attribute(id::PERMISSION));
        Component {
            kind,
            name,
            exported: self.boolean(element.attribute(id::EXPORTED)),
            reachable: false,
            enabled: self.boolean(element.attribute(id::ENABLED)),
            // What guards the application guards a component that names nothing itself.
            permission: guard.or_else(|| self.apk.application.permission.clone()),
            read_permission: self.text(element, element.attribute(id::READ_PERMISSION)),
            write_permission: self.text(element, element.attribute(id::WRITE_PERMISSION)),
            authorities: authorities
                .map(|list| list.split(';').take(100).map(str::to_owned).collect())
                .unwrap_or_default(),
            process: self.process(element),
            target: match kind {
                ComponentKind::ActivityAlias => self.class(element, id::TARGET_ACTIVITY),
                _ => None,
            },
            foreground_types: foreground_types(types.unwrap_or_default()),
            filters: Vec::new(),
            meta_data: Vec::new(),
            special: None,
        }
    }

    pub(super) fn component_meta_data(&mut self, element: &Element<'_>) -> Place {
        let read = self.meta_data(element);
        if let Some(component) = self.apk.components.last_mut() {
            component.meta_data.extend(read);
        }
        Place::Elsewhere
    }

    fn meta_data(&mut self, element: &Element<'_>) -> Option<MetaData> {
        self.take().then_some(())?;
        let name = self.text(element, element.attribute(id::NAME))?;
        let value = self.text(element, element.attribute(id::VALUE));
        let resource = match element.attribute(id::RESOURCE) {
            Some(Value::Reference(id)) => Some(format!("@{id:#010x}")),
            _ => None,
        };
        Some(MetaData { name, value, resource })
    }

    /// Full name of the process (`:remote` is below the package, AOSP `buildProcessName`).
    fn process(&mut self, element: &Element<'_>) -> Option<String> {
        let name = self.text(element, element.attribute(id::PROCESS))?;
        let package = self.apk.package.as_deref().unwrap_or_default();
        let name = if name.starts_with(':') { format!("{package}{name}") } else { name };
        self.within_bound(name)
    }
}
