//! Hosts and URLs that stand in a text: in the values of settings and properties, in command
//! lines. They show that a link was there, not that it was opened.

use evidence::Emitter;
use memchr::memmem;
use model::fact::LinkSeen;
use model::{Position, normal};
use std::sync::LazyLock;

/// A URL or host found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The URL as written, where it is one.
    pub url: Option<String>,
    /// The host in normal form.
    pub host: String,
    /// The port, where stated.
    pub port: Option<u32>,
}

/// A longer URL is cut here; no browser takes longer ones.
const MAX_URL: usize = 8 << 10;
/// How many URLs inside another one's query are taken out of it.
const MAX_INNER: usize = 4;
/// Length of the shorter scheme; the next URL begins behind it.
const SCHEME: usize = 4;

/// Every `http` and `https` URL in `text`, in order, and those that stand inside the query of
/// another one, unless they are percent-encoded.
pub fn links_in(text: &str, mut found: impl FnMut(Link)) {
    let mut from = 0;
    while let Some((start, end)) = next_url(text, from) {
        let raw = text.get(start..end).unwrap_or_default();
        found_url(raw, &mut found);
        let mut inner = SCHEME;
        for _ in 0..MAX_INNER {
            let Some((start, end)) = next_url(raw, inner) else { break };
            found_url(raw.get(start..end).unwrap_or_default(), &mut found);
            inner = start + SCHEME;
        }
        from = end.max(start + 1);
    }
}

/// The host or hosts of a setting or property that names one without a scheme: a proxy, a
/// DNS resolver, a time server.
pub fn named_hosts(name: &str, value: &str, mut found: impl FnMut(Link)) {
    if !names_a_host(name) {
        return;
    }
    for part in value.split([',', ';', ' ']).map(str::trim) {
        let (host, port) = host_and_port(part);
        if (host.contains('.') || host.contains(':'))
            && let Some(atom) = normal::host(host)
        {
            found(Link { url: None, host: atom.value.into_owned(), port });
        }
    }
}

/// Hosts that stand in a message without a scheme, as people write them and as messengers make
/// links of them: `www.example.org`, `example.org/path`, `example.com`.
pub(crate) fn plain_hosts(text: &str, found: impl FnMut(Link)) {
    let likely = |raw: &str, last: &str, path| {
        path || raw.starts_with("www.") || COMMON_ENDS.contains(&last)
    };
    hosts_that(text, likely, found);
}

/// Hosts that stand in a line of a log without a scheme. Most names with dots in it are those of
/// packages, classes and files.
pub(crate) fn logged_hosts(text: &str, found: impl FnMut(Link)) {
    let likely = |raw: &str, last: &str, _| {
        let first = raw.split('.').next().unwrap_or_default();
        LOGGED_ENDS.contains(&last) && first.len() > 2 && !CODE.contains(&first)
    };
    hosts_that(text, likely, found);
}

/// Whether a text may hold a URL.
pub(crate) fn may_hold_url(text: &str) -> bool {
    MARK.find(text.as_bytes()).is_some()
}

static MARK: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new("://"));

/// Ends of names that are hosts also where code is spoken of.
const LOGGED_ENDS: &[&str] = &[
    "biz", "club", "cn", "com", "eu", "hk", "icu", "info", "net", "online", "org", "ru", "shop",
    "site", "top", "tw", "us", "vip", "xyz",
];

/// First parts of the names of packages and classes.
const CODE: &[&str] = &[
    "android", "androidx", "com", "dalvik", "edu", "gov", "java", "javax", "kotlin", "kotlinx",
    "net", "org", "sun",
];

