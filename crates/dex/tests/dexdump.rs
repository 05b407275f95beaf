//! Every instruction, source line and exception handler of real apps, beside `dexdump -d`
//! (Debian's package `dexdump`). Skips, and says so, where program or apps are absent.

#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.

#[path = "support/listing.rs"]
mod listing;
mod support;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use support::apps;

#[test]
fn agrees_with_dexdump() {
    let apps = apps();
    if apps.is_empty() || Command::new("dexdump").output().is_err() {
        return println!(
            "skipped: no dexdump or no real apps here (cargo xtask test fetches both)"
        );
    }
    let mut compared = 0;
    for app in apps {
        let members = support::dex_members(&app);
        let ours = members.iter().flat_map(|bytes| listing::lines(bytes));
        let mut child = Command::new("dexdump")
            .arg("-d")
            .arg(&app)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let theirs = BufReader::new(child.stdout.take().unwrap()).split(b'\n');
        let mut theirs = theirs.filter_map(|line| listing::of_dexdump(&line.unwrap()));
        for (number, line) in ours.enumerate() {
            assert_eq!(Some(line), theirs.next(), "{}: line {number}", app.display());
            compared += 1;
        }
        assert_eq!(theirs.next(), None, "{}", app.display());
        child.wait().unwrap();
    }
    assert!(compared > 0);
    println!("{compared} lines agree");
}
