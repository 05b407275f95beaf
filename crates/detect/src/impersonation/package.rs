//! Whether a package name imitates a genuine one.

use super::brand::{Brand, Brands};

/// Package names shorter than this differ by one letter by chance.
const TYPO_LEAST: usize = 12;

/// How a package name resembles a genuine one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// It holds the whole genuine name and goes on (`org.thoughtcrime.securesmsplus`).
    Extends,
    /// It lies under a prefix that only the genuine maker uses (`org.telegram.FlyGram`).
    Namespace,
    /// It differs by one letter, two letters exchanged, or by case.
    Typo,
}

/// The genuine app that a package name imitates. Genuine packages imitate none.
pub(super) fn imitated<'b>(package: &str, brands: &'b Brands) -> Option<(&'b Brand, Likeness)> {
    if brands.named(package).is_some() {
        return None;
    }
    brands
        .brands()
        .iter()
        .filter(|brand| brand.imitated)
        .filter_map(|brand| Some((brand, likeness(package, brand)?)))
        .min_by_key(|(brand, likeness)| closeness(brand, *likeness))
}

/// The closest comes first: a name that is contained (the longest of them), then one that is
/// nearly written so, then one that only shares a prefix (the shortest, the main app).
fn closeness(brand: &Brand, likeness: Likeness) -> (u8, isize) {
    let length = isize::try_from(brand.package.len()).unwrap_or(isize::MAX);
    match likeness {
        Likeness::Extends => (0, -length),
        Likeness::Typo => (1, length),
        Likeness::Namespace => (2, length),
    }
}

fn likeness(package: &str, brand: &Brand) -> Option<Likeness> {
    let genuine = brand.package.as_str();
    let below = |prefix: &String| {
        package.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.starts_with('.'))
    };
    if package.contains(genuine) && genuine.len() >= TYPO_LEAST {
        Some(Likeness::Extends)
    } else if genuine.len() >= TYPO_LEAST
        && (package.eq_ignore_ascii_case(genuine) || one_edit(package, genuine))
    {
        Some(Likeness::Typo)
    } else if brand.namespaces.iter().any(below) {
        Some(Likeness::Namespace)
    } else {
        None
    }
}

/// Whether two texts differ by one letter put in, left out, replaced, or by two exchanged.
fn one_edit(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(same..).unwrap_or_default(), b.get(same..).unwrap_or_default());
    match (a, b) {
        ([], []) => false,
        ([_, a @ ..], [_, b @ ..]) if a == b => true,
        ([x, y, a @ ..], [v, w, b @ ..]) if x == w && y == v && a == b => true,
        ([_, a @ ..], b) if a == b => true,
        (a, [_, b @ ..]) => a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_edit_is_one() {
        for (a, b) in [
            ("com.whatsapp", "com.whatsap"),
            ("com.whatsapp", "com.whatssapp"),
            ("com.whatsapp", "com.whatzapp"),
            ("com.whatsapp", "com.whastapp"),
            ("com.whatsapp", "com.whatsappp"),
        ] {
            assert!(one_edit(a, b) && one_edit(b, a), "{a} {b}");
        }
        for (a, b) in [
            ("com.whatsapp", "com.whatsapp"),
            ("com.whatsapp", "com.gbwhatsapp"),
            ("com.whatsapp", "com.w.atzapp"),
        ] {
            assert!(!one_edit(a, b) && !one_edit(b, a), "{a} {b}");
        }
    }
}
