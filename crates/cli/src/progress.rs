//! Progress with an estimate on standard error, while a long reading goes on.

use examine::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How often the bar is drawn anew. Short readings end before the first time.
const EVERY: Duration = Duration::from_millis(200);

/// Runs `work`, and says to it when it has taken longer than `patience`. Shows how far it is, unless
/// `quiet` or standard error is no terminal.
pub(crate) fn shown<T>(
    progress: &Progress,
    quiet: bool,
    patience: Duration,
    work: impl FnOnce() -> T,
) -> T {
    let shown = !quiet && stderr().is_terminal();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let watch = scope.spawn(|| {
            if shown {
                draw(progress, &done, patience);
            } else {
                wait(progress, &done, patience);
            }
        });
        let result = work();
        done.store(true, Ordering::Release);
        watch.thread().unpark();
        result
    })
}

/// Waits for the end of the work, or of patience.
fn wait(progress: &Progress, done: &AtomicBool, patience: Duration) {
    let began = Instant::now();
    while !done.load(Ordering::Acquire) {
        let left = patience.saturating_sub(began.elapsed());
        if left.is_zero() {
            progress.out_of_time.store(true, Ordering::Relaxed);
            return;
        }
        thread::park_timeout(left);
    }
}

fn draw(progress: &Progress, done: &AtomicBool, patience: Duration) {
    let began = Instant::now();
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    let template = "reading {bar:30} {bytes} of {total_bytes}, about {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    thread::park_timeout(EVERY);
    while !done.load(Ordering::Acquire) {
        if began.elapsed() > patience {
            progress.out_of_time.store(true, Ordering::Relaxed);
        }
        bar.set_length(progress.total());
        bar.set_position(progress.done());
        thread::park_timeout(EVERY);
    }
    bar.finish_and_clear();
}
