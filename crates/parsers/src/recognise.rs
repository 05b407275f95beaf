//! What lies where: acquisitions, bug reports and apps, by the names in an archive or a folder,
//! and bare files by their first bytes.
//!
//! Layouts: AndroidQF 1.8.3 (folder, zip at the root, zip under a prefix folder), AOSP's
//! dumpstate (`frameworks/native/cmds/dumpstate`), makers' wrapper zips around one bug report.

use model::SourceKind;
use std::collections::BTreeMap;

/// A source inside a folder or an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub kind: SourceKind,
    /// The folder it lies in, with a trailing `/`; empty for the top.
    pub root: String,
}

/// Acquisitions and bug reports among `paths` (of files, `/` as separator), shallowest first,
/// then by path. None of them lies inside another one.
///
/// Apps are not looked for: an unpacked app is none. See [`is_app`] for an archive's members.
#[must_use]
pub fn recognise(paths: &[&str]) -> Vec<Found> {
    let mut folders: BTreeMap<&str, Signs> = BTreeMap::new();
    for path in paths {
        note(path, &mut folders);
    }
    let found: BTreeMap<&str, (bool, SourceKind)> = folders
        .iter()
        .filter_map(|(root, signs)| signs.kind().map(|found| (*root, found)))
        .collect();
    // A folder in which some file of an acquisition lies astray must not swallow a whole
    // acquisition below it; an acquisition keeps all that it holds (a phone's own files lie in
    // its logs/ and tmp/).
    let holds_a_sure_one = |root: &str| {
        let below = found.range(root..).skip(1).take_while(|(below, _)| below.starts_with(root));
        below.map(|(_, found)| found).any(|(sure, _)| *sure)
    };
    let mut kept: BTreeMap<&str, SourceKind> = BTreeMap::new();
    let mut by_depth: Vec<_> = found.iter().collect();
    by_depth.sort_by_key(|(root, _)| depth(root));
    for (root, (sure, kind)) in by_depth {
        let inside = ancestors(root).any(|above| kept.contains_key(above));
        if !inside && (*sure || !holds_a_sure_one(root)) {
            kept.insert(root, *kind);
        }
    }
    let kept = kept.into_iter().map(|(root, kind)| Found { kind, root: root.to_owned() });
    let mut kept: Vec<Found> = kept.collect();
    kept.sort_by_key(|one| depth(&one.root));
    kept
}

/// Whether an archive with these members is one app.
#[must_use]
pub(crate) fn is_app(paths: &[&str]) -> bool {
    paths.contains(&"AndroidManifest.xml")
}

/// Whether an archive with these members is a set of packages: one app with its splits, as
/// `.apks`, `.xapk` and `.apkm` files hold it, or apps that somebody put into one zip.
#[must_use]
pub(crate) fn is_app_set(paths: &[&str]) -> bool {
    paths.iter().any(|path| has_extension(path, "apk") || is_app_set_name(path))
}

/// Whether a file of this name is a set of packages.
#[must_use]
pub(crate) fn is_app_set_name(path: &str) -> bool {
    ["apks", "xapk", "apkm"].iter().any(|extension| has_extension(path, extension))
}

/// Whether a member of this name is an app, or a set of packages.
#[must_use]
pub(crate) fn is_app_name(path: &str) -> bool {
    has_extension(path, "apk") || is_app_set_name(path)
}

/// The one bug report in a maker's wrapper zip with these members.
#[must_use]
pub(crate) fn wrapped<'a>(paths: &[&'a str]) -> Option<&'a str> {
    let mut inner = paths.iter().copied().filter(|path| is_bug_report_zip(path));
    inner.next().filter(|_| inner.next().is_none())
}

/// Whether a zip of this name is a bug report.
#[must_use]
pub(crate) fn is_bug_report_zip(path: &str) -> bool {
    let name = name(path).to_ascii_lowercase();
    name.ends_with(".zip") && (name.contains("bugreport") || name.contains("dumpstate"))
}

