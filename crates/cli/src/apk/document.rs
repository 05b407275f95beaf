//! The JSON of a verdict (schemas/tamarisk.apk_verify.1.json); also a part of other documents
//! about an app.

use apk::signature::{Decision, Issue, SchemeState, Verdict};
use apk::{Certificate, Scheme};
use serde_json::{Value, json};

/// The verdict as `tamarisk apk verify --format json` prints it.
pub(crate) fn signatures(verdict: &Verdict) -> Value {
    let schemes = &verdict.schemes;
    json!({
        "verified": verdict.verified,
        "min_sdk": verdict.min_sdk,
        "max_sdk": verdict.max_sdk,
        "decided_by": verdict.decided_by.iter().map(decision).collect::<Vec<_>>(),
        "schemes": {
            "v1": state(schemes.v1),
            "v2": state(schemes.v2),
            "v3": state(schemes.v3),
            "v31": state(schemes.v31),
            "v4": state(schemes.v4),
            "stamp": state(schemes.stamp),
        },
        "signers": verdict.signers.iter().map(|signer| json!({
            "scheme": signer.scheme.to_string(),
            "min_sdk": signer.min_sdk,
            "max_sdk": signer.max_sdk,
            "certificate": certificate(&signer.certificate),
        })).collect::<Vec<_>>(),
        "lineage": verdict.lineage.iter().map(|node| {
            let mut value = certificate(&node.certificate);
            if let Value::Object(fields) = &mut value {
                fields.insert("capabilities".to_owned(), json!(node.capabilities));
            }
            value
        }).collect::<Vec<_>>(),
        "stamp": {
            "status": verdict.stamp.status.name(),
            "certificate": verdict.stamp.certificate.as_ref().map(certificate),
            "lineage": verdict.stamp.lineage.iter().map(certificate).collect::<Vec<_>>(),
            "timestamp": verdict.stamp.timestamp,
        },
        "errors": verdict.errors.iter().map(issue).collect::<Vec<_>>(),
        "warnings": verdict.warnings.iter().map(issue).collect::<Vec<_>>(),
    })
}

/// A certificate: hashes of its bytes, names and validity where they can be read.
pub(crate) fn certificate(certificate: &Certificate) -> Value {
    json!({
        "sha256": certificate.sha256,
        "sha1": certificate.sha1,
        "md5": certificate.md5,
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "not_before": certificate.not_before,
        "not_after": certificate.not_after,
    })
}

fn decision(decision: &Decision) -> Value {
    json!({
        "scheme": decision.scheme.to_string(),
        "min_sdk": decision.min_sdk,
        "max_sdk": decision.max_sdk,
    })
}

fn state(state: SchemeState) -> Value {
    json!({ "present": state.present, "verified": state.verified })
}

fn issue(issue: &Issue) -> Value {
    json!({
        "issue": issue.name,
        "scheme": issue.scheme.map(|scheme: Scheme| scheme.to_string()),
        "message": issue.message,
    })
}
