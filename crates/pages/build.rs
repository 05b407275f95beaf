//! Compiles the pages of `rules/` and `brands/` into the crate: a new rule, ability or
//! brand is one new file and no Rust.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let missing = |what: &str| io::Error::new(io::ErrorKind::NotFound, what.to_owned());
    let here = env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| missing("CARGO_MANIFEST_DIR"))?;
    let out = env::var_os("OUT_DIR").ok_or_else(|| missing("OUT_DIR"))?;
    let root = Path::new(&here).join("../..").canonicalize()?;
    let mut text = String::new();
    for (name, folder, ending, what) in [
        ("RULES", "rules/android", ".md", "Rule pages."),
        ("CAPABILITIES", "rules/capabilities", ".md", "Pages of abilities."),
        ("LISTS", "rules/lists", ".yaml", "Lists of values that rules share."),
        ("CONDITIONS", "rules/conditions", ".yaml", "Conditions that rules share."),
        ("BRANDS", "brands", ".yaml", "Genuine apps."),
    ] {
        let mut files = Vec::new();
        collect(&root.join(folder), ending, &mut files)?;
        files.sort();
        let _ = writeln!(text, "/// {what}\npub static {name}: Files = &[");
        for file in files {
            let below = file.strip_prefix(&root).unwrap_or(&file);
            let shown: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
            let _ = writeln!(text, "    ({:?}, include_str!({:?})),", shown.join("/"), file);
        }
        text.push_str("];\n");
    }
    fs::write(Path::new(&out).join("pages.rs"), text)
}

/// Files below `folder` with this ending. Depth is that of our own source tree.
fn collect(folder: &Path, ending: &str, into: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, ending, into)?;
        } else if path.to_string_lossy().ends_with(ending) {
            into.push(path);
        }
    }
    Ok(())
}
