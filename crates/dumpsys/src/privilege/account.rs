//! The service `account`: types of accounts, who added and removed them when, and which apps
//! answer for a type. Names of accounts are not read.
//!
//! Sources: AOSP `services/core/java/com/android/server/accounts/AccountManagerService.java`,
//! `dumpUser` (Android 7 to 16), `AccountsDb.dumpDeDebugTable`, and
//! `core/java/android/content/pm/RegisteredServicesCache.java`, `dump`. Samsung hides the names
//! of users and accounts, not the types.

use crate::field::is_name;
use crate::{Component, Line, Place, Reader, Unread};

/// How many accounts, and types of them, are kept at a time.
const MAX_HELD: usize = 100;

/// What the service states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountEvent<'a> {
    /// An account is on the phone.
    Present {
        /// Its type (`com.google`).
        kind: &'a str,
        /// Package that answers for the type; empty where none is stated.
        package: &'a str,
        /// Android user, where stated.
        user: Option<u32>,
    },
    /// Something was done to an account.
    Changed {
        /// What, as written (`action_account_add`, `action_account_remove` …).
        action: &'a str,
        /// When, on the phone's clock, as written (`2026-09-30 10:00:00`).
        at: &'a str,
        /// Linux uid of who did it.
        uid: Option<u32>,
        /// Android user, where stated.
        user: Option<u32>,
    },
    /// A component answers for a type of account, and may be started for it by the system.
    Authenticator {
        /// The type.
        kind: &'a str,
        /// Package name.
        package: &'a str,
        /// Component, full.
        component: &'a str,
        /// Linux uid.
        uid: Option<u32>,
        /// Android user, where stated.
        user: Option<u32>,
    },
}

/// Reads the lines of the service.
#[derive(Debug, Default)]
pub struct AccountReader {
    user: Option<u32>,
    history: bool,
    /// Types of this user's accounts, until it is known which packages answer for them.
    present: Vec<(String, Place)>,
    /// Types, and the packages that answer for them.
    answers: Vec<(String, String)>,
    unread: Unread,
}

type Tell<'t> = crate::Tell<'t, AccountReader>;

impl Reader for AccountReader {
    type Event<'e> = AccountEvent<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        let text = line.text();
        let words = text.trim();
        if let Some(rest) = words.strip_prefix("User UserInfo{") {
            self.finish(tell);
            self.user = rest.split(':').next().and_then(|id| id.parse().ok());
            self.history = false;
        } else if words.starts_with("Account {name=") {
            // The name may hold anything; the type stands last.
            let kind = words.rsplit_once(", type=").and_then(|(_, kind)| kind.strip_suffix('}'));
            match kind.filter(|kind| is_name(kind)) {
                Some(kind) if self.present.len() < MAX_HELD => {
                    self.present.push((kind.to_owned(), line.place));
                }
                Some(_) | None => self.unread.add(line.place),
            }
        } else if words == "Accounts History" {
            self.history = true;
        } else if let Some(rest) =
            words.strip_prefix("ServiceInfo: AuthenticatorDescription {type=")
        {
            self.history = false;
            self.authenticator(rest, line.place, tell);
        } else if words.is_empty() || words.starts_with("Active Sessions:") {
            self.history = false;
        } else if self.history {
            self.change(words, line.place, tell);
        }
    }

    fn finish(&mut self, tell: &mut Tell<'_>) {
        let (user, answers) = (self.user, std::mem::take(&mut self.answers));
        for (kind, place) in self.present.drain(..) {
            let answer = answers.iter().find(|(of, _)| *of == kind);
            let package = answer.map_or("", |(_, package)| package);
            tell(&AccountEvent::Present { kind: &kind, package, user }, place);
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl AccountReader {
    /// `3,action_account_add,2026-09-30 10:00:00,10123,accounts,4`.
    fn change(&mut self, words: &str, place: Place, tell: &mut Tell<'_>) {
        let mut fields = words.split(',');
        let (_, action, at) = (fields.next(), fields.next(), fields.next());
        let uid = fields.next().and_then(|uid| uid.parse().ok());
        let (Some(action), Some(at)) = (action, at.filter(|at| crate::field::is_date(at))) else {
            return self.unread.add(place);
        };
        tell(&AccountEvent::Changed { action, at, uid, user: self.user }, place);
    }

    /// `com.google}, ComponentInfo{a/b}, uid 10144`.
    fn authenticator(&mut self, rest: &str, place: Place, tell: &mut Tell<'_>) {
        let parts = rest.split_once("}, ");
        let Some((kind, component)) =
            parts.and_then(|(kind, rest)| Some((kind, Component::first(rest)?)))
        else {
            return self.unread.add(place);
        };
        let uid = rest.rsplit_once("uid ").and_then(|(_, uid)| uid.trim().parse().ok());
        let full = component.to_string();
        let (package, component, user) = (component.package, &*full, self.user);
        if self.answers.len() < MAX_HELD {
            self.answers.push((kind.to_owned(), package.to_owned()));
        }
        tell(&AccountEvent::Authenticator { kind, package, component, uid, user }, place);
    }
}
