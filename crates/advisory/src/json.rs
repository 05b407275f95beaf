//! JSON as metadata may use it: whole numbers only, and no key twice.
//!
//! Two readers that resolve a doubled key differently would each verify another document under
//! one signature, so that a file with one is refused and not interpreted.

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, Serialize, Serializer};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

/// A value. Keys are in the order of their code points, which is that of canonical JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Map(BTreeMap<String, Json>),
}

/// Why bytes are no JSON that metadata may use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// An object has a key twice.
    #[error("an object has the key `{0}` twice")]
    DuplicateKey(String),
    /// Anything else, with line and column.
    #[error("it is no JSON of whole numbers: {0}")]
    Other(String),
}

impl Json {
    /// Reads a whole file. Nesting is limited to 128.
    ///
    /// # Errors
    /// When it is not JSON in UTF-8, holds a number that is not whole or beyond 64 bits, has a
    /// key twice in one object, or anything follows it.
    pub fn parse(bytes: &[u8]) -> Result<Self, JsonError> {
        let duplicate = Cell::new(None);
        let mut deserializer = serde_json::Deserializer::from_slice(bytes);
        let read = Strict { duplicate: &duplicate }.deserialize(&mut deserializer);
        let read = read.and_then(|json| deserializer.end().map(|()| json));
        read.map_err(|error| match duplicate.take() {
            Some(key) => JsonError::DuplicateKey(key),
            None => JsonError::Other(error.to_string()),
        })
    }

    /// An object of these members.
    pub fn map<K: Into<String>>(members: impl IntoIterator<Item = (K, Json)>) -> Self {
        Json::Map(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// A string.
    pub fn text(text: impl Into<String>) -> Self {
        Json::Text(text.into())
    }

    /// The member `key` of an object.
    #[must_use]
    pub fn member(&self, key: &str) -> Option<&Json> {
        self.as_map()?.get(key)
    }

    /// The members, where it is an object.
    #[must_use]
    pub fn as_map(&self) -> Option<&BTreeMap<String, Json>> {
        if let Json::Map(members) = self { Some(members) } else { None }
    }

    /// The items, where it is an array.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Json]> {
        if let Json::List(items) = self { Some(items) } else { None }
    }

    /// The text, where it is a string.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Json::Text(text) = self { Some(text) } else { None }
    }

    /// The number, where it is one.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        if let Json::Integer(number) = self { Some(*number) } else { None }
    }

    /// The value, where it is true or false.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Json::Bool(value) = self { Some(*value) } else { None }
    }

    /// The document as it is written into a file: one line, and a line break.
    #[must_use]
    pub fn to_file(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Json::Text(text.to_owned())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => to.serialize_unit(),
            Json::Bool(value) => to.serialize_bool(*value),
            Json::Integer(number) => to.serialize_i64(*number),
            Json::Text(text) => to.serialize_str(text),
            Json::List(items) => to.collect_seq(items),
            Json::Map(members) => to.collect_map(members),
        }
    }
}

#[derive(Clone, Copy)]
struct Strict<'a> {
    duplicate: &'a Cell<Option<String>>,
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Json, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Json;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value whose numbers are whole")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Integer(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Json, E> {
        i64::try_from(number).map(Json::Integer).map_err(|_| E::custom("a number beyond 64 bits"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        Ok(Json::text(text))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Json, E> {
        Ok(Json::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut map = BTreeMap::new();
        while let Some(key) = members.next_key::<String>()? {
            if map.contains_key(&key) {
                self.duplicate.set(Some(key));
                return Err(A::Error::custom("a key twice"));
            }
            let value = members.next_value_seed(self)?;
            map.insert(key, value);
        }
        Ok(Json::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, JsonError};

    #[test]
    fn what_metadata_may_not_use_is_refused() {
        let duplicate = Json::parse(br#"{"a":{"b":1,"b":1}}"#).unwrap_err();
        assert_eq!(duplicate, JsonError::DuplicateKey("b".into()));
        // An escape does not hide that it is the same key.
        let escaped = Json::parse(b"{\"a\":1,\"\\u0061\":2}").unwrap_err();
        assert_eq!(escaped, JsonError::DuplicateKey("a".into()));
        for bad in ["1.0", "1e2", "-0", "9223372036854775808", "{} {}", "[1,]", "\"\\ud800\"", ""] {
            assert!(matches!(Json::parse(bad.as_bytes()), Err(JsonError::Other(_))), "{bad}");
        }
        assert!(Json::parse(b"\"\xff\"").is_err());
        assert!(Json::parse("[".repeat(100_000).as_bytes()).is_err());
    }
}
