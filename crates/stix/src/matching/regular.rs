//! MATCHES: regular expressions as PCRE writes them, on an engine whose work is linear in the
//! text. What PCRE writes otherwise than that engine is translated; what needs to go back in the
//! text (look-around, back references, atomic groups and the like) is refused.

use crate::pattern::{PatternCode, PatternError};
use regex_automata::meta::{BuildError, Config, Regex};
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::util::syntax;

/// Memory that one compiled expression may take, in bytes.
const MAX_SIZE: usize = 1 << 20;

/// Memory for what the engine learns while it searches, in bytes; full, it begins anew.
const MAX_CACHE: usize = 64 << 10;

/// How deep its groups may be nested.
const MAX_NESTING: u32 = 100;

/// A compiled expression.
#[derive(Debug)]
pub(super) struct Regular {
    /// None where it is for bytes and has characters that are no bytes.
    regex: Option<Regex>,
    /// Whether `$` occurs, which also stands before a line feed at the end.
    ends: bool,
}

impl Regular {
    /// Compiles a constant of MATCHES for values that are text, or for those that are bytes.
    /// `offset` is where the comparison stands in the pattern.
    pub(super) fn new(source: &str, bytes: bool, offset: usize) -> Result<Self, PatternError> {
        let wrong = |expected: String| PatternError::new(PatternCode::BadRegex, offset, expected);
        let translated = translate(source).map_err(|expected| wrong(expected.to_owned()))?;
        let failed = |error: BuildError| match error.syntax_error() {
            None => wrong("a regular expression that compiles to at most 1 MiB".to_owned()),
            Some(error) => {
                let words = error.to_string();
                let last = words.lines().last().unwrap_or_default().trim_start_matches("error: ");
                wrong(format!("a regular expression ({last})"))
            }
        };
        let text = build(&translated.text, true).map_err(failed)?;
        let regex = match bytes {
            false => Some(text),
            true => translated.bytes.and_then(|source| build(&source, false).ok()),
        };
        Ok(Self { regex, ends: translated.ends })
    }

    /// Whether it matches some part of a value, which is text if it was compiled for text.
    pub(super) fn matches(&self, value: &[u8]) -> bool {
        let cut = value.strip_suffix(b"\n").filter(|_| self.ends);
        self.regex.as_ref().is_some_and(|regex| {
            regex.is_match(value) || cut.is_some_and(|cut| regex.is_match(cut))
        })
    }

    /// Bytes of memory, with what it may take while it searches.
    pub(super) fn memory(&self) -> usize {
        self.regex.as_ref().map_or(0, |regex| 2 * regex.memory_usage() + MAX_CACHE)
    }
}

/// The search is linear in the text; of the engine's ways to search, those are left out that take
/// memory beyond the bounds above.
#[allow(clippy::result_large_err)] // It is turned into words at once.
fn build(source: &str, text: bool) -> Result<Regex, BuildError> {
    let bounds = Config::new()
        .nfa_size_limit(Some(MAX_SIZE))
        .hybrid_cache_capacity(MAX_CACHE)
        .which_captures(WhichCaptures::None)
        .onepass(false)
        .backtrack(false)
        .utf8_empty(text);
    let reading = syntax::Config::new().nest_limit(MAX_NESTING).unicode(text).utf8(text);
    Regex::builder().configure(bounds).syntax(reading).build(source)
}

/// An expression in the engine's own way of writing.
struct Translated {
    text: String,
    bytes: Option<String>,
    ends: bool,
}

