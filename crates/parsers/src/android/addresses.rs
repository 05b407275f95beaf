//! Addresses and certificates of an APK as facts: those of its code, and those that stand in its
//! resources, native libraries and other files.

use super::constants::{Constant, Cover, constants_in};
use apk::Apk;
use evidence::Emitter;
use model::Position;
use model::fact::CodeContains;
use std::collections::{BTreeMap, BTreeSet};

/// Hosts and URLs of one APK that are told, of its code and of its other files each.
const MOST_HOSTS: usize = 20_000;

/// Start of the names of Android's vocabularies of XML.
const ANDROID_XML: &str = "http://schemas.android.com/";

/// What was told already, each once.
pub(super) struct Told {
    package: String,
    told: BTreeSet<(String, String, Option<u32>)>,
    hosts: usize,
}

impl Told {
    pub(super) fn new(package: &str) -> Self {
        Self { package: package.to_owned(), told: BTreeSet::new(), hosts: 0 }
    }

    /// Whether no more is told.
    pub(super) fn is_full(&self) -> bool {
        self.hosts >= MOST_HOSTS
    }

    /// Tells what a constant holds.
    pub(super) fn constant(
        &mut self,
        constant: &Constant,
        cover: Option<Cover>,
        member: &str,
        place: &Position,
        out: &mut Emitter<'_>,
    ) {
        if self.is_full() {
            return;
        }
        let (what, value, port) = match constant {
            Constant::Url(url, port) => ("url", url, *port),
            Constant::Host(host, port) => ("host", host, *port),
            Constant::Certificate(sha256) => ("certificate", sha256, None),
        };
        if self.fact(what, cover, value, port, member, place, out) {
            self.hosts += 1;
        }
    }

    /// Tells anything; `false` where it was told before.
    #[allow(clippy::too_many_arguments)] // They are the fields of the fact, and where it goes.
    pub(super) fn fact(
        &mut self,
        what: &str,
        cover: Option<Cover>,
        value: &str,
        port: Option<u32>,
        member: &str,
        place: &Position,
        out: &mut Emitter<'_>,
    ) -> bool {
        if !self.told.insert((what.to_owned(), value.to_owned(), port)) {
            return false;
        }
        let fact = CodeContains {
            package: self.package.clone(),
            what: what.to_owned(),
            cover: cover.map(|cover| cover.name().to_owned()),
            value: value.to_owned(),
            port,
            member: member.to_owned(),
        };
        out.fact(fact, place.clone(), None);
        true
    }

    /// Tells what was left out.
    pub(super) fn end(&self, place: &str, out: &mut Emitter<'_>) {
        if self.is_full() {
            let what = format!("more than {MOST_HOSTS} hosts stand {place}; the rest are not told");
            out.gap(None, what);
        }
    }
}

/// What stands in the files of an APK that are no code; kept until the APK is read.
#[derive(Default)]
pub(super) struct Addresses {
    found: BTreeMap<Kept, String>,
    is_full: bool,
}

/// A constant, its kind first.
type Kept = (&'static str, String, Option<u32>, Option<&'static str>);

impl Addresses {
    /// Takes a word of a member.
    pub(super) fn take(&mut self, member: &str, word: &str) {
        // Names of packages and classes read as hosts (`org.example.app`), and a manifest is full of
        // them.
        if member == "AndroidManifest.xml" && !word.contains("://") {
            return;
        }
        // It stands in every manifest and layout, and names a vocabulary of XML.
        if word.contains(ANDROID_XML) && word.matches("://").count() < 2 {
            return;
        }
        constants_in(word, &mut |constant, cover| {
            let (what, value, port) = match constant {
                Constant::Url(url, port) => ("url", url, port),
                Constant::Host(host, port) => ("host", host, port),
                Constant::Certificate(sha256) => ("certificate", sha256, None),
            };
            if self.found.len() >= MOST_HOSTS {
                self.is_full = true;
                return;
            }
            let kept = (what, value, port, cover.map(Cover::name));
            self.found.entry(kept).or_insert_with(|| member.to_owned());
        });
    }

    /// Tells what was found.
    pub(super) fn tell(self, apk: &Apk, place: &dyn Fn(&str) -> Position, out: &mut Emitter<'_>) {
        let package = apk.package.clone().unwrap_or_default();
        // The table of resources is headed by the package's name, which may read as a host.
        let own = |(what, value, ..): &Kept| *what == "host" && *value == package;
        for ((what, value, port, cover), member) in self.found.into_iter().filter(|(k, _)| !own(k))
        {
            let place = place(&member);
            let fact = CodeContains {
                package: package.clone(),
                what: what.to_owned(),
                cover: cover.map(str::to_owned),
                value,
                port,
                member,
            };
            out.fact(fact, place, None);
        }
        if self.is_full {
            let what = format!("more than {MOST_HOSTS} hosts stand in files that are no code");
            out.gap(None, format!("{what}; the rest are not told"));
        }
    }
}
