//! `Shared users:`. Permissions of packages that share a uid stand there, not with the package.

use super::record::{Package, Tell};
use super::{Grant, List, list_title};
use crate::Place;
use std::collections::HashMap;

/// How many packages with a shared uid are remembered.
const MAX_PACKAGES: usize = 20_000;

/// How many packages of one shared uid are remembered; each line is told once for each.
const MAX_SHARING: usize = 64;

/// First app id of apps. Below are the system's own (`android.uid.system`), whose hundreds of
/// permissions are not told for each of their packages.
const FIRST_APP_ID: u32 = 10_000;

/// Which packages share which uid, and the shared user that is being read.
#[derive(Debug, Default)]
pub(super) struct SharedUsers {
    packages: HashMap<u32, Vec<Sharing>>,
    count: usize,
    app_id: Option<u32>,
    user: Option<u32>,
    list: Option<(List, usize)>,
}

/// A package with a shared uid.
#[derive(Debug)]
struct Sharing {
    name: String,
    /// Users it is not installed for.
    absent: Vec<u32>,
}

impl SharedUsers {
    /// Notes that a package states a shared user.
    pub(super) fn note(&mut self, package: &Package, value: &str) {
        let Some(app_id) = package.app_id.filter(|id| *id >= FIRST_APP_ID) else { return };
        if value != "null" && !package.hidden && self.count < MAX_PACKAGES {
            let sharing = self.packages.entry(app_id).or_default();
            if sharing.len() < MAX_SHARING {
                self.count += 1;
                sharing.push(Sharing { name: package.name.clone(), absent: Vec::new() });
            }
        }
    }

    /// Notes that the package noted last is not installed for a user.
    pub(super) fn absent(&mut self, package: &Package, user: u32) {
        let sharing = package.app_id.and_then(|id| self.packages.get_mut(&id)?.last_mut());
        if let Some(one) = sharing.filter(|one| one.name == package.name) {
            one.absent.push(user);
        }
    }

    /// The part is left.
    pub(super) fn leave(&mut self) {
        (self.app_id, self.user, self.list) = (None, None, None);
    }

    /// Takes a line of the part; says whether it was understood.
    pub(super) fn line(
        &mut self,
        words: &str,
        depth: usize,
        place: Place,
        tell: &mut Tell<'_>,
    ) -> bool {
        if words.starts_with("SharedUser [") {
            self.leave();
            return true;
        }
        if let Some((list, level)) = self.list {
            if depth > level {
                return self.item(list, words, place, tell);
            }
            self.list = None;
        }
        if let Some(id) = words.strip_prefix("appId=").or_else(|| words.strip_prefix("userId=")) {
            let id = id.split_ascii_whitespace().next().unwrap_or_default();
            self.app_id = id.parse().ok();
        } else if let Some(user) = words.strip_prefix("User ") {
            let digits = user.bytes().take_while(u8::is_ascii_digit).count();
            self.user = user.get(..digits).and_then(|user| user.parse().ok());
        } else if words == "Packages" {
            self.list = Some((List::Ignored, depth));
        } else if let Some(list) = list_title(words) {
            self.list = Some((list, depth));
        }
        true
    }

    fn item(&self, list: List, words: &str, place: Place, tell: &mut Tell<'_>) -> bool {
        if !matches!(list, List::Install | List::Runtime) {
            return true;
        }
        let Some(grant) = Grant::read(words) else { return false };
        let Some(app_id) = self.app_id else { return true };
        let runtime = list == List::Runtime;
        let user = if runtime { self.user } else { grant.user };
        let sharing = self.packages.get(&app_id).into_iter().flatten();
        for Sharing { name, .. } in
            sharing.filter(|one| user.is_none_or(|user| !one.absent.contains(&user)))
        {
            tell(&grant.event(name, Some(app_id), user, runtime), place);
        }
        true
    }
}
