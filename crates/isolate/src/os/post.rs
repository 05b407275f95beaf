//! Letters from the host to a worker: bytes, and handles beside them (`SCM_RIGHTS`, unix(7)).
//!
//! A letter is a head of eight bytes, the length and the number of handles (both u32, little
//! endian), which the handles travel with, then the bytes.

use crate::job::{LONGEST_LETTER, Letter, MOST_JOBS};
use rustix::io::Errno;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags,
};
use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use zeroize::Zeroizing;

const HEAD: usize = 8;

/// Most handles of one letter: an input and a journal for each job.
pub(super) const MOST_HANDLES: usize = 2 * MOST_JOBS;

/// Room for the handles of one letter.
const ROOM: usize = rustix::cmsg_space!(ScmRights(MOST_HANDLES));

/// Sends a letter.
pub(super) fn send(to: BorrowedFd<'_>, bytes: &[u8], handles: &[BorrowedFd<'_>]) -> io::Result<()> {
    let refused = || io::Error::from(io::ErrorKind::InvalidInput);
    let length = u32::try_from(bytes.len()).ok().filter(|_| bytes.len() <= LONGEST_LETTER);
    let count = u32::try_from(handles.len()).ok().filter(|_| handles.len() <= MOST_HANDLES);
    let (Some(length), Some(count)) = (length, count) else { return Err(refused()) };
    let mut head = [0; HEAD];
    head[..4].copy_from_slice(&length.to_le_bytes());
    head[4..].copy_from_slice(&count.to_le_bytes());

    let mut room = [MaybeUninit::uninit(); ROOM];
    let mut beside = SendAncillaryBuffer::new(&mut room);
    if !handles.is_empty() && !beside.push(SendAncillaryMessage::ScmRights(handles)) {
        return Err(refused());
    }
    let mut sent = loop {
        let parts = [IoSlice::new(&head), IoSlice::new(bytes)];
        match rustix::net::sendmsg(to, &parts, &mut beside, SendFlags::NOSIGNAL) {
            Err(Errno::INTR) => {}
            other => break other?,
        }
    };
    if sent < HEAD {
        return Err(io::ErrorKind::WriteZero.into());
    }
    sent -= HEAD;
    while let Some(rest) = bytes.get(sent..).filter(|rest| !rest.is_empty()) {
        match rustix::net::send(to, rest, SendFlags::NOSIGNAL) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => sent += count,
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Takes the next letter from standard input; `None` where the host has hung up. The bytes may
/// hold secrets, and are wiped after use.
pub(crate) fn receive_letter() -> io::Result<Option<Letter>> {
    let stdin = io::stdin();
    receive(stdin.as_fd())
}

fn receive(from: BorrowedFd<'_>) -> io::Result<Option<Letter>> {
    let broken = || io::Error::from(io::ErrorKind::InvalidData);
    let mut head = [0; HEAD];
    let mut handles: Vec<File> = Vec::new();
    let mut got = 0;
    while got < HEAD {
        let Some(part) = head.get_mut(got..) else { return Err(broken()) };
        let mut parts = [IoSliceMut::new(part)];
        let mut room = [MaybeUninit::uninit(); ROOM];
        let mut beside = RecvAncillaryBuffer::new(&mut room);
        match rustix::net::recvmsg(from, &mut parts, &mut beside, RecvFlags::CMSG_CLOEXEC) {
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
            Ok(received) if received.bytes == 0 && got == 0 => return Ok(None),
            Ok(received) if received.bytes == 0 => return Err(broken()),
            Ok(received) => {
                got += received.bytes;
                for message in beside.drain() {
                    if let RecvAncillaryMessage::ScmRights(given) = message {
                        handles.extend(given.map(|given: OwnedFd| File::from(given)));
                    }
                }
            }
        }
    }
    let [a, b, c, d, e, f, g, h] = head;
    let length = u32::from_le_bytes([a, b, c, d]) as usize;
    if length > LONGEST_LETTER || u32::from_le_bytes([e, f, g, h]) as usize != handles.len() {
        return Err(broken());
    }
    let mut bytes = Zeroizing::new(vec![0; length]);
    let mut got = 0;
    while let Some(rest) = bytes.get_mut(got..).filter(|rest| !rest.is_empty()) {
        match rustix::io::read(from, rest) {
            Ok(0) => return Err(broken()),
            Ok(count) => got += count,
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some((bytes, handles)))
}

/// Writes whole frames to standard output.
pub(crate) fn send_frames(mut bytes: &[u8]) -> io::Result<()> {
    let stdout = io::stdout();
    while !bytes.is_empty() {
        match rustix::io::write(stdout.as_fd(), bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Closes every descriptor but the standard three: what the host inherited from its own parent
/// is nobody's business here.
pub(crate) fn close_others() -> io::Result<()> {
    let mut open = Vec::new();
    for entry in std::fs::read_dir("/proc/self/fd")? {
        let name = entry?.file_name();
        open.extend(name.to_str().and_then(|name| name.parse::<i32>().ok()));
    }
    // Among them is the one that the listing itself used; it is closed by now, and not again.
    for number in open.into_iter().filter(|number| *number > 2) {
        let _ = nix::unistd::close(number);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
    use std::io::{Read, Seek, Write};

    #[test]
    fn bytes_and_handles_arrive_together() {
        let (host, worker) =
            socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)
                .unwrap();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"evidence").unwrap();
        let letter = vec![7; 1 << 20];
        let sending = std::thread::spawn(move || {
            send(host.as_fd(), &letter, &[file.as_fd(), file.as_fd()]).unwrap();
            send(host.as_fd(), b"", &[]).unwrap();
        });
        let (bytes, mut handles) = receive(worker.as_fd()).unwrap().unwrap();
        assert_eq!(
            (bytes.len(), bytes.iter().all(|byte| *byte == 7), handles.len()),
            (1 << 20, true, 2)
        );
        let mut text = String::new();
        handles[1].rewind().unwrap();
        handles[1].read_to_string(&mut text).unwrap();
        assert_eq!(text, "evidence");
        assert!(receive(worker.as_fd()).unwrap().unwrap().0.is_empty());
        sending.join().unwrap();
        assert!(receive(worker.as_fd()).unwrap().is_none());
    }

    #[test]
    fn a_letter_whose_head_lies_is_refused() {
        for head in [[0xff; 8], [1, 0, 0, 0, 1, 0, 0, 0]] {
            let (host, worker) =
                socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)
                    .unwrap();
            rustix::net::send(host.as_fd(), &head, SendFlags::empty()).unwrap();
            drop(host);
            assert!(receive(worker.as_fd()).is_err());
        }
    }
}
