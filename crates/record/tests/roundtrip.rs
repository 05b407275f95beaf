//! What is decoded equals what was encoded, for every kind of record.
#![allow(clippy::unwrap_used)] // A test that fails here has failed.
#![allow(clippy::print_stdout)] // Says what was measured or skipped.

mod synthetic;

use model::{
    Artifact, Device, Gap, Item, Member, Observation, Position, Recognised, Source, SourceId,
    SourceKind, Status, fact,
};
use record::{Counts, Record, harmless, write_item};

fn through_a_line(record: &Record) -> Record {
    let mut line = Vec::new();
    record.write_line(&mut line).unwrap();
    assert_eq!(line.iter().filter(|b| **b == b'\n').count(), 1, "one line");
    let text = String::from_utf8(line.clone()).unwrap();
    assert!(!text.trim_end().chars().any(harmless::is_active), "{text:?}");
    Record::from_line(&line).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn every_kind_of_fact_comes_back_as_it_was() {
    for item in synthetic::observations(60) {
        let record = Record::from_item(SourceId(3), item.clone());
        assert_eq!(through_a_line(&record), record);

        let mut borrowed = Vec::new();
        write_item(&mut borrowed, SourceId(3), &item).unwrap();
        let again = Record::from_line(&borrowed).unwrap().into_item();
        assert_eq!(again, Some((SourceId(3), item)));
    }
}

#[test]
fn a_size_beyond_63_bits_comes_back() {
    let seen = fact::FileSeen { path: "/x".into(), size: Some(u64::MAX), ..Default::default() };
    let record = Record::Observation(
        SourceId(0),
        Observation {
            fact: seen.into(),
            artifact: "files.json".into(),
            position: Position::bytes(0, 1),
            time: None,
            parser: "files".into(),
        },
    );
    assert_eq!(through_a_line(&record), record);
}

#[test]
fn every_other_record_comes_back_as_it_was() {
    let source = |device| Source {
        id: SourceId(1),
        path: "a/b\u{1b}.zip".into(),
        kind: SourceKind::Bugreport,
        device,
    };
    let artifact = |note: Option<&str>| Artifact {
        path: "a!/b%FF".into(),
        sha256: None,
        size: Some(u64::MAX),
        read_by: Some("x".into()),
        status: Status::Partly,
        note: note.map(str::to_owned),
    };
    let gap = |position| Gap { artifact: None, position, reason: "cut \u{202e}".into() };
    let member = Member {
        path: "p".into(),
        offset: 1,
        compressed: 2,
        size: u64::MAX,
        method: 8,
        crc32: u32::MAX,
        encrypted: true,
        modified: Some(u32::MAX),
    };
    let counts = Counts { sources: 1, artifacts: 2, observations: 3, gaps: 4 };
    let kind = SourceKind::Androidqf;
    for record in [
        Record::Source(source(None)),
        Record::Source(source(Some(Device { model: Some("X".into()), ..Device::default() }))),
        Record::Recognised(
            SourceId(9),
            Recognised { kind, root: "r/".into(), members: vec![member] },
        ),
        Record::Recognised(SourceId(9), Recognised { kind, root: String::new(), members: vec![] }),
        Record::Artifact(SourceId(0), artifact(None)),
        Record::Artifact(SourceId(0), artifact(Some("note"))),
        Record::Gap(None, gap(None)),
        Record::Gap(Some(SourceId(2)), gap(Some(Position::default().at_line(7)))),
        Record::End(counts),
    ] {
        assert_eq!(through_a_line(&record), record);
    }
}

#[test]
fn unknown_fields_and_another_order_of_fields_are_read() {
    let line = br#"{"record":"observation","future":{"a":[1]},"parser":"p","fields":{"name":"n","value":"v","new":1},"artifact":"a","source":0,"kind":"property_set","time":null,"position":null}"#;
    let Some((_, Item::Observation(seen))) = Record::from_line(line).unwrap().into_item() else {
        panic!("no observation");
    };
    let set = fact::PropertySet { name: "n".into(), value: "v".into() };
    assert_eq!(seen.fact, set.into());
    assert_eq!(seen.position, Position::default());
}

#[test]
fn what_is_no_record_is_an_error() {
    let deep = "[".repeat(200_000);
    let deep_field = format!("{{\"record\":\"observation\",\"x\":{deep}");
    for line in [
        "",
        "{}",
        "[]",
        "null",
        "{\"record\":\"verdict\"}",
        "{\"record\":\"end\"}",
        "{\"record\":\"observation\",\"source\":0}",
        "{\"record\":\"observation\",\"source\":0,\"kind\":\"no_such\",\"fields\":{},\"artifact\":\"\",\"parser\":\"\"}",
        "{\"record\":\"observation\",\"source\":-1,\"kind\":\"property_set\",\"fields\":{},\"artifact\":\"\",\"parser\":\"\"}",
        "{\"record\":\"gap\",\"source\":0,\"artifact\":null,\"position\":null,\"reason\":\"x\"} x",
        &deep,
        &deep_field,
    ] {
        assert!(Record::from_line(line.as_bytes()).is_err(), "{}", &line[..line.len().min(80)]);
    }
    assert!(Record::from_line(b"{\"record\":\"\xff\"}").is_err());
}

#[test]
fn every_cut_of_a_line_is_an_error_and_no_panic() {
    for item in synthetic::observations(1) {
        let mut line = Vec::new();
        write_item(&mut line, SourceId(0), &item).unwrap();
        for cut in 0..line.len() - 1 {
            assert!(Record::from_line(&line[..cut]).is_err());
        }
    }
}

#[test]
#[ignore = "measures speed; run with --release"]
fn three_hundred_thousand_files_are_written_in_half_a_second() {
    let items: Vec<Item> = (0..300_000)
        .map(|i| {
            let seen = fact::FileSeen {
                path: format!("/data/app/org.example.number{i}/lib/arm64/libexample{i}.so"),
                size: Some(i),
                mode: Some("-rw-r--r--".into()),
                modified: Some(1_700_000_000),
                ..Default::default()
            };
            Item::Observation(Observation {
                fact: seen.into(),
                artifact: "files.json".into(),
                position: Position::bytes(i * 100, i * 100 + 99).at_row(i + 1),
                time: None,
                parser: "androidqf_files".into(),
            })
        })
        .collect();
    let mut out = Vec::with_capacity(300 << 20);
    let start = std::time::Instant::now();
    for item in &items {
        write_item(&mut out, SourceId(0), item).unwrap();
    }
    let encoded = start.elapsed();
    let start = std::time::Instant::now();
    for line in out.split_inclusive(|b| *b == b'\n') {
        Record::from_line(line).unwrap();
    }
    println!("{} bytes; encoded {encoded:?}, decoded {:?}", out.len(), start.elapsed());
    assert!(encoded.as_millis() < 500);
}
