//! What an attempt knows of the world outside. It stands in the evidence: a worker is told nothing else.

use escapes::call;
use libc::*;
use std::collections::BTreeMap;
use std::ffi::CString;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Longest evidence that is looked at.
const LONGEST: usize = 64 << 10;

/// Where attempts go.
pub(crate) struct Ground {
    told: BTreeMap<String, String>,
    /// Descriptor of the evidence.
    pub(crate) evidence: i32,
}

impl Ground {
    /// The evidence that tells of `told`. It is a program as well, for those who manage to run it.
    pub(crate) fn write(told: &[(&str, String)], outside: &Path) -> String {
        let mut text = format!("#!/bin/sh\n{}\nexit 0\n", program(&outside.to_string_lossy()));
        for (name, value) in told.iter().chain([&("outside", outside.display().to_string())]) {
            text.push_str(&format!("{name}={value}\n"));
        }
        text
    }

    pub(crate) fn read(evidence: &File) -> io::Result<Self> {
        let mut bytes = vec![0; LONGEST];
        let length = evidence.read_at(&mut bytes, 0)?;
        let text = String::from_utf8_lossy(bytes.get(..length).unwrap_or_default()).into_owned();
        let lines = text.lines().filter_map(|line| line.split_once('='));
        let told = lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok(Self { told, evidence: evidence.as_raw_fd() })
    }

    /// A word of what was told.
    pub(crate) fn word(&self, name: &str) -> &str {
        self.told.get(name).map_or("", String::as_str)
    }

    pub(crate) fn number(&self, name: &str) -> usize {
        self.word(name).parse().unwrap_or_default()
    }

    /// A path below the folder outside.
    pub(crate) fn path(&self, name: &str) -> CString {
        text(&PathBuf::from(self.word("outside")).join(name).to_string_lossy())
    }

    /// What is run by those who start a program: it leaves a file.
    pub(crate) fn program(&self) -> CString {
        text(&program(self.word("outside")))
    }
}

fn program(outside: &str) -> String {
    format!("echo ran > {outside}/ran")
}

pub(crate) fn text(words: &str) -> CString {
    CString::new(words).unwrap_or_default()
}

/// Reads from an open descriptor.
pub(crate) fn taken(descriptor: usize) -> io::Result<String> {
    let mut bytes = [0; 4096];
    let length = call!(SYS_read, descriptor, &mut bytes[..], 4096)?;
    match bytes.get(..length) {
        None | Some([]) => Err(io::ErrorKind::UnexpectedEof.into()),
        Some(bytes) => Ok(format!("read {:?}", String::from_utf8_lossy(bytes))),
    }
}

/// Opens a path.
pub(crate) fn opened(path: &std::ffi::CStr, flags: i32) -> io::Result<usize> {
    call!(SYS_openat, AT_FDCWD, path, flags, 0o600)
}
