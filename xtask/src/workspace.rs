//! Where things lie: the workspace, its packages, its source files, the shared folder.

use anyhow::{Context, Result};
use cargo_metadata::{Metadata, MetadataCommand, Package};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The workspace as cargo sees it.
pub(crate) struct Workspace {
    /// Folder of the root Cargo.toml.
    pub(crate) root: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
    /// What `cargo metadata` says.
    pub(crate) metadata: Metadata,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn load() -> Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let metadata = MetadataCommand::new()
            .manifest_path(here.with_file_name("Cargo.toml"))
            .other_options(["--locked".to_owned()])
            .exec()
            .context("cargo metadata failed")?;
        let root = metadata.workspace_root.clone().into_std_path_buf();
        let target = metadata.target_directory.clone().into_std_path_buf();
        Ok(Self { root, target, metadata })
    }

    /// Our own packages, in order of name.
    pub(crate) fn packages(&self) -> Vec<&Package> {
        let mut packages = self.metadata.workspace_packages();
        packages.sort_by(|one, other| one.name.cmp(&other.name));
        packages
    }

    /// Folder with public case sets and generators that lies beside the project on the
    /// developers' machines: `$TAMARISK_SHARED`, else `../shared`. `None` where it is absent.
    pub(crate) fn shared(&self) -> Option<PathBuf> {
        let folder = match env::var_os("TAMARISK_SHARED") {
            Some(folder) => PathBuf::from(folder),
            None => self.root.parent()?.join("shared"),
        };
        folder.is_dir().then_some(folder)
    }

    /// `path` as messages name it: below the root, with `/`.
    pub(crate) fn show(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        path.components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect::<Vec<_>>()
            .join("/")
    }
}

/// Every file below `folder`, in order of path, without build output and git's own files.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            let name = entry.file_name();
            if kind.is_file() {
                files.push(entry.path());
            } else if kind.is_dir() && name != "target" && name != ".git" {
                folders.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}
