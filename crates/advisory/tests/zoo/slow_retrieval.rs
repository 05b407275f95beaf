//! A server that keeps its visitor waiting.

use crate::support::*;
use advisory::{Code, Fetch, Limits, Memory};
use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;
use std::time::Duration;

/// One byte at a time, each after a second, on a clock that nobody has to wait for.
struct Slow {
    mirror: Memory,
    clock: Rc<Cell<u64>>,
    seconds: u64,
}

struct Drip<'a>(Box<dyn Read + 'a>, Rc<Cell<u64>>, u64);

impl Read for Drip<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.1.set(self.1.get() + self.2);
        let one = into.len().min(1);
        self.0.read(&mut into[..one])
    }
}

impl Fetch for Slow {
    fn open<'s>(&'s mut self, path: &str) -> io::Result<Option<Box<dyn Read + 's>>> {
        let (clock, seconds) = (Rc::clone(&self.clock), self.seconds);
        let opened = self.mirror.open(path)?;
        Ok(opened.map(|reader| Box::new(Drip(reader, clock, seconds)) as Box<dyn Read>))
    }

    fn clock(&self) -> Box<dyn Fn() -> Duration> {
        let clock = Rc::clone(&self.clock);
        Box::new(move || Duration::from_secs(clock.get()))
    }
}

#[test]
fn a_byte_a_second() {
    let publication = Publication::default();
    let mut slow = Slow { mirror: publication.mirror(), clock: Rc::default(), seconds: 1 };
    let refusal =
        advisory::update(&mut publication.trusted(), &mut slow, &Limits::default(), at(NOW));
    assert_eq!(refusal.unwrap_err().code, Code::SlowRetrieval);
    assert_eq!(slow.clock.get(), 31);
}

#[test]
fn a_connection_that_times_out() {
    struct Hangs;
    impl Fetch for Hangs {
        fn open<'s>(&'s mut self, _: &str) -> io::Result<Option<Box<dyn Read + 's>>> {
            Err(io::ErrorKind::TimedOut.into())
        }
    }
    let mut trusted = Publication::default().trusted();
    let refusal = advisory::update(&mut trusted, &mut Hangs, &Limits::default(), at(NOW));
    assert_eq!(refusal.unwrap_err().code, Code::SlowRetrieval);
}
