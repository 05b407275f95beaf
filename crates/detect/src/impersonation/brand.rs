//! Genuine apps: one file of `brands/` each.

use super::genuine::{self, GenuineVersion};
use super::label::Name;
use crate::rules;
use hashbrown::HashMap;
use model::{Gap, Knowledge, KnowledgeStatus, normal};
use pages::Diagnostic;
use pages::yaml::{self, Node};

/// A genuine app with the certificates that sign it.
#[derive(Clone, Debug)]
pub struct Brand {
    /// Package name.
    pub package: String,
    /// Labels that only this app carries.
    pub names: Vec<String>,
    /// Labels that are ordinary words too (`Signal`): alone they show nothing.
    pub common_names: Vec<String>,
    /// Package prefixes that only its maker uses (`org.telegram`).
    pub namespaces: Vec<String>,
    /// SHA-256 of each genuine certificate, lower-case hex; empty where none is known.
    pub certificates: Vec<String>,
    /// Perceptual hash of each genuine launcher icon (64 bits).
    pub icons: Vec<u64>,
    /// Whether it was imitated, by published reports; only then are package names and labels
    /// that merely resemble it looked at.
    pub imitated: bool,
    /// Stores that build this app from its source under its own package name, and sign it with
    /// a key of theirs. To be stated for an imitated app; for others F-Droid goes without saying.
    pub rebuilt_by: Vec<String>,
    /// Packages under this one's prefix that are known as something else, openly: unofficial
    /// clients in public stores. Told as a note.
    pub unofficial: Vec<String>,
    /// Where this knowledge comes from.
    pub sources: Vec<String>,
    /// What else is known.
    pub note: Option<String>,
    /// What is known of its code, version by version.
    pub code: Vec<GenuineVersion>,
    /// Its names, ready to compare.
    pub(super) compared: Vec<Name>,
}

impl Brand {
    /// Whether one of these certificates (lower-case hex) is genuine.
    pub(crate) fn signs(&self, certificates: &[String]) -> bool {
        certificates.iter().any(|seen| self.certificates.contains(seen))
    }

    /// Whether a foreign signer is to be expected where `store` installed this app.
    pub(crate) fn is_rebuilt_by(&self, store: &str) -> bool {
        let stated = self.rebuilt_by.iter().any(|known| known == store);
        stated || (!self.imitated && REBUILD.contains(&store))
    }

    /// Takes in what another file knows of the same app.
    fn learn(&mut self, more: Brand) {
        fn add<T: PartialEq>(to: &mut Vec<T>, more: Vec<T>) {
            for one in more {
                if !to.contains(&one) {
                    to.push(one);
                }
            }
        }
        add(&mut self.names, more.names);
        add(&mut self.common_names, more.common_names);
        add(&mut self.namespaces, more.namespaces);
        add(&mut self.certificates, more.certificates);
        add(&mut self.icons, more.icons);
        add(&mut self.rebuilt_by, more.rebuilt_by);
        add(&mut self.unofficial, more.unofficial);
        add(&mut self.sources, more.sources);
        self.imitated |= more.imitated;
        self.note = self.note.take().or(more.note);
        self.code.extend(more.code);
        self.compared = compared(&self.names, &self.common_names);
    }

    /// The name that people know it by.
    #[must_use]
    pub fn title(&self) -> &str {
        self.names.first().or(self.common_names.first()).unwrap_or(&self.package)
    }
}

/// F-Droid and its clients: most of what it offers it builds itself, with a key for each app.
const REBUILD: [&str; 5] = [
    "org.fdroid.fdroid",
    "org.fdroid.basic",
    "org.fdroid.fdroid.privileged",
    "com.looker.droidify",
    "com.machiav3lli.fdroid",
];

/// All genuine apps in use.
#[derive(Clone, Debug, Default)]
pub struct Brands {
    brands: Vec<Brand>,
    by_package: HashMap<String, usize>,
    errors: Vec<Diagnostic>,
    version: String,
    /// The set that is built in, and the user's own, where he gave one.
    built_in: Option<Knowledge>,
    given: Option<Knowledge>,
}

impl Brands {
    /// The files compiled into the program.
    #[must_use]
    pub fn builtin() -> Self {
        Self::parse(pages::BRANDS)
    }

    /// Reads brand files, each (path, text). One that cannot be read is left out and told by
    /// [`Brands::errors`].
    #[must_use]
    pub fn parse(files: &[(&str, &str)]) -> Self {
        let mut all = Brands { version: rules::version(&[files]), ..Self::default() };
        for (file, text) in files {
            match brand(file, text) {
                Ok(brand) if all.by_package.contains_key(&brand.package) => {
                    let message = format!("`{}` has another file", brand.package);
                    all.errors.push(Diagnostic::new("B002", file, 1, message));
                }
                Ok(brand) => {
                    all.by_package.insert(brand.package.clone(), 0);
                    all.brands.push(brand);
                }
                Err(error) => all.errors.push(error),
            }
        }
        all.in_order();
        all
    }