fn hosts_that(text: &str, likely: impl Fn(&str, &str, bool) -> bool, mut found: impl FnMut(Link)) {
    let part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(dot) = memchr::memchr(b'.', bytes.get(at..).unwrap_or_default()) {
        let dot = at + dot;
        let before = bytes.get(at..dot).unwrap_or_default();
        let start = dot - before.iter().rev().take_while(|b| part(**b)).count();
        let after = bytes.get(dot..).unwrap_or_default();
        let end = dot + after.iter().take_while(|b| part(**b)).count();
        at = end.max(dot + 1);
        // What a scheme or a mailbox stands before is no host by itself.
        let joined = start.checked_sub(1).and_then(|before| bytes.get(before));
        let raw = text.get(start..end).unwrap_or_default().trim_matches(['.', '-']);
        let Some((_, last)) = raw.rsplit_once('.') else { continue };
        let path = bytes.get(end) == Some(&b'/');
        let likely = likely(raw, last, path);
        let name = (2..=24).contains(&last.len()) && last.bytes().all(|b| b.is_ascii_alphabetic());
        if matches!(joined, Some(b'/' | b'@' | b':' | b'=' | b'%')) || !likely || !name {
            continue;
        }
        if let Some(host) = normal::domain(raw) {
            found(Link { url: None, host: host.into_owned(), port: None });
        }
    }
}

/// Ends of names that stand for a link even without a path; others too often end a sentence.
const COMMON_ENDS: &[&str] = &[
    "app", "biz", "click", "cloud", "club", "cn", "co", "com", "dev", "digital", "eu", "fun",
    "gov", "hk", "icu", "info", "io", "link", "live", "ly", "me", "mobi", "net", "online", "org",
    "pro", "ru", "shop", "site", "space", "store", "support", "tk", "top", "tw", "us", "vip",
    "website", "win", "work", "xyz",
];

/// Tells every link in the value of a setting, property or the like as a fact.
pub(crate) fn tell_links(
    name: &str,
    value: &str,
    place: impl Fn() -> String,
    position: &Position,
    out: &mut Emitter<'_>,
) {
    let mut tell = |link: Link| {
        let Link { url, host, port } = link;
        let fact = LinkSeen { url, host, port, place: place(), ..LinkSeen::default() };
        out.fact(fact, position.clone(), None);
    };
    named_hosts(name, value, &mut tell);
    links_in(value, &mut tell);
}

/// Names of settings (AOSP `Settings.Global`) and of system properties whose value is a host.
fn names_a_host(name: &str) -> bool {
    const SETTINGS: &[&str] = &[
        "http_proxy",
        "global_http_proxy_host",
        "private_dns_specifier",
        "wifi_static_dns1",
        "wifi_static_dns2",
        "captive_portal_server",
        "ntp_server",
        "ntp_server_2",
        "assisted_gps_supl_host",
    ];
    let property = name.starts_with("net.") || name.starts_with("dhcp.");
    let last = name.rsplit('.').next().unwrap_or_default();
    SETTINGS.contains(&name)
        || property && (last.starts_with("dns") || last == "http-proxy" || last == "gw-proxy")
}

/// Byte range of the next URL at or behind `from`.
fn next_url(text: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let mark = at + memmem::find(bytes.get(at..)?, b"://")?;
        let head = bytes.get(from..mark)?;
        let scheme = [&b"https"[..], b"http"].into_iter().find(|scheme| {
            head.len()
                .checked_sub(scheme.len())
                .and_then(|start| head.get(start..))
                .is_some_and(|tail| tail.eq_ignore_ascii_case(scheme))
        });
        let Some(scheme) = scheme else {
            at = mark + 3;
            continue;
        };
        let rest = text.get(mark + 3..)?;
        let rest = rest.get(..rest.floor_char_boundary(MAX_URL))?;
        let stop = |c: char| {
            c.is_whitespace()
                || c.is_control()
                || matches!(c, '"' | '\'' | '<' | '>' | '`' | '|')
                || matches!(c, '{' | '}' | '\\' | '^' | '\u{FFFD}')
        };
        let len = rest.find(stop).unwrap_or(rest.len());
        let body = rest.get(..len)?.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']']);
        return Some((mark - scheme.len(), mark + 3 + body.len()));
    }
}

