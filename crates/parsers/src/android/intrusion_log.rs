//! Intrusion logs of Android 16's Advanced Protection: what Google Play services writes to
//! `Download/Intrusion Logging/*.txt`, one JSON object a line.
//!
//! `dns_event` and `connect_event` state milliseconds since 1970, `security_event` nanoseconds.
//! Names and fields are those of the exporter in Google Play services 26.32.34, inventoried in
//! MVT's `docs/android/intrusion_log_format.md`; meanings are those of
//! `android.app.admin.{DnsEvent, ConnectEvent, SecurityLog}` (AOSP, Android 16).
//!
//! Overlapping exports repeat events; whoever gathers what was read drops the repeats.

use super::intrusion_events::{fields, name};
use super::links::{Link, links_in};
use super::records::{Record, each_record, number, text, texts};
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::{
    AppFile, ComponentRan, EndpointContacted, FileSeen, InstallEvent, LinkSeen, SecurityEvent,
};
use model::{Position, SourceKind, Status, Time, normal};
use serde_json::Value;

/// Reads intrusion logs.
pub struct IntrusionLog;

impl Parser for IntrusionLog {
    fn id(&self) -> &'static str {
        "intrusion_log"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::IntrusionLogs, SourceKind::Androidqf],
            artifacts: "*.txt of Intrusion Logging; intrusion_logs/*",
            takes: "names looked up and connections opened, by app; the 46 events of the \
                    security log: processes started, packages installed and removed, adb, \
                    certificates, policies, locks, keys",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        let text = !path.rsplit('.').next().is_some_and(|end| end.eq_ignore_ascii_case("zip"));
        match source {
            SourceKind::IntrusionLogs => text,
            SourceKind::Androidqf => text && is_folder(path),
            _ => false,
        }
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let mut unknown: Vec<String> = Vec::new();
        each_record(input, out, |record, out| {
            let Some(value) = record.value(out) else { return false };
            let Some((kind, event)) = value.as_object().and_then(|object| object.iter().next())
            else {
                out.gap(Some(record.position()), "this record names no event");
                return false;
            };
            match kind.as_str() {
                "dns_event" => dns(event, record, out),
                "connect_event" => connect(event, record, out),
                "security_event" => security(event, record, out),
                other => {
                    if unknown.len() < 20 && !unknown.iter().any(|seen| seen == other) {
                        let other = other.chars().take(80).collect::<String>();
                        let reason = format!("events of the kind `{other}` are not known");
                        out.gap(Some(record.position()), reason);
                        unknown.push(other);
                    }
                    false
                }
            }
        })
    }
}

/// Whether a path of an acquisition is that of an intrusion log. AndroidQF has written both names.
pub(crate) fn is_folder(path: &str) -> bool {
    path.starts_with("intrusion_logs/") || path.starts_with("intrusion-logs/")
}

/// Whether these are the first bytes of such a log.
pub(crate) fn is_intrusion_log(start: &[u8]) -> bool {
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    let key = text.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    let kinds = [&b"\"dns_event\""[..], b"\"connect_event\"", b"\"security_event\""];
    key.is_some_and(|key| kinds.iter().any(|kind| key.starts_with(kind)))
}

fn dns(event: &Value, record: &Record<'_>, out: &mut Emitter<'_>) -> bool {
    let Some(host) = text(event, "hostname") else {
        out.gap(Some(record.position()), "this event states no host");
        return false;
    };
    let addresses = texts(event, "ip_addresses").iter().map(|one| address(one)).collect();
    let fact = EndpointContacted {
        host: Some(host),
        addresses,
        via: "dns".into(),
        package: text(event, "package_name"),
        ..EndpointContacted::default()
    };
    out.fact(fact, record.position(), millis(event));
    true
}

fn connect(event: &Value, record: &Record<'_>, out: &mut Emitter<'_>) -> bool {
    let Some(host) = text(event, "ip_address") else {
        out.gap(Some(record.position()), "this event states no address");
        return false;
    };
    let fact = EndpointContacted {
        addresses: vec![address(&host)],
        port: number(event, "port"),
        via: "connect".into(),
        package: text(event, "package_name"),
        ..EndpointContacted::default()
    };
    out.fact(fact, record.position(), millis(event));
    true
}

/// Java writes an address behind the host's name and a slash, or behind a slash alone.
fn address(raw: &str) -> String {
    raw.rsplit('/').next().unwrap_or(raw).to_owned()
}

fn millis(event: &Value) -> Option<Time> {
    number(event, "event_time").map(|at| Time::unix_millis(at, "event_time"))
}

