//! What differs between operating systems in isolation; see ARCHITECTURE.md.
//!
//! Workers are confined on Linux, where all of this was run. Elsewhere they are what the standard library can
//! start and end ([`plain`]), and the report says what is missing; tests start such ones on Linux too.

use std::fs::File;
use std::io;
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
pub(crate) const HEAD: usize = 5;

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

/// What `known` tells within a moment: a worker may have closed its pipe and be about to end.
fn soon<T>(mut known: impl FnMut() -> Option<T>) -> Option<T> {
    for _ in 0..50 {
        let told = known();
        if told.is_some() {
            return told;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    None
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
