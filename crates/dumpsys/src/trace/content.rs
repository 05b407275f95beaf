//! The service `content`: which apps synchronise what (a sync adapter is started by the system over
//! and over), and what is planned. Names of accounts are not read.
//!
//! Sources: public copies of `services/core/java/com/android/server/content/SyncManager.java`
//! (`dumpSyncState`, `dumpPeriodicSyncs`) of Android 15 and of AOSP's
//! `services/core/java/com/android/server/content/SyncOperation.java` (`dump`, about Android 14);
//! `SyncAdapterType.toString` from public copies; how `PrintTable` and `RegisteredServicesCache`
//! write is from memory. Older planned syncs (`JobId: …`) are not read.

use super::{Told, Trace};
use crate::field::{ascii_digits, is_date, is_name, uid};
use crate::{Component, Line, Place, Reader, Tell, Unread};

/// How many rows of the tables are remembered.
const MAX_ROWS: usize = 5_000;
/// The service cuts longer authorities from their start.
const AUTHORITY: usize = 50;

/// Reads the lines of the service: each sync that is planned, and each adapter, with how often and
/// when last it ran for any account of its type.
#[derive(Debug, Default)]
pub struct ContentReader {
    user: Option<u32>,
    /// Of the table that is being read.
    account: Option<(u32, String)>,
    columns: Option<Columns>,
    rows: Vec<Row>,
    told: Told,
    unread: Unread,
}

/// Where the columns of a table begin.
#[derive(Clone, Copy, Debug)]
struct Columns {
    total: (usize, usize),
    last: (usize, usize),
}

/// What a table says of an authority.
#[derive(Debug)]
struct Row {
    user: u32,
    kind: String,
    authority: String,
    count: u64,
    last: Option<String>,
}

impl Reader for ContentReader {
    type Event<'e> = Trace<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        let bytes = line.bytes.trim_ascii_start();
        if bytes.starts_with(b"JobId=") {
            self.planned(&line.text(), line.place, tell);
        } else if bytes.starts_with(b"ServiceInfo: SyncAdapterType {") {
            self.adapter(&line.text(), line.place, tell);
        } else if bytes.starts_with(b"Sync adapters for UserInfo{") {
            let text = line.text();
            let id = text.split_once("UserInfo{").and_then(|(_, rest)| rest.split(':').next());
            self.user = id.and_then(|id| id.parse().ok());
        } else if line.bytes.starts_with(b"Account ") {
            self.columns = None;
            self.account = account(&line.text());
        } else if line.bytes.starts_with(b"Authority ") {
            self.columns = columns(&line.text());
        } else if let Some(columns) = self.columns {
            if bytes.is_empty() {
                self.columns = None;
            } else {
                self.row(columns, &line.text());
            }
        }
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl ContentReader {
    /// `JobId=7 NAME/com.x u0 [com.x.data] PERIODIC … Reason=Periodic (period=1d00h00m00s
    /// flex=…) Owner={u0a123 com.x [10]} …`.
    fn planned(&mut self, text: &str, place: Place, tell: &mut Tell<'_, Self>) {
        let parts = text.split_once(" Owner={").and_then(|(head, owner)| {
            let authority = head.rsplit_once(" [")?.1.split(']').next()?;
            let mut owner = owner.split([' ', '}']);
            let (uid, package) = (uid(owner.next()?)?, owner.next()?);
            (is_name(authority) && is_name(package)).then_some((head, authority, uid, package))
        });
        let Some((head, authority, uid, package)) = parts else { return self.unread.add(place) };
        let period = head.rsplit_once("(period=").and_then(|(_, rest)| rest.split(' ').next());
        let what = match period {
            Some(period) => format!("sync of {authority} planned every {period}"),
            None => format!("sync of {authority} planned"),
        };
        if self.told.first(&format!("{uid} {package} {what}")) {
            tell(&Trace { package, uid: Some(uid), what: &what, ..Trace::default() }, place);
        }
    }

    /// `com.x.data  1  true  Total  0 … 12 … PERIODIC SUCCESS`; the lines below it have the days and
    /// the times.
    fn row(&mut self, columns: Columns, text: &str) {
        let cell = |(start, end): (usize, usize)| {
            text.get(start..end.min(text.len())).unwrap_or_default().trim()
        };
        let (Some((user, kind)), head) = (&self.account, text.split(' ').next()) else { return };
        if let Some(authority) = head.filter(|head| is_name(head) && !head.starts_with("--")) {
            if self.rows.len() < MAX_ROWS {
                self.rows.push(Row {
                    user: *user,
                    kind: kind.clone(),
                    authority: authority.to_owned(),
                    count: cell(columns.total).parse().unwrap_or(0),
                    last: None,
                });
            }
            return;
        }
        let at = cell(columns.last);
        if is_date(at)
            && let Some(row) = self.rows.last_mut()
        {
            let at = ascii_digits(at);
            row.last = row.last.take().max(Some(at));
        }
    }

    /// `ServiceInfo: SyncAdapterType {name=com.x.data, type=com.x, …}, ComponentInfo{a/b}, uid 10123`.
    fn adapter(&mut self, text: &str, place: Place, tell: &mut Tell<'_, Self>) {
        let parts = text.split_once("{name=").and_then(|(_, rest)| {
            let (authority, rest) = rest.split_once(", type=")?;
            let (kind, rest) = rest.split_once([',', '}'])?;
            let at = rest.rfind("ComponentInfo{")?;
            let rest = rest.get(at..)?;
            let uid = rest.rsplit_once("uid ")?.1.trim().parse().ok()?;
            Some((authority, kind, Component::first(rest)?, uid))
        });
        let Some((authority, kind, component, uid)) = parts else { return self.unread.add(place) };
        let user: u32 = self.user.unwrap_or(uid / 100_000);
        let start = authority.len().saturating_sub(AUTHORITY);
        let cut = authority.get(start..).unwrap_or(authority);
        let rows = self
            .rows
            .iter()
            .filter(|row| row.user == user && row.kind == kind && row.authority == cut);
        let (mut count, mut last) = (None, None);
        for row in rows {
            count = Some(count.unwrap_or(0) + row.count);
            last = last.max(row.last.as_deref());
        }
        let what = format!("sync adapter of {authority} for accounts of {kind}");
        let package = component.package;
        let (user, uid) = (Some(user), Some(uid));
        tell(&Trace { package, uid, user, what: &what, last, count, ..Trace::default() }, place);
    }
}

/// User and type of `Account NAME u0 com.x`, behind which ` (locked)` may stand.
fn account(text: &str) -> Option<(u32, String)> {
    let text = text.trim_end();
    let text = text.strip_suffix(" (locked)").unwrap_or(text);
    let (head, kind) = text.rsplit_once(' ')?;
    let user = head.rsplit_once(" u")?.1.parse().ok()?;
    Some((user, kind.to_owned()))
}

/// The columns that are read, by the table's head: a column is as wide as its widest cell.
fn columns(text: &str) -> Option<Columns> {
    let total = text.find(" Tot ")? + 1;
    let fail = total + text.get(total..)?.find("Fail")?;
    let last = text.find("Last Sync")?;
    let end = text.find("Backoff")?;
    (fail < last && last < end).then_some(Columns { total: (total, fail), last: (last, end) })
}
