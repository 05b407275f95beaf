//! Lines as records.

use crate::{Counts, Record};
use model::{Artifact, Fact, Gap, Observation, Position, Recognised, Source, SourceId, Time};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, IntoDeserializer, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// A line that is no record of `tamarisk.record/1`.
#[derive(Debug, thiserror::Error)]
#[error("no record of tamarisk.record/1: {0}")]
pub struct DecodeError(#[from] serde_json::Error);

impl Record {
    /// Reads one line, with or without its line feed. Fields that are not known are skipped.
    ///
    /// # Errors
    /// When it is not JSON, names no known record or kind of fact, or lacks a part.
    pub fn from_line(line: &[u8]) -> Result<Self, DecodeError> {
        Ok(serde_json::from_slice(line)?)
    }
}

/// How each record but an observation looks, its `record` aside.
#[derive(Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
enum Other {
    Source(Source),
    Recognised(Of<Recognised>),
    Artifact(Of<Artifact>),
    Gap(OfAny<Gap>),
    End { counts: Counts },
}

#[derive(Deserialize)]
struct Of<T> {
    source: SourceId,
    #[serde(flatten)]
    what: T,
}

#[derive(Deserialize)]
struct OfAny<T> {
    source: Option<SourceId>,
    #[serde(flatten)]
    what: T,
}

impl From<Other> for Record {
    fn from(other: Other) -> Record {
        match other {
            Other::Source(source) => Record::Source(source),
            Other::Recognised(of) => Record::Recognised(of.source, of.what),
            Other::Artifact(of) => Record::Artifact(of.source, of.what),
            Other::Gap(of) => Record::Gap(of.source, of.what),
            Other::End { counts } => Record::End(counts),
        }
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(RecordVisitor)
    }
}

/// Observations are nearly all there is, so they are read straight from the line; serde's own
/// way to flatten would hold each one in between.
struct RecordVisitor;

impl<'de> Visitor<'de> for RecordVisitor {
    type Value = Record;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object with `record` first")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record, A::Error> {
        let first: Option<Cow<'de, str>> = map.next_key()?;
        if first.as_deref() != Some("record") {
            return Err(A::Error::custom("`record` is not the first field"));
        }
        let record: Cow<'de, str> = map.next_value()?;
        if record == "observation" {
            return observation(map);
        }
        let tagged = Tagged { name: "record", tag: Some(&record), named: false, rest: map };
        Other::deserialize(MapAccessDeserializer::new(tagged)).map(Record::from)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Key {
    Source,
    Kind,
    Fields,
    Artifact,
    Position,
    Time,
    Parser,
    #[serde(other)]
    Skipped,
}

fn observation<'de, A: MapAccess<'de>>(mut map: A) -> Result<Record, A::Error> {
    let (mut source, mut kind, mut fact, mut held) = (None, None, None, None);
    let (mut artifact, mut position, mut time, mut parser) = (None, None, None, None);
    while let Some(key) = map.next_key()? {
        match key {
            Key::Source => source = Some(map.next_value::<SourceId>()?),
            Key::Kind => kind = Some(map.next_value::<Cow<'de, str>>()?),
            Key::Fields => match &kind {
                Some(kind) => fact = Some(map.next_value_seed(FieldsOf(kind))?),
                // Somebody else wrote the line, in another order.
                None => held = Some(map.next_value::<serde_json::Value>()?),
            },
            Key::Artifact => artifact = Some(map.next_value::<Arc<str>>()?),
            Key::Position => position = map.next_value::<Option<Position>>()?,
            Key::Time => time = map.next_value::<Option<Time>>()?,
            Key::Parser => parser = Some(map.next_value::<String>()?),
            Key::Skipped => {
                map.next_value::<IgnoredAny>()?;
            }
        }
    }
    let missing = A::Error::missing_field;
    let kind = kind.ok_or_else(|| missing("kind"))?;
    let fact = match (fact, held) {
        (Some(fact), _) => fact,
        (None, Some(held)) => FieldsOf(&kind).deserialize(held).map_err(A::Error::custom)?,
        (None, None) => return Err(missing("fields")),
    };
    let observation = Observation {
        fact,
        artifact: artifact.ok_or_else(|| missing("artifact"))?,
        position: position.unwrap_or_default(),
        time,
        parser: Cow::Owned(parser.ok_or_else(|| missing("parser"))?),
    };
    Ok(Record::Observation(source.ok_or_else(|| missing("source"))?, observation))
}

/// Reads the value of `fields`, given the kind.
struct FieldsOf<'k>(&'k str);

impl<'de> DeserializeSeed<'de> for FieldsOf<'_> {
    type Value = Fact;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Fact, D::Error> {
        Fact::deserialize(MapAccessDeserializer::new(KindAndFields {
            kind: self.0,
            fields: Some(from),
            kind_given: false,
        }))
    }
}

/// An object of `kind` and `fields`, as [`Fact`] expects, made of the two.
struct KindAndFields<'k, D> {
    kind: &'k str,
    fields: Option<D>,
    kind_given: bool,
}

impl<'de, D: serde::Deserializer<'de>> MapAccess<'de> for KindAndFields<'_, D> {
    type Error = D::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, D::Error> {
        let name = match (self.kind_given, &self.fields) {
            (false, _) => "kind",
            (true, Some(_)) => "fields",
            (true, None) => return Ok(None),
        };
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, D::Error> {
        if !self.kind_given {
            self.kind_given = true;
            return seed.deserialize(self.kind.into_deserializer());
        }
        match self.fields.take() {
            Some(fields) => seed.deserialize(fields),
            None => Err(D::Error::custom("no value left")),
        }
    }
}

/// A map whose first field has been taken off, with that field put back.
struct Tagged<'t, A> {
    name: &'static str,
    tag: Option<&'t str>,
    named: bool,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Tagged<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        if self.named {
            return self.rest.next_key_seed(seed);
        }
        self.named = true;
        seed.deserialize(self.name.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.tag.take() {
            Some(tag) => seed.deserialize(tag.into_deserializer()),
            None => self.rest.next_value_seed(seed),
        }
    }
}
