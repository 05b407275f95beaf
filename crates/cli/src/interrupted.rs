//! Ctrl-C, and SIGTERM, while evidence is read: the program says what is kept and how to go on, removes
//! its folder for temporary files, and ends as it would have ended by itself: by that signal, so that a
//! shell sees it, and a loop around the command ends too.

use crate::terminal;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{flag, low_level};
use std::io::{IsTerminal, Write, stderr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// How often it is looked whether a signal has come.
const EVERY: Duration = Duration::from_millis(50);

/// Signals are heeded until this is dropped, once; then, and from the second one on, they do what they
/// do by themselves.
pub(crate) struct Heeded {
    over: Arc<AtomicBool>,
}

impl Drop for Heeded {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
    }
}

/// Begins to heed signals. `words` says what is kept; `temporary` is the folder to remove.
///
/// What watches is a thread, which has the rights of the one that starts it: to be called once those
/// that are not needed are given up.
pub(crate) fn heed(
    temporary: Option<PathBuf>,
    words: impl FnOnce() -> String + Send + 'static,
) -> Heeded {
    let (over, seen) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    for signal in [SIGINT, SIGTERM] {
        // Where a signal cannot be had, it ends the program as ever, which loses nothing that is kept.
        if flag::register_conditional_default(signal, Arc::clone(&over)).is_ok() {
            let number = usize::try_from(signal).unwrap_or_default();
            let _ = flag::register_usize(signal, Arc::clone(&seen), number);
        }
    }
    let heeded = Heeded { over: Arc::clone(&over) };
    let watch = move || {
        let signal = loop {
            thread::sleep(EVERY);
            match seen.load(Ordering::Acquire) {
                0 if over.load(Ordering::Acquire) => return,
                0 => {}
                signal => break signal,
            }
        };
        over.store(true, Ordering::Release);
        if stderr().is_terminal() {
            let _ = writeln!(stderr()); // Below the bar of progress.
        }
        terminal::complain(&words());
        // It holds nothing that has a name, but for an instant.
        let _ = temporary.map(std::fs::remove_dir_all);
        let signal = i32::try_from(signal).unwrap_or(SIGINT);
        let _ = low_level::emulate_default_handler(signal);
        std::process::exit(128 + signal)
    };
    if thread::Builder::new().name("signals".to_owned()).spawn(watch).is_err() {
        heeded.over.store(true, Ordering::Release);
    }
    heeded
}
