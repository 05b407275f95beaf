//! Addresses and certificates in a constant text of an app's code, as they are and behind the
//! simple covers that published reports name: base64, also with a few letters of junk in front
//! (BADBAZAAR keeps its host so), and hex.

use super::links::{links_in, plain_hosts};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest, Sha256};

/// What lies over what a constant holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cover {
    /// Base64, also behind letters of junk.
    Base64,
    /// Hexadecimal.
    Hex,
    /// Exclusive or with a constant key.
    Xor,
}

impl Cover {
    /// Its name, as facts write it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Cover::Base64 => "base64",
            Cover::Hex => "hex",
            Cover::Xor => "xor",
        }
    }
}

/// What a constant holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Constant {
    /// A URL, with its port where stated.
    Url(String, Option<u32>),
    /// A host in normal form, with its port where stated.
    Host(String, Option<u32>),
    /// SHA-256 of a certificate in DER.
    Certificate(String),
}

/// Letters of junk that are tried in front of base64. Published: three (`DT3`).
const MOST_JUNK: usize = 4;
/// A shorter text hides no host.
const LEAST_HIDDEN: usize = 8;
/// A host name has no more bytes, and URLs of commands are hardly longer.
const MOST_HIDDEN: usize = 512;

/// Calls `found` with what a constant holds, and what lies over it.
pub(super) fn constants_in(text: &str, found: &mut dyn FnMut(Constant, Option<Cover>)) {
    plain(text, &mut |one| found(one, None));
    if (LEAST_HIDDEN..=MOST_HIDDEN).contains(&text.len()) && text.is_ascii() {
        if let Some(shown) = hex(text) {
            plain(&shown, &mut |one| found(one, Some(Cover::Hex)));
        } else {
            (0..=MOST_JUNK).filter_map(|junk| base64(text.get(junk..)?)).for_each(|shown| {
                plain(&shown, &mut |one| found(one, Some(Cover::Base64)));
            });
        }
    }
    if let Some(der) = certificate(text) {
        found(Constant::Certificate(const_hex::encode(Sha256::digest(der))), None);
    }
}

/// Calls `found` with the addresses that stand in a text as it is.
pub(super) fn plain(text: &str, found: &mut dyn FnMut(Constant)) {
    links_in(text, |link| {
        if let Some(url) = link.url {
            found(Constant::Url(url, link.port));
        }
        found(Constant::Host(link.host, link.port));
    });
    if text.len() > MOST_HIDDEN || text.contains(char::is_whitespace) {
        return;
    }
    plain_hosts(text, |link| found(Constant::Host(link.host, link.port)));
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port.parse::<u16>().ok().map(u32::from)),
        None => (text, None),
    };
    if let Ok(address) = host.parse::<std::net::Ipv4Addr>()
        && !address.is_private()
        && !address.is_loopback()
        && !address.is_unspecified()
        && !address.is_broadcast()
    {
        found(Constant::Host(address.to_string(), port));
    }
}

/// Printable text behind base64.
fn base64(text: &str) -> Option<String> {
    let letters = text.trim_end_matches('=');
    // Most texts of code are no base64 at all; a look at the letters is cheaper than decoding.
    let fits = letters.len() >= LEAST_HIDDEN
        && letters.len() % 4 != 1
        && letters.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    printable(fits.then(|| STANDARD_NO_PAD.decode(letters).ok()).flatten()?)
}

fn hex(text: &str) -> Option<String> {
    printable(const_hex::decode(text).ok()?)
}

fn printable(bytes: Vec<u8>) -> Option<String> {
    let shown = bytes.iter().all(u8::is_ascii_graphic) && bytes.contains(&b'.');
    shown.then(|| String::from_utf8(bytes).ok()).flatten()
}

/// A certificate in base64, with or without the lines of PEM around it.
fn certificate(text: &str) -> Option<Vec<u8>> {
    const LEAST: usize = 300;
    let body = text.trim().trim_start_matches("-----BEGIN CERTIFICATE-----");
    let body = body.split("-----END").next()?.trim_start();
    if body.len() < LEAST || !body.starts_with("MI") {
        return None;
    }
    let packed: String = body.chars().filter(|letter| !letter.is_whitespace()).collect();
    let der = STANDARD.decode(packed).ok()?;
    // A sequence that fills the text: AOSP reads no more of it either.
    let [0x30, 0x82, high, low, rest @ ..] = der.as_slice() else { return None };
    (usize::from(u16::from_be_bytes([*high, *low])) == rest.len()).then_some(der)
}

#[cfg(test)]
mod tests {
    use super::{Constant, constants_in};

    fn found(text: &str) -> Vec<Constant> {
        let mut all = Vec::new();
        constants_in(text, &mut |one, _| all.push(one));
        all
    }

    /// The two hosts that Volexity published with their covered forms (rules.yar, loader_May23_a).
    #[test]
    fn base64_behind_junk() {
        for (covered, host) in [
            ("DT3d2hvLmdvbGRwbHVzYXBwLm5ldA==", "who.goldplusapp.net"),
            ("DT3Z2dsLndob3NjYWxsZXIubmV0", "ggl.whoscaller.net"),
        ] {
            assert!(found(covered).contains(&Constant::Host(host.into(), None)), "{covered}");
        }
    }

    #[test]
    fn plain_and_hex() {
        let host = |name: &str, port| Constant::Host(name.into(), port);
        assert_eq!(found("45.154.12.132:4432"), [host("45.154.12.132", Some(4432))]);
        assert_eq!(found("666c796772616d2e6f7267"), [host("flygram.org", None)]);
        assert!(found("https://flygram.org:4432/api/").contains(&host("flygram.org", Some(4432))));
        assert_eq!(found("192.168.1.1"), []);
        assert_eq!(found("registerListener"), []);
    }
}
