//! Values as bytes of the index: hashes and addresses in binary, all else as text.

use ipnet::IpNet;
use model::AtomKind;
use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Bytes of the longest binary value.
const LONGEST: usize = 32;

/// A value as bytes.
#[derive(Clone, Debug)]
pub(crate) enum Payload<'a> {
    Text(&'a [u8]),
    Owned(Box<[u8]>),
    Binary([u8; LONGEST], u8),
}

impl<'a> From<Cow<'a, str>> for Payload<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        match text {
            Cow::Borrowed(text) => Payload::Text(text.as_bytes()),
            Cow::Owned(text) => Payload::Owned(text.into_bytes().into()),
        }
    }
}

impl<'a> From<&'a str> for Payload<'a> {
    fn from(text: &'a str) -> Self {
        Payload::Text(text.as_bytes())
    }
}

impl Payload<'_> {
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Payload::Text(text) => text,
            Payload::Owned(text) => text,
            Payload::Binary(bytes, length) => bytes.get(..usize::from(*length)).unwrap_or(&[]),
        }
    }
}

/// Bytes of a hash of this kind; 0 where the kind is none.
pub(crate) fn digest_size(kind: AtomKind) -> usize {
    match kind {
        AtomKind::Sha256 | AtomKind::CertSha256 => 32,
        AtomKind::Sha1 | AtomKind::CertSha1 => 20,
        AtomKind::Md5 | AtomKind::CertMd5 => 16,
        _ => 0,
    }
}

/// The bytes of a value in normal form; an address may be a network. `None` where it is none of
/// its kind.
#[inline]
pub(crate) fn of(kind: AtomKind, text: &str) -> Option<Payload<'_>> {
    let size = digest_size(kind);
    if size > 0 {
        let mut bytes = [0; LONGEST];
        const_hex::decode_to_slice(text, bytes.get_mut(..size)?).ok()?;
        return Some(Payload::Binary(bytes, size as u8));
    }
    if matches!(kind, AtomKind::Ipv4 | AtomKind::Ipv6) {
        let single = || text.parse::<IpAddr>().ok().map(IpNet::from);
        let network = if text.contains('/') { text.parse::<IpNet>().ok() } else { single() };
        return network.map(of_network);
    }
    Some(Payload::Text(text.as_bytes()))
}

/// The bytes of a network: those of its address, and the length of its prefix.
pub(crate) fn of_network(network: IpNet) -> Payload<'static> {
    let mut bytes = [0; LONGEST];
    let put = |bytes: &mut [u8; LONGEST], from: &[u8]| {
        let all = from.iter().copied().chain([network.prefix_len()]);
        bytes.iter_mut().zip(all).for_each(|(to, from)| *to = from);
        from.len() as u8 + 1
    };
    let length = match network.addr() {
        IpAddr::V4(v4) => put(&mut bytes, &v4.octets()),
        IpAddr::V6(v6) => put(&mut bytes, &v6.octets()),
    };
    Payload::Binary(bytes, length)
}

/// A value of the index, in normal form; shows itself as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value<'k> {
    pub(crate) kind: AtomKind,
    pub(crate) bytes: &'k [u8],
}

impl<'k> Value<'k> {
    /// As text; borrowed unless it is a hash or an address.
    #[must_use]
    pub fn to_text(self) -> Cow<'k, str> {
        if digest_size(self.kind) > 0 {
            return Cow::Owned(const_hex::encode(self.bytes));
        }
        if matches!(self.kind, AtomKind::Ipv4 | AtomKind::Ipv6) {
            return Cow::Owned(self.network().unwrap_or_default());
        }
        Cow::Borrowed(std::str::from_utf8(self.bytes).unwrap_or(""))
    }

    fn network(self) -> Option<String> {
        let (prefix, address) = self.bytes.split_last()?;
        let address: IpAddr = match address.len() {
            4 => Ipv4Addr::from(<[u8; 4]>::try_from(address).ok()?).into(),
            _ => Ipv6Addr::from(<[u8; 16]>::try_from(address).ok()?).into(),
        };
        let network = IpNet::new(address, *prefix).ok()?;
        let single = network.prefix_len() == network.max_prefix_len();
        Some(if single { address.to_string() } else { network.to_string() })
    }
}

impl Display for Value<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(&self.to_text())
    }
}
