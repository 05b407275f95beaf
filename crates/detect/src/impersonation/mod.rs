//! Impersonation: a genuine app's package under a foreign certificate, a package or a label
//! that imitates a genuine one. The reasoning is in `docs/design/impersonation.md`.
//!
//! A signature belongs to a package on a phone, whatever the user: Android keeps one code for
//! all of them. So signers are kept per package, and findings are told per user.

mod brand;
mod code;
mod genuine;
mod icon;
mod label;
mod package;
mod parts;
mod words;

use crate::apps::PackageId;
use crate::evidence::Row;
use crate::finding::{self, Because};
pub use brand::{Brand, Brands};
pub use genuine::{GenuineFile, GenuineVersion};
use hashbrown::HashMap;
use label::Label;
use model::{BecauseKind, Fact, Finding, FindingSubject, Observation, Strength, normal};
use std::fmt::Write as _;
use std::sync::Arc;
use words::{BROKEN, CODE, FOREIGN, IMITATION, NEXT, PARTS, label_words, package_words};

/// Certificates that one artifact states for a package; more than these are no honest APK.
const MOST_CERTIFICATES: usize = 64;

/// Android users whose rows are kept apart; a phone has a handful.
const MOST_USERS: usize = 64;

/// What one source tells of who its apps are.
#[derive(Debug, Default)]
pub(crate) struct Identities<'k> {
    signed: HashMap<PackageId, Vec<Signers>>,
    suspects: HashMap<PackageId, Suspect<'k>>,
    /// By number of package: whether its name was held against the brands.
    checked: Vec<bool>,
}

/// The certificates that one artifact states for a package.
#[derive(Debug)]
struct Signers {
    artifact: Arc<str>,
    certificates: Vec<String>,
    /// Whether the signatures were checked and do not hold: then a certificate shows nothing.
    broken: bool,
}

/// A package that is, or imitates, a genuine app.
#[derive(Debug, Default)]
struct Suspect<'k> {
    genuine: Option<&'k Brand>,
    name: Option<(&'k Brand, package::Likeness)>,
    label: Option<(&'k Brand, label::Likeness, String)>,
    /// The brand whose icon it has.
    icon: Option<&'k Brand>,
    /// The genuine app whose own code it holds most of, and how much of the code it has of the app
    /// whose name it bears.
    most: Option<code::Held<'k>>,
    own: Option<code::Held<'k>>,
    /// Its code, where it bears the name of an app whose code is known.
    parts: Vec<parts::Parts>,
    /// Whether it is known as an unofficial client of the brand that its name resembles.
    unofficial: bool,
    system: bool,
    /// Whether a store that rebuilds the app installed it, and nothing else did.
    rebuilt: Option<bool>,
    seen: Vec<Seen>,
}

/// What was seen of a package in one user, or without one stated.
#[derive(Debug)]
struct Seen {
    user: Option<u32>,
    total: u64,
    rows: Vec<Row>,
}

impl Suspect<'_> {
    /// Counts an observation, and keeps its row while there is room.
    fn note(&mut self, user: Option<u32>, order: u64, seen: &Observation) {
        let at = match self.seen.iter().position(|of| of.user == user) {
            Some(at) => at,
            None if self.seen.len() < MOST_USERS => {
                self.seen.push(Seen { user, total: 0, rows: Vec::new() });
                self.seen.len() - 1
            }
            None => return,
        };
        let Some(of) = self.seen.get_mut(at) else { return };
        of.total += 1;
        if of.rows.len() < Finding::MAX_EVIDENCE {
            of.rows.push(Row::new(order, seen));
        }
    }

    /// How much was seen that concerns a user, and the rows kept of it, in order.
    fn of_user(&self, user: Option<u32>) -> (u64, Vec<Row>) {
        let concerns = |of: &&Seen| of.user.is_none() || user.is_none() || of.user == user;
        let total = self.seen.iter().filter(concerns).map(|of| of.total).sum();
        let mut rows: Vec<Row> =
            self.seen.iter().filter(concerns).flat_map(|of| of.rows.iter().cloned()).collect();
        rows.sort_by_key(|row| row.order);
        (total, rows)
    }
}

