//! The service `activity`: what runs, what ran, why processes started and ended.
//!
//! Sources: AOSP `services/core/java/com/android/server/am/`: `ActivityManagerService.java`
//! (`dumpProcessesLocked`), `ProcessRecord.java` (`toShortString`), `ActiveServices.java` and
//! `ServiceRecord.java` (`dump`), `AppExitInfoTracker.java`, `AppStartInfoTracker.java`,
//! `ProviderMap.java`; `core/java/android/app/ApplicationExitInfo.java` (11 on) and
//! `ApplicationStartInfo.java` (15 on), `server/wm/RecentTasks.java` and `Task.java`; Android 7 to 16.
//! Each part has a title of its own, `ACTIVITY MANAGER … (dumpsys activity …)`.

mod broadcasts;
mod grants;

use crate::field::{component, duration_ms, indent, pair};
use crate::{Line, Place, Reader, Tell, Unread};
use broadcasts::Broadcasts;
use grants::Grants;

/// What a part of the dump is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ActivityKind {
    /// A service that is created.
    #[default]
    Service,
    /// A content provider that is published.
    Provider,
    /// A task among the recent ones.
    Recent,
    /// A process that runs.
    Process,
    /// A process that ended.
    Exit,
    /// A process that was started.
    Start,
    /// A broadcast that a receiver of an app got, of those that such apps wait for.
    Received,
    /// A broadcast that an app sent.
    Sent,
    /// Content of another app that an app may open: the authority is the description, the mode
    /// the reason, who gave it the caller.
    Grant,
    /// Pending intents that an app made.
    Intents,
}

/// One record of the dump; fields that its kind does not have are absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityRecord {
    /// What it is.
    pub kind: ActivityKind,
    /// Package name.
    pub package: Option<String>,
    /// Class, full.
    pub class: Option<String>,
    /// Process name as written.
    pub process: Option<String>,
    /// Process id.
    pub pid: Option<u32>,
    /// Linux uid.
    pub uid: Option<u32>,
    /// Android user.
    pub user: Option<u32>,
    /// Package that called it last, or started the task.
    pub caller: Option<String>,
    /// Action of the intent that started it.
    pub action: Option<String>,
    /// Types of a foreground service, as written.
    pub types: Option<String>,
    /// Whether a service is in the foreground.
    pub foreground: Option<bool>,
    /// Reason of a start or an end, as written (`10 (USER REQUESTED)`).
    pub reason: Option<String>,
    /// What stands behind the reason of an end.
    pub sub_reason: Option<String>,
    /// What the phone says of an end.
    pub description: Option<String>,
    /// Exit status or signal.
    pub status: Option<i64>,
    /// When it ended or was delivered, on the phone's clock, as written; of a grant
    /// milliseconds since 1970.
    pub at: Option<String>,
    /// How many.
    pub count: Option<u64>,
    /// How long before the dump it was created or last used, in milliseconds.
    pub ago_ms: Option<u64>,
}

/// Reads the lines of the service.
#[derive(Debug, Default)]
pub struct ActivityReader {
    part: Part,
    /// The package whose ends or starts are listed.
    package: Option<String>,
    record: Option<(ActivityRecord, usize, Place)>,
    broadcasts: Broadcasts,
    grants: Grants,
    unread: Unread,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Other,
    Services,
    Providers,
    Recents,
    Processes,
    Exits,
    Starts,
    Broadcasts,
    Grants,
    Intents,
}

