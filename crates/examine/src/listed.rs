//! What an acquisition's own list says of its files, held against what was read.

use hashbrown::HashMap;
use model::{Artifact, Fact, Gap, Observation, Status};

/// Rows and files remembered of one source.
const MOST: usize = 1 << 20;

/// Files that the tool still writes when it makes the list.
const WRITTEN_ON: [&str; 2] = ["hashes.csv", "command.log"];

/// Rows from which the folder in front of them is told.
const TRIED: usize = 1_000;

/// The list and the files of one source.
#[derive(Default)]
pub(crate) struct Listed {
    /// Path of the list's own artifact.
    list: Option<String>,
    rows: Vec<(String, String)>,
    /// SHA-256 of each artifact that was read to its end; `None` of others that are there.
    files: HashMap<String, Option<String>>,
}

impl Listed {
    pub(crate) fn observation(&mut self, seen: &Observation) {
        if let Fact::FileListed(row) = &seen.fact
            && self.rows.len() < MOST
        {
            self.list.get_or_insert_with(|| seen.artifact.to_string());
            self.rows.push((row.path.replace('\\', "/"), row.sha256.clone()));
        }
    }

    pub(crate) fn artifact(&mut self, artifact: &Artifact) {
        if artifact.status != Status::Missing && self.files.len() < MOST {
            self.files.insert(artifact.path.clone(), artifact.sha256.clone());
        }
    }

    /// What differs: files that are not there, and gaps that say what is wrong.
    pub(crate) fn differences(&self) -> (Vec<Artifact>, Vec<Gap>) {
        let (mut missing, mut gaps) = (Vec::new(), Vec::new());
        let Some(base) = self.list.as_deref().and_then(|list| list.strip_suffix("hashes.csv"))
        else {
            return (missing, gaps);
        };
        let prefix = self.prefix(base);
        for (row, sha256) in &self.rows {
            let below = row.strip_prefix(prefix).unwrap_or(row);
            if WRITTEN_ON.contains(&below) {
                continue;
            }
            let path = format!("{base}{below}");
            let gap = |reason: String| Gap { artifact: Some(path.clone()), position: None, reason };
            match self.files.get(&path) {
                None => {
                    gaps.push(gap(
                        "hashes.csv of the acquisition lists it, and it is not there".into()
                    ));
                    missing.push(Artifact::bare(path, Status::Missing));
                }
                Some(Some(own)) if own != sha256 => gaps.push(gap(format!(
                    "its SHA-256 is {own}, and hashes.csv of the acquisition says {sha256}: it was \
                     cut or changed after it was acquired"
                ))),
                // What could not be read to its end is a gap already.
                Some(_) => {}
            }
        }
        (missing, gaps)
    }

    /// What stands before the files' paths in the list: the folder on the computer that made it. The
    /// one is taken under which most rows name files that are there.
    fn prefix(&self, base: &str) -> &str {
        let mut counts: HashMap<&str, u64> = HashMap::new();
        for (row, _) in self.rows.iter().take(TRIED) {
            let starts = row.match_indices('/').map(|(at, _)| at + 1).take(64);
            for start in std::iter::once(0).chain(starts) {
                let (prefix, below) = row.split_at(start);
                if self.files.contains_key(&format!("{base}{below}")) {
                    *counts.entry(prefix).or_default() += 1;
                }
            }
        }
        let best = counts.into_iter().max_by(|(a, of_a), (b, of_b)| {
            of_a.cmp(of_b).then(b.len().cmp(&a.len())).then(b.cmp(a))
        });
        best.map_or("", |(prefix, _)| prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Position;
    use model::fact::FileListed;
    use std::borrow::Cow;

    fn listed(rows: &[(&str, &str)], files: &[(&str, Option<&str>)]) -> (Vec<String>, Vec<String>) {
        let mut listed = Listed::default();
        for (path, sha256) in rows {
            let fact = FileListed { path: (*path).into(), sha256: (*sha256).into() }.into();
            let position = Position::default();
            let (artifact, parser) = ("a.zip!/u/hashes.csv".into(), Cow::Borrowed("x"));
            listed.observation(&Observation { fact, artifact, position, time: None, parser });
        }
        for (path, sha256) in files {
            let mut artifact = Artifact::bare(*path, Status::Unknown);
            artifact.sha256 = sha256.map(str::to_owned);
            listed.artifact(&artifact);
        }
        let (missing, gaps) = listed.differences();
        (
            missing.into_iter().map(|artifact| artifact.path).collect(),
            gaps.into_iter().map(|gap| gap.artifact.unwrap_or_default()).collect(),
        )
    }

    #[test]
    fn what_differs_or_is_not_there_is_told() {
        let files = [
            ("a.zip!/u/getprop.txt", Some("1")),
            ("a.zip!/u/logs/x/getprop.txt", Some("2")),
            ("a.zip!/u/cut.txt", None),
            ("a.zip!/u/hashes.csv", Some("9")),
            ("a.zip!/u/command.log", Some("8")),
        ];
        let rows = [
            ("C:\\forensics\\u\\getprop.txt", "1"),
            ("C:\\forensics\\u\\logs\\x\\getprop.txt", "2"),
            ("C:\\forensics\\u\\cut.txt", "3"),
            ("C:\\forensics\\u\\hashes.csv", "0"),
            ("C:\\forensics\\u\\command.log", "0"),
        ];
        assert_eq!(listed(&rows, &files), (vec![], vec![]));
        let changed = [
            ("/home/x/u/getprop.txt", "1"),
            ("/home/x/u/logs/x/getprop.txt", "3"),
            ("/home/x/u/gone.txt", "4"),
        ];
        let (missing, gaps) = listed(&changed, &files);
        assert_eq!(missing, ["a.zip!/u/gone.txt"]);
        assert_eq!(gaps, ["a.zip!/u/logs/x/getprop.txt", "a.zip!/u/gone.txt"]);
        // A file that is only deeper down is not the one that is listed.
        let (missing, _) = listed(
            &[("logs/x/getprop.txt", "2"), ("getprop.txt", "1"), ("x/getprop.txt", "1")],
            &files,
        );
        assert_eq!(missing, ["a.zip!/u/x/getprop.txt"]);
    }
}
