//! Which indicators a value equals, within one part of the knowledge.

use crate::batch::Batch;
use crate::compile::{MAX_VALUE, lower};
use crate::engine::Patterns;
use crate::entries::{Entries, flag};
use crate::gap::KnowledgeGap;
use crate::index::{Found, Index, Key};
use crate::indicator::{Family, IndicatorId};
use crate::lists::Lists;
use crate::pages::Source;
use crate::payload::{self, Payload, Value};
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

/// One of the values that an atom is looked up as.
pub(crate) struct Wanted<'a> {
    pub(crate) key: Key,
    pub(crate) value: Payload<'a>,
    how: How,
}

/// What a value is to the atom that it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// Itself, or what contains it.
    Plain,
    /// A domain above it: an indicator of one host alone does not mean it.
    Parent,
    /// The 15 bytes that the kernel keeps of a process name.
    Truncated,
}

impl<'a> Wanted<'a> {
    fn new(key: Key, value: impl Into<Payload<'a>>, how: How) -> Self {
        Self { key, value: value.into(), how }
    }
}

impl Part {
    /// Gives every value that an atom is looked up as, in the order of the matches.
    #[inline]
    fn wanted<'a>(&self, atom: &'a Atom<'_>, give: &mut impl FnMut(Wanted<'a>)) {
        let text: &'a str = atom.value.as_ref();
        let whole = Key::Whole(atom.kind);
        match atom.kind {
            AtomKind::Domain => {
                give(Wanted::new(whole, text, How::Plain));
                let mut rest = text;
                while let Some((_, parent)) = rest.split_once('.')
                    && parent.contains('.')
                {
                    give(Wanted::new(whole, parent, How::Parent));
                    rest = parent;
                }
            }
            AtomKind::Path => {
                give(Wanted::new(whole, text, How::Plain));
                let mut rest = text;
                while let Some((folder, _)) = rest.rsplit_once('/') {
                    // No value is longer; a path of a million folders costs no more than one.
                    if !folder.is_empty() && folder.len() <= MAX_VALUE {
                        give(Wanted::new(whole, folder, How::Plain));
                    }
                    rest = folder;
                }
            }
            AtomKind::Ipv4 | AtomKind::Ipv6 => {
                if let Ok(address) = text.parse::<IpAddr>() {
                    self.networks_around(address, give);
                }
            }
            AtomKind::Process => {
                give(Wanted::new(whole, text, How::Plain));
                if let Some((package, _)) = text.split_once(':')
                    && package.contains('.')
                {
                    give(Wanted::new(whole, package, How::Plain));
                }
                if text.len() == COMM {
                    give(Wanted::new(Key::ProcessHead, text, How::Truncated));
                    give(Wanted::new(Key::ProcessTail, text, How::Truncated));
                    give(Wanted::new(Key::PackageTail, lower(text), How::Truncated));
                }
            }
            AtomKind::Package | AtomKind::Property => {
                give(Wanted::new(whole, lower(text), How::Plain));
            }
            AtomKind::Url | AtomKind::FileName | AtomKind::Email => {
                give(Wanted::new(whole, text, How::Plain));
            }
            AtomKind::Sha256
            | AtomKind::Sha1
            | AtomKind::Md5
            | AtomKind::CertSha256
            | AtomKind::CertSha1
            | AtomKind::CertMd5 => {
                if let Some(digest) = payload::of(atom.kind, text) {
                    give(Wanted::new(whole, digest, How::Plain));
                }
            }
        }
    }

    /// An address: itself, then the networks around it, the longest prefix first.
    fn networks_around<'a>(&self, address: IpAddr, give: &mut impl FnMut(Wanted<'a>)) {
        let (kind, [v4, v6]) = match address.is_ipv4() {
            true => (AtomKind::Ipv4, &self.networks),
            false => (AtomKind::Ipv6, &self.networks),
        };
        for length in if address.is_ipv4() { v4 } else { v6 } {
            if let Ok(network) = IpNet::new(address, *length) {
                let value = payload::of_network(network.trunc());
                give(Wanted::new(Key::Whole(kind), value, How::Plain));
            }
        }
    }

    /// As [`crate::Intel::lookup`].
    #[inline]
    pub(crate) fn lookup<'k>(&'k self, atom: &Atom<'_>, visit: &mut Visit<'_, 'k>) {
        self.wanted(atom, &mut |wanted| {
            self.index.find(wanted.key, wanted.value.bytes(), |found| {
                self.tell(wanted.key, wanted.how, found, visit);
            });
        });
    }

    /// As [`crate::Intel::lookup_all`]; `visit` takes the number of the atom too.
    pub(crate) fn lookup_all<'k>(
        &'k self,
        atoms: &[Atom<'_>],
        visit: &mut dyn FnMut(usize, Match<'k>),
    ) {
        let mut batch = Batch::new(&self.index);
        let mut tell = |(number, how): (usize, How), key, found: Found<'k>| {
            self.tell(key, how, found, &mut |matched| visit(number, matched));
        };
        for (number, atom) in atoms.iter().enumerate() {
            self.wanted(atom, &mut |wanted| {
                batch.push(wanted.key, wanted.value, (number, wanted.how), &mut tell);
            });
        }
        batch.finish(&mut tell);
    }

    /// Hashes in binary, as [`crate::Intel::lookup_digests`].
    pub(crate) fn lookup_digests<'k>(
        &'k self,
        kind: AtomKind,
        digests: &[&[u8]],
        visit: &mut dyn FnMut(usize, Match<'k>),
    ) {
        let mut batch = Batch::new(&self.index);
        let mut tell = |number: usize, key, found: Found<'k>| {
            self.tell(key, How::Plain, found, &mut |matched| visit(number, matched));
        };
        for (number, digest) in digests.iter().enumerate() {
            batch.push(Key::Whole(kind), Payload::Text(digest), number, &mut tell);
        }
        batch.finish(&mut tell);
    }

    #[inline]
    fn tell<'k>(&'k self, key: Key, how: How, found: Found<'k>, visit: &mut Visit<'_, 'k>) {
        if how == How::Parent && found.exact_host {
            return;
        }
        let kind = match key {
            Key::Whole(kind) => kind,
            Key::ProcessHead | Key::ProcessTail => AtomKind::Process,
            Key::PackageTail => AtomKind::Package,
        };
        let indicator = IndicatorId { part: self.number, number: found.indicator };
        let value = Value { kind, bytes: found.whole };
        visit(Match { indicator, truncated: how == How::Truncated, value });
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
