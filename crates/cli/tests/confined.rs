//! Commands that read what others wrote give up all else before they begin: while they wait for a pipe, a
//! file that they were named is put aside, and a link to another laid in its place.

#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.
#![cfg(unix)]

mod support;

use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use support::{Run, skipped};

const NONBLOCK: i32 = 0o4000;

/// What a command is given: `PIPE`, which it waits for, then `FILE`, which is swapped meanwhile.
const COMMANDS: &[(&[&str], &str)] = &[
    (&["indicators", "show", "PIPE", "FILE"], LIST),
    (&["indicators", "import", "PIPE", "FILE", "--output", "-"], LIST),
    (&["indicators", "import", "PIPE", "FILE", "--output", "OUT"], LIST),
    (&["indicators", "export", "PIPE", "FILE", "--to", "csv"], LIST),
    (&["indicators", "diff", "PIPE", "FILE"], LIST),
    (&["indicators", "lint", "--warninglist", "PIPE", "FILE"], WARNINGS),
    (&["check", "EVIDENCE", "--brands", "PIPE", "--brands", "FILE"], ""),
    (&["stix", "validate", "PIPE"], "[]"),
    (&["stix", "match", "--pattern", "[url:value = 'x']", "--observed", "PIPE"], "[]"),
    (&["brand", "add", "PIPE"], ""),
    (&["apk", "show", "PIPE"], ""),
    (&["verify", "RESULTS", "--identity", "PIPE", "--stamp", "FILE"], "IDENTITY"),
];

const LIST: &str = "evil.example\nworse.example\n";
const WARNINGS: &str = r#"{"name":"x","version":1,"description":"x","type":"string","list":["a.example"],"matching_attributes":["domain"]}"#;

/// The line of `/proc/PID/status`.
fn status(pid: u32, name: &str) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    Some(line.trim().to_owned())
}

/// Runs a command; once it waits for `pipe`, `meanwhile` happens, and then `fed` comes through.
fn run(args: &[String], pipe: &Path, fed: &str, meanwhile: impl FnOnce()) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tamarisk"))
        .args(args)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let began = Instant::now();
    // There is no way to write into a pipe that nobody reads.
    let mut open = loop {
        match fs::OpenOptions::new().write(true).custom_flags(NONBLOCK).open(pipe) {
            Ok(open) => break open,
            Err(_) if began.elapsed() < Duration::from_secs(60) => {
                assert!(child.try_wait().unwrap().is_none(), "{args:?} has ended");
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(error) => panic!("{args:?}: {error}"),
        }
    };
    assert_eq!(status(child.id(), "NoNewPrivs").as_deref(), Some("1"), "{args:?}");
    assert_eq!(status(child.id(), "Seccomp").as_deref(), Some("2"), "{args:?}");
    meanwhile();
    open.write_all(fed.as_bytes()).unwrap();
    drop(open);
    child.wait_with_output().unwrap().into()
}

#[test]
#[cfg(target_os = "linux")]
fn what_was_not_named_is_out_of_reach() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name);
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/quiet");
    let made = ["check", sample.to_str().unwrap(), "--out", at("results").to_str().unwrap()]
        .map(str::to_owned);
    let told = support::tamarisk(&made).stdout;
    if !told.contains("resource limits") || told.contains("missing") {
        return skipped("this system confines no commands");
    }
    // Files about apps are read in the order of their names.
    assert!(Command::new("mkfifo").arg(at("a-pipe")).status().unwrap().success());
    fs::write(at("elsewhere"), LIST).unwrap();
    let identity = age::x25519::Identity::generate().to_string();
    let identity = age::secrecy::ExposeSecret::expose_secret(&identity).to_owned();
    for (args, fed) in COMMANDS {
        for swap in [false, true] {
            let _ = fs::remove_file(at("file"));
            fs::write(at("file"), LIST).unwrap();
            let given = |word: &&str| match *word {
                "PIPE" => at("a-pipe").display().to_string(),
                "FILE" => at("file").display().to_string(),
                "OUT" => at("out").display().to_string(),
                "EVIDENCE" => sample.display().to_string(),
                "RESULTS" => at("results").display().to_string(),
                word => word.to_owned(),
            };
            let words: Vec<String> = args.iter().map(given).collect();
            let swaps = swap && args.contains(&"FILE");
            let fed = if *fed == "IDENTITY" { &*identity } else { *fed };
            let run = run(&words, &at("a-pipe"), fed, || {
                if swaps {
                    fs::rename(at("file"), at("aside")).unwrap();
                    symlink(at("elsewhere"), at("file")).unwrap();
                }
            });
            let refused = run.stderr.contains("ermission denied");
            assert_eq!(refused, swaps, "{args:?}: {} {}", run.code, run.stderr);
            assert!(!swaps || run.code == 2, "{args:?}: {}", run.code);
            let _ = fs::remove_file(at("out"));
        }
    }
    let left: Vec<_> =
        fs::read_dir(work.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains(".partial")), "{left:?}");
}
