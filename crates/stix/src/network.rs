//! IP addresses and networks in CIDR notation.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network; a single address is one of its full length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    V4 { bits: u32, length: u32 },
    V6 { bits: u128, length: u32 },
}

impl Network {
    /// Reads an address or a network. Bits behind the prefix may be set; they count for nothing.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            None => (text, None),
            Some((address, length)) => {
                let plain = (1..=3).contains(&length.len())
                    && length.bytes().all(|byte| byte.is_ascii_digit());
                (address, Some(length.parse::<u32>().ok().filter(|_| plain)?))
            }
        };
        match address.parse().ok()? {
            IpAddr::V4(address) => Self::v4(address, length.unwrap_or(32)),
            IpAddr::V6(address) => Self::v6(address, length.unwrap_or(128)),
        }
    }

    fn v4(address: Ipv4Addr, length: u32) -> Option<Self> {
        let mask = u32::MAX.checked_shl(32_u32.checked_sub(length)?).unwrap_or(0);
        Some(Network::V4 { bits: u32::from(address) & mask, length })
    }

    fn v6(address: Ipv6Addr, length: u32) -> Option<Self> {
        let mask = u128::MAX.checked_shl(128_u32.checked_sub(length)?).unwrap_or(0);
        Some(Network::V6 { bits: u128::from(address) & mask, length })
    }

    /// Whether every address of `self` is one of `other`.
    pub(crate) fn is_within(self, other: Self) -> bool {
        match (self, other) {
            (Network::V4 { bits, length }, Network::V4 { bits: whole, length: wide }) => {
                let mask = u32::MAX.checked_shl(32 - wide).unwrap_or(0);
                wide <= length && bits & mask == whole
            }
            (Network::V6 { bits, length }, Network::V6 { bits: whole, length: wide }) => {
                let mask = u128::MAX.checked_shl(128 - wide).unwrap_or(0);
                wide <= length && bits & mask == whole
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_networks() {
        let within = |a: &str, b: &str| Some(Network::parse(a)?.is_within(Network::parse(b)?));
        assert_eq!(within("198.51.100.7", "198.51.100.0/24"), Some(true));
        assert_eq!(within("198.51.100.0/24", "198.51.100.0/24"), Some(true));
        assert_eq!(within("198.51.0.0/16", "198.51.100.0/24"), Some(false));
        assert_eq!(within("198.51.101.1", "198.51.100.0/24"), Some(false));
        assert_eq!(within("203.0.113.9", "0.0.0.0/0"), Some(true));
        assert_eq!(within("2001:db8::1", "2001:db8::/32"), Some(true));
        assert_eq!(within("2001:db9::1", "2001:db8::/32"), Some(false));
        assert_eq!(within("::1", "::/0"), Some(true));
        assert_eq!(within("1.2.3.4", "::/0"), Some(false));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in
            ["", "1.2.3", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", "1.2.3.4/+8", "::/129", "a"]
        {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
