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
    /// Whether the phone lists it, for whatever user.
    listed: bool,
}

/// How many packages a user must have for the list of packages to count as read.
const A_LIST: u32 = 20;

/// Who has a uid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
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
    /// How many packages are listed as installed, by user.
    listed: HashMap<u32, u32>,
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
                    listed: false,
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
        package.listed |= matches!(fact, Fact::AppInstalled(_));
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
            if matches!(fact, Fact::AppInstalled(_)) {
                *self.listed.entry(user).or_default() += 1;
            }
        }
        if let Some(uid) = key.uid {
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

    /// Whether a fact says of the package who has it: one that only a process is named after is
    /// known by no more than a name that anybody could choose.
    pub(crate) fn is_known(&self, id: PackageId) -> bool {
        let known = |package: &Package| package.listed || !package.named.is_empty();
        self.packages.get(id.0 as usize).is_some_and(known)
    }

    /// Whether the phone's list of packages was read, and does not hold this one.
    pub(crate) fn is_gone(&self, id: PackageId, user: Option<u32>) -> bool {
        // Operations are also told of `audioserver`, `root` and their like, which are no packages.
        let missing = |package: &Package| !package.listed && package.name.contains('.');
        self.packages.get(id.0 as usize).is_some_and(missing)
            && self.has_list(user.unwrap_or_default())
    }

    /// Whether the list of a user's packages was read.
    pub(crate) fn has_list(&self, user: u32) -> bool {
        self.listed.get(&user).is_some_and(|number| *number >= A_LIST)
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

    /// Whose a uid is; `None` where no package has it.
    pub(crate) fn owner(&self, uid: u32) -> Option<Owner> {
        self.by_uid.get(&uid).copied()
    }
}