fn translate(source: &str) -> Result<Translated, &'static str> {
    let mut writer = Writer { text: String::new(), bytes: Some(String::new()) };
    let mut ends = false;
    let mut rest = source;
    let mut in_class = false;
    let mut after_item = false;
    while let Some(c) = rest.chars().next() {
        let behind = rest.get(c.len_utf8()..).unwrap_or("");
        let was_item = std::mem::replace(&mut after_item, true);
        rest = behind;
        match c {
            '\\' => rest = escape(behind, in_class, &mut writer, &mut ends)?,
            '[' if in_class => match posix_class(behind) {
                Some(length) => {
                    writer.plain("[");
                    writer.plain(behind.get(..length).unwrap_or(""));
                    rest = behind.get(length..).unwrap_or("");
                }
                None => writer.plain("\\["),
            },
            '[' => {
                in_class = true;
                writer.plain("[");
                for sign in ["^", "]"] {
                    if let Some(after) = rest.strip_prefix(sign) {
                        writer.plain(if sign == "]" { "\\]" } else { sign });
                        rest = after;
                    }
                }
            }
            ']' if in_class => {
                in_class = false;
                writer.plain("]");
            }
            // Set operations of the engine, which PCRE does not have.
            '&' | '~' if in_class => writer.escaped(c),
            '-' if in_class && behind.starts_with('-') => writer.escaped('-'),
            _ if in_class => writer.char(c),
            '(' => {
                after_item = false;
                rest = group(behind, &mut writer)?;
            }
            '{' if was_item && repetition(behind).is_some() => {
                let length = repetition(behind).unwrap_or(0);
                writer.plain("{");
                let body = behind.get(..length).unwrap_or("");
                writer.plain(body);
                rest = behind.get(length..).unwrap_or("");
                possessive(rest)?;
            }
            '{' | '}' => writer.escaped(c),
            '*' | '+' | '?' => {
                writer.char(c);
                if c != '?' || was_item {
                    possessive(behind)?;
                }
                // A lazy sign belongs to the one before it.
                if let Some(lazy) = behind.strip_prefix('?') {
                    writer.plain("?");
                    rest = lazy;
                }
            }
            '$' => {
                ends = true;
                writer.char(c);
            }
            '|' => {
                after_item = false;
                writer.char(c);
            }
            _ => writer.char(c),
        }
    }
    Ok(Translated { text: writer.text, bytes: writer.bytes, ends })
}

const NO_POSSESSIVE: &str = "a regular expression without possessive quantifiers";

fn possessive(behind: &str) -> Result<(), &'static str> {
    if behind.starts_with('+') { Err(NO_POSSESSIVE) } else { Ok(()) }
}

/// What stands behind `(`: kinds of groups that are not offered are refused.
fn group<'s>(behind: &'s str, writer: &mut Writer) -> Result<&'s str, &'static str> {
    if behind.starts_with('*') {
        return Err("a regular expression without verbs");
    }
    let Some(kind) = behind.strip_prefix('?') else {
        writer.plain("(");
        return Ok(behind);
    };
    if let Some(comment) = kind.strip_prefix('#') {
        let (_, rest) = comment.split_once(')').ok_or("a comment that ends")?;
        return Ok(rest);
    }
    let look = ["=", "!", "<=", "<!"];
    if look.into_iter().any(|sign| kind.starts_with(sign)) {
        return Err("a regular expression without look-around");
    }
    if kind.starts_with(['>', '|', '(', 'R', '&', 'C', '+'])
        || kind.starts_with(|c: char| c.is_ascii_digit())
        || kind.starts_with("P>")
        || kind.starts_with("P=")
        || kind.strip_prefix('-').is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()))
    {
        let expected = "a regular expression without atomic groups, conditions, recursion and \
                        back references";
        return Err(expected);
    }
    // PCRE also writes names in single quotes.
    if let Some(name) = kind.strip_prefix('\'') {
        let (name, rest) = name.split_once('\'').ok_or("a group name that ends")?;
        writer.plain("(?P<");
        writer.plain(name);
        writer.plain(">");
        return Ok(rest);
    }
    writer.plain("(?");
    Ok(kind)
}

