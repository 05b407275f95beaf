//! Real apps, and the DEX files in them.

use rawzip::{CompressionMethod, ZipArchive};
use std::io::Read;
use std::path::{Path, PathBuf};

/// The target folder of this build.
pub(crate) fn target() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    // …/target/debug/deps/test
    program.ancestors().nth(3).unwrap().to_owned()
}

/// The real apps that `cargo xtask test` fetches; none where they are absent.
pub(crate) fn apps() -> Vec<PathBuf> {
    let folder = target().join("peers/apks");
    let mut found = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "apk") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// `classes.dex`, `classes2.dex` … of an APK, in the order in which Android loads them.
pub(crate) fn dex_members(apk: &Path) -> Vec<Vec<u8>> {
    let bytes = std::fs::read(apk).unwrap();
    let archive = ZipArchive::from_slice(&bytes).unwrap();
    let mut found = Vec::new();
    for entry in archive.entries() {
        let entry = entry.unwrap();
        let name = String::from_utf8_lossy(entry.file_path().as_ref()).into_owned();
        let Some(number) = name.strip_prefix("classes").and_then(|rest| rest.strip_suffix(".dex"))
        else {
            continue;
        };
        let number: u32 = if number.is_empty() { 1 } else { number.parse().unwrap() };
        let data = archive.get_entry(entry.wayfinder()).unwrap();
        let mut content = Vec::new();
        if entry.compression_method() == CompressionMethod::STORE {
            content.extend_from_slice(data.data());
        } else {
            flate2::read::DeflateDecoder::new(data.data()).read_to_end(&mut content).unwrap();
        }
        found.push((number, content));
    }
    found.sort();
    found.into_iter().map(|(_, content)| content).collect()
}
