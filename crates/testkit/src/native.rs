//! Native libraries made by the C compiler that also links our own programs; inert.

use std::process::Command;

/// A library of this name for the machine that tests run on, with these functions, which do nothing.
/// `None` where there is no `cc` that makes such an ELF file; the caller tells the skip.
///
/// # Panics
/// Where there is no room for temporary files.
#[must_use]
pub fn library(name: &str, functions: &[&str]) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (source, made) = (folder.path().join("made.c"), folder.path().join(name));
    let text: String = functions.iter().map(|one| format!("void {one}(void) {{}}\n")).collect();
    std::fs::write(&source, text).expect("room");
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-nostdlib", "-fPIC", "-Wl,--build-id=0x0123456789abcdef"]);
    cc.arg(format!("-Wl,-soname,{name}")).arg("-o").arg(&made).arg(&source);
    let done = cc.output().ok().filter(|done| done.status.success());
    let bytes = done.and_then(|_| std::fs::read(&made).ok());
    bytes.filter(|bytes| bytes.starts_with(b"\x7fELF"))
}