/// How long `3}`, `3,}` or `3,5}` is, if that is what stands here.
fn repetition(behind: &str) -> Option<usize> {
    let end = behind.find('}')?;
    let body = behind.get(..end)?;
    let (least, most) = body.split_once(',').unwrap_or((body, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    (!least.is_empty() && digits(least) && digits(most)).then_some(end + 1)
}

/// How long `:alpha:]` is, if that is what stands here.
fn posix_class(behind: &str) -> Option<usize> {
    let body = behind.strip_prefix(':')?;
    let end = body.find(":]")?;
    let name = body.get(..end)?;
    name.bytes().all(|b| b.is_ascii_lowercase() || b == b'^').then_some(end + 3)
}

/// What stands behind a backslash. Yields the rest.
fn escape<'s>(
    behind: &'s str,
    in_class: bool,
    writer: &mut Writer,
    ends: &mut bool,
) -> Result<&'s str, &'static str> {
    let Some(c) = behind.chars().next() else {
        return Err("something behind the last backslash of a regular expression");
    };
    let rest = behind.get(c.len_utf8()..).unwrap_or("");
    match c {
        'Q' => {
            let (quoted, rest) = rest.split_once("\\E").unwrap_or((rest, ""));
            quoted.chars().for_each(|c| writer.escaped(c));
            return Ok(rest);
        }
        'E' => {}
        'e' => writer.plain("\\x1B"),
        'h' => writer.plain(if in_class { "\\x20\\t" } else { "[\\x20\\t]" }),
        'H' if !in_class => writer.plain("[^\\x20\\t]"),
        'R' if !in_class => writer.plain("(?:\\r\\n|[\\n\\x0B\\x0C\\r])"),
        'N' if !in_class => writer.plain("[^\\n]"),
        'Z' if !in_class => {
            *ends = true;
            writer.plain("\\z");
        }
        'b' if in_class => writer.plain("\\x08"),
        '0' => {
            let octal = rest.bytes().take(2).take_while(|b| matches!(b, b'0'..=b'7')).count();
            let digits = rest.get(..octal).unwrap_or("");
            let number = u32::from_str_radix(&format!("0{digits}"), 8).unwrap_or(0);
            writer.plain(&format!("\\x{number:02X}"));
            return Ok(rest.get(octal..).unwrap_or(""));
        }
        'c' => {
            let control = rest.chars().next().filter(char::is_ascii);
            let control = control.ok_or("a character behind `\\c`")?;
            let number = (control.to_ascii_uppercase() as u8) ^ 0x40;
            writer.plain(&format!("\\x{number:02X}"));
            return Ok(rest.get(1..).unwrap_or(""));
        }
        'x' => return hexadecimal(rest, writer),
        '1'..='9' | 'g' | 'k' => return Err("a regular expression without back references"),
        'K' | 'G' | 'C' | 'X' | 'R' | 'N' | 'H' => {
            return Err("a regular expression without `\\K`, `\\G`, `\\C` and `\\X`");
        }
        'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'v' | 'n' | 'r' | 't' | 'f' | 'a' | 'A' | 'z' | 'b'
        | 'B' | 'p' | 'P' | 'u' | 'U' => {
            writer.plain("\\");
            writer.plain(c.encode_utf8(&mut [0; 4]));
        }
        c if c.is_ascii_alphanumeric() => return Err("an escape that PCRE knows"),
        c => writer.escaped(c),
    }
    Ok(rest)
}

/// `\x41`, `\x{1F600}`; up to two digits without braces.
fn hexadecimal<'s>(rest: &'s str, writer: &mut Writer) -> Result<&'s str, &'static str> {
    const EXPECTED: &str = "hexadecimal digits behind `\\x`";
    let (digits, rest) = match rest.strip_prefix('{') {
        Some(braced) => braced.split_once('}').ok_or(EXPECTED)?,
        None => {
            let count = rest.bytes().take(2).take_while(u8::is_ascii_hexdigit).count();
            rest.split_at(count)
        }
    };
    let number = u32::from_str_radix(&format!("0{digits}"), 16).map_err(|_| EXPECTED)?;
    let c = char::from_u32(number).ok_or("a character that exists behind `\\x`")?;
    writer.escaped(c);
    Ok(rest)
}

/// The expression for strings, and the one for bytes as long as there can be one.
struct Writer {
    text: String,
    bytes: Option<String>,
}

