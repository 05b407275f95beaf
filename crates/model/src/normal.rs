//! The one place where raw text becomes the normal form that is matched.
//! Observations and indicators go through the same functions, so that equality is equality.

use crate::{Atom, AtomKind};
use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A hash in hex: trimmed, colons dropped, lower case; `None` unless it has `len` digits.
#[must_use]
pub fn hex(raw: &str, len: usize) -> Option<Cow<'_, str>> {
    let raw = raw.trim();
    let plain = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if raw.len() == len && raw.bytes().all(plain) {
        return Some(Cow::Borrowed(raw));
    }
    let folded: String =
        raw.chars().filter(|c| *c != ':').map(|c| c.to_ascii_lowercase()).collect();
    (folded.len() == len && folded.bytes().all(plain)).then_some(Cow::Owned(folded))
}

/// A hash algorithm as STIX names it (2.1, section 10.7) and the hexadecimal digits of its hashes,
/// from any of the spellings that feeds use. `None` for those whose hashes are not matched.
#[must_use]
pub fn algorithm(raw: &str) -> Option<(&'static str, usize)> {
    let plain = raw.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase());
    const KNOWN: [(&str, &str, usize); 3] =
        [("md5", "MD5", 32), ("sha1", "SHA-1", 40), ("sha256", "SHA-256", 64)];
    let known = KNOWN.iter().find(|(folded, ..)| plain.clone().eq(folded.bytes()))?;
    Some((known.1, known.2))
}

/// A host name: lower case, punycode, no trailing dot. `None` for addresses and for what
/// cannot be a host name.
#[must_use]
pub fn domain(raw: &str) -> Option<Cow<'_, str>> {
    let raw = raw.trim();
    let raw = raw.strip_suffix('.').unwrap_or(raw);
    if raw.is_empty() || raw.len() > 1024 || (may_be_address(raw) && raw.parse::<IpAddr>().is_ok())
    {
        return None;
    }
    let plain =
        |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.' | b'_');
    let ascii = if raw.bytes().all(plain) && !raw.contains("xn--") {
        Cow::Borrowed(raw)
    } else if raw.bytes().all(|b| plain(b.to_ascii_lowercase())) && !has_punycode(raw) {
        // Of ASCII letters, IDNA only lowers the case.
        Cow::Owned(raw.to_ascii_lowercase())
    } else {
        Cow::Owned(idna::domain_to_ascii(raw).ok()?)
    };
    let labels_fit = ascii.split('.').all(|label| (1..=63).contains(&label.len()));
    let named = ascii.bytes().all(plain) && ascii.bytes().any(|b| b.is_ascii_alphabetic());
    (ascii.len() <= 253 && labels_fit && named).then_some(ascii)
}

/// Whether a text can be an address at all: one of version 4 ends with a digit, one of version 6
/// holds a colon.
fn may_be_address(raw: &str) -> bool {
    raw.as_bytes().last().is_some_and(u8::is_ascii_digit) || raw.contains(':')
}

/// Whether a label is punycode, in any case.
fn has_punycode(raw: &str) -> bool {
    raw.as_bytes().windows(4).any(|part| part.eq_ignore_ascii_case(b"xn--"))
}

/// A host as it stands in a URL or in a setting: a name, an address, an address in brackets.
#[must_use]
pub fn host(raw: &str) -> Option<Atom<'_>> {
    let raw = raw.trim();
    if !may_be_address(raw) {
        return domain(raw).map(|name| Atom::new(AtomKind::Domain, name));
    }
    let bare = raw.strip_prefix('[').and_then(|r| r.strip_suffix(']')).unwrap_or(raw);
    if let Ok(v4) = bare.parse::<Ipv4Addr>() {
        return Some(Atom::new(AtomKind::Ipv4, v4.to_string()));
    }
    if let Ok(v6) = bare.parse::<Ipv6Addr>() {
        return Some(match v6.to_ipv4_mapped() {
            Some(v4) => Atom::new(AtomKind::Ipv4, v4.to_string()),
            None => Atom::new(AtomKind::Ipv6, v6.to_string()),
        });
    }
    domain(raw).map(|name| Atom::new(AtomKind::Domain, name))
}

/// A URL with scheme and host in lower case, user info, default port and fragment dropped,
/// an empty path written `/`; path and query stay exact. `None` where it has no host.
#[must_use]
pub fn url(raw: &str) -> Option<String> {
    let mut parsed = url::Url::parse(raw.trim()).ok()?;
    parsed.host_str()?;
    parsed.set_fragment(None);
    let _ = parsed.set_username("");
    let _ = parsed.set_password(None);
    // The root's dot names the same host (RFC 1034 3.1).
    let undotted = parsed.host_str().and_then(|host| host.strip_suffix('.')).map(ToOwned::to_owned);
    if let Some(host) = undotted {
        let _ = parsed.set_host(Some(&host));
    }
    Some(parsed.into())
}

