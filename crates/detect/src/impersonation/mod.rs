//! Impersonation: a genuine app's package under a foreign certificate, a package or a label
//! that imitates a genuine one. The reasoning is in `docs/design/impersonation.md`.
//!
//! A signature belongs to a package on a phone, whatever the user: Android keeps one code for
//! all of them. So signers are kept per package, and findings are told per user.

mod brand;
mod icon;
mod label;
mod package;

use crate::apps::PackageId;
use crate::evidence::Row;
use crate::finding::{self, Because};
pub use brand::{Brand, Brands};
use hashbrown::HashMap;
use label::Label;
use model::{BecauseKind, Fact, Finding, FindingSubject, Observation, Strength, normal};
use std::sync::Arc;

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
            Fact::AppInstalled(_) | Fact::AppFile(_) | Fact::AppUpdated(_) => {}
            Fact::PermissionUsed(_) | Fact::AccessibilityService(_) | Fact::ProcessRunning(_) => {}
            // The many facts of one app that tell nothing new of who it is.
            _ => return,
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
        let Some(told) = self.verdict(id, suspect) else { return };
        for user in users {
            let (total, rows) = suspect.of_user(*user);
            let mut rows = rows.into_iter();
            let Some(first) = rows.next() else { continue };
            let because = Because {
                kind: BecauseKind::Impersonation,
                id: format!("brand:{}", told.brand.package),
                knowledge: knowledge.to_owned(),
                value: told.brand.certificates.first().cloned(),
                family: None,
                references: told.brand.sources.clone(),
            };
            let subject = subject(*user);
            let source = subject.source;
            let mut found = finding::found(
                told.strength,
                subject,
                told.title.clone(),
                because,
                first.into_evidence(source),
            );
            rows.for_each(|row| found.add(|| row.into_evidence(source)));
            found.evidence_total = total;
            found.innocent = told.innocent.iter().map(|text| (*text).to_owned()).collect();
            found.next = NEXT.iter().map(|text| (*text).to_owned()).collect();
            found.attack = vec!["T1655.001".to_owned()];
            into.push(found);
        }
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
            let title =
                format!("The app calls itself {} ({}), but {what}", brand.title(), brand.package);
            return Some(Verdict { brand, strength, title, innocent });
        }
        let (brand, mut how) = match (&suspect.name, &suspect.label) {
            (Some((brand, how)), _) => (*brand, package_words(*how, brand)),
            (None, Some((brand, how, label))) => (*brand, label_words(*how, label, brand)),
            (None, None) => return self.icon_alone(id, suspect),
        };
        if suspect.icon.is_some_and(|icon| icon.package == brand.package) {
            how.push_str(", and its icon is nearly the same");
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
        Some(Verdict { brand, strength, title: format!("{how}; {signer}"), innocent: &IMITATION })
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
        })
    }
}

struct Verdict<'k> {
    brand: &'k Brand,
    strength: Strength,
    title: String,
    innocent: &'static [&'static str],
}

fn package_words(how: package::Likeness, brand: &Brand) -> String {
    let (title, genuine) = (brand.title(), &brand.package);
    match how {
        package::Likeness::Extends => {
            format!("The package name extends that of {title} ({genuine})")
        }
        package::Likeness::Namespace => {
            format!("The package name lies under the maker's prefix of {title} ({genuine})")
        }
        package::Likeness::Typo => {
            format!("The package name is nearly that of {title} ({genuine})")
        }
    }
}

fn label_words(how: label::Likeness, label: &str, brand: &Brand) -> String {
    let (title, genuine) = (brand.title(), &brand.package);
    match how {
        label::Likeness::Same => format!("The app is labelled as {title} ({genuine})"),
        label::Likeness::LookAlike => {
            format!("The label \"{label}\" imitates {title} ({genuine}) with other characters")
        }
        label::Likeness::Extended => {
            format!("The label \"{label}\" imitates {title} ({genuine})")
        }
    }
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

const FOREIGN: [&str; 3] = [
    "The app was built from its public source by somebody else (an app store that builds itself, \
     a researcher, the person) and signed with their key.",
    "The maker has begun to sign with a new key that this version of Tamarisk does not know yet.",
    "A variant of Android (microG and the like) replaces this app by its own under the same name.",
];

const BROKEN: [&str; 3] = [
    "The copy was cut or damaged when it was taken from the phone: compare its size and hash with \
     the phone's.",
    "It is part of the system, where makers move the code out of the package (older Android).",
    "It was changed for analysis, on a phone or by a tool that does not heed signatures.",
];

const IMITATION: [&str; 4] = [
    "An open fork or an unofficial client that says openly what it is.",
    "A test version or a companion app by the genuine maker that is not in Tamarisk's list yet.",
    "An unrelated app whose maker chose a name that happens to be alike.",
    "That it came from Google Play or another store is no innocent explanation: imitations of \
     Signal and Telegram were published there.",
];

const NEXT: [&str; 4] = [
    "Do not delete the app yet: it is evidence. Put the phone into flight mode and keep the \
     acquisition.",
    "Ask the person where the app came from: who sent the link, and when.",
    "Compare the certificate with the one that the genuine maker publishes; have the APK file \
     analysed (AndroidQF keeps it in apks/).",
    "Check the genuine service for linked devices, and treat its account as known to others until \
     then.",
];
