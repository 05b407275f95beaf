//! What crosses between host and worker, as bytes: jobs one way, items the other.
//!
//! The encoding is postcard (<https://postcard.jamesmunns.com/wire-format>), which is compact and
//! has no self-description to be fooled by; both ends are one and the same program. Decoding never
//! panics, and takes memory in proportion to the bytes given.

use model::{
    Artifact, Fact, Gap, Item, Member, Observation, Position, Recognised, SourceKind, Status, Time,
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

/// Bytes that are no item of the pipe.
#[derive(Debug, thiserror::Error)]
#[error("byte {at} begins no item of the pipe")]
pub struct WireError {
    /// Where the item that cannot be read begins.
    pub at: usize,
}

/// Where in an artifact; as [`Position`], each field always written.
#[derive(Serialize, Deserialize)]
struct Place<'a> {
    byte: Option<(u64, u64)>,
    line: Option<u64>,
    row: Option<u64>,
    pointer: Option<&'a str>,
}

impl<'a> Place<'a> {
    fn of(position: &'a Position) -> Self {
        let Position { byte, line, row, pointer } = position;
        Self { byte: *byte, line: *line, row: *row, pointer: pointer.as_deref() }
    }

    fn into_position(self) -> Position {
        let Self { byte, line, row, pointer } = self;
        Position { byte, line, row, pointer: pointer.map(str::to_owned) }
    }
}

/// An item on its way to the host.
#[derive(Serialize)]
enum Sent<'a> {
    At(&'a str),
    Seen {
        #[serde(serialize_with = "numbered")]
        fact: &'a Fact,
        position: Place<'a>,
        time: Option<&'a Time>,
        parser: &'a str,
    },
    Gap {
        artifact: Option<&'a str>,
        position: Option<Place<'a>>,
        reason: &'a str,
    },
    Artifact {
        path: &'a str,
        sha256: Option<&'a str>,
        size: Option<u64>,
        read_by: Option<&'a str>,
        status: Status,
        note: Option<&'a str>,
    },
    Recognised {
        kind: SourceKind,
        root: &'a str,
        members: &'a [Member],
    },
}

fn numbered<S: serde::Serializer>(fact: &&Fact, out: S) -> Result<S::Ok, S::Error> {
    model::fact::numbered::serialize(fact, out)
}

/// The same, as it arrives; the order of the variants is that of [`Sent`].
#[allow(clippy::large_enum_variant)] // Nearly all are observations, and none is kept.
#[derive(Deserialize)]
enum Arrived<'a> {
    At(&'a str),
    Seen {
        #[serde(with = "model::fact::numbered")]
        fact: Fact,
        #[serde(borrow)]
        position: Place<'a>,
        time: Option<Time>,
        parser: &'a str,
    },
    Gap {
        artifact: Option<&'a str>,
        position: Option<Place<'a>>,
        reason: &'a str,
    },
    Artifact {
        path: &'a str,
        sha256: Option<&'a str>,
        size: Option<u64>,
        read_by: Option<&'a str>,
        status: Status,
        note: Option<&'a str>,
    },
    Recognised {
        kind: SourceKind,
        root: &'a str,
        members: Vec<Member>,
    },
}

/// Writes items one behind the other; the artifact of an observation is written only where it is
/// another one than that of the observation before.
#[derive(Default)]
pub struct Encoder {
    bytes: Vec<u8>,
    artifact: Option<Arc<str>>,
}

impl Encoder {
    /// Adds one item.
    pub fn push(&mut self, item: &Item) {
        match item {
            Item::Observation(seen) => {
                let Observation { fact, artifact, position, time, parser } = seen;
                if self.artifact.as_ref().is_none_or(|last| last != artifact) {
                    self.artifact = Some(Arc::clone(artifact));
                    self.write(&Sent::At(artifact));
                }
                let (position, time) = (Place::of(position), time.as_ref());
                self.write(&Sent::Seen { fact, position, time, parser });
            }
            Item::Gap(Gap { artifact, position, reason }) => self.write(&Sent::Gap {
                artifact: artifact.as_deref(),
                position: position.as_ref().map(Place::of),
                reason,
            }),
            Item::Artifact(Artifact { path, sha256, size, read_by, status, note }) => {
                self.write(&Sent::Artifact {
                    path,
                    sha256: sha256.as_deref(),
                    size: *size,
                    read_by: read_by.as_deref(),
                    status: *status,
                    note: note.as_deref(),
                });
            }
            Item::Recognised(Recognised { kind, root, members }) => {
                self.write(&Sent::Recognised { kind: *kind, root, members });
            }
        }
    }