/// How a package's signers stand to a brand's certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signature {
    Genuine,
    Foreign,
    /// A genuine certificate stands there, but its key did not sign what stands there.
    Broken,
    /// No signer was seen, or no genuine certificate is known.
    NotComparable,
}

impl<'k> Identities<'k> {
    /// Takes in what a fact tells of an app's identity.
    pub(crate) fn observe(
        &mut self,
        brands: &'k Brands,
        id: PackageId,
        package: &str,
        user: Option<u32>,
        order: u64,
        seen: &Observation,
    ) {
        self.check_name(brands, id, package);
        match &seen.fact {
            Fact::AppSigned(app) => {
                let certificate = app.cert_sha256.as_deref().and_then(|h| normal::hex(h, 64));
                let broken = app.verified == Some(false);
                self.sign(id, seen, certificate.map(|c| c.into_owned()), broken);
            }
            Fact::AppDescribed(app) => {
                let certificates = app.signers.iter().filter_map(|h| normal::hex(h, 64));
                for certificate in certificates {
                    let broken = app.verified == Some(false);
                    self.sign(id, seen, Some(certificate.into_owned()), broken);
                }
                for label in app.label.iter().chain(&app.labels) {
                    self.check_label(brands, id, package, label);
                }
                let icon = app.icon.as_deref().and_then(|icon| icon::brand_of(icon, brands));
                if let Some(brand) = icon.filter(|brand| brand.package != package) {
                    self.suspects.entry(id).or_default().icon = Some(brand);
                }
            }
            Fact::CodeSketch(sketch) => {
                let own = self.suspects.get(&id).and_then(|suspect| suspect.genuine);
                let Some(found) = code::compare(sketch, brands, own) else { return };
                if found.most.is_none() && found.own.is_none() {
                    return;
                }
                let suspect = self.suspects.entry(id).or_default();
                suspect.most = heavier(suspect.most, found.most);
                suspect.own = heavier(suspect.own, found.own);
                let known =
                    |held: &code::Held<'_>| held.brand.unofficial.iter().any(|p| p == package);
                suspect.unofficial |= found.most.as_ref().is_some_and(known);
            }
            Fact::PackageMember(_) | Fact::CodeFile(_) => {
                self.note_parts(id, order, seen);
                return;
            }
            Fact::AppInstalled(_) | Fact::AppFile(_) | Fact::AppUpdated(_) => {}
            Fact::PermissionUsed(_) | Fact::AccessibilityService(_) | Fact::ProcessRunning(_) => {}
            // The many facts of one app that tell nothing new of who it is.
            _ => return,
        }
        if matches!(seen.fact, Fact::AppDescribed(_) | Fact::AppSigned(_)) {
            self.note_parts(id, order, seen);
        }
        if let Some(suspect) = self.suspects.get_mut(&id) {
            if let Fact::AppInstalled(app) = &seen.fact {
                suspect.system |= app.system == Some(true);
                if let (Some(brand), true) = (suspect.genuine, app.installer_known) {
                    let by = app.installer.as_ref().is_some_and(|by| brand.is_rebuilt_by(by));
                    suspect.rebuilt = Some(by && suspect.rebuilt != Some(false));
                }
            }
            suspect.note(user, order, seen);
        }
    }

    fn note_parts(&mut self, id: PackageId, order: u64, seen: &Observation) {
        let suspect = self.suspects.get_mut(&id);
        if let Some(suspect) = suspect.filter(|one| one.genuine.is_some_and(|b| !b.code.is_empty()))
        {
            parts::observe(&mut suspect.parts, order, seen);
        }
    }

    /// Whether the package is a genuine app's, and every certificate seen for it is genuine.
    pub(crate) fn is_genuine(&self, id: PackageId) -> bool {
        let brand = self.suspects.get(&id).and_then(|suspect| suspect.genuine);
        brand.is_some_and(|brand| self.signature(id, brand) == Signature::Genuine)
    }

