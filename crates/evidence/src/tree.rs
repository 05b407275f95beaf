//! Where bytes come from.

use crate::{Blob, Limits};
use model::Member;
use std::io::{self, Read};

/// A read-only set of members: an archive whose directory was read.
pub trait Tree {
    /// Its members, in path order.
    fn members(&self) -> &[Member];

    /// The bytes of a member from start to end, inflated, within `limits` and checked against
    /// the member's size and CRC-32.
    ///
    /// # Errors
    /// When the member cannot be opened; the stream fails with [`io::ErrorKind::InvalidData`]
    /// when a limit is reached or a check fails.
    fn stream(&self, member: &Member, limits: &Limits) -> io::Result<Box<dyn Read + Send>>;

    /// The bytes of a member for positional reads: a window into the archive where it is
    /// stored, else spooled.
    ///
    /// # Errors
    /// As [`Tree::stream`].
    fn blob(&self, member: &Member, limits: &Limits) -> io::Result<Blob>;
}
