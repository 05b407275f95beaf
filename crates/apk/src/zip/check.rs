//! What is odd about the members of a zip: names, local headers, and how their data lie in the
//! file. What Android does with each is told in [`crate::anomaly`].

use super::{Archive, Member};
use crate::anomaly::AnomalyKind as Kind;
use crate::le::{u16_at, u32_at};
use crate::remarks::Remarks;
use std::collections::HashMap;
use std::io::{Read, Seek};

/// No file system holds a longer part of a name, nor a longer name (Linux: NAME_MAX, PATH_MAX).
const LONGEST_PART: usize = 255;
const LONGEST_NAME: usize = 4095;
/// No byte of deflate becomes more bytes than this (RFC 1951: 258 bytes for one bit and one bit).
const MOST_EXPANSION: u64 = 1032;
/// Marks that local header and record must share: encryption, data descriptor, strong encryption.
const MARKS: u16 = 1 | 1 << 3 | 1 << 6;

impl<R: Read + Seek> Archive<R> {
    pub(super) fn check(&mut self, remarks: &mut Remarks) {
        check_names(&self.members, remarks);
        let mut members = std::mem::take(&mut self.members);
        let mut spans = Vec::with_capacity(members.len());
        for member in &mut members {
            check_record(member, remarks);
            spans.extend(self.check_local(member, remarks));
        }
        self.check_spans(spans, &members, remarks);
        self.members = members;
    }

    /// Finds the data of a member, and tells what its local header has of its own. Returns where
    /// the member lies.
    fn check_local(&mut self, member: &mut Member, remarks: &mut Remarks) -> Option<(u64, u64)> {
        let shift = member.data.take().unwrap_or_default();
        let name = &member.name;
        let wanted = 30 + name.len();
        let found =
            [member.offset, member.offset.saturating_add(shift)].into_iter().find_map(|at| {
                let header = super::end::bytes(&mut self.reader, at, wanted as u64).ok()?;
                (header.starts_with(b"PK\x03\x04") && header.len() >= 30).then_some((at, header))
            });
        let Some((at, header)) = found else {
            let detail = format!("expected at byte {}", member.offset);
            remarks.odd_at(Kind::ZipLocalMissing, name, member.record, detail);
            return None;
        };
        member.offset = at;
        let short = |field| u16_at(&header, field).unwrap_or_default();
        let wide = |field| u32_at(&header, field).unwrap_or_default();
        let local_name = header.get(30..).unwrap_or_default();
        if member.exact_name
            && (usize::from(short(26)) != name.len() || local_name != name.as_bytes())
        {
            let local = local_name.get(..usize::from(short(26))).unwrap_or(local_name);
            let local = String::from_utf8_lossy(local.get(..100).unwrap_or(local)).into_owned();
            remarks.odd_at(Kind::ZipLocalName, name, at, format!("{local:?}"));
        }
        if short(8) != member.method {
            let detail = format!("{} there, {} in the directory", short(8), member.method);
            remarks.odd_at(Kind::ZipLocalMethod, name, at, detail);
        }
        let flags = short(6);
        if flags & 1 != 0 && member.flags & 1 == 0 {
            remarks.odd_at(Kind::ZipEncrypted, name, at, "in the local header alone");
        }
        if (flags ^ member.flags) & MARKS != 0 {
            let detail = format!("{flags:#06x} there, {:#06x} in the directory", member.flags);
            remarks.odd_at(Kind::ZipLocalFlags, name, at, detail);
        }
        // Without a data descriptor the header must state what the directory does; with one, its
        // own fields are zero or alike. Zip64 has its sizes elsewhere.
        let described = flags & 1 << 3 != 0;
        let fields = [(14, u64::from(member.crc32)), (18, member.compressed), (22, member.size)];
        let differs = fields.into_iter().find(|(field, value)| {
            let local = wide(*field);
            u64::from(local) != *value && local != u32::MAX && !(described && local == 0)
        });
        if let Some((field, value)) = differs {
            let detail = format!("{} there, {value} in the directory", wide(field));
            remarks.odd_at(Kind::ZipLocalSizes, name, at, detail);
        }
        let data = at + 30 + u64::from(short(26)) + u64::from(short(28));
        member.data = Some(data);
        let room = if at < self.directory_at { self.directory_at } else { self.len };
        let claimed = data.saturating_add(member.length().max(member.compressed));
        if claimed > room {
            let detail = format!("{} bytes too many", claimed - room);
            remarks.odd_at(Kind::ZipDataBeyond, name, data, detail);
        }
        let taken = match member.method {
            8 => member.compressed,
            _ => member.compressed.min(member.size),
        };
        Some((at, data.saturating_add(taken).min(room)))
    }