fn found_url(raw: &str, found: &mut impl FnMut(Link)) {
    // A list of URLs without blanks: the next one is found on its own.
    let cut = [",http", ";http"].iter().filter_map(|sign| raw.find(sign)).min();
    let raw = cut.and_then(|at| raw.get(..at)).unwrap_or(raw);
    let Some(host) = normal::url_host(raw) else { return };
    let authority = raw
        .split_once("://")
        .map_or("", |(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let after_user = authority.rsplit('@').next().unwrap_or_default();
    let (_, port) = host_and_port(after_user);
    found(Link { url: Some(raw.to_owned()), host: host.value.into_owned(), port });
}

/// Splits `host`, `host:port`, `[v6]:port` and a bare `v6`; port 0 stands for none.
fn host_and_port(raw: &str) -> (&str, Option<u32>) {
    let split = match raw.rsplit_once(':') {
        Some((host, port)) if host.starts_with('[') == host.ends_with(']') => {
            let plain = !host.contains(':') || host.ends_with(']');
            plain.then(|| port.parse::<u16>().ok().map(|port| (host, port))).flatten()
        }
        _ => None,
    };
    match split {
        Some((host, port)) => (host, (port > 0).then_some(u32::from(port))),
        None => (raw, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(text: &str) -> Vec<(String, String, Option<u32>)> {
        let mut seen = Vec::new();
        links_in(text, |l| seen.push((l.url.unwrap_or_default(), l.host, l.port)));
        seen
    }

    fn one(url: &str, host: &str, port: Option<u32>) -> (String, String, Option<u32>) {
        (url.into(), host.into(), port)
    }

    #[test]
    fn urls_end_where_a_reader_would_end_them() {
        assert_eq!(
            urls("see (HTTPS://C2.example:8443/a?b=c), then \"http://[2001:db8::1]/x\"."),
            vec![
                one("HTTPS://C2.example:8443/a?b=c", "c2.example", Some(8443)),
                one("http://[2001:db8::1]/x", "2001:db8::1", None),
            ]
        );
        assert_eq!(
            urls("http://a.example/x,http://u:p@b.example:81/y;https://c.example"),
            vec![
                one("http://a.example/x", "a.example", None),
                one("http://u:p@b.example:81/y", "b.example", Some(81)),
                one("https://c.example", "c.example", None),
            ]
        );
        assert_eq!(urls("ftp://a.example content://b http://"), vec![]);
    }

    #[test]
    fn a_url_in_a_query_is_seen_too() {
        assert_eq!(
            urls("https://a.example/r?u=http://b.example/z"),
            vec![
                one("https://a.example/r?u=http://b.example/z", "a.example", None),
                one("http://b.example/z", "b.example", None),
            ]
        );
    }

    #[test]
    fn proxies_and_resolvers_are_hosts() {
        let seen = |name: &str, value: &str| {
            let mut list = Vec::new();
            named_hosts(name, value, |l| list.push((l.host, l.port)));
            list
        };
        assert_eq!(
            seen("http_proxy", "Proxy.example.:8080"),
            [("proxy.example".into(), Some(8080))]
        );
        assert_eq!(seen("http_proxy", ":0"), []);
        assert_eq!(seen("private_dns_specifier", "dns.example"), [("dns.example".into(), None)]);
        assert_eq!(
            seen("net.dns1", "2001:db8::53,203.0.113.53"),
            [("2001:db8::53".into(), None), ("203.0.113.53".into(), None)]
        );
        assert_eq!(seen("wifi_on", "192.0.2.1"), []);
    }

    #[test]
    fn hostile_text_costs_little() {
        let text = "http://".repeat(150_000);
        let mut count = 0_u64;
        links_in(&text, |_| count += 1);
        assert!(count < 1_000);
    }
}
