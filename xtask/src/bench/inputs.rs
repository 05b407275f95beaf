//! Large synthetic inputs, made by the generators in `../shared/bench` and kept below the
//! target folder. They are seeded: the same input every time, on every machine.

use crate::run::{command, succeed};
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;

/// An input by what it holds.
#[derive(Clone, Copy)]
pub(super) enum Input {
    /// Android bug report with this many MB of dumpstate text, and three planted apps.
    Bugreport(u32),
    /// AndroidQF folder with 300,000 files, three planted apps and a bug report of 30 MB.
    Androidqf,
    /// STIX: the values planted with the three apps, and no others.
    Planted,
    /// STIX: 5,000 made-up app ids and the three planted ones.
    Apps,
    /// STIX: 5,000 made-up app ids, 5,000 made-up hashes, and those of the planted apps.
    AppsAndHashes,
    /// STIX: 10,000 made-up domains, each with a relationship.
    FewDomains,
    /// STIX: 100,000 made-up domains, each with a relationship.
    Domains,
    /// The project's own small quiet phone.
    Quiet,
}

/// Makes inputs where they do not lie there yet.
pub(super) struct Inputs {
    generators: PathBuf,
    folder: PathBuf,
    samples: PathBuf,
}

impl Inputs {
    pub(super) fn new(workspace: &Workspace) -> Result<Self> {
        let shared = workspace.shared().context("bench needs the generators in ../shared/bench")?;
        let folder = workspace.target.join("bench-inputs");
        fs::create_dir_all(&folder)?;
        Ok(Self {
            generators: shared.join("bench"),
            folder,
            samples: workspace.root.join("samples"),
        })
    }

    /// Where the input lies; made first if need be.
    pub(super) fn path(&self, input: Input) -> Result<PathBuf> {
        match input {
            Input::Quiet => Ok(self.samples.join("quiet")),
            Input::Bugreport(megabytes) => {
                let packages = if megabytes >= 300 { "2000" } else { "600" };
                let size = megabytes.to_string();
                let name = format!("bugreport-{megabytes}.zip");
                self.made(&name, "gen_bugreport.py", &["--mb", &size, "--packages", packages])
            }
            Input::Androidqf => {
                let bugreport = self.path(Input::Bugreport(30))?;
                let bugreport = bugreport.to_string_lossy();
                self.made(
                    "androidqf",
                    "gen_androidqf.py",
                    &["--files", "300000", "--bugreport", &bugreport],
                )
            }
            Input::Planted => self.made("planted.json", "gen_stix.py", &["--plant", "3"]),
            Input::Apps => {
                self.made("apps.json", "gen_stix.py", &["--apps", "5000", "--plant", "3"])
            }
            Input::AppsAndHashes => self.made(
                "apps-and-hashes.json",
                "gen_stix.py",
                &["--apps", "5000", "--sha256", "5000", "--plant", "3"],
            ),
            Input::FewDomains => {
                self.made("few-domains.json", "gen_stix.py", &["--domains", "10000"])
            }
            Input::Domains => self.made("domains.json", "gen_stix.py", &["--domains", "100000"]),
        }
    }

    /// Made under another name and renamed, so that a broken run leaves nothing half made.
    fn made(&self, name: &str, generator: &str, args: &[&str]) -> Result<PathBuf> {
        let path = self.folder.join(name);
        if !path.exists() {
            println!("bench: making {name}");
            let part = self.folder.join(format!("part-{name}"));
            let mut python = command("python3", [self.generators.join(generator), part.clone()]);
            succeed(python.args(args))?;
            fs::rename(part, &path)?;
        }
        Ok(path)
    }
}