    /// Looks at the bytes before, between and behind the members.
    fn check_spans(&mut self, spans: Vec<(u64, u64)>, members: &[Member], remarks: &mut Remarks) {
        let mut spans = spans;
        spans.sort_unstable();
        let first = spans.first().map_or(self.directory_at, |span| span.0);
        if first > 0 {
            let start = super::end::bytes(&mut self.reader, 0, 4).unwrap_or_default();
            match start.as_slice() {
                b"dex\n" => {
                    remarks.odd_at(Kind::ZipJanus, "", 0, format!("{first} bytes"));
                }
                b"PK\x03\x04" => self.tell_gap(0, first, remarks),
                _ if first == self.directory_at && members.is_empty() => {}
                _ => remarks.odd_at(Kind::ZipPrefix, "", 0, format!("{first} bytes")),
            }
        }
        let mut end = first;
        for (at, to) in spans {
            if at < end {
                remarks.odd_at(Kind::ZipOverlap, "", at, format!("until byte {end}"));
            } else if at > end {
                self.tell_gap(end, at, remarks);
            }
            end = end.max(to);
        }
        if end < self.directory_at {
            self.tell_gap(end, self.directory_at, remarks);
        }
    }

    /// What stands between two members, or behind the last one: a data descriptor, what aligns the
    /// next member, the signing block; or something that should not be there.
    fn tell_gap(&mut self, from: u64, to: u64, remarks: &mut Remarks) {
        const LOOK: u64 = 4096;
        let gap =
            super::end::bytes(&mut self.reader, from, LOOK.min(to - from)).unwrap_or_default();
        // Of a descriptor only the sizes are certain: 12 or 20 bytes, behind a mark or not.
        let descriptor = match gap.starts_with(b"PK\x07\x08") {
            true => [16, 24].as_slice(),
            false => [12, 20].as_slice(),
        };
        let mut candidates = descriptor.iter().map(|length| *length as u64).chain([0]);
        let rest = candidates.find_map(|length| {
            let at = from.checked_add(length).filter(|at| *at <= to)?;
            let rest = gap.get(usize::try_from(length).ok()?..)?;
            let ordinary = at == to
                || rest.starts_with(b"PK\x03\x04") && is_filler(rest)
                || rest.iter().all(|byte| *byte == 0)
                || to == self.directory_at && self.is_signing_block(at, to);
            ordinary.then_some(())
        });
        if rest.is_some() {
            return;
        }
        let skip = match gap.starts_with(b"PK\x07\x08") {
            true => 16,
            false => 0,
        };
        let rest = gap.get(skip..).unwrap_or_default();
        let local = [skip, 0, 12, 16, 20, 24].into_iter().find(|at| {
            gap.get(*at..).is_some_and(|rest| rest.starts_with(b"PK\x03\x04") && !is_filler(rest))
        });
        match local {
            Some(at) => {
                let header = gap.get(at..).unwrap_or_default();
                let length = u16_at(header, 26).map_or(0, usize::from);
                let name = header.get(30..).unwrap_or_default();
                let name = String::from_utf8_lossy(name.get(..length.min(100)).unwrap_or(name));
                let at = from + at as u64;
                remarks.odd_at(Kind::ZipUnlisted, &name, at, "");
            }
            None if rest.iter().any(|byte| *byte != 0) => {
                remarks.odd_at(Kind::ZipUnlistedBytes, "", from, format!("{} bytes", to - from));
            }
            None => {}
        }
    }