fn security(event: &Value, record: &Record<'_>, out: &mut Emitter<'_>) -> bool {
    let told = event.as_object().and_then(|object| {
        object.iter().find(|(key, value)| value.is_object() && !key.starts_with("event_"))
    });
    let Some((key, body)) = told else {
        out.gap(Some(record.position()), "this record of the security log names no event");
        return false;
    };
    let time = number(event, "event_time")
        .map(|at: i64| Time::unix_millis(at.div_euclid(1_000_000), "event_time"));
    let at = record.position();
    match name(key) {
        "app_process_start" => process(body, &at, time, out),
        "package_installed" => package(body, "installed", at, time, out),
        "package_updated" => package(body, "updated", at, time, out),
        "package_uninstalled" => package(body, "removed", at, time, out),
        event => other(event, body, at, time, out),
    }
    true
}

fn process(body: &Value, at: &Position, time: Option<Time>, out: &mut Emitter<'_>) {
    let process = text(body, "process").unwrap_or_default();
    let package = normal::package(&process).unwrap_or_default().to_owned();
    let uid: Option<u32> = number(body, "uid");
    let user = uid.map(|uid| uid / 100_000);
    if let Some(sha256) = text(body, "sha256").filter(|_| !package.is_empty()) {
        // The exporter's hash is that of the app's base APK.
        let sha256 = Some(sha256);
        let file = AppFile { package: package.clone(), uid, user, sha256, ..AppFile::default() };
        out.fact(file, at.clone(), time.clone());
    }
    let ran = ComponentRan {
        package,
        uid,
        user,
        component: Some(process),
        how: "process".into(),
        state: text(body, "seinfo").map(|seinfo| format!("seinfo {seinfo}")),
        pid: number(body, "pid"),
        ..ComponentRan::default()
    };
    out.fact(ran, at.clone(), time);
}

fn package(body: &Value, action: &str, at: Position, time: Option<Time>, out: &mut Emitter<'_>) {
    let fact = InstallEvent {
        package: text(body, "package_name").unwrap_or_default(),
        user: number(body, "user_id"),
        action: action.into(),
        version_code: number(body, "version_code"),
        ..InstallEvent::default()
    };
    out.fact(fact, at, time);
}

fn other(event: &str, body: &Value, at: Position, time: Option<Time>, out: &mut Emitter<'_>) {
    let command = text(body, "command");
    let named = text(body, "package").or_else(|| command.as_deref().and_then(package_in));
    if let Some(path) = text(body, "path").filter(|_| event.starts_with("adb_sync_")) {
        out.fact(FileSeen { path, ..FileSeen::default() }, at.clone(), time.clone());
    }
    if let Some(command) = &command {
        links_in(command, |Link { url, host, port }| {
            let place = "command given over adb".to_owned();
            let link = LinkSeen { url, host, port, place, ..LinkSeen::default() };
            out.fact(link, at.clone(), time.clone());
        });
    }
    let uid: Option<u32> = number(body, "uid");
    let fact = SecurityEvent {
        event: event.to_owned(),
        details: details(event, body),
        package: named,
        uid,
        user: number(body, "target_user")
            .or(number(body, "admin_user"))
            .or(uid.map(|uid| uid / 100_000)),
        success: body
            .get("success")
            .and_then(|told| told.as_bool().or(told.as_i64().map(|n| n != 0))),
    };
    out.fact(fact, at, time);
}

/// The package that a command given over adb is about: `pm grant org.example …`.
fn package_in(command: &str) -> Option<String> {
    let mut words = command.split_ascii_whitespace();
    let tool = words.next()?;
    let about_packages =
        matches!(tool, "pm" | "am" | "cmd" | "appops" | "dumpsys" | "monkey" | "run-as");
    let mut names = words.take(16).filter_map(|word| normal::package(word.split('/').next()?));
    names.find(|name| about_packages && name.contains('.')).map(str::to_owned)
}

/// Every part as `name=value`: known ones in the log's order, then the others.
fn details(event: &str, body: &Value) -> Vec<String> {
    let Some(object) = body.as_object() else { return Vec::new() };
    let known = fields(event);
    let first = known.iter().filter_map(|name| Some((*name, object.get(*name)?)));
    let rest = object.iter().filter(|(key, _)| !known.contains(&key.as_str()));
    first
        .chain(rest.map(|(key, value)| (key.as_str(), value)))
        .map(|(key, value)| match value {
            Value::String(text) => format!("{key}={text}"),
            other => format!("{key}={other}"),
        })
        .collect()
}
