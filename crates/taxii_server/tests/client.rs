//! Our client against our server.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

mod support;

use jiff::Timestamp;
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::io;
use std::time::Duration;
use support::*;
use taxii::{
    Client, Credentials, Limits, Patience, Pause, Progress, Query, Sink, Trust, pull, push,
};

struct NoWait;

impl Pause for NoWait {
    fn pause(&self, _: Duration) {}
    fn now(&self) -> Timestamp {
        start()
    }
}

fn client(server: &Server, account: &str) -> Client<'static> {
    let password = format!("{account}'s password").into();
    let basic = Credentials::Basic { user: account.to_owned(), password };
    Client::new(
        &server.url("/"),
        basic,
        &Trust::System,
        Limits::default(),
        Patience::default(),
        &NoWait,
    )
    .unwrap()
}

/// Keeps ids, and fails at a page if it is told to.
struct Ids {
    ids: Vec<String>,
    fail_at: u64,
    progress: Progress,
}

impl Sink for Ids {
    fn page(&mut self, objects: &[Box<RawValue>], so_far: &Progress) -> io::Result<()> {
        if so_far.pages == self.fail_at {
            return Err(io::Error::other("the disk is full"));
        }
        for object in objects {
            let object: serde_json::Value = serde_json::from_str(object.get())?;
            self.ids.push(object["id"].as_str().unwrap().to_owned());
        }
        self.progress = so_far.clone();
        Ok(())
    }
}

#[test]
fn what_one_pushes_another_pulls() {
    let server = Server::with_page(50);
    let agency = client(&server, "agency");
    let place = agency.place(Some("warnings"), |_| true).unwrap();
    // 3,000 objects of some 300 bytes: more than one envelope of 200,000 bytes.
    let mut objects =
        (0..3000).map(|n| indicator(n, 1, (n % 3 == 0).then_some(RED_2)).to_string().into_bytes());
    let pushed = push(&agency, &place, &mut || Ok(objects.next())).unwrap();
    assert_eq!((pushed.added, pushed.refused), (3000, 0));
    assert!(pushed.statuses.len() > 3, "{}", pushed.statuses.len());
    // The helpdesk may read one collection only: it need not be named. What is RED is not there.
    let helpdesk = client(&server, "helpdesk");
    let place = helpdesk.place(None, |one| one.can_read).unwrap();
    assert_eq!(place.collection.alias.as_deref(), Some("warnings"));
    let mut sink = Ids { ids: Vec::new(), fail_at: 5, progress: Progress::default() };
    let query = Query { limit: Some(30), ..Query::default() };
    pull(&helpdesk, &place, &query, Progress::default(), &mut sink).unwrap_err();
    assert_eq!(sink.ids.len(), 120);
    // Taken up where it stopped, nothing is missing and nothing comes twice.
    sink.fail_at = 0;
    let from = sink.progress.clone();
    let pulled = pull(&helpdesk, &place, &query, from, &mut sink).unwrap();
    let expected: Vec<String> = (0..3000).filter(|n| n % 3 != 0).map(id).collect();
    assert_eq!(sink.ids, expected);
    // Later, only what is new.
    server.post(OBJECTS, &envelope(vec![indicator(9000, 1, None)]));
    let query = Query { added_after: pulled.progress.last_added, ..Query::default() };
    let mut sink = Ids { ids: Vec::new(), fail_at: 0, progress: Progress::default() };
    pull(&helpdesk, &place, &query, Progress::default(), &mut sink).unwrap();
    assert_eq!(sink.ids, [id(9000)]);
}

#[test]
fn filters_reach_the_server() {
    let server = Server::start();
    let report = serde_json::json!({"type": "report", "spec_version": "2.1", "id": "report--00000000-0000-4000-8000-000000000001",
        "created": "2020-01-01T00:00:00Z", "modified": "2020-01-01T00:00:00Z"});
    server.post(OBJECTS, &envelope(vec![indicator(1, 1, None), indicator(1, 2, None), report]));
    let agency = client(&server, "agency");
    let place = agency.place(Some("warnings"), |_| true).unwrap();
    let fetch = |matches: &[(&str, &str)]| {
        let matches =
            matches.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let query = Query { matches, ..Query::default() };
        let mut sink = Ids { ids: Vec::new(), fail_at: 0, progress: Progress::default() };
        pull(&agency, &place, &query, Progress::default(), &mut sink).unwrap();
        sink.ids.len()
    };
    assert_eq!(fetch(&[]), 2);
    assert_eq!(fetch(&[("type", "report")]), 1);
    assert_eq!(fetch(&[("version", "all"), ("type", "indicator")]), 2);
}

#[test]
fn walks_beside_pushes_miss_nothing() {
    let server = Server::with_page(20);
    let first: BTreeSet<String> = (0..200).map(id).collect();
    server.post(OBJECTS, &envelope((0..200).map(|n| indicator(n, 1, None)).collect()));
    std::thread::scope(|scope| {
        for writer in 0..2_u32 {
            let server = &server;
            scope.spawn(move || {
                for round in 0..20 {
                    let n = 1000 + writer * 1000 + round;
                    assert_eq!(
                        server
                            .post(
                                OBJECTS,
                                &envelope(vec![
                                    indicator(n, 1, None),
                                    indicator(n % 200, 2 + round % 20, None)
                                ])
                            )
                            .status,
                        202
                    );
                }
            });
        }
        for _ in 0..2 {
            let (server, first) = (&server, &first);
            scope.spawn(move || {
                let agency = client(server, "agency");
                let place = agency.place(Some("warnings"), |_| true).unwrap();
                for _ in 0..3 {
                    let mut sink =
                        Ids { ids: Vec::new(), fail_at: 0, progress: Progress::default() };
                    pull(&agency, &place, &Query::default(), Progress::default(), &mut sink)
                        .unwrap();
                    let seen: BTreeSet<String> = sink.ids.into_iter().collect();
                    assert!(first.is_subset(&seen));
                }
            });
        }
    });
    let mut all = BTreeSet::new();
    let agency = client(&server, "agency");
    let place = agency.place(Some("warnings"), |_| true).unwrap();
    let mut sink = Ids { ids: Vec::new(), fail_at: 0, progress: Progress::default() };
    pull(&agency, &place, &Query::default(), Progress::default(), &mut sink).unwrap();
    all.extend(sink.ids);
    assert_eq!(all.len(), 240);
}
