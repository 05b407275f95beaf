//! Evidence made of the files of a corpus: each where the parser reads it that is fit for it, and each
//! once as it is.

use super::source::Given;
use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};

/// Names of databases that have a reader; the files take turns.
const DATABASES: [&str; 5] =
    ["History", "mmssms.db", "places.sqlite", "downloads.db", "msgstore.db"];

/// What lies ready to be read.
pub(super) struct Laid {
    /// An acquisition that holds all of them.
    pub(super) acquisition: PathBuf,
    /// A bug report that holds the archives as bug reports, so that every member is inflated.
    pub(super) report: PathBuf,
    /// Each as a file of its own, as it is; archives of tar also as Android backups.
    pub(super) bare: Vec<PathBuf>,
}

/// Writes the files into `folder`, which is emptied before.
pub(super) fn out(folder: &Path, files: &[Given]) -> Result<Laid> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let acquisition = folder.join("acquisition");
    let report = folder.join("report");
    let as_it_is = folder.join("bare");
    fs::create_dir_all(report.join("zips"))?;
    fs::write(report.join("main_entry.txt"), "none")?;
    fs::create_dir_all(&as_it_is)?;
    fs::create_dir_all(acquisition.join("apks"))?;
    fs::create_dir_all(acquisition.join("logs"))?;
    fs::write(acquisition.join("acquisition.json"), "{}")?;
    let mut bare = Vec::new();
    for (number, (name, bytes)) in files.iter().enumerate() {
        let short: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let short = format!("{number:05}-{}", short.get(..60).unwrap_or(&short));
        fs::write(acquisition.join(fit(number, &short, name, bytes, &acquisition)?), bytes)?;
        if is_zip(name, bytes) {
            let name = format!("bugreport-{number:05}.zip");
            fs::write(report.join("zips").join(name), bytes)?;
        }
        // Databases are read by their names alone; ten thousand more files show nothing new.
        if bytes.starts_with(b"SQLite format 3") || name.starts_with("fuzzdata") {
            continue;
        }
        let path = as_it_is.join(&short);
        fs::write(&path, bytes)?;
        bare.push(path);
        if bytes.get(257..262) == Some(b"ustar") || name.contains("tar") {
            // A header, then a tar archive (AOSP, `BackupManagerService`).
            let path = as_it_is.join(format!("{short}.ab"));
            fs::write(&path, [b"ANDROID BACKUP\n5\n0\nnone\n", &bytes[..]].concat())?;
            bare.push(path);
        }
    }
    Ok(Laid { acquisition, report, bare })
}

/// Where in an acquisition such a file is read.
fn fit(number: usize, short: &str, name: &str, bytes: &[u8], folder: &Path) -> Result<PathBuf> {
    if bytes.starts_with(b"SQLite format 3") || name.starts_with("fuzzdata") {
        let own = Path::new("databases").join(short);
        fs::create_dir_all(folder.join(&own))?;
        return Ok(own.join(DATABASES[number % DATABASES.len()]));
    }
    Ok(match is_zip(name, bytes) {
        true => Path::new("apks").join(format!("{short}.apk")),
        false => Path::new("logs").join(short),
    })
}

fn is_zip(name: &str, bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK") || name.contains("zip") || name.ends_with(".jar")
}
