//! Cells of tables that a spreadsheet may open.

use crate::{is_active, line};
use std::borrow::Cow;

/// What a formula can begin with: OWASP, "CSV Injection", with the full-width and small forms that
/// some spreadsheets take for the same, and the minus sign of Unicode.
const BEGINS_FORMULA: [char; 16] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    '\u{fe66}', '\u{fe62}', '\u{fe63}', '\u{fe6b}', '\u{2212}',
];

/// A cell in which a spreadsheet sees text and nothing else: what would begin a formula gets an
/// apostrophe before it, and what [`is_active`] is shown as `\u{…}`. Quoting is the matter of
/// whoever writes the table.
#[must_use]
pub fn cell(text: &str) -> Cow<'_, str> {
    match (text.starts_with(BEGINS_FORMULA), text.chars().any(is_active)) {
        (false, false) => Cow::Borrowed(text),
        (false, true) => Cow::Owned(line(text).to_string()),
        (true, _) => Cow::Owned(format!("'{}", line(text))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_becomes_text() {
        for (given, shown) in [
            ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
            ("+1", "'+1"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\\u{9}=1"),
            ("\r=1", "'\\u{d}=1"),
            ("\n=1", "'\\u{a}=1"),
            ("＝1+1", "'＝1+1"),
            ("﹦1+1", "'﹦1+1"),
            ("−1", "'−1"),
            ("a=b", "a=b"),
            ("a\u{1b}[0m", "a\\u{1b}[0m"),
            ("", ""),
        ] {
            assert_eq!(cell(given), shown);
        }
    }
}
