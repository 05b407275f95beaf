//! Observations as rows of a timeline, and rows as bytes.

use crate::place::position;
use jiff::Timestamp;
use model::{
    Clock, Fact, Observation, Precision, SourceId, Subject, Time, Zone, civil_milliseconds,
};
use std::io::Write;

/// How many texts a row has.
const FIELDS: usize = 12;

/// One row, as kept: its texts as they stand in the evidence, not yet harmless.
pub(crate) struct Row<'a> {
    pub(crate) zone: &'a str,
    pub(crate) precision: &'a str,
    pub(crate) written: &'a str,
    pub(crate) meaning: &'a str,
    pub(crate) message: &'a str,
    pub(crate) source: &'a str,
    pub(crate) artifact: &'a str,
    pub(crate) position: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) subject_kind: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) user: &'a str,
}

impl<'a> Row<'a> {
    /// Reads what [`each`] wrote.
    pub(crate) fn read(mut bytes: &'a [u8]) -> Option<Self> {
        let mut texts = [""; FIELDS];
        for text in &mut texts {
            let (len, rest) = bytes.split_first_chunk::<4>()?;
            let (field, rest) =
                rest.split_at_checked(usize::try_from(u32::from_le_bytes(*len)).ok()?)?;
            *text = std::str::from_utf8(field).ok()?;
            bytes = rest;
        }
        let [
            zone,
            precision,
            written,
            meaning,
            message,
            source,
            artifact,
            position,
            kind,
            subject_kind,
            subject,
            user,
        ] = texts;
        Some(Self {
            zone,
            precision,
            written,
            meaning,
            message,
            source,
            artifact,
            position,
            kind,
            subject_kind,
            subject,
            user,
        })
    }
}

/// What takes a row: how much it is worth a person's time (0 a mere file time, 1 an event),
/// its place on a calendar, which calendar, and its bytes.
pub(super) type Take<'t> = dyn FnMut(u8, Option<i64>, Clock, &[u8]) + 't;

/// Gives a row for each time an observation states. `scratch` is kept between calls to save
/// allocations.
pub(super) fn each(
    source: SourceId,
    seen: &Observation,
    scratch: &mut Vec<u8>,
    take: &mut Take<'_>,
) {
    let mut what = None;
    let mut give = |rank, time: Moment<'_>| {
        // Made once, and only for an observation that has a time at all.
        let what = what.get_or_insert_with(|| what_bytes(source, seen));
        scratch.clear();
        push(scratch, time.zone);
        push(scratch, precision_name(time.precision));
        push(scratch, time.written);
        push(scratch, time.meaning);
        scratch.extend_from_slice(what);
        take(rank, time.at, time.clock, scratch);
    };
    match &seen.fact {
        Fact::FileSeen(file) if file.modified.or(file.changed).or(file.accessed).is_some() => {
            let times = [
                ("modified", file.modified),
                ("changed", file.changed),
                ("accessed", file.accessed),
            ];
            for (meaning, seconds) in times {
                if let Some(seconds) = seconds {
                    give(0, Moment::unix(seconds, &seconds.to_string(), meaning));
                }
            }
        }
        fact => {
            let stated = seen.time.as_ref();
            if let Some(time) = stated {
                give(u8::from(!matches!(fact, Fact::FileSeen(_))), Moment::of(time));
            }
            if let Fact::AppInstalled(app) = fact {
                let times =
                    [("first installed", &app.first_install), ("last updated", &app.last_update)];
                for (meaning, written) in times {
                    let Some(written) = written.as_deref() else { continue };
                    if stated.is_some_and(|time| time.value == written) {
                        continue;
                    }
                    if let Some(at) = civil_milliseconds(written) {
                        give(1, Moment::device(at, written, meaning));
                    }
                }
            }
        }
    }
}

/// One time, ready to be written.
struct Moment<'a> {
    at: Option<i64>,
    clock: Clock,
    zone: &'a str,
    precision: Precision,
    written: &'a str,
    meaning: &'a str,
}

impl<'a> Moment<'a> {
    fn of(time: &'a Time) -> Self {
        let placed = time.place();
        Self {
            at: placed.map(|(at, _)| at),
            clock: placed.map_or(Clock::Device, |(_, clock)| clock),
            zone: match &time.zone {
                Zone::Utc => "utc",
                Zone::Offset(offset) => offset,
                Zone::Device => "device",
                Zone::Boot => "boot",
                Zone::Unknown => "unknown",
            },
            precision: time.precision,
            written: &time.value,
            meaning: time.derived_from.as_deref().unwrap_or("time"),
        }
    }

    /// Seconds since 1970. A factory image has hundreds of thousands of them, so no text is
    /// made of the time and read again.
    fn unix(seconds: i64, written: &'a str, meaning: &'a str) -> Self {
        let at = Timestamp::from_second(seconds).ok().map(Timestamp::as_millisecond);
        let precision = Precision::Second;
        Self { at, clock: Clock::Utc, zone: "utc", precision, written, meaning }
    }

    fn device(at: i64, written: &'a str, meaning: &'a str) -> Self {
        let precision = Precision::Second;
        Self { at: Some(at), clock: Clock::Device, zone: "device", precision, written, meaning }
    }
}

fn precision_name(precision: Precision) -> &'static str {
    match precision {
        Precision::Day => "day",
        Precision::Minute => "minute",
        Precision::Second => "second",
        Precision::Millisecond => "millisecond",
    }
}

/// The part that all rows of one observation have in common.
fn what_bytes(source: SourceId, seen: &Observation) -> Vec<u8> {
    let subject = seen.fact.subject();
    let user = match &subject {
        Subject::App(app) => app.user.map(|user| user.to_string()).unwrap_or_default(),
        _ => String::new(),
    };
    let mut bytes = Vec::with_capacity(256);
    push_shown(&mut bytes, &seen.fact);
    push_shown(&mut bytes, &source.0);
    push(&mut bytes, &seen.artifact);
    push_shown(&mut bytes, &position(&seen.position));
    push(&mut bytes, seen.fact.kind());
    push(&mut bytes, subject.kind());
    push(&mut bytes, &subject.value());
    push(&mut bytes, &user);
    bytes
}

fn push(bytes: &mut Vec<u8>, text: &str) {
    push_shown(bytes, &text);
}

/// Writes a text behind its length. One beyond 4 GiB cannot be: a record is at most 1 MiB.
fn push_shown(bytes: &mut Vec<u8>, shown: &dyn std::fmt::Display) {
    let start = bytes.len();
    bytes.extend_from_slice(&[0; 4]);
    // Writing to memory does not fail.
    let _ = write!(bytes, "{shown}");
    let len = u32::try_from(bytes.len() - start - 4).unwrap_or(u32::MAX);
    if let Some(slot) = bytes.get_mut(start..start + 4) {
        slot.copy_from_slice(&len.to_le_bytes());
    }
}
