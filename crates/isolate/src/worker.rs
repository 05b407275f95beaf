//! The worker: gives up its rights, then reads what it is handed until the host hangs up.

use crate::job::{self, Letter, PlainSetup, Ready, Setup};
use crate::os::{self, plain};
use crate::wire::Encoder;
use evidence::{Job, Limits, Scratch};
use model::{Gap, Item};
use std::io;
use std::sync::atomic::Ordering;

/// Kinds of frames to the host: a head of kind (u8) and length (u32, little endian), then bytes.
pub(crate) mod frame {
    /// [`super::Ready`]: rights are given up.
    pub(crate) const READY: u8 = 1;
    /// Bytes of the input read so far (u64, little endian), then items.
    pub(crate) const ITEMS: u8 = 2;
    /// The job is done; bytes of the input that were read (u64, little endian).
    pub(crate) const DONE: u8 = 3;
}

/// A reading function, as [`parsers::read`].
type Read<'r> = &'r dyn Fn(&Job, &mut dyn FnMut(Item));

/// Items are sent when they have come to this many bytes, or the job is done.
const FULL: usize = 256 << 10;

/// Serves a host until it hangs up; gives back the exit code of the process. To be called first
/// thing, while there is one thread and nothing is open.
#[must_use]
pub fn serve() -> u8 {
    serve_with(parsers::read)
}

/// Serves a host with another reading function. Tests of the confinement put a hostile one in
/// place of [`parsers::read`]; it runs with all rights given up.
#[must_use]
pub fn serve_with(read: impl Fn(&Job, &mut dyn FnMut(Item))) -> u8 {
    match run(&read) {
        Some(()) => 0,
        None => 1,
    }
}

/// Serves a host until it hangs up, with all rights.
pub(crate) fn serve_plain() -> u8 {
    match run_plain(&parsers::read) {
        Some(()) => 0,
        None => 1,
    }
}

fn run_plain(read: Read<'_>) -> Option<()> {
    let evidence = plain::evidence().ok()?;
    let receive = || plain::receive_letter(&evidence).ok();
    let (bytes, _) = receive()??;
    let setup: PlainSetup = postcard::from_bytes(&bytes).ok()?;
    plain::set_temporary(&setup.temporary);
    let missing = plain::MISSING.map(str::to_owned).into();
    work(read, missing, &Limits::default(), &receive, plain::send_frames)
}

fn run(read: Read<'_>) -> Option<()> {
    os::close_others().ok()?;
    let (bytes, handles) = os::receive_letter().ok()??;
    let setup: Setup = postcard::from_bytes(&bytes).ok()?;
    let scratch = handles.into_iter().next();
    let missing = os::confine(&setup, scratch.as_ref());
    let scratch = scratch.map(Scratch::within).unwrap_or_default();
    let limits = Limits { scratch, ..Limits::default() };
    work(read, missing, &limits, &|| os::receive_letter().ok(), os::send_frames)
}

/// Says that it is ready, and does what letters ask for.
fn work(
    read: Read<'_>,
    missing: Vec<String>,
    limits: &Limits,
    receive: &dyn Fn() -> Option<Option<Letter>>,
    send: fn(&[u8]) -> io::Result<()>,
) -> Option<()> {
    let mut out = Out { items: Encoder::default(), frames: Vec::new(), send };
    let ready = postcard::to_stdvec(&Ready { missing }).ok()?;
    out.frame(frame::READY, &[&ready]);
    out.flush();
    while let Some((bytes, handles)) = receive()? {
        let jobs = job::decode(&bytes, handles, limits)?;
        drop(bytes); // It may hold secrets.
        for job in jobs {
            out.job(&job, read);
            // Before the next one begins, which may be the end of us: the host then knows which it was.
            out.flush();
        }
    }
    Some(())
}

/// What is on its way to the host.
struct Out {
    items: Encoder,
    frames: Vec<u8>,
    send: fn(&[u8]) -> io::Result<()>,
}

impl Out {
    fn job(&mut self, job: &Job, read: Read<'_>) {
        read(job, &mut |item| {
            let before = self.items.bytes().len();
            self.items.push(&item);
            if self.items.bytes().len() - before > crate::LARGEST_FRAME / 2 {
                // No reader yields such a one; the host would take it for an attack.
                self.items.cut(before);
                let artifact = Some(job.path.clone());
                let reason = "something read was too large to be handed over".to_owned();
                self.items.push(&Item::Gap(Gap { artifact, position: None, reason }));
            }
            if self.items.bytes().len() >= FULL {
                self.items(job);
                self.flush();
            }
        });
        self.items(job);
        self.frame(frame::DONE, &[&job.progress.load(Ordering::Relaxed).to_le_bytes()]);
    }

    fn items(&mut self, job: &Job) {
        let mut items = std::mem::take(&mut self.items);
        if !items.bytes().is_empty() {
            let progress = job.progress.load(Ordering::Relaxed).to_le_bytes();
            self.frame(frame::ITEMS, &[&progress, items.bytes()]);
        }
        items.clear();
        self.items = items;
    }

    fn frame(&mut self, kind: u8, parts: &[&[u8]]) {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        self.frames.push(kind);
        self.frames.extend(u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
        parts.iter().for_each(|part| self.frames.extend_from_slice(part));
    }

    /// Sends what is ready. Nobody is served any more where the host does not take it.
    fn flush(&mut self) {
        if (self.send)(&self.frames).is_err() {
            std::process::exit(1);
        }
        self.frames.clear();
    }
}
