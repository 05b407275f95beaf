//! Whether a label imitates a name, Unicode look-alikes included (UTS #39 skeletons).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::skeleton;

/// Labels longer than this are no app names; nothing is compared.
const LONGEST: usize = 200;

/// What imitators put round a name. Words that ordinary companions of an app carry
/// (`status`, `saver`, `web`, `scanner`, `stickers`) are left out on purpose.
const AROUND: [&str; 26] = [
    "plus",
    "pro",
    "update",
    "updater",
    "messenger",
    "messaging",
    "private",
    "secure",
    "premium",
    "gold",
    "new",
    "official",
    "original",
    "app",
    "android",
    "mod",
    "the",
    "all",
    "omar",
    "gb",
    "fm",
    "yo",
    "chat",
    "latest",
    "apk",
    "reader",
];

/// Of these, the words that make an ordinary word the name of a messenger or of its update:
/// `Signal Plus`, `Signal Messenger`, but not `Signal Pro` or `New Signal`.
const TELLING: [&str; 6] = ["plus", "messenger", "messaging", "chat", "update", "updater"];

/// How a label imitates a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// It is the name.
    Same,
    /// It reads as the name, but is written with other characters.
    LookAlike,
    /// It is the name with other words about it.
    Extended,
}

/// A genuine app's name, ready to compare.
#[derive(Clone, Debug)]
pub(super) struct Name {
    forms: Vec<String>,
    plain: String,
    common_word: bool,
}

impl Name {
    pub(super) fn new(name: &str, common_word: bool) -> Self {
        Self { forms: forms(name).into(), plain: plain(name), common_word }
    }

    /// Whether the name is an ordinary word, so that bearing it shows nothing.
    pub(super) fn is_common_word(&self) -> bool {
        self.common_word
    }

    /// How a label imitates this name, if it does. `words` also takes in labels that put words
    /// about it.
    pub(super) fn imitated_by(&self, label: &Label, words: bool) -> Option<Likeness> {
        if label.plain == self.plain {
            return Some(Likeness::Same);
        }
        let pairs = || self.forms.iter().zip(&label.forms);
        if pairs().any(|(name, label)| name == label) {
            return Some(Likeness::LookAlike);
        }
        let extends = |(name, label): (&String, &String)| {
            label.match_indices(name.as_str()).any(|(at, _)| {
                let before = around(label.get(..at).unwrap_or_default());
                let after = around(label.get(at + name.len()..).unwrap_or_default());
                matches!((before, after), (Some(before), Some(after))
                    if !self.common_word || before || after)
            })
        };
        (words && name_is_long(&self.plain) && pairs().any(extends)).then_some(Likeness::Extended)
    }
}

/// A label, ready to compare.
#[derive(Clone, Debug)]
pub(super) struct Label {
    forms: Vec<String>,
    plain: String,
}

impl Label {
    pub(super) fn new(label: &str) -> Option<Self> {
        let fits = label.len() <= LONGEST && !label.trim().is_empty();
        fits.then(|| Self { forms: forms(label).into(), plain: plain(label) })
    }
}

/// Short names turn up inside other words by chance.
fn name_is_long(plain: &str) -> bool {
    plain.chars().count() >= 5
}

/// The label as an honest maker would vary it: case, spaces and compatibility forms folded.
fn plain(text: &str) -> String {
    // Not NFKC: a full-width letter in a label is a disguise, not a variant.
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Two forms, since look-alikes differ by case (capital i resembles small L): folded to lower
/// case before and after the look-alikes are replaced.
fn forms(text: &str) -> [String; 2] {
    let letters = |text: &str| -> String {
        text.nfkd().filter(|c| c.is_alphanumeric() && !is_combining_mark(*c)).collect()
    };
    let folded: String = text.nfkc().collect();
    let early: String = skeleton(&folded.to_lowercase()).collect();
    let late: String = skeleton(&folded).collect();
    // The skeleton of small letters can bring capitals (`0` becomes `O`): fold once more.
    [letters(&early).to_lowercase(), letters(&late).to_lowercase()]
}

/// Whether `text` is made of words that imitators put round a name (or of nothing);
/// the answer tells whether one of them is telling.
fn around(text: &str) -> Option<bool> {
    // reachable[i]: None, or whether a telling word lies on the way to byte i.
    let mut reachable: Vec<Option<bool>> = vec![None; text.len() + 1];
    if let Some(start) = reachable.first_mut() {
        *start = Some(false);
    }
    for at in 0..text.len() {
        let Some(so_far) = reachable.get(at).copied().flatten() else { continue };
        let Some(rest) = text.get(at..) else { continue };
        let mut reach = |len: usize, telling: bool| {
            if let Some(slot) = reachable.get_mut(at + len) {
                *slot = Some(slot.unwrap_or(false) || so_far || telling);
            }
        };
        for word in AROUND {
            // Words take the same forms as the label they stand in.
            for form in forms(word) {
                if rest.starts_with(&form) {
                    reach(form.len(), TELLING.contains(&word));
                }
            }
        }
        if let Some(digit) = rest.chars().next().filter(char::is_ascii_digit) {
            reach(digit.len_utf8(), false);
        }
    }
    reachable.last().copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(name: &str, common: bool, label: &str) -> Option<Likeness> {
        Name::new(name, common).imitated_by(&Label::new(label)?, true)
    }

    #[test]
    fn look_alikes_are_seen_through() {
        // Cyrillic a; Greek omicron for o; a zero-width joiner; full-width; capital i for small L;
        // Cyrillic capitals; a combining accent.
        for (name, label) in [
            ("Signal", "Sign\u{430}l"),
            ("Whoscall", "Wh\u{3bf}scall"),
            ("Telegram", "Tele\u{200d}gram"),
            ("WhatsApp", "Ｗｈａｔｓ Ａｐｐ"),
            ("Telegram", "TeIegram"),
            ("Skype", "\u{405}kype"),
            ("Telegram", "Te\u{301}legram"),
        ] {
            assert_eq!(seen(name, true, label), Some(Likeness::LookAlike), "{label}");
        }
    }

    #[test]
    fn case_and_spaces_make_no_difference() {
        for label in ["WhatsApp", "whatsapp", "WHATS APP", " WhatsApp\u{a0}"] {
            assert_eq!(seen("WhatsApp", false, label), Some(Likeness::Same), "{label:?}");
        }
    }

    #[test]
    fn words_about_a_name_are_those_of_imitators() {
        for (name, common, label) in [
            ("Signal", true, "Signal Plus Messenger"),
            ("Signal", true, "Sign\u{430}l Plus"),
            ("WhatsApp", false, "WhatsApp Update"),
            ("WhatsApp", false, "GBWhatsApp Pro"),
            ("WhatsApp", false, "OmarWhatsApp"),
            ("Telegram", false, "Telegram Premium 2"),
        ] {
            assert_eq!(seen(name, common, label), Some(Likeness::Extended), "{label}");
        }
        for (name, common, label) in [
            ("Signal", true, "Signal Strength Meter"),
            ("Signal", true, "Signal Pro"),
            ("Signal", true, "New Signal"),
            ("Signal", true, "Signals"),
            ("WhatsApp", false, "Status Saver for WhatsApp"),
            ("WhatsApp", false, "Whats Web Scanner"),
            ("Telegram", false, "Telegram X"),
            ("Skype", false, "Hype"),
        ] {
            assert_eq!(seen(name, common, label), None, "{label}");
        }
    }
}
