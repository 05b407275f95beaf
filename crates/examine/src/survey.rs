//! Finding out what the PATHs given are.

use crate::ordered;
use crate::plan::{JOURNAL, Opening, Plan, Refused, Unlock, gap, join, name_of};
use crate::reader::Reader;
use crate::walk::{self, Found};
use evidence::{FileKey, Job, Limits, Passwords, Role};
use model::{Gap, Item, Recognised, SourceKind};
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// What planning needs to know beside the PATHs.
pub struct Survey<'a> {
    /// How much one artifact may cost.
    pub limits: &'a Limits,
    /// How many threads read.
    pub threads: usize,
    /// Does the reading.
    pub reader: &'a dyn Reader,
}

impl Survey<'_> {
    /// Looks at each of `paths` and plans what to read. Never fails: what cannot be opened or
    /// recognised is in [`Plan::refused`], and in the report as a gap.
    pub fn plan(&self, paths: &[PathBuf], unlock: &mut dyn Unlock) -> Plan {
        let mut plan = Plan::default();
        for path in paths {
            let name = name_of(path);
            let refused = match fs::metadata(path) {
                Ok(meta) if meta.is_dir() => self.folder(path, &name, unlock, &mut plan),
                Ok(meta) if meta.is_file() => self.file(path, &name, unlock, &mut plan),
                Ok(_) => Err("it is neither a file nor a folder".to_owned()),
                Err(error) => Err(format!("it cannot be opened: {error}")),
            };
            if let Err(reason) = refused {
                let gap =
                    Gap { artifact: Some(name.clone()), position: None, reason: reason.clone() };
                plan.gaps.push((None, gap));
                plan.refused.push(Refused { path: name, reason });
            }
        }
        // Whoever could not be asked was told of when the backup was found.
        if let Ok(passwords) = unlock.passwords(None) {
            plan.give_passwords(&passwords);
        }
        plan
    }

    /// Plans one file given by name.
    fn file(
        &self,
        path: &Path,
        name: &str,
        unlock: &mut dyn Unlock,
        plan: &mut Plan,
    ) -> Result<(), String> {
        let found = Found { on_disk: path.to_path_buf(), path: name.to_owned() };
        let input = Surveyed::unlocked(found, unlock)?;
        let seen = self.survey(&input);
        match seen.recognised {
            Some(recognised) => {
                plan.add(name.to_owned(), input, recognised, seen.gaps);
                Ok(())
            }
            None => Err(seen.why()),
        }
    }

    /// Plans a folder: acquisitions and bug reports that lie in it as folders, then every other
    /// file by itself.
    fn folder(
        &self,
        path: &Path,
        name: &str,
        unlock: &mut dyn Unlock,
        plan: &mut Plan,
    ) -> Result<(), String> {
        let walked = walk::walk(path);
        let before = plan.sources.len();
        let paths: Vec<&str> = walked.files.iter().map(|file| file.path.as_str()).collect();
        let roots = parsers::recognise(&paths);
        let (mut files, others) = below(&roots, walked.files, |file| &file.path);
        let (mut gaps, other_gaps) = below(&roots, walked.gaps, |(path, _)| path);
        for root in roots {
            let at = join(name, root.root.trim_end_matches('/'));
            let files = files.remove(&root.root).unwrap_or_default();
            let gaps = gaps.remove(&root.root).unwrap_or_default();
            plan.add_folder(at, root.kind, &root.root, files, gaps);
        }
        let unknown = self.loose_files(name, others, unlock, plan);
        if plan.sources.len() == before {
            return Err("nothing in this folder is an acquisition, a bug report or an app".into());
        }
        plan.add_rest(name, unknown, other_gaps);
        Ok(())
    }

    /// Surveys files that belong to no acquisition; returns those that are no source.
    fn loose_files(
        &self,
        name: &str,
        files: Vec<Found>,
        unlock: &mut dyn Unlock,
        plan: &mut Plan,
    ) -> Vec<Unrecognised> {
        let mut unknown = Vec::new();
        let mut inputs = Vec::new();
        let journals: HashMap<String, PathBuf> = files
            .iter()
            .filter(|file| file.path.ends_with(JOURNAL))
            .map(|file| (file.path.clone(), file.on_disk.clone()))
            .collect();
        for found in files {
            let path = found.path.clone();
            match Surveyed::unlocked(found.clone(), unlock) {
                Ok(input) => inputs.push(input),
                Err(reason) => {
                    unknown.push(Unrecognised { found, failed: Some(vec![gap(&path, reason)]) })
                }
            }
        }
        let mut seen = Vec::with_capacity(inputs.len());
        ordered::run(
            self.threads,
            inputs.iter(),
            |input, give| give(self.survey(input)),
            |_| 0,
            |surveyed| seen.push(surveyed),
            || {},
        );
        let mut logs: BTreeMap<String, Vec<Found>> = BTreeMap::new();
        for (input, seen) in inputs.into_iter().zip(seen) {
            match seen.recognised {
                // One export is many files; those of one folder are one source.
                Some(Recognised { kind: SourceKind::IntrusionLogs, ref members, .. })
                    if members.is_empty() && input.key.is_none() =>
                {
                    let folder = input.found.path.rsplit_once('/').map_or("", |(folder, _)| folder);
                    logs.entry(folder.to_owned()).or_default().push(input.found);
                }
                Some(recognised) => {
                    let journal = journals.get(&format!("{}{JOURNAL}", input.found.path));
                    plan.add(join(name, &input.found.path), input, recognised, seen.gaps);
                    plan.give_journal(journal);
                }
                None => unknown.push(Unrecognised {
                    found: input.found,
                    failed: seen.failed.then_some(seen.gaps),
                }),
            }
        }
        for (folder, files) in logs {
            let root = if folder.is_empty() { String::new() } else { format!("{folder}/") };
            plan.add_folder(
                join(name, &folder),
                SourceKind::IntrusionLogs,
                &root,
                files,
                Vec::new(),
            );
        }
        unknown.sort_by(|a, b| a.found.path.cmp(&b.found.path));
        unknown
    }

    fn survey(&self, input: &Surveyed) -> Seen {
        let mut seen = Seen::default();
        let opened = match input.input.open() {
            Ok(opened) => opened,
            Err(error) => {
                seen.failed = true;
                seen.gaps.push(gap(&input.found.path, format!("it cannot be opened: {error}")));
                return seen;
            }
        };
        let job = Job {
            input: opened,
            path: input.found.path.clone(),
            role: Role::Survey,
            journal: None,
            key: input.key.clone(),
            passwords: Passwords::default(),
            limits: self.limits.clone(),
            progress: Arc::new(AtomicU64::new(0)),
        };
        self.reader.read(&job, &mut |item| match item {
            Item::Recognised(recognised) => seen.recognised = Some(recognised),
            Item::Gap(gap) => seen.gaps.push(gap),
            Item::Artifact(artifact) => seen.failed |= artifact.status.leaves_a_gap(),
            Item::Observation(_) => {}
        });
        seen
    }
}

