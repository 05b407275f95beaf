//! Writes the report and what belongs to it into a folder.

use crate::failure::Failure;
use report::{Report, Summary, Timeline};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

const FILES: [&str; 4] = ["report.json", "report.html", "timeline.csv", "manifest.sha256"];

/// A folder that takes one report.
pub(crate) struct Folder {
    dir: PathBuf,
}

impl Folder {
    /// Makes the folder, before the long work starts. A report that lies there already is not
    /// replaced unless the user says so.
    pub(crate) fn prepare(dir: &Path, overwrite: bool) -> Result<Self, Failure> {
        fs::create_dir_all(dir).map_err(|error| unwritable(dir, &error))?;
        let there = FILES.iter().find(|name| dir.join(name).exists());
        if let (Some(name), false) = (there, overwrite) {
            let advice = "choose another folder, or replace it with --overwrite";
            let message = format!("{} holds a {name} already; {advice}", dir.display());
            return Err(Failure::new("output", message));
        }
        Ok(Self { dir: dir.to_path_buf() })
    }

    /// Writes all files; each appears under its name only when it is whole. Gives back what the
    /// HTML shows of the timeline.
    pub(crate) fn save(&self, report: &Report, timeline: Timeline) -> Result<Summary, Failure> {
        self.file("report.json", |out| report::json::write(out, report))?;
        self.file("report.html", |out| report::html::write(out, report, Some(timeline.summary())))?;
        self.file("manifest.sha256", |out| report::manifest::write(out, report))?;
        self.file("timeline.csv", |out| timeline.write_csv(out))
    }

    fn file<T>(
        &self,
        name: &str,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<T>,
    ) -> Result<T, Failure> {
        let part = self.dir.join(format!(".{name}.part"));
        let whole = self.dir.join(name);
        let written = File::create(&part).and_then(|file| {
            let mut out = BufWriter::with_capacity(1 << 16, file);
            let told = write(&mut out)?;
            out.flush()?;
            out.get_ref().sync_all()?;
            fs::rename(&part, &whole)?;
            Ok(told)
        });
        written.map_err(|error| {
            let _ = fs::remove_file(&part); // It may not be there; the first error is the one to tell.
            unwritable(&whole, &error)
        })
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new("output", format!("{} could not be written: {error}", path.display()))
}
