//! The bytes of a member, as Android reads them.

use super::{Archive, Member};
use crate::anomaly::AnomalyKind as Kind;
use crate::remarks::Remarks;
use flate2::read::DeflateDecoder;
use std::io::{Read, Seek, SeekFrom};

/// A member's bytes.
pub(crate) struct Content {
    pub(crate) bytes: Vec<u8>,
    /// Byte range `[start, end)` of its data in the file.
    pub(crate) at: (u64, u64),
}

impl<R: Read + Seek> Archive<R> {
    /// A member's bytes, inflated. What is cut or damaged is returned as far as it goes; of a member
    /// with more than `limit` bytes, nothing.
    pub(crate) fn content(
        &mut self,
        member: &Member,
        limit: u64,
        remarks: &mut Remarks,
    ) -> Option<Content> {
        let inflate = member.method == 8;
        let content = self.read_as(member, inflate, limit, remarks);
        // Android takes what is not deflate as stored. Where that cannot be meant, it is read as it
        // can be: nothing is lost by it.
        if !matches!(member.method, 0 | 8) && member.compressed != member.size {
            let inflated = self.read_as(member, true, limit, &mut Remarks::default());
            let fits = |content: &&Content| content.bytes.len() as u64 == member.size;
            if inflated.as_ref().is_some_and(|content| fits(&content)) {
                return inflated;
            }
        }
        content
    }

    /// The first eight bytes of a member, inflated; fewer where it has no more, or they cannot be
    /// read.
    pub(crate) fn start(&mut self, member: &Member) -> Vec<u8> {
        let mut bytes = Vec::new();
        let reached = member.data.map(|at| self.reader.seek(SeekFrom::Start(at)));
        if reached.is_none_or(|reached| reached.is_err()) {
            return bytes;
        }
        let raw = (&mut self.reader).take(member.compressed.max(member.size));
        // What was read before an error stays.
        let _ = match member.method {
            8 => DeflateDecoder::new(raw).take(8).read_to_end(&mut bytes),
            _ => raw.take(8).read_to_end(&mut bytes),
        };
        bytes
    }

    fn read_as(
        &mut self,
        member: &Member,
        inflate: bool,
        limit: u64,
        remarks: &mut Remarks,
    ) -> Option<Content> {
        let Some(start) = member.data else {
            remarks.add(&member.name, "its data cannot be found");
            return None;
        };
        let length = if inflate { member.compressed } else { member.size };
        let mut bytes = Vec::new();
        if let Err(error) = self.reader.seek(SeekFrom::Start(start)) {
            remarks.add(&member.name, format!("its data cannot be reached: {error}"));
            return None;
        }
        let raw = (&mut self.reader).take(length);
        let done = if inflate {
            DeflateDecoder::new(raw).take(limit + 1).read_to_end(&mut bytes)
        } else {
            raw.take(limit + 1).read_to_end(&mut bytes)
        };
        if bytes.len() as u64 > limit {
            remarks.add(&member.name, format!("larger than the limit of {limit} bytes"));
            return None;
        }
        if let Err(error) = done {
            remarks.add(&member.name, format!("read to byte {} only: {error}", bytes.len()));
        } else if bytes.len() as u64 != member.size {
            let detail = format!("{} bytes, {} stated", bytes.len(), member.size);
            remarks.odd_at(Kind::ZipSizeLies, &member.name, start, detail);
        }
        Some(Content { bytes, at: (start, start.saturating_add(length).min(self.len)) })
    }
}
