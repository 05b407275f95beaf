//! Tombstones: what Android's crash dumper writes when a native process dies, as text and, from
//! Android 12 on, also as a protocol buffer (`tombstone_00`, `tombstone_00.pb`).
//!
//! AOSP `system/core/debuggerd/libdebuggerd/tombstone.cpp` and `tombstone_proto_to_text.cpp` (text,
//! Android 5 to 16), `debuggerd/proto/tombstone.proto`. Both forms of one crash give the same fact;
//! where they do, it counts once, so that a second one shows that they differ.

use super::lines::{Line, each_line};
use super::protobuf::{Fields, Value};
use super::records::failed;
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::ProcessEnded;
use model::{Position, SourceKind, Status, Time, normal};

/// Reads tombstones.
pub struct Tombstone;

/// Longest protocol buffer taken: those with memory tags have a few megabytes.
const LONGEST: u64 = 64 << 20;

impl Parser for Tombstone {
    fn id(&self) -> &'static str {
        "tombstone"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Bugreport, SourceKind::Androidqf],
            artifacts: "tombstone_*, tombstone_*.pb",
            takes: "native crashes: process, signal, cause, top of the stack",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        matches!(source, SourceKind::Bugreport | SourceKind::Androidqf)
            && name.strip_prefix("tombstone_").is_some_and(|rest| {
                let rest = rest.strip_suffix(".pb").or(rest.strip_suffix(".txt")).unwrap_or(rest);
                !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit())
            })
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        if out.artifact().ends_with(".pb") { proto(input, out) } else { text(input, out) }
    }
}

/// What both forms state.
#[derive(Default)]
struct Crash {
    fact: ProcessEnded,
    when: Option<String>,
    cause: Option<String>,
    abort: Option<String>,
    fault: Option<String>,
}

impl Crash {
    fn tell(self, position: Position, out: &mut Emitter<'_>) -> bool {
        let mut fact = self.fact;
        if fact.process.is_empty() {
            return false;
        }
        fact.how = "native_crash".into();
        fact.user = fact.uid.map(|uid| uid / 100_000);
        fact.package = normal::package(&fact.process).map(str::to_owned);
        fact.reason = self.abort.or(self.cause).map(|reason| reason.replace('\n', " "));
        fact.place = fact.place.or(self.fault);
        out.fact(fact, position, self.when.as_deref().and_then(time));
        true
    }
}

/// `2021-05-27 14:44:24.123456789+0200`; elder ones without fraction.
fn time(written: &str) -> Option<Time> {
    const NAME: &str = "tombstone";
    let (day, clock) = written.trim().split_once(' ')?;
    Time::rfc3339(&format!("{day}T{clock}"), NAME)
        .or_else(|| Some(Time::device(written.trim(), model::Precision::Second, NAME)))
}

fn text(input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
    let mut crash = Crash::default();
    let mut first: Option<Position> = None;
    let mut command: Option<String> = None;
    let mut frames = false;
    each_line(input, out, "no crash stands in this file", |line, out| {
        let Some(line) = line else {
            let mut crash = std::mem::take(&mut crash);
            if let Some(command) = command.take() {
                crash.fact.process = command;
            }
            let position = first.take().unwrap_or_default();
            return u64::from(crash.tell(position, out));
        };
        // Other threads, the memory and the log follow; only the thread that crashed counts.
        if !frames {
            head(line, &mut crash, &mut command, &mut first);
            frames = line.text.trim() == "backtrace:";
        } else if let Some(frame) = line.text.trim().strip_prefix("#00 pc ")
            && crash.fact.place.is_none()
        {
            let frame = frame.split_once(' ').map_or("", |(_, rest)| rest).trim();
            let frame = frame.split(" (BuildId: ").next().unwrap_or_default();
            crash.fact.place = Some(frame.to_owned()).filter(|frame| !frame.is_empty());
        }
        0
    })
}