/// The text of a bug report that holds dumpstate's output, among its members: the one that
/// `main_entry.txt` names (its content is `main_entry`), else `dumpState_*.log`, else
/// `bugreport-*.txt` and the like, else a `dumpsys.txt`.
#[must_use]
pub fn main_dumpstate<'a>(paths: &[&'a str], main_entry: Option<&str>) -> Option<&'a str> {
    let named = main_entry.map(|text| text.trim_start_matches('\u{feff}').trim());
    let first = |wanted: &dyn Fn(&str) -> bool| paths.iter().copied().find(|path| wanted(path));
    named
        .filter(|named| !named.is_empty())
        .and_then(|named| first(&|path| path == named))
        .or_else(|| first(&|path| dumpstate_rank(path) == Some(0)))
        .or_else(|| first(&|path| dumpstate_rank(path) == Some(1)))
        .or_else(|| first(&|path| name(path) == "dumpsys.txt"))
}

/// How a text names itself as dumpstate's output; less is surer. Only file names count.
fn dumpstate_rank(path: &str) -> Option<u8> {
    let name = name(path);
    let lower = name.to_ascii_lowercase();
    // dumpstate's own log and the maker's addition carry no services.
    if path.starts_with("FS/") || lower == "dumpstate_log.txt" || lower == "dumpstate_board.txt" {
        None
    } else if name.starts_with("dumpState_") && lower.ends_with(".log") {
        Some(0)
    } else if (lower.starts_with("bugreport-") || lower.starts_with("dumpstate"))
        && (lower.ends_with(".txt") || lower.ends_with(".log"))
    {
        Some(1)
    } else {
        None
    }
}

/// What tells an acquisition, a bit each. The first one is enough alone.
const ANDROIDQF: &[&str] = &[
    "acquisition.json",
    "packages.json",
    "getprop.txt",
    "dumpsys.txt",
    "processes.json",
    "processes.txt",
    "ps.txt",
    "settings_system.txt",
    "settings_secure.txt",
    "settings_global.txt",
    "files.json",
    "root_binaries.json",
    "mounts.json",
    "bugreport.zip",
    "apks/",
    "backup.ab",
];

/// What was seen in one folder.
#[derive(Default)]
struct Signs {
    androidqf: u32,
    main_entry: bool,
    /// Named like dumpstate's output: best rank, and how many of it.
    dumpstate: Option<(u8, u32)>,
    dumpsys_below: bool,
    /// Files of apps as a backup holds them.
    backup: bool,
}

impl Signs {
    /// Whether it is sure what the folder is, and what.
    fn kind(&self) -> Option<(bool, SourceKind)> {
        let acquisition = self.androidqf & 1 != 0;
        if acquisition || self.androidqf.count_ones() >= 2 {
            return Some((acquisition, SourceKind::Androidqf));
        }
        if self.backup {
            return Some((true, SourceKind::AndroidBackup));
        }
        // Two reports beside each other are two sources, and may be of two phones.
        let one_report = matches!(self.dumpstate, Some((_, 1)));
        (self.main_entry || one_report || self.dumpsys_below)
            .then_some((self.main_entry, SourceKind::Bugreport))
    }
}

/// Files one path under the folders that it tells something about.
fn note<'a>(path: &'a str, folders: &mut BTreeMap<&'a str, Signs>) {
    let file = name(path);
    let folder = path.strip_suffix(file).unwrap_or_default();
    if let Some(bit) = ANDROIDQF.iter().position(|marker| *marker == file) {
        folders.entry(folder).or_default().androidqf |= 1 << bit;
    }
    let apks = ANDROIDQF.iter().position(|marker| *marker == "apks/");
    if let (Some(bit), Some(root)) = (apks, folder.strip_suffix("apks/"))
        && has_extension(file, "apk")
        && (root.is_empty() || root.ends_with('/'))
    {
        folders.entry(root).or_default().androidqf |= 1 << bit;
    }
    // `apps/PACKAGE/_manifest` begins each app of a backup.
    let app = folder.strip_suffix('/').filter(|_| file == "_manifest").unwrap_or_default();
    if let Some(root) = app.strip_suffix(name(app)).and_then(|above| above.strip_suffix("apps/"))
        && (root.is_empty() || root.ends_with('/'))
    {
        folders.entry(root).or_default().backup = true;
    }
    if file == "main_entry.txt" {
        folders.entry(folder).or_default().main_entry = true;
    }
    if let Some(rank) = dumpstate_rank(path) {
        let best = &mut folders.entry(folder).or_default().dumpstate;
        *best = match *best {
            Some((known, count)) if known == rank => Some((rank, count + 1)),
            Some((known, count)) if known < rank => Some((known, count)),
            _ => Some((rank, 1)),
        };
    }
    if file == "dumpsys.txt" {
        // MVT's third way: a folder in which some folder holds a dumpsys.txt.
        let above = folder.trim_end_matches('/');
        let above = above.strip_suffix(name(above)).unwrap_or_default();
        folders.entry(above).or_default().dumpsys_below |= !folder.is_empty();
    }
}

