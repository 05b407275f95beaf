//! Text out of bytes of any encoding.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// The text, and the name of the encoding where it is not UTF-8 throughout.
pub(crate) fn text(bytes: &[u8]) -> (String, Option<&'static str>) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or(&[]));
        return (text.into_owned(), (encoding != UTF_8).then(|| encoding.name()));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), None),
        Err(_) => (lines(bytes), Some("UTF-8 mixed with others, read as windows-1252")),
    }
}

/// What is wrong with JSON, without serde_json's own line and column, which count from the object.
pub(crate) fn wrong(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match message.rsplit_once(" at line ") {
        Some((words, _)) => words.to_owned(),
        None => message,
    }
}

/// Line by line, so that one foreign line does not spoil the others.
fn lines(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        match std::str::from_utf8(line) {
            Ok(line) => out.push_str(line),
            Err(_) => out.push_str(&WINDOWS_1252.decode_without_bom_handling(line).0),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(super::text(b"\xef\xbb\xbfa"), ("a".into(), None));
        assert_eq!(super::text(b"\xff\xfea\0b\0"), ("ab".into(), Some("UTF-16LE")));
        let (text, note) = super::text(b"caf\xe9\n\xc3\xa9\n");
        assert_eq!(text, "caf\u{e9}\n\u{e9}\n");
        assert!(note.is_some());
    }
}
