//! The JSON of an app (schemas/tamarisk.apk_show.1.json).

use super::super::document::signatures;
use super::super::graph;
use super::Shown;
use abilities::Found;
use apk::{Anomaly, Apk, Component, Filter, Label, Member, MetaData, NativeLibrary, NetworkConfig};
use parsers::code::Odd;
use serde_json::{Map, Value, json};

/// Members that are listed; how many there are stands beside them.
const MOST_MEMBERS: usize = 20_000;

pub(super) fn document(shown: &Shown) -> Value {
    let app = &shown.app;
    let mut document = app_document(&app.apk);
    let further = json!({
        "sha256": shown.sha256,
        "size": shown.size,
        "base": app.base,
        "signatures": signatures(&shown.verdict),
        "splits": app.splits.iter().map(|(member, apk)| split(member, apk)).collect::<Vec<_>>(),
        "anomalies": app.anomalies.iter().map(anomaly)
            .chain(shown.odd.iter().map(odd)).collect::<Vec<_>>(),
        "problems": app.problems.iter().map(|problem| json!({
            "place": problem.place,
            "what": problem.what,
        })).collect::<Vec<_>>(),
        "abilities": shown.code.found.iter().filter_map(ability).collect::<Vec<_>>(),
        "code": code(shown),
    });
    if let Value::Object(further) = further {
        document.extend(further);
    }
    Value::Object(document)
}

/// An ability with the shortest chain of calls that leads to it; `kind` says what that shows.
fn ability(found: &Found) -> Option<Value> {
    let ability = parsers::code::abilities().get(found.ability)?;
    let first = found.path.steps.first().map(|step| step.method.as_str());
    Some(json!({
        "id": ability.id,
        "title": ability.title,
        "technique": ability.technique,
        "role": ability.role.name(),
        "entry": {
            "component": parsers::code::java_name(&found.path.root.class),
            "method": first,
            "trigger": found.trigger.name(),
        },
        "path": found.path.steps.iter().map(graph::step).collect::<Vec<_>>(),
        "call": ability.calls.get(found.call).map(|call| call.written.as_str()),
        "kind": "reachability",
    }))
}

/// How much code there was, and what of it was not followed.
fn code(shown: &Shown) -> Value {
    let examined = &shown.code;
    let natives = examined.natives.iter().map(|native| {
        json!({
            "class": parsers::code::java_name(&native.class),
            "method": native.method,
            "reached": native.is_reached,
            "libraries": shown.app.binding(native),
        })
    });
    json!({
        "classes": examined.classes,
        "methods": examined.methods,
        "reached": examined.reached,
        "edges": examined.calls,
        "capped": examined.capped,
        "cut": examined.is_cut,
        "repeated_classes": examined.repeated,
        "without_code": examined.without_code.iter().map(|one| &one.class).collect::<Vec<_>>(),
        "native_methods_total": examined.native_methods,
        "native_methods": natives.collect::<Vec<_>>(),
    })
}

fn app_document(app: &Apk) -> Map<String, Value> {
    let permissions: Vec<&str> = app.permissions.iter().map(|asked| asked.name.as_str()).collect();
    let services: Vec<Value> = app
        .components
        .iter()
        .filter_map(|component| {
            let special = component.special?.name();
            Some(json!({"service": special, "component": component.name,
                "permission": component.permission, "enabled": component.enabled}))
        })
        .collect();
    let document = json!({
        "package": app.package,
        "split": split_info(app),
        "version": {"name": app.version_name, "code": app.version_code},
        "sdk": {"min": app.min_sdk, "target": app.target_sdk, "max": app.max_sdk},
        "shared_user": app.shared_user,
        "labels": labels(&app.labels),
        "launcher_labels": labels(&app.launcher_labels),
        "permissions": permissions,
        "requested_permissions": app.permissions.iter().map(|asked| json!({
            "name": asked.name,
            "max_sdk": asked.max_sdk,
            "from_sdk_23": asked.from_sdk_23,
        })).collect::<Vec<_>>(),
        "declared_permissions": app.declared_permissions.iter().map(|declared| json!({
            "name": declared.name,
            "protection": declared.protection,
            "group": declared.group,
        })).collect::<Vec<_>>(),
        "application": application(app),
        "components": app.components.iter().map(component).collect::<Vec<_>>(),
        "services": services,
        "queries": {
            "packages": app.queries.packages,
            "providers": app.queries.providers,
            "intents": app.queries.intents,
        },
        "features": app.features.iter().map(|feature| json!({
            "name": feature.name,
            "gl_es": feature.gl_es,
            "required": feature.required,
        })).collect::<Vec<_>>(),
        "libraries": app.libraries.iter().map(|library| json!({
            "element": library.element,
            "name": library.name,
            "required": library.required,
        })).collect::<Vec<_>>(),
        "instrumentation": app.instrumentation.iter().map(|one| json!({
            "name": one.name,
            "target": one.target,
        })).collect::<Vec<_>>(),
        "overlay": app.overlay.as_ref().map(|overlay| json!({
            "target": overlay.target,
            "name": overlay.name,
            "priority": overlay.priority,
            "fixed": overlay.fixed,
        })),
        "icon": app.icon.as_ref().map(|icon| json!({"file": icon.file, "hash": icon.hash})),
        "native": app.native.iter().map(native).collect::<Vec<_>>(),
        "members": app.members.iter().take(MOST_MEMBERS).map(member).collect::<Vec<_>>(),
        "members_total": app.members.len(),
    });
    match document {
        Value::Object(document) => document,
        _ => Map::new(),
    }
}

