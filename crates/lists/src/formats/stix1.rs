//! STIX 1 XML with CybOX observables (STIX 1.1 and 1.2). Only observables within indicators
//! alert; a confidence of `None` (which MISP's export writes for `to_ids=0`) means context.

use super::xml::{Met, attribute, walk};
use super::{Format, Found, day};
use crate::{Head, Kind, Publication, Tlp, Trust, Value, guess, refang};

pub(super) struct Stix1;

/// A value with the line it stands on.
type Seen = (Result<Value, String>, u64);

#[derive(Default)]
struct State {
    title: String,
    timestamp: Option<String>,
    tlp: Option<Tlp>,
    /// Inside an indicator: its id, title and values.
    open: Option<Indicator>,
    /// The type of the open `Properties`, without prefix.
    object: String,
    hash_kind: String,
    loose: Vec<Seen>,
}

#[derive(Default)]
struct Indicator {
    depth: usize,
    id: String,
    title: String,
    confidence: String,
    values: Vec<Seen>,
}

impl Format for Stix1 {
    fn id(&self) -> &'static str {
        "stix1"
    }

    fn about(&self) -> &'static str {
        "STIX 1 XML with CybOX observables"
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.first() == Some('<') && head.text.contains("STIX_Package")
    }

    fn read(&self, text: &str, found: &mut Found<'_>) -> Result<(), String> {
        let mut state = State::default();
        walk(text, &mut |path, line, met| match met {
            Met::Open("Indicator", attributes) if state.open.is_none() => {
                let id = attribute(attributes, "id").unwrap_or("").to_owned();
                state.open = Some(Indicator { depth: path.len(), id, ..Indicator::default() });
            }
            Met::Open("Properties", attributes) => {
                let kind = attribute(attributes, "type").unwrap_or("");
                let kind = kind.rsplit(':').next().unwrap_or(kind);
                state.object = kind.trim_end_matches("ObjectType").to_owned();
            }
            Met::Open("STIX_Package" | "Package", attributes) => {
                let stated = attribute(attributes, "timestamp").and_then(day);
                state.timestamp = stated.or(state.timestamp.take());
            }
            Met::Open("MarkingStructure" | "Marking_Structure", attributes) => {
                let colour = attribute(attributes, "color").and_then(Tlp::from_tag);
                state.tlp = colour.max(state.tlp);
            }
            Met::Open(..) => {}
            Met::Close("Indicator", _) => {
                if let Some(open) = state.open.take_if(|open| open.depth == path.len()) {
                    finish(open, &state, found);
                }
            }
            Met::Close(name, own) => state.element(name, own, path, line),
        })?;
        for (value, line) in std::mem::take(&mut state.loose) {
            let loose = Indicator { values: vec![(value, line)], ..Indicator::default() };
            finish_as(loose, &state, Some("it stands in no indicator"), found);
        }
        Ok(())
    }
}

impl State {
    fn element(&mut self, name: &str, own: &str, path: &[String], line: u64) {
        let within = |parent: &str| path.iter().rev().nth(1).is_some_and(|above| above == parent);
        match name {
            "Title" if within("STIX_Header") && !own.is_empty() => own.clone_into(&mut self.title),
            "Title" if self.open.is_some() => {
                if let Some(open) = self.open.as_mut().filter(|open| open.title.is_empty()) {
                    own.clone_into(&mut open.title);
                }
            }
            "Value" if path.iter().any(|part| part == "Confidence") => {
                if let Some(open) = &mut self.open {
                    own.clone_into(&mut open.confidence);
                }
            }
            "Type" if within("Hash") => own.clone_into(&mut self.hash_kind),
            _ if own.is_empty() => {}
            _ => {
                if let Some(value) = self.value(name, own) {
                    let seen = (value.map_err(|reason| format!("`{own}`: {reason}")), line);
                    match &mut self.open {
                        Some(open) => open.values.push(seen),
                        None => self.loose.push(seen),
                    }
                }
            }
        }
    }

    /// The value of an element of CybOX, if it is one that names something.
    fn value(&self, name: &str, own: &str) -> Option<Result<Value, &'static str>> {
        let meant = refang(own);
        Some(match (self.object.as_str(), name) {
            ("DomainName" | "Hostname", "Value" | "Hostname_Value") => Value::host(&meant),
            ("Address", "Address_Value") if meant.contains('@') => Value::new(Kind::Email, &meant),
            ("Address", "Address_Value") => Value::new(Kind::Ipv4, &meant),
            ("URI" | "Link", "Value") => match meant.contains("://") {
                true => Value::new(Kind::Url, &meant),
                false => Value::host(&meant),
            },
            ("EmailMessage", "Address_Value") => Value::new(Kind::Email, &meant),
            ("X509Certificate" | "X509CertificateV3", "Simple_Hash_Value" | "Fuzzy_Hash_Value") => {
                guess::hash(&meant, true).ok_or("no hash of a certificate")
            }
            (_, "Simple_Hash_Value") => {
                guess::hash(&meant, false).ok_or("no MD5, SHA-1 or SHA-256")
            }
            ("File" | "WinExecutableFile", "File_Name") => Value::new(Kind::FileName, &meant),
            ("File", "File_Path") => Value::new(Kind::Path, &meant),
            ("Process", "Name") => Value::new(Kind::Process, &meant),
            _ => return None,
        })
    }
}

fn finish(open: Indicator, state: &State, found: &mut Found<'_>) {
    let context = match open.confidence.as_str() {
        "None" => Some("its publisher's confidence is `None`: context"),
        _ => None,
    };
    if open.values.is_empty() {
        let title = if open.title.is_empty() { &open.id } else { &open.title };
        found.skip(
            format!("indicator {}", open.id),
            format!("`{title}`: no value that is understood"),
        );
        return;
    }
    finish_as(open, state, context, found);
}

fn finish_as(open: Indicator, state: &State, context: Option<&str>, found: &mut Found<'_>) {
    for (value, line) in open.values {
        match value {
            Err(reason) => found.skip(format!("line {line}"), reason),
            Ok(value) => {
                let id = (!open.id.is_empty()).then(|| open.id.clone());
                let origin = found.origin(Some(line), id);
                let mut record = found.record(value, origin, Trust::Community);
                if !state.title.is_empty() {
                    let name = state.title.clone();
                    record.publications.push(Publication { name, url: None });
                }
                record.note = (!open.title.is_empty()).then(|| open.title.clone());
                record.date.clone_from(&state.timestamp);
                record.tlp = state.tlp;
                record.confidence = match open.confidence.as_str() {
                    "High" => Some(85),
                    "Medium" => Some(50),
                    "Low" => Some(15),
                    _ => None,
                };
                record.context = context.map(str::to_owned);
                found.push(record);
            }
        }
    }
}
