//! The JSON Schema (2020-12) of the document.

use crate::SCHEMA;
use serde_json::{Value, json};

/// The schema of `tamarisk.report/1`, as committed in `schemas/`.
#[must_use]
pub fn schema() -> Value {
    let mut definitions = record::shared_definitions();
    definitions.insert("text_list".into(), json!({"type": "array", "items": {"type": "string"}}));
    for (name, shape) in [
        ("source", source()),
        ("artifact", artifact()),
        ("gap", gap()),
        ("finding", finding()),
        ("evidence", evidence()),
        ("because", because()),
        ("knowledge", knowledge()),
        ("provenance", provenance()),
    ] {
        definitions.insert(name.into(), shape);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:tamarisk:report:1",
        "title": SCHEMA,
        "description": "What an examination came to. Within /1 fields are only added.",
        "type": "object",
        "required": [
            "schema", "outcome", "statement", "sources", "coverage", "findings", "knowledge",
            "provenance",
        ],
        "properties": {
            "schema": {"const": SCHEMA},
            "outcome": {"enum": [
                "strong_match", "needs_review", "exposure_only", "no_match_all_read",
                "no_match_not_all_read",
            ]},
            "statement": {
                "description": "What the outcome means, for people.",
                "type": "string",
                "minLength": 1,
            },
            "sources": list("source"),
            "coverage": {
                "type": "object",
                "required": ["complete", "artifacts", "gaps"],
                "properties": {
                    "complete": {
                        "description": "Whether all that this version reads was read, and every indicator and rule was understood.",
                        "type": "boolean",
                    },
                    "artifacts": list("artifact"),
                    "gaps": list("gap"),
                },
            },
            "findings": list("finding"),
            "knowledge": list("knowledge"),
            "provenance": refer("provenance"),
        },
        "$defs": definitions,
    })
}

fn refer(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

fn list(name: &str) -> Value {
    json!({"type": "array", "items": refer(name)})
}

fn source_id() -> Value {
    json!({"description": "The `id` of a source.", "type": "integer", "minimum": 0})
}

fn count() -> Value {
    json!({"type": "integer", "minimum": 0})
}

fn source() -> Value {
    json!({
        "type": "object",
        "required": ["id", "path", "kind", "device"],
        "properties": {
            "id": source_id(),
            "path": {"type": "string"},
            "kind": refer("source_kind"),
            "device": refer("device"),
        },
    })
}

fn artifact() -> Value {
    json!({
        "type": "object",
        "required": ["source", "path", "sha256", "size", "read_by", "status"],
        "properties": {
            "source": source_id(),
            "path": {
                "description": "Relative to the PATH given; `!/` crosses into an archive or a dumpstate; bytes that are not UTF-8 as %XX.",
                "type": "string",
            },
            "sha256": refer("sha256"),
            "size": {"type": ["integer", "null"], "minimum": 0},
            "read_by": {"type": ["string", "null"]},
            "status": refer("status"),
            "note": {"type": "string"},
        },
    })
}

fn gap() -> Value {
    json!({
        "type": "object",
        "required": ["source", "artifact", "position", "reason"],
        "properties": {
            "source": {"type": ["integer", "null"], "minimum": 0},
            "artifact": {"type": ["string", "null"]},
            "position": refer("position"),
            "reason": {"type": "string", "minLength": 1},
        },
    })
}

fn finding() -> Value {
    json!({
        "type": "object",
        "required": [
            "id", "strength", "subject", "title", "because", "evidence", "evidence_total",
            "confidence", "innocent", "next", "attack",
        ],
        "properties": {
            "id": {"type": "string", "minLength": 1},
            "strength": {"enum": ["strong", "review", "exposure", "note"]},
            "subject": {
                "type": "object",
                "required": ["kind", "value", "source"],
                "properties": {
                    "kind": {"enum": ["app", "device", "file", "process", "endpoint"]},
                    "value": {"type": "string"},
                    "source": source_id(),
                    "user": count(),
                },
            },
            "title": {"type": "string", "minLength": 1},
            "because": refer("because"),
            "evidence": {
                "type": "array",
                "items": refer("evidence"),
                "minItems": 1,
                "maxItems": model::Finding::MAX_EVIDENCE,
            },
            "evidence_total": {"type": "integer", "minimum": 1},
            "confidence": {"type": ["integer", "null"], "minimum": 0, "maximum": 100},
            "innocent": refer("text_list"),
            "next": refer("text_list"),
            "attack": refer("text_list"),
        },
    })
}

fn evidence() -> Value {
    json!({
        "type": "object",
        "required": ["source", "artifact", "sha256", "position", "time", "text"],
        "properties": {
            "source": source_id(),
            "artifact": {"type": "string"},
            "sha256": refer("sha256"),
            "position": refer("position"),
            "time": refer("time"),
            "text": {"type": "string"},
        },
    })
}

fn because() -> Value {
    json!({
        "type": "object",
        "required": ["kind", "id", "knowledge"],
        "properties": {
            "kind": {"enum": ["indicator", "rule", "impersonation", "yara"]},
            "id": {"type": "string", "minLength": 1},
            "knowledge": {"type": "string"},
            "value": {"type": "string"},
            "family": {"type": "string"},
            "references": refer("text_list"),
        },
    })
}

fn knowledge() -> Value {
    json!({
        "type": "object",
        "required": ["name", "version", "status", "signed_by", "indicators"],
        "properties": {
            "name": {"type": "string"},
            "version": {"type": "string"},
            "status": {"enum": ["built_in_unsigned", "unsigned", "verified", "expired"]},
            "signed_by": refer("text_list"),
            "signed": signed(),
            "indicators": count(),
            "patterns": count(),
            "revoked": count(),
            "not_compiled": count(),
            "kept_aside": {
                "description": "Values kept as data for later rule pages, by type: not in use, and no gap.",
                "type": "array",
                "items": {
                    "type": "array",
                    "prefixItems": [{"type": "string"}, count()],
                    "minItems": 2,
                    "maxItems": 2,
                },
            },
        },
    })
}

/// What is known of the signatures of an advisory.
fn signed() -> Value {
    let text = || json!({"type": "string"});
    json!({
        "description": "Only where agencies signed it, and their signatures were verified.",
        "type": "object",
        "required": ["not_signed_by", "threshold", "expires", "rollback_seen"],
        "properties": {
            "not_signed_by": refer("text_list"),
            "threshold": count(),
            "issued": text(),
            "age_days": {"type": "integer"},
            "expires": text(),
            "expired": text(),
            "rollback_seen": {"type": "boolean"},
            "attributions": {
                "description": "Who is held responsible, quoted from the advisory; nothing is added.",
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["what", "to"],
                    "properties": {
                        "what": text(),
                        "to": text(),
                        "by": text(),
                        "confidence": {"type": "integer", "minimum": 0, "maximum": 100},
                        "likelihood": text(),
                        "text": text(),
                        "references": refer("text_list"),
                        "opinions": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["opinion"],
                                "properties": {"opinion": text(), "by": text(), "explanation": text()},
                            },
                        },
                    },
                },
            },
        },
    })
}

fn provenance() -> Value {
    json!({
        "type": "object",
        "required": ["tool", "version", "examined_at", "limits", "isolation"],
        "properties": {
            "tool": {"const": "tamarisk"},
            "version": {"type": "string", "minLength": 1},
            "examined_at": {
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?Z$",
            },
            "limits": {"type": "object", "additionalProperties": count()},
            "isolation": {"type": "string", "minLength": 1},
        },
    })
}
