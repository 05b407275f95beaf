//! Reading ahead: a second thread inflates and hashes the next pieces of a large text while the
//! first one parses. What comes out is the same, byte for byte.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::Scope;

/// A text no longer than this is read by one thread, in bytes.
const SMALL: u64 = 1 << 20;

/// Size of a piece in bytes, and how many lie ready at most.
const PIECE: usize = 256 << 10;
const READY: usize = 4;

/// Gives `stream` to `work`, read ahead where it is large.
pub(super) fn read<T>(stream: &mut (dyn Read + Send), work: impl FnOnce(&mut dyn Read) -> T) -> T {
    let mut start = Vec::new();
    let begun = (&mut *stream).take(SMALL).read_to_end(&mut start);
    let small = start.len() as u64 != SMALL;
    let mut start = start.as_slice();
    match begun {
        // What was read before the error counts.
        Err(error) => work(&mut start.chain(Failed(Some(error)))),
        Ok(_) if small => work(&mut start),
        Ok(_) => with(start, stream, work, |scope, fill| {
            std::thread::Builder::new().spawn_scoped(scope, fill).is_ok()
        }),
    }
}

/// The same behind `start`, by the thread that `begin` starts, and by none where it starts none: a worker
/// is refused one where the user has very many.
fn with<T>(
    start: &[u8],
    stream: &mut (dyn Read + Send),
    work: impl FnOnce(&mut dyn Read) -> T,
    begin: impl for<'s> FnOnce(&'s Scope<'s, '_>, Box<dyn FnOnce() + Send + 's>) -> bool,
) -> T {
    let stream = Mutex::new(stream);
    let held = || stream.lock().unwrap_or_else(PoisonError::into_inner);
    std::thread::scope(|scope| {
        let (full, pieces) = sync_channel(READY);
        let (empty, spent) = channel();
        let mut ahead = Ahead { pieces, empty, piece: Vec::new(), at: 0 };
        match begin(scope, Box::new(move || fill(&mut **held(), &full, &spent))) {
            true => work(&mut start.chain(&mut ahead)),
            false => work(&mut start.chain(&mut **held())),
        }
    })
}

/// Fills pieces until the stream ends or fails, or nobody takes them.
fn fill(
    stream: &mut (dyn Read + Send),
    full: &SyncSender<io::Result<Vec<u8>>>,
    spent: &Receiver<Vec<u8>>,
) {
    loop {
        let mut piece = spent.try_recv().unwrap_or_default();
        piece.clear();
        let read = (&mut *stream).take(PIECE as u64).read_to_end(&mut piece);
        let ended = piece.is_empty() || read.is_err();
        if !piece.is_empty() && full.send(Ok(piece)).is_err() {
            return;
        }
        if let Err(error) = read {
            // Whoever reads has gone, or is told.
            let _ = full.send(Err(error));
        }
        if ended {
            return;
        }
    }
}

/// Takes what [`fill`] has read.
struct Ahead {
    pieces: Receiver<io::Result<Vec<u8>>>,
    /// Where pieces go to be filled again.
    empty: Sender<Vec<u8>>,
    piece: Vec<u8>,
    at: usize,
}

impl Read for Ahead {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.piece.len() {
            // The other thread has ended where none comes.
            let Ok(next) = self.pieces.recv() else { return Ok(0) };
            let spent = std::mem::replace(&mut self.piece, next?);
            self.at = 0;
            // It may have ended, and need no more.
            let _ = self.empty.send(spent);
        }
        let mut rest = self.piece.get(self.at..).unwrap_or_default();
        let count = rest.read(into)?;
        self.at += count;
        Ok(count)
    }
}

/// Fails once, then has ended.
struct Failed(Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives `bytes` in uneven pieces, then fails if asked to.
    struct Uneven<'b>(&'b [u8], bool);

    impl Read for Uneven<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() && std::mem::take(&mut self.1) {
                return Err(io::Error::other("broken"));
            }
            let room = into.len().min(77_777);
            self.0.read(&mut into[..room])
        }
    }

    #[test]
    fn what_is_read_ahead_is_what_there_is() {
        for length in [0, 1, SMALL - 1, SMALL, SMALL + 1, 5 * SMALL + 12_345] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            for fails in [false, true] {
                let (seen, result) = read(&mut Uneven(&bytes, fails), |stream| {
                    let mut seen = Vec::new();
                    let result = stream.read_to_end(&mut seen);
                    (seen, result)
                });
                assert_eq!(seen, bytes, "{length}");
                assert_eq!(result.is_err(), fails, "{length}");
            }
        }
    }

    #[test]
    fn without_a_second_thread_the_same_is_read() {
        let bytes = vec![7; 3 << 20];
        let (start, rest) = bytes.split_at(1 << 20);
        let read = |stream: &mut dyn Read| {
            let mut seen = Vec::new();
            stream.read_to_end(&mut seen).map(|_| seen)
        };
        let seen = with(start, &mut Uneven(rest, false), read, |_, _| false);
        assert_eq!(seen.ok(), Some(bytes));
    }

    #[test]
    fn a_reader_that_stops_is_no_deadlock() {
        let bytes = vec![7; 8 << 20];
        let first = read(&mut Uneven(&bytes, false), |stream| {
            let mut first = vec![0; 2 << 20];
            stream.read_exact(&mut first).map(|()| first.len())
        });
        assert_eq!(first.ok(), Some(2 << 20));
    }
}
