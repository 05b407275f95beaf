//! Building the targets. libFuzzer finds its way by counters that LLVM's pass `sancov-module`
//! puts on every edge. rustc has the switch for it on the nightly channel only; RUSTC_BOOTSTRAP
//! opens it on our pinned stable compiler, here and nowhere else. Arguments as cargo-fuzz gives them.

use crate::run::{cargo, succeed};
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;

const FLAGS: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
    "--cfg",
    "fuzzing",
];

/// Builds one target; yields the program.
pub(super) fn build(workspace: &Workspace, target: &str) -> Result<PathBuf> {
    let folder = workspace.target.join("fuzz");
    let host = host()?;
    // With `--target`, build scripts and macros are built without the flags.
    let args = ["build", "--release", "--quiet", "--target", &host, "--bin", target];
    let mut build = cargo(&workspace.root.join("fuzz"), args);
    build
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", &folder)
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\x1f"))
        .env_remove("RUSTFLAGS");
    succeed(&mut build).with_context(|| {
        format!(
            "the fuzz target {target} cannot be built here. It needs the compiler of \
             rust-toolchain.toml, a C++ compiler for libFuzzer (Debian: g++), the crate \
             libfuzzer-sys, and a system that libFuzzer runs on (Linux or macOS). Nothing else \
             in the project needs any of these"
        )
    })?;
    Ok(folder.join(host).join("release").join(target))
}

/// The triple of this machine.
fn host() -> Result<String> {
    let told = Command::new("rustc").arg("-vV").output().context("rustc")?;
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc -vV names no host")?.to_owned())
}
