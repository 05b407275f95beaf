//! LIKE: `%` stands for any run of characters, `_` for any one, all else for itself.

/// A compiled constant of LIKE.
#[derive(Debug)]
pub(super) struct Like {
    /// What stands between the `%`; `None` is any one character.
    parts: Vec<Vec<Option<char>>>,
}

impl Like {
    pub(super) fn new(template: &str) -> Self {
        let part = |text: &str| text.chars().map(|c| (c != '_').then_some(c)).collect();
        Self { parts: template.split('%').map(part).collect() }
    }

    /// Whether the whole text fits. Work is at most text times template.
    pub(super) fn fits(&self, text: &[char]) -> bool {
        let Some((first, rest)) = self.parts.split_first() else { return text.is_empty() };
        let Some(mut text) = begins(text, first) else { return false };
        let Some((last, middle)) = rest.split_last() else { return text.is_empty() };
        for part in middle {
            let found = (0..=text.len()).find_map(|at| begins(text.get(at..)?, part));
            let Some(behind) = found else { return false };
            text = behind;
        }
        let tail = text.len().checked_sub(last.len()).and_then(|at| text.get(at..));
        tail.is_some_and(|tail| begins(tail, last).is_some())
    }
}

/// What stands behind `part`, if the text begins with it.
fn begins<'t>(text: &'t [char], part: &[Option<char>]) -> Option<&'t [char]> {
    let (head, behind) = text.split_at_checked(part.len())?;
    let fits = head.iter().zip(part).all(|(c, wanted)| wanted.is_none_or(|wanted| wanted == *c));
    fits.then_some(behind)
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
        ] {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(Like::new(template).fits(&chars), fits, "{template} {text}");
        }
    }
}
