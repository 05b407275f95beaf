//! The service `device_policy`: device owner, profile owners, device admins and what they ask
//! for, and packages to which an owner delegated a part of its powers.
//!
//! Sources: AOSP `services/devicepolicy/java/com/android/server/devicepolicy/`:
//! `DevicePolicyManagerService.dump` (Android 7 to 16), `Owners.dump` and from 13 on
//! `OwnersData.dump`, `ActiveAdmin.dump`, `DevicePolicyData.dump` (12 to 16). What certificates an
//! admin installed is not dumped. Of the policies of the policy engine (14 on) none is read.

use super::{Privilege, Tell, tell_component};
use crate::field::{boolean, indent, is_name, word};
use crate::{Component, Line, Place, Reader, Unread};

/// Reads the lines of the service.
///
/// `device_owner` and `profile_owner` are `set`. A `device_admin` is `enabled` or `removing`; each
/// policy that it uses (`wipe-data`) and each restriction that it switched on (`disableCamera`) is
/// a `device_admin_policy`. `always_on_vpn` is `enabled` or `lockdown`. A
/// `device_policy_delegate` names the scope as its component.
#[derive(Debug, Default)]
pub struct DevicePolicyReader {
    part: Part,
    user: Option<u32>,
    /// The admin whose lines these are: component, where it stands, uid, indentation.
    admin: Option<Admin>,
    /// The package with delegated scopes, and its indentation.
    delegate: Option<(String, usize)>,
    /// The package of an always-on VPN, until the next line says whether it locks down.
    vpn: Option<(String, Place)>,
    unread: Unread,
}

#[derive(Debug)]
struct Admin {
    component: String,
    uid: Option<u32>,
    depth: usize,
    policies: bool,
}

#[derive(Debug, Default, PartialEq)]
enum Part {
    #[default]
    Other,
    DeviceOwner,
    ProfileOwner,
    Admins,
    Delegates,
}

/// What an admin may switch on, as `ActiveAdmin.dump` writes it.
const RESTRICTIONS: [&str; 4] =
    ["disableCamera", "disableScreenCapture", "isNetworkLoggingEnabled", "specifiesGlobalProxy"];

