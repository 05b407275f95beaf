//! The zip as AOSP's verifier reads it (apksig `ZipUtils`, `CentralDirectoryRecord`,
//! `LocalFileRecord`): stricter than reading needs to be, since what one reader overlooks and
//! another does not is how signatures are got around.

use super::source::{Fault, Source};
use crate::le::{u16_at, u32_at};
use flate2::{Decompress, FlushDecompress, Status};

/// The end record without its comment.
const END: usize = 22;
/// Bytes of a central directory that are read. The largest known have a few million.
const MOST_DIRECTORY: u64 = 64 << 20;
/// Bytes that inflating gives at once.
const OUT: usize = 64 << 10;

/// Where the parts of the zip lie.
pub(super) struct Sections {
    pub(super) directory_at: u64,
    pub(super) directory_size: u64,
    entries: u16,
    pub(super) end_at: u64,
    /// The end record with its comment.
    pub(super) end: Vec<u8>,
}

impl Sections {
    /// Finds them; `None` where there is no end record whose comment ends where the file does.
    pub(super) fn find(source: &mut Source<'_>) -> Result<Option<Self>, Fault> {
        let from = source.len.saturating_sub((END + usize::from(u16::MAX)) as u64);
        let tail = source.read(from, usize::try_from(source.len - from).unwrap_or(0))?;
        let is_end = |at: &usize| {
            let found = tail.get(*at..).is_some_and(|rest| rest.starts_with(b"PK\x05\x06"));
            found && u16_at(&tail, at + 20).is_some_and(|c| at + END + usize::from(c) == tail.len())
        };
        let Some(last) = tail.len().checked_sub(END) else { return Ok(None) };
        let Some(at) = (0..=last).rev().find(is_end) else { return Ok(None) };
        let wide = |field| u64::from(u32_at(&tail, at + field).unwrap_or_default());
        let sections = Self {
            directory_at: wide(16),
            directory_size: wide(12),
            entries: u16_at(&tail, at + 10).unwrap_or_default(),
            end_at: from + at as u64,
            end: tail.get(at..).unwrap_or_default().to_vec(),
        };
        if sections.directory_at + sections.directory_size > sections.end_at {
            return Err(Fault::Malformed(format!(
                "the central directory, {} bytes at byte {}, does not end before the end record \
                 at byte {}",
                sections.directory_size, sections.directory_at, sections.end_at
            )));
        }
        Ok(Some(sections))
    }

    /// The members that are no folders, in the order of the directory.
    pub(super) fn members(&self, source: &mut Source<'_>) -> Result<Vec<Member>, Fault> {
        if self.directory_size > MOST_DIRECTORY {
            return Err(Fault::Malformed(format!(
                "a central directory of {} bytes; {MOST_DIRECTORY} are read",
                self.directory_size
            )));
        }
        let size = usize::try_from(self.directory_size).unwrap_or(0);
        let directory = source.read(self.directory_at, size)?;
        let mut members = Vec::new();
        let mut at = 0;
        for index in 0..self.entries {
            let (member, next) = Member::read(&directory, at).ok_or_else(|| {
                let place = self.directory_at + at as u64;
                Fault::Malformed(format!(
                    "record {index} of {} of the central directory, at byte {place}, is none or \
                     is cut",
                    self.entries
                ))
            })?;
            at = next;
            if !member.name.ends_with('/') {
                members.push(member);
            }
        }
        Ok(members)
    }
}

/// A member, as the central directory states it.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    name_bytes: usize,
    flags: u16,
    method: u16,
    crc: u32,
    packed: u32,
    size: u32,
    pub(super) header_at: u64,
}

impl Member {
    fn read(directory: &[u8], at: usize) -> Option<(Self, usize)> {
        let record = directory.get(at..)?;
        if !record.starts_with(b"PK\x01\x02") {
            return None;
        }
        let field = |at| u16_at(record, at);
        let name_bytes = usize::from(field(28)?);
        let length = 46 + name_bytes + usize::from(field(30)?) + usize::from(field(32)?);
        record.get(..length)?;
        let member = Self {
            name: String::from_utf8_lossy(record.get(46..46 + name_bytes)?).into_owned(),
            name_bytes,
            flags: field(8)?,
            method: field(10)?,
            crc: u32_at(record, 16)?,
            packed: u32_at(record, 20)?,
            size: u32_at(record, 24)?,
            header_at: u64::from(u32_at(record, 42)?),
        };
        Some((member, at + length))
    }

