//! `cargo xtask samples`: writes the synthetic acquisitions of `samples/` anew.

use crate::{run, workspace::Workspace};
use anyhow::Result;
use std::path::Path;

/// Writes `samples/` of the work tree.
pub(crate) fn run() -> Result<()> {
    let workspace = Workspace::load()?;
    let folder = workspace.root.join("samples");
    write(&workspace, &folder)?;
    println!("wrote {}", folder.display());
    Ok(())
}

/// Writes the samples into `folder`, from testkit's builders; the same bytes every time.
pub(crate) fn write(workspace: &Workspace, folder: &Path) -> Result<()> {
    let mut make = run::cargo(
        &workspace.root,
        ["run", "--quiet", "--locked", "--package", "testkit", "--bin", "make-samples", "--"],
    );
    run::succeed(make.arg(folder))
}
