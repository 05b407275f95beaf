//! Whom a bundle holds responsible, in its own words, and who disagrees.
//!
//! STIX 2.1: relationships of the type `attributed-to` (section 4, each object's own list), `confidence`
//! (3.2, with the scales of appendix A), and `opinion` objects about them (4.12).

use super::Document;
use serde::Deserialize;
use std::collections::HashMap;

/// Statements of one bundle that are told.
const MAX_STATEMENTS: usize = 1000;

/// One statement, quoted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribution {
    /// Id of the relationship.
    pub id: String,
    /// Name of what is attributed.
    pub what: String,
    /// Name of whom to.
    pub to: String,
    /// Name of who says so (`created_by_ref`), where that is stated.
    pub by: Option<String>,
    /// 0–100, where it is stated.
    pub confidence: Option<u8>,
    /// `description`.
    pub text: Option<String>,
    /// Sources: name, and URL or nothing.
    pub references: Vec<(String, String)>,
    /// What others say of it.
    pub opinions: Vec<Opinion>,
}

/// What somebody thinks of a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opinion {
    /// `strongly-disagree` to `strongly-agree`.
    pub opinion: String,
    /// Name of who thinks so: the `authors`, else `created_by_ref`.
    pub by: Option<String>,
    /// Why.
    pub explanation: Option<String>,
}

/// The word of ICD 203 for a confidence of 0–100, by STIX's own table ("DNI scale", appendix A).
#[must_use]
pub fn likelihood(confidence: u8) -> &'static str {
    match confidence {
        0..=9 => "almost no chance",
        10..=19 => "very unlikely",
        20..=39 => "unlikely",
        40..=59 => "roughly even chance",
        60..=79 => "likely",
        80..=89 => "very likely",
        _ => "almost certain",
    }
}

#[derive(Deserialize)]
struct Object {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    name: Option<String>,
    #[serde(default)]
    modified: String,
    #[serde(default)]
    revoked: bool,
    relationship_type: Option<String>,
    source_ref: Option<String>,
    target_ref: Option<String>,
    created_by_ref: Option<String>,
    confidence: Option<u8>,
    description: Option<String>,
    #[serde(default)]
    external_references: Vec<Reference>,
    opinion: Option<String>,
    explanation: Option<String>,
    #[serde(default)]
    authors: Vec<String>,
    #[serde(default)]
    object_refs: Vec<String>,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(default)]
    source_name: String,
    #[serde(default)]
    url: String,
}

/// The statements of a bundle, in the order of the file; revoked ones are left out, and of a
/// statement or opinion with several versions the newest counts.
#[must_use]
pub fn attributions(bundle: &[u8]) -> Vec<Attribution> {
    let Ok(document) = serde_json::from_slice::<Document<'_>>(bundle) else { return Vec::new() };
    let mut names = HashMap::new();
    let (mut statements, mut opinions) = (Newest::default(), Newest::default());
    for raw in document.objects {
        // Most objects are indicators, and none of those says who.
        let text = raw.get();
        if text.contains("\"indicator\"") && !text.contains("\"name\"") {
            continue;
        }
        let Ok(object) = serde_json::from_str::<Object>(text) else { continue };
        if let Some(name) = &object.name {
            names.insert(object.id.clone(), name.clone());
        }
        match (&*object.kind, object.relationship_type.as_deref()) {
            ("relationship", Some("attributed-to")) => statements.take(object),
            ("opinion", _) => opinions.take(object),
            _ => {}
        }
    }
    let name = |id: Option<&String>| {
        id.map(|id| names.get(id).cloned().unwrap_or_else(|| id.clone())).unwrap_or_default()
    };
    let live = statements.objects.iter().filter(|one| !one.revoked).take(MAX_STATEMENTS);
    live.map(|one| {
        let about =
            opinions.objects.iter().filter(|o| !o.revoked && o.object_refs.contains(&one.id));
        Attribution {
            id: one.id.clone(),
            what: name(one.source_ref.as_ref()),
            to: name(one.target_ref.as_ref()),
            by: one.created_by_ref.as_ref().map(|by| name(Some(by))),
            confidence: one.confidence.filter(|stated| *stated <= 100),
            text: one.description.clone(),
            references: one
                .external_references
                .iter()
                .map(|reference| (reference.source_name.clone(), reference.url.clone()))
                .collect(),
            opinions: about
                .take(MAX_STATEMENTS)
                .map(|opinion| Opinion {
                    opinion: opinion.opinion.clone().unwrap_or_default(),
                    by: match opinion.authors.is_empty() {
                        false => Some(opinion.authors.join(", ")),
                        true => opinion.created_by_ref.as_ref().map(|by| name(Some(by))),
                    },
                    explanation: opinion.explanation.clone(),
                })
                .collect(),
        }
    })
    .collect()
}

/// Objects in the order of the file; of one id the newest version.
#[derive(Default)]
struct Newest {
    objects: Vec<Object>,
    places: HashMap<String, usize>,
}

impl Newest {
    fn take(&mut self, object: Object) {
        let known = self.places.get(&object.id).and_then(|place| self.objects.get_mut(*place));
        match known {
            Some(known) if known.modified < object.modified => *known = object,
            Some(_) => {}
            None => {
                self.places.insert(object.id.clone(), self.objects.len());
                self.objects.push(object);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{attributions, likelihood};

    #[test]
    fn statements_are_quoted_with_who_disagrees() {
        let bundle = br#"{"type":"bundle","objects":[
            {"type":"malware","id":"malware--1","name":"Sparrow"},
            {"type":"threat-actor","id":"threat-actor--1","name":"Somebody"},
            {"type":"identity","id":"identity--1","name":"Agency A"},
            {"type":"relationship","id":"relationship--1","relationship_type":"attributed-to",
             "source_ref":"malware--1","target_ref":"threat-actor--1","created_by_ref":"identity--1",
             "confidence":70,"description":"We judge so.",
             "external_references":[{"source_name":"Report 7","url":"https://example.org/7"}]},
            {"type":"relationship","id":"relationship--2","relationship_type":"attributed-to",
             "source_ref":"malware--1","target_ref":"threat-actor--9","revoked":true},
            {"type":"opinion","id":"opinion--1","opinion":"disagree","authors":["Agency B"],
             "explanation":"Shared tools.","object_refs":["relationship--1"]}]}"#;
        let told = attributions(bundle);
        assert_eq!(told.len(), 1);
        let one = &told[0];
        assert_eq!(
            (&*one.what, &*one.to, one.by.as_deref()),
            ("Sparrow", "Somebody", Some("Agency A"))
        );
        assert_eq!(one.confidence.map(likelihood), Some("likely"));
        assert_eq!(one.references, [("Report 7".into(), "https://example.org/7".into())]);
        assert_eq!(one.opinions[0].opinion, "disagree");
        assert_eq!(one.opinions[0].by.as_deref(), Some("Agency B"));
    }

    /// STIX 2.1, appendix A, "DNI scale": the value and the range of each word.
    #[test]
    fn the_words_are_those_of_the_table() {
        for (value, word) in [
            (5, "almost no chance"),
            (15, "very unlikely"),
            (30, "unlikely"),
            (50, "roughly even chance"),
            (70, "likely"),
            (85, "very likely"),
            (95, "almost certain"),
        ] {
            assert_eq!(likelihood(value), word);
        }
        assert_eq!((likelihood(9), likelihood(10)), ("almost no chance", "very unlikely"));
        assert_eq!((likelihood(89), likelihood(90)), ("very likely", "almost certain"));
    }
}
