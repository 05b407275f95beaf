//! A worker as far as the standard library goes: a process of its own, started anew for each input, that is
//! ended after its time. It keeps the rights of whoever started it; the report says so.
//!
//! Three handles can be handed to a process: letters go to its standard input, frames come from its
//! standard output, and standard error is the evidence, open for reading.

use super::{Ended, Mortal, Silence, framed};
use crate::LARGEST_FRAME;
use crate::job::{LONGEST_LETTER, Letter, MOST_JOBS};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// What of confinement is missing, in words.
pub(crate) const MISSING: [&str; 4] = [
    "confinement of the worker processes",
    "confinement of the command itself",
    "limits of memory, of scratch files and of time on the processor",
    "workers for databases with a log beside them",
];

/// Frames that may lie ready.
const READY: usize = 2;

/// What came from a worker.
type Came = Result<(u8, Vec<u8>), Silence>;

/// A worker as the host sees it.
pub(crate) struct Process {
    child: Mortal,
    letters: Option<ChildStdin>,
    frames: Receiver<Came>,
}

impl Process {
    /// Starts `program` with `argument` and nothing else: no environment, `/` as its folder, no handle
    /// but the ends of its pipes and `evidence`.
    pub(crate) fn start(
        program: &Path,
        argument: &str,
        evidence: Option<&File>,
    ) -> io::Result<Self> {
        let evidence = match evidence {
            Some(evidence) => Stdio::from(evidence.try_clone()?),
            None => Stdio::null(),
        };
        let mut child = Command::new(program)
            .arg(argument)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(evidence)
            .spawn()?;
        let (give, frames) = sync_channel(READY);
        if let Some(from) = child.stdout.take() {
            // Ends with the worker, or when nobody listens any more.
            thread::spawn(move || pass_on(from, &give));
        }
        let letters = child.stdin.take();
        Ok(Self { child: Mortal::new(child), letters, frames })
    }

    /// Sends a letter.
    pub(crate) fn send(&mut self, bytes: &[u8], handles: usize) -> io::Result<()> {
        let refused = || io::Error::from(io::ErrorKind::InvalidInput);
        let length = u32::try_from(bytes.len()).ok().filter(|_| bytes.len() <= LONGEST_LETTER);
        let count = u32::try_from(handles).ok().filter(|_| handles <= MOST_JOBS);
        let (Some(length), Some(count)) = (length, count) else { return Err(refused()) };
        let letters = self.letters.as_mut().ok_or_else(refused)?;
        letters.write_all(&length.to_le_bytes())?;
        letters.write_all(&count.to_le_bytes())?;
        letters.write_all(bytes)?;
        letters.flush()
    }

    /// Takes the next frame into `frame`, and tells its kind. Time spent waiting is taken from
    /// `patience`.
    pub(crate) fn receive(
        &mut self,
        frame: &mut Vec<u8>,
        at_most: usize,
        patience: &mut Duration,
    ) -> Result<u8, Silence> {
        let came = match self.frames.try_recv() {
            Err(TryRecvError::Empty) => {
                let began = Instant::now();
                let came = self.frames.recv_timeout(*patience);
                *patience = patience.saturating_sub(began.elapsed());
                came.map_err(|error| match error {
                    RecvTimeoutError::Timeout => Silence::TooLong,
                    RecvTimeoutError::Disconnected => Silence::Ended,
                })?
            }
            Err(TryRecvError::Disconnected) => return Err(Silence::Ended),
            Ok(came) => came,
        };
        let (kind, bytes) = came?;
        if bytes.len() > at_most {
            return Err(Silence::TooLarge);
        }
        *frame = bytes;
        Ok(kind)
    }

    /// Ends the worker, and tells how it ended if it had by itself.
    pub(crate) fn end(&mut self) -> Ended {
        let status = self.child.end();
        Ended::Exit(status.and_then(|status| status.code()).unwrap_or(-1))
    }
}

/// The folder for temporary files, for a worker that has no environment to find it in.
pub(crate) fn temporary() -> String {
    tempfile::env::temp_dir().to_string_lossy().into_owned()
}

/// Makes temporary files there from now on.
pub(crate) fn set_temporary(folder: &str) {
    // It fails where one is set already, which it is not.
    let _ = tempfile::env::override_temp_dir(Path::new(folder));
}

/// Passes frames on until there are no more.
fn pass_on(mut from: ChildStdout, give: &SyncSender<Came>) {
    loop {
        let came = next(&mut from);
        let ends = came.is_err();
        if give.send(came).is_err() || ends {
            return;
        }
    }
}

fn next(from: &mut impl Read) -> Came {
    let mut bytes = Vec::new();
    let kind = framed(&mut bytes, LARGEST_FRAME, |part| {
        from.read_exact(part).map_err(|_| Silence::Ended)
    })?;
    Ok((kind, bytes))
}

/// The evidence that this worker was started with.
pub(crate) fn evidence() -> io::Result<File> {
    #[cfg(unix)]
    let owned = std::os::fd::AsFd::as_fd(&io::stderr()).try_clone_to_owned();
    #[cfg(windows)]
    let owned = std::os::windows::io::AsHandle::as_handle(&io::stderr()).try_clone_to_owned();
    #[cfg(not(any(unix, windows)))]
    let owned: io::Result<File> = Err(io::ErrorKind::Unsupported.into());
    owned.map(File::from)
}

/// Takes the next letter from standard input; `None` where the host has hung up. Each handle of it is the
/// evidence.
pub(crate) fn receive_letter(evidence: &File) -> io::Result<Option<Letter>> {
    let mut stdin = io::stdin().lock();
    let mut head = [0; 8];
    match stdin.read_exact(&mut head) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let [a, b, c, d, e, f, g, h] = head;
    let length = u32::from_le_bytes([a, b, c, d]) as usize;
    let count = u32::from_le_bytes([e, f, g, h]) as usize;
    if length > LONGEST_LETTER || count > MOST_JOBS {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = Zeroizing::new(vec![0; length]);
    stdin.read_exact(&mut bytes)?;
    let handles = (0..count).map(|_| evidence.try_clone()).collect::<io::Result<_>>()?;
    Ok(Some((bytes, handles)))
}

/// Writes whole frames to standard output.
pub(crate) fn send_frames(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}
