//! Hashes as words that two people can read to each other over a telephone.
//!
//! The words are BIP-39's English list (2048 words, told apart by their first four letters; the
//! file is that of python-mnemonic 0.21, MIT licence), and so is the coding: the 256 bits of a
//! SHA-256 and eight bits of check sum make 24 words, so that a word heard wrong is noticed.

use sha2::{Digest, Sha256};

const LIST: &str = include_str!("english.txt");

/// Bits of a word.
const BITS: u16 = 11;

/// The 24 words of a SHA-256.
#[must_use]
pub fn words(digest: &[u8; 32]) -> String {
    let list: Vec<&str> = LIST.lines().collect();
    let check = Sha256::digest(digest);
    let (mut held, mut bits, mut told) = (0_u32, 0_u16, Vec::with_capacity(24));
    for byte in digest.iter().chain(check.first()) {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        if bits >= BITS {
            bits -= BITS;
            told.push(list.get((held >> bits) as usize & 0x7ff).copied().unwrap_or_default());
            held &= (1 << bits) - 1;
        }
    }
    told.join(" ")
}

/// Why words are no hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// There must be 24.
    #[error("{0} words, and a hash is 24")]
    Count(usize),
    /// Not in the list.
    #[error("`{0}` is none of the 2048 words")]
    Unknown(String),
    /// All words are in the list, and do not belong together.
    #[error("the words do not belong together: one of them was misread or misheard")]
    Check,
}

/// The SHA-256 that these words tell; capital letters and punctuation between words do not
/// matter, nor what comes after the fourth letter of a word.
///
/// # Errors
/// When they are not 24 words of the list that belong together.
pub fn digest(words: &str) -> Result<[u8; 32], WordsError> {
    let given: Vec<String> = words
        .split(|letter: char| !letter.is_alphabetic())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    if given.len() != 24 {
        return Err(WordsError::Count(given.len()));
    }
    let start = |word: &str| word.chars().take(4).collect::<String>();
    let (mut held, mut bits, mut bytes) = (0_u32, 0_u16, Vec::with_capacity(33));
    for word in given {
        let index = LIST.lines().position(|one| start(one) == start(&word));
        let index = index.and_then(|index| u32::try_from(index).ok());
        held = (held << BITS) | index.ok_or(WordsError::Unknown(word))?;
        bits += BITS;
        while bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    let (hash, check) = bytes.split_first_chunk::<32>().ok_or(WordsError::Check)?;
    if check.first() == Sha256::digest(hash).first() { Ok(*hash) } else { Err(WordsError::Check) }
}

#[cfg(test)]
mod tests {
    use super::{WordsError, digest, words};

    /// Two of BIP-39's own test vectors of 256 bits (`vectors.json` of python-mnemonic).
    #[test]
    fn the_words_are_those_of_bip_39() {
        let zero = format!("{}art", "abandon ".repeat(23));
        assert_eq!(words(&[0; 32]), zero);
        assert_eq!(digest(&zero), Ok([0; 32]));
        let sevens = "legal winner thank year wave sausage worth useful legal winner thank year \
                      wave sausage worth useful legal winner thank year wave sausage worth title";
        assert_eq!(words(&[0x7f; 32]), sevens);
        assert_eq!(digest(&sevens.to_uppercase().replace(' ', ", ")), Ok([0x7f; 32]));
    }

    #[test]
    fn a_word_heard_wrong_is_noticed() {
        let zero = format!("{}art", "abandon ".repeat(23));
        assert_eq!(digest(&zero.replacen("abandon", "ability", 1)), Err(WordsError::Check));
        assert_eq!(digest(&zero.replace("art", "xyzzy")), Err(WordsError::Unknown("xyzzy".into())));
        assert_eq!(digest("art"), Err(WordsError::Count(1)));
    }
}
