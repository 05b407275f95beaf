//! Words of interest in code: texts, names of classes and of methods that published reports name
//! for a family. Which they are is data: lists in `rules/lists/code/`; what they mean together is
//! said by rules.

use aho_corasick::AhoCorasick;
use dex::Dex;

/// What a word is in the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WordKind {
    /// A text.
    Text,
    /// A class, by its name as Java writes it.
    Class,
    /// A method, by its name alone.
    Method,
}

impl WordKind {
    /// Its name, as facts write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            WordKind::Text => "text",
            WordKind::Class => "class",
            WordKind::Method => "method",
        }
    }
}

/// The words of interest.
pub struct Words {
    words: Vec<String>,
    /// All of them; a text that is longer may hold one that is not too short.
    find: Option<AhoCorasick>,
}

/// A shorter word counts only as a whole text or name: within others it stands by chance.
const LEAST_WITHIN: usize = 8;

impl Words {
    /// The lists that are compiled in.
    #[must_use]
    pub fn built_in() -> Self {
        Self::parse(pages::LISTS)
    }

    /// Takes the words of the lists below `rules/lists/code/` among these files. A list with an
    /// error is told by those who compile rules.
    #[must_use]
    pub fn parse(files: &[(&str, &str)]) -> Self {
        let lists = files.iter().filter(|(file, _)| file.contains("lists/code/"));
        let words = lists.filter_map(|(file, text)| {
            pages::yaml::parse(file, text, 0).ok()?.field("values")?.texts()
        });
        let mut words: Vec<String> = words.flatten().filter(|word| !word.is_empty()).collect();
        words.sort();
        words.dedup();
        // Fails only for more words than memory holds.
        let find = AhoCorasick::new(&words).ok().filter(|_| !words.is_empty());
        Self { words, find }
    }

    /// Calls `found` with each word that stands in a DEX, in whatever way: in a text, as a class
    /// it names, as a method it defines or calls.
    pub fn in_dex<'w>(&'w self, dex: &Dex<'_>, found: &mut dyn FnMut(WordKind, &'w str)) {
        let Some(find) = &self.find else { return };
        let mut names = Vec::new();
        for index in 0..dex.string_count() {
            let Some(text) = dex.string(index) else { break };
            let bytes = text.as_bytes();
            let class = bytes.strip_prefix(b"L").and_then(|name| name.strip_suffix(b";"));
            if let Some(name) = class
                && let Some(word) = self.class(name)
            {
                found(WordKind::Class, word);
                continue;
            }
            for hit in find.find_overlapping_iter(bytes) {
                let Some(word) = self.words.get(hit.pattern().as_usize()) else { continue };
                if word.len() == bytes.len() {
                    names.push((index, word.as_str()));
                } else if word.len() >= LEAST_WITHIN {
                    found(WordKind::Text, word);
                }
            }
        }
        if names.is_empty() {
            return;
        }
        let methods: Vec<u32> =
            (0..dex.method_count()).filter_map(|index| Some(dex.method(index)?.name)).collect();
        for (index, word) in names {
            let kind = if methods.contains(&index) { WordKind::Method } else { WordKind::Text };
            found(kind, word);
        }
    }

    /// The word that names this class (`com/example/Main`), in full or by its last part.
    fn class(&self, name: &[u8]) -> Option<&str> {
        let name = std::str::from_utf8(name).ok()?.replace('/', ".");
        let last = name.rsplit('.').next().unwrap_or(&name);
        let find =
            |wanted: &str| self.words.binary_search_by(|word| word.as_str().cmp(wanted)).ok();
        let at = find(&name).or_else(|| find(last))?;
        self.words.get(at).map(String::as_str)
    }
}
