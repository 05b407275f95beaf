//! The zip as Android reads it (libziparchive and AssetManager; APPNOTE.TXT 4.3): the central
//! directory counts, local headers only tell where data starts.

mod check;
mod content;
mod directory;
mod end;

pub(crate) use content::Content;
pub use directory::Member;

use crate::package::ApkError;
use crate::remarks::Remarks;
use crate::set::Window;
use end::End;
use std::io::{self, Read, Seek, SeekFrom};

/// An open zip.
pub(crate) struct Archive<R> {
    reader: R,
    /// Length of the file.
    pub(crate) len: u64,
    /// Where the central directory starts.
    pub(crate) directory_at: u64,
    /// The members, in the order of the directory.
    pub(crate) members: Vec<Member>,
}

impl<R: Read + Seek> Archive<R> {
    /// Opens a zip, and checks its structure.
    pub(crate) fn open(mut reader: R, remarks: &mut Remarks) -> Result<Self, ApkError> {
        let len = reader.seek(SeekFrom::End(0))?;
        let end = End::find(&mut reader, remarks)?;
        let (directory_at, shift) = end.directory(&mut reader, remarks)?;
        let members = directory::read(&mut reader, &end, directory_at, shift, remarks)?;
        let mut archive = Self { reader, len, directory_at, members };
        archive.check(remarks);
        Ok(archive)
    }

    /// How many members end in `.apk`.
    pub(crate) fn apks(&self) -> u64 {
        let is_apk = |member: &&Member| member.name.to_ascii_lowercase().ends_with(".apk");
        self.members.iter().filter(is_apk).count() as u64
    }

    /// The members of this name, in the order of the directory.
    pub(crate) fn named(&self, name: &str) -> Vec<Member> {
        self.members.iter().filter(|member| member.name == name).cloned().collect()
    }

    /// The member of this name that Android takes; of several, the last.
    pub(crate) fn find(&self, name: &str) -> Option<Member> {
        self.members.iter().rev().find(|member| member.name == name).cloned()
    }

    /// The files of JAR signatures, in the order of the directory, at most 256.
    pub(crate) fn signature_files(&self) -> Vec<Member> {
        let files = self.members.iter().filter(|member| is_signature_file(&member.name));
        files.take(256).cloned().collect()
    }

    /// At most `length` bytes of the file from `at` on, in sequence.
    pub(crate) fn stream(&mut self, at: u64, length: u64) -> io::Result<impl Read + '_> {
        self.reader.seek(SeekFrom::Start(at))?;
        Ok((&mut self.reader).take(length))
    }

    /// Bytes `[start, end)` of the file as a file of their own.
    pub(crate) fn window(&mut self, start: u64, end: u64) -> Window<'_, R> {
        Window { reader: &mut self.reader, start, end, at: 0 }
    }

    /// Bytes of the file itself.
    pub(crate) fn raw(&mut self, at: u64, len: usize) -> io::Result<Vec<u8>> {
        let bytes = end::bytes(&mut self.reader, at, len as u64)?;
        if bytes.len() < len { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(bytes) }
    }
}

/// A file directly in `META-INF/` that belongs to a JAR signature.
fn is_signature_file(name: &str) -> bool {
    let Some(file) = name.strip_prefix("META-INF/") else { return false };
    let kind = file.rsplit_once('.').map_or("", |(_, kind)| kind);
    let known = ["RSA", "DSA", "EC", "SF"].iter().any(|known| kind.eq_ignore_ascii_case(known));
    known && file.len() <= 255 && !file.contains('/')
}
