//! The JSON Schema (2020-12) of the records; the fields of each kind come from
//! [`model::Fact::ALL`].

use crate::SCHEMA;
use model::Fact;
use model::fact::{FieldSpec, FieldType};
use serde_json::{Map, Value, json};

/// The schema of one line of `tamarisk.record/1`, as committed in `schemas/`.
#[must_use]
pub fn schema() -> Value {
    let mut definitions = shared_definitions();
    definitions.insert("fields".into(), Value::Object(Map::new()));
    if let Some(Value::Object(fields)) = definitions.get_mut("fields") {
        for fact in Fact::ALL {
            let properties: Map<String, Value> =
                fact.fields.iter().map(|f| (f.name.to_owned(), field_schema(f))).collect();
            let names: Vec<&str> = fact.fields.iter().map(|f| f.name).collect();
            let shape = json!({"type": "object", "properties": properties, "required": names});
            fields.insert(fact.kind.into(), shape);
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:tamarisk:record:1",
        "title": SCHEMA,
        "description": "One line of `tamarisk read --format jsonl`. Within /1 fields are only added.",
        "type": "object",
        "required": ["record"],
        "oneOf": [source(), artifact(), observation(), gap(), end()],
        "$defs": definitions,
    })
}

/// The schema of one field's value.
#[must_use]
pub fn field_schema(field: &FieldSpec) -> Value {
    let of = match field.kind {
        FieldType::Bool => "boolean",
        FieldType::Int => "integer",
        FieldType::Text => "string",
        FieldType::List => return json!({"type": "array", "items": {"type": "string"}}),
    };
    if field.optional { json!({"type": [of, "null"]}) } else { json!({"type": of}) }
}

/// The shapes that records and the report have in common: `position`, `time`, `device`,
/// `sha256`, `status`, `source_kind`.
#[must_use]
pub fn shared_definitions() -> Map<String, Value> {
    let text_or_null = || json!({"type": ["string", "null"]});
    let count = || json!({"type": "integer", "minimum": 0});
    let from_one = || json!({"type": "integer", "minimum": 1});
    let shapes = json!({
        "source_kind": {"enum": [
            "androidqf", "bugreport", "apk", "android_backup", "intrusion_logs", "messages", "folder"
        ]},
        "status": {"enum": ["read", "partly", "failed", "missing", "not_supported", "unknown"]},
        "sha256": {"type": ["string", "null"], "pattern": "^[0-9a-f]{64}$"},
        "device": {
            "description": "What the phone says of itself.",
            "type": ["object", "null"],
            "properties": {
                "model": text_or_null(),
                "android": text_or_null(),
                "patch_level": text_or_null(),
                "timezone": text_or_null(),
            },
            "required": ["model", "android", "patch_level", "timezone"],
        },
        "position": {
            "description": "Where in the artifact: bytes [start, end) of the inflated artifact, line and row from 1, RFC 6901 pointer.",
            "type": ["object", "null"],
            "minProperties": 1,
            "properties": {
                "byte": {"type": "array", "items": count(), "minItems": 2, "maxItems": 2},
                "line": from_one(),
                "row": from_one(),
                "pointer": {"type": "string"},
            },
        },
        "time": {
            "description": "As the evidence states it, and in UTC where that is certain.",
            "type": ["object", "null"],
            "properties": {
                "value": {"type": "string"},
                "zone": {
                    "type": "string",
                    "pattern": "^(utc|device|boot|unknown|[+-][0-9]{2}:?[0-9]{2}(:?[0-9]{2})?)$",
                },
                "precision": {"enum": ["day", "minute", "second", "millisecond"]},
                "utc": {
                    "type": ["string", "null"],
                    "pattern": "^-?[0-9]{4,6}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?Z$",
                },
                "derived_from": text_or_null(),
            },
            "required": ["value", "zone", "precision", "utc", "derived_from"],
        },
    });
    match shapes {
        Value::Object(shapes) => shapes,
        _ => Map::new(),
    }
}

fn shape(record: &str, mut properties: Value, required: &[&str]) -> Value {
    properties["record"] = json!({"const": record});
    let mut names = vec!["record"];
    names.extend(required);
    json!({"title": record, "properties": properties, "required": names})
}

fn refer(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

fn source_id() -> Value {
    json!({"type": "integer", "minimum": 0})
}

fn source() -> Value {
    let properties = json!({
        "schema": {"const": SCHEMA},
        "id": source_id(),
        "path": {"type": "string"},
        "kind": refer("source_kind"),
        "device": refer("device"),
    });
    shape("source", properties, &["schema", "id", "path", "kind", "device"])
}

fn artifact() -> Value {
    let properties = json!({
        "source": source_id(),
        "path": {"type": "string"},
        "sha256": refer("sha256"),
        "size": {"type": ["integer", "null"], "minimum": 0},
        "read_by": {"type": ["string", "null"]},
        "status": refer("status"),
        "note": {"type": "string"},
    });
    shape("artifact", properties, &["source", "path", "sha256", "size", "read_by", "status"])
}

fn observation() -> Value {
    let kinds: Vec<&str> = Fact::ALL.iter().map(|fact| fact.kind).collect();
    let atoms = json!({
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "kind": {"enum": [
                    "domain", "ipv4", "ipv6", "url", "sha256", "sha1", "md5", "package",
                    "cert_sha256", "cert_sha1", "cert_md5", "path", "file_name", "process",
                    "email", "property",
                ]},
                "value": {"type": "string", "minLength": 1},
            },
            "required": ["kind", "value"],
        },
    });
    let subject = json!({
        "type": "object",
        "properties": {
            "kind": {"enum": ["app", "device", "file", "process", "endpoint"]},
            "value": {"type": "string"},
            "user": {"type": "integer", "minimum": 0},
        },
        "required": ["kind", "value"],
    });
    let properties = json!({
        "source": source_id(),
        "kind": {"enum": kinds},
        "subject": subject,
        "fields": {"type": "object"},
        "atoms": atoms,
        "artifact": {"type": "string"},
        "position": refer("position"),
        "time": refer("time"),
        "parser": {"type": "string", "minLength": 1},
    });
    let required =
        ["source", "kind", "subject", "fields", "atoms", "artifact", "position", "time", "parser"];
    let mut observation = shape("observation", properties, &required);
    observation["allOf"] = Fact::ALL
        .iter()
        .map(|fact| {
            json!({
                "if": {"properties": {"kind": {"const": fact.kind}}},
                "then": {"properties": {"fields": refer(&format!("fields/{}", fact.kind))}},
            })
        })
        .collect();
    observation
}

fn gap() -> Value {
    let properties = json!({
        "source": {"type": ["integer", "null"], "minimum": 0},
        "artifact": {"type": ["string", "null"]},
        "position": refer("position"),
        "reason": {"type": "string", "minLength": 1},
    });
    shape("gap", properties, &["source", "artifact", "position", "reason"])
}

fn end() -> Value {
    let count = json!({"type": "integer", "minimum": 0});
    let names = ["sources", "artifacts", "observations", "gaps"];
    let properties: Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), count.clone())).collect();
    let counts = json!({"type": "object", "properties": properties, "required": names});
    shape("end", json!({"schema": {"const": SCHEMA}, "counts": counts}), &["schema", "counts"])
}
