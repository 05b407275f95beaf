//! The service `package`: what is installed, for whom, from where, with which permissions.
//!
//! Sources: AOSP `services/core/java/com/android/server/pm/Settings.java` (`dumpPackageLPr`,
//! `dumpPackagesLPr`, `dumpSharedUsersLPr`; Android 5 to 16) and
//! `…/pm/verify/domain/DomainVerificationDebug.java` (12 to 16).
//!
//! Every package names every user of the phone. What it states of a user for whom it is not
//! installed is told only where it is installed for none (removed with its data kept, archived,
//! or a system app taken away): once, for the first such user.
//!
//! A value may hold line breaks an app chose (its version name). Such lines are counted as
//! not understood; they neither end the package nor the list of packages.

mod dexopt;
mod domains;
mod queries;
mod record;
mod sessions;
mod shared;
mod tables;

use crate::field::{indent, is_name};
use crate::{Line, Place, Reader, Unread};
use dexopt::Dexopt;
use domains::Domains;
use queries::Queries;
use record::Tell;
pub use record::{Package, PackageEvent, UserState};
pub use sessions::InstallSession;
use sessions::Sessions;
use shared::SharedUsers;
use std::collections::HashSet;
pub use tables::ComponentKind;
use tables::Table;

/// How many package names are remembered, to know which hidden system packages have a newer
/// version; real phones have a few hundred.
const MAX_NAMES: usize = 200_000;

