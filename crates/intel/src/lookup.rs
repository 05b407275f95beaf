//! Which indicators a value equals, within one part of the knowledge.

use crate::compile::{MAX_VALUE, lower};
use crate::engine::Patterns;
use crate::entries::{Entries, flag};
use crate::gap::KnowledgeGap;
use crate::index::{Index, Key};
use crate::indicator::{Family, IndicatorId};
use crate::lists::Lists;
use crate::pages::Source;
use crate::payload::{self, Value};
use crate::texts::Texts;
use ipnet::IpNet;
use model::{Atom, AtomKind, Knowledge};
use std::net::IpAddr;
use std::sync::Arc;

/// Bytes that Linux keeps of a process name (TASK_COMM_LEN less its final zero).
pub(crate) const COMM: usize = 15;

/// A part of the knowledge: all advisories that were built into one index, or a prepared index.
#[derive(Default)]
pub(crate) struct Part {
    /// Its number among the parts.
    pub(crate) number: u16,
    pub(crate) texts: Texts,
    pub(crate) index: Index,
    pub(crate) entries: Entries,
    pub(crate) lists: Lists,
    pub(crate) families: Vec<Family>,
    /// Prefix lengths of the networks that indicators name, for IPv4 and IPv6, longest first.
    pub(crate) networks: [Vec<u8>; 2],
    pub(crate) patterns: Patterns,
    pub(crate) knowledge: Vec<Knowledge>,
    pub(crate) gaps: Vec<KnowledgeGap>,
    /// The file of a prepared index.
    pub(crate) source: Option<Arc<Source>>,
}

/// One indicator that a value equals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match<'k> {
    /// Which.
    pub indicator: IndicatorId,
    /// Whether only the 15 bytes that the kernel keeps of a process name are equal.
    pub truncated: bool,
    /// The indicator's own value, in normal form: the domain above the host that was seen, the
    /// network around an address, the folder above a path, the whole of a cut name.
    pub value: Value<'k>,
}

/// Takes matches one by one.
type Visit<'v, 'k> = dyn FnMut(Match<'k>) + 'v;

impl Part {
    /// As [`crate::Intel::lookup`].
    #[inline]
    pub(crate) fn lookup<'k>(&'k self, atom: &Atom<'_>, visit: &mut Visit<'_, 'k>) {
        let text = atom.value.as_ref();
        let whole = Key::Whole(atom.kind);
        match atom.kind {
            AtomKind::Domain => self.domain(text, visit),
            AtomKind::Path => {
                self.find(whole, text.as_bytes(), false, visit);
                let mut rest = text;
                while let Some((folder, _)) = rest.rsplit_once('/') {
                    // No value is longer; a path of a million folders costs no more than one.
                    if !folder.is_empty() && folder.len() <= MAX_VALUE {
                        self.find(whole, folder.as_bytes(), false, visit);
                    }
                    rest = folder;
                }
            }
            AtomKind::Ipv4 | AtomKind::Ipv6 => {
                if let Ok(address) = text.parse::<IpAddr>() {
                    self.address(address, visit);
                }
            }
            AtomKind::Process => {
                self.find(whole, text.as_bytes(), false, visit);
                if let Some((package, _)) = text.split_once(':')
                    && package.contains('.')
                {
                    self.find(whole, package.as_bytes(), false, visit);
                }
                if text.len() == COMM {
                    self.find(Key::ProcessHead, text.as_bytes(), true, visit);
                    self.find(Key::ProcessTail, text.as_bytes(), true, visit);
                    self.find(Key::PackageTail, lower(text).as_bytes(), true, visit);
                }
            }
            AtomKind::Package | AtomKind::Property => {
                self.find(whole, lower(text).as_bytes(), false, visit);
            }
            AtomKind::Url | AtomKind::FileName | AtomKind::Email => {
                self.find(whole, text.as_bytes(), false, visit);
            }
            AtomKind::Sha256
            | AtomKind::Sha1
            | AtomKind::Md5
            | AtomKind::CertSha256
            | AtomKind::CertSha1
            | AtomKind::CertMd5 => {
                if let Some(digest) = payload::of(atom.kind, text) {
                    self.find(whole, digest.bytes(), false, visit);
                }
            }
        }
    }

    /// A host name: itself, and every domain above it but the last label.
    fn domain<'k>(&'k self, text: &str, visit: &mut Visit<'_, 'k>) {
        let key = Key::Whole(AtomKind::Domain);
        self.find(key, text.as_bytes(), false, visit);
        let mut rest = text;
        while let Some((_, parent)) = rest.split_once('.') {
            if !parent.contains('.') {
                return;
            }
            self.index.find(key, parent.as_bytes(), |found| {
                let entry = self.entries.get(found.indicator as usize);
                if entry.is_some_and(|entry| !entry.is(flag::EXACT_HOST)) {
                    visit(self.matched(AtomKind::Domain, found.indicator, false, found.whole));
                }
            });
            rest = parent;
        }
    }

    /// An address: itself, then the networks around it, the longest prefix first.
    fn address<'k>(&'k self, address: IpAddr, visit: &mut Visit<'_, 'k>) {
        let (kind, [v4, v6]) = match address.is_ipv4() {
            true => (AtomKind::Ipv4, &self.networks),
            false => (AtomKind::Ipv6, &self.networks),
        };
        for length in if address.is_ipv4() { v4 } else { v6 } {
            if let Ok(network) = IpNet::new(address, *length) {
                let bytes = payload::of_network(network.trunc());
                self.find(Key::Whole(kind), bytes.bytes(), false, visit);
            }
        }
    }

    /// A hash in binary.
    #[inline]
    pub(crate) fn digest<'k>(&'k self, kind: AtomKind, digest: &[u8], visit: &mut Visit<'_, 'k>) {
        self.find(Key::Whole(kind), digest, false, visit);
    }

    #[inline]
    fn find<'k>(&'k self, key: Key, value: &[u8], truncated: bool, visit: &mut Visit<'_, 'k>) {
        let kind = match key {
            Key::Whole(kind) => kind,
            Key::ProcessHead | Key::ProcessTail => AtomKind::Process,
            Key::PackageTail => AtomKind::Package,
        };
        self.index.find(key, value, |found| {
            visit(self.matched(kind, found.indicator, truncated, found.whole));
        });
    }

    fn matched<'k>(
        &'k self,
        kind: AtomKind,
        number: u32,
        truncated: bool,
        bytes: &'k [u8],
    ) -> Match<'k> {
        let indicator = IndicatorId { part: self.number, number };
        Match { indicator, truncated, value: Value { kind, bytes } }
    }

    /// Whether an indicator is not in use.
    pub(crate) fn is_dead(&self, number: u32) -> bool {
        self.entries.get(number as usize).is_none_or(|entry| entry.is(flag::DEAD))
    }

    /// The times of a window, in microseconds since 1970.
    pub(crate) fn window(&self, list: u32) -> (i64, i64) {
        let mut words = self.lists.show(list);
        let mut time = || Some(u64::from(words.next()?) | u64::from(words.next()?) << 32);
        match (time(), time()) {
            (Some(from), Some(until)) => (from as i64, until as i64),
            _ => (i64::MIN, i64::MAX),
        }
    }
}
