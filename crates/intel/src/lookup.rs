//! Which indicators a value equals.

use crate::compile::{MAX_VALUE, lower};
use crate::engine::Patterns;
use crate::gap::KnowledgeGap;
use crate::index::{Index, Key};
use crate::indicator::{Entry, Family, Indicator, IndicatorId, Window};
use crate::texts::{Span, Texts};
use ipnet::IpNet;
use jiff::Timestamp;
use model::{Atom, AtomKind, Knowledge};
use std::net::IpAddr;

/// Bytes that Linux keeps of a process name (TASK_COMM_LEN less its final zero).
pub(crate) const COMM: usize = 15;

/// All indicators of all advisories, ready for look-ups. Whether one is valid at a time is asked
/// of [`Intel::window`]; an expired one is found all the same.
#[derive(Default)]
pub struct Intel {
    pub(crate) texts: Texts,
    pub(crate) index: Index,
    pub(crate) entries: Vec<Entry>,
    pub(crate) families: Vec<Family>,
    pub(crate) families_of: Vec<u32>,
    pub(crate) attack_of: Vec<Span>,
    pub(crate) references: Vec<(Span, Span)>,
    /// Prefix lengths of the networks that indicators name, for IPv4 and IPv6.
    pub(crate) networks: [Vec<u8>; 2],
    pub(crate) patterns: Patterns,
    pub(crate) knowledge: Vec<Knowledge>,
    pub(crate) gaps: Vec<KnowledgeGap>,
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
    pub value: &'k str,
}

impl Intel {
    /// Calls `visit` with every indicator that is in use and that `atom` equals:
    /// - a host name: itself or any domain above it, label by label (a single label only
    ///   itself);
    /// - an address: itself or a network around it;
    /// - a path: itself or any folder above it;
    /// - a process name: itself, the package of `package:process`, and where it is 15 bytes
    ///   long, the first or last 15 bytes of a longer name;
    /// - package and property names whatever their case; all else exactly.
    ///
    /// One indicator may be visited more than once.
    pub fn lookup<'k>(&'k self, atom: &Atom<'_>, visit: &mut dyn FnMut(Match<'k>)) {
        let text = atom.value.as_ref();
        let whole = Key::Whole(atom.kind);
        match atom.kind {
            AtomKind::Domain => {
                self.find(whole, text, false, visit);
                let mut rest = text;
                while let Some((_, parent)) = rest.split_once('.') {
                    if parent.contains('.') {
                        self.find(whole, parent, false, visit);
                    }
                    rest = parent;
                }
            }
            AtomKind::Path => {
                self.find(whole, text, false, visit);
                let mut rest = text;
                while let Some((folder, _)) = rest.rsplit_once('/') {
                    // No value is longer; a path of a million folders costs no more than one.
                    if !folder.is_empty() && folder.len() <= MAX_VALUE {
                        self.find(whole, folder, false, visit);
                    }
                    rest = folder;
                }
            }
            AtomKind::Ipv4 | AtomKind::Ipv6 => {
                self.find(whole, text, false, visit);
                self.find_networks(atom.kind, text, visit);
            }
            AtomKind::Process => {
                self.find(whole, text, false, visit);
                if let Some((package, _)) = text.split_once(':')
                    && package.contains('.')
                {
                    self.find(whole, package, false, visit);
                }
                if text.len() == COMM {
                    self.find(Key::ProcessHead, text, true, visit);
                    self.find(Key::ProcessTail, text, true, visit);
                    self.find(Key::PackageTail, &lower(text), true, visit);
                }
            }
            AtomKind::Package | AtomKind::Property => {
                self.find(whole, &lower(text), false, visit);
            }
            AtomKind::Url
            | AtomKind::Sha256
            | AtomKind::Sha1
            | AtomKind::Md5
            | AtomKind::CertSha256
            | AtomKind::CertSha1
            | AtomKind::CertMd5
            | AtomKind::FileName
            | AtomKind::Email => self.find(whole, text, false, visit),
        }
    }

    fn find<'k>(&'k self, key: Key, text: &str, truncated: bool, visit: &mut dyn FnMut(Match<'k>)) {
        self.index.find(&self.texts, key, text, &mut |indicator, value| {
            if self.entries.get(indicator as usize).is_some_and(|entry| !entry.dead) {
                visit(Match { indicator: IndicatorId(indicator), truncated, value });
            }
        });
    }

    fn find_networks<'k>(&'k self, kind: AtomKind, text: &str, visit: &mut dyn FnMut(Match<'k>)) {
        let [v4, v6] = &self.networks;
        let lengths = if kind == AtomKind::Ipv4 { v4 } else { v6 };
        if lengths.is_empty() {
            return;
        }
        let Ok(address) = text.parse::<IpAddr>() else { return };
        for length in lengths {
            if let Ok(network) = IpNet::new(address, *length) {
                self.find(Key::Whole(kind), &network.trunc().to_string(), false, visit);
            }
        }
    }

    /// What is known of an indicator that a look-up gave.
    ///
    /// The id must come from this [`Intel`]; any other gives an indicator without properties.
    #[must_use]
    pub fn indicator(&self, id: IndicatorId) -> Indicator<'_> {
        let entry = self.entries.get(id.0 as usize).unwrap_or(&NONE);
        Indicator { intel: self, entry }
    }

    /// Where `at` lies to the time in which the indicator is valid.
    #[must_use]
    pub fn window(&self, id: IndicatorId, at: Timestamp) -> Window {
        self.indicator(id).window(at)
    }

    /// Whether an indicator is not in use.
    pub(crate) fn is_dead(&self, number: u32) -> bool {
        self.entries.get(number as usize).is_none_or(|entry| entry.dead)
    }

    /// The advisories, in the order added.
    #[must_use]
    pub fn knowledge(&self) -> &[Knowledge] {
        &self.knowledge
    }

    /// What of the advisories is not in use, in the order of the files.
    #[must_use]
    pub fn gaps(&self) -> &[KnowledgeGap] {
        &self.gaps
    }

    /// How many indicators are in use.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.knowledge.iter().map(|one| one.indicators).sum()
    }

    /// All indicators that are in use, in the order added.
    pub fn indicators(&self) -> impl Iterator<Item = Indicator<'_>> {
        let live = self.entries.iter().filter(|entry| !entry.dead);
        live.map(|entry| Indicator { intel: self, entry })
    }
}

/// Stands in for an id that is not of this [`Intel`].
static NONE: Entry = Entry { knowledge: u16::MAX, dead: true, ..Entry::BLANK };
