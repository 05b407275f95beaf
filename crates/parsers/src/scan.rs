//! Hands the bytes of an artifact, and of the members of an app, to a user's own patterns.

use crate::read::gap;
use crate::recognise;
use evidence::{Blob, Emitter, Scan, Scanned, Scanner};
use model::{Item, Position};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The scanning of one artifact: its facts go by first, then its bytes.
pub(crate) struct Scanning<'s> {
    scan: Box<dyn Scan + 's>,
    most: u64,
    /// Whether something panicked: then nothing more is scanned.
    broken: bool,
}

impl<'s> Scanning<'s> {
    pub(crate) fn of(scanner: &'s dyn Scanner) -> Self {
        Self { scan: scanner.open(), most: scanner.most_bytes(), broken: false }
    }

    /// Takes what was read of the artifact.
    pub(crate) fn learn(&mut self, item: &Item) {
        if let Item::Observation(seen) = item {
            self.scan.learn(&seen.fact);
        }
    }

    /// Whether an artifact of so many bytes is scanned as it lies; says so where it is not.
    pub(crate) fn takes(&self, len: u64, at: &str, sink: &mut dyn FnMut(Item)) -> bool {
        if len > self.most {
            gap(sink, at, None, self.too_large(None));
        }
        len <= self.most
    }

    fn too_large(&self, member: Option<&str>) -> String {
        let what = member.map_or_else(String::new, |member| format!("{member}: "));
        format!("{what}YARA rules were not held against it: it has more than {} bytes", self.most)
    }

    /// Scans the artifact as it lies, and the members of an app as they are inflated. What cannot be
    /// read is told by its own reading.
    pub(crate) fn artifact(
        mut self,
        blob: &Blob,
        is_app: bool,
        at: &str,
        sink: &mut dyn FnMut(Item),
    ) {
        if self.takes(blob.len(), at, sink)
            && let Ok(bytes) = blob.to_vec(self.most)
        {
            self.bytes(&Scanned { bytes: &bytes, member: None, at: None }, at, sink);
        }
        if is_app {
            self.members(blob, at, sink);
        }
    }

    fn members(&mut self, blob: &Blob, at: &str, sink: &mut dyn FnMut(Item)) {
        let (most, len) = (self.most, blob.len());
        // A package in the package is an artifact of its own, and is scanned as one.
        let enter = |name: &str| !recognise::is_app_name(name);
        let more = apk::each_member(blob.reader(), most, &enter, &mut |member| {
            let apk::Content { name, range, bytes } = member;
            let (start, end) = (range.0.min(len), range.1.min(len));
            let position = Position::bytes(start, end.max(start));
            match bytes {
                Some(bytes) => {
                    let scanned = Scanned { bytes, member: Some(name), at: Some(&position) };
                    self.bytes(&scanned, at, sink);
                }
                None => gap(sink, at, Some(position), self.too_large(Some(name))),
            }
        });
        if matches!(more, Ok(true)) {
            gap(sink, at, None, "its members inflate to more than YARA rules are held against");
        }
    }

    fn bytes(&mut self, scanned: &Scanned<'_>, at: &str, sink: &mut dyn FnMut(Item)) {
        if self.broken {
            return;
        }
        let mut out = Emitter::new(Arc::from(at), "yara", sink);
        // Unwind safety: what is left of the scan after a panic is not used again, and `out` only
        // counts and passes on whole items.
        let done = catch_unwind(AssertUnwindSafe(|| self.scan.scan(scanned, &mut out)));
        if done.is_err() {
            self.broken = true;
            out.gap(
                scanned.at.cloned(),
                "the YARA engine itself failed on this artifact; please report it",
            );
        }
        out.finish();
    }
}