    /// Adds the user's own files, each (path, text). One about an app that is known already adds to
    /// what is known of it: certificates, names, versions of its code.
    pub fn add(&mut self, files: &[(&str, &str)]) {
        let more = Self::parse(files);
        self.built_in = Some(self.knowledge());
        let in_use = more.brands.len();
        for brand in more.brands {
            match self.by_package.get(&brand.package).and_then(|at| self.brands.get_mut(*at)) {
                Some(known) => known.learn(brand),
                None => self.brands.push(brand),
            }
        }
        self.in_order();
        let mut named = pages::knowledge("Brands given", &more.version, in_use, &more.errors);
        named.status = KnowledgeStatus::Unsigned;
        self.given = Some(named);
        self.errors.extend(more.errors);
    }

    /// Where several brands share a name, the one with the shorter package speaks for them.
    fn in_order(&mut self) {
        self.brands.sort_by(|a, b| a.package.cmp(&b.package));
        for (at, brand) in self.brands.iter().enumerate() {
            self.by_package.insert(brand.package.clone(), at);
        }
    }

    /// The genuine apps whose code is known.
    pub(super) fn with_code(&self) -> impl Iterator<Item = &Brand> {
        self.brands.iter().filter(|brand| !brand.code.is_empty())
    }

    /// The set that the user gave, as a report names it.
    #[must_use]
    pub fn given(&self) -> Option<&Knowledge> {
        self.given.as_ref()
    }

    /// The genuine apps, by package name.
    #[must_use]
    pub fn brands(&self) -> &[Brand] {
        &self.brands
    }

    /// What could not be read.
    #[must_use]
    pub fn errors(&self) -> &[Diagnostic] {
        &self.errors
    }

    /// The gaps that these errors leave in a report.
    #[must_use]
    pub fn gaps(&self) -> Vec<Gap> {
        pages::gaps(&self.errors)
    }

    /// The set as a report names it; its version is the start of the SHA-256 of all files.
    #[must_use]
    pub fn knowledge(&self) -> model::Knowledge {
        let own =
            || pages::knowledge("Tamarisk brands", &self.version, self.brands.len(), &self.errors);
        self.built_in.clone().unwrap_or_else(own)
    }

    /// The genuine app with this package name.
    #[must_use]
    pub fn named(&self, package: &str) -> Option<&Brand> {
        self.brands.get(*self.by_package.get(package)?)
    }
}

const KEYS: [&str; 12] = [
    "package",
    "code",
    "names",
    "common_names",
    "namespaces",
    "certificates",
    "icons",
    "imitated",
    "rebuilt_by",
    "unofficial",
    "sources",
    "note",
];

/// Names, ready to compare.
fn compared(names: &[String], common_names: &[String]) -> Vec<Name> {
    let own = names.iter().map(|name| Name::new(name, false));
    own.chain(common_names.iter().map(|name| Name::new(name, true))).collect()
}

fn brand(file: &str, text: &str) -> Result<Brand, Diagnostic> {
    let wrong = |line: u64, message: String| Diagnostic::new("B001", file, line, message);
    let node = yaml::parse(file, text, 0)?;
    for (key, value) in node.map().unwrap_or_default() {
        if !KEYS.contains(&key.as_str()) {
            let message = format!("unknown key `{key}`; known: {}", KEYS.join(", "));
            return Err(wrong(value.line, message));
        }
    }
    let texts = |key: &str| match node.field(key) {
        None => Ok(Vec::new()),
        Some(list) => {
            list.texts().ok_or_else(|| wrong(list.line, format!("`{key}` takes a list of texts")))
        }
    };
    let package = node.field("package").and_then(Node::text).unwrap_or_default();
    if normal::package(&package) != Some(package.as_str()) {
        return Err(wrong(1, "`package` is missing or no package name".into()));
    }
    let mut certificates = Vec::new();
    for certificate in texts("certificates")? {
        let hex = normal::hex(&certificate, 64)
            .ok_or_else(|| wrong(1, format!("`{certificate}` is no SHA-256")))?;
        certificates.push(hex.into_owned());
    }
    let mut icons = Vec::new();
    for icon in texts("icons")? {
        let hash = super::icon::parse(&icon)
            .ok_or_else(|| wrong(1, format!("`{icon}` is no hash of an icon (16 hex digits)")))?;
        icons.push(hash);
    }
    let sources = texts("sources")?;
    if sources.is_empty() {
        return Err(wrong(1, "`sources` is missing: say where this is known from".into()));
    }
    let (names, common_names) = (texts("names")?, texts("common_names")?);
    let imitated = match node.field("imitated").and_then(Node::text).as_deref() {
        Some("true") => true,
        Some("false") | None => false,
        Some(_) => return Err(wrong(1, "`imitated` is true or false".into())),
    };
    let compared = compared(&names, &common_names);
    let code = node.field("code").map(Node::list).unwrap_or_default().iter();
    let code = code.map(|one| genuine::version(file, one)).collect::<Result<_, _>>()?;
    Ok(Brand {
        package,
        namespaces: texts("namespaces")?,
        certificates,
        icons,
        imitated,
        rebuilt_by: texts("rebuilt_by")?,
        unofficial: texts("unofficial")?,
        sources,
        note: node.field("note").and_then(Node::text),
        code,
        compared,
        names,
        common_names,
    })
}
