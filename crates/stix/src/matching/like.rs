//! LIKE: `%` stands for any run of characters, `_` for any one, all else for itself.

use memchr::memmem;

/// A compiled constant of LIKE.
#[derive(Debug)]
pub(super) struct Like {
    /// What stands between the `%`; `None` is any one character.
    parts: Vec<Vec<Option<char>>>,
    /// The same for texts in ASCII, where a character is a byte; nothing where the constant has
    /// characters that no such text has.
    ascii: Option<Vec<Part>>,
}

/// What stands between two `%`, as bytes.
#[derive(Debug)]
struct Part {
    bytes: Vec<u8>,
    /// Which of them stand for any one; empty if none does.
    any: Vec<bool>,
}

impl Like {
    pub(super) fn new(template: &str) -> Self {
        let part = |text: &str| text.chars().map(|c| (c != '_').then_some(c)).collect();
        let bytes = |text: &str| Part {
            bytes: text.as_bytes().to_vec(),
            any: match text.contains('_') {
                true => text.bytes().map(|byte| byte == b'_').collect(),
                false => Vec::new(),
            },
        };
        let ascii = template.is_ascii().then(|| template.split('%').map(bytes).collect());
        Self { parts: template.split('%').map(part).collect(), ascii }
    }

    /// Bytes of memory beside its own.
    pub(super) fn memory(&self) -> usize {
        let parts = self.parts.iter().map(|part| {
            size_of::<Vec<Option<char>>>() + part.capacity() * size_of::<Option<char>>()
        });
        let ascii = self
            .ascii
            .iter()
            .flatten()
            .map(|part| size_of::<Part>() + part.bytes.capacity() + part.any.capacity());
        parts.chain(ascii).sum()
    }

    /// Whether the whole text fits. Work is at most text times template.
    pub(super) fn fits(&self, text: &str) -> bool {
        if text.is_ascii() {
            return self.ascii.as_ref().is_some_and(|parts| fits_bytes(parts, text.as_bytes()));
        }
        let chars: Vec<char> = text.chars().collect();
        let begins = |text: &[char], part: &Vec<Option<char>>| {
            let head = text.get(..part.len());
            head.is_some_and(|head| {
                head.iter().zip(part).all(|(c, wanted)| wanted.is_none_or(|wanted| wanted == *c))
            })
        };
        let find = |text: &[char], part: &Vec<Option<char>>| {
            (0..=text.len()).find(|at| text.get(*at..).is_some_and(|rest| begins(rest, part)))
        };
        fits(&self.parts, &chars, Vec::len, begins, find)
    }
}

fn fits_bytes(parts: &[Part], text: &[u8]) -> bool {
    let begins = |text: &[u8], part: &Part| match part.any.as_slice() {
        [] => text.starts_with(&part.bytes),
        any => text.get(..any.len()).is_some_and(|head| {
            head.iter().zip(&part.bytes).zip(any).all(|((a, b), any)| *any || a == b)
        }),
    };
    let find = |text: &[u8], part: &Part| match part.any.is_empty() {
        true => memmem::find(text, &part.bytes),
        false => (0..=text.len()).find(|at| text.get(*at..).is_some_and(|rest| begins(rest, part))),
    };
    fits(parts, text, |part| part.bytes.len(), begins, find)
}

/// The first part at the start, the last at the end, and those between in order, each at the
/// first place where it fits: a later place leaves no more room for the rest.
fn fits<P, S>(
    parts: &[P],
    text: &[S],
    length: impl Fn(&P) -> usize,
    begins: impl Fn(&[S], &P) -> bool,
    find: impl Fn(&[S], &P) -> Option<usize>,
) -> bool {
    let Some((first, rest)) = parts.split_first() else { return text.is_empty() };
    if !begins(text, first) {
        return false;
    }
    let mut text = text.get(length(first)..).unwrap_or(&[]);
    let Some((last, middle)) = rest.split_last() else { return text.is_empty() };
    for part in middle {
        let Some(at) = find(text, part) else { return false };
        text = text.get(at + length(part)..).unwrap_or(&[]);
    }
    let tail = text.len().checked_sub(length(last)).and_then(|at| text.get(at..));
    tail.is_some_and(|tail| begins(tail, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// STIX 2.1, section 9.6.1: `%` is 0 or more characters, `_` is any one.
    #[test]
    fn templates_fit() {
        for (template, text, fits) in [
            ("", "", true),
            ("", "a", false),
            ("%", "", true),
            ("%", "abc\n", true),
            ("_", "", false),
            ("_", "é", true),
            ("a%", "abc", true),
            ("%c", "abc", true),
            ("%b%", "abc", true),
            ("%b", "abc", false),
            ("a%a", "a", false),
            ("a%a", "aa", true),
            ("%ab%ab%", "ab", false),
            ("%ab%ab%", "abab", true),
            ("%_%_%", "x", false),
            ("a.c", "abc", false),
            ("a\\%", "a\\b", true),
            ("%aab", "aaab", true),
            ("A%", "abc", false),
            ("%a_c%_", "xabcabcd", true),
            ("%a_c_", "xabca-c", false),
            ("é%", "e", false),
        ] {
            let like = Like::new(template);
            assert_eq!(like.fits(text), fits, "{template} {text}");
            // The same by characters, with one more that no part stands for.
            let wide = Like::new(&format!("ü{template}"));
            assert_eq!(wide.fits(&format!("ü{text}")), fits, "ü{template} ü{text}");
        }
    }
}
