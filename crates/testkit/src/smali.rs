//! DEX files assembled from smali by Debian's `smali` (package `smali`, of libsmali-java), whose
//! assembler and reader are not ours.

use std::path::Path;
use std::process::Command;

/// Assembles classes, each the text of one `.smali` file, into one DEX for this API level (35 and
/// above: 039, below 26: 035). `None` where `smali` is not installed; the caller tells the skip.
///
/// # Panics
/// Where the text is no smali, with what the assembler says.
#[must_use]
pub fn assemble(classes: &[&str], api: u32) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (number, text) in classes.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{number}.smali")), text).expect("room");
    }
    let made = folder.path().join("made.dex");
    run(folder.path(), &made, api)?;
    Some(std::fs::read(&made).expect("smali has written a file"))
}

fn run(folder: &Path, made: &Path, api: u32) -> Option<()> {
    let api = api.to_string();
    let mut smali = Command::new("smali");
    smali.args(["assemble", "--api", &api, "-o"]).arg(made).arg(folder);
    let done = match smali.output() {
        Ok(done) => done,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => panic!("smali cannot be run: {error}"),
    };
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && made.is_file(), "smali: {said}");
    Some(())
}
