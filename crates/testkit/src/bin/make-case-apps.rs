//! `make-case-apps [DIR]`: writes the apps of golden cases, by default to `cases/` of the project.

use std::fs;
use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases");
    let dir = std::env::args_os().nth(1).map_or_else(|| PathBuf::from(beside), PathBuf::from);
    for (path, bytes) in testkit::case_apps::case_apps() {
        let path = dir.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, bytes)?;
    }
    Ok(())
}
