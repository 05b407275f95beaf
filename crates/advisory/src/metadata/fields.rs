//! Taking members out of a document, each missing one a refusal.

use crate::json::Json;
use crate::refusal::Refusal;
use std::collections::BTreeMap;

/// The member `key`.
pub(crate) fn member<'j>(json: &'j Json, key: &str, role: &str) -> Result<&'j Json, Refusal> {
    json.member(key).ok_or_else(|| Refusal::malformed(role, format!("`{key}` is missing")))
}

/// The text `key`.
pub(crate) fn text<'j>(json: &'j Json, key: &str, role: &str) -> Result<&'j str, Refusal> {
    let text = member(json, key, role)?.as_text();
    text.ok_or_else(|| Refusal::malformed(role, format!("`{key}` is no text")))
}

/// The array `key`.
pub(crate) fn list<'j>(json: &'j Json, key: &str, role: &str) -> Result<&'j [Json], Refusal> {
    let list = member(json, key, role)?.as_list();
    list.ok_or_else(|| Refusal::malformed(role, format!("`{key}` is no array")))
}

/// The object `key`.
pub(crate) fn map<'j>(
    json: &'j Json,
    key: &str,
    role: &str,
) -> Result<&'j BTreeMap<String, Json>, Refusal> {
    let map = member(json, key, role)?.as_map();
    map.ok_or_else(|| Refusal::malformed(role, format!("`{key}` is no object")))
}

/// The positive number `key`, up to `most`.
pub(crate) fn count(json: &Json, key: &str, most: u64, role: &str) -> Result<u64, Refusal> {
    let number = member(json, key, role)?.as_integer().and_then(|n| u64::try_from(n).ok());
    number.filter(|n| (1..=most).contains(n)).ok_or_else(|| {
        Refusal::malformed(role, format!("`{key}` is no whole number from 1 to {most}"))
    })
}

/// The list of texts `key`.
pub(crate) fn texts(json: &Json, key: &str, role: &str) -> Result<Vec<String>, Refusal> {
    let texts = list(json, key, role)?.iter().map(|item| item.as_text().map(str::to_owned));
    texts
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| Refusal::malformed(role, format!("`{key}` holds what is no text")))
}