    fn write(&mut self, item: &Sent<'_>) {
        let before = self.bytes.len();
        // Writing to memory fails only for types that state no length, which none of these is; the
        // host would find the item missing.
        if postcard::serialize_with_flavor(item, Behind(&mut self.bytes)).is_err() {
            self.bytes.truncate(before);
        }
    }

    /// The bytes so far.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Takes back all behind the first `length` bytes.
    pub(crate) fn cut(&mut self, length: usize) {
        self.bytes.truncate(length);
        self.artifact = None;
    }

    /// Begins anew, as each frame does: it can be read without the one before.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.artifact = None;
    }
}

/// Writes behind what there is.
struct Behind<'v>(&'v mut Vec<u8>);

impl postcard::ser_flavors::Flavor for Behind<'_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// Reads the items of one frame, in order.
pub struct Decoder<'a> {
    bytes: &'a [u8],
    rest: &'a [u8],
    artifact: Option<Arc<str>>,
    parser: &'static str,
}

impl<'a> Decoder<'a> {
    /// Begins at the start of a frame.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, rest: bytes, artifact: None, parser: "" }
    }

    /// The next item; `None` at the end.
    ///
    /// # Errors
    /// When the bytes that come are none: cut, of no known kind, not UTF-8, by no known parser.
    /// What comes behind cannot be read then.
    pub fn next_item(&mut self) -> Result<Option<Item>, WireError> {
        let at = self.bytes.len() - self.rest.len();
        let item = self.take(at);
        if item.is_err() {
            self.rest = &[];
        }
        item
    }

    fn take(&mut self, at: usize) -> Result<Option<Item>, WireError> {
        let mut named = false;
        while !self.rest.is_empty() {
            let (arrived, rest) = postcard::take_from_bytes::<Arrived<'a>>(self.rest)
                .map_err(|_| WireError { at })?;
            self.rest = rest;
            // An artifact is named for the sake of the observation behind it. (Names alone would be a
            // stream without end and without items.)
            if std::mem::take(&mut named) && !matches!(arrived, Arrived::Seen { .. }) {
                return Err(WireError { at });
            }
            return Ok(Some(match arrived {
                Arrived::At(_) if rest.is_empty() => return Err(WireError { at }),
                Arrived::At(path) => {
                    self.artifact = Some(path.into());
                    named = true;
                    continue;
                }
                Arrived::Seen { fact, position, time, parser } => {
                    if parser != self.parser {
                        self.parser = known_parser(parser).ok_or(WireError { at })?;
                    }
                    Item::Observation(Observation {
                        fact,
                        artifact: self.artifact.clone().ok_or(WireError { at })?,
                        position: position.into_position(),
                        time,
                        parser: Cow::Borrowed(self.parser),
                    })
                }
                Arrived::Gap { artifact, position, reason } => Item::Gap(Gap {
                    artifact: artifact.map(str::to_owned),
                    position: position.map(Place::into_position),
                    reason: reason.to_owned(),
                }),
                Arrived::Artifact { path, sha256, size, read_by, status, note } => {
                    Item::Artifact(Artifact {
                        path: path.to_owned(),
                        sha256: sha256.map(str::to_owned),
                        size,
                        read_by: read_by.map(str::to_owned),
                        status,
                        note: note.map(str::to_owned),
                    })
                }
                Arrived::Recognised { kind, root, members } => {
                    Item::Recognised(Recognised { kind, root: root.to_owned(), members })
                }
            }));
        }
        Ok(None)
    }
}