impl Writer {
    /// What both read alike.
    fn plain(&mut self, text: &str) {
        self.text.push_str(text);
        if let Some(bytes) = &mut self.bytes {
            bytes.push_str(text);
        }
    }

    /// A character with whatever meaning it has.
    fn char(&mut self, c: char) {
        self.text.push(c);
        self.byte(c);
    }

    /// A character that stands for itself.
    fn escaped(&mut self, c: char) {
        // What has a meaning anywhere in an expression.
        if r"\.+*?()|[]{}^$#&-~".contains(c) {
            self.plain("\\");
        }
        self.char(c);
    }

    fn byte(&mut self, c: char) {
        let Some(bytes) = &mut self.bytes else { return };
        match u32::from(c) {
            0..=0x7F => bytes.push(c),
            number @ 0x80..=0xFF => bytes.push_str(&format!("\\x{number:02X}")),
            _ => self.bytes = None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By PCRE2's documentation (pcre2pattern).
    #[test]
    fn as_pcre_reads_them() {
        for (source, text, matches) in [
            ("", "anything", true),
            ("^abc$", "abc", true),
            ("^abc$", "abc\n", true),
            ("^abc\\Z", "abc\n", true),
            ("^abc\\z", "abc\n", false),
            ("a.c", "a\nc", false),
            ("(?s)a.c", "a\nc", true),
            ("(?i)ABC", "xabcx", true),
            ("\\<a\\>", "<a>", true),
            ("\\/\\-\\_\\\"\\'", "/-_\"'", true),
            ("[[:alpha:]]+[]a]", "x]", true),
            ("[a[b]", "[", true),
            ("[&&~~]", "~", true),
            ("[a--]", "-", true),
            ("x{2}", "xx", true),
            ("x{a}", "x{a}", true),
            ("{}", "{}", true),
            ("x{,3}", "x{,3}", true),
            ("\\Qa.b\\E+", "a.bb", true),
            ("\\Qa.b\\E", "axb", false),
            ("a(?#why)b", "ab", true),
            ("\\x41\\x{42}\\103", "ABC", false),
            ("\\x41\\x{42}\\0103", "AB\u{8}3", true),
            ("\\e\\cA", "\u{1b}\u{1}", true),
            ("(?<n>a)(?P<m>b)(?'o'c)", "abc", true),
            ("[\\b]", "\u{8}", true),
            ("a*?b+?c??", "b", true),
        ] {
            match Regular::new(source, false, 0) {
                Ok(regular) => assert_eq!(regular.matches(text.as_bytes()), matches, "{source}"),
                Err(error) => assert!(!matches, "{source}: {error}"),
            }
        }
    }

    #[test]
    fn what_would_go_back_is_refused() {
        for source in [
            "a(?=b)",
            "a(?!b)",
            "(?<=a)b",
            "(?<!a)b",
            "(a)\\1",
            "(?<n>a)\\k<n>",
            "(?P<n>a)(?P=n)",
            "(?>a+)b",
            "a++b",
            "a*+b",
            "a?+b",
            "a{2}+b",
            "(?|a|b)",
            "(?R)",
            "(?1)",
            "(?&n)",
            "(*F)",
            "\\Ka",
            "a\\",
            "(",
            "[",
            "a{99999}{99999}",
            "\\y",
            "(?(1)a|b)",
        ] {
            let refused = Regular::new(source, false, 7);
            assert!(
                matches!(&refused, Err(error) if error.code == PatternCode::BadRegex && error.offset == 7),
                "{source}: {refused:?}"
            );
        }
    }

    #[test]
    fn bytes_are_bytes() {
        let matches = |source: &str, value: &[u8]| {
            Regular::new(source, true, 0).is_ok_and(|regular| regular.matches(value))
        };
        assert!(matches("^\\xff\u{e9}.$", b"\xff\xe9\x80"));
        assert!(!matches("\u{103}", "\u{103}".as_bytes()));
        assert!(matches("a$", b"a\n"));
    }
}