/// The host of a URL in normal form, as an atom.
#[must_use]
pub fn url_host(raw: &str) -> Option<Atom<'static>> {
    let parsed = url::Url::parse(raw.trim()).ok()?;
    let atom = host(parsed.host_str()?)?;
    Some(Atom::new(atom.kind, atom.value.into_owned()))
}

/// A package name without the `:process` tail that Android adds to names of extra processes.
/// `None` unless it has the form of a package name (two or more dotted parts; `android` alone too).
#[must_use]
pub fn package(raw: &str) -> Option<&str> {
    let name = raw.trim().split(':').next()?;
    let part = |p: &str| {
        p.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
            && p.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    (name == "android" || (name.contains('.') && name.split('.').all(part))).then_some(name)
}

/// A path on the phone: trimmed of trailing `/`, doubled `/` folded. `None` if empty.
#[must_use]
pub fn path(raw: &str) -> Option<Cow<'_, str>> {
    let trimmed = if raw.len() > 1 { raw.trim_end_matches('/') } else { raw };
    if trimmed.is_empty() {
        return (!raw.is_empty()).then_some(Cow::Borrowed("/"));
    }
    if !trimmed.contains("//") {
        return Some(Cow::Borrowed(trimmed));
    }
    let mut folded = String::with_capacity(trimmed.len());
    for c in trimmed.chars() {
        if c != '/' || !folded.ends_with('/') {
            folded.push(c);
        }
    }
    Some(Cow::Owned(folded))
}

/// The last component of a path. `None` for `/` and for an empty path.
#[must_use]
pub fn file_name(raw: &str) -> Option<&str> {
    raw.trim_end_matches('/').rsplit('/').next().filter(|name| !name.is_empty())
}

/// An e-mail address in lower case. `None` unless it has one `@` with text on both sides.
#[must_use]
pub fn email(raw: &str) -> Option<String> {
    let folded = raw.trim().to_lowercase();
    let (local, at) = folded.split_once('@')?;
    (!local.is_empty() && !at.is_empty() && !at.contains('@')).then_some(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_take_one_form() {
        assert_eq!(domain("C2.Evil.COM.").as_deref(), Some("c2.evil.com"));
        assert_eq!(domain("bücher.example").as_deref(), Some("xn--bcher-kva.example"));
        assert_eq!(domain("203.0.113.7"), None);
        assert_eq!(domain("XN--BCHER-kva.Example").as_deref(), Some("xn--bcher-kva.example"));
        assert_eq!(host("::a").map(|a| a.kind), Some(AtomKind::Ipv6));
        assert_eq!(host("2001:db8::beef").map(|a| a.kind), Some(AtomKind::Ipv6));
        assert_eq!(host("203.0.113.7").map(|a| a.kind), Some(AtomKind::Ipv4));
        assert_eq!(
            host("A_b.Example").map(|a| a.value.into_owned()).as_deref(),
            Some("a_b.example")
        );
        assert_eq!(domain("a..b"), None);
        assert_eq!(
            host("[2001:DB8::1]").map(|a| a.value.into_owned()).as_deref(),
            Some("2001:db8::1")
        );
        assert_eq!(host("::ffff:203.0.113.7").map(|a| a.kind), Some(AtomKind::Ipv4));
    }

    #[test]
    fn urls_keep_path_and_query_exact() {
        assert_eq!(
            url("HTTPS://u:p@Evil.com:443/A/b?x=1#frag").as_deref(),
            Some("https://evil.com/A/b?x=1")
        );
        assert_eq!(url("http://evil.com").as_deref(), Some("http://evil.com/"));
        assert_eq!(url("http://evil.com:8080/").as_deref(), Some("http://evil.com:8080/"));
        assert_eq!(url("http://Evil.com./a").as_deref(), Some("http://evil.com/a"));
        assert_eq!(url("http://./a").as_deref(), Some("http://./a"));
        assert_eq!(url("mailto:a@b.c"), None);
    }

    #[test]
    fn packages_lose_their_process_tail() {
        assert_eq!(package("com.evil:remote"), Some("com.evil"));
        assert_eq!(package("sh"), None);
        assert_eq!(package("kworker/0:1"), None);
    }

    #[test]
    fn hashes_lose_colons_and_case() {
        assert_eq!(hex("AA:bb:CC:dd", 8).as_deref(), Some("aabbccdd"));
        assert_eq!(hex("aabbccd", 8), None);
        assert_eq!(hex("aabbccdg", 8), None);
    }

    #[test]
    fn paths_fold_slashes() {
        assert_eq!(path("/data//local/tmp/").as_deref(), Some("/data/local/tmp"));
        assert_eq!(path("/").as_deref(), Some("/"));
        assert_eq!(file_name("/data/local/tmp/"), Some("tmp"));
    }
}
