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
pub(crate) use confine::{confine, confine_host};
#[cfg(target_os = "linux")]
pub(crate) use post::{close_others, receive_letter, send_frames};
#[cfg(target_os = "linux")]
pub(crate) use process::{Ended, Process, Silence};

#[cfg(not(target_os = "linux"))]
mod none;
#[cfg(not(target_os = "linux"))]
pub(crate) use none::*;
