//! `cargo xtask brands`: writes `brands/*.yaml` from `genuine_apps.csv` and `signers.csv` of the
//! shared folder. Files of packages that stand in neither are left as they are: a brand may also
//! be written by hand.

use anyhow::{Context, Result, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Options of `cargo xtask brands`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Folder with `threat/genuine_apps.csv` and `threat/signers.csv`
    /// [default: TAMARISK_SHARED, else ../shared]
    #[arg(long)]
    shared: Option<PathBuf>,
}

/// The commit of AppVerifier that `signers.csv` was read from (stated in `genuine_apps.csv`).
const SIGNERS: &str = "https://github.com/soupslurpr/AppVerifier (ISC), \
                       InternalVerificationInfoDatabase.kt at commit ccd58cc";

/// Names as people see them. The CSV's first column names several apps in one cell or adds
/// remarks, so the cells are read by hand, once, here.
struct Shown {
    package: &'static str,
    names: &'static [&'static str],
    /// Names that are ordinary words.
    common: &'static [&'static str],
    namespaces: &'static [&'static str],
    /// Whether the CSV cites a report of an imitation.
    imitated: bool,
    /// Stores that sign a build of their own.
    rebuilt_by: &'static [&'static str],
    /// Packages under its prefix that are known as something else.
    unofficial: &'static [&'static str],
}

const fn shown(package: &'static str, names: &'static [&'static str], imitated: bool) -> Shown {
    let (rebuilt_by, unofficial) = (&[], &[]);
    Shown { package, names, common: &[], namespaces: &[], imitated, rebuilt_by, unofficial }
}

const SHOWN: [Shown; 21] = [
    Shown {
        common: &["Signal"],
        namespaces: &["org.thoughtcrime"],
        ..shown("org.thoughtcrime.securesms", &["Signal Private Messenger"], true)
    },
    Shown {
        namespaces: &["org.telegram"],
        // F-Droid offers Telegram FOSS under the genuine package name (its page of that name),
        // signed by F-Droid; the others are its clients.
        rebuilt_by: &[
            "org.fdroid.fdroid",
            "org.fdroid.basic",
            "org.fdroid.fdroid.privileged",
            "com.looker.droidify",
            "com.machiav3lli.fdroid",
        ],
        // Plus Messenger, on Google Play for years.
        unofficial: &["org.telegram.plus"],
        ..shown("org.telegram.messenger", &["Telegram"], true)
    },
    Shown {
        namespaces: &["org.telegram"],
        ..shown("org.telegram.messenger.web", &["Telegram"], true)
    },
    Shown {
        namespaces: &["com.whatsapp"],
        ..shown("com.whatsapp", &["WhatsApp", "WhatsApp Messenger"], true)
    },
    shown("com.skype.raider", &["Skype"], true),
    shown("com.adobe.reader", &["Adobe Acrobat", "Adobe Acrobat Reader"], true),
    shown("gogolook.callgogolook2", &["Whoscall"], true),
    shown("psyberia.alpinequest.full", &["AlpineQuest"], true),
    shown("psyberia.alpinequest.free", &["AlpineQuest"], true),
    shown("com.dewmobile.kuaiya.play", &["Zapya"], false),
    shown("com.dewmobile.kuaiya", &[], false),
    shown("com.tencent.mm", &["WeChat"], false),
    shown("com.facebook.katana", &["Facebook"], false),
    Shown { common: &["Messenger"], ..shown("com.facebook.orca", &[], false) },
    shown("com.google.android.inputmethod.latin", &["Gboard"], false),
    shown("org.briarproject.briar.android", &["Briar"], false),
    shown("org.torproject.android", &["Orbot"], false),
    shown("org.fdroid.fdroid", &["F-Droid"], false),
    shown("net.mullvad.mullvadvpn", &["Mullvad VPN"], false),
    shown("ch.protonvpn.android", &["Proton VPN"], false),
    Shown { common: &["Molly"], ..shown("im.molly.app", &[], false) },
];

/// microG stands in for Google's own packages on systems without them, under their names; one key
/// signs all of it. Not Google's, but known, and no imitation: the certificate of its releases.
const MICROG: (&str, &str) =
    ("9bd06727e62796c0130eb6dab39b73157451582cbd138e86c468acc395d14165", "microG");
const MICROG_SOURCE: &str = "https://microg.org/fdroid/repo (fingerprint of its key), \
                             https://github.com/microg/GmsCore/releases";
const MICROG_PACKAGES: [&str; 3] =
    ["com.google.android.gms", "com.android.vending", "com.google.android.gsf"];

#[derive(Default)]
struct Brand {
    certificates: BTreeMap<String, BTreeSet<String>>,
    sources: BTreeSet<String>,
    notes: Vec<String>,
}

/// Writes the files.
///
/// # Errors
/// When the CSV files cannot be read or a file cannot be written.
pub(crate) fn run(options: &Options) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let shared = options
        .shared
        .clone()
        .or_else(|| env::var_os("TAMARISK_SHARED").map(PathBuf::from))
        .unwrap_or_else(|| root.join("../shared"));
    let mut brands: BTreeMap<String, Brand> = BTreeMap::new();
    signers(&shared.join("threat/signers.csv"), &mut brands)?;
    genuine_apps(&shared.join("threat/genuine_apps.csv"), &mut brands)?;
    for package in MICROG_PACKAGES {
        if let Some(brand) = brands.get_mut(package) {
            let (certificate, from) = MICROG;
            brand.certificates.entry(certificate.into()).or_default().insert(from.into());
            brand.sources.insert(MICROG_SOURCE.into());
        }
    }
    for (package, brand) in &brands {
        let file = root.join("brands").join(format!("{package}.yaml"));
        fs::write(&file, yaml(package, brand)).with_context(|| file.display().to_string())?;
    }
    println!("{} brands written", brands.len());
    Ok(())
}

