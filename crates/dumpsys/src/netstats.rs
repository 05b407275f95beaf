//! The service `netstats`: how many bytes each app sent and received, over which network, on the
//! screen or not.
//!
//! Sources: AOSP `services/core/java/com/android/server/net/` (since Android 13
//! `packages/modules/Connectivity/service-t/src/…/net/`): `NetworkStatsService.java` (`dump`),
//! `NetworkStatsRecorder.java`, `NetworkStatsCollection.java` (`dump`, `dumpCheckin`),
//! `NetworkStatsHistory.java`; the maps of the kernel as `BpfNetMaps` prints them; Android 7 to 16.
//! Parts that count the whole phone, and those by tag, whose bytes are counted without a tag too,
//! are left out. Numbers of an app stay when it is removed, below the uid -4 that all such share.

use crate::field::pair;
use crate::{Line, Place, Reader, Tell, Unread};
use std::collections::HashSet;

/// How many uids of the kernel's map are remembered, to tell each once.
const MAX_UIDS: usize = 100_000;

/// `NetworkStats.UID_REMOVED`.
const REMOVED: i64 = -4;

/// Bytes of one uid over one kind of network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Linux uid; -4 for all apps that were removed, -5 for tethering.
    pub uid: i64,
    /// Whether the app was in the foreground, where stated.
    pub foreground: Option<bool>,
    /// `mobile`, `wifi`, `ethernet`, `bluetooth` or `vpn`, where stated.
    pub network: Option<&'static str>,
    /// Bytes received.
    pub rx: u64,
    /// Bytes sent.
    pub tx: u64,
    /// Start of the first period, seconds since 1970 (UTC).
    pub first: Option<i64>,
    /// Start of the last period.
    pub last: Option<i64>,
    /// Length of a period in seconds.
    pub period: Option<i64>,
}

/// Reads the lines of the service, or of its form for machines.
#[derive(Debug, Default)]
pub struct NetstatsReader {
    part: Part,
    sum: Option<(Traffic, Place)>,
    told: HashSet<i64>,
    /// Bytes of apps that were removed.
    removed: u64,
    unread: Unread,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Other,
    Uids,
    Map,
}

impl Reader for NetstatsReader {
    type Event<'e> = Traffic;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        let text = line.text();
        let words = text.trim();
        let part = match words {
            "UID stats:" | "uid" => Some(Part::Uids),
            "mAppUidStatsMap:" => Some(Part::Map),
            "Dev stats:" | "Xt stats:" | "UID tag stats:" | "xt" | "tag" => Some(Part::Other),
            _ => None,
        };
        if let Some(part) = part {
            self.sum(tell);
            self.part = part;
            return;
        }
        match self.part {
            Part::Other => {}
            Part::Uids => self.uids(words, line.place, tell),
            Part::Map => self.map(words, line.place, tell),
        }
    }

    fn finish(&mut self, tell: &mut Tell<'_, Self>) {
        self.sum(tell);
        self.part = Part::Other;
    }

    fn unread(&self) -> Unread {
        self.unread
    }

    fn note(&self) -> Option<String> {
        let removed = self.removed;
        (removed > 0).then(|| format!("{removed} bytes by apps that were removed since"))
    }
}

impl NetstatsReader {
    fn sum(&mut self, tell: &mut Tell<'_, Self>) {
        if let Some((sum, place)) = self.sum.take()
            && sum.rx | sum.tx > 0
        {
            if sum.uid == REMOVED {
                self.removed = self.removed.saturating_add(sum.rx).saturating_add(sum.tx);
            }
            tell(&sum, place);
        }
    }

