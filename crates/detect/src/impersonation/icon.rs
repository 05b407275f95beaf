//! Icons: perceptual hashes of 64 bits, compared by the bits in which they differ.

use super::brand::{Brand, Brands};

/// Bits in which two hashes of the same picture differ at most: scaling and another format change
/// up to four, another picture changes about half.
const MOST_BITS: u32 = 6;

/// A hash, from its 16 hex digits.
pub(super) fn parse(text: &str) -> Option<u64> {
    let digits = text.len() == 16 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    digits.then(|| u64::from_str_radix(text, 16).ok()).flatten()
}

/// The brand whose icon this is, the nearest first.
pub(super) fn brand_of<'k>(text: &str, brands: &'k Brands) -> Option<&'k Brand> {
    let hash = parse(text)?;
    let distance = |brand: &&Brand| brand.icons.iter().map(|own| (own ^ hash).count_ones()).min();
    let near = brands.brands().iter().filter_map(|brand| Some((distance(&brand)?, brand)));
    near.filter(|(bits, _)| *bits <= MOST_BITS)
        .min_by_key(|(bits, _)| *bits)
        .map(|(_, brand)| brand)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GENUINE: &str = "package: org.example.genuine\nnames: ['Genuine']\n\
                           icons: ['00ff00ff00ff00ff']\nsources: ['made up']\n";

    #[test]
    fn nearly_the_same_icon_is_the_same() {
        let brands = Brands::parse(&[("brands/genuine.yaml", GENUINE)]);
        assert_eq!(brands.errors().len(), 0);
        let found = |hash: &str| brand_of(hash, &brands).map(|brand| brand.package.as_str());
        assert_eq!(found("00ff00ff00ff00ff"), Some("org.example.genuine"));
        // Six bits differ, then seven.
        assert_eq!(found("00ff00ff00ff00c0"), Some("org.example.genuine"));
        assert_eq!(found("01ff00ff00ff00c0"), None);
        assert_eq!(found("ff00ff00ff00ff00"), None);
        assert_eq!(found("no hash"), None);
    }

    #[test]
    fn a_hash_that_is_none_is_told() {
        let wrong = GENUINE.replace("00ff00ff00ff00ff", "00ff");
        assert_eq!(Brands::parse(&[("brands/genuine.yaml", &wrong)]).errors().len(), 1);
    }
}