fn head(
    line: &Line<'_>,
    crash: &mut Crash,
    command: &mut Option<String>,
    first: &mut Option<Position>,
) {
    let text = line.text.trim();
    let value =
        |key: &str| text.strip_prefix(key).map(|rest| rest.trim().trim_matches('\'').to_owned());
    if let Some(when) = value("Timestamp:") {
        crash.when = Some(when);
    } else if let Some(line) = value("Cmdline:") {
        *command = line.split(' ').next().map(str::to_owned).filter(|name| !name.is_empty());
    } else if let Some(uid) = value("uid:") {
        crash.fact.uid = uid.parse().ok();
    } else if let Some(cause) = value("Cause:") {
        crash.cause.get_or_insert(cause);
    } else if let Some(abort) = value("Abort message:") {
        crash.abort.get_or_insert(abort);
    } else if text.starts_with("pid: ") && text.contains(">>> ") {
        let pid =
            text.strip_prefix("pid: ").and_then(|rest| rest.split(',').next()?.trim().parse().ok());
        let name = text.split_once(">>> ").and_then(|(_, rest)| rest.rsplit_once(" <<<"));
        crash.fact.pid = pid;
        crash.fact.process =
            name.map_or("", |(name, _)| name.split(' ').next().unwrap_or_default()).to_owned();
        first.get_or_insert(line.position());
    } else if let Some(rest) = text.strip_prefix("signal ") {
        crash.fact.signal =
            rest.split_once('(').and_then(|(_, rest)| rest.split(')').next()).map(str::to_owned);
        let fault = rest
            .split_once("fault addr ")
            .map(|(_, rest)| rest.split(' ').next().unwrap_or_default());
        crash.fault = fault.filter(|fault| fault.starts_with("0x")).and_then(address);
    }
}

/// An address without leading zeros, as both forms are made to write it.
fn address(text: &str) -> Option<String> {
    let value = u64::from_str_radix(text.strip_prefix("0x")?, 16).ok()?;
    Some(format!("0x{value:x}"))
}

fn proto(input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
    let bytes = match input.blob().and_then(|blob| blob.to_vec(LONGEST)) {
        Ok(bytes) => bytes,
        Err(error) => return failed(out, format!("this file cannot be read: {error}")),
    };
    if bytes.is_empty() {
        return failed(out, "this file is empty");
    }
    let mut crash = Crash::default();
    let (mut tid, mut stack) = (None, None);
    let mut fields = Fields::of(&bytes);
    for (number, value) in fields.by_ref() {
        match number {
            4 => crash.when = Some(value.text()),
            5 => crash.fact.pid = small(value),
            6 => tid = value.number(),
            7 => crash.fact.uid = small(value),
            9 if crash.fact.process.is_empty() => crash.fact.process = value.text(),
            10 => signal(value.bytes(), &mut crash),
            14 => crash.abort = Some(value.text()).filter(|text| !text.is_empty()),
            15 if crash.cause.is_none() => {
                let cause = Fields::of(value.bytes()).find(|(number, _)| *number == 1);
                crash.cause = cause.map(|(_, text)| text.text());
            }
            // A map from thread id to thread; the id of the one that crashed stands before.
            16 if stack.is_none() => stack = frame_of(value.bytes(), tid),
            _ => {}
        }
    }
    crash.fact.place = stack;
    let damaged = fields.damaged();
    if let Some(at) = damaged {
        let position = Position::bytes(at as u64, bytes.len() as u64);
        out.gap(Some(position), "the protocol buffer is damaged or cut here");
    }
    let told = crash.tell(Position::bytes(0, bytes.len() as u64), out);
    match (told, damaged) {
        (true, None) => Status::Read,
        (true, Some(_)) => Status::Partly,
        (false, Some(_)) => Status::Failed,
        (false, None) => failed(out, "no process is named in this protocol buffer"),
    }
}

fn small(value: Value<'_>) -> Option<u32> {
    value.number().and_then(|number| u32::try_from(number).ok())
}

fn signal(bytes: &[u8], crash: &mut Crash) {
    let mut has_address = false;
    for (number, value) in Fields::of(bytes) {
        match number {
            2 => crash.fact.signal = Some(value.text()).filter(|name| !name.is_empty()),
            8 => has_address = value.number() == Some(1),
            9 => crash.fault = value.number().map(|at| format!("0x{at:x}")),
            _ => {}
        }
    }
    if !has_address {
        crash.fault = None;
    } else {
        // Zero is left out where it is meant.
        crash.fault.get_or_insert_with(|| "0x0".to_owned());
    }
}

/// The first frame of the thread `tid`, as the text writes it.
fn frame_of(entry: &[u8], tid: Option<u64>) -> Option<String> {
    let (mut key, mut thread) = (None, &[][..]);
    for (number, value) in Fields::of(entry) {
        match number {
            1 => key = value.number(),
            2 => thread = value.bytes(),
            _ => {}
        }
    }
    if tid.is_none() || key != tid {
        return None;
    }
    let (_, frame) = Fields::of(thread).find(|(number, _)| *number == 4)?;
    let (mut function, mut offset, mut file) = (String::new(), 0, String::new());
    for (number, value) in Fields::of(frame.bytes()) {
        match number {
            4 => function = value.text(),
            5 => offset = value.number().unwrap_or(0),
            6 => file = value.text(),
            _ => {}
        }
    }
    match (file.is_empty(), function.is_empty()) {
        (true, true) => None,
        (_, true) => Some(file),
        _ => Some(format!("{file} ({function}+{offset})")),
    }
}
