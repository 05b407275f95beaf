//! Links in messages.

use super::Told;
use crate::android::message_backup::direction;
use crate::android::messages::Message;
use model::Time;
use sqlite::{Cell, Database, SqliteError};

/// A table of messages.
struct Messages {
    table: &'static str,
    kind: &'static str,
    /// Columns that hold texts, or bytes with texts in them.
    texts: &'static [&'static str],
    time: &'static str,
    /// Turns the number in `time` into a time.
    clock: fn(i64, &str) -> Time,
    side: &'static str,
    /// Turns the number in `side` into a direction.
    direction: fn(i64) -> Option<&'static str>,
}

fn from_me(value: i64) -> Option<&'static str> {
    Some(if value == 0 { "incoming" } else { "outgoing" })
}

impl Messages {
    fn read(&self, database: &Database, told: &mut Told<'_, '_>) -> Result<(), SqliteError> {
        let columns: Vec<&str> =
            [self.time, self.side].into_iter().chain(self.texts.iter().copied()).collect();
        let package = told.package.clone();
        let rows = database.rows(self.table, &columns, |row| {
            let time = row.cell(0).integer();
            let message = Message {
                kind: self.kind,
                package: Some(&package),
                direction: row.cell(1).integer().and_then(self.direction),
                time: time.filter(|time| *time != 0).map(|time| (self.clock)(time, self.time)),
                position: Told::at(self.table, row.number),
            };
            for at in 2..columns.len() {
                if let Some(text) = Cell::text(row.cell(at)) {
                    message.links(&text, told.out);
                }
            }
        })?;
        told.rows += rows;
        Ok(())
    }
}

/// AOSP `TelephonyProvider/…/MmsSmsDatabaseHelper.java`: `sms`, `pdu`, `part`.
pub(super) fn telephony(database: &Database, told: &mut Told<'_, '_>) -> Result<(), SqliteError> {
    let folder = |value| direction(Some(value));
    for messages in [
        Messages {
            table: "sms",
            kind: "SMS",
            texts: &["body"],
            time: "date",
            clock: Time::unix_millis,
            side: "type",
            direction: folder,
        },
        Messages {
            table: "pdu",
            kind: "MMS",
            texts: &["sub"],
            time: "date",
            clock: Time::unix_seconds,
            side: "msg_box",
            direction: folder,
        },
        Messages {
            table: "part",
            kind: "MMS",
            texts: &["text"],
            time: "-",
            clock: Time::unix_seconds,
            side: "-",
            direction: folder,
        },
    ] {
        messages.read(database, told)?;
    }
    Ok(())
}

/// WhatsApp: `message` (2021 on), `messages` before.
pub(super) fn whatsapp(database: &Database, told: &mut Told<'_, '_>) -> Result<(), SqliteError> {
    const KIND: &str = "WhatsApp message";
    for messages in [
        Messages {
            table: "message",
            kind: KIND,
            texts: &["text_data"],
            time: "timestamp",
            clock: Time::unix_millis,
            side: "from_me",
            direction: from_me,
        },
        Messages {
            table: "messages",
            kind: KIND,
            texts: &["data", "media_caption"],
            time: "timestamp",
            clock: Time::unix_millis,
            side: "key_from_me",
            direction: from_me,
        },
    ] {
        messages.read(database, told)?;
    }
    Ok(())
}

/// Telegram: `messages_v2` (2022 on), `messages` before; the text lies in a serialised object, in
/// plain UTF-8.
pub(super) fn telegram(database: &Database, told: &mut Told<'_, '_>) -> Result<(), SqliteError> {
    for table in ["messages_v2", "messages"] {
        let messages = Messages {
            table,
            kind: "Telegram message",
            texts: &["data"],
            time: "date",
            clock: Time::unix_seconds,
            side: "out",
            direction: from_me,
        };
        messages.read(database, told)?;
    }
    Ok(())
}
