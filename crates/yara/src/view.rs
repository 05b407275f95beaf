//! What rules may ask about the artifact that they are held against, beside its bytes.
//!
//! YARA-X takes modules only from its own source tree, so this is no module to import: it is the
//! global variable `tamarisk`, a structure, and the texts `tamarisk_file` and `tamarisk_member`.
//! What a rule that asks for them does without Tamarisk is a compile error.

use model::Fact;
use serde_json::{Map, Value, json};
use yara_x::Compiler;

/// Entries of one list that rules can see.
const MOST: usize = 100_000;

/// The fields of `tamarisk`, each with what it says; a list is written `name[]`. The order is that of
/// the documentation.
pub const FIELDS: &[(&str, &str)] = &[
    ("kind", "`app` for an APK and what lies in it, `file` for anything else"),
    ("package", "package name"),
    ("version_name", "version as people see it"),
    ("version_code", "version as Android compares it"),
    ("min_sdk", "least SDK version, 0 where it is not stated"),
    ("target_sdk", "SDK version it was made for, 0 where it is not stated"),
    ("debuggable", "whether it may be debugged"),
    ("split", "name of the split; empty for a base or an app of one APK"),
    ("verified", "whether its signatures hold on every version of Android"),
    ("label", "the name under the icon, in the default locale"),
    ("labels[]", "its names in all locales"),
    ("permissions[]", "permissions that it requests, by full name"),
    ("actions[]", "actions of all intent filters"),
    ("abilities[]", "abilities that its code reaches (`rules/capabilities/`), by id"),
    ("anomalies[]", "what is odd about the package (docs/design/anomalies.md), by id"),
    ("components[].kind", "activity, activity-alias, service, receiver or provider"),
    ("components[].name", "its class"),
    ("components[].exported", "whether other apps reach it"),
    ("components[].permission", "the permission that guards it"),
    ("signers[].sha256", "SHA-256 of the certificate, lower-case hex"),
    ("signers[].sha1", "its SHA-1"),
    ("signers[].md5", "its MD5"),
    ("signers[].subject", "its subject"),
    ("signers[].issuer", "its issuer"),
    ("signers[].scheme", "v1, v2, v3 or v3.1"),
    ("members[].name", "name of a file in the APK"),
    ("members[].size", "its size in bytes, inflated"),
    ("members[].sha256", "its SHA-256, lower-case hex"),
];

/// What is known of one artifact.
pub(crate) struct View {
    fields: Map<String, Value>,
    /// Whether a list had more entries than rules can see.
    pub(crate) cut: bool,
}

impl View {
    pub(crate) fn new() -> Self {
        let mut fields = Map::new();
        for (name, _) in FIELDS {
            match name.split_once("[]") {
                Some((list, _)) => {
                    fields.insert(list.to_owned(), json!([]));
                }
                None => {
                    fields.insert((*name).to_owned(), empty(name));
                }
            }
        }
        fields.insert("kind".to_owned(), json!("file"));
        Self { fields, cut: false }
    }