    /// The findings about one package, in the users that have it (`[None]` where none is known).
    pub(crate) fn judge(
        &self,
        id: PackageId,
        users: &[Option<u32>],
        subject: impl Fn(Option<u32>) -> FindingSubject,
        knowledge: &str,
        into: &mut Vec<Finding>,
    ) {
        let Some(suspect) = self.suspects.get(&id) else { return };
        let told = self.verdict(id, suspect);
        let parts = self.foreign_parts(id, suspect);
        for user in users {
            if let Some(told) = &told {
                into.extend(told.finding("", subject(*user), knowledge, suspect.of_user(*user)));
            }
            if let Some((told, rows)) = &parts {
                let rows = (rows.len() as u64, rows.clone());
                into.extend(told.finding(":code", subject(*user), knowledge, rows));
            }
        }
    }

    /// Code that the genuine app does not have, in one that bears its signature.
    fn foreign_parts(
        &self,
        id: PackageId,
        suspect: &Suspect<'k>,
    ) -> Option<(Verdict<'k>, Vec<Row>)> {
        let brand = suspect.genuine?;
        if !matches!(self.signature(id, brand), Signature::Genuine | Signature::Broken) {
            return None;
        }
        let parts::Foreign { strength, title, rows } = parts::foreign(&suspect.parts, brand)?;
        Some((Verdict { brand, strength, title, innocent: &PARTS, attack: "T1577" }, rows))
    }

    /// The packages that are, or imitate, a genuine app.
    pub(crate) fn suspects(&self) -> Vec<PackageId> {
        let mut list: Vec<_> = self.suspects.keys().copied().collect();
        list.sort_unstable();
        list
    }

    fn check_name(&mut self, brands: &'k Brands, id: PackageId, package: &str) {
        let at = id.0 as usize;
        if self.checked.len() <= at {
            self.checked.resize(at + 1, false);
        }
        let Some(checked) = self.checked.get_mut(at).filter(|checked| !**checked) else { return };
        *checked = true;
        let genuine = brands.named(package);
        let name = package::imitated(package, brands);
        if genuine.is_some() || name.is_some() {
            let unofficial = name
                .is_some_and(|(brand, _)| brand.unofficial.iter().any(|known| known == package));
            let suspect = Suspect { genuine, name, unofficial, ..Suspect::default() };
            self.suspects.insert(id, suspect);
        }
    }

    fn check_label(&mut self, brands: &'k Brands, id: PackageId, package: &str, label: &str) {
        let suspect = self.suspects.get(&id);
        if suspect.is_some_and(|s| s.genuine.is_some() || s.label.is_some()) {
            return;
        }
        let Some(read) = Label::new(label) else { return };
        let like = brands.brands().iter().find_map(|brand| {
            if brand.certificates.is_empty() && same_maker(package, &brand.package) {
                return None;
            }
            let likeness = brand.compared.iter().find_map(|name| {
                let likeness = name.imitated_by(&read, brand.imitated)?;
                // An ordinary word as label shows nothing, unless the package speaks of it too and
                // the app is known to be imitated: many an SMS app is called Messenger.
                let alone = likeness == label::Likeness::Same
                    && name.is_common_word()
                    && !(brand.imitated && speaks_of(package, brand));
                (!alone).then_some(likeness)
            })?;
            Some((brand, likeness, label.to_owned()))
        });
        if like.is_some() {
            self.suspects.entry(id).or_default().label = like;
        }
    }

