//! Every fixture against its hand-written expectation (see `fixtures/NOTES.md`), and every
//! fixture cut and bent, which must never panic.

#![allow(clippy::unwrap_used)] // A test stops where something is not as expected.

mod events;

use events::events;
use std::path::PathBuf;

fn fixtures() -> Vec<(String, Vec<u8>, serde_json::Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut texts: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    texts.sort();
    assert!(!texts.is_empty());
    texts
        .into_iter()
        .map(|path| {
            let expected = std::fs::read(path.with_extension("json")).unwrap();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(&path).unwrap(), serde_json::from_slice(&expected).unwrap())
        })
        .collect()
}

#[test]
fn fixtures_read_as_expected() {
    for (name, text, expected) in fixtures() {
        let (found, summary) = events(&text);
        let wanted: Vec<&str> =
            expected["events"].as_array().unwrap().iter().map(|e| e.as_str().unwrap()).collect();
        for (at, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
            assert_eq!(found, wanted, "{name}, event {at}");
        }
        assert_eq!(found.len(), wanted.len(), "{name}: {:?}", found.last());
        assert_eq!(summary.header, expected["header"].as_bool().unwrap(), "{name}");
        assert_eq!(summary.done, expected["done"].as_bool().unwrap(), "{name}");
        assert_eq!(summary.bytes, text.len() as u64, "{name}");
        assert!(summary.error.is_none());
    }
}

/// Windows line ends, a byte-order mark and UTF-16 change nothing but byte positions.
#[test]
fn line_ends_and_encodings_change_nothing() {
    for (name, text, _) in fixtures() {
        let (plain, _) = events(&text);
        let text = String::from_utf8(text).unwrap();
        let crlf = text.replace('\n', "\r\n");
        assert_eq!(events(crlf.as_bytes()).0, plain, "{name} CRLF");
        let crcrlf = text.replace('\n', "\r\r\n");
        assert_eq!(events(crcrlf.as_bytes()).0, plain, "{name} CRCRLF");
        assert_eq!(events(format!("\u{feff}{text}").as_bytes()).0, plain, "{name} BOM");
        let little: Vec<u8> = crlf.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = crlf.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (mark, body, what) in [(&b"\xff\xfe"[..], &little, "LE"), (b"\xfe\xff", &big, "BE")] {
            let marked = [mark, body].concat();
            assert_eq!(events(&marked).0, plain, "{name} UTF-16{what}");
            assert_eq!(events(body).0, plain, "{name} UTF-16{what} without a mark");
        }
    }
}

#[test]
fn cut_and_bent_fixtures_do_not_panic() {
    for (_, text, _) in fixtures() {
        for end in (0..text.len()).step_by(7) {
            events(&text[..end]);
        }
        let mut bent = text.clone();
        for at in (0..text.len()).step_by(3) {
            bent[at] ^= 1 << (at % 8);
            events(&bent);
            bent[at] = text[at];
        }
    }
}

#[test]
fn byte_positions_are_those_of_the_text() {
    let text = b"\xef\xbb\xbfDUMP OF SERVICE package:\r\nPackages:\r\n  Package [a.b] (1):\r\n    appId=10001\r\n";
    let mut places = Vec::new();
    struct Lines<'a>(&'a mut Vec<(u64, Option<(u64, u64)>)>);
    impl dumpsys::Visitor for Lines<'_> {
        fn open(&mut self, block: &dumpsys::Block<'_>) -> bool {
            self.0.push((block.place.line, block.place.bytes));
            true
        }
        fn line(&mut self, line: &dumpsys::Line<'_>) {
            self.0.push((line.place.line, line.place.bytes));
        }
        fn close(&mut self, _: &dumpsys::Closed) {}
    }
    dumpsys::read(&text[..], &mut Lines(&mut places));
    // Counted by hand: the mark has 3 bytes, CRLF 2.
    let expected = [(1, 3, 27), (2, 29, 38), (3, 40, 60), (4, 62, 77)];
    let expected = expected.map(|(line, start, end)| (line, Some((start, end))));
    assert_eq!(places, expected);
}

#[test]
fn a_long_line_is_cut_and_the_next_one_whole() {
    let mut text = b"DUMP OF SERVICE appops:\n".to_vec();
    text.extend(std::iter::repeat_n(b'x', 3 * dumpsys::MAX_LINE));
    text.extend(b"\n  Uid 1000:\n    Package android:\n      CAMERA (ignore):\n");
    let (found, summary) = events(&text);
    assert_eq!(found[1], "cut 2");
    assert_eq!(found[2], "5 mode 1000 android CAMERA ignore");
    assert_eq!(summary.lines, 5);
}

/// An app's own words (a version name with line breaks) neither end the list of packages nor
/// hide what follows in its own entry.
#[test]
fn line_breaks_in_a_value_hide_nothing() {
    let text = "DUMP OF SERVICE package:\nPackages:\n  Package [com.evil] (1):\n    appId=10001\n    \
        versionName=1\nNothing here\n    installerPackageName=com.android.chrome\n    \
        User 0: installed=true enabled=0\n  Package [com.next] (2):\n    appId=10002\n    \
        User 0: installed=true enabled=0\n";
    let (found, _) = events(text.as_bytes());
    let known: Vec<&String> = found.iter().filter(|event| event.contains(" known ")).collect();
    assert_eq!(known.len(), 2, "{found:?}");
    assert!(known[0].contains("installer=com.android.chrome"), "{known:?}");
    assert!(known[1].contains("known com.next|0|"), "{known:?}");
    assert!(found.contains(&"unread package 1@6".to_owned()), "{found:?}");
}
