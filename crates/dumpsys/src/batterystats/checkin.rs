//! The form for machines (`dumpsys batterystats -c`, dumpstate's section `CHECKIN BATTERYSTATS`): the
//! bytes of each uid, which the form for people rounds. All else stands there too.
//!
//! `9,10123,l,nt,MOBILE_RX,MOBILE_TX,WIFI_RX,WIFI_TX,…`: version, uid, since the last charge, network.

use crate::{Line, Reader, Tell, Unread};

/// Bytes of a uid since the last full charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UidBytes {
    /// Linux uid.
    pub uid: u32,
    /// `mobile` or `wifi`.
    pub network: &'static str,
    /// Bytes received.
    pub rx: u64,
    /// Bytes sent.
    pub tx: u64,
}

/// Reads the lines of the section.
#[derive(Debug, Default)]
pub struct BatteryCheckin {
    unread: Unread,
}

impl Reader for BatteryCheckin {
    type Event<'e> = UidBytes;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        if memchr::memmem::find(line.bytes, b",l,nt,").is_none() {
            return;
        }
        let text = line.text();
        let mut parts = text.split(',');
        let uid = parts.nth(1).and_then(|uid| uid.parse().ok());
        let mut numbers = parts.skip(2).map_while(|part| part.parse::<u64>().ok());
        let Some(uid) = uid else { return self.unread.add(line.place) };
        for network in ["mobile", "wifi"] {
            let (Some(rx), Some(tx)) = (numbers.next(), numbers.next()) else {
                return self.unread.add(line.place);
            };
            if rx | tx > 0 {
                tell(&UidBytes { uid, network, rx, tx }, line.place);
            }
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}