    /// Where its data lies; all that the local header states must agree with the directory.
    fn data(&self, source: &mut Source<'_>, directory_at: u64) -> Result<(u64, u64), Fault> {
        let wrong = |what: String| {
            let place = self.header_at;
            Err(Fault::Malformed(format!(
                "{}: {what} (local header at byte {place})",
                self.shown()
            )))
        };
        let header_end = self.header_at + 30 + self.name_bytes as u64;
        if header_end > directory_at {
            return wrong(format!("its local header ends at byte {header_end}, in the directory"));
        }
        let header = source.read(self.header_at, 30 + self.name_bytes)?;
        if !header.starts_with(b"PK\x03\x04") {
            return wrong("no local header".to_owned());
        }
        let field = |at| u16_at(&header, at).unwrap_or_default();
        let wide = |at| u32_at(&header, at).unwrap_or_default();
        const DESCRIPTOR: u16 = 8;
        if (field(6) ^ self.flags) & DESCRIPTOR != 0 {
            return wrong("a data descriptor is stated in one place and not the other".to_owned());
        }
        if field(6) & DESCRIPTOR == 0 {
            let stated =
                [(14, self.crc, "CRC"), (18, self.packed, "packed"), (22, self.size, "size")];
            if let Some((at, central, what)) = stated.iter().find(|(at, c, _)| wide(*at) != *c) {
                let local = wide(*at);
                return wrong(format!("{what} {local} there, {central} in the directory"));
            }
        }
        let name_bytes = usize::from(field(26));
        let name = header.get(30..30 + name_bytes).map(String::from_utf8_lossy);
        if name.as_deref() != Some(self.name.as_str()) {
            return wrong("it has another name there".to_owned());
        }
        let start = self.header_at + 30 + name_bytes as u64 + u64::from(field(28));
        let length = u64::from(if self.method == 0 { self.size } else { self.packed });
        if start + length > directory_at {
            return wrong(format!("its data ends at byte {}, in the directory", start + length));
        }
        Ok((start, length))
    }

    /// Gives the bytes to `sink`, inflated where need be. Any method but 0 is deflate here, as
    /// the verifier has it.
    pub(super) fn feed(
        &self,
        source: &mut Source<'_>,
        directory_at: u64,
        inflater: &mut Inflater,
        mut sink: impl FnMut(&[u8]),
    ) -> Result<(), Fault> {
        let (start, length) = self.data(source, directory_at)?;
        if self.method == 0 {
            source.feed(start, length, |bytes| {
                sink(bytes);
                true
            })?;
            return Ok(());
        }
        let wanted = u64::from(self.size);
        let given = inflater.run(source, (start, length), wanted, &mut sink)?;
        match given {
            Some(given) if given == wanted => Ok(()),
            Some(given) => Err(Fault::Malformed(format!(
                "{}: inflates to {given} bytes or more, not {wanted}",
                self.shown()
            ))),
            None => Err(Fault::Malformed(format!(
                "{}: what lies at byte {start} does not inflate",
                self.shown()
            ))),
        }
    }

    /// All of its bytes; more than `most` are malformed.
    pub(super) fn content(
        &self,
        source: &mut Source<'_>,
        directory_at: u64,
        inflater: &mut Inflater,
        most: u32,
    ) -> Result<Vec<u8>, Fault> {
        if self.size > most {
            let size = self.size;
            return Err(Fault::Malformed(format!(
                "{}: {size} bytes; {most} are read",
                self.shown()
            )));
        }
        let mut content = Vec::new();
        self.feed(source, directory_at, inflater, |bytes| content.extend_from_slice(bytes))?;
        Ok(content)
    }

    /// Its name, cut where it is long.
    fn shown(&self) -> &str {
        super::log::cut(&self.name)
    }
}

/// Inflates member after member without asking for memory each time.
pub(super) struct Inflater {
    state: Decompress,
    out: Vec<u8>,
}

impl Inflater {
    pub(super) fn new() -> Self {
        Self { state: Decompress::new(false), out: vec![0; OUT] }
    }

    /// How many bytes came out; `None` where it is not deflate. Stops one step beyond `most`.
    fn run(
        &mut self,
        source: &mut Source<'_>,
        (start, length): (u64, u64),
        most: u64,
        sink: &mut impl FnMut(&[u8]),
    ) -> Result<Option<u64>, Fault> {
        self.state.reset(false);
        let (state, out) = (&mut self.state, &mut self.out);
        let mut broken = false;
        source.feed(start, length, |mut input| {
            loop {
                let (before_in, before_out) = (state.total_in(), state.total_out());
                let status = state.decompress(input, out, FlushDecompress::None);
                let taken = usize::try_from(state.total_in() - before_in).unwrap_or(usize::MAX);
                let given = usize::try_from(state.total_out() - before_out).unwrap_or(0);
                input = input.get(taken..).unwrap_or_default();
                if state.total_out() > most {
                    return false;
                }
                sink(out.get(..given).unwrap_or_default());
                match status {
                    Ok(Status::StreamEnd) => return false,
                    Ok(_) if taken == 0 && given == 0 => return true,
                    Ok(_) => {}
                    Err(_) => {
                        broken = true;
                        return false;
                    }
                }
            }
        })?;
        Ok((!broken).then(|| state.total_out()))
    }
}
