//! `files.json` of AndroidQF: a list of the phone's files, up to millions, as a JSON array or
//! as JSON lines.
//!
//! One object per file: `path`, `size`, `mode`, `user_id`, `group_id`, `changed_time`,
//! `modified_time`, `access_time` (seconds since 1970), `error`, `context`, `sha1`, `sha256`,
//! `md5` (AndroidQF itself leaves the hashes empty). A row with an `error` is one whose
//! properties the phone kept back, as it does for most folders of a phone that is not rooted;
//! its path is told all the same, so that is no gap.

use super::records::{Record, each_record};
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::FileSeen;
use model::{SourceKind, Status, Time};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Reads `files.json`.
pub struct Files;

impl Parser for Files {
    fn id(&self) -> &'static str {
        "androidqf_files"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Androidqf],
            artifacts: "files.json",
            takes: "paths, sizes, modes, owners and times of files",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        source == SourceKind::Androidqf && path == "files.json"
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        each_record(input, out, |record, out| match std::str::from_utf8(record.bytes) {
            Ok(text) => tell(record, text, out),
            Err(_) => {
                out.gap(Some(record.position()), "this record holds bytes that are not UTF-8");
                tell(record, &String::from_utf8_lossy(record.bytes), out)
            }
        })
    }
}

fn tell(record: &Record<'_>, json: &str, out: &mut Emitter<'_>) -> bool {
    let row: Row<'_> = match serde_json::from_str(json) {
        Ok(row) => row,
        Err(error) => {
            let reason = format!("this record is no description of a file: {error}");
            out.gap(Some(record.position()), reason);
            return false;
        }
    };
    let Some(path) = row.path.stated() else {
        out.gap(Some(record.position()), "this record states no path");
        return false;
    };
    let modified = row.modified_time.0;
    let fact = FileSeen {
        path,
        size: row.size.within(),
        mode: row.mode.stated(),
        user_id: row.user_id.within(),
        group_id: row.group_id.within(),
        context: row.context.stated(),
        changed: row.changed_time.0,
        modified,
        accessed: row.access_time.0,
        sha256: row.sha256.stated(),
        sha1: row.sha1.stated(),
        md5: row.md5.stated(),
        ..FileSeen::default()
    };
    // A zero is what the tool writes where it could not ask.
    let time = modified.filter(|at| *at != 0).map(|at| Time::unix_seconds(at, "modified_time"));
    out.fact(fact, record.position(), time);
    true
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Row<'a> {
    #[serde(borrow)]
    path: Text<'a>,
    size: Whole,
    #[serde(borrow)]
    mode: Text<'a>,
    user_id: Whole,
    group_id: Whole,
    #[serde(borrow)]
    context: Text<'a>,
    changed_time: Whole,
    modified_time: Whole,
    access_time: Whole,
    #[serde(borrow)]
    sha256: Text<'a>,
    #[serde(borrow)]
    sha1: Text<'a>,
    #[serde(borrow)]
    md5: Text<'a>,
}

/// A text, borrowed where it has no escapes; `null` is an empty one, a number is written out.
#[derive(Default)]
struct Text<'a>(Cow<'a, str>);

impl Text<'_> {
    fn stated(self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.0.into_owned())
    }
}

/// A whole number, also where it is written as a fraction or as text.
#[derive(Clone, Copy, Default)]
struct Whole(Option<i64>);

impl Whole {
    fn within<T: TryFrom<i64>>(self) -> Option<T> {
        self.0.and_then(|number| T::try_from(number).ok())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TextVisitor).map(Text)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(""))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(number.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(number.to_string()))
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(WholeVisitor).map(Whole)
    }
}

struct WholeVisitor;

impl Visitor<'_> for WholeVisitor {
    type Value = Option<i64>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a number")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(number).ok())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        // The cast takes the nearest that fits; a time with a fraction keeps its second.
        Ok(number.is_finite().then_some(number.floor() as i64))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let text = text.trim();
        let float = || text.parse::<f64>().ok().filter(|n| n.is_finite()).map(|n| n.floor() as i64);
        Ok(text.parse().ok().or_else(float))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}