    fn uids(&mut self, words: &str, place: Place, tell: &mut Tell<'_, Self>) {
        if words.starts_with("ident=") {
            self.sum(tell);
            // Behind the network, whose name may hold anything.
            let key = words.rfind(" uid=").and_then(|at| words.get(at..)).unwrap_or_default();
            self.begin(pair(key, "uid"), pair(key, "set"), pair(key, "tag"), ident(words), place);
        } else if let Some(rest) = words.strip_prefix("c,") {
            self.sum(tell);
            let mut parts = rest.split(',');
            let network = parts.next().and_then(group);
            let (uid, set, tag) = (parts.next(), parts.next(), parts.next());
            self.begin(uid, set, tag, network, place);
        } else if let Some((sum, start)) = &mut self.sum {
            *start = start.through(place);
            if let Some(rest) = words.strip_prefix("NetworkStatsHistory: bucketDuration=") {
                sum.period = rest.parse().ok();
            } else if let Some(rest) = words.strip_prefix("d,").or(words.strip_prefix("h,")) {
                sum.period = rest.parse().ok();
            } else if let Some((at, rx, tx)) = bucket(words) {
                sum.first = sum.first.or(Some(at));
                sum.last = Some(at);
                sum.rx = sum.rx.saturating_add(rx);
                sum.tx = sum.tx.saturating_add(tx);
            } else if words.starts_with("st=") || words.starts_with("b,") {
                self.unread.add(place);
            } else if !words.starts_with("(omitting ") {
                self.sum(tell);
            }
        }
    }

    fn begin(
        &mut self,
        uid: Option<&str>,
        set: Option<&str>,
        tag: Option<&str>,
        network: Option<&'static str>,
        place: Place,
    ) {
        let Some(uid) = uid.and_then(|uid| uid.parse().ok()) else {
            return self.unread.add(place);
        };
        // -1 stands for all of the phone.
        if uid == -1 || !matches!(tag, Some("0x0" | "0") | None) {
            return;
        }
        let foreground = match set {
            Some("FOREGROUND" | "fg") => Some(true),
            Some("DEFAULT" | "def") => Some(false),
            // VPN traffic that was moved from one app to another is counted there.
            Some("DBG_VPN_IN" | "DBG_VPN_OUT" | "vpnin" | "vpnout") => return,
            _ => None,
        };
        self.sum = Some((Traffic { uid, foreground, network, ..Traffic::default() }, place));
    }

    /// `10123 123 4 56 7`: bytes and packets received, bytes and packets sent since boot. Where an
    /// entry goes while it is printed, the map is printed from its start again.
    fn map(&mut self, words: &str, place: Place, tell: &mut Tell<'_, Self>) {
        let mut numbers = words.split(' ').map(str::parse::<u64>);
        let row = (numbers.next(), numbers.next(), numbers.nth(1), numbers.nth(1), numbers.next());
        match row {
            (Some(Ok(uid)), Some(Ok(rx)), Some(Ok(tx)), Some(Ok(_)) | None, None) => {
                let Ok(uid) = i64::try_from(uid) else { return };
                if self.told.len() < MAX_UIDS && self.told.insert(uid) && rx | tx > 0 {
                    tell(&Traffic { uid, rx, tx, ..Traffic::default() }, place);
                }
            }
            _ if words.starts_with('m') || words.is_empty() => self.part = Part::Other,
            // Titles of columns, and what is said of entries that went.
            _ => {}
        }
    }
}

/// `st=1632990000 rb=1 rp=2 tb=3 tp=4 op=0`, or `b,1632990000,1,2,3,4,0`.
fn bucket(words: &str) -> Option<(i64, u64, u64)> {
    if let Some(rest) = words.strip_prefix("b,") {
        let mut parts = rest.split(',');
        let at = parts.next()?.parse().ok()?;
        return Some((at, parts.next()?.parse().ok()?, parts.nth(1)?.parse().ok()?));
    }
    let number = |key| pair(words, key)?.parse().ok();
    Some((pair(words, "st")?.parse().ok()?, number("rb")?, number("tb")?))
}

/// The network in `ident=[{type=1, …}]` or `[[type=WIFI, …]]`; of several the first.
fn ident(words: &str) -> Option<&'static str> {
    let (_, rest) = words.split_once("type=")?;
    Some(match rest.split([',', '}', ']']).next()? {
        "0" | "MOBILE" => "mobile",
        "1" | "WIFI" => "wifi",
        "7" | "BLUETOOTH" => "bluetooth",
        "9" | "ETHERNET" => "ethernet",
        "17" | "VPN" => "vpn",
        _ => return None,
    })
}

fn group(prefix: &str) -> Option<&'static str> {
    Some(match prefix {
        "cell" | "m" => "mobile",
        "wifi" | "w" => "wifi",
        "eth" | "e" => "ethernet",
        "bt" | "b" => "bluetooth",
        _ => return None,
    })
}
