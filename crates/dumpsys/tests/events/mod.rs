//! What a text holds, as the strings of the fixtures.

use dumpsys::*;

/// All events of a text in the form of `fixtures/NOTES.md`.
pub(crate) fn events(text: &[u8]) -> (Vec<String>, Summary) {
    let mut all = All::default();
    let summary = read(text, &mut all);
    (all.events, summary)
}

#[derive(Default)]
struct All {
    events: Vec<String>,
    kind: String,
    package: PackageReader,
    appops: AppopsReader,
    accessibility: AccessibilityReader,
    battery: BatteryReader,
    properties: PropertyReader,
}

fn or<T: std::fmt::Display>(value: Option<T>) -> String {
    value.map_or("-".into(), |value| value.to_string())
}

impl Visitor for All {
    fn open(&mut self, block: &Block<'_>) -> bool {
        let events = std::mem::take(&mut self.events);
        *self = All { events, kind: block.name.to_string(), ..All::default() };
        let kind = match block.kind {
            BlockKind::Section => "section",
            BlockKind::Service => "service",
        };
        let event = format!("{} open {kind} {} {}", block.place.line, block.name, block.command);
        self.events.push(event.trim_end().to_owned());
        let wanted = ["package", "appops", "accessibility", "batterystats", "SYSTEM PROPERTIES"];
        wanted.contains(&block.name.as_ref())
    }

    fn line(&mut self, line: &Line<'_>) {
        let events = &mut self.events;
        if line.cut {
            events.push(format!("cut {}", line.place.line));
        }
        match self.kind.as_str() {
            "package" => self.package.line(line, &mut |e, p| events.push(package(e, p))),
            "appops" => self.appops.line(line, &mut |e, p| events.push(appops(e, p))),
            "accessibility" => self.accessibility.line(line, &mut |s, p| {
                let user = or(s.user);
                events
                    .push(format!("{} a11y {user} {}/{} {}", p.line, s.package, s.class, s.state));
            }),
            "batterystats" => self.battery.line(line, &mut |event, p| {
                // The rest has fixtures of its own in `parsers`.
                let BatteryEvent::Changed(c) = event else { return };
                let (from, to) = (or(c.from), or(c.to));
                let version = c.version_code;
                events.push(format!("{} change {} {version} {from} {to}", p.line, c.package));
            }),
            "SYSTEM PROPERTIES" => self.properties.line(line, &mut |one: &Property<'_>, p| {
                events.push(format!("{} prop {}={}", p.line, one.name, one.value));
            }),
            _ => {}
        }
    }

    fn close(&mut self, closed: &Closed) {
        let events = &mut self.events;
        self.package.finish(&mut |e, p| events.push(package(e, p)));
        self.properties.finish(&mut |one: &Property<'_>, p| {
            events.push(format!("{} prop {}={}", p.line, one.name, one.value));
        });
        if let Some(note) = self.accessibility.note() {
            let count = note.split(' ').next().unwrap_or_default();
            events.push(format!("unnamed {count}"));
        }
        let unread = [
            self.package.unread(),
            self.appops.unread(),
            self.accessibility.unread(),
            self.battery.unread(),
            self.properties.unread(),
        ];
        for unread in unread.iter().filter(|unread| unread.count > 0) {
            let first = unread.first.unwrap().line;
            events.push(format!("unread {} {}@{first}", closed.name, unread.count));
        }
        let ending = match closed.ending {
            Ending::Stated => "stated",
            Ending::NextBlock => "next",
            Ending::TextEnd => "end",
        };
        let timeout = if closed.timed_out { " timeout" } else { "" };
        events.push(format!("{} close {} {ending}{timeout}", closed.place.line, closed.name));
    }
}

fn package(event: &PackageEvent<'_>, place: Place) -> String {
    let line = place.line;
    match event {
        PackageEvent::Known { package: p, user } => {
            let installer = match &p.installer {
                None => "-",
                Some(None) => "null",
                Some(Some(installer)) => installer,
            };
            let first = user.and_then(|u| u.first_install.as_ref()).or(p.first_install.as_ref());
            format!(
                "{line} known {}|{}|uid={}|installed={}|enabled={}|system={}|installer={installer}\
                 |initiating={}|version={}/{}|first={}",
                p.name,
                or(user.map(|u| u.user)),
                or(p.app_id),
                or(user.and_then(|u| u.installed)),
                or(user.and_then(|u| u.enabled())),
                or(p.system),
                or(p.initiating.as_ref()),
                or(p.version_name.as_ref()),
                or(p.version_code),
                or(first),
            )
        }
        PackageEvent::Requested { package, permission } => {
            format!("{line} asks {package} {permission}")
        }
        PackageEvent::Granted { package, user, permission, granted, flags, .. } => {
            format!("{line} grant {package} {} {permission} {granted} {flags}", or(*user))
        }
        PackageEvent::Signed { package, sha256 } => format!("{line} signed {package} {sha256}"),
        // These have fixtures of their own in `parsers`.
        PackageEvent::Component { package, class, .. } => format!("{line} part {package}/{class}"),
        PackageEvent::Link { package, host, .. } => format!("{line} link {package} {host}"),
        PackageEvent::AsksAbout { package, names } => format!("{line} about {package} {names}"),
        PackageEvent::Verifier { package, .. } => format!("{line} verifier {package}"),
        PackageEvent::Compiled { package, .. } => format!("{line} compiled {package}"),
        PackageEvent::Session(session) => format!("{line} session {}", session.id),
    }
}

fn appops(event: &AppopsEvent<'_>, place: Place) -> String {
    let line = place.line;
    match event {
        AppopsEvent::Mode { uid, package, op, mode } => {
            format!("{line} mode {} {} {op} {mode}", or(*uid), or(*package))
        }
        AppopsEvent::Use(used) => {
            let outcome = match used.outcome {
                Outcome::Accessed => "accessed",
                Outcome::Rejected => "rejected",
                Outcome::Running => "running",
            };
            format!(
                "{line} use {} {} {} {outcome} {} {} {} {}",
                or(used.uid),
                used.package,
                used.op,
                or(used.state),
                or(used.at.or(used.ago)),
                or(used.duration_ms),
                or(used.attribution),
            )
        }
    }
}
