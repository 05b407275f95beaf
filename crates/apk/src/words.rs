//! Words with a dot in the bytes of a member, whatever the member is: among them stand addresses.
//! Texts of eight bits a character are found, and of sixteen (little endian), as resources and
//! libraries hold them.

use memchr::memchr;

/// Characters of a word that is told; an address has no more.
const MOST: usize = 2_048;
const LEAST: usize = 7;

/// Finds words in a stream of bytes.
#[derive(Default)]
pub(crate) struct Finder {
    /// What may be the start of a word that goes on.
    rest: Vec<u8>,
}

/// Whether a byte belongs to a word: a graphic character of ASCII that stands in addresses.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'`' | b'\\' | b'{' | b'}')
}

impl Finder {
    /// Takes the next bytes; `is_last` where there are no more. Calls `visit` with each word.
    pub(crate) fn take(&mut self, bytes: &[u8], is_last: bool, visit: &mut dyn FnMut(&str)) {
        self.rest.extend_from_slice(bytes);
        let window = std::mem::take(&mut self.rest);
        let mut from = 0;
        let mut kept = window.len();
        while let Some(dot) = window.get(from..).and_then(|rest| memchr(b'.', rest)) {
            let dot = from + dot;
            let wide =
                dot > 0 && window.get(dot - 1) == Some(&0) && window.get(dot + 1) == Some(&0);
            let step = if wide { 2 } else { 1 };
            let start = start_of(&window, from, dot, step);
            let end = end_of(&window, dot, step);
            if end + step > window.len() && !is_last && end - start < MOST * step {
                // It may go on in the next bytes.
                kept = start;
                break;
            }
            let word: String = window
                .get(start..end)
                .unwrap_or_default()
                .iter()
                .step_by(step)
                .map(|byte| char::from(*byte))
                .collect();
            if (LEAST..=MOST).contains(&word.len()) {
                visit(&word);
            }
            from = end.max(dot + 1);
        }
        if !is_last {
            // Without a dot so far, a word may still get one.
            let tail = window.len().saturating_sub(2 * MOST).max(from.min(window.len()));
            self.rest.extend_from_slice(
                window.get(kept.min(tail).max(from.min(kept))..).unwrap_or_default(),
            );
        }
    }
}

/// Where the word begins in which a dot stands, not before `from`.
fn start_of(window: &[u8], from: usize, dot: usize, step: usize) -> usize {
    let mut start = dot;
    while let Some(before) = start.checked_sub(step).filter(|before| *before >= from) {
        let is_next = window.get(before).copied().is_some_and(is_word)
            && (step == 1 || window.get(before + 1) == Some(&0));
        if !is_next || dot - before > MOST * step {
            break;
        }
        start = before;
    }
    start
}

/// Where it ends.
fn end_of(window: &[u8], dot: usize, step: usize) -> usize {
    let mut end = dot;
    while let Some(byte) = window.get(end) {
        let is_next = is_word(*byte) && (step == 1 || window.get(end + 1) == Some(&0));
        if !is_next || end - dot > MOST * step {
            break;
        }
        end += step;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(parts: &[&[u8]]) -> Vec<String> {
        let (mut finder, mut found) = (Finder::default(), Vec::new());
        for (number, part) in parts.iter().enumerate() {
            finder.take(part, number + 1 == parts.len(), &mut |word| found.push(word.to_owned()));
        }
        found
    }

    #[test]
    fn words_are_found_however_the_bytes_come() {
        let wide: Vec<u8> = "http://wide.example/x".bytes().flat_map(|byte| [byte, 0]).collect();
        let all = [
            &b"\x00\x01https://relay.example:8443/up?x=1\0noise "[..],
            b"{\"host\":\"c2.example.org\"} 45.154.12.132:4432\n",
            &wide,
            b"\0\0short.x nothing here",
        ]
        .concat();
        let expected = [
            "https://relay.example:8443/up?x=1",
            "c2.example.org",
            "45.154.12.132:4432",
            "http://wide.example/x",
            "short.x",
        ];
        assert_eq!(words(&[&all]), expected);
        for cut in 0..all.len() {
            assert_eq!(words(&[&all[..cut], &all[cut..]]), expected, "cut at {cut}");
        }
        let single: Vec<&[u8]> = all.chunks(1).collect();
        assert_eq!(words(&single), expected);
    }

    #[test]
    fn an_endless_word_costs_what_it_has() {
        let all = vec![b'.'; 1 << 20];
        let parts: Vec<&[u8]> = all.chunks(4_096).collect();
        assert!(words(&parts).len() <= (1 << 20) / MOST + 1);
    }
}
