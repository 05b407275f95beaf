//! Which hosts' links the packages open.
//!
//! Sources: AOSP `services/core/java/com/android/server/pm/verify/domain/DomainVerificationDebug.java`
//! (`printState`; 12 to 16: each host's state, then what each user selected) and
//! `…/pm/PackageManagerService.java` (`App verification status:`, `App linkages for user 0:`;
//! Android 6 to 11: `Package:`, `Domains:` and `Status:` lines).

use super::record::{PackageEvent, Tell};
use crate::Place;
use crate::field::is_name;
use std::collections::HashSet;

/// Hosts of one package that are remembered, so that none is told again as not selected.
const MAX_HOSTS: usize = 10_000;

/// The longest list of hosts in one line that is taken (Android 6 to 11).
const MAX_LIST: usize = 64 << 10;

/// Reads the lines of the part.
#[derive(Debug, Default)]
pub(super) struct Domains {
    package: Option<String>,
    user: Option<u32>,
    list: List,
    /// Hosts of the package that were told.
    told: HashSet<Box<str>>,
    /// Android 6 to 11: the hosts whose status follows.
    hosts: Option<(String, Place)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum List {
    #[default]
    None,
    States,
    Selected,
    NotSelected,
}

impl Domains {
    /// The part that a title begins; up to Android 11 it names the user.
    pub(super) fn titled(words: &str) -> Self {
        let user = words.strip_prefix("App linkages for user ");
        let user = user.and_then(|user| user.trim_end_matches(':').parse().ok());
        Self { user, ..Self::default() }
    }

    /// Takes a line; says whether it was understood.
    pub(super) fn line(&mut self, words: &str, place: Place, tell: &mut Tell<'_>) -> bool {
        if let Some(list) = words.strip_prefix("Signatures: [").and_then(|l| l.strip_suffix(']')) {
            let Some(package) = &self.package else { return false };
            for sha256 in list.split(',').map(str::trim).filter(|digest| digest.len() >= 64) {
                tell(&PackageEvent::Signed { package, sha256 }, place);
            }
            return true;
        }
        match words {
            "Domain verification state:" => self.list = List::States,
            "Enabled:" => self.list = List::Selected,
            "Disabled:" => self.list = List::NotSelected,
            "Invalid autoVerify domains:" | "Selection state:" => self.list = List::None,
            _ => return self.value(words, place, tell),
        }
        true
    }

    fn value(&mut self, words: &str, place: Place, tell: &mut Tell<'_>) -> bool {
        if let Some(title) = words.strip_suffix(':') {
            self.list = List::None;
            if let Some(user) = title.strip_prefix("User ") {
                self.user = user.parse().ok();
            } else if let Some(name) = title.split(' ').next().filter(|name| is_name(name)) {
                self.package = Some(name.to_owned());
                self.user = None;
                self.told.clear();
            }
            return true;
        }
        if let Some(name) = words.strip_prefix("Package: ") {
            self.package = is_name(name).then(|| name.to_owned());
            return self.package.is_some();
        }
        if let Some(hosts) = words.strip_prefix("Domains: ") {
            let short = hosts.len() <= MAX_LIST;
            self.hosts = short.then(|| (hosts.to_owned(), place));
            return short;
        }
        if let Some(status) = words.strip_prefix("Status: ") {
            self.elder(status.trim(), tell);
            return true;
        }
        let (host, state, user) = match self.list {
            List::None => return true,
            List::States => match words.split_once(": ") {
                Some((host, state)) => (host, state, None),
                None => return false,
            },
            List::Selected => (words, "selected", self.user),
            List::NotSelected if self.told.contains(words) => return true,
            List::NotSelected => (words, "not selected", self.user),
        };
        let Some(package) = &self.package else { return false };
        if self.list == List::States && self.told.len() < MAX_HOSTS {
            self.told.insert(host.into());
        }
        tell(&PackageEvent::Link { package, host, state, user }, place);
        true
    }

    /// `always : 200000001` behind the hosts of Android 6 to 11.
    fn elder(&mut self, status: &str, tell: &mut Tell<'_>) {
        let (Some(package), Some((hosts, place))) = (&self.package, self.hosts.take()) else {
            return;
        };
        let state = status.split(' ').next().unwrap_or(status);
        let user = self.user;
        let hosts = hosts.split([' ', ',']).filter(|host| !host.is_empty());
        for host in hosts {
            tell(&PackageEvent::Link { package, host, state, user }, place);
        }
    }
}
