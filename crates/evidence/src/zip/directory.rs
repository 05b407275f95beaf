//! The central directory: which members there are, and which of them are not to be trusted.

use super::name::{leaves_the_folder, member_path};
use super::stream::LOCAL_HEADER_SIZE;
use crate::{Blob, Limits};
use model::Member;
use rawzip::{MAX_CENTRAL_DIRECTORY_RECORD_SIZE, ReaderAt, ZipArchive, ZipLocator};
use std::io;

/// Something wrong in a directory that can be read all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingGap {
    /// Path of the member it concerns, if it concerns one.
    pub member: Option<String>,
    /// Where in the archive (a local header, or the directory); `None` where it concerns all of it.
    pub offset: Option<u64>,
    /// What is wrong.
    pub reason: String,
}

/// Why a zip's directory cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ZipError {
    /// There is nothing.
    #[error("the file is empty")]
    Empty,
    /// No end record: no zip, or a cut one.
    #[error("the end of the zip is missing: the file was cut off, or is no zip")]
    EndMissing,
    /// The end record points nowhere.
    #[error("the zip's directory cannot be read at byte {offset}: {reason}")]
    Directory {
        /// Where the directory should be.
        offset: u64,
        /// What stands there instead.
        reason: String,
    },
    /// The bytes cannot be read (or decrypted).
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Gaps told one by one; the rest is counted.
const MAX_GAPS: usize = 100;

/// End records tried: a comment may hold bytes that look like one.
const MAX_END_RECORDS: usize = 8;

/// What a whole archive may inflate to, however small it is.
const TOTAL_FLOOR: u64 = 1 << 30;

/// The members in path order, and what is wrong with them.
pub(super) fn list(
    blob: &Blob,
    limits: &Limits,
) -> Result<(Vec<Member>, Vec<ListingGap>), ZipError> {
    if blob.is_empty() {
        return Err(ZipError::Empty);
    }
    let mut listing = entries(blob, limits)?;
    let end = listing.directory;
    listing.drop_overlaps();
    listing.drop_beyond_total(blob.len(), limits);
    listing.name_suspicious();
    let Listing { members, mut gaps, .. } = listing;
    if gaps.len() > MAX_GAPS {
        let more = gaps.len() - MAX_GAPS;
        gaps.truncate(MAX_GAPS);
        let reason = format!("{more} more members of this archive are damaged or suspicious");
        gaps.push(ListingGap { member: None, offset: Some(end), reason });
    }
    Ok((members, gaps))
}

/// Members as the directory states them.
struct Listing {
    members: Vec<Member>,
    gaps: Vec<ListingGap>,
    directory: u64,
}