/// Reads the lines of the service.
#[derive(Debug, Default)]
pub struct PackageReader {
    part: Part,
    /// Indentation of the part's title.
    level: usize,
    after_blank: bool,
    current: Option<Current>,
    list: List,
    /// Indentation of the list's title.
    list_level: usize,
    domains: Domains,
    queries: Queries,
    names: HashSet<Box<str>>,
    shared: SharedUsers,
    table: Option<Table>,
    dexopt: Dexopt,
    sessions: Sessions,
    unread: Unread,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Part {
    #[default]
    Other,
    Packages,
    Hidden,
    Domains,
    Queries,
    /// The packages that verify others, or links.
    Verifiers,
    SharedUsers,
    Table,
    Dexopt,
    Sessions,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum List {
    #[default]
    None,
    Requested,
    Install,
    /// Android 5: names alone, all granted.
    GrantedNames,
    Runtime,
    Ignored,
    /// Names of libraries: Android 14 to 16 break each of its entries in two, the second half
    /// (`optional:true`) at the left edge.
    Libraries,
}

/// The package that is being read.
#[derive(Debug)]
struct Current {
    package: Package,
    user: Option<UserState>,
    /// Whether the user's state (or, without users, the package) was told.
    told: bool,
    /// Whether it was told at all.
    known: bool,
    /// The first user it is not installed for, and the last line about it there.
    absent: Option<(UserState, Place)>,
    start: Place,
    last: Place,
    /// A hidden system package with a newer version: nothing of it is told.
    skipped: bool,
}

impl Reader for PackageReader {
    type Event<'e> = PackageEvent<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        let text = line.text();
        let words = text.trim();
        if words.is_empty() {
            self.after_blank = true;
            return;
        }
        let after_blank = std::mem::take(&mut self.after_blank);
        let depth = indent(&text);
        if self.title(words, depth, after_blank, tell) {
            return;
        }
        match self.part {
            Part::Other => self.reopen(words, depth, line.place, tell),
            Part::Domains | Part::Queries | Part::Verifiers if words.starts_with("Package [") => {
                self.end_part(tell);
                self.reopen(words, depth, line.place, tell);
            }
            Part::Packages | Part::Hidden => self.in_packages(words, depth, line.place, tell),
            Part::Domains => {
                if !self.domains.line(words, line.place, tell) {
                    self.unread.add(line.place);
                }
            }
            Part::Queries => self.queries.line(words, depth, line.place, tell),
            Part::Verifiers => queries::verifier(words, line.place, tell),
            Part::Table => {
                let table = self.table.as_mut();
                if table.is_some_and(|table| !table.line(words, depth, line, tell)) {
                    self.unread.add(line.place);
                }
            }
            Part::Dexopt => self.dexopt.line(words, depth, line.place, tell),
            Part::Sessions => self.sessions.line(words, line.place, tell),
            Part::SharedUsers => {
                let known = self.shared.line(words, depth, line.place, tell);
                if !known {
                    self.unread.add(line.place);
                }
            }
        }
    }

    fn finish(&mut self, tell: &mut Tell<'_>) {
        self.end_package(tell);
        self.end_part(tell);
        self.part = Part::Other;
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl PackageReader {
    /// Whether the line is the title of a part of the dump.
    fn title(&mut self, words: &str, depth: usize, after_blank: bool, tell: &mut Tell<'_>) -> bool {
        // Titles stand at the left; some makers indent the whole dump by two.
        if depth > 2 || (self.part != Part::Other && depth > self.level) {
            return false;
        }
        let part = match words {
            "Packages:" => Part::Packages,
            "Hidden system packages:" => Part::Hidden,
            "Domain verification status:" | "App verification status:" => Part::Domains,
            _ if words.starts_with("App linkages for user ") => Part::Domains,
            "Queries:" => Part::Queries,
            "Verifiers:" | "Intent Filter Verifier:" | "Domain Verifier:" => Part::Verifiers,
            "Shared users:" => Part::SharedUsers,
            "Dexopt state:" => Part::Dexopt,
            "Active install sessions:"
            | "Historical install sessions:"
            | "Finalized install sessions:"
            | "Legacy install sessions:" => Part::Sessions,
            _ if words.ends_with(':') && Table::titled(words).is_some() => Part::Table,
            // Any other title stands behind a blank line.
            _ if self.part != Part::Other && after_blank && words.ends_with(':') => Part::Other,
            _ => return false,
        };
        self.end_package(tell);
        self.end_part(tell);
        self.part = part;
        self.level = depth;
        self.table = Table::titled(words);
        if part == Part::Domains {
            self.domains = Domains::titled(words);
        }
        self.queries = Queries::default();
        true
    }

    fn end_part(&mut self, tell: &mut Tell<'_>) {
        self.domains = Domains::default();
        self.queries.finish(tell);
        self.shared.leave();
        if let Some(mut table) = self.table.take() {
            table.finish(tell);
        }
        self.sessions.finish(tell);
        self.dexopt = Dexopt::default();
    }

    /// Outside of all known parts a package's header still is one: a title that an app made
    /// up must not hide what follows it.
    fn reopen(&mut self, words: &str, depth: usize, place: Place, tell: &mut Tell<'_>) {
        if (depth == 2 || depth == 4) && !self.names.is_empty() && header(words).is_some() {
            self.part = Part::Packages;
            self.level = depth - 2;
            self.in_packages(words, depth, place, tell);
        }
    }

    fn in_packages(&mut self, words: &str, depth: usize, place: Place, tell: &mut Tell<'_>) {
        if depth == self.level + 2
            && let Some(name) = header(words)
        {
            self.end_package(tell);
            return self.start_package(name, place);
        }
        let goes_on = self.goes_on(words, depth);
        let Some(current) = &mut self.current else {
            return self.unread.add(place);
        };
        if goes_on {
            if !current.skipped && !item(self.list, current, words, place, tell) {
                self.unread.add(place);
            }
            return;
        }
        let ended = std::mem::take(&mut self.list);
        if ended == List::Libraries && words.starts_with("optional:") {
            self.list = ended;
            return;
        }
        if let Some(user) = words.strip_prefix("User ").filter(|_| depth > self.level + 2)
            && let Some(state) = UserState::parse(user)
        {
            tell_known(current, tell);
            if state.installed == Some(false) && !current.skipped {
                self.shared.absent(&current.package, state.user);
            }
            current.told = false;
            current.user = Some(state);
            current.last = place;
            return;
        }
        // Its entries follow like values of the user, deeper, and so do those of the user.
        if words == "Suspend params:" {
            return;
        }
        if let Some(list) = list_title(words) {
            self.list = list;
            self.list_level = depth;
            if matches!(list, List::Runtime) {
                tell_known(current, tell);
            }
            return;
        }
        match words.split_once('=') {
            Some((key, value)) => {
                match &mut current.user {
                    Some(user) => user.take(key, value),
                    None => {
                        current.package.take(key, value);
                        if key == "sharedUser" {
                            self.shared.note(&current.package, value);
                        }
                    }
                }
                if !current.told {
                    current.last = place;
                }
            }
            // `lastDisabledCaller: x`, `harmfulAppWarning: x`.
            None if words.contains(": ") && depth > self.level + 2 => {}
            None => self.unread.add(place),
        }
    }

    /// Whether the line belongs to the list that is open. Up to Android 12 `overlay paths:`
    /// stands as far left as `User `, and the user's permissions behind it deeper.
    fn goes_on(&self, words: &str, depth: usize) -> bool {
        let list = self.list != List::None && depth > self.list_level;
        let permissions = self.list == List::Ignored && words == "runtime permissions:";
        // Behind the permissions, deeper than their title.
        let warning = self.list == List::Runtime && words.starts_with("harmfulAppWarning: ");
        list && !permissions && !warning
    }

    fn start_package(&mut self, name: &str, place: Place) {
        let hidden = self.part == Part::Hidden;
        let skipped = hidden && self.names.contains(name);
        if !hidden && self.names.len() < MAX_NAMES {
            self.names.insert(name.into());
        }
        let mut package = Package { name: name.into(), hidden, ..Package::default() };
        if hidden {
            package.system = Some(true);
        }
        self.list = List::None;
        self.current = Some(Current {
            package,
            user: None,
            told: false,
            known: false,
            absent: None,
            start: place,
            last: place,
            skipped,
        });
    }

    fn end_package(&mut self, tell: &mut Tell<'_>) {
        if let Some(mut current) = self.current.take() {
            tell_known(&mut current, tell);
            if !current.known && !current.skipped {
                let (user, last) = match &current.absent {
                    Some((user, last)) => (Some(user), *last),
                    None => (None, current.last),
                };
                let known = PackageEvent::Known { package: &current.package, user };
                tell(&known, current.start.through(last));
            }
        }
        self.list = List::None;
    }
}

/// Tells the package in the user that is being read, once; where it is not installed for the
/// user, only notes that.
fn tell_known(current: &mut Current, tell: &mut Tell<'_>) {
    if let Some(user) = &current.user
        && !current.told
    {
        current.told = true;
        if user.installed == Some(false) {
            let last = current.last;
            current.absent.get_or_insert_with(|| (user.clone(), last));
            return;
        }
        current.known = true;
        if !current.skipped {
            let known = PackageEvent::Known { package: &current.package, user: Some(user) };
            tell(&known, current.start.through(current.last));
        }
    }
}

/// The name in `Package [name] (1a2b3c):`.
fn header(words: &str) -> Option<&str> {
    let (name, rest) = words.strip_prefix("Package [")?.split_once("] (")?;
    let hash = rest.strip_suffix("):")?;
    (is_name(name) && hash.bytes().all(|b| b.is_ascii_hexdigit())).then_some(name)
}

fn list_title(words: &str) -> Option<List> {
    Some(match words {
        "requested permissions:" => List::Requested,
        "install permissions:" => List::Install,
        "grantedPermissions:" => List::GrantedNames,
        "runtime permissions:" => List::Runtime,
        "usesSdkLibraries:" => List::Libraries,
        _ if words.ends_with(':') => List::Ignored,
        _ => return None,
    })
}

fn item(list: List, current: &Current, words: &str, place: Place, tell: &mut Tell<'_>) -> bool {
    let package = current.package.name.as_str();
    let app_id = current.package.app_id;
    let name = words.split(": ").next().unwrap_or(words).trim_end_matches(':');
    match list {
        List::None | List::Ignored | List::Libraries => {}
        List::Requested if is_name(name) => {
            tell(&PackageEvent::Requested { package, permission: name }, place);
        }
        List::GrantedNames if is_name(name) => {
            let permission = name;
            let (user, granted, runtime, flags) = (None, true, false, "");
            let event = PackageEvent::Granted {
                package,
                app_id,
                user,
                permission,
                granted,
                runtime,
                flags,
            };
            tell(&event, place);
        }
        List::Requested | List::GrantedNames => return false,
        List::Install | List::Runtime => {
            let Some(grant) = Grant::read(words) else { return false };
            let runtime = list == List::Runtime;
            let user = match &current.user {
                Some(user) if runtime && user.installed == Some(false) => return true,
                Some(user) if runtime => Some(user.user),
                _ => grant.user,
            };
            tell(&grant.event(package, app_id, user, runtime), place);
        }
    }
    true
}

/// `android.permission.CAMERA: granted=true, flags=[ USER_SET|… ], userId=10`.
struct Grant<'a> {
    permission: &'a str,
    granted: bool,
    flags: &'a str,
    /// Permissions of the installation state the user where it is not the first one and has
    /// them otherwise (Android 12 on).
    user: Option<u32>,
}

impl<'a> Grant<'a> {
    fn read(words: &'a str) -> Option<Self> {
        let (permission, rest) = words.split_once(": granted=")?;
        let (granted, rest) = rest.split_once(',').unwrap_or((rest, ""));
        let (flags, behind) = match rest.split_once('[') {
            Some((_, list)) => list.split_once(']').unwrap_or((list, "")),
            None => ("", rest),
        };
        let user = behind.split_once("userId=").and_then(|(_, user)| user.trim().parse().ok());
        let granted = crate::field::boolean(granted)?;
        is_name(permission).then(|| Self { permission, granted, flags: flags.trim(), user })
    }

    fn event(
        &self,
        package: &'a str,
        app_id: Option<u32>,
        user: Option<u32>,
        runtime: bool,
    ) -> PackageEvent<'a> {
        let Self { permission, granted, flags, .. } = *self;
        PackageEvent::Granted { package, app_id, user, permission, granted, runtime, flags }
    }
}
