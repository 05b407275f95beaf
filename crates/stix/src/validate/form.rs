//! Strings that have a form: addresses, URLs, languages and the like.

use super::table::vocabulary;
use crate::Instant;
use crate::network::Network;

/// What breaking a form amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Must,
    Should,
}

/// Each form: its name in the tables, how much it weighs, what a value should be, and the check.
type Form = (&'static str, Weight, &'static str, fn(&str) -> bool);

const FORMS: &[Form] = &[
    ("ipv4", Weight::Must, "an IPv4 address or a network in CIDR notation", ipv4),
    ("ipv6", Weight::Must, "an IPv6 address or a network in CIDR notation", ipv6),
    ("mac", Weight::Must, "a MAC address in small letters with colons", mac),
    ("domain", Weight::Must, "a domain name", domain),
    ("email", Weight::Must, "an e-mail address without display name", email),
    ("url", Weight::Must, "a URL with its scheme", url),
    ("language", Weight::Must, "a language code of RFC 5646", language),
    ("software-language", Weight::Must, "a language code of RFC 5646", software_language),
    ("iso-639-2", Weight::Must, "a language code of ISO 639-2", |code| {
        vocabulary("iso-639-2").is_some_and(|codes| codes.contains(code))
    }),
    ("charset", Weight::Must, "the name of a character set of the IANA registry", charset),
    ("mime", Weight::Must, "a media type of the IANA registry", mime),
    ("mime-advised", Weight::Should, "a media type of the IANA registry", mime),
    ("relationship-type", Weight::Must, "small letters, digits and hyphens", hyphenated),
    ("lowercase", Weight::Should, "small letters, with hyphens between words", lowercase),
    ("protocol", Weight::Should, "small letters, as in the IANA registry of services", protocol),
    ("seconds", Weight::Must, "a time without a fraction", seconds),
    ("priority-class", Weight::Should, "a name that ends in _CLASS", |name| {
        name.ends_with("_CLASS")
    }),
    ("country", Weight::Should, "a country code of ISO 3166-1 alpha-2", |code| {
        let code = code.to_ascii_uppercase();
        vocabulary("country").is_some_and(|codes| codes.contains(code.as_str()))
    }),
    ("cpe", Weight::Must, "a CPE name of version 2.3", cpe),
    ("registry-key", Weight::Must, "a registry key whose hive is not abbreviated", registry_key),
];

#[cfg(test)]
pub(super) fn is_known(name: &str) -> bool {
    FORMS.iter().any(|(form, ..)| *form == name)
}

/// `None` where the text has the form; otherwise how much that weighs, and what it should be.
pub(super) fn broken(name: &str, text: &str) -> Option<(Weight, &'static str)> {
    let (_, weight, expected, fits) = FORMS.iter().find(|(form, ..)| *form == name)?;
    (!fits(text)).then_some((*weight, *expected))
}

fn ipv4(text: &str) -> bool {
    matches!(Network::parse(text), Some(Network::V4 { .. })) && plain_prefix(text)
}

fn ipv6(text: &str) -> bool {
    matches!(Network::parse(text), Some(Network::V6 { .. })) && plain_prefix(text)
}

/// A prefix length is written without zeros before it.
fn plain_prefix(text: &str) -> bool {
    text.split_once('/').is_none_or(|(_, length)| length == "0" || !length.starts_with('0'))
}

fn mac(text: &str) -> bool {
    let hex = |pair: &str| {
        pair.len() == 2 && pair.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    text.split(':').count() == 6 && text.split(':').all(hex)
}

/// RFC 1034 and RFC 5890: labels of letters, digits and hyphens, or of other alphabets.
fn domain(text: &str) -> bool {
    let text = text.strip_suffix('.').unwrap_or(text);
    let label = |label: &str| {
        let sign = |c: char| c.is_alphanumeric() || c == '-' || c == '_' || !c.is_ascii();
        !label.is_empty()
            && label.chars().count() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(sign)
    };
    !text.is_empty() && text.len() <= 1000 && text.split('.').all(label)
}

fn email(text: &str) -> bool {
    let parts = text.rsplit_once('@');
    parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
        && !text.contains(['<', '>', '\n'])
}

/// RFC 3986: a scheme, and nothing that has to be escaped.
fn url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let begins = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    begins
        && scheme.chars().all(sign)
        && !rest.is_empty()
        && !rest
            .contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c))
}

/// RFC 5646, section 2.1: a language of two or three letters, then subtags.
fn language(text: &str) -> bool {
    let mut tags = text.split('-');
    let primary = tags.next().unwrap_or("");
    let private = primary.eq_ignore_ascii_case("x") || primary.eq_ignore_ascii_case("i");
    let known = match primary.len() {
        2 => primary.bytes().all(|b| b.is_ascii_alphabetic()),
        3 => vocabulary("iso-639-2")
            .is_some_and(|all| all.contains(primary.to_ascii_lowercase().as_str())),
        _ => false,
    };
    let subtag =
        |tag: &str| (1..=8).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric());
    (private && text.contains('-') || known) && tags.all(subtag)
}

fn software_language(text: &str) -> bool {
    language(text) && !text.is_empty()
}

fn charset(text: &str) -> bool {
    let sign = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'(' | b')' | b'-' | b':');
    (2..=45).contains(&text.len()) && text.bytes().all(sign)
}

fn mime(text: &str) -> bool {
    const TREES: &[&str] = &[
        "application",
        "audio",
        "font",
        "image",
        "message",
        "model",
        "multipart",
        "text",
        "video",
    ];
    let Some((tree, subtype)) = text.split_once('/') else { return false };
    let subtype = subtype.split(';').next().unwrap_or("");
    let sign = |b: u8| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b);
    TREES.contains(&tree) && !subtype.is_empty() && subtype.bytes().all(sign)
}

fn hyphenated(text: &str) -> bool {
    let sign = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
    !text.is_empty() && text.bytes().all(sign)
}

/// No capitals; no blanks and underscores.
pub(super) fn lowercase(text: &str) -> bool {
    text.chars().any(char::is_lowercase)
        && !text.contains(|c: char| c.is_uppercase() || " _".contains(c))
}

fn protocol(text: &str) -> bool {
    let sign = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'+' | b'/');
    !text.is_empty() && text.bytes().all(sign)
}

fn seconds(text: &str) -> bool {
    Instant::parse(text).is_some() && !text.contains('.')
}

/// `cpe:2.3:` and eleven parts; colons in them stand behind a backslash.
fn cpe(text: &str) -> bool {
    let Some(body) = text.strip_prefix("cpe:2.3:") else { return false };
    let mut parts = 1;
    let mut escaped = false;
    for c in body.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ':' => parts += 1,
            c if c.is_whitespace() || c.is_control() => return false,
            _ => {}
        }
    }
    parts == 11 && body.starts_with(['a', 'h', 'o', '*', '-'])
}

fn registry_key(text: &str) -> bool {
    let hive = text.split('\\').next().unwrap_or("");
    !["HKLM", "HKCC", "HKCR", "HKCU", "HKU"].iter().any(|short| hive.eq_ignore_ascii_case(short))
}
