//! What would match half the world, and why.

use crate::{Kind, Value};
use ipnet::IpNet;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::LazyLock;

/// Values that are never indicators on their own: kind, value, reason.
static TABLE: LazyLock<HashMap<(&'static str, &'static str), &'static str>> = LazyLock::new(|| {
    include_str!("broad.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (kind, rest) = line.split_once('\t')?;
            let (value, why) = rest.split_once('\t')?;
            Some(((kind, value), why))
        })
        .collect()
});

/// Shortest text that names anything.
const SHORTEST: usize = 4;

/// Packages and certificates of genuine apps, which no list may name on its own.
#[derive(Clone, Debug, Default)]
pub struct Genuine {
    /// Package names.
    pub packages: HashSet<String>,
    /// SHA-256 of their signing certificates, lower-case hex.
    pub certificates: HashSet<String>,
}

impl Genuine {
    /// Why this value belongs to a genuine app.
    #[must_use]
    pub fn why(&self, value: &Value) -> Option<&'static str> {
        match value.kind {
            Kind::Package if self.packages.contains(&value.text) => {
                Some("the package of a genuine app: every phone that has it would match")
            }
            Kind::CertSha256 if self.certificates.contains(&value.text) => {
                Some("the certificate of a genuine app: every phone that has it would match")
            }
            _ => None,
        }
    }
}

/// Why this value would match what many honest people have. `None` where it would not.
#[must_use]
pub fn too_broad(value: &Value) -> Option<&'static str> {
    if let Some(why) = TABLE.get(&(value.kind.name(), value.text.as_str())) {
        return Some(why);
    }
    match value.kind {
        Kind::Ipv4 | Kind::Ipv6 => match value.text.parse::<IpNet>() {
            Ok(network) => network_of_many(network),
            Err(_) => value.text.parse().ok().and_then(address_of_many),
        },
        Kind::Domain => domain_of_many(&value.text),
        Kind::Url => url_of_many(&value.text),
        Kind::Path => {
            let deep = value.text.bytes().filter(|b| *b == b'/').count() > 1;
            (!deep).then_some("a folder at the root: too much lies below it")
        }
        Kind::Process | Kind::FileName | Kind::Property | Kind::Package | Kind::Profile => {
            (value.text.len() < SHORTEST).then_some("a text of less than 4 characters")
        }
        _ => None,
    }
}

fn domain_of_many(name: &str) -> Option<&'static str> {
    const LOCAL: &[&str] =
        &["local", "localdomain", "lan", "home", "internal", "arpa", "localhost"];
    if !name.contains('.') {
        return Some("a single label: a top-level domain or a host at home");
    }
    let last = name.rsplit('.').next().unwrap_or(name);
    LOCAL.contains(&last).then_some("a name that every network may use at home")
}

/// A link to nothing but a host of many.
fn url_of_many(url: &str) -> Option<&'static str> {
    let (_, rest) = url.split_once("://")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if !path.is_empty() {
        return None;
    }
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    too_broad(&Value::host(host).ok()?)
}

fn network_of_many(network: IpNet) -> Option<&'static str> {
    let widest = if network.addr().is_ipv4() { 16 } else { 32 };
    if network.prefix_len() < widest {
        return Some("a network of very many hosts");
    }
    address_of_many(network.addr())
}

fn address_of_many(address: IpAddr) -> Option<&'static str> {
    let (private, none, many) = match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            let carrier = a == 100 && (64..128).contains(&b);
            (
                v4.is_private() || v4.is_link_local() || carrier,
                v4.is_unspecified() || v4.is_loopback() || a == 0,
                v4.is_multicast() || v4.is_broadcast() || a >= 240,
            )
        }
        IpAddr::V6(v6) => {
            let head = v6.segments()[0];
            (
                head & 0xfe00 == 0xfc00 || head & 0xffc0 == 0xfe80,
                v6.is_unspecified() || v6.is_loopback(),
                v6.is_multicast(),
            )
        }
    };
    if private {
        Some("a private address: many networks use it")
    } else if none {
        Some("the device's own or no address")
    } else {
        many.then_some("a reserved address or one of many receivers")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // A test may.
mod tests {
    use super::*;

    #[test]
    fn half_the_world_is_known() {
        for (kind, text) in [
            (Kind::Ipv4, "10.1.2.3"),
            (Kind::Ipv4, "100.64.0.1"),
            (Kind::Ipv4, "8.8.8.8"),
            (Kind::Ipv4, "203.0.0.0/8"),
            (Kind::Ipv4, "127.0.0.1"),
            (Kind::Ipv4, "224.0.0.251"),
            (Kind::Ipv6, "fe80::1"),
            (Kind::Domain, "bit.ly"),
            (Kind::Domain, "com"),
            (Kind::Domain, "printer.local"),
            (Kind::Url, "https://play.google.com/"),
            (Kind::Path, "/data"),
            (Kind::Path, "/xyz"),
            (Kind::Process, "sh"),
            (Kind::CertSha1, "61ED377E85D386A8DFEE6B864BD85B0BFAA5AF81"),
        ] {
            let value = Value::new(kind, text).unwrap();
            assert!(too_broad(&value).is_some(), "{text}");
        }
        for (kind, text) in [
            (Kind::Ipv4, "203.0.113.7"),
            (Kind::Ipv4, "203.0.113.0/24"),
            (Kind::Domain, "evil.bit.ly"),
            (Kind::Url, "https://bit.ly/abc"),
            (Kind::Path, "/data/local/tmp/x"),
            (Kind::Ipv6, "2001:db8::1"),
        ] {
            let value = Value::new(kind, text).unwrap();
            assert_eq!(too_broad(&value), None, "{text}");
        }
    }

    #[test]
    fn every_row_of_the_table_is_in_normal_form() {
        for (kind, text) in TABLE.keys() {
            let kind = [
                Kind::Domain,
                Kind::Ipv4,
                Kind::Ipv6,
                Kind::Sha256,
                Kind::Sha1,
                Kind::Md5,
                Kind::CertSha256,
                Kind::CertSha1,
                Kind::CertMd5,
                Kind::Package,
                Kind::Path,
                Kind::FileName,
                Kind::Process,
            ]
            .into_iter()
            .find(|known| known.name() == *kind);
            assert_eq!(Value::new(kind.unwrap(), text).unwrap().text, *text);
        }
        assert!(TABLE.len() > 100);
    }
}