    /// Takes what a fact says.
    pub(crate) fn learn(&mut self, fact: &Fact) {
        match fact {
            Fact::AppDescribed(app) => {
                self.set("kind", json!("app"));
                self.set("package", json!(app.package));
                self.set("version_name", json!(app.version_name.as_deref().unwrap_or_default()));
                self.set("version_code", json!(app.version_code.unwrap_or_default()));
                self.set("min_sdk", json!(app.min_sdk.unwrap_or_default()));
                self.set("target_sdk", json!(app.target_sdk.unwrap_or_default()));
                self.set("debuggable", json!(app.debuggable.unwrap_or_default()));
                self.set("split", json!(app.split.as_deref().unwrap_or_default()));
                self.set("verified", json!(app.verified.unwrap_or_default()));
                self.set("label", json!(app.label.as_deref().unwrap_or_default()));
                app.labels.iter().for_each(|label| self.text("labels", label));
            }
            Fact::PermissionRequested(asked) => self.text("permissions", &asked.permission),
            Fact::ComponentDeclared(one) => {
                one.actions.iter().for_each(|action| self.text("actions", action));
                let entry = json!({
                    "kind": one.component,
                    "name": one.name,
                    "exported": one.exported.unwrap_or_default(),
                    "permission": one.permission.as_deref().unwrap_or_default(),
                });
                self.push("components", entry);
            }
            Fact::AppSigned(signed) => {
                let text = |value: &Option<String>| value.clone().unwrap_or_default();
                let entry = json!({
                    "sha256": text(&signed.cert_sha256),
                    "sha1": text(&signed.cert_sha1),
                    "md5": text(&signed.cert_md5),
                    "subject": text(&signed.cert_subject),
                    "issuer": text(&signed.cert_issuer),
                    "scheme": text(&signed.scheme),
                });
                self.push("signers", entry);
            }
            Fact::PackageMember(member) => {
                let size = i64::try_from(member.size).unwrap_or(i64::MAX);
                let entry = json!({
                    "name": member.member, "size": size, "sha256": member.sha256,
                });
                self.push("members", entry);
            }
            Fact::PackageAnomaly(odd) => self.text("anomalies", &odd.id),
            Fact::CodeReaches(found) => self.text("abilities", &found.ability),
            _ => {}
        }
    }

    /// The package, where the artifact is an app.
    pub(crate) fn package(&self) -> Option<String> {
        let is_app = self.fields.get("kind").is_some_and(|kind| kind == "app");
        let package = self.fields.get("package").and_then(Value::as_str);
        package.filter(|_| is_app).map(str::to_owned)
    }

    /// The structure, as YARA-X takes it: it knows no list without entries, so such a list has one
    /// whose texts are empty and whose numbers are 0.
    pub(crate) fn value(&self) -> Value {
        let mut fields = self.fields.clone();
        for (name, value) in &mut fields {
            if value.as_array().is_some_and(Vec::is_empty) {
                *value = json!([empty_entry(name)]);
            }
        }
        Value::Object(fields)
    }

    fn set(&mut self, name: &str, value: Value) {
        self.fields.insert(name.to_owned(), value);
    }

    /// Adds a text to a list, each once.
    fn text(&mut self, list: &str, text: &str) {
        let known = self.fields.get(list).and_then(Value::as_array);
        if known.is_none_or(|known| !known.iter().any(|one| one == text)) {
            self.push(list, json!(text));
        }
    }

    fn push(&mut self, list: &str, entry: Value) {
        if let Some(Value::Array(entries)) = self.fields.get_mut(list) {
            if entries.len() < MOST {
                entries.push(entry);
            } else {
                self.cut = true;
            }
        }
    }
}

/// Defines the variables for the compiler; their values come with each artifact.
pub(crate) fn define(compiler: &mut Compiler<'_>) {
    // Names and types are ours; a test holds that they are taken.
    let _ = compiler.define_global("tamarisk", View::new().value());
    let _ = compiler.define_global("tamarisk_file", "");
    let _ = compiler.define_global("tamarisk_member", "");
}

/// A field that says nothing, by its type.
fn empty(name: &str) -> Value {
    match name {
        "version_code" | "min_sdk" | "target_sdk" | "size" => json!(0),
        "debuggable" | "verified" | "exported" => json!(false),
        _ => json!(""),
    }
}

/// The entry of a list that has none.
fn empty_entry(list: &str) -> Value {
    let fields = FIELDS.iter().filter_map(|(name, _)| {
        let field = name.strip_prefix(list)?.strip_prefix("[].")?;
        Some((field.to_owned(), empty(field)))
    });
    let fields: Map<String, Value> = fields.collect();
    if fields.is_empty() { json!("") } else { Value::Object(fields) }
}
