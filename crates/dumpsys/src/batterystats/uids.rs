//! `Statistics since last charge:`, the part of each uid: what it ran, and for how long.

use crate::field::{indent, uid};

/// What a uid used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UseKind {
    /// A partial wake lock: it kept the phone awake.
    WakeLock,
    /// A job.
    Job,
    /// A sync.
    Sync,
    /// The camera.
    Camera,
    /// Services in the foreground.
    ForegroundService,
    /// A process.
    Process,
    /// A package.
    Package,
}

/// What a uid did since the last full charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UidUse<'a> {
    /// Linux uid.
    pub uid: u32,
    /// What it used.
    pub kind: UseKind,
    /// Name of the wake lock, job, process or package; empty where there is none.
    pub name: &'a str,
    /// How long in all, in milliseconds.
    pub duration_ms: Option<u64>,
    /// How often.
    pub count: Option<u64>,
}

/// Reads the lines of the part.
#[derive(Debug, Default)]
pub(super) struct Uids {
    uid: Option<u32>,
}

impl Uids {
    /// Takes a line behind the title.
    pub(super) fn line(&mut self, text: &str, tell: &mut dyn FnMut(&UidUse<'_>)) {
        let (depth, words) = (indent(text), text.trim());
        if depth <= 2 {
            self.uid = words.strip_suffix(':').filter(|_| depth == 2).and_then(uid);
            return;
        }
        let Some(uid) = self.uid.filter(|_| depth == 4) else { return };
        let used = |kind, name, duration_ms, count| UidUse { uid, kind, name, duration_ms, count };
        for (start, kind) in [
            ("Wake lock ", UseKind::WakeLock),
            ("Job ", UseKind::Job),
            ("Sync ", UseKind::Sync),
            ("Camera", UseKind::Camera),
            ("Foreground services", UseKind::ForegroundService),
        ] {
            let Some(rest) = words.strip_prefix(start) else { continue };
            // A name may hold a colon and a blank.
            let Some((name, rest)) = rest.rsplit_once(": ") else { return };
            let rest = match kind {
                UseKind::WakeLock => match rest.split_once(" partial (") {
                    Some(_) => rest,
                    None => return,
                },
                _ => rest,
            };
            if let Some(duration) = spaced(rest) {
                tell(&used(kind, name, Some(duration), times(rest)));
            }
            return;
        }
        if let Some(name) = words.strip_prefix("Proc ").and_then(|name| name.strip_suffix(':')) {
            tell(&used(UseKind::Process, name, None, None));
        } else if let Some(name) =
            words.strip_prefix("Apk ").and_then(|name| name.strip_suffix(':'))
        {
            tell(&used(UseKind::Package, name, None, None));
        }
    }
}

/// Milliseconds of `1h 2m 3s 45ms partial …` (`BatteryStats.formatTimeMs`): up to the first word
/// that is no duration.
fn spaced(text: &str) -> Option<u64> {
    let mut total = None;
    for word in text.split(' ') {
        let Some(part) =
            crate::field::duration_ms(word).filter(|_| word.ends_with(['d', 'h', 'm', 's']))
        else {
            break;
        };
        total = Some(total.unwrap_or(0_u64).checked_add(part)?);
    }
    total
}

/// The count in `… (5 times) …`.
fn times(text: &str) -> Option<u64> {
    let (before, _) = text.split_once(" times)")?;
    before.rsplit('(').next()?.parse().ok()
}
