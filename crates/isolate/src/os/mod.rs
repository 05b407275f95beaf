//! What differs between operating systems in isolation; see ARCHITECTURE.md.
//!
//! Workers are confined on Linux, where all of this was run. Elsewhere they are what the standard library can
//! start and end ([`plain`]), and the report says what is missing; tests start such ones on Linux too.

use std::fs::File;
use std::io;
use std::process::{Child, ExitStatus};
use std::time::Duration;

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod confine;
#[cfg(target_os = "linux")]
mod post;
#[cfg(target_os = "linux")]
mod process;

#[cfg(target_os = "linux")]
pub(crate) use confine::{confine, confine_host, moves_files};
#[cfg(target_os = "linux")]
pub(crate) use post::{close_others, receive_letter, send_frames};
#[cfg(target_os = "linux")]
pub(crate) use process::Process as Confined;

pub(crate) mod plain;

/// Whether this system's workers are confined.
pub(crate) const CONFINES: bool = cfg!(target_os = "linux");

/// Bytes of a frame's head: its kind, and its length (u32, little endian).
const HEAD: usize = 5;

/// Bytes of a frame that are taken at once.
const PART: usize = 1 << 20;

/// A worker as the host sees it.
pub(crate) enum Process {
    /// One that gives up its rights.
    Confined(Confined),
    /// One that cannot.
    Plain(plain::Process),
}

impl Process {
    /// Sends a letter. A worker that is not confined has its one handle already.
    pub(crate) fn send(&mut self, bytes: &[u8], handles: &[&File]) -> io::Result<()> {
        match self {
            Process::Confined(process) => process.send(bytes, handles),
            Process::Plain(process) => process.send(bytes, handles.len()),
        }
    }

    /// Takes the next frame into `frame`, and tells its kind. Time spent waiting is taken from
    /// `patience`.
    pub(crate) fn receive(
        &mut self,
        frame: &mut Vec<u8>,
        at_most: usize,
        patience: &mut Duration,
    ) -> Result<u8, Silence> {
        match self {
            Process::Confined(process) => process.receive(frame, at_most, patience),
            Process::Plain(process) => process.receive(frame, at_most, patience),
        }
    }

    /// Ends the worker, and tells how it ended if it had by itself.
    pub(crate) fn end(&mut self) -> Ended {
        match self {
            Process::Confined(process) => process.end(),
            Process::Plain(process) => process.end(),
        }
    }
}

/// A process that ends with this at the latest.
struct Mortal {
    child: Child,
    ended: bool,
}

impl Mortal {
    fn new(child: Child) -> Self {
        Self { child, ended: false }
    }

    /// Ends it; how it ended, if it had by itself or does within a moment: a worker may have closed its
    /// pipe and be about to end.
    fn end(&mut self) -> Option<ExitStatus> {
        let mut status = None;
        for _ in 0..50 {
            status = self.child.try_wait().ok().flatten();
            if status.is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        self.stop();
        status
    }

    fn stop(&mut self) {
        if !self.ended {
            self.ended = true;
            // Both fail only where it has ended and was waited for.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

impl Drop for Mortal {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Takes a frame by `fill`, which fills all that it is given: its bytes into `frame`, and its kind.
fn framed(
    frame: &mut Vec<u8>,
    at_most: usize,
    mut fill: impl FnMut(&mut [u8]) -> Result<(), Silence>,
) -> Result<u8, Silence> {
    let mut head = [0; HEAD];
    fill(&mut head)?;
    let [kind, length @ ..] = head;
    let length = u32::from_le_bytes(length) as usize;
    if length > at_most {
        return Err(Silence::TooLarge);
    }
    frame.clear();
    // Room is made as bytes come, not as they are announced.
    while frame.len() < length {
        let from = frame.len();
        frame.resize(length.min(from + PART), 0);
        let Some(part) = frame.get_mut(from..) else { return Err(Silence::Ended) };
        fill(part)?;
    }
    Ok(kind)
}

#[cfg(not(target_os = "linux"))]
mod none;
#[cfg(not(target_os = "linux"))]
pub(crate) use none::*;

/// Why no frame came.
#[derive(Debug)]
pub(crate) enum Silence {
    /// The worker has ended, or cannot be heard.
    Ended,
    /// It took longer than it may.
    TooLong,
    /// The frame is longer than any may be.
    TooLarge,
}

/// How a worker ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(target_os = "linux"), allow(dead_code))] // Only confined ones end in all these ways.
pub(crate) enum Ended {
    /// It asked the system for what reading never needs (`SIGSYS`).
    Forbidden,
    /// It needed more memory than it may.
    Memory,
    /// It used up its time on the processor.
    Processor,
    /// It wrote more to its scratch file than it may.
    Scratch,
    /// By another signal.
    Signal(i32),
    /// By itself.
    Exit(i32),
}
