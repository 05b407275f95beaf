//! Text for people, shown on one line so that nothing acts on it.
//!
//! An app can name itself with escape sequences that redraw a terminal, with bidirectional
//! controls that turn `gpj.exe` into `exe.jpg`, or with characters nobody sees. All of these
//! are shown as `\u{…}`, so that a person sees that they are there.

use std::fmt::{self, Display, Formatter, Write};

/// Whether a character does something instead of being seen: controls (C0, DEL, C1), line and
/// paragraph separators, bidirectional controls, zero-width and other format characters, tags,
/// variation selectors, and blank letters that look like nothing.
#[must_use]
pub fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}' | '\u{891}' | '\u{8e2}'
            | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1345f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Shows a text on one line, with every character that [`is_active`] as `\u{…}`.
#[must_use]
pub fn line(text: &str) -> Line<'_> {
    Line { text, at_most: usize::MAX }
}

/// As [`line()`], cut behind `at_most` characters, with what was left out counted.
#[must_use]
pub fn cut(text: &str, at_most: usize) -> Line<'_> {
    Line { text, at_most }
}

/// Evidence text that shows itself harmlessly; made by [`line()`] and [`cut`].
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    text: &'a str,
    at_most: usize,
}

impl Display for Line<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let mut chars = self.text.chars();
        for c in chars.by_ref().take(self.at_most) {
            if is_active(c) {
                write!(out, "\\u{{{:x}}}", u32::from(c))?;
            } else {
                out.write_char(c)?;
            }
        }
        match chars.count() {
            0 => Ok(()),
            more => write!(out, "… ({more} more characters)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By the tables of Unicode, which are not ours.
    #[test]
    fn nothing_that_unicode_calls_invisible_is_let_through() {
        let unseen =
            regex::Regex::new(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]")
                .unwrap();
        let through: Vec<char> = ('\0'..=char::MAX)
            .filter(|c| unseen.is_match(c.encode_utf8(&mut [0; 4])) && !is_active(*c))
            .collect();
        assert_eq!(through, []);
    }

    #[test]
    fn what_acts_is_shown_and_what_is_read_stays() {
        for (given, shown) in [
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("a\nb\rc\td", "a\\u{a}b\\u{d}c\\u{9}d"),
            ("\u{202e}gpj.exe", "\\u{202e}gpj.exe"),
            ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"),
            ("Si\u{200b}gnal", "Si\\u{200b}gnal"),
            ("བོད་ ئۇيغۇر 微信 é 👍", "བོད་ ئۇيغۇر 微信 é 👍"),
        ] {
            assert_eq!(line(given).to_string(), shown);
        }
        assert_eq!(cut("abcdef", 4).to_string(), "abcd… (2 more characters)");
        assert_eq!(cut("abcd", 4).to_string(), "abcd");
    }
}
