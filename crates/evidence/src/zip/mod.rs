//! A zip as a tree of members (APPNOTE.TXT 6.3.10; the format is read by `rawzip`).
//!
//! The central directory is believed, as Android and AndroidQF's readers believe it; a local
//! header is only asked where the data start. Names are text to show: nothing is ever written
//! under them.

mod directory;
mod name;
mod stream;

pub use directory::{ListingGap, ZipError};
pub use name::display_path;

use crate::{Blob, Limits, Tree, spool};
use model::Member;
use std::io::{self, Read};

/// How large an artifact may be before [`Limits::ratio`] is held against it.
pub(crate) const RATIO_FLOOR: u64 = 64 << 20;

/// A zip whose directory was read, or of which some members are known.
pub struct ZipTree {
    blob: Blob,
    members: Vec<Member>,
}

impl ZipTree {
    /// Reads the directory of the zip that `blob` is. What stands wrong in it without making
    /// it unreadable is told beside the tree.
    ///
    /// Left out of the tree, each with a gap: members beyond [`Limits::members`], members whose
    /// data overlap another's, and members beyond what the whole archive may inflate to (its
    /// length times [`Limits::ratio`], at least 1 GiB).
    ///
    /// # Errors
    /// When there is no end record or no directory where it points.
    pub fn open(blob: Blob, limits: &Limits) -> Result<(Self, Vec<ListingGap>), ZipError> {
        let (members, gaps) = directory::list(&blob, limits)?;
        Ok((Self { blob, members }, gaps))
    }

    /// A zip of which `members` are known from an earlier reading of its directory.
    #[must_use]
    pub fn known(blob: Blob, members: Vec<Member>) -> Self {
        Self { blob, members }
    }
}

impl Tree for ZipTree {
    fn members(&self) -> &[Member] {
        &self.members
    }

    fn stream(&self, member: &Member, limits: &Limits) -> io::Result<Box<dyn Read + Send>> {
        stream::open(&self.blob, member, limits)
    }

    fn blob(&self, member: &Member, limits: &Limits) -> io::Result<Blob> {
        if member.method == stream::STORED {
            return stream::window(&self.blob, member, limits);
        }
        spool::spool(&mut *self.stream(member, limits)?, limits)
    }
}
