//! What is noted of a genuine app, as the text of its file (docs/design/impersonation.md).

use detect::GenuineFile;
use fingerprint::Profile;
use std::fmt::Write as _;

/// Hashes of a sketch on one line.
const ON_A_LINE: usize = 5;

/// Everything that is noted of one version.
pub(super) struct Note {
    pub(super) package: String,
    pub(super) label: Option<String>,
    pub(super) version_name: Option<String>,
    pub(super) version_code: Option<i64>,
    pub(super) sha256: String,
    pub(super) certificates: Vec<String>,
    pub(super) profile: Profile,
    pub(super) files: Vec<GenuineFile>,
}

impl Note {
    /// The head of a new file: who the app is, and who signs it.
    pub(super) fn head(&self, sources: &[String], imitated: bool) -> String {
        let mut text = String::from("# Written by `tamarisk brand add`.\n");
        let _ = writeln!(text, "package: {}", self.package);
        if let Some(label) = &self.label {
            let _ = writeln!(text, "names: [{}]", quoted(label));
        }
        let _ = writeln!(text, "imitated: {imitated}\ncertificates:");
        for certificate in &self.certificates {
            let _ = writeln!(text, "  - '{certificate}'");
        }
        text.push_str("sources:\n");
        for source in sources {
            let _ = writeln!(text, "  - {}", quoted(source));
        }
        text
    }

    /// The entry of `code`.
    pub(super) fn entry(&self) -> String {
        let profile = &self.profile;
        let mut text = String::new();
        let own: Vec<String> = profile.own.iter().map(|name| quoted(name)).collect();
        let _ = writeln!(text, "  - apk: '{}'", self.sha256);
        if let Some(code) = self.version_code {
            let _ = writeln!(text, "    version_code: {code}");
        }
        if let Some(name) = &self.version_name {
            let _ = writeln!(text, "    version_name: {}", quoted(name));
        }
        let _ = writeln!(text, "    own: [{}]", own.join(", "));
        let _ = writeln!(text, "    classes: {}", profile.classes);
        let _ =
            writeln!(text, "    class_sketch: >-\n{}", folded(&profile.class_sketch.to_string()));
        let _ = writeln!(text, "    bodies: {}", profile.bodies);
        let _ = writeln!(text, "    body_sketch: >-\n{}", folded(&profile.body_sketch.to_string()));
        text.push_str("    files:\n");
        for file in &self.files {
            let _ = write!(
                text,
                "      - {{member: {}, sha256: '{}'",
                quoted(&file.member),
                file.sha256
            );
            if let Some(tlsh) = &file.tlsh {
                let _ = write!(text, ", tlsh: '{tlsh}'");
            }
            text.push_str("}\n");
        }
        text
    }
}

/// A text of YAML in single quotes. Text from an app may hold anything; what is no printable
/// character becomes a question mark.
fn quoted(text: &str) -> String {
    let shown = record::harmless::line(text).to_string();
    format!("'{}'", shown.replace('\'', "''"))
}

fn folded(sketch: &str) -> String {
    let words: Vec<&str> = sketch.split(' ').collect();
    let lines: Vec<String> =
        words.chunks(ON_A_LINE).map(|line| format!("      {}", line.join(" "))).collect();
    lines.join("\n")
}
