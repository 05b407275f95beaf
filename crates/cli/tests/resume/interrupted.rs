//! Ctrl-C and SIGTERM: what the program says, what it leaves, and that the next run goes on from there.

use crate::work::Work;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, SystemTime};

#[test]
fn a_run_that_is_told_to_end_says_how_to_go_on_and_the_next_one_does() {
    let work = Work::new(24, &[]);
    work.whole("whole");
    let expected = work.results("whole");

    let first = told_to_end(&work, "INT", 2);
    let kept = kept(&work);
    assert!(first.len() == 1 && says_kept(&work, &first[0]), "{first:?}");

    // What the first one has read is not read again: its files are as it left them.
    let second = told_to_end(&work, "TERM", kept.len() + 3);
    assert!(second[0] == says_left(kept.len()) && says_kept(&work, &second[1]), "{second:?}");
    let more = self::kept(&work);
    for (file, changed) in &kept {
        assert_eq!(more.get(file), Some(changed), "{} was written anew", file.display());
    }

    let third = work.command("out").stderr(Stdio::piped()).output().unwrap();
    assert_eq!(String::from_utf8(third.stderr).unwrap(), format!("{}\n", says_left(more.len())));
    assert_eq!(work.results("out"), expected);
}

/// A run that ended while it wrote its results has left some of them under their names; they are no
/// report that would have to be kept.
#[test]
fn results_that_are_not_whole_are_written_anew() {
    let work = Work::new(6, &[]);
    work.whole("whole");
    work.begun("out");
    fs::copy(work.at.join("whole/report.json"), work.at.join("out/report.json")).unwrap();
    work.whole("out");
    assert_eq!(work.results("out"), work.results("whole"));
    let again = work.command("out").stderr(Stdio::piped()).output().unwrap();
    let says = String::from_utf8(again.stderr).unwrap();
    assert!(again.status.code() == Some(2) && says.contains("holds a report.json"), "{says}");
}

/// Without a folder of results nothing is kept, and that is said.
#[test]
fn without_a_folder_nothing_is_kept() {
    let work = Work::new(60, &[]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_tamarisk"));
    command.args(["check", "--threads", "1"]).arg(work.at.join("apps"));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until_heeded(child.id());
    send("INT", child.id());
    let mut says = String::new();
    child.stderr.take().unwrap().read_to_string(&mut says).unwrap();
    let words =
        "interrupted: nothing is kept; with --out DIR, the same command goes on where it ended";
    assert_eq!(says, format!("tamarisk: {words}\n"));
    assert_eq!(child.wait().unwrap().code(), None, "by the signal itself");
}

/// On a terminal, the bar of progress tells how far it is and how long it will take; Ctrl-C there reaches
/// the workers too, and a shell sees 130.
#[test]
fn a_terminal_shows_an_estimate_and_takes_ctrl_c() {
    let work = Work::new(30, &[]);
    work.whole("whole");
    let mut words = vec![env!("CARGO_BIN_EXE_tamarisk").to_owned()];
    words.extend(work.args("out"));
    // util-linux's `script` runs it on a terminal of its own.
    let mut script = Command::new("script");
    script.args(["-q", "-e", "-c", &words.join(" "), "/dev/null"]);
    let spawned = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut terminal) = spawned else {
        println!("util-linux's script is not there; skipped");
        return;
    };
    let (mut keys, mut screen) = (terminal.stdin.take().unwrap(), terminal.stdout.take().unwrap());
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = screen.read(&mut bytes) {
            let _ = tell.send(bytes[..count].to_vec());
        }
    });
    work.wait_for("out", 3, &mut terminal);
    let mut shown = String::new();
    let more = |shown: &mut String| {
        let bytes = told.recv_timeout(Duration::from_secs(60)).ok();
        bytes.map(|bytes| shown.push_str(&String::from_utf8_lossy(&bytes))).is_some()
    };
    while !has_an_estimate(&shown) {
        assert!(more(&mut shown), "no estimate: {shown:?}");
    }
    keys.write_all(b"\x03").unwrap();
    while more(&mut shown) {}
    assert_eq!(terminal.wait().unwrap().code(), Some(130), "{shown:?}");
    assert!(says_kept(&work, shown.lines().last().unwrap()), "{shown:?}");
    work.whole("out");
    assert_eq!(work.results("out"), work.results("whole"));
}

/// `reading ███ 1.20 MiB of 9.60 MiB, about 8s left`.
fn has_an_estimate(shown: &str) -> bool {
    shown.split("reading ").any(|bar| {
        let Some((done, left)) = bar.split_once(", about ") else { return false };
        let sizes = done.split_once("B of ").is_some_and(|(_, total)| total.ends_with('B'));
        let time = left.split_once(" left").map(|(time, _)| time);
        sizes && time.is_some_and(|time| time.ends_with('s') || time.ends_with('m'))
    })
}

/// Runs into `out` until the records of so many artifacts are kept, and sends a signal; yields what it
/// said. Whatever it had made for temporary files must be gone.
fn told_to_end(work: &Work, signal: &str, artifacts: usize) -> Vec<String> {
    let mut child = work.command("out").stderr(Stdio::piped()).spawn().unwrap();
    work.wait_for("out", artifacts, &mut child);
    send(signal, child.id());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        output.status.code(),
        None,
        "by the signal itself, which a shell shows as 130 or 143"
    );
    assert_eq!(fs::read_dir(work.at.join("temporary")).unwrap().count(), 0);
    assert!(!work.at.join("out/report.json").exists());
    String::from_utf8(output.stderr).unwrap().lines().map(str::to_owned).collect()
}

/// Waits for the thread that watches for signals: it begins before the evidence is read.
fn wait_until_heeded(process: u32) {
    let threads = format!("/proc/{process}/task");
    let named = |thread: &fs::DirEntry| fs::read_to_string(thread.path().join("comm"));
    for _ in 0..6_000 {
        let mut threads = fs::read_dir(&threads).into_iter().flatten().flatten();
        if threads.any(|thread| named(&thread).is_ok_and(|name| name.trim_end() == "signals")) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("nothing watches for signals");
}

fn send(signal: &str, process: u32) {
    let line = format!("kill -{signal} {process}");
    assert!(Command::new("sh").args(["-c", &line]).status().unwrap().success());
}

/// The files of records, and when each was written.
fn kept(work: &Work) -> BTreeMap<PathBuf, SystemTime> {
    let changed = |file: &Path| fs::metadata(file).unwrap().modified().unwrap();
    work.partial("out").into_iter().map(|file| (file.clone(), changed(&file))).collect()
}

/// Whether it says what is kept, where, and how to go on. Of an artifact that became whole between these
/// words and the end it says nothing yet.
fn says_kept(work: &Work, line: &str) -> bool {
    let folder = work.at.join("out/.partial").display().to_string();
    let words = |count: usize| {
        format!(
            "tamarisk: interrupted: what was read of {count} artifacts is kept in {folder}; the same command goes on from there"
        )
    };
    let count = kept(work).len();
    line == words(count) || line == words(count - 1)
}

fn says_left(count: usize) -> String {
    format!("tamarisk: an interrupted run has left what it read of {count} artifacts")
}
