//! The service `package`: what is installed, for whom, from where, with which permissions.
//!
//! Sources: AOSP `services/core/java/com/android/server/pm/Settings.java` (`dumpPackageLPr`,
//! `dumpPackagesLPr`, `dumpSharedUsersLPr`; Android 5 to 16) and
//! `…/pm/verify/domain/DomainVerificationDebug.java` (12 to 16).
//!
//! A value may hold line breaks an app chose (its version name). Such lines are counted as
//! not understood; they neither end the package nor the list of packages.

mod record;
mod shared;

use crate::field::{indent, is_name};
use crate::{Line, Place, Unread};
use record::Tell;
pub use record::{Package, PackageEvent, UserState};
use shared::SharedUsers;
use std::collections::HashSet;

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
    /// The package whose web domains are listed.
    domains_of: Option<String>,
    names: HashSet<Box<str>>,
    shared: SharedUsers,
    unread: Unread,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Part {
    #[default]
    Other,
    Packages,
    Hidden,
    Domains,
    SharedUsers,
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
}

/// The package that is being read.
#[derive(Debug)]
struct Current {
    package: Package,
    user: Option<UserState>,
    /// Whether the user's state (or, without users, the package) was told.
    told: bool,
    users: u32,
    start: Place,
    last: Place,
    /// A hidden system package with a newer version: nothing of it is told.
    skipped: bool,
}

impl PackageReader {
    /// Takes a line; gives what it completes.
    pub fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
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
            Part::Packages | Part::Hidden => self.in_packages(words, depth, line.place, tell),
            Part::Domains => self.in_domains(words, line.place, tell),
            Part::SharedUsers => {
                let known = self.shared.line(words, depth, line.place, tell);
                if !known {
                    self.unread.add(line.place);
                }
            }
        }
    }

    /// The service is over: what was begun is told.
    pub fn finish(&mut self, tell: &mut Tell<'_>) {
        self.end_package(tell);
        self.part = Part::Other;
    }

    /// What was not understood.
    #[must_use]
    pub fn unread(&self) -> Unread {
        self.unread
    }

    /// Whether the line is the title of a part of the dump.
    fn title(&mut self, words: &str, depth: usize, after_blank: bool, tell: &mut Tell<'_>) -> bool {
        // Titles stand at the left; some makers indent the whole dump by two.
        if depth > 2 || (self.part != Part::Other && depth > self.level) {
            return false;
        }
        let part = match words {
            "Packages:" => Part::Packages,
            "Hidden system packages:" => Part::Hidden,
            "Domain verification status:" => Part::Domains,
            "Shared users:" => Part::SharedUsers,
            // Any other title stands behind a blank line.
            _ if self.part != Part::Other && after_blank && words.ends_with(':') => Part::Other,
            _ => return false,
        };
        self.end_package(tell);
        self.domains_of = None;
        self.shared.leave();
        self.part = part;
        self.level = depth;
        true
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
        let Some(current) = &mut self.current else {
            return self.unread.add(place);
        };
        if self.list != List::None && depth > self.list_level {
            if !current.skipped && !item(self.list, current, words, place, tell) {
                self.unread.add(place);
            }
            return;
        }
        self.list = List::None;
        if let Some(user) = words.strip_prefix("User ").filter(|_| depth > self.level + 2)
            && let Some(state) = UserState::parse(user)
        {
            tell_known(current, tell);
            current.users += 1;
            current.told = false;
            current.user = Some(state);
            current.last = place;
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
            users: 0,
            start: place,
            last: place,
            skipped,
        });
    }

    fn end_package(&mut self, tell: &mut Tell<'_>) {
        if let Some(mut current) = self.current.take() {
            tell_known(&mut current, tell);
            if current.users == 0 && !current.skipped {
                let known = PackageEvent::Known { package: &current.package, user: None };
                tell(&known, current.start.through(current.last));
            }
        }
        self.list = List::None;
    }

    fn in_domains(&mut self, words: &str, place: Place, tell: &mut Tell<'_>) {
        if let Some(list) = words.strip_prefix("Signatures: [").and_then(|l| l.strip_suffix(']')) {
            let Some(package) = &self.domains_of else { return self.unread.add(place) };
            for sha256 in list.split(',').map(str::trim).filter(|digest| digest.len() >= 64) {
                tell(&PackageEvent::Signed { package, sha256 }, place);
            }
        } else if let Some(name) = words.strip_suffix(':')
            && is_name(name)
            && name != "Enabled"
            && name != "Disabled"
        {
            self.domains_of = Some(name.to_owned());
        }
    }
}

/// Tells the package in the user that is being read, once.
fn tell_known(current: &mut Current, tell: &mut Tell<'_>) {
    if let Some(user) = &current.user
        && !current.told
    {
        current.told = true;
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
        _ if words.ends_with(':') => List::Ignored,
        _ => return None,
    })
}

fn item(list: List, current: &Current, words: &str, place: Place, tell: &mut Tell<'_>) -> bool {
    let package = current.package.name.as_str();
    let app_id = current.package.app_id;
    let name = words.split(": ").next().unwrap_or(words).trim_end_matches(':');
    match list {
        List::None | List::Ignored => {}
        List::Requested if is_name(name) => {
            tell(&PackageEvent::Requested { package, permission: name }, place);
        }
        List::GrantedNames if is_name(name) => {
            let permission = name;
            let (user, granted, flags) = (None, true, "");
            let event = PackageEvent::Granted { package, app_id, user, permission, granted, flags };
            tell(&event, place);
        }
        List::Requested | List::GrantedNames => return false,
        List::Install | List::Runtime => {
            let Some((permission, granted, flags)) = grant(words) else { return false };
            let user = match list {
                List::Runtime => current.user.as_ref().map(|user| user.user),
                _ => None,
            };
            let event = PackageEvent::Granted { package, app_id, user, permission, granted, flags };
            tell(&event, place);
        }
    }
    true
}

/// `android.permission.CAMERA: granted=true, flags=[ USER_SET|… ]`.
fn grant(words: &str) -> Option<(&str, bool, &str)> {
    let (permission, rest) = words.split_once(": granted=")?;
    let (granted, rest) = rest.split_once(',').unwrap_or((rest, ""));
    let flags = rest.split_once('[').map_or("", |(_, flags)| flags.trim_end_matches(']')).trim();
    Some((permission, crate::field::boolean(granted)?, flags)).filter(|(name, ..)| is_name(name))
}
