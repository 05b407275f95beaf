//! Warning lists: values that are known not to tell anything, as MISP keeps them
//! (misp-warninglists, `list.json`).

use crate::{Kind, Value};
use ipnet::IpNet;
use std::collections::HashMap;
use std::net::IpAddr;

/// How the entries of a list are compared (`type` of a warning list).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// The whole value (`string`).
    Whole,
    /// A host name; an entry with a leading dot stands for all below it (`hostname`).
    Host,
    /// A network around an address (`cidr`).
    Network,
    /// A part of the value (`substring`).
    Part,
}

/// Entries of one kind of comparison that may be kept: `Part` is compared one by one.
const MAX_PARTS: usize = 10_000;

/// All warning lists that were given.
#[derive(Clone, Debug, Default)]
pub struct Suppressions {
    names: Vec<String>,
    whole: HashMap<String, u32>,
    hosts: HashMap<String, u32>,
    below: HashMap<String, u32>,
    networks: HashMap<IpNet, u32>,
    /// Prefix lengths in use, longest first, IPv4 and IPv6 alike.
    lengths: Vec<u8>,
    parts: Vec<(String, u32)>,
    entries: u64,
}

impl Suppressions {
    /// Begins a list; entries that follow belong to it.
    pub fn begin(&mut self, name: &str) {
        self.names.push(name.to_owned());
    }

    /// Adds an entry to the list begun last. `false` where it cannot be used.
    pub fn add(&mut self, compare: Compare, entry: &str) -> bool {
        let Some(list) = self.names.len().checked_sub(1).and_then(|n| u32::try_from(n).ok()) else {
            return false;
        };
        let entry = entry.trim();
        if entry.is_empty() {
            return false;
        }
        self.entries += 1;
        match compare {
            Compare::Whole => {
                // Lists mark addresses, hosts and hashes as plain texts too.
                let folded = entry.trim_end_matches('.').to_lowercase();
                self.whole.entry(folded).or_insert(list);
            }
            Compare::Host => match entry.strip_prefix('.') {
                Some(below) => {
                    self.below.entry(below.to_lowercase()).or_insert(list);
                }
                None => {
                    self.hosts.entry(entry.to_lowercase()).or_insert(list);
                }
            },
            Compare::Network => {
                let single = || entry.parse::<IpAddr>().ok().map(IpNet::from);
                let Some(network) = entry.parse::<IpNet>().ok().or_else(single) else {
                    self.entries -= 1;
                    return false;
                };
                if !self.lengths.contains(&network.prefix_len()) {
                    self.lengths.push(network.prefix_len());
                    self.lengths.sort_unstable_by(|a, b| b.cmp(a));
                }
                self.networks.entry(network.trunc()).or_insert(list);
            }
            Compare::Part if self.parts.len() < MAX_PARTS => {
                self.parts.push((entry.to_lowercase(), list));
            }
            Compare::Part => return false,
        }
        true
    }

    /// The name of the first list that a value stands on.
    #[must_use]
    pub fn name(&self, value: &Value) -> Option<&str> {
        let list = match value.kind {
            Kind::Ipv4 | Kind::Ipv6 => {
                self.whole.get(&value.text).copied().or_else(|| self.network(&value.text))
            }
            Kind::Domain => self.host(&value.text),
            Kind::Url => self.whole.get(&value.text.to_lowercase()).copied(),
            _ => self.whole.get(&value.text.to_lowercase()).copied(),
        };
        let list = list.or_else(|| {
            let folded = value.text.to_lowercase();
            self.parts.iter().find(|(part, _)| folded.contains(part)).map(|(_, list)| *list)
        })?;
        self.names.get(list as usize).map(String::as_str)
    }

    /// How many entries there are.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// The lists' names.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    fn host(&self, name: &str) -> Option<u32> {
        if let Some(list) = self.hosts.get(name).or_else(|| self.whole.get(name)) {
            return Some(*list);
        }
        let mut rest = name;
        loop {
            if let Some(list) = self.below.get(rest) {
                return Some(*list);
            }
            rest = rest.split_once('.')?.1;
        }
    }

    fn network(&self, text: &str) -> Option<u32> {
        let single = || text.parse::<IpAddr>().ok().map(IpNet::from);
        let seen = text.parse::<IpNet>().ok().or_else(single)?;
        self.lengths.iter().filter(|length| **length <= seen.prefix_len()).find_map(|length| {
            let around = IpNet::new(seen.addr(), *length).ok()?.trunc();
            self.networks.get(&around).copied()
        })
    }
}
