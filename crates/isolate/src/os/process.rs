//! A worker process as the host sees it.

use super::{Ended, Mortal, Silence, framed, post};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::pipe::{PipeFlags, pipe_with};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Bytes that may lie ready in the pipe of items.
const PIPE: usize = 1 << 20;

/// How long a worker may leave a letter lying.
const LETTER: Duration = Duration::from_secs(30);

/// A worker, its letters (one way) and its frames (the other).
pub(crate) struct Process {
    child: Mortal,
    letters: OwnedFd,
    frames: File,
    complaints: File,
}

impl Process {
    /// Starts `program` with `argument` and nothing else: no environment, `/` as its folder, no
    /// descriptor but the ends of its pipes.
    pub(crate) fn start(program: &std::path::Path, argument: &str) -> io::Result<Self> {
        let (letters, theirs) =
            socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
        set_socket_timeout(&letters, Timeout::Send, Some(LETTER))?;
        let (frames, frames_in) = pipe_with(PipeFlags::CLOEXEC)?;
        let (complaints, complaints_in) = pipe_with(PipeFlags::CLOEXEC)?;
        // Less is slower, and no matter else.
        let _ = rustix::pipe::fcntl_setpipe_size(&frames, PIPE);
        rustix::fs::fcntl_setfl(&frames, OFlags::NONBLOCK)?;
        rustix::fs::fcntl_setfl(&complaints, OFlags::NONBLOCK)?;
        // Whoever complains without end is not waited for.
        rustix::fs::fcntl_setfl(&complaints_in, OFlags::NONBLOCK)?;
        let child = Command::new(program)
            .arg(argument)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::from(theirs))
            .stdout(Stdio::from(frames_in))
            .stderr(Stdio::from(complaints_in))
            .spawn()?;
        let (frames, complaints) = (File::from(frames), File::from(complaints));
        Ok(Self { child: Mortal::new(child), letters, frames, complaints })
    }

    /// Sends a letter.
    pub(crate) fn send(&self, bytes: &[u8], handles: &[&File]) -> io::Result<()> {
        let handles: Vec<_> = handles.iter().map(|file| file.as_fd()).collect();
        post::send(self.letters.as_fd(), bytes, &handles)
    }

    /// Takes the next frame into `frame`, and tells its kind. Time spent waiting is taken from
    /// `patience`.
    pub(crate) fn receive(
        &mut self,
        frame: &mut Vec<u8>,
        at_most: usize,
        patience: &mut Duration,
    ) -> Result<u8, Silence> {
        framed(frame, at_most, |part| self.fill(part, patience))
    }

    fn fill(&mut self, mut into: &mut [u8], patience: &mut Duration) -> Result<(), Silence> {
        while !into.is_empty() {
            match rustix::io::read(&self.frames, &mut *into) {
                Ok(0) => return Err(Silence::Ended),
                Ok(count) => into = into.get_mut(count..).unwrap_or_default(),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => self.wait(patience)?,
                Err(_) => return Err(Silence::Ended),
            }
        }
        Ok(())
    }

    fn wait(&self, patience: &mut Duration) -> Result<(), Silence> {
        if patience.is_zero() {
            return Err(Silence::TooLong);
        }
        let began = Instant::now();
        let mut watched = [PollFd::new(&self.frames, PollFlags::IN)];
        let at_most = Timespec::try_from(*patience).ok();
        let seen = poll(&mut watched, at_most.as_ref());
        *patience = patience.saturating_sub(began.elapsed());
        match seen {
            Ok(0) => Err(Silence::TooLong),
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(_) => Err(Silence::Ended),
        }
    }

    /// Ends the worker, and tells how it ended if it had by itself.
    pub(crate) fn end(&mut self) -> Ended {
        let Some(status) = self.child.end() else { return Ended::Signal(libc::SIGKILL) };
        let Some(signal) = status.signal() else { return Ended::Exit(status.code().unwrap_or(-1)) };
        match signal {
            libc::SIGSYS => Ended::Forbidden,
            libc::SIGXCPU => Ended::Processor,
            libc::SIGXFSZ => Ended::Scratch,
            libc::SIGABRT if self.ran_out_of_memory() => Ended::Memory,
            other => Ended::Signal(other),
        }
    }

    /// Whether its last words are those of the standard library on memory that it does not get.
    fn ran_out_of_memory(&self) -> bool {
        let mut words = Vec::new();
        // Ends with an error where nothing more lies ready; what came before it counts.
        let _ = (&self.complaints).take(64 << 10).read_to_end(&mut words);
        words.windows(18).any(|part| part == b"memory allocation ")
    }
}
