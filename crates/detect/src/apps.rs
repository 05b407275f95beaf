//! Which package is meant: by package, uid and Android user, within one source.

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use model::fact::Fact;
use model::{AppKey, Subject};

/// Number of a package within its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PackageId(pub(crate) u32);

/// What is known of one package.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: Box<str>,
    /// Users for which it is installed.
    installed: Vec<u32>,
    /// Users that other facts name with it.
    named: Vec<u32>,
}

/// Who has a uid.
#[derive(Clone, Copy, Debug)]
enum Owner {
    One(PackageId),
    /// Packages with a shared user id: a fact by uid alone belongs to none of them for certain.
    Several,
}

/// The packages of one source.
#[derive(Debug, Default)]
pub(crate) struct Apps {
    packages: Vec<Package>,
    by_name: HashMap<Box<str>, PackageId>,
    by_uid: HashMap<u32, Owner>,
    /// The last package asked for: facts of one app come together.
    last: Option<PackageId>,
}

/// The app a fact is about or concerns. A process concerns the app whose package (before a `:`) it
/// is named after, where its uid is known.
pub(crate) fn app_of(fact: &Fact) -> Option<AppKey<'_>> {
    match fact.subject() {
        Subject::App(key) => Some(key),
        _ => fact.concerns(),
    }
}

impl Apps {
    /// The number of a package; a new one is taken in while there are fewer than `limit`.
    pub(crate) fn intern(&mut self, name: &str, limit: usize) -> Option<PackageId> {
        if let Some(last) = self.last
            && self.packages.get(last.0 as usize).is_some_and(|package| *package.name == *name)
        {
            return Some(last);
        }
        let id = match self.by_name.get(name) {
            Some(id) => *id,
            None => {
                if self.packages.len() >= limit {
                    return None;
                }
                let id = PackageId(u32::try_from(self.packages.len()).ok()?);
                self.packages.push(Package {
                    name: name.into(),
                    installed: Vec::new(),
                    named: Vec::new(),
                });
                self.by_name.insert(name.into(), id);
                id
            }
        };
        self.last = Some(id);
        Some(id)
    }

    /// Learns from a fact which users have the package, and whose uid it is.
    pub(crate) fn learn(&mut self, id: PackageId, key: &AppKey<'_>, fact: &Fact, limit: usize) {
        let Some(package) = self.packages.get_mut(id.0 as usize) else { return };
        // A package that the phone knows but has not installed for a user is no app of theirs.
        let (users, counts) = match fact {
            Fact::AppInstalled(app) => (&mut package.installed, app.installed != Some(false)),
            _ => (&mut package.named, true),
        };
        if let (Some(user), true) = (key.user, counts)
            && !users.contains(&user)
            && users.len() < 1000
        {
            users.push(user);
            users.sort_unstable();
        }
        // Processes are named by whoever runs them; they do not say whose a uid is.
        if let (Some(uid), false) = (key.uid, matches!(fact, Fact::ProcessRunning(_))) {
            let full = self.by_uid.len() >= limit;
            match self.by_uid.entry(uid) {
                Entry::Occupied(mut owner) => {
                    if !matches!(owner.get(), Owner::One(known) if *known == id) {
                        owner.insert(Owner::Several);
                    }
                }
                Entry::Vacant(slot) if !full => drop(slot.insert(Owner::One(id))),
                Entry::Vacant(_) => {}
            }
        }
    }

    /// The package's name.
    pub(crate) fn name(&self, id: PackageId) -> &str {
        self.packages.get(id.0 as usize).map_or("", |package| &package.name)
    }

    /// The users that a fact without a user is about; empty where none is known.
    pub(crate) fn users(&self, id: PackageId) -> &[u32] {
        match self.packages.get(id.0 as usize) {
            Some(package) if package.installed.is_empty() => &package.named,
            Some(package) => &package.installed,
            None => &[],
        }
    }

    /// The one package that has this uid.
    pub(crate) fn owner(&self, uid: u32) -> Option<PackageId> {
        match self.by_uid.get(&uid) {
            Some(Owner::One(id)) => Some(*id),
            _ => None,
        }
    }
}
