//! The HTML report in a browser: it is drawn, and no request leaves the page. Needs Chromium
//! from the distribution; without it the test says so and is skipped.

#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use support::tamarisk;

/// What a browser did with a page.
struct Shown {
    /// The hosts that it asked for, its own habits (updates and the like) among them.
    hosts: BTreeSet<String>,
    /// Size of the picture in bytes.
    picture: u64,
}

/// Opens a page in headless Chromium; `None` where there is none.
fn show(page: &Path, work: &Path) -> Option<Shown> {
    let log = work.join("net.json");
    let picture = work.join("page.png");
    let status = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .arg(format!("--user-data-dir={}", work.join("profile").display()))
        .arg(format!("--log-net-log={}", log.display()))
        .arg(format!("--screenshot={}", picture.display()))
        .arg("--window-size=1100,2400")
        .arg(format!("file://{}", page.display()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .ok()?;
    assert!(status.success(), "chromium failed on {}", page.display());
    let log = fs::read_to_string(log).unwrap();
    let hosts = log
        .match_indices("\"url\":\"http")
        .filter_map(|(at, found)| {
            let url = log.get(at + found.len()..)?.split_once("://")?.1;
            Some(url.split(['/', '"', '?', ':']).next()?.to_owned())
        })
        .collect();
    Some(Shown { hosts, picture: fs::metadata(picture).unwrap().len() })
}

#[test]
fn the_report_is_drawn_and_asks_for_nothing() {
    let work = tempfile::tempdir().unwrap();
    let work = work.path().canonicalize().unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/phone");
    let out = work.join("out");
    let run = tamarisk(&["check", sample.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert_eq!(run.code, 1, "{}", run.stderr);

    let empty = work.join("empty.html");
    fs::write(&empty, "<!doctype html><title>empty</title>").unwrap();
    let Some(empty) = show(&empty, &work) else {
        println!("skipped: chromium is not installed (apt-get install chromium)");
        return;
    };
    // That the check can fail: a page that does ask is seen to ask.
    let asking = work.join("asking.html");
    fs::write(&asking, "<img src='http://asked-for.invalid/x.png'>").unwrap();
    let asking = show(&asking, &work).unwrap();
    assert!(asking.hosts.contains("asked-for.invalid"), "{:?}", asking.hosts);

    let report = show(&out.join("report.html"), &work).unwrap();
    let own_habits = |host: &&String| {
        empty.hosts.contains(*host)
            || host.ends_with("google.com")
            || host.ends_with("googleapis.com")
    };
    let asked: Vec<_> = report.hosts.iter().filter(|host| !own_habits(host)).collect();
    assert!(asked.is_empty(), "the page asks for {asked:?}");
    assert!(report.picture > empty.picture * 4, "{} bytes of picture", report.picture);
    let html = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(html.contains("org.thoughtcrime.securesmsplus"));
    assert!(!html.contains("<script"), "the report needs no script");
}