    /// Whether an APK signing block fills these bytes (or zeros before one do).
    fn is_signing_block(&mut self, from: u64, to: u64) -> bool {
        let Some(foot) = to.checked_sub(24).filter(|foot| *foot >= from) else { return false };
        let Ok(foot) = self.raw(foot, 24) else { return false };
        let size = crate::le::u64_at(&foot, 0).unwrap_or(u64::MAX);
        let start = to.checked_sub(size).and_then(|at| at.checked_sub(8));
        foot.ends_with(b"APK Sig Block 42")
            && start.is_some_and(|start| {
                let before = start.checked_sub(from).filter(|length| *length <= 4096);
                before.is_some_and(|length| {
                    super::end::bytes(&mut self.reader, from, length)
                        .is_ok_and(|bytes| bytes.iter().all(|byte| *byte == 0))
                })
            })
    }
}

/// An empty local header without a name: what Android's own packer (zipflinger) fills gaps with.
fn is_filler(header: &[u8]) -> bool {
    u16_at(header, 26) == Some(0) && u32_at(header, 18) == Some(0)
}

/// What is odd about one record of the directory.
fn check_record(member: &Member, remarks: &mut Remarks) {
    let (name, at) = (&member.name, member.record);
    if !matches!(member.method, 0 | 8) {
        remarks.odd_at(Kind::ZipMethod, name, at, format!("method {}", member.method));
    }
    if member.flags & 1 != 0 {
        remarks.odd_at(Kind::ZipEncrypted, name, at, "");
    }
    let (size, compressed) = (member.size, member.compressed);
    if member.method == 0 && size != compressed {
        let detail = format!("{compressed} bytes compressed, {size} uncompressed");
        remarks.odd_at(Kind::ZipStoredSizes, name, at, detail);
    }
    if member.method == 8 && size / MOST_EXPANSION > compressed {
        let detail = format!("{compressed} bytes cannot inflate to {size}");
        remarks.odd_at(Kind::ZipSizeLies, name, at, detail);
    }
}

/// What is odd about the names.
fn check_names(members: &[Member], remarks: &mut Remarks) {
    let mut seen: HashMap<&str, u64> = HashMap::with_capacity(members.len());
    for member in members {
        let (name, at) = (member.name.as_str(), member.record);
        if !member.exact_name {
            remarks.odd_at(Kind::ZipInvalidName, name, at, "");
        }
        if name.len() > LONGEST_NAME || name.split('/').any(|part| part.len() > LONGEST_PART) {
            let short: String = name.chars().take(60).collect();
            let detail = format!("{} bytes", name.len());
            remarks.odd_at(Kind::ZipLongName, &short, at, detail);
        }
        if name.starts_with('/') || name.split(['/', '\\']).any(|part| part == "..") {
            remarks.odd_at(Kind::ZipTraversal, name, at, "");
        }
        if let Some(other) = seen.insert(name, at) {
            remarks.odd_at(Kind::ZipDuplicate, name, at, format!("also at byte {other}"));
        }
    }
    for member in members {
        // Not only the nearest folder: `a/b/c` conflicts with a file `a` too. A name has few parts
        // that fit a file system; beyond that it was told as too long.
        let name = member.name.trim_end_matches('/');
        if member.is_folder() && seen.contains_key(name) {
            remarks.odd_at(Kind::ZipConflict, name, member.record, "a file and a folder");
        }
        for (at, _) in name.match_indices('/').take(32) {
            let above = name.get(..at).unwrap_or_default();
            if let Some(file) = seen.get(above) {
                remarks.odd_at(Kind::ZipConflict, above, *file, format!("a file above {name:?}"));
            }
        }
    }
}
