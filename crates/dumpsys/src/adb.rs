//! The service `adb`: computers that may debug the phone.
//!
//! Sources: AOSP `services/core/java/com/android/server/adb/AdbDebuggingManager.java` (`dump`,
//! `AdbKeyStore`), `AdbService.java`. Up to Android 9 the service `usb` dumps them
//! (`services/usb/java/com/android/server/usb/UsbDebuggingManager.java`; up to 8 in words). Keys
//! are 524 bytes in base64 (`system/core/libcrypto_utils/android_pubkey.c`), whose first four state
//! 64 words: every key starts with `QAAAA`. The key store is XML up to Android 11. Since 12 it is
//! binary XML (`BinaryXmlSerializer`) forced through UTF-8, which destroys every byte above 127:
//! keys and names stay whole, a time of connection only by luck.

use crate::{Line, Place, Reader, Tell, Unread};
use std::collections::HashMap;

/// How many keys are told.
const MAX_KEYS: usize = 1_000;

/// How many characters behind a key belong to it.
const BEHIND: usize = 512;

/// A key that may debug the phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdbKey {
    /// The public key in base64, as written.
    pub key: String,
    /// Name behind it (`user@host`).
    pub name: Option<String>,
    /// Last connection, milliseconds since 1970 (UTC).
    pub last_connection: Option<i64>,
    /// MD5 of the key that connected last, as written: upper-case hex with colons.
    pub last_received: Option<String>,
    /// Whether a computer is connected over USB.
    pub connected: Option<bool>,
}

/// Reads the lines of the service.
#[derive(Debug, Default)]
pub struct AdbReader {
    keys: Vec<(AdbKey, Place)>,
    by_key: HashMap<String, usize>,
    connected: Option<bool>,
    last_received: Option<String>,
    more: u64,
    unread: Unread,
}

impl Reader for AdbReader {
    type Event<'e> = AdbKey;

    fn line(&mut self, line: &Line<'_>, _tell: &mut Tell<'_, Self>) {
        let text = line.text();
        let words = text.trim();
        let either = |new, old| words.strip_prefix(new).or_else(|| words.strip_prefix(old));
        if let Some(connected) = either("connected_to_adb=", "Connected to adbd: ") {
            self.connected = crate::field::boolean(connected);
        } else if let Some(md5) = either("last_key_received=", "Last key received: ") {
            let stated = !md5.is_empty() && md5 != "null" && md5.len() < 200;
            self.last_received = stated.then(|| md5.to_owned());
        }
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(|rest| rest.find("QAAAA")) {
            let start = from + at;
            let rest = text.get(start..).unwrap_or_default();
            let length = rest.bytes().take_while(|b| is_base64(*b)).count();
            let key = rest.get(..length).unwrap_or_default();
            from = start + length;
            // 524 bytes in base64.
            if key.len() < 690 {
                self.unread.add(line.place);
                continue;
            }
            let behind = rest.get(length..).unwrap_or_default();
            // Name and time stand right behind it; looking through the whole line for each key of a
            // hostile one would cost.
            let near = behind.char_indices().nth(BEHIND).map_or(behind.len(), |(at, _)| at);
            let behind = behind.get(..near).unwrap_or_default();
            self.add(key, name(behind), last_connection(behind), line.place);
        }
    }

    fn finish(&mut self, tell: &mut Tell<'_, Self>) {
        for (mut key, place) in self.keys.drain(..) {
            key.connected = self.connected;
            key.last_received.clone_from(&self.last_received);
            tell(&key, place);
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }

    fn note(&self) -> Option<String> {
        (self.more > 0).then(|| format!("{} more keys are not told", self.more))
    }
}

impl AdbReader {
    /// A key stands among the user's keys and in the key store: it is told once.
    fn add(&mut self, key: &str, name: Option<&str>, last: Option<i64>, place: Place) {
        if let Some((known, _)) = self.by_key.get(key).and_then(|at| self.keys.get_mut(*at)) {
            known.name = known.name.take().or_else(|| name.map(str::to_owned));
            known.last_connection = known.last_connection.max(last);
            return;
        }
        if self.keys.len() >= MAX_KEYS {
            self.more += 1;
            return;
        }
        self.by_key.insert(key.to_owned(), self.keys.len());
        let (key, name) = (key.to_owned(), name.map(str::to_owned));
        let last_connection = last;
        let key = AdbKey { key, name, last_connection, last_received: None, connected: None };
        self.keys.push((key, place));
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// The name behind a key: up to a quote, a blank, or what is no text.
fn name(behind: &str) -> Option<&str> {
    let rest = behind.strip_prefix(' ')?;
    let end = rest
        .find(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '\u{fffd}'));
    let name = rest.get(..end.unwrap_or(rest.len()))?;
    (!name.is_empty() && name.len() <= 256).then_some(name)
}

/// `lastConnection="1628501829898"`, or the eight bytes behind that name in binary XML, where none
/// of them was destroyed. Only times from 2010 to 2100 are taken.
fn last_connection(behind: &str) -> Option<i64> {
    let (before, rest) = behind.split_once("lastConnection")?;
    if before.contains("QAAAA") {
        return None;
    }
    let millis = match rest.strip_prefix("=\"") {
        Some(text) => text.split('"').next()?.parse().ok()?,
        None => i64::from_be_bytes(rest.as_bytes().get(..8)?.try_into().ok()?),
    };
    (1_262_304_000_000..4_102_444_800_000).contains(&millis).then_some(millis)
}
