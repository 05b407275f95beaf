//! Tables of inputs with the items and errors they must give (by RFC 8259).
#![allow(clippy::unwrap_used)] // A test may.

use json_items::{Bounds, Error, Items, Shape};
use std::io::Read;

const BOUNDS: Bounds = Bounds { item_bytes: 64, depth: 8 };

/// Items as text, errors as `!kind@offset`, `!!` where fatal.
fn split(reader: impl Read, shape: Shape, bounds: Bounds) -> Vec<String> {
    let mut items = Items::new(reader, shape, bounds);
    let mut out = Vec::new();
    while let Some(item) = items.next_item() {
        out.push(match item {
            Ok(item) => format!(
                "{}@{} {}",
                item.index,
                item.start,
                std::str::from_utf8(item.bytes).unwrap()
            ),
            Err(error) => {
                let mark = if error.is_fatal() { "!!" } else { "!" };
                let kind = match error {
                    Error::Io { .. } => "io",
                    Error::Syntax { .. } => "syntax",
                    Error::TooLong { .. } => "long",
                    Error::TooDeep { .. } => "deep",
                    Error::Truncated { .. } => "truncated",
                };
                format!("{mark}{kind}@{}", error.offset())
            }
        });
        assert!(out.len() < 1000, "it must come to an end");
    }
    out
}

/// Gives one byte at a time.
struct Drip<'a>(&'a [u8]);

