//! Undoes what reports do to links, so that nobody opens them by accident.

use std::borrow::Cow;

/// What stands for what. Longer spellings come first.
const SPELLINGS: &[(&str, &str)] = &[
    ("[:]//", "://"),
    ("[://]", "://"),
    ("(dot)", "."),
    ("[dot]", "."),
    ("{dot}", "."),
    ("[.]", "."),
    ("(.)", "."),
    ("{.}", "."),
    ("[.", "."),
    (".]", "."),
    ("\\.", "."),
    ("[:]", ":"),
    ("[at]", "@"),
    ("(at)", "@"),
    ("[@]", "@"),
    ("[/]", "/"),
];

/// Schemes as they are written so that no link comes of it.
const SCHEMES: &[(&str, &str)] = &[
    ("hxxps", "https"),
    ("hxxp", "http"),
    ("hXXps", "https"),
    ("hXXp", "http"),
    ("h**ps", "https"),
    ("h**p", "http"),
    ("meow", "http"),
    ("fxp", "ftp"),
];

/// The value as it is meant: `hxxps://evil[.]example` gives `https://evil.example`. A scheme
/// without its colon (`http//…`, as one published table has it) gets it back.
#[must_use]
pub fn refang(raw: &str) -> Cow<'_, str> {
    let raw = raw.trim();
    let marked = raw.bytes().any(|b| matches!(b, b'[' | b'(' | b'{' | b'\\' | b']'))
        || raw.starts_with('h')
        || raw.starts_with('H')
        || raw.starts_with("meow")
        || raw.starts_with("fxp");
    // An IPv6 address in brackets is no defanging.
    if !marked || raw.parse::<std::net::SocketAddrV6>().is_ok() {
        return Cow::Borrowed(raw);
    }
    let mut text = raw.to_owned();
    for (from, to) in SPELLINGS {
        if text.contains(from) {
            text = text.replace(from, to);
        } else if from.len() > 3 {
            let upper = from.to_ascii_uppercase();
            if text.contains(&upper) {
                text = text.replace(&upper, to);
            }
        }
    }
    for (from, to) in SCHEMES {
        if let Some(rest) = strip_prefix_fold(&text, from)
            && rest.starts_with("://")
        {
            return Cow::Owned(format!("{to}{rest}"));
        }
    }
    for scheme in ["https//", "http//"] {
        if let Some(rest) = text.strip_prefix(scheme) {
            let scheme = scheme.trim_end_matches('/');
            return Cow::Owned(format!("{scheme}://{rest}"));
        }
    }
    if text == raw { Cow::Borrowed(raw) } else { Cow::Owned(text) }
}

fn strip_prefix_fold<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| text.get(prefix.len()..)).flatten()
}

#[cfg(test)]
mod tests {
    use super::refang;

    #[test]
    fn defanged_values_are_read_as_meant() {
        for (written, meant) in [
            ("evil[.]example", "evil.example"),
            ("evil[dot]example", "evil.example"),
            ("evil(dot)example", "evil.example"),
            ("evil (DOT)example", "evil .example"),
            ("hxxps://evil[.]example/a", "https://evil.example/a"),
            ("hXXp[:]//evil.example", "http://evil.example"),
            ("hxxp[://]evil[.]example", "http://evil.example"),
            ("http//evil.example/x", "http://evil.example/x"),
            ("203.0.113[.]7", "203.0.113.7"),
            ("a[at]evil[.]example", "a@evil.example"),
            ("203[.0[.113[.7", "203.0.113.7"),
            ("evil\\.example", "evil.example"),
            ("plain.example", "plain.example"),
            ("hostname.example", "hostname.example"),
            ("[2001:db8::1]:443", "[2001:db8::1]:443"),
        ] {
            assert_eq!(refang(written), meant, "{written}");
        }
    }
}
