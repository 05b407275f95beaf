//! The services `vpn_management` (Android 12 to 16) and `connectivity` (7 to 16): whose app the
//! phone's traffic runs through.
//!
//! Sources: AOSP `services/core/java/com/android/server/VpnManagerService.java`, `dump` (Android 12 has a
//! line `0: com.x` for each user and no more), and `…/connectivity/Vpn.java`, `dump` (later: the app and
//! the type below it); `ConnectivityService.java`, `dump` (until 11 in
//! `services/core/java/com/android/server/`, later in the module Connectivity), with
//! `NetworkAgentInfo.toString` and `NetworkCapabilities.toString`: `EstablishingAppUid` on
//! Android 9 and 10, `OwnerUid` on 11 to 16; 7 and 8 state no owner. Compared with AOSP's mirror (the first),
//! decompiled phones (`Vpn.dump`, `EstablishingAppUid`) and dumps on public pages.

use super::{Privilege, Tell};
use crate::field::is_name;
use crate::{Line, Place, Reader, Unread};
use memchr::memmem;

/// Reads the lines of `vpn_management`: a `vpn` is `active` or `prepared`.
#[derive(Debug, Default)]
pub struct VpnReader {
    user: Option<u32>,
    /// The app that was named, until its type says whether it is at work.
    app: Option<String>,
    /// The app of a user's line, until lines below it say more.
    line: Option<(String, Place)>,
    unread: Unread,
}

impl Reader for VpnReader {
    type Event<'e> = Privilege<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        let text = line.text();
        let words = text.trim();
        if let Some(app) = words.strip_prefix("Active package name: ") {
            self.app = Some(app.to_owned());
            self.line = None;
        } else if let Some(kind) = words.strip_prefix("Active vpn type: ") {
            let Some(app) = self.app.take() else { return };
            // The phone's own client is written so; it is no app.
            if app == "[Legacy VPN]" || app == "null" {
                return;
            }
            if !is_name(&app) {
                return self.unread.add(line.place);
            }
            // `VpnManager.TYPE_VPN_NONE`.
            let state = if kind.trim() == "-1" { "prepared" } else { "active" };
            let (kind, package, user) = ("vpn", &*app, self.user);
            tell(&Privilege { kind, package, user, state, ..<_>::default() }, line.place);
        } else if text.starts_with("  ")
            && let Some((user, app)) = words.split_once(": ")
            && let Ok(user) = user.parse()
        {
            self.alone(tell);
            self.user = Some(user);
            self.app = None;
            self.line = Some((app.trim().to_owned(), line.place));
        }
    }

    fn finish(&mut self, tell: &mut Tell<'_>) {
        self.alone(tell);
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl VpnReader {
    /// A user's line below which nothing stood, as Android 12 writes it: the app may use a VPN; whether
    /// it does is not said.
    fn alone(&mut self, tell: &mut Tell<'_>) {
        let Some((app, place)) = self.line.take() else { return };
        if app == "[Legacy VPN]" || app == "null" {
            return;
        }
        if !is_name(&app) {
            return self.unread.add(place);
        }
        let (kind, package, user, state) = ("vpn", &*app, self.user, "prepared");
        tell(&Privilege { kind, package, user, state, ..<_>::default() }, place);
    }
}

/// Reads the lines of `connectivity`: a `vpn` network is `active`; only its owner's uid is
/// stated.
#[derive(Debug, Default)]
pub struct ConnectivityReader;

impl Reader for ConnectivityReader {
    type Event<'e> = Privilege<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_>) {
        let bytes = line.bytes.trim_ascii_start();
        // Networks that are no more stand in logs, behind a time.
        if !bytes.starts_with(b"NetworkAgentInfo") || memmem::find(bytes, b"VPN").is_none() {
            return;
        }
        let text = line.text();
        let transports = text.split_once("Transports: ").map(|(_, rest)| rest);
        let transports = transports.and_then(|rest| rest.split([' ', ']']).next());
        if !transports.is_some_and(|list| list.split('|').any(|one| one == "VPN")) {
            return;
        }
        let uid = ["OwnerUid: ", "EstablishingAppUid: "].iter().find_map(|key| {
            let rest = text.split_once(key)?.1;
            rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
        });
        if let Some(uid) = uid {
            let (uid, user) = (Some(uid), Some(uid / 100_000));
            tell(
                &Privilege { kind: "vpn", uid, user, state: "active", ..<_>::default() },
                line.place,
            );
        }
    }

    fn unread(&self) -> Unread {
        Unread::default()
    }
}
