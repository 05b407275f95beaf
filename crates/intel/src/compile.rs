//! From one equality of a pattern to a value that atoms are held against.

use crate::engine;
use ipnet::IpNet;
use model::{AtomKind, normal};
use std::borrow::Cow;
use std::net::IpAddr;
use stix::pattern::Equality;

/// Bytes that a value may have, in normal form too.
pub(crate) const MAX_VALUE: usize = 8 << 10;

const TOO_LONG: &str = "its value is longer than 8 KiB";

/// A value in normal form; `text` of an address may be a network (`192.0.2.0/24`).
pub(crate) struct Compiled<'a> {
    pub(crate) kind: AtomKind,
    pub(crate) text: Cow<'a, str>,
}

/// Why an equality is no value of the index, in words.
pub(crate) enum Refused {
    /// Its property is not looked up as a value; the engine may know it.
    Property(String),
    /// Nothing of that property can have its value.
    Value(String),
}

impl From<&str> for Refused {
    fn from(reason: &str) -> Self {
        Refused::Value(reason.to_owned())
    }
}

/// Brings an equality into normal form.
///
/// # Errors
/// Why it cannot be looked up as a value.
pub(crate) fn compile<'a>(equality: &'a Equality<'_>) -> Result<Compiled<'a>, Refused> {
    let value = equality.value.as_ref();
    if value.len() > MAX_VALUE {
        return Err(TOO_LONG.into());
    }
    let mut keys = equality.path.iter().map(AsRef::as_ref);
    let path = (keys.next().unwrap_or(""), keys.next(), keys.next());
    let compiled = match (equality.object, path) {
        ("domain-name", ("value", None, None)) => host(value),
        ("network-traffic", ("dst_ref" | "src_ref", Some("value"), None)) => {
            address(value).or_else(|| host(value))
        }
        ("ipv4-addr" | "ipv6-addr", ("value", None, None)) => address(value),
        ("url", ("value", None, None)) => of(AtomKind::Url, normal::url(value)),
        ("file" | "artifact", ("hashes", Some(algorithm), None)) => {
            hash(algorithm, value, [AtomKind::Md5, AtomKind::Sha1, AtomKind::Sha256])?
        }
        ("x509-certificate", ("hashes", Some(algorithm), None))
        | ("app", ("cert", Some(algorithm), None)) => {
            hash(algorithm, value, [AtomKind::CertMd5, AtomKind::CertSha1, AtomKind::CertSha256])?
        }
        ("file", ("name", None, None)) if value.starts_with('/') => path_of(value),
        ("file", ("name", None, None)) => {
            of(AtomKind::FileName, (!value.is_empty() && !value.contains('/')).then_some(value))
        }
        ("file" | "directory", ("path", None, None)) => path_of(value),
        ("process", ("name", None, None)) => of(AtomKind::Process, normal::file_name(value.trim())),
        ("email-addr", ("value", None, None)) => of(AtomKind::Email, normal::email(value)),
        ("app", ("id", None, None)) => of(AtomKind::Package, normal::package(value).map(lower)),
        ("android-property", ("name", None, None)) => {
            let name = value.trim();
            of(AtomKind::Property, (!name.is_empty()).then(|| lower(name)))
        }
        _ => return Err(Refused::Property(unknown(equality))),
    };
    match compiled {
        None => Err(Refused::Value(format!("its value is no {}", noun(equality)))),
        Some(compiled) if compiled.text.len() > MAX_VALUE => Err(TOO_LONG.into()),
        Some(compiled) => Ok(compiled),
    }
}

fn of<'a>(kind: AtomKind, text: Option<impl Into<Cow<'a, str>>>) -> Option<Compiled<'a>> {
    text.map(|text| Compiled { kind, text: text.into() })
}

/// Lower case, borrowed where it is already.
pub(crate) fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|b| b.is_ascii_uppercase()) || !text.is_ascii() {
        Cow::Owned(text.to_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

fn host(value: &str) -> Option<Compiled<'_>> {
    normal::host(value).map(|atom| Compiled { kind: atom.kind, text: atom.value })
}

/// An address, or a network in CIDR notation. A network of all addresses is refused.
fn address(value: &str) -> Option<Compiled<'static>> {
    let value = value.trim();
    let Ok(network) = value.parse::<IpNet>() else {
        let address: IpAddr = value.parse().ok()?;
        return Some(single(address.to_canonical()));
    };
    let network = network.trunc();
    if network.prefix_len() == 0 {
        return None;
    }
    if network.prefix_len() == network.max_prefix_len() {
        return Some(single(network.addr().to_canonical()));
    }
    Some(Compiled { kind: kind_of(network.addr()), text: network.to_string().into() })
}

fn single(address: IpAddr) -> Compiled<'static> {
    Compiled { kind: kind_of(address), text: address.to_string().into() }
}

fn kind_of(address: IpAddr) -> AtomKind {
    if address.is_ipv4() { AtomKind::Ipv4 } else { AtomKind::Ipv6 }
}

/// A path; feeds that walk a file-system image leave out the first slash.
fn path_of(value: &str) -> Option<Compiled<'_>> {
    if value.starts_with('/') {
        return of(AtomKind::Path, normal::path(value));
    }
    let absolute = format!("/{value}");
    let folded = normal::path(&absolute)?.into_owned();
    (!value.is_empty()).then_some(Compiled { kind: AtomKind::Path, text: folded.into() })
}

/// A hash; `kinds` for MD5, SHA-1 and SHA-256. The algorithm is spelled in many ways.
fn hash<'a>(
    algorithm: &str,
    value: &'a str,
    [md5, sha1, sha256]: [AtomKind; 3],
) -> Result<Option<Compiled<'a>>, Refused> {
    let (kind, digits) = match normal::algorithm(algorithm) {
        Some(("MD5", digits)) => (md5, digits),
        Some(("SHA-1", digits)) => (sha1, digits),
        Some((_, digits)) => (sha256, digits),
        None => {
            let reason = format!("hashes by `{algorithm}` are not looked up yet");
            return Err(Refused::Property(reason));
        }
    };
    Ok(of(kind, normal::hex(value, digits)))
}

fn unknown(equality: &Equality<'_>) -> String {
    let keys: Vec<&str> = equality.path.iter().map(AsRef::as_ref).collect();
    engine::not_shown(equality.object, &keys)
}

fn noun(equality: &Equality<'_>) -> &'static str {
    match equality.object {
        "domain-name" => "host name",
        "ipv4-addr" | "ipv6-addr" => "address, or a network of all addresses",
        "network-traffic" => "host or address",
        "url" => "URL with scheme and host",
        "file" if equality.path.len() == 1 => "file name or path",
        "process" => "process name",
        "email-addr" => "e-mail address",
        "app" if equality.path.len() == 1 => "package name",
        "android-property" => "property name",
        _ => "hash of that algorithm in hexadecimal",
    }
}