impl Reader for DevicePolicyReader {
    type Event<'e> = Privilege<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        let text = line.text();
        let words = text.trim();
        if words.is_empty() {
            return;
        }
        if self.heads(words, line.place, tell) {
            return;
        }
        match self.part {
            Part::DeviceOwner => self.owner("device_owner", words, line.place, tell),
            Part::ProfileOwner => self.owner("profile_owner", words, line.place, tell),
            Part::Admins => self.admin_line(&text, words, line.place, tell),
            Part::Delegates => self.delegate_line(&text, words, line.place, tell),
            Part::Other => {}
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl DevicePolicyReader {
    /// Whether the line begins a part.
    fn heads(&mut self, words: &str, place: Place, tell: &mut Tell<'_>) -> bool {
        let part = if words.starts_with("Device Owner:") {
            Part::DeviceOwner
        } else if words.starts_with("Profile Owner (User ") {
            Part::ProfileOwner
        } else if words.starts_with("Enabled Device Admins (User ") {
            Part::Admins
        } else if words == "mDelegationMap=" {
            Part::Delegates
        } else if words.starts_with("Removing Device Admins (User ") {
            let list = words.split_once("): [").and_then(|(_, list)| list.strip_suffix(']'));
            let user = user_of(words);
            for admin in list.into_iter().flat_map(|list| list.split(", ")) {
                let removing =
                    Privilege { kind: "device_admin", user, state: "removing", ..<_>::default() };
                match Component::parse(admin) {
                    Some(component) => tell_component(&component, removing, place, tell),
                    None => self.unread.add(place),
                }
            }
            Part::Other
        } else if self.part == Part::Admins && words.starts_with("mPasswordOwner=") {
            Part::Other
        } else {
            return false;
        };
        self.admin = None;
        self.delegate = None;
        match part {
            Part::ProfileOwner | Part::Admins => self.user = user_of(words),
            Part::DeviceOwner => self.user = None,
            Part::Delegates | Part::Other => {}
        }
        self.part = part;
        true
    }

    fn owner(&mut self, kind: &'static str, words: &str, place: Place, tell: &mut Tell<'_>) {
        if let Some(admin) = words.strip_prefix("admin=") {
            let privilege = Privilege { kind, user: self.user, state: "set", ..<_>::default() };
            match Component::parse(admin) {
                Some(component) => tell_component(&component, privilege, place, tell),
                None => self.unread.add(place),
            }
            self.part = Part::Other;
        }
    }

    fn admin_line(&mut self, text: &str, words: &str, place: Place, tell: &mut Tell<'_>) {
        let depth = indent(text);
        if self.admin.as_ref().is_none_or(|admin| depth <= admin.depth) {
            let component = words.strip_suffix(':').and_then(Component::parse);
            let Some(component) = component else {
                return self.unread.add(place);
            };
            self.admin =
                Some(Admin { component: component.to_string(), uid: None, depth, policies: false });
            return self.tell_admin("device_admin", "enabled", place, tell);
        }
        let user = self.user;
        let Some(admin) = &mut self.admin else { return };
        if let Some(uid) = words.strip_prefix("uid=") {
            admin.uid = uid.parse().ok();
        } else if words == "policies:" {
            admin.policies = true;
        } else if let Some((name, value)) = words.split_once('=') {
            admin.policies = false;
            if name == "mAlwaysOnVpnPackage" && is_name(value) && value != "null" {
                self.vpn = Some((value.to_owned(), place));
            } else if name == "mAlwaysOnVpnLockdown" {
                if let Some((package, place)) = self.vpn.take() {
                    let state = if value == "true" { "lockdown" } else { "enabled" };
                    let (kind, package) = ("always_on_vpn", &*package);
                    tell(&Privilege { kind, package, user, state, ..<_>::default() }, place);
                }
            } else if RESTRICTIONS.contains(&name) && boolean(value) == Some(true) {
                self.tell_admin("device_admin_policy", name, place, tell);
            }
        } else if words.ends_with(':') {
            admin.policies = false;
        } else if admin.policies {
            self.tell_admin("device_admin_policy", words, place, tell);
        }
    }

    fn tell_admin(&self, kind: &'static str, state: &str, place: Place, tell: &mut Tell<'_>) {
        if let Some(Admin { component, uid, .. }) = &self.admin
            && let Some((package, _)) = component.split_once('/')
        {
            let (component, user, uid) = (Some(&**component), self.user, *uid);
            tell(&Privilege { kind, package, component, user, uid, state }, place);
        }
    }

    /// `com.x[size=2]`, then `0: delegation-cert-install`.
    fn delegate_line(&mut self, text: &str, words: &str, place: Place, tell: &mut Tell<'_>) {
        let depth = indent(text);
        if let Some((package, size)) = words.split_once("[size=")
            && size.ends_with(']')
            && is_name(package)
        {
            self.delegate = Some((package.to_owned(), depth));
        } else if let Some((package, level)) = &self.delegate
            && depth > *level
            && let Some((_, scope)) = words.split_once(": ")
        {
            tell(
                &Privilege {
                    kind: "device_policy_delegate",
                    package,
                    component: Some(scope.trim()),
                    user: self.user,
                    uid: None,
                    state: "delegated",
                },
                place,
            );
        } else {
            self.part = Part::Other;
        }
    }
}

/// The user in `… (User 10): ` or `… (User 0, provisioningState: 0):`.
fn user_of(words: &str) -> Option<u32> {
    let rest = words.split_once("(User ")?.1;
    rest.split([')', ',']).next()?.trim().parse().ok().or_else(|| word(rest, "id")?.parse().ok())
}