/// Texts by locale, the default one under the empty name. Of several in one locale, the first.
fn labels(labels: &[Label]) -> Value {
    let mut map = Map::new();
    for label in labels {
        map.entry(label.locale.clone()).or_insert_with(|| json!(label.text));
    }
    Value::Object(map)
}

fn split_info(app: &Apk) -> Value {
    let split = &app.split;
    json!({
        "name": split.name,
        "config_for": split.config_for,
        "is_feature": split.is_feature,
        "is_required": split.is_required,
        "required_types": split.required_types,
        "types": split.types,
    })
}

fn application(app: &Apk) -> Value {
    let application = &app.application;
    json!({
        "class": application.class,
        "debuggable": application.debuggable,
        "test_only": application.test_only,
        "has_code": application.has_code,
        "persistent": application.persistent,
        "enabled": application.enabled,
        "extract_native_libs": application.extract_native_libs,
        "legacy_storage": application.legacy_storage,
        "cleartext": application.cleartext,
        "process": application.process,
        "permission": application.permission,
        "allow_backup": application.allow_backup,
        "component_factory": application.component_factory,
        "backup_agent": application.backup_agent,
        "backup_rules": application.backup_rules.iter().map(|rule| json!({
            "part": rule.part,
            "include": rule.include,
            "domain": rule.domain,
            "path": rule.path,
        })).collect::<Vec<_>>(),
        "network_security": application.network_security.as_ref().map(|network| json!({
            "file": network.file,
            "configs": network.configs.iter().map(network_config).collect::<Vec<_>>(),
        })),
        "icon_files": application.icon_files,
        "meta_data": application.meta_data.iter().map(meta_data).collect::<Vec<_>>(),
    })
}

fn network_config(config: &NetworkConfig) -> Value {
    json!({
        "part": config.part,
        "domains": config.domains,
        "cleartext": config.cleartext,
        "trust_anchors": config.trust_anchors,
        "pins": config.pins,
    })
}

fn component(component: &Component) -> Value {
    json!({
        "kind": component.kind.name(),
        "name": component.name,
        "exported": component.reachable,
        "exported_stated": component.exported,
        "enabled": component.enabled,
        "permission": component.permission,
        "read_permission": component.read_permission,
        "write_permission": component.write_permission,
        "authorities": component.authorities,
        "process": component.process,
        "target": component.target,
        "foreground_types": component.foreground_types,
        "special": component.special.map(|special| special.name()),
        "filters": component.filters.iter().map(filter).collect::<Vec<_>>(),
        "meta_data": component.meta_data.iter().map(meta_data).collect::<Vec<_>>(),
    })
}

fn filter(filter: &Filter) -> Value {
    json!({
        "actions": filter.actions,
        "categories": filter.categories,
        "data": filter.data,
        "priority": filter.priority,
    })
}

fn meta_data(data: &MetaData) -> Value {
    json!({"name": data.name, "value": data.value, "resource": data.resource})
}

fn native(library: &NativeLibrary) -> Value {
    json!({
        "member": library.member,
        "abi": library.abi,
        "machine": library.machine,
        "soname": library.soname,
        "build_id": library.build_id,
        "needed": library.needed,
        "jni": library.jni,
    })
}

fn member(member: &Member) -> Value {
    json!({
        "name": member.name,
        "method": member.method,
        "compressed": member.compressed,
        "size": member.size,
        "crc32": format!("{:08x}", member.crc32),
        "offset": member.offset,
        "sha256": member.sha256,
    })
}

fn split(member: &str, apk: &Apk) -> Value {
    let mut document = Map::new();
    document.insert("member".to_owned(), json!(member));
    let mut whole = app_document(apk);
    for key in
        ["package", "split", "version", "permissions", "components", "native", "members_total"]
    {
        if let Some(value) = whole.remove(key) {
            document.insert(key.to_owned(), value);
        }
    }
    let signers: Vec<&str> =
        apk.signers.iter().map(|signer| signer.certificate.sha256.as_str()).collect();
    document.insert("signers_stated".to_owned(), json!(signers));
    Value::Object(document)
}

fn anomaly(anomaly: &Anomaly) -> Value {
    json!({
        "id": anomaly.kind.id(),
        "member": anomaly.member,
        "offset": anomaly.offset,
        "meaning": anomaly.kind.meaning(),
        "detail": anomaly.detail,
        "android": anomaly.kind.android(),
    })
}

/// What is odd about code, as an anomaly of the package is told.
fn odd(odd: &Odd) -> Value {
    json!({
        "id": odd.kind.id(),
        "member": odd.member,
        "offset": odd.at,
        "meaning": odd.kind.meaning(),
        "detail": odd.detail,
        "android": odd.kind.android(),
    })
}
