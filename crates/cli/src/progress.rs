//! Progress with an estimate on standard error, while a long reading goes on.

use examine::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How often the bar is drawn anew. Short readings end before the first time.
const EVERY: Duration = Duration::from_millis(200);

/// Runs `work` and shows how far it is, unless `quiet` or standard error is no terminal.
pub(crate) fn shown<T>(progress: &Progress, quiet: bool, work: impl FnOnce() -> T) -> T {
    if quiet || !stderr().is_terminal() {
        return work();
    }
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let bar = scope.spawn(|| draw(progress, &done));
        let result = work();
        done.store(true, Ordering::Release);
        bar.thread().unpark();
        result
    })
}

fn draw(progress: &Progress, done: &AtomicBool) {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    let template = "reading {bar:30} {bytes} of {total_bytes}, about {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    thread::park_timeout(EVERY);
    while !done.load(Ordering::Acquire) {
        let total = progress.total.load(Ordering::Relaxed);
        bar.set_length(total);
        bar.set_position(progress.done.load(Ordering::Relaxed).min(total));
        thread::park_timeout(EVERY);
    }
    bar.finish_and_clear();
}
