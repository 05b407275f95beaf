//! What a log states, as facts: shared by the logs of a bug report and those of an acquisition.

use super::links::{Link, links_in, logged_hosts, may_hold_url};
use super::shorteners::is_shortener;
use dumpsys::{LogEvent, LogWhat};
use model::fact::{
    AppTraced, ComponentRan, Fact, InstallEvent, LinkSeen, PermissionUsed, ProcessEnded,
    SecurityEvent,
};
use model::{Precision, Time, Zone, normal};
use std::collections::HashMap;

/// How often the same host is told of one log; a log may name it a hundred thousand times.
const MOST_OF_A_HOST: u8 = 3;

/// Hosts remembered for that; others are told each time.
const MOST_HOSTS: usize = 16_384;

/// Turns the events of one log into facts.
#[derive(Default)]
pub(crate) struct LogFacts {
    hosts: HashMap<String, u8>,
}

impl LogFacts {
    /// Tells what `event` says. `taken` is the phone's local time when the log was printed.
    pub(crate) fn tell(
        &mut self,
        event: &LogEvent<'_>,
        taken: Option<&str>,
        give: &mut dyn FnMut(Fact, Option<Time>),
    ) {
        if let LogWhat::Text { tag, text } = event.what {
            return self.links(tag, text, event.when, taken, give);
        }
        if let Some(fact) = fact(&event.what) {
            give(fact, time(event.when, taken));
        }
    }

    fn links(
        &mut self,
        tag: &str,
        text: &str,
        when: &str,
        taken: Option<&str>,
        give: &mut dyn FnMut(Fact, Option<Time>),
    ) {
        let mut tell = |Link { url, host, port }: Link| {
            if let Some(count) = self.hosts.get_mut(&host) {
                if *count >= MOST_OF_A_HOST {
                    return;
                }
                *count += 1;
            } else if self.hosts.len() < MOST_HOSTS {
                self.hosts.insert(host.clone(), 1);
            }
            let place = match tag {
                "" => "log".to_owned(),
                tag => format!("log line of {tag}"),
            };
            let shortener = Some(is_shortener(&host));
            let link = LinkSeen { url, host, port, place, shortener, ..LinkSeen::default() };
            give(link.into(), time(when, taken));
        };
        if may_hold_url(text) {
            links_in(text, &mut tell);
        }
        logged_hosts(text, &mut tell);
    }
}

/// As written; with a year where it can be told.
fn time(when: &str, taken: Option<&str>) -> Option<Time> {
    const SOURCE: &str = "log";
    let when = when.trim();
    if when.is_empty() {
        return None;
    }
    if when.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Some(Time {
            value: when.to_owned(),
            zone: Zone::Boot,
            precision: Precision::Millisecond,
            utc: None,
            derived_from: Some(SOURCE.to_owned()),
        });
    }
    if when.as_bytes().get(4) == Some(&b'-') {
        // `2026-10-01 19:29:14.864123 +0800`: with a zone it is an instant.
        let stamped = when.get(..10).zip(when.get(11..)).and_then(|(day, rest)| {
            let (clock, zone) = rest.split_once(' ')?;
            Time::rfc3339(&format!("{day}T{clock}{zone}"), SOURCE)
        });
        return Some(stamped.unwrap_or_else(|| Time::device(when, Precision::Millisecond, SOURCE)));
    }
    let dated = taken.and_then(|taken| Time::without_year(when, taken, SOURCE));
    Some(dated.unwrap_or_else(|| Time::device(when, Precision::Millisecond, SOURCE)))
}

fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The package of a process's or component's name; empty where it is none.
fn package_of(name: &str) -> String {
    let name = name.split(['/', ':']).next().unwrap_or_default();
    normal::package(name).unwrap_or_default().to_owned()
}

/// A component with its class written out (`org.example/.S` is `org.example/org.example.S`).
fn component(short: &str) -> Option<String> {
    match short.split_once("/.") {
        Some((package, class)) => Some(format!("{package}/{package}.{class}")),
        None => some(short),
    }
}

fn fact(what: &LogWhat<'_>) -> Option<Fact> {
    Some(match *what {
        LogWhat::Started { user, uid, pid, process, kind, component: started } => {
            // `service {org.example/.S}` names the app also where its process has another name.
            let package = match package_of(started) {
                name if name.is_empty() => package_of(process),
                name => name,
            };
            let trigger = match component(started) {
                Some(component) if !kind.is_empty() => Some(format!("{kind} {component}")),
                other => other.or_else(|| some(kind)),
            };
            let ran = ComponentRan {
                package,
                uid,
                user,
                component: some(process),
                how: "process".into(),
                trigger,
                pid,
                ..ComponentRan::default()
            };
            ran.into()
        }
        LogWhat::Ended { user, uid, pid, process, how, signal, reason, place } => ProcessEnded {
            process: process.to_owned(),
            package: some(&package_of(process)),
            pid,
            uid,
            user,
            how: how.to_owned(),
            signal: signal.and_then(some),
            reason: some(reason),
            place: some(place),
        }
        .into(),
        LogWhat::Service { user, component: short, types, reason } => ComponentRan {
            package: package_of(short),
            user,
            component: component(short),
            how: "foreground_service".into(),
            state: some(types).map(|types| format!("types {types}")),
            trigger: some(reason),
            ..ComponentRan::default()
        }
        .into(),
        LogWhat::Shown { user, component: short, reason } => ComponentRan {
            package: package_of(short),
            user,
            component: component(short),
            how: "activity".into(),
            foreground: Some(true),
            trigger: some(reason),
            ..ComponentRan::default()
        }
        .into(),
        LogWhat::Package { action, package, user, app_id, installer, origin } => InstallEvent {
            package: package.to_owned(),
            uid: user
                .zip(app_id)
                .and_then(|(user, app)| user.checked_mul(100_000)?.checked_add(app)),
            user,
            action: action.to_owned(),
            installer: installer.and_then(some),
            origin: origin.and_then(some),
            ..InstallEvent::default()
        }
        .into(),
        LogWhat::Used { package, uid, op, outcome } => PermissionUsed {
            package: normal::package(package).unwrap_or_default().to_owned(),
            uid,
            user: uid.map(|uid| uid / 100_000),
            op: op.to_owned(),
            outcome: outcome.to_owned(),
            ..PermissionUsed::default()
        }
        .into(),
        LogWhat::Traced { package, user, what } => AppTraced {
            package: some(&package_of(package))?,
            user,
            store: "logcat".into(),
            what: some(what),
            ..AppTraced::default()
        }
        .into(),
        LogWhat::Security { event, detail, package } => SecurityEvent {
            event: event.to_owned(),
            details: some(detail).into_iter().collect(),
            package: package.and_then(some),
            ..SecurityEvent::default()
        }
        .into(),
        LogWhat::Text { .. } => return None,
    })
}