    fn sign(
        &mut self,
        id: PackageId,
        seen: &Observation,
        certificate: Option<String>,
        broken: bool,
    ) {
        let Some(certificate) = certificate else { return };
        let groups = self.signed.entry(id).or_default();
        let at = match groups.iter().position(|group| group.artifact == seen.artifact) {
            Some(at) => at,
            None if groups.len() < MOST_CERTIFICATES => {
                let artifact = Arc::clone(&seen.artifact);
                groups.push(Signers { artifact, certificates: Vec::new(), broken: false });
                groups.len() - 1
            }
            None => return,
        };
        let Some(group) = groups.get_mut(at) else { return };
        group.broken |= broken;
        if group.certificates.len() < MOST_CERTIFICATES
            && !group.certificates.contains(&certificate)
        {
            group.certificates.push(certificate);
        }
    }

    /// Every artifact that states signers must state a genuine one (its current certificate or
    /// one of its lineage): a genuine copy in one place does not clear a forged one in another.
    fn signature(&self, id: PackageId, brand: &Brand) -> Signature {
        let groups = self.signed.get(&id).map(Vec::as_slice).unwrap_or_default();
        if groups.is_empty() || brand.certificates.is_empty() {
            Signature::NotComparable
        } else if !groups.iter().all(|group| brand.signs(&group.certificates)) {
            Signature::Foreign
        } else if groups.iter().any(|group| group.broken) {
            Signature::Broken
        } else {
            Signature::Genuine
        }
    }