/// `package,sources,cert_sha256`
fn signers(file: &Path, brands: &mut BTreeMap<String, Brand>) -> Result<()> {
    for [package, from, certificate] in rows(file, ["package", "sources", "cert_sha256"])? {
        let brand = brands.entry(package).or_default();
        brand.certificates.entry(certificate).or_default().insert(from);
        brand.sources.insert(SIGNERS.to_owned());
    }
    Ok(())
}

/// `imitated_app,…,genuine_package,package_source,genuine_cert_sha256,cert_source,note`; a cell
/// of packages can hold several, by `;`, and remarks in brackets.
fn genuine_apps(file: &Path, brands: &mut BTreeMap<String, Brand>) -> Result<()> {
    let columns = ["genuine_package", "package_source", "genuine_cert_sha256", "note"];
    for [packages, from, certificate, note] in rows(file, columns)? {
        for package in packages.split(';').flat_map(in_brackets) {
            let brand = brands.entry(package).or_default();
            if !from.is_empty() && !from.contains("AppVerifier") {
                brand.sources.insert(from.clone());
            }
            let remark = !note.is_empty() && note != "allow-list" && !brand.notes.contains(&note);
            if remark {
                brand.notes.push(note.clone());
            }
            if !certificate.is_empty() {
                brand.certificates.entry(certificate.clone()).or_default();
                brand.sources.insert(SIGNERS.to_owned());
            }
        }
    }
    Ok(())
}

/// `com.a.play (China build com.a)` holds two package names.
fn in_brackets(cell: &str) -> Vec<String> {
    let name = |word: &&str| {
        word.contains('.') && word.chars().all(|c| c.is_ascii_alphanumeric() || "._".contains(c))
    };
    cell.split([' ', '(', ')']).filter(name).map(str::to_owned).collect()
}

fn rows<const N: usize>(file: &Path, columns: [&str; N]) -> Result<Vec<[String; N]>> {
    let shown = file.display();
    let mut reader = csv::Reader::from_path(file).with_context(|| shown.to_string())?;
    let head = reader.headers()?.clone();
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(columns) {
        *place = head
            .iter()
            .position(|name| name == column)
            .with_context(|| format!("{shown} has no column {column}"))?;
    }
    let mut rows = Vec::new();
    for row in reader.records() {
        let row = row.with_context(|| shown.to_string())?;
        rows.push(places.map(|place| row.get(place).unwrap_or_default().trim().to_owned()));
    }
    ensure!(!rows.is_empty(), "{shown} is empty");
    Ok(rows)
}

fn yaml(package: &str, brand: &Brand) -> String {
    let mut out = String::from("# Written by `cargo xtask brands`.\n");
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let list = |out: &mut String, key: &str, items: &[&str]| {
        if !items.is_empty() {
            let items: Vec<_> = items.iter().map(|text| quoted(text)).collect();
            let _ = writeln!(out, "{key}: [{}]", items.join(", "));
        }
    };
    let _ = writeln!(out, "package: {package}");
    let known = SHOWN.iter().find(|shown| shown.package == package);
    if let Some(shown) = known {
        list(&mut out, "names", shown.names);
        list(&mut out, "common_names", shown.common);
        list(&mut out, "namespaces", shown.namespaces);
        list(&mut out, "rebuilt_by", shown.rebuilt_by);
        list(&mut out, "unofficial", shown.unofficial);
    }
    let _ = writeln!(out, "imitated: {}", known.is_some_and(|shown| shown.imitated));
    if !brand.certificates.is_empty() {
        out.push_str("certificates:\n");
        for (certificate, from) in &brand.certificates {
            let from: Vec<_> = from.iter().map(String::as_str).collect();
            let from = from.join(", ");
            let _ = writeln!(out, "  - {} # {from}", quoted(certificate));
        }
    }
    out.push_str("sources:\n");
    for source in &brand.sources {
        let _ = writeln!(out, "  - {}", quoted(source));
    }
    if !brand.notes.is_empty() {
        let _ = writeln!(out, "note: {}", quoted(&brand.notes.join("; ")));
    }
    out
}
