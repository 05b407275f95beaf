//! The server is killed in the middle of pushes, again and again. What it has answered for must
//! be there; of what it has not, all of an envelope or nothing.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.
#![allow(clippy::print_stdout)] // What was counted is told.

mod support;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;
use support::taxii::{Serving, indicator, is_built};
use taxii::{Progress, Query, Sink, pull, push};

const ROUNDS: u64 = 12;
const WRITERS: u32 = 3;
/// Objects of an envelope.
const TOGETHER: u32 = 7;

#[derive(Default)]
struct Numbers(BTreeSet<u32>);

impl Sink for Numbers {
    fn page(
        &mut self,
        objects: &[Box<serde_json::value::RawValue>],
        _: &Progress,
    ) -> std::io::Result<()> {
        for object in objects {
            let object: serde_json::Value = serde_json::from_str(object.get())?;
            let id = object["id"].as_str().unwrap();
            assert!(self.0.insert(id[id.len() - 12..].parse().unwrap()), "{id} came twice");
        }
        Ok(())
    }
}

#[test]
fn no_object_is_lost_when_the_server_is_killed_during_pushes() {
    if !is_built() {
        return;
    }
    let mut serving = Serving::new();
    let answered = Mutex::new(BTreeSet::new());
    let envelope = AtomicU32::new(0);
    for round in 0..ROUNDS {
        serving.start();
        std::thread::scope(|scope| {
            for _ in 0..WRITERS {
                let client = serving.client();
                let (answered, envelope) = (&answered, &envelope);
                scope.spawn(move || {
                    let Ok(place) = client.place(Some("warnings"), |_| true) else { return };
                    // Bounded: the server is killed long before.
                    for _ in 0..10_000 {
                        let first = envelope.fetch_add(1, SeqCst) * TOGETHER;
                        let mut numbers = first..first + TOGETHER;
                        let mut next = || Ok(numbers.next().map(|n| indicator(n).into_bytes()));
                        match push(&client, &place, &mut next) {
                            Ok(pushed) => {
                                assert_eq!(
                                    (pushed.added, pushed.refused),
                                    (u64::from(TOGETHER), 0)
                                );
                                answered.lock().unwrap().insert(first);
                            }
                            Err(_) => return,
                        }
                    }
                });
            }
            // Another moment each round; the first falls into the log-ins.
            std::thread::sleep(Duration::from_millis(30 + round * 61 % 350));
            serving.kill();
        });
    }
    serving.start();
    let client = serving.client();
    let place = client.place(Some("warnings"), |_| true).unwrap();
    let mut there = Numbers::default();
    pull(&client, &place, &Query::default(), Progress::default(), &mut there).unwrap();
    let answered = answered.into_inner().unwrap();
    for first in &answered {
        for n in *first..first + TOGETHER {
            assert!(there.0.contains(&n), "object {n} was answered for and is lost");
        }
    }
    // Nothing is there by halves.
    let begun: BTreeSet<u32> = there.0.iter().map(|n| n / TOGETHER * TOGETHER).collect();
    assert_eq!(there.0.len(), begun.len() * TOGETHER as usize);
    assert!(!answered.is_empty(), "no push was answered in any round");
    println!(
        "killed {ROUNDS} times: {} envelopes answered for, {} there, {} begun",
        answered.len(),
        begun.len(),
        envelope.load(SeqCst)
    );
}