impl Reader for ActivityReader {
    type Event<'e> = ActivityRecord;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        let text = line.text();
        if let Some(part) = title(&text) {
            self.tell(tell);
            (self.part, self.package) = (part, None);
            (self.broadcasts, self.grants) = (Broadcasts::default(), Grants::default());
            return;
        }
        let words = text.trim();
        if self.part == Part::Other || words.is_empty() {
            return;
        }
        match self.part {
            Part::Broadcasts => return self.broadcasts.line(words, line.place, tell),
            Part::Grants => return self.grants.line(words, line.place, tell),
            Part::Intents => return intents(words, line.place, tell),
            _ => {}
        }
        let depth = indent(&text);
        match self.starts(words) {
            Start::Record(record) => {
                self.tell(tell);
                self.record = Some((*record, depth, line.place));
            }
            Start::Broken => {
                self.tell(tell);
                self.unread.add(line.place);
            }
            Start::No => {
                if let Some(package) = words.strip_prefix("package: ") {
                    self.tell(tell);
                    self.package = Some(package.chars().take(512).collect());
                } else if let Some((record, level, place)) = &mut self.record {
                    // The lines of a start stand further left than its title.
                    if depth > *level || record.kind == ActivityKind::Start {
                        take(record, words);
                        *place = place.through(line.place);
                    } else {
                        self.tell(tell);
                    }
                }
            }
        }
    }

    fn finish(&mut self, tell: &mut Tell<'_, Self>) {
        self.tell(tell);
        self.part = Part::Other;
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

enum Start {
    Record(Box<ActivityRecord>),
    Broken,
    No,
}

fn begun(record: ActivityRecord) -> Start {
    Start::Record(Box::new(record))
}

impl ActivityReader {
    fn tell(&mut self, tell: &mut Tell<'_, Self>) {
        if let Some((record, _, place)) = self.record.take() {
            tell(&record, place);
        }
    }

    /// Whether a line begins a record of the part.
    fn starts(&self, words: &str) -> Start {
        let found = |record: Option<ActivityRecord>| record.map_or(Start::Broken, begun);
        match self.part {
            Part::Services => match words.strip_prefix("* ServiceRecord{") {
                Some(rest) => found(named(rest, ActivityKind::Service)),
                None => Start::No,
            },
            Part::Providers => match words.strip_prefix("* ContentProviderRecord{") {
                Some(rest) => found(named(rest, ActivityKind::Provider)),
                None => Start::No,
            },
            Part::Recents if words.starts_with("* Recent #") => begun(recent(words)),
            Part::Processes => {
                let stars = ["*APP* UID ", "*PERS* UID "];
                match stars.iter().find_map(|stars| words.strip_prefix(stars)) {
                    Some(rest) => found(process(rest)),
                    None => Start::No,
                }
            }
            Part::Exits if words.starts_with("ApplicationExitInfo #") => {
                begun(self.of_package(ActivityKind::Exit))
            }
            Part::Starts if words.starts_with("ApplicationStartInfo ") => {
                begun(self.of_package(ActivityKind::Start))
            }
            _ => Start::No,
        }
    }

    fn of_package(&self, kind: ActivityKind) -> ActivityRecord {
        ActivityRecord { kind, package: self.package.clone(), ..ActivityRecord::default() }
    }
}

/// The part that a title begins. Dumps of one part alone (sections of dumpstate) have it too.
fn title(text: &str) -> Option<Part> {
    let rest = text.strip_prefix("ACTIVITY MANAGER ")?;
    let (_, command) = rest.split_once("(dumpsys activity ")?;
    Some(match command.split([')', ' ']).next()? {
        "services" => Part::Services,
        "providers" => Part::Providers,
        "recents" => Part::Recents,
        "processes" => Part::Processes,
        "exit-info" => Part::Exits,
        "start-info" => Part::Starts,
        "broadcasts" => Part::Broadcasts,
        "permissions" => Part::Grants,
        "intents" => Part::Intents,
        _ => Part::Other,
    })
}

/// `* com.x: 13 items`: pending intents by the app that made them (Android 10 on; before, each
/// stands alone, which is not taken). Source: `PendingIntentController.java`.
fn intents(words: &str, place: Place, tell: &mut Tell<'_, ActivityReader>) {
    let counted = words.strip_prefix("* ").and_then(|rest| rest.split_once(": "));
    let Some((package, count)) = counted.filter(|(name, _)| crate::field::is_name(name)) else {
        return;
    };
    let Some(count) = count.strip_suffix(" items").and_then(|count| count.parse().ok()) else {
        return;
    };
    let record = ActivityRecord {
        kind: ActivityKind::Intents,
        package: Some(package.to_owned()),
        count: Some(count),
        ..ActivityRecord::default()
    };
    tell(&record, place);
}

/// `1a2b3c u0 com.x/.Service c:com.caller}`.
fn named(rest: &str, kind: ActivityKind) -> Option<ActivityRecord> {
    let mut words = rest.trim_end_matches('}').split(' ').skip(1);
    let user = words.next()?.strip_prefix('u')?.parse().ok();
    let (package, class) = component(words.next()?)?;
    let caller = words.find_map(|word| word.strip_prefix("c:")).map(str::to_owned);
    let (package, class) = (Some(package.to_owned()), Some(class));
    Some(ActivityRecord { kind, package, class, user, caller, ..ActivityRecord::default() })
}

/// `* Recent #0: Task{1a #12 type=standard A=10123:com.x U=0 visible=true …}`, before Android 10
/// `TaskRecord{1a #12 A=com.x U=0 …}`.
fn recent(words: &str) -> ActivityRecord {
    let affinity = pair(words, "A").or_else(|| pair(words, "I"));
    let package = affinity.and_then(|affinity| affinity.rsplit(':').next());
    let user = pair(words, "U").and_then(|user| user.parse().ok());
    let package = package.filter(|package| crate::field::is_name(package)).map(str::to_owned);
    ActivityRecord { kind: ActivityKind::Recent, package, user, ..ActivityRecord::default() }
}

/// `10123 ProcessRecord{1a2b3c 4242:com.x:remote/u0a123}`.
fn process(rest: &str) -> Option<ActivityRecord> {
    let (uid, rest) = rest.split_once(" ProcessRecord{")?;
    let name = rest.trim_end_matches('}').split_once(' ')?.1;
    let (pid, name) = name.split_once(':')?;
    let process = name.rsplit_once('/').map_or(name, |(name, _)| name);
    let uid: u32 = uid.trim().parse().ok()?;
    Some(ActivityRecord {
        kind: ActivityKind::Process,
        process: Some(process.to_owned()),
        pid: pid.parse().ok().filter(|pid| *pid > 0),
        uid: Some(uid),
        user: Some(uid / 100_000),
        ..ActivityRecord::default()
    })
}

/// Takes a line within a record.
fn take(record: &mut ActivityRecord, words: &str) {
    let text = |value: Option<&str>| {
        value.filter(|value| !value.is_empty() && *value != "null").map(str::to_owned)
    };
    match record.kind {
        ActivityKind::Exit => exit(record, words),
        ActivityKind::Start => {
            if words.starts_with("pid=") {
                record.pid = pair(words, "pid").and_then(|pid| pid.parse().ok());
                record.uid = pair(words, "packageUid").and_then(|uid| uid.parse().ok());
                record.user = pair(words, "user").and_then(|user| user.parse().ok());
            } else if words.starts_with("package=") {
                record.package = text(pair(words, "package")).or(record.package.take());
                record.process = text(pair(words, "process"));
                // It may hold blanks.
                record.reason = words
                    .split_once(" reason=")
                    .and_then(|(_, rest)| text(rest.split(" startType=").next()));
            } else if words.starts_with("intent=") {
                record.action = text(pair(words, "act"));
                let named =
                    pair(words, "cmp").and_then(|name| component(name.trim_end_matches('}')));
                record.class = named.map(|(_, class)| class);
            }
        }
        ActivityKind::Process => {
            if let Some(list) = words.strip_prefix("packageList={") {
                let first = list.split([',', '}']).next().map(str::trim);
                record.package = text(first);
            }
        }
        ActivityKind::Recent => {
            if let Some(name) = words.strip_prefix("realActivity={") {
                if let Some((package, class)) = component(name.trim_end_matches('}')) {
                    record.package = Some(package.to_owned());
                    record.class = Some(class);
                }
            } else if let Some(uid) = pair(words, "effectiveUid") {
                record.uid = crate::field::uid(uid);
                record.caller = text(pair(words, "mCallingPackage"));
            } else if let Some((_, rest)) = words.split_once("(inactive for ") {
                let seconds = rest.split('s').next().and_then(|count| count.parse::<u64>().ok());
                record.ago_ms = seconds.and_then(|seconds| seconds.checked_mul(1000));
            }
        }
        ActivityKind::Received
        | ActivityKind::Sent
        | ActivityKind::Grant
        | ActivityKind::Intents => {}
        ActivityKind::Service | ActivityKind::Provider => {
            if words.starts_with("isForeground=") {
                record.foreground = pair(words, "isForeground").map(|word| word == "true");
                record.types = text(pair(words, "types"));
            } else if let Some(ago) = pair(words, "createTime") {
                record.ago_ms = duration_ms(ago);
            } else if let Some(name) = words.strip_prefix("recentCallingPackage=") {
                record.caller = text(Some(name)).or(record.caller.take());
            } else if let Some(name) = words.strip_prefix("processName=") {
                record.process = text(Some(name));
            } else if words.starts_with("intent={") {
                record.action = text(
                    pair(words, "act").or_else(|| pair(words.get(8..).unwrap_or_default(), "act")),
                );
            }
        }
    }
}

/// The three lines of an end; its description is free text that ends before `state=`.
fn exit(record: &mut ActivityRecord, words: &str) {
    let between = |from: &str, to: &str| -> Option<String> {
        let (_, rest) = words.split_once(from)?;
        let value = rest.split(to).next()?.trim();
        (!value.is_empty() && value != "null").then(|| value.to_owned())
    };
    if words.starts_with("timestamp=") {
        record.at = between("timestamp=", " pid=");
        record.pid = pair(words, "pid").and_then(|pid| pid.parse().ok());
        record.uid = pair(words, "packageUid").and_then(|uid| uid.parse().ok());
        record.user = pair(words, "user").and_then(|user| user.parse().ok());
    } else if words.starts_with("process=") {
        record.process = between("process=", " reason=");
        let before = if words.contains(" subreason=") { " subreason=" } else { " status=" };
        record.reason = between(" reason=", before);
        record.sub_reason = between(" subreason=", " status=");
        record.status = pair(words, "status").and_then(|status| status.parse().ok());
    } else if words.starts_with("importance=") {
        let text = words.rfind(" state=").and_then(|at| words.get(..at)).unwrap_or(words);
        let text = text.split_once(" description=").map(|(_, text)| text.trim());
        record.description = text.filter(|text| *text != "null").map(str::to_owned);
    }
}
