//! A page in Chromium from the distribution: what became of it, and what the browser complained of.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a browser did with a page.
pub(crate) struct Seen {
    /// The hosts that it asked for, its own habits (updates and the like) among them.
    pub(crate) hosts: BTreeSet<String>,
    /// Size of the picture in bytes.
    pub(crate) picture: u64,
    /// The elements as they stood after loading, as HTML.
    pub(crate) dom: String,
    /// Lines of the page's console: what its policy refused, what its scripts said or did wrong.
    pub(crate) complaints: Vec<String>,
}

impl Seen {
    /// Whether the page came to have an element of this name.
    pub(crate) fn has(&self, element: &str) -> bool {
        let begins = format!("<{element}");
        let dom = self.dom.to_ascii_lowercase();
        dom.match_indices(&begins)
            .any(|(at, _)| dom[at + begins.len()..].starts_with([' ', '>', '/', '\n']))
    }
}

/// Opens a page in headless Chromium; `None` where there is none.
pub(crate) fn open(page: &Path, work: &Path) -> Option<Seen> {
    let log = work.join("net.json");
    let picture = work.join("page.png");
    let output = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--enable-logging=stderr", "--v=0", "--dump-dom"])
        .arg(format!("--user-data-dir={}", work.join("profile").display()))
        .arg(format!("--log-net-log={}", log.display()))
        .arg(format!("--screenshot={}", picture.display()))
        .arg("--window-size=1100,2400")
        .arg(format!("file://{}", page.display()))
        .stdin(Stdio::null())
        .output()
        .ok()?;
    assert!(output.status.success(), "chromium failed on {}", page.display());
    let log = fs::read_to_string(log).unwrap();
    let hosts = log
        .match_indices("\"url\":\"http")
        .filter_map(|(at, found)| {
            let url = log.get(at + found.len()..)?.split_once("://")?.1;
            Some(url.split(['/', '"', '?', ':']).next()?.to_owned())
        })
        .collect();
    let picture = fs::metadata(picture).map_or(0, |meta| meta.len());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let complaints =
        said.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect();
    Some(Seen {
        hosts,
        picture,
        dom: String::from_utf8_lossy(&output.stdout).into_owned(),
        complaints,
    })
}
