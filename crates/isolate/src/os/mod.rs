//! What differs between operating systems in isolation; see ARCHITECTURE.md.
//!
//! Workers exist on Linux, where all of this was run. Elsewhere nothing is started, and the report
//! says so.

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
pub(crate) use process::Process;

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
