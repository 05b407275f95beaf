//! What an import takes is bounded; what lies beyond is told with its place, and the rest is taken.
#![allow(clippy::unwrap_used)] // A test may.

use lists::{Given, Import, Limits, ReadError, flatten};

fn read(name: &str, text: &str, limits: Limits) -> (Import, Result<(), ReadError>) {
    let mut import = Import::default().within(limits);
    let read = import.read(name, text.as_bytes(), &Given::default());
    (import, read)
}

fn indicator(number: usize) -> String {
    format!(
        r#"{{"type":"indicator","id":"indicator--{number}","pattern":"[app:id IN ('org.a{number}', 'org.b{number}')]"}}"#
    )
}

#[test]
fn so_many_values_over_all_files() {
    let limits = Limits { values: 3, ..Limits::default() };
    let (mut import, read) = read("a.txt", "one.example\ntwo.example\n", limits);
    read.unwrap();
    let more = b"three.example\nfour.example\nfive.example\n";
    import.read("b.txt", &more[..], &Given::default()).unwrap();
    let taken: Vec<&str> = import.records().iter().map(|one| one.value.text.as_str()).collect();
    assert_eq!(taken, ["one.example", "two.example", "three.example"]);
    let told: Vec<(&str, &str)> =
        import.skipped().iter().map(|one| (&*one.file, one.place.as_str())).collect();
    assert_eq!(told, [("b.txt", "line 2"), ("b.txt", "line 3")]);
    assert!(import.skipped()[0].reason.contains("more values than one import takes"));
}

#[test]
fn so_many_bytes_of_objects_and_the_smaller_ones_behind() {
    let long = format!(r#"{{"type":"x-note","id":"x-note--1","text":"{}"}}"#, "x".repeat(1000));
    let (first, last) = (indicator(1), indicator(2));
    let text = format!(r#"{{"type":"bundle","id":"bundle--1","objects":[{first},{long},{last}]}}"#);
    let limits = Limits { object_bytes: 500, ..Limits::default() };
    let (import, read) = read("bundle.json", &text, limits);
    read.unwrap();
    assert_eq!(import.objects().len(), 2);
    let [told] = import.skipped() else { panic!("{:?}", import.skipped()) };
    assert_eq!(told.place, format!("object 1 at byte {}", text.find(&long).unwrap()));
    assert!(told.reason.contains("more STIX objects than one import takes"), "{}", told.reason);
}

#[test]
fn values_of_stix_count_too() {
    let text = format!("[{},{}]", indicator(1), indicator(2));
    let limits = Limits { values: 3, ..Limits::default() };
    let (mut import, read) = read("list.json", &text, limits);
    read.unwrap();
    let flat = flatten(&mut import);
    let taken: Vec<&str> = flat.records.iter().map(|one| one.value.text.as_str()).collect();
    assert_eq!(taken, ["org.a1", "org.b1", "org.a2"]);
    let [told] = &flat.left_out[..] else { panic!("{:?}", flat.left_out) };
    assert_eq!((&*told.file, told.place.as_str()), ("list.json", "indicator--2"));
}

#[test]
fn a_list_that_is_too_long() {
    let limits = Limits { list_bytes: 20, ..Limits::default() };
    let (import, read) = read("a.txt", "one.example\ntwo.example\n", limits);
    assert!(matches!(read, Err(ReadError::TooLarge(20))));
    assert!(import.records().is_empty());
}

/// Of a bundle of versions the newest one counts, and names are followed, wherever they stand.
#[test]
fn versions_and_families_of_what_is_shown() {
    let text = r#"{"objects":[
      {"type":"relationship","id":"relationship--1","relationship_type":"indicates","source_ref":"indicator--1","target_ref":"malware--1"},
      {"type":"indicator","id":"indicator--1","modified":"2024-02-01T00:00:00Z","pattern":"[app:id = 'org.new']"},
      {"type":"indicator","id":"indicator--1","modified":"2024-01-01T00:00:00Z","pattern":"[app:id = 'org.old']"},
      {"type":"indicator","id":"indicator--2","revoked":true,"pattern":"[app:id = 'org.gone']"},
      {"type":"malware","id":"malware--1","name":"Fam"}]}"#;
    let (mut import, read) = read("v.json", text, Limits::default());
    read.unwrap();
    let flat = flatten(&mut import);
    let [one] = &flat.records[..] else { panic!("{:?}", flat.records) };
    assert_eq!((one.value.text.as_str(), &one.families[..]), ("org.new", &["Fam".to_owned()][..]));
    assert_eq!(flat.revoked, 2);
}
