//! Where the corpora come from: source packages of Debian, by apt-get with a configuration of its own below
//! the target folder; the system's is left as it is.

use crate::run::{command, on_path, succeed};
use crate::workspace::files_below;
use anyhow::{Context, Result, bail};
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::path::{Path, PathBuf};

/// The release whose sources are asked for.
const FROM: &str = "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \
    http://deb.debian.org/debian bookworm main\n";

/// Files that other projects test their readers with.
pub(super) struct Corpus {
    /// Debian's name of the source package.
    pub(super) package: &'static str,
    /// What of it is read, for people.
    pub(super) what: &'static str,
    /// Those files, out of the unpacked sources.
    pub(super) files: fn(&Path) -> Result<Vec<Given>>,
}

/// A file of a corpus: its name and bytes.
pub(super) type Given = (String, Vec<u8>);

/// Every corpus.
pub(super) const CORPORA: &[Corpus] = &[
    Corpus {
        package: "libarchive",
        what: "every `*.uu` of its tests: zip, tar, cpio, 7z, rar, gzip and others",
        files: encoded,
    },
    Corpus { package: "libzip", what: "every zip of its regression tests", files: zips },
    Corpus {
        package: "libplist",
        what: "property lists of its tests, and what its fuzzing found",
        files: lists,
    },
    Corpus {
        package: "sqlite3",
        what: "the databases in `test/fuzzdata*.db`, found by fuzzing",
        files: databases,
    },
];

/// Sources as they lie unpacked.
pub(super) struct Sources {
    pub(super) folder: PathBuf,
    pub(super) version: String,
}

/// Fetches and unpacks a source package, unless it lies there already.
pub(super) fn unpacked(base: &Path, package: &str) -> Result<Sources> {
    let folder = base.join("sources").join(package);
    if !folder.join("unpacked").is_dir() {
        fetch(base, package, &folder)?;
    }
    let archive = upstream(&folder, package)?;
    let name = archive.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let version = name.split_once('_').and_then(|(_, rest)| rest.split_once(".orig"));
    let version = version.map_or_else(String::new, |(version, _)| version.to_owned());
    Ok(Sources { folder: folder.join("unpacked"), version })
}

fn fetch(base: &Path, package: &str, folder: &Path) -> Result<()> {
    if on_path("apt-get").is_none() {
        bail!("no apt-get here");
    }
    let own = base.join("apt");
    for part in ["lists/partial", "cache/archives/partial"] {
        fs::create_dir_all(own.join(part))?;
    }
    fs::create_dir_all(folder)?;
    fs::write(own.join("sources.list"), FROM)?;
    let set = |name: &str, path: &Path| format!("-o{name}={}", path.display());
    let own_settings = [
        set("Dir::Etc::sourcelist", &own.join("sources.list")),
        set("Dir::Etc::sourceparts", Path::new("/dev/null")),
        set("Dir::State::lists", &own.join("lists")),
        set("Dir::Cache", &own.join("cache")),
        "-oAPT::Sandbox::User=root".to_owned(),
    ];
    let apt = |words: &[&str]| {
        let mut apt = command("apt-get", own_settings.iter().map(String::as_str));
        succeed(apt.args(words).current_dir(folder))
    };
    apt(&["update", "-qq"])?;
    apt(&["source", "-qq", "--download-only", package])?;
    let into = folder.join("unpacking");
    fs::create_dir_all(&into)?;
    let archive = upstream(folder, package)?;
    let words = ["--extract", "--strip-components=1", "--file"];
    succeed(command("tar", words).arg(&archive).arg("--directory").arg(&into))?;
    Ok(fs::rename(into, folder.join("unpacked"))?)
}

/// The archive that upstream released: `NAME_VERSION.orig.tar.*`.
fn upstream(folder: &Path, package: &str) -> Result<PathBuf> {
    let is = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.starts_with(&format!("{package}_"))
            && name.contains(".orig.tar.")
            && !name.ends_with(".asc")
    };
    let entries = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    entries.into_iter().find(is).with_context(|| format!("no archive of {package}"))
}

/// Those of the files below `folder` whose path is wanted.
fn chosen(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<Vec<Given>> {
    let mut all = Vec::new();
    for path in files_below(folder)? {
        let name = path.strip_prefix(folder)?.to_string_lossy().into_owned();
        if wanted(&name) {
            all.push((name, fs::read(&path)?));
        }
    }
    Ok(all)
}

fn zips(folder: &Path) -> Result<Vec<Given>> {
    chosen(folder, |path| path.ends_with(".zip") || path.ends_with(".zzip"))
}

fn lists(folder: &Path) -> Result<Vec<Given>> {
    chosen(folder, |path| {
        path.ends_with("plist") || path.ends_with(".test") || path.contains("-testcase-")
    })
}

fn encoded(folder: &Path) -> Result<Vec<Given>> {
    let all = chosen(folder, |path| path.ends_with(".uu"))?;
    Ok(all
        .into_iter()
        .map(|(name, text)| (name.trim_end_matches(".uu").to_owned(), decoded(&text)))
        .collect())
}

/// As `uuencode` of POSIX writes it: a length and groups of four characters that hold six bits each.
fn decoded(text: &[u8]) -> Vec<u8> {
    let six = |byte: Option<&u8>| byte.map_or(0, |byte| byte.wrapping_sub(b' ') & 0x3f);
    let mut bytes = Vec::new();
    let lines = text.split(|byte| *byte == b'\n');
    for line in lines.skip_while(|line| !line.starts_with(b"begin ")).skip(1) {
        let Some((first, rest)) = line.split_first() else { continue };
        let length = usize::from(six(Some(first)));
        if length == 0 {
            break;
        }
        let groups = rest.chunks(4).flat_map(|group| {
            let [a, b, c, d] = [0, 1, 2, 3].map(|at| six(group.get(at)));
            [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]
        });
        bytes.extend(groups.take(length));
    }
    bytes
}

/// Rows of the table `db`: each content is a whole database (`test/fuzzcheck.c`).
fn databases(folder: &Path) -> Result<Vec<Given>> {
    let mut all = Vec::new();
    for (name, bytes) in chosen(&folder.join("test"), |path| path.ends_with(".db"))? {
        let path = folder.join("test").join(&name);
        let file = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let held = file.prepare("SELECT dbid, CAST(dbcontent AS BLOB) FROM db ORDER BY dbid");
        if let Ok(mut held) = held {
            let row = |row: &rusqlite::Row<'_>| {
                Ok((format!("{name}-{}", row.get::<_, i64>(0)?), row.get(1)?))
            };
            for one in held.query_map([], row)? {
                all.push(one?);
            }
        }
        all.push((name, bytes));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::decoded;

    /// The example of POSIX.1-2017, `uuencode`, and a length that is no multiple of three.
    #[test]
    fn text_becomes_bytes() {
        assert_eq!(decoded(b"begin 644 cat.txt\n#0V%T\n`\nend\n"), b"Cat");
        assert_eq!(decoded(b"x\nbegin 644 a\n\"0V$ \n \nend\n"), b"Ca");
        assert_eq!(decoded(b"#0V%T\n"), b"");
    }
}
