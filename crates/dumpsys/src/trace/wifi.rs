//! The services `wifi` and `wifiscanner`: which apps suggested networks, switched Wi-Fi on or off,
//! or looked for networks around (which tells a place). Names and addresses of networks are not
//! read.
//!
//! Sources, public copies of the module Wifi: `WifiNetworkSuggestionsManager.java` (`dump`, Android
//! 10, 11 and a later one), `util/LastCallerInfoManager.java` (`dump`, about Android 13),
//! `scanner/WifiScanningServiceImpl.java` (`logScanRequest`, `ClientInfo.toString`, about Android 10
//! and a late one). `WorkSource.toString` and the times of `LocalLog` are from memory.

use super::Trace;
use crate::field::{ascii_digits, is_name};
use crate::{Line, Place, Reader, Tell, Unread};
use memchr::memmem;
use std::collections::HashMap;

/// Reads the lines of `wifi`.
#[derive(Debug, Default)]
pub struct WifiReader {
    /// Whether the lines are suggestions.
    list: bool,
    app: Option<Suggestions>,
    unread: Unread,
}

#[derive(Debug)]
struct Suggestions {
    package: String,
    approved: Option<bool>,
    networks: u64,
    place: Place,
}

impl Reader for WifiReader {
    type Event<'e> = Trace<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        let bytes = line.bytes;
        if bytes.starts_with(b"WifiNetworkSuggestionsManager - Networks ") {
            self.finish(tell);
            self.list = memmem::find(bytes, b"Begin").is_some();
        } else if self.list {
            if bytes.starts_with(b"Package Name: ") {
                self.finish(tell);
                let text = line.text();
                let package = text.get(14..).unwrap_or_default().trim();
                if !is_name(package) {
                    return self.unread.add(line.place);
                }
                let (package, place) = (package.to_owned(), line.place);
                self.app = Some(Suggestions { package, approved: None, networks: 0, place });
            } else if let Some(app) = &mut self.app {
                if let Some(value) = bytes.strip_prefix(b"Has user approved: ") {
                    app.approved = Some(value.trim_ascii() == b"true");
                }
                app.networks += u64::from(bytes.starts_with(b"Network: "));
            }
        } else if memmem::find(bytes, b" toggleState=").is_some() {
            self.caller(line, tell);
        }
    }

    fn finish(&mut self, tell: &mut Tell<'_, Self>) {
        let Some(app) = self.app.take() else { return };
        let what = match app.approved {
            Some(true) => "networks suggested, the person agreed",
            Some(false) => "networks suggested, the person did not agree",
            None => "networks suggested",
        };
        let (package, count) = (&*app.package, Some(app.networks));
        tell(&Trace { package, what, count, ..Trace::default() }, app.place);
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl WifiReader {
    /// `WifiEnabled: tid=1 uid=10123 pid=3 packageName=com.x toggleState=true`.
    fn caller(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        use crate::field::word;
        let text = line.text();
        let named = text.split_once(": tid=").map(|(name, _)| name.trim());
        let package = word(&text, "packageName").filter(|name| is_name(name));
        let (Some(name), Some(package)) = (named, package) else {
            return self.unread.add(line.place);
        };
        let on = word(&text, "toggleState") == Some("true");
        let what = format!("last to switch {name} {}", if on { "on" } else { "off" });
        let uid = word(&text, "uid").and_then(|uid| uid.parse().ok());
        tell(&Trace { package, uid, what: &what, ..Trace::default() }, line.place);
    }
}

/// How many different apps may be remembered.
const MAX_APPS: usize = 5_000;

/// The first uid of apps within a user: the system scans all the time.
const FIRST_APP: u32 = 10_000;

/// Reads the lines of `wifiscanner`: each app that asked for a scan, with the first and the last
/// time in the log and how often.
#[derive(Debug, Default)]
pub struct WifiScannerReader {
    apps: HashMap<(u32, String), Scans>,
    unread: Unread,
}

#[derive(Debug)]
struct Scans {
    place: Place,
    first: String,
    last: String,
    count: u64,
}

impl Reader for WifiScannerReader {
    type Event<'e> = Trace<'e>;

    fn line(&mut self, line: &Line<'_>, _: &mut Tell<'_, Self>) {
        let bytes = line.bytes;
        let Some(at) = memmem::find(bytes, b"ScanRequest: ClientInfo[") else { return };
        // `addSingleScanRequest`, `addBackgroundScanRequest`; the other lines take them back.
        let start = bytes.get(..at).and_then(|head| head.rsplit(|b| *b == b' ').next());
        if !start.is_some_and(|name| name.starts_with(b"add")) {
            return;
        }
        let text = line.text();
        // `2026-09-30T10:00:00.123 - addSingleScanRequest: …`.
        let Some((time, rest)) = text.trim_start().split_once(" - ") else {
            return self.unread.add(line.place);
        };
        let Some((uid, package)) = client(rest) else { return self.unread.add(line.place) };
        if uid % 100_000 < FIRST_APP {
            return;
        }
        let time = ascii_digits(&time.replacen('T', " ", 1));
        let key = (uid, package.to_owned());
        if let Some(scans) = self.apps.get_mut(&key) {
            scans.last = time;
            scans.count += 1;
        } else if self.apps.len() < MAX_APPS {
            let scans = Scans { place: line.place, first: time.clone(), last: time, count: 1 };
            self.apps.insert(key, scans);
        }
    }

    fn finish(&mut self, tell: &mut Tell<'_, Self>) {
        let mut apps: Vec<_> = self.apps.drain().collect();
        apps.sort_by_key(|(_, scans)| scans.place.line);
        for ((uid, package), scans) in &apps {
            let seen = Trace {
                package,
                uid: Some(*uid),
                what: "looked for networks around",
                first: Some(&scans.first),
                last: Some(&scans.last),
                count: Some(scans.count),
                ..Trace::default()
            };
            tell(&seen, scans.place);
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

/// Uid and package of who asked: whom the work is done for, where that is said (`WorkSource{10123
/// com.x}`), or else the client (`ClientInfo[uid=10123, package=com.x, …`, older without a package).
fn client(rest: &str) -> Option<(u32, &str)> {
    if let Some((_, source)) = rest.split_once("WorkSource{") {
        let digits = source.bytes().take_while(u8::is_ascii_digit).count();
        let uid = source.get(..digits)?.parse().ok()?;
        let package = source.get(digits..).and_then(|rest| rest.strip_prefix(' '));
        return Some((uid, package.and_then(name).unwrap_or_default()));
    }
    let (_, info) = rest.split_once("ClientInfo[")?;
    if info.starts_with("unknown]") {
        return Some((0, ""));
    }
    let info = info.strip_prefix("uid=")?;
    let digits = info.bytes().take_while(u8::is_ascii_digit).count();
    let uid = info.get(..digits)?.parse().ok()?;
    let package = info.split_once(" package=").map(|(_, rest)| rest);
    Some((uid, package.and_then(name).unwrap_or_default()))
}

/// The package that a text begins with.
fn name(text: &str) -> Option<&str> {
    let end = text.find([' ', ',', '}', ']']).unwrap_or(text.len());
    text.get(..end).filter(|name| is_name(name))
}
