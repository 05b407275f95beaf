//! What is known of a genuine app's code: one entry for each version that somebody held in hand.

use model::{Sketch, normal};
use pages::Diagnostic;
use pages::yaml::Node;

/// One version of a genuine app, as `tamarisk brand add` notes it.
#[derive(Clone, Debug, Default)]
pub struct GenuineVersion {
    /// Version code.
    pub version_code: Option<i64>,
    /// Version name.
    pub version_name: Option<String>,
    /// SHA-256 of the APK.
    pub apk: String,
    /// Starts of the names of the classes that count as its own.
    pub own: Vec<String>,
    /// How many own classes it has.
    pub classes: u64,
    /// The sample of their names.
    pub class_sketch: Sketch,
    /// How many own method bodies it has.
    pub bodies: u64,
    /// The sample of them.
    pub body_sketch: Sketch,
    /// Its files of code: DEX wherever they lie, and native libraries.
    pub files: Vec<GenuineFile>,
}

/// A file of code in a genuine app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GenuineFile {
    /// Its path in the package.
    pub member: String,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// TLSH, where it was noted.
    pub tlsh: Option<String>,
}

impl GenuineVersion {
    /// The version as people know it.
    #[must_use]
    pub fn name(&self) -> String {
        let code = self.version_code.map(|code| code.to_string());
        self.version_name.clone().or(code).unwrap_or_else(|| "unknown".to_owned())
    }
}

const KEYS: [&str; 9] = [
    "version_code",
    "version_name",
    "apk",
    "own",
    "classes",
    "class_sketch",
    "bodies",
    "body_sketch",
    "files",
];

/// Reads one entry of `code` in the file of a brand.
pub(super) fn version(file: &str, node: &Node) -> Result<GenuineVersion, Diagnostic> {
    let wrong = |line: u64, message: String| Diagnostic::new("B001", file, line, message);
    for (key, value) in node.map().unwrap_or_default() {
        if !KEYS.contains(&key.as_str()) {
            let message = format!("unknown key `{key}` of `code`; known: {}", KEYS.join(", "));
            return Err(wrong(value.line, message));
        }
    }
    let text = |key: &str| node.field(key).and_then(Node::text);
    let count = |key: &str| {
        node.field(key)
            .and_then(Node::int)
            .and_then(|number| u64::try_from(number).ok())
            .unwrap_or(0)
    };
    let sketch = |key: &str| {
        let read = text(key).and_then(|text| Sketch::parse(&text));
        read.ok_or_else(|| wrong(node.line, format!("`{key}` is missing or no sketch")))
    };
    let sha256 = |value: Option<String>, line: u64| {
        let hex = value.as_deref().and_then(|hex| normal::hex(hex, 64)).map(|hex| hex.into_owned());
        hex.ok_or_else(|| wrong(line, "a SHA-256 is missing or none".to_owned()))
    };
    let files = node.field("files").map(Node::list).unwrap_or_default().iter();
    let files = files.map(|one| {
        let field = |key: &str| one.field(key).and_then(Node::text);
        let member = field("member").filter(|member| !member.is_empty());
        Ok(GenuineFile {
            member: member.ok_or_else(|| wrong(one.line, "`member` is missing".into()))?,
            sha256: sha256(field("sha256"), one.line)?,
            tlsh: field("tlsh"),
        })
    });
    Ok(GenuineVersion {
        version_code: node.field("version_code").and_then(Node::int),
        version_name: text("version_name"),
        apk: sha256(text("apk"), node.line)?,
        own: node.field("own").and_then(Node::texts).unwrap_or_default(),
        classes: count("classes"),
        class_sketch: sketch("class_sketch")?,
        bodies: count("bodies"),
        body_sketch: sketch("body_sketch")?,
        files: files.collect::<Result<_, _>>()?,
    })
}
