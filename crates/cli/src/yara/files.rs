//! Finds and reads files of rules.

use crate::failure::Failure;
use crate::indicators::Files;
use model::Gap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use yara::{RuleFile, RuleSet, is_compiled};

/// Endings of files of rules. In a folder only these are taken; a file that is named itself may have
/// any.
const ENDINGS: &[&str] = &["yar", "yara", "rule", "rules"];
/// Endings of compiled rules.
const COMPILED: &[&str] = &["yarc", "yac", "yrc", "yxc"];
/// Bytes of one file of rules, and of all.
const MOST_BYTES: u64 = 64 << 20;
const MOST_IN_ALL: u64 = 256 << 20;

const REFUSED: &str = "it holds compiled rules, which are code that nobody can check and that only one \
                       version of YARA reads; give the text they were compiled from";

/// The sets of rules below these paths, each a file or the files of a folder, and what of the folders
/// is not used. A path that cannot be read ends the run.
pub(super) fn below(paths: &[PathBuf]) -> Result<(Vec<RuleSet>, Vec<Gap>), Failure> {
    let (mut sets, mut gaps) = (Vec::new(), Vec::new());
    let mut left = MOST_IN_ALL;
    for path in paths {
        let found = Files::below(std::slice::from_ref(path))
            .map_err(|failure| Failure::new("yara", format!("--yara: {}", failure.message)))?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let mut files = Vec::new();
        for file in found.files {
            if !file.named && !has_ending(&file.path, ENDINGS) && !has_ending(&file.path, COMPILED)
            {
                continue;
            }
            match read(&file.path, &mut left) {
                Ok(bytes) => {
                    let below = file.name.strip_prefix(&name).map(|rest| rest.trim_matches('/'));
                    let below = below.filter(|rest| !rest.is_empty()).unwrap_or(&file.name);
                    files.push(RuleFile { name: below.to_owned(), bytes });
                }
                Err(why) if file.named => {
                    return Err(Failure::new("yara", format!("--yara {}: {why}", path.display())));
                }
                Err(why) => gaps.push(gap(&file.name, &why)),
            }
        }
        gaps.extend(found.unread.iter().map(|(name, why)| gap(name, why)));
        sets.push(RuleSet { name, files });
    }
    Ok((sets, gaps))
}

fn gap(name: &str, why: &str) -> Gap {
    Gap { artifact: None, position: None, reason: format!("YARA rules {name} are not used: {why}") }
}

fn read(path: &Path, left: &mut u64) -> Result<Vec<u8>, String> {
    let most = MOST_BYTES.min(*left);
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if is_compiled(&bytes) {
        return Err(REFUSED.to_owned());
    }
    let len = bytes.len() as u64;
    if len > most {
        return Err(format!("more than {most} bytes of rules"));
    }
    *left -= len;
    Ok(bytes)
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    ending.is_some_and(|ending| endings.contains(&ending.as_str()))
}
