//! JSON whose strings are harmless where they are shown: besides what JSON itself asks for,
//! every character that acts ([`is_active`]) is written as `\uXXXX`. The
//! document means the same to a program, and does nothing to a terminal or an editor.

use crate::is_active;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};
use std::borrow::Cow;
use std::io::{self, Write};

/// Writes a value on one line, without a line feed at its end.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(out: &mut (impl Write + ?Sized), value: &impl Serialize) -> io::Result<()> {
    let mut json = Serializer::with_formatter(out, Harmless(CompactFormatter));
    Ok(value.serialize(&mut json)?)
}

/// Writes a value indented by two spaces, with a line feed at its end.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_pretty(out: &mut (impl Write + ?Sized), value: &impl Serialize) -> io::Result<()> {
    let mut json = Serializer::with_formatter(&mut *out, Harmless(PrettyFormatter::new()));
    value.serialize(&mut json)?;
    out.write_all(b"\n")
}

/// Writes a value on one line, with a line feed at its end.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_line(out: &mut (impl Write + ?Sized), value: &impl Serialize) -> io::Result<()> {
    write(out, value)?;
    out.write_all(b"\n")
}

/// JSON that somebody else wrote, harmless and with the same meaning. In JSON no control character
/// stands within a string as it is, so tabs and carriage returns are space between the parts.
#[must_use]
pub fn text(json: &str) -> Cow<'_, str> {
    let acts = |c: char| c != '\n' && is_active(c);
    if !json.contains(acts) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        match c {
            '\t' | '\r' => out.push(' '),
            c if acts(c) => {
                let units = c
                    .encode_utf16(&mut [0; 2])
                    .iter()
                    .map(|unit| format!("\\u{unit:04x}"))
                    .collect::<String>();
                out.push_str(&units);
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// A formatter that also escapes what acts.
struct Harmless<F>(F);

macro_rules! as_inner {
    ($($name:ident($($arg:ident: $ty:ty),*);)*) => { $(
        fn $name<W: ?Sized + Write>(&mut self, out: &mut W $(, $arg: $ty)*) -> io::Result<()> {
            self.0.$name(out $(, $arg)*)
        }
    )* };
}

impl<F: Formatter> Formatter for Harmless<F> {
    as_inner! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }

    fn write_string_fragment<W>(&mut self, out: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        // What JSON itself has to escape never reaches this place, so among ASCII only DEL acts.
        // Without an early end the compiler looks at many bytes at once.
        let any_may_act = fragment.bytes().fold(false, |any, byte| any | (byte >= 0x7f));
        if !any_may_act {
            return out.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_active(*c)) {
            let (before, from) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = from.split_at(c.len_utf8()).1;
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_the_same_and_does_nothing() {
        let hostile = "\u{1b}[0m \u{9b}2J \u{7f} \u{202e}x \u{e0041} \u{2028} \"\\ 微信";
        let mut line = Vec::new();
        write(&mut line, &hostile).unwrap();
        assert_eq!(serde_json::from_slice::<String>(&line).unwrap(), hostile);
        let text = String::from_utf8(line).unwrap();
        assert!(!text.chars().any(is_active), "{text}");
        assert!(text.contains("\\udb40\\udc41") && text.contains("微信"), "{text}");
    }

    #[test]
    fn what_others_wrote_means_the_same() {
        let theirs = "{\"a\u{202e}\":\t[1,\r\n\"\u{9b}2J\u{e0041}微信\"]}";
        let ours = super::text(theirs);
        assert!(!ours.chars().any(|c| c != '\n' && is_active(c)), "{ours:?}");
        let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(parsed(&ours), parsed(theirs));
        assert!(matches!(super::text("{\"a\": 1}"), Cow::Borrowed(_)));
    }
}
