//! Work on several threads, results in one order.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// How many batches of one piece of work may wait for the consumer.
const WAITING_BATCHES: usize = 8;
/// How many results travel together, and how heavy they may be.
const BATCH: usize = 512;
const BATCH_WEIGHT: u64 = 1 << 20;

/// Runs `work` on each of `pieces`, on `threads` threads, and hands all that it yields to
/// `take` in the order of the pieces, whatever the number of threads. `done` is called after
/// the last result of each piece.
///
/// Memory is bounded: a worker that is ahead of the consumer waits, and results that are heavy
/// (`weigh` tells, about in bytes) do not wait in great number.
pub(crate) fn run<P: Send, R: Send>(
    threads: usize,
    pieces: impl Iterator<Item = P> + Send,
    work: impl Fn(P, &mut dyn FnMut(R)) + Sync,
    weigh: impl Fn(&R) -> u64 + Sync,
    mut take: impl FnMut(R),
    mut done: impl FnMut(),
) {
    if threads <= 1 {
        for piece in pieces {
            work(piece, &mut take);
            done();
        }
        return;
    }
    let (announce, announced) = sync_channel::<Receiver<Vec<R>>>(threads * 2);
    let queue = Mutex::new(Queue { pieces, announce: Some(announce) });
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((piece, results)) = Queue::take(&queue) {
                    let mut batch = Batch { ready: Vec::new(), weight: 0, results };
                    work(piece, &mut |result| batch.push(weigh(&result), result));
                    batch.flush();
                }
            });
        }
        for results in announced {
            for batch in results {
                batch.into_iter().for_each(&mut take);
            }
            done();
        }
    });
}

/// What is still to do, and where the next worker announces its results.
struct Queue<I, R> {
    pieces: I,
    announce: Option<SyncSender<Receiver<Vec<R>>>>,
}

impl<I: Iterator, R> Queue<I, R> {
    /// The next piece and the channel for its results. Both happen under one lock, so that
    /// channels are announced in the order of the pieces; the last one hangs up.
    fn take(queue: &Mutex<Self>) -> Option<(I::Item, SyncSender<Vec<R>>)> {
        let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(piece) = queue.pieces.next() else {
            queue.announce = None;
            return None;
        };
        let (results, receiver) = sync_channel(WAITING_BATCHES);
        queue.announce.as_ref()?.send(receiver).ok()?;
        Some((piece, results))
    }
}

/// Collects results so that a channel is not asked for each one.
struct Batch<R> {
    ready: Vec<R>,
    weight: u64,
    results: SyncSender<Vec<R>>,
}

impl<R> Batch<R> {
    fn push(&mut self, weight: u64, result: R) {
        self.ready.push(result);
        self.weight = self.weight.saturating_add(weight);
        if self.ready.len() == BATCH || self.weight >= BATCH_WEIGHT {
            self.flush();
        }
    }

    /// Sends what is ready, and leaves no room behind: most pieces are small files with a
    /// handful of results, and there may be a million of them. Nobody listens only when the
    /// consumer has panicked; then the results do not matter any more.
    fn flush(&mut self) {
        self.weight = 0;
        if !self.ready.is_empty() {
            let _ = self.results.send(std::mem::take(&mut self.ready));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_does_not_depend_on_threads() {
        let expected: Vec<u64> =
            (0..50u64).flat_map(|piece| (0..piece * 37).map(move |n| piece * 10_000 + n)).collect();
        for threads in [1, 2, 5] {
            let mut seen = Vec::new();
            let mut pieces_done = 0;
            run(
                threads,
                0..50u64,
                |piece, give| (0..piece * 37).for_each(|n| give(piece * 10_000 + n)),
                |result| result * 1_000,
                |result| seen.push(result),
                || pieces_done += 1,
            );
            assert_eq!(seen, expected, "{threads} threads");
            assert_eq!(pieces_done, 50);
        }
    }
}