/// What lies in which of the folders `roots`, and what lies in none. No root lies inside
/// another one, so that only the last one at or before a path, in path order, can hold it.
fn below<T>(
    roots: &[parsers::Found],
    all: Vec<T>,
    path: impl Fn(&T) -> &str,
) -> (BTreeMap<String, Vec<T>>, Vec<T>) {
    let mut held: BTreeMap<String, Vec<T>> =
        roots.iter().map(|root| (root.root.clone(), Vec::new())).collect();
    let mut others = Vec::new();
    for one in all {
        let up_to = (Bound::Unbounded, Bound::Included(path(&one)));
        let root = held.range_mut::<str, _>(up_to).next_back();
        match root.filter(|(root, _)| path(&one).starts_with(root.as_str())) {
            Some((_, inside)) => inside.push(one),
            None => others.push(one),
        }
    }
    (held, others)
}

/// A file to survey, with the key that opens it.
pub(crate) struct Surveyed {
    pub(crate) found: Found,
    pub(crate) input: Opening,
    pub(crate) key: Option<FileKey>,
}

impl Surveyed {
    /// Opens the file's key if it is encrypted.
    fn unlocked(found: Found, unlock: &mut dyn Unlock) -> Result<Self, String> {
        let file = File::open(&found.on_disk).map_err(|e| format!("it cannot be opened: {e}"))?;
        let file = Arc::new(file);
        if evidence::is_backup_lock(&file) {
            unlock.passwords(Some(&found.path))?;
        }
        if !evidence::is_age(&file) {
            let input = Opening::OnDisk(found.on_disk.clone());
            return Ok(Self { found, input, key: None });
        }
        let key = unlock.file_key(&file, &found.path)?;
        Ok(Self { found, input: Opening::Open(file), key: Some(key) })
    }
}

/// What a survey told.
#[derive(Default)]
struct Seen {
    recognised: Option<Recognised>,
    gaps: Vec<Gap>,
    /// It is of a known kind, and could not be read.
    failed: bool,
}

impl Seen {
    fn why(&self) -> String {
        let reasons: Vec<&str> = self.gaps.iter().map(|gap| gap.reason.as_str()).collect();
        if reasons.is_empty() {
            "it is no acquisition, bug report or app that this version knows".into()
        } else {
            reasons.join("; ")
        }
    }
}

/// A file in a folder that is no source.
pub(crate) struct Unrecognised {
    pub(crate) found: Found,
    /// The gaps of a file that is of a known kind, but could not be read.
    pub(crate) failed: Option<Vec<Gap>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_goes_to_the_one_folder_that_holds_it() {
        let root = |root: &str| parsers::Found { kind: SourceKind::Androidqf, root: root.into() };
        let roots = [root("b/"), root("a/x/"), root("b!/")];
        let files = ["a/w", "a/x", "a/x/1", "a/x/y/2", "b!/3", "b", "b/4", "b0/5", "c"];
        let (held, others) = below(&roots, files.to_vec(), |file| file);
        let of = |root: &str| held.get(root).map(Vec::as_slice);
        assert_eq!(of("a/x/"), Some(&["a/x/1", "a/x/y/2"][..]));
        assert_eq!((of("b/"), of("b!/")), (Some(&["b/4"][..]), Some(&["b!/3"][..])));
        assert_eq!(others, ["a/w", "a/x", "b", "b0/5", "c"]);
        let (held, others) = below(&[root("")], files.to_vec(), |file| file);
        assert_eq!((held.get("").map(Vec::len), others.len()), (Some(9), 0));
    }
}