/// Tries the last end record first, then those before it.
fn entries(blob: &Blob, limits: &Limits) -> Result<Listing, ZipError> {
    let mut buffer = vec![0; MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
    let mut first_error = None;
    let mut end = blob.len();
    for _ in 0..MAX_END_RECORDS {
        let (error, earlier) =
            match ZipLocator::new().locate_in_reader(BlobAt(blob), &mut buffer, end) {
                Ok(archive) => match walk(&archive, &mut buffer, limits) {
                    Ok(listing) => return Ok(listing),
                    Err(error) => (error, Some(archive.eocd_offset())),
                },
                Err((_, error)) => (located(&error), error.eocd_offset()),
            };
        if matches!(error, ZipError::Io(_)) {
            return Err(error);
        }
        first_error.get_or_insert(error);
        match earlier {
            Some(earlier) if earlier > 0 && earlier < end => end = earlier,
            _ => break,
        }
    }
    Err(first_error.unwrap_or(ZipError::EndMissing))
}

fn located(error: &rawzip::Error) -> ZipError {
    use rawzip::ErrorKind;
    match error.kind() {
        ErrorKind::IO(source) if source.kind() != io::ErrorKind::UnexpectedEof => {
            ZipError::Io(io::Error::new(source.kind(), source.to_string()))
        }
        ErrorKind::MissingEndOfCentralDirectory | ErrorKind::Eof | ErrorKind::IO(_) => {
            ZipError::EndMissing
        }
        kind => ZipError::Directory {
            offset: error.eocd_offset().unwrap_or(0),
            reason: kind.to_string(),
        },
    }
}

/// Reads record after record. A directory that breaks off behind at least one is kept.
fn walk<R: ReaderAt>(
    archive: &ZipArchive<R>,
    buffer: &mut [u8],
    limits: &Limits,
) -> Result<Listing, ZipError> {
    let directory = archive.directory_offset();
    let mut listing = Listing { members: Vec::new(), gaps: Vec::new(), directory };
    let mut records = 0_u64;
    let mut entries = archive.entries(buffer);
    let broke_off = loop {
        let entry = match entries.next_entry() {
            Ok(Some(entry)) => entry,
            Ok(None) => break None,
            Err(error) => break Some(error),
        };
        records += 1;
        // A folder's own entry says nothing; one with bytes is a file in disguise, and is kept.
        if entry.is_dir() && entry.uncompressed_size_hint() == 0 {
            continue;
        }
        if listing.members.len() as u64 >= limits.members {
            listing.gap(
                None,
                entry.central_directory_offset(),
                format!("only the first {} members are read, there are more", limits.members),
            );
            return Ok(listing);
        }
        listing.members.push(Member {
            path: member_path(entry.file_path().as_bytes()),
            offset: entry.local_header_offset(),
            compressed: entry.compressed_size_hint(),
            size: entry.uncompressed_size_hint(),
            method: entry.compression_method().as_u16(),
            crc32: entry.crc32(),
            encrypted: entry.flags().is_encrypted(),
            modified: packed(entry.last_modified_dos()),
        });
    };
    let stated = archive.entries_hint();
    if let Some(error) = broke_off {
        if records == 0 {
            let reason = error.to_string();
            return Err(ZipError::Directory { offset: directory, reason });
        }
        let reason = format!("the directory breaks off after {records} members: {error}");
        listing.gap(None, directory, reason);
    } else if records == 0 && stated > 0 {
        let reason = format!("{stated} members are stated, none is there");
        return Err(ZipError::Directory { offset: directory, reason });
    } else if records & 0xffff != stated & 0xffff {
        // Writers without zip64 let the count wrap at 65,536.
        let reason = format!("the directory states {stated} members and lists {records}");
        listing.gap(None, directory, reason);
    }
    Ok(listing)
}

/// Date and time as they stand in the directory; `None` where both are zero.
fn packed(at: rawzip::time::DosDateTime) -> Option<u32> {
    let packed = u32::from(at.packed_date()) << 16 | u32::from(at.packed_time());
    (packed != 0).then_some(packed)
}

impl Listing {
    fn gap(&mut self, member: Option<String>, offset: u64, reason: String) {
        self.gaps.push(ListingGap { member, offset: Some(offset), reason });
    }

    /// Members that share bytes can inflate to any multiple of the archive (D. Fifield, "A
    /// better zip bomb", 2019); no honest writer makes them. The first one stays.
    fn drop_overlaps(&mut self) {
        let mut members = std::mem::take(&mut self.members);
        members.sort_by_key(|member| member.offset);
        let mut end = 0;
        members.retain(|member| {
            let overlaps = member.offset < end;
            if overlaps {
                let reason = "its bytes are also those of another member: it is not read";
                self.gap(Some(member.path.clone()), member.offset, reason.into());
            } else {
                end = member
                    .offset
                    .saturating_add(LOCAL_HEADER_SIZE)
                    .saturating_add(member.compressed);
            }
            !overlaps
        });
        // Stable: members of one name stay in the order of their bytes.
        members.sort_by(|a, b| a.path.cmp(&b.path));
        self.members = members;
    }

    /// Bounds what the archive inflates to in all, by the sizes that its directory states (a
    /// member that turns out larger is refused while it is read).
    fn drop_beyond_total(&mut self, archive: u64, limits: &Limits) {
        let budget = archive.saturating_mul(limits.ratio).max(TOTAL_FLOOR);
        let mut total = 0_u64;
        let mut dropped = Vec::new();
        self.members.retain(|member| {
            let with = total.saturating_add(member.size);
            // One that is too large by itself costs nothing: it is refused with its own reason.
            if with <= budget || member.size > budget {
                total = if member.size > budget { total } else { with };
                return true;
            }
            dropped.push((member.path.clone(), member.offset));
            false
        });
        for (path, offset) in dropped {
            let reason = format!(
                "the archive would inflate to more than {budget} bytes in all: it is not read"
            );
            self.gap(Some(path), offset, reason);
        }
    }

    /// Names what a careless unpacker would fall for. The members are read all the same.
    fn name_suspicious(&mut self) {
        let mut found = Vec::new();
        let mut previous: Option<&Member> = None;
        for member in &self.members {
            if let Some(why) = leaves_the_folder(&member.path) {
                let reason = format!("{why}; it is read, and nothing is written under that name");
                found.push((member.path.clone(), member.offset, reason));
            }
            if previous.is_some_and(|previous| previous.path == member.path) {
                let reason = "another member has the same name; each is read".to_owned();
                found.push((member.path.clone(), member.offset, reason));
            }
            previous = Some(member);
        }
        for (path, offset, reason) in found {
            self.gap(Some(path), offset, reason);
        }
    }
}

/// `rawzip` reads through this.
struct BlobAt<'a>(&'a Blob);

impl ReaderAt for BlobAt<'_> {
    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(offset, into)
    }
}
