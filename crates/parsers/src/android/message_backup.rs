//! `NNNNNN_sms_backup` and `NNNNNN_mms_backup` in a backup of Android's telephony provider: a
//! list of messages in JSON, deflated (zlib).
//!
//! AOSP `packages/providers/TelephonyProvider/src/com/android/providers/telephony/
//! TelephonyBackupAgent.java`, Android 6 to 16: of an SMS `address`, `body`, `date` (milliseconds)
//! and `type` (1 received, 2 sent …), of an MMS `sub`, `mms_body`, `date` (seconds) and `msg_box`.

use super::messages::Message;
use super::records::{Record, failed, number, records_of, text};
use evidence::{Emitter, Input, Limits, Parser, Reads};
use flate2::read::ZlibDecoder;
use model::{SourceKind, Status, Time};
use serde_json::Value;
use std::io::{self, Read};

/// Reads backed-up text messages.
pub struct MessageBackup;

impl Parser for MessageBackup {
    fn id(&self) -> &'static str {
        "message_backup"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::AndroidBackup],
            artifacts: "apps/com.android.providers.telephony/…/*_sms_backup, *_mms_backup",
            takes: "links in text messages (SMS, MMS); no texts and no numbers",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        source == SourceKind::AndroidBackup
            && path.starts_with("apps/com.android.providers.telephony/")
            && (path.ends_with("_sms_backup") || path.ends_with("_mms_backup"))
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let limits = input.limits();
        let multimedia = out.artifact().ends_with("_mms_backup");
        let stream = match input.stream() {
            Ok(stream) => stream,
            Err(error) => return failed(out, format!("this file cannot be opened: {error}")),
        };
        let mut from = Bounded { from: ZlibDecoder::new(stream), limits };
        let mut head = Vec::new();
        let mut start = from.by_ref().take(64);
        if let Err(error) = start.read_to_end(&mut head) {
            return failed(out, format!("this file is no deflated list of messages: {error}"));
        }
        records_of(&head, from, limits, out, |record, out| {
            record.value(out).is_some_and(|value| tell(record, &value, multimedia, out))
        })
    }
}

/// What is inflated, within the limits of size and ratio.
struct Bounded<'l, R> {
    from: ZlibDecoder<R>,
    limits: &'l Limits,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        let (packed, plain) = (self.from.total_in(), self.from.total_out());
        self.limits.allow(packed, plain)?;
        Ok(count)
    }
}

fn tell(record: &Record<'_>, value: &Value, multimedia: bool, out: &mut Emitter<'_>) -> bool {
    if !value.is_object() {
        out.gap(Some(place(record)), "this record is no message");
        return false;
    }
    let (texts, kind, folder) = match multimedia {
        true => (&["sub", "mms_body"][..], "MMS", "msg_box"),
        false => (&["body"][..], "SMS", "type"),
    };
    let date: Option<i64> = number(value, "date");
    let message = Message {
        kind,
        package: Some("com.android.providers.telephony"),
        direction: direction(number(value, folder)),
        time: date.map(|date| match multimedia {
            true => Time::unix_seconds(date, "date"),
            false => Time::unix_millis(date, "date"),
        }),
        position: place(record),
    };
    for key in texts {
        if let Some(text) = text(value, key) {
            message.links(&text, out);
        }
    }
    true
}

/// What is inflated has no byte range in the file itself.
fn place(record: &Record<'_>) -> model::Position {
    model::Position { byte: None, ..record.position() }
}

/// Of `android.provider.Telephony`: 1 is the inbox; 2 to 6 are sent, draft, outbox, failed and
/// queued.
pub(crate) fn direction(folder: Option<i64>) -> Option<&'static str> {
    match folder? {
        1 => Some("incoming"),
        2..=6 => Some("outgoing"),
        _ => None,
    }
}
