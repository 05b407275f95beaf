//! The service `media.camera`: which app has a camera open, and the log of openings since the
//! phone started.
//!
//! Source: AOSP `frameworks/av/services/camera/libcameraservice/CameraService.cpp`: `dump`,
//! `logConnected`, `logDisconnected`, `logRejected` (Android 7 to 16), and
//! `utils/ClientManager.h` (`toString`). The log's last line stands first.

use super::{SensorUse, Tell, between, dated};
use crate::field::is_name;
use crate::{Line, Outcome, Place, Reader, Unread};

/// How many closings may wait for their opening; the log has room for 100 lines.
const MAX_CLOSED: usize = 128;

/// Reads the lines of the service: an opening is told once, with the time until it was closed.
#[derive(Debug, Default)]
pub struct CameraReader {
    /// Closings above the openings that they end: device, process and package as written, when.
    closed: Vec<(String, String)>,
    unread: Unread,
}

impl Reader for CameraReader {
    type Event<'e> = SensorUse<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        let bytes = line.bytes.trim_ascii_start();
        if bytes.first().is_some_and(u8::is_ascii_digit) {
            let text = line.text();
            if let Some((at, rest)) = dated(&text)
                && let Some(rest) = rest.trim_start().strip_prefix(": ")
            {
                self.event(at, rest, line.place, tell);
            }
        } else if bytes.starts_with(b"(Camera ID: ") {
            self.now(&line.text(), line.place, tell);
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl CameraReader {
    /// `CONNECT device 0 client for package com.x (PID 1234, priority 0)`.
    fn event(&mut self, at: &str, rest: &str, place: Place, tell: &mut Tell<'_>) {
        let (event, rest) = rest.split_once(" device ").unwrap_or_default();
        let outcome = match event.trim_end() {
            "CONNECT" => Outcome::Accessed,
            "REJECT" => Outcome::Rejected,
            "DISCONNECT" => {
                if self.closed.len() < MAX_CLOSED {
                    self.closed.push((key(rest).to_owned(), at.to_owned()));
                }
                return;
            }
            // Errors, restarts of the service, users: nobody's use.
            _ => return,
        };
        let device = rest.split(' ').next();
        let package = rest
            .split_once(" for package ")
            .and_then(|(_, rest)| rest.split([' ', ',', ':']).next().filter(|name| is_name(name)));
        let Some(package) = package else { return self.unread.add(place) };
        let key = key(rest);
        let end = self.closed.iter().rposition(|(of, _)| *of == key);
        let end = end.filter(|_| outcome == Outcome::Accessed).map(|at| self.closed.remove(at).1);
        let used = SensorUse {
            package,
            outcome,
            at: Some(at),
            duration_ms: end.and_then(|end| between(at, &end)),
            part: device,
            ..SensorUse::of("CAMERA")
        };
        tell(&used, place);
    }

    /// `(Camera ID: 0, Cost: 99, PID: 14259, …, Client Package Name: com.x, Conflicting …)`.
    fn now(&mut self, text: &str, place: Place, tell: &mut Tell<'_>) {
        let value = |key: &str| {
            let rest = text.split_once(key)?.1;
            rest.split([',', ')']).next().map(str::trim)
        };
        let Some(package) = value("Client Package Name: ").filter(|name| is_name(name)) else {
            return self.unread.add(place);
        };
        let used = SensorUse {
            package,
            outcome: Outcome::Running,
            part: value("Camera ID: "),
            ..SensorUse::of("CAMERA")
        };
        tell(&used, place);
    }
}

/// What an opening and its closing have in common: all up to the process id.
fn key(rest: &str) -> &str {
    let end = rest.find("(PID ").and_then(|at| {
        let digits = rest.get(at + 5..)?.bytes().take_while(u8::is_ascii_digit).count();
        Some(at + 5 + digits)
    });
    rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest)
}
