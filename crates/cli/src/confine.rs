//! What the command gives up before it opens evidence: all but the files it was named, a folder for
//! temporary files, and the start of workers.

use crate::failure::Failure;
use crate::stage::Stage;
use isolate::Rights;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Where the libraries of programs lie; read and run when a worker is started.
const LIBRARIES: &[&str] = &[
    "/lib",
    "/lib32",
    "/lib64",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/nix/store",
    "/gnu/store",
];

/// What is held until the command ends.
pub(crate) struct Confined {
    /// Temporary files lie here; removed at the end.
    temporary: TempDir,
    /// What could not be set in force.
    pub(crate) missing: Vec<String>,
}

/// From now on, this process reads `read` and what lies below, writes what appears beside `stage`, and
/// starts itself as a worker.
pub(crate) fn reading(read: &[&Path], stage: Option<&Stage>) -> Result<Confined, Failure> {
    let failed = |error| Failure::output_at("the folder for temporary files", &error);
    let above = std::env::temp_dir();
    let temporary = tempfile::Builder::new().prefix("tamarisk-").tempdir().map_err(failed)?;
    // An error means that it is set already, by a test in this process.
    let _ = tempfile::env::override_temp_dir(temporary.path());
    let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("/proc/self/exe"));
    let mut rights = Rights {
        read: read.to_vec(),
        run: LIBRARIES.iter().map(Path::new).chain([program.as_path()]).collect(),
        write: vec![temporary.path()],
        tidy: vec![above.as_path()],
        // A passphrase may be asked for.
        terminal: vec![Path::new("/dev/tty"), Path::new("/dev/null")],
        // Each process looks which descriptors it holds.
        list: vec![Path::new("/proc")],
        ..Rights::default()
    };
    if let Some(stage) = stage {
        stage.add_to(&mut rights);
    }
    let missing = isolate::confine_host(&rights);
    Ok(Confined { temporary, missing })
}

impl Confined {
    /// The folder that temporary files lie in.
    pub(crate) fn temporary(&self) -> &Path {
        self.temporary.path()
    }
}