/// The id of a parser as this program knows it.
fn known_parser(id: &str) -> Option<&'static str> {
    // What the reading function tells by itself: a file's hash, and a zip's directory.
    const OF_READING: [&str; 2] = ["sha256", "zip"];
    let ids = parsers::PARSERS.iter().map(|parser| parser.id()).chain(OF_READING);
    ids.into_iter().find(|known| *known == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::fact::AppUpdated;

    fn items() -> Vec<Item> {
        let seen = |artifact: &str| {
            Item::Observation(Observation {
                fact: AppUpdated { package: "org.example".into(), ..Default::default() }.into(),
                artifact: artifact.into(),
                position: Position::bytes(1, 5).at_line(2).at_pointer("/a"),
                time: Some(Time::unix_seconds(12, "here")),
                parser: Cow::Borrowed("dumpstate"),
            })
        };
        let gap = |artifact: Option<&str>, position| {
            let artifact = artifact.map(str::to_owned);
            Item::Gap(Gap { artifact, position, reason: "cut".into() })
        };
        let member = Member { path: "b".into(), modified: Some(3), ..Member::default() };
        vec![
            seen("a"),
            seen("a"),
            gap(Some("a"), Some(Position::bytes(3, 4))),
            gap(None, None),
            seen("a!/b"),
            Item::Artifact(Artifact {
                note: Some("n".into()),
                ..Artifact::bare("a", Status::Read)
            }),
            Item::Recognised(Recognised {
                kind: SourceKind::Apk,
                root: String::new(),
                members: vec![member],
            }),
        ]
    }

    fn encoded() -> Vec<u8> {
        let mut encoder = Encoder::default();
        items().iter().for_each(|item| encoder.push(item));
        encoder.bytes().to_vec()
    }

    fn decoded(bytes: &[u8]) -> Result<Vec<Item>, WireError> {
        let mut decoder = Decoder::new(bytes);
        let mut all = Vec::new();
        while let Some(item) = decoder.next_item()? {
            all.push(item);
        }
        Ok(all)
    }

    #[test]
    fn what_arrives_is_what_was_sent() {
        assert_eq!(decoded(&encoded()).unwrap(), items());
    }

    #[test]
    fn cut_and_bent_frames_are_refused_or_read_and_never_panic() {
        let whole = encoded();
        for length in 0..whole.len() {
            if let Ok(some) = decoded(&whole[..length]) {
                assert!(items().starts_with(&some), "{length}");
            }
        }
        for at in 0..whole.len() {
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let mut bent = whole.clone();
                bent[at] = value;
                let _ = decoded(&bent);
            }
        }
    }

    #[test]
    fn frames_written_by_hand_are_read() {
        let read = |name: &str| {
            let file = format!("{}/fixtures/frames/{name}", env!("CARGO_MANIFEST_DIR"));
            decoded(&std::fs::read(file).unwrap()[1..]).unwrap()
        };
        let gap = Gap { artifact: Some("a".into()), position: None, reason: "cut".into() };
        let row = Artifact {
            size: Some(5),
            read_by: Some("zip".into()),
            ..Artifact::bare("a", Status::Read)
        };
        assert_eq!(read("gap-and-artifact"), [Item::Gap(gap.clone()), Item::Artifact(row.clone())]);
        let (kind, root) = (SourceKind::Apk, String::new());
        let answer = Item::Recognised(Recognised { kind, root, members: Vec::new() });
        assert_eq!(read("survey"), [answer, Item::Gap(gap)]);
        let fact = AppUpdated {
            package: "org.example".into(),
            version_code: Some(2),
            period_start: None,
            period_end: Some("x".into()),
        };
        let seen = Observation {
            fact: fact.into(),
            artifact: "a".into(),
            position: Position::bytes(0, 5).at_line(1),
            time: None,
            parser: Cow::Borrowed("sha256"),
        };
        assert_eq!(read("observation"), [Item::Observation(seen), Item::Artifact(row)]);
    }

    #[test]
    fn a_length_that_lies_costs_nothing() {
        // Variant 4 (recognised), kind, empty root, then 2^62 members.
        let forged = [4, 2, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f];
        assert_eq!(decoded(&forged).unwrap_err().at, 0);
    }

    #[test]
    fn parsers_are_the_known_ones() {
        assert_eq!(known_parser("sha256"), Some("sha256"));
        assert_eq!(known_parser("intruder"), None);
    }
}
