//! Records as lines. Everything is borrowed: 300,000 files are written in a fraction of a second.

use crate::{Counts, Record, SCHEMA, json};
use model::{
    Artifact, Fact, Gap, Item, Observation, Position, Recognised, Source, SourceId, Subject, Time,
};
use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};
use std::cell::RefCell;
use std::io::{self, Write};

impl Record {
    /// Writes this record as one line, with its line feed.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_line(&self, out: &mut impl Write) -> io::Result<()> {
        match self {
            Record::Source(source) => line(out, &SourceLine::of(source)),
            Record::Recognised(source, recognised) => {
                line(out, &RecognisedLine { record: "recognised", source: *source, recognised })
            }
            Record::Artifact(source, artifact) => {
                line(out, &ArtifactLine { record: "artifact", source: *source, artifact })
            }
            Record::Observation(source, seen) => line(out, &ObservationLine::of(*source, seen)),
            Record::Gap(source, gap) => line(out, &GapLine { record: "gap", source: *source, gap }),
            Record::End(counts) => {
                line(out, &EndLine { record: "end", schema: SCHEMA, counts: *counts })
            }
        }
    }
}

/// Writes what was read from a source as one line, with its line feed, without copying it.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_item(out: &mut impl Write, source: SourceId, item: &Item) -> io::Result<()> {
    match item {
        Item::Recognised(recognised) => {
            line(out, &RecognisedLine { record: "recognised", source, recognised })
        }
        Item::Observation(seen) => line(out, &ObservationLine::of(source, seen)),
        Item::Gap(gap) => line(out, &GapLine { record: "gap", source: Some(source), gap }),
        Item::Artifact(artifact) => {
            line(out, &ArtifactLine { record: "artifact", source, artifact })
        }
    }
}

fn line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    json::write(out, value)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct SourceLine<'a> {
    record: &'static str,
    schema: &'static str,
    #[serde(flatten)]
    source: &'a Source,
}

impl<'a> SourceLine<'a> {
    fn of(source: &'a Source) -> Self {
        Self { record: "source", schema: SCHEMA, source }
    }
}

#[derive(Serialize)]
struct RecognisedLine<'a> {
    record: &'static str,
    source: SourceId,
    #[serde(flatten)]
    recognised: &'a Recognised,
}

#[derive(Serialize)]
struct ArtifactLine<'a> {
    record: &'static str,
    source: SourceId,
    #[serde(flatten)]
    artifact: &'a Artifact,
}

#[derive(Serialize)]
struct GapLine<'a> {
    record: &'static str,
    source: Option<SourceId>,
    #[serde(flatten)]
    gap: &'a Gap,
}

#[derive(Serialize)]
struct EndLine {
    record: &'static str,
    schema: &'static str,
    counts: Counts,
}

#[derive(Serialize)]
struct ObservationLine<'a> {
    record: &'static str,
    source: SourceId,
    /// `kind` and `fields`, in this order: the decoder reads such a line without buffering it.
    #[serde(flatten)]
    fact: &'a Fact,
    subject: SubjectShape<'a>,
    atoms: Atoms<'a>,
    artifact: &'a str,
    position: Option<&'a Position>,
    time: Option<&'a Time>,
    parser: &'a str,
}

impl<'a> ObservationLine<'a> {
    fn of(source: SourceId, seen: &'a Observation) -> Self {
        let position = &seen.position;
        Self {
            record: "observation",
            source,
            fact: &seen.fact,
            subject: SubjectShape(seen.fact.subject()),
            atoms: Atoms(&seen.fact),
            artifact: &seen.artifact,
            position: (*position != Position::default()).then_some(position),
            time: seen.time.as_ref(),
            parser: &seen.parser,
        }
    }
}

struct SubjectShape<'a>(Subject<'a>);

impl Serialize for SubjectShape<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shape<'a> {
            kind: &'static str,
            value: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            user: Option<u32>,
        }
        let user = match &self.0 {
            Subject::App(app) => app.user,
            _ => None,
        };
        Shape { kind: self.0.kind(), value: &self.0.value(), user }.serialize(out)
    }
}

struct Atoms<'a>(&'a Fact);

impl Serialize for Atoms<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        // `Fact::atoms` calls back, so the first failure is kept until it returns.
        let state = RefCell::new((out.serialize_seq(None)?, None));
        self.0.atoms(&mut |atom| {
            let (seq, failed) = &mut *state.borrow_mut();
            if failed.is_none() {
                *failed = seq.serialize_element(&atom).err();
            }
        });
        match state.into_inner() {
            (_, Some(error)) => Err(error),
            (seq, None) => seq.end(),
        }
    }
}
