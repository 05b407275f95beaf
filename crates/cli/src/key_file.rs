//! Key files: read and opened in one way, whatever is signed.

use crate::failure::Failure;
use crate::input::{first_line, prompted};
use advisory::SecretKey;
use clap::Args;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Bytes that a key file may have.
const MOST: u64 = 16 << 10;

/// A secret key and what opens it.
#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// The key file, as `tamarisk advisory keygen` makes it
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,

    /// File whose first line is its passphrase; - for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

impl KeyArgs {
    /// Opens it; asks for its passphrase where none is given.
    pub(crate) fn open(&self) -> Result<SecretKey, Failure> {
        self.unlock(&read(&self.key)?)
    }

    /// Opens what was read of it.
    pub(crate) fn unlock(&self, sealed: &[u8]) -> Result<SecretKey, Failure> {
        unlock(&self.key, sealed, self.passphrase_file.as_deref(), "--passphrase-file")
    }
}

/// The bytes of a key file; wiped after use.
pub(crate) fn read(file: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut bytes = Zeroizing::new(Vec::new());
    let read = File::open(file).and_then(|opened| opened.take(MOST).read_to_end(&mut bytes));
    read.map_err(|error| failed(file, &error))?;
    Ok(bytes)
}

/// Opens a sealed key with the first line of `passphrase`, or with what is typed; `instead` is the
/// option that names such a file.
pub(crate) fn unlock(
    file: &Path,
    sealed: &[u8],
    passphrase: Option<&Path>,
    instead: &str,
) -> Result<SecretKey, Failure> {
    let passphrase = match passphrase {
        Some(given) => first_line(given)?,
        None => prompted(&format!("Passphrase of {}", file.display()), instead)?,
    };
    SecretKey::open(sealed, &passphrase).map_err(|error| failed(file, &error))
}

/// Why a key file cannot be used.
pub(crate) fn failed(file: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::locked(format!("key file {}: {error}", file.display()))
}