    fn verdict(&self, id: PackageId, suspect: &Suspect<'k>) -> Option<Verdict<'k>> {
        if let Some(brand) = suspect.genuine {
            // Strong only where the app is known to have been imitated by this spyware. For the
            // others a rebuilt copy (F-Droid signs some with a key of its own), and for a
            // system app a variant of Android, is the likelier cause: a person looks first.
            // So too where a store installed it that is known to rebuild this very app; for an
            // app that nobody imitates, that is all there is to say.
            let rebuilt = suspect.rebuilt == Some(true);
            let strength = match brand.imitated {
                true if !suspect.system && !rebuilt => Strength::Strong,
                false if rebuilt => Strength::Note,
                _ => Strength::Review,
            };
            let (strength, what, innocent) = match self.signature(id, brand) {
                Signature::Foreign => (strength, "is not signed by its maker", &FOREIGN[..]),
                Signature::Broken => {
                    // Android would not install it; so a copy that was cut or changed on the way
                    // is at least as likely as a phone that takes anything.
                    (Strength::Review, "its maker's signature does not hold", &BROKEN[..])
                }
                Signature::Genuine | Signature::NotComparable => return None,
            };
            let mut title =
                format!("The app calls itself {} ({}), but {what}", brand.title(), brand.package);
            if let Some(held) = &suspect.own {
                let _ = write!(title, "; its code holds {}", held.words());
            }
            return Some(Verdict { brand, strength, title, innocent, attack: MATCH_NAME });
        }
        let (brand, mut how) = match (&suspect.name, &suspect.label) {
            (Some((brand, how)), _) => (*brand, package_words(*how, brand)),
            (None, Some((brand, how, label))) => (*brand, label_words(*how, label, brand)),
            (None, None) => {
                return self.code_alone(id, suspect).or_else(|| self.icon_alone(id, suspect));
            }
        };
        if suspect.icon.is_some_and(|icon| icon.package == brand.package) {
            how.push_str(", and its icon is nearly the same");
        }
        if let Some(held) = suspect.most.filter(|held| held.brand.package == brand.package) {
            let _ = write!(how, ", and its code holds {}", held.words());
        }
        let signer = match self.signature(id, brand) {
            Signature::Genuine => return None,
            Signature::Foreign => "it is not signed by its maker",
            Signature::Broken => "its maker's signature does not hold",
            Signature::NotComparable if brand.certificates.is_empty() => {
                "its signer could not be compared, since no genuine certificate is known here"
            }
            Signature::NotComparable => "its signer is not known from this evidence",
        };
        let mut strength = Strength::Review;
        if suspect.unofficial {
            strength = Strength::Note;
            how.push_str(", as does that of this client, which is known and openly unofficial");
        }
        let title = format!("{how}; {signer}");
        Some(Verdict { brand, strength, title, innocent: &IMITATION, attack: MATCH_NAME })
    }

    /// Most of a genuine app's own code, under another name. Forks of open source are many, so no
    /// more than a person should look; and no more than a note where nobody imitates the app.
    fn code_alone(&self, id: PackageId, suspect: &Suspect<'k>) -> Option<Verdict<'k>> {
        let held = suspect.most?;
        let brand = held.brand;
        let signer = match self.signature(id, brand) {
            Signature::Genuine => return None,
            Signature::Foreign => "is signed by somebody else",
            Signature::Broken => "bears its maker's signature, which does not hold",
            Signature::NotComparable => "has a signer that could not be compared",
        };
        let known = suspect.unofficial;
        Some(Verdict {
            brand,
            strength: if brand.imitated && !known { Strength::Review } else { Strength::Note },
            title: format!(
                "The app holds most of the own code of {} ({}), and {signer}: {}",
                brand.title(),
                brand.package,
                held.words()
            ),
            innocent: &CODE,
            attack: MATCH_NAME,
        })
    }

    /// An icon like a genuine app's, and nothing else like it: worth knowing, no more.
    fn icon_alone(&self, id: PackageId, suspect: &Suspect<'k>) -> Option<Verdict<'k>> {
        let brand = suspect.icon?;
        let foreign = self.signature(id, brand) == Signature::Foreign;
        foreign.then(|| Verdict {
            brand,
            strength: Strength::Note,
            title: format!(
                "The icon is nearly that of {} ({}), whose maker did not sign the app",
                brand.title(),
                brand.package
            ),
            innocent: &IMITATION,
            attack: MATCH_NAME,
        })
    }
}

/// ATT&CK Mobile: Match Legitimate Name or Location.
const MATCH_NAME: &str = "T1655.001";

struct Verdict<'k> {
    brand: &'k Brand,
    strength: Strength,
    title: String,
    innocent: &'static [&'static str],
    /// Technique of ATT&CK Mobile.
    attack: &'static str,
}

impl Verdict<'_> {
    /// The finding about one user, with these rows of so many; none without a row.
    fn finding(
        &self,
        part: &str,
        subject: FindingSubject,
        knowledge: &str,
        (total, rows): (u64, Vec<Row>),
    ) -> Option<Finding> {
        let source = subject.source;
        let mut rows = rows.into_iter().map(|row| row.into_evidence(source));
        let first = rows.next()?;
        let because = Because {
            kind: BecauseKind::Impersonation,
            id: format!("brand:{}{part}", self.brand.package),
            knowledge: knowledge.to_owned(),
            value: self.brand.certificates.first().cloned(),
            family: None,
            references: self.brand.sources.clone(),
        };
        let mut found = finding::found(self.strength, subject, self.title.clone(), because, first);
        rows.for_each(|row| found.add(|| row));
        found.evidence_total = total;
        found.innocent = self.innocent.iter().map(|text| (*text).to_owned()).collect();
        found.next = NEXT.iter().map(|text| (*text).to_owned()).collect();
        found.attack = vec![self.attack.to_owned()];
        Some(found)
    }
}

/// The one of two that holds more of a genuine app's code.
fn heavier<'k>(
    one: Option<code::Held<'k>>,
    other: Option<code::Held<'k>>,
) -> Option<code::Held<'k>> {
    one.into_iter().chain(other).max_by_key(code::Held::weight)
}

/// Whether two packages share their first two parts.
fn same_maker(package: &str, genuine: &str) -> bool {
    let maker = |name: &str| {
        name.split('.').take(2).map(str::to_ascii_lowercase).collect::<Vec<_>>().join(".")
    };
    maker(package) == maker(genuine)
}

/// Whether the package holds a word of the brand's name.
fn speaks_of(package: &str, brand: &Brand) -> bool {
    let package = package.to_ascii_lowercase();
    let mut names = brand.names.iter().chain(&brand.common_names);
    names.any(|name| package.contains(&name.to_ascii_lowercase().replace(' ', "")))
}