impl Read for Drip<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.len().min(into.len()).min(1);
        into[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn check(cases: &[(&str, &[&str])], shape: Shape) {
    for (input, expected) in cases {
        assert_eq!(split(input.as_bytes(), shape, BOUNDS), *expected, "{input:?}");
        assert_eq!(split(Drip(input.as_bytes()), shape, BOUNDS), *expected, "dripping {input:?}");
    }
}

#[test]
fn arrays() {
    check(
        &[
            ("[]", &[]),
            (" [ ] \n", &[]),
            ("\u{feff}[1]", &["0@4 1"]),
            ("[1, -2.5e3,\"a\" ,null]", &["0@1 1", "1@4 -2.5e3", "2@11 \"a\"", "3@16 null"]),
            (r#"[{"a":"]}\"\\"},{"b":[{}]}]"#, &[r#"0@1 {"a":"]}\"\\"}"#, r#"1@16 {"b":[{}]}"#]),
            (r#"[{"a":1}, oops, {"a":2}]"#, &[r#"0@1 {"a":1}"#, "!syntax@10", r#"2@16 {"a":2}"#]),
            ("[1,]", &["0@1 1", "!syntax@3"]),
            ("[1,,2]", &["0@1 1", "!syntax@3", "2@4 2"]),
            ("[{} {}]", &["0@1 {}", "!syntax@4", "1@4 {}"]),
            ("[}1]", &["!syntax@1", "!syntax@2", "1@2 1"]),
            // An item with a bracket missing does not take the next one with it.
            (r#"[{"a":[1}, {"b":2}]"#, &["!syntax@8", r#"1@11 {"b":2}"#]),
            ("[1] x", &["0@1 1", "!!syntax@4"]),
            ("[1", &["!!truncated@2"]),
            ("[{\"a", &["!!truncated@4"]),
            ("[[[[[[[[[1]]]]]]]], 2]", &["0@1 [[[[[[[[1]]]]]]]]", "1@20 2"]),
            ("[[[[[[[[[[1]]]]]]]]], 2]", &["!deep@1", "1@22 2"]),
        ],
        Shape::Sequence,
    );
}

#[test]
fn lines() {
    check(
        &[
            ("{\"a\":1}\n{\"a\":2}\n", &["0@0 {\"a\":1}", "1@8 {\"a\":2}"]),
            ("{}{}\r\n\r\n1 2", &["0@0 {}", "1@2 {}", "2@8 1", "3@10 2"]),
            ("{\"a\":\n{\"b\":[\n{},\n[]]}}", &["0@0 {\"a\":\n{\"b\":[\n{},\n[]]}}"]),
            // Lines cut short: in a string, behind a value.
            ("{\"a\":\"x\n{\"b\":2}", &["!syntax@7", "1@8 {\"b\":2}"]),
            ("{\"a\":1\n {\"b\":2}", &["!syntax@8", "1@8 {\"b\":2}"]),
            ("{}\nerror: no such file\n{\"b\":2}", &["0@0 {}", "!syntax@3", "2@23 {\"b\":2}"]),
            ("hello world", &["!!syntax@0"]),
            ("", &["!!truncated@0"]),
            (" \n", &["!!truncated@2"]),
            ("{\"a\":1}\n{\"a\"", &["0@0 {\"a\":1}", "!!truncated@12"]),
        ],
        Shape::Sequence,
    );
}

#[test]
fn members() {
    check(
        &[
            (r#"{"objects":[]}"#, &[]),
            (
                r#"{"type":"bundle","x":{"objects":[9]},"objects":[1,2],"y":3}"#,
                &["0@48 1", "1@50 2"],
            ),
            (r#"{"objects":{"a":[1]}}"#, &["!syntax@1"]),
            (r#"{"objects":[1]} {}"#, &["0@12 1", "!!syntax@16"]),
            (r#"{"objects":[1"#, &["!!truncated@13"]),
            (r#"{"objects" [1]}"#, &["!!syntax@11"]),
            (r#"{objects:[1]}"#, &["!!syntax@1"]),
            ("[]", &["!!syntax@0"]),
            ("{}", &[]),
            ("{", &["!!truncated@1"]),
        ],
        Shape::Member("objects"),
    );
}

#[test]
fn the_members_beside_are_told() {
    let input = r#"{"type":"bundle","id":"b--1","n":-1,"deep":[[1]],"objects":[{}],"late":true}"#;
    let mut items = Items::new(input.as_bytes(), Shape::Member("objects"), BOUNDS);
    while items.next_item().is_some() {}
    let told: Vec<_> = items
        .top_level()
        .iter()
        .map(|(key, value)| (key.as_str(), std::str::from_utf8(value).unwrap()))
        .collect();
    let expected = [("type", "\"bundle\""), ("id", "\"b--1\""), ("n", "-1"), ("late", "true")];
    assert_eq!(told, expected);
    assert!(items.member_found());
}

#[test]
fn utf_16_is_named() {
    for bytes in [&b"\xff\xfe[\0]\0"[..], b"\xfe\xff\0[\0]", b"[\0]\0", b"\0[\0]"] {
        let mut items = Items::new(bytes, Shape::Sequence, BOUNDS);
        let error = items.next_item().unwrap().unwrap_err();
        assert!(error.to_string().contains("UTF-16"), "{error}");
        assert!(items.next_item().is_none());
    }
}

#[test]
fn long_items_are_skipped() {
    let fits = format!("\"{}\"", "a".repeat(62));
    let long = format!("\"{}\"", "a".repeat(63));
    let huge = format!("{{\"a\":\"{}\"}}", "a".repeat(1 << 20));
    let number = "1".repeat(65);
    for (one, kept) in [(&fits, true), (&long, false), (&huge, false), (&number, false)] {
        for (input, shape) in [
            (format!("[{one},7]"), Shape::Sequence),
            (format!("{one}\n7"), Shape::Sequence),
            (format!("{{\"m\":[{one},7]}}"), Shape::Member("m")),
        ] {
            let out = split(input.as_bytes(), shape, BOUNDS);
            assert_eq!(out.len(), 2, "{out:?}");
            assert_eq!(out[0].starts_with("!long"), !kept, "{out:?}");
            assert!(out[1].starts_with("1@") && out[1].ends_with(" 7"), "{out:?}");
        }
    }
}

#[test]
fn endless_brackets_cost_one_item() {
    for bracket in ["[", "{\"a\":"] {
        let open = bracket.repeat(200_000);
        let out = split(format!("[{open}").as_bytes(), Shape::Sequence, Bounds::default());
        assert_eq!(out.len(), 2, "{out:?}");
        assert!(out[0].starts_with("!deep@1") && out[1].starts_with("!!truncated"), "{out:?}");
    }
    let closed = format!("[{}{}, 5]", "[".repeat(200_000), "]".repeat(200_000));
    let out = split(closed.as_bytes(), Shape::Sequence, Bounds::default());
    assert_eq!(out, ["!deep@1", "1@400003 5"]);
}

/// Cut anywhere, what comes before the cut is as in the whole, and the cut is told.
#[test]
fn a_cut_is_told_at_every_byte() {
    let cases = [
        (Shape::Sequence, r#" [{"a":"b\"c"},[1,2.5],"x",true,{"d":{}}]"#),
        (Shape::Member("m"), r#"{"k":"v","m":[{"a":"b\"c"},12,"x"],"z":[1]}"#),
    ];
    for (shape, input) in cases {
        let whole = split(input.as_bytes(), shape, BOUNDS);
        for cut in 0..input.len() {
            let mut out = split(&input.as_bytes()[..cut], shape, BOUNDS);
            assert_eq!(out.pop(), Some(format!("!!truncated@{cut}")), "cut at {cut}");
            assert_eq!(out, whole[..out.len()], "cut at {cut}");
        }
    }
}

/// What the items hold is what serde_json sees in the whole, whatever the window does.
#[test]
fn many_items_over_window_ends() {
    let one = |n: usize| format!(r#"{{"n":{n},"t":"{}"}}"#, "é\\\"".repeat(n % 97));
    let all: Vec<_> = (0..20_000).map(one).collect();
    for (input, shape) in [
        (format!("[{}]", all.join(", ")), Shape::Sequence),
        (all.join("\n"), Shape::Sequence),
        (format!("{{\"o\":[{}]}}", all.join(",\n")), Shape::Member("o")),
    ] {
        let mut items = Items::new(input.as_bytes(), shape, Bounds::default());
        let mut count = 0;
        while let Some(item) = items.next_item() {
            let item = item.unwrap();
            assert_eq!(item.bytes, all[count].as_bytes());
            assert_eq!(&input.as_bytes()[item.start as usize..][..item.bytes.len()], item.bytes);
            count += 1;
        }
        assert_eq!(count, all.len());
    }
}

#[test]
fn a_failing_reader_is_told_once() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::PermissionDenied.into())
        }
    }
    assert_eq!(split(b"[1,2".chain(Fails), Shape::Sequence, BOUNDS), ["0@1 1", "!!io@3"]);
}
