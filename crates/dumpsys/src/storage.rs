//! The service `mount`: volumes of cards, drives and emulated storage. Their labels and what was there
//! before are left out.
//!
//! Sources: AOSP `services/core/java/com/android/server/StorageManagerService.java` (`dump`),
//! `core/java/android/os/storage/VolumeInfo.java` (`dump`, Android 6 to 16: three lines of pairs below
//! `VolumeInfo{public:179,1}:`, broken where the writer's lines end). Up to Android 5 the service
//! (`MountService`) has none.

use crate::field::{pair, word};
use crate::{Line, Place, Reader, Tell, Unread};

/// A volume that is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Volume {
    /// Its name (`public:179,1`, `emulated;0`).
    pub id: String,
    /// Disk that it lies on (`disk:179,0`), where there is one.
    pub disk: Option<String>,
    /// Type (`PUBLIC`, `PRIVATE`, `EMULATED` …).
    pub kind: Option<String>,
    /// State (`MOUNTED`, `UNMOUNTED`, `REMOVED` …).
    pub state: Option<String>,
    /// Flags as written (`PRIMARY|VISIBLE`).
    pub flags: Option<String>,
    /// File system.
    pub filesystem: Option<String>,
    /// Where it is mounted.
    pub path: Option<String>,
}

/// Reads the lines of the service.
#[derive(Debug, Default)]
pub struct StorageReader {
    volume: Option<(Volume, Place)>,
    unread: Unread,
}

impl Reader for StorageReader {
    type Event<'e> = Volume;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        let text = line.text();
        let words = text.trim();
        if let Some(rest) = words.strip_prefix("VolumeInfo{") {
            self.end(tell);
            match rest.strip_suffix("}:").filter(|id| !id.is_empty() && id.len() < 200) {
                Some(id) => {
                    let volume = Volume { id: id.to_owned(), ..Volume::default() };
                    self.volume = Some((volume, line.place));
                }
                None => self.unread.add(line.place),
            }
            return;
        }
        let Some((volume, place)) = &mut self.volume else { return };
        if !words.contains('=') {
            return self.end(tell);
        }
        *place = place.through(line.place);
        let stated = |value: Option<&str>| {
            value.filter(|value| !matches!(*value, "" | "null")).map(str::to_owned)
        };
        // A label may hold any words: what stands behind it on its line is not read.
        let known = words.split(" fsLabel=").next().unwrap_or(words);
        for (into, key) in [
            (&mut volume.disk, "diskId"),
            (&mut volume.kind, "type"),
            (&mut volume.state, "state"),
            (&mut volume.flags, "mountFlags"),
            (&mut volume.filesystem, "fsType"),
        ] {
            if into.is_none() {
                *into = stated(word(known, key));
            }
        }
        if volume.path.is_none() {
            volume.path = stated(pair(known, "path"));
        }
    }

    fn finish(&mut self, tell: &mut Tell<'_, Self>) {
        self.end(tell);
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl StorageReader {
    fn end(&mut self, tell: &mut Tell<'_, Self>) {
        if let Some((volume, place)) = self.volume.take() {
            tell(&volume, place);
        }
    }
}