/// The folders above `root`, nearest last; not itself.
fn ancestors(root: &str) -> impl Iterator<Item = &str> {
    let inner = root.trim_end_matches('/');
    let above = inner.match_indices('/').filter_map(|(at, _)| root.get(..=at));
    (!root.is_empty()).then_some("").into_iter().chain(above)
}

fn depth(root: &str) -> usize {
    root.matches('/').count()
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn has_extension(path: &str, extension: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, found)| found.eq_ignore_ascii_case(extension))
}

/// What a kind of source is expected to hold and this version reads: a name to show, and the
/// forms in which it may be there.
const EXPECTED: &[(SourceKind, &str, &[&str])] = &[
    (SourceKind::Androidqf, "packages.json", &["packages.json"]),
    (SourceKind::Androidqf, "getprop.txt", &["getprop.txt"]),
    (SourceKind::Androidqf, "processes.txt", &["processes.json", "processes.txt", "ps.txt"]),
    (SourceKind::Androidqf, "settings_system.txt", &["settings_system.txt"]),
    (SourceKind::Androidqf, "settings_secure.txt", &["settings_secure.txt"]),
    (SourceKind::Androidqf, "settings_global.txt", &["settings_global.txt"]),
    (SourceKind::Androidqf, "files.json", &["files.json"]),
    (SourceKind::Androidqf, "root_binaries.json", &["root_binaries.json"]),
    (SourceKind::Androidqf, "mounts.json", &["mounts.json"]),
    (SourceKind::Androidqf, "bugreport.zip", &["bugreport.zip", "dumpsys.txt"]),
];

/// Name of the row for a bug report without dumpstate's text.
pub(crate) const DUMPSTATE_ROW: &str = "dumpstate text";

/// What is expected in a source of this kind and is not among `paths` (below its root).
#[must_use]
pub fn expected_but_absent(kind: SourceKind, paths: &[&str]) -> Vec<&'static str> {
    let mut absent: Vec<&'static str> = EXPECTED
        .iter()
        .filter(|(of, _, forms)| *of == kind && !paths.iter().any(|path| forms.contains(path)))
        .map(|(_, name, _)| *name)
        .collect();
    // A wrapper's inner zip tells for itself; main_entry.txt may name a text of any name.
    let holds_text = main_dumpstate(paths, None).is_some()
        || wrapped(paths).is_some()
        || paths.contains(&"main_entry.txt");
    if kind == SourceKind::Bugreport && !holds_text {
        absent.push(DUMPSTATE_ROW);
    }
    absent
}

/// Whether this version knows what the artifact is, though no parser of it reads it.
#[must_use]
pub(crate) fn is_known(kind: SourceKind, path: &str) -> bool {
    let (files, folders): (&[&str], &[&str]) = match kind {
        SourceKind::Androidqf => (
            &["yara.json", "browser_history/manifest.json"],
            &[
                "apex/",
                "init_scripts/",
                "intrusion-logs/",
                "intrusion_logs/",
                "logs/",
                "magisk_modules/",
                "tmp/",
            ],
        ),
        SourceKind::Bugreport => (
            &[
                "description.txt",
                "dumpstate_board.bin",
                "dumpstate_board.txt",
                "dumpstate_log.txt",
                "main_entry.txt",
                "screenshot.png",
                "title.txt",
                "visible_windows.zip",
            ],
            &["FS/", "lshal-debug/", "proto/"],
        ),
        SourceKind::AndroidBackup => (&[], &["apps/", "shared/"]),
        SourceKind::Apk | SourceKind::IntrusionLogs | SourceKind::Messages | SourceKind::Folder => {
            (&[], &[])
        }
    };
    files.contains(&path) || folders.iter().any(|folder| path.starts_with(folder))
}
