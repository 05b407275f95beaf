//! A run that is killed at any point and started again comes to the same report, byte for byte.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // In tests a failed unwrap is a failed test.

mod support;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use support::tamarisk;
use testkit::apk::{Apk, Scheme, Signer};
use testkit::dex::{Call, Class, Dex, Op};

/// A row of numbers that look random, the same in each run (Knuth, MMIX).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}

/// A folder of apps, each with code to walk through and bytes that do not shrink.
fn apps(folder: &Path, count: u32) {
    fs::create_dir_all(folder).unwrap();
    let mut numbers = Numbers(1);
    for number in 0..count {
        let class = format!("Lorg/example/a{number}/Main;");
        let mut main = Class::new(&class, "Landroid/content/BroadcastReceiver;");
        for method in 0..300 {
            let next = format!("m{}", method + 1);
            let text = format!("https://host{}.example/{method}", numbers.next());
            let code = vec![Op::ConstString(0, text), Op::call(Call::Static, &class, &next, "()V")];
            main = main.method_with(&format!("m{method}"), "()V", 0x9, Some(code));
        }
        let bytes: Vec<u8> = (0..300_000).map(|_| numbers.next() as u8).collect();
        let app = Apk::new(&format!("org.example.a{number}"))
            .receiver(format!("org.example.a{number}.Main").as_str())
            .permission("android.permission.RECORD_AUDIO")
            .member("classes.dex", Dex { classes: vec![main] }.bytes())
            .stored("assets/data", bytes)
            .sign(Signer::A, &[Scheme::V1, Scheme::V2]);
        fs::write(folder.join(format!("{number:03}.apk")), app.build()).unwrap();
    }
}

struct Work {
    _folder: tempfile::TempDir,
    at: PathBuf,
    more: Vec<String>,
    threads: Cell<u32>,
}

impl Work {
    fn new(count: u32, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().canonicalize().unwrap();
        apps(&at.join("apps"), count);
        let more = more.iter().map(|arg| (*arg).to_owned()).collect();
        Self { _folder: folder, at, more, threads: Cell::new(1) }
    }

    fn args(&self, out: &str) -> Vec<String> {
        let path = |name: &str| self.at.join(name).display().to_string();
        let mut args = vec!["check".to_owned(), path("apps"), "--out".to_owned(), path(out)];
        args.extend(["--now", "2026-11-22T00:00:00Z", "--threads"].map(str::to_owned));
        args.push(self.threads.get().to_string());
        args.extend(self.more.iter().cloned());
        args
    }

    /// A run from its beginning to its end: how long it took, and its code.
    fn whole(&self, out: &str) -> (Duration, i32) {
        let begun = Instant::now();
        let code = self.spawn(out).wait().unwrap().code();
        assert!(matches!(code, Some(0 | 1 | 3)), "{code:?}");
        (begun.elapsed(), code.unwrap())
    }

    /// Runs for so long at most; whether it came to its end.
    fn killed_after(&self, out: &str, time: Duration) -> bool {
        let mut child = self.spawn(out);
        std::thread::sleep(time);
        let ended = child.try_wait().unwrap().is_some();
        if !ended {
            child.kill().unwrap(); // SIGKILL
            child.wait().unwrap();
        }
        ended
    }

    /// Runs until something of at least two artifacts is kept, and kills it.
    fn begun(&self, out: &str) {
        let mut child = self.spawn(out);
        while self.partial(out).len() < 2 {
            assert!(child.try_wait().unwrap().is_none(), "it ended before it was killed");
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap(); // SIGKILL
        child.wait().unwrap();
    }

    fn spawn(&self, out: &str) -> std::process::Child {
        let other = std::env::var_os("TAMARISK_KILL_PROGRAM");
        Command::new(other.unwrap_or_else(|| env!("CARGO_BIN_EXE_tamarisk").into()))
            .args(self.args(out))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Every file of results.
    fn results(&self, out: &str) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(self.at.join(out)).unwrap();
        entries
            .map(|entry| entry.unwrap())
            .map(|entry| {
                (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
            })
            .collect()
    }

    fn partial(&self, out: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.at.join(out).join(".partial")).into_iter().flatten();
        let paths = entries.map(|entry| entry.unwrap().path());
        let whole = |path: &PathBuf| {
            path.to_string_lossy().ends_with(".records") || path.to_string_lossy().ends_with(".age")
        };
        paths.filter(whole).collect()
    }
}

/// Kills runs until `kills` of them were, and holds every result that came to its end against that
/// of a run nobody killed.
fn kill(work: &Work, kills: u32, shortest: u64, seed: u64) {
    let (time, code) = work.whole("whole");
    println!("uninterrupted: {:.1} s", time.as_secs_f64());
    let expected = work.results("whole");
    let (mut killed, mut ended, mut resumed) = (0, 0, 0);
    let mut numbers = Numbers(seed);
    while killed < kills {
        let out = format!("out{ended}");
        // Between a few and many kills for each result.
        let most = u64::try_from(time.as_millis()).unwrap() / (1 + numbers.next() % shortest);
        while killed < kills
            && !work.killed_after(&out, Duration::from_millis(numbers.next() % most.max(1)))
        {
            killed += 1;
            resumed += usize::from(!work.partial(&out).is_empty());
        }
        if !work.at.join(&out).join("custody.tsq").exists() {
            assert_eq!(work.whole(&out).1, code);
        }
        assert_eq!(work.results(&out), expected, "after {killed} kills");
        fs::remove_dir_all(work.at.join(&out)).unwrap();
        ended += 1;
    }
    println!("{killed} kills, {resumed} of them with records kept, {ended} results, all the same");
    assert!(resumed > 0);
}

#[test]
fn a_killed_run_goes_on_to_the_same_report() {
    kill(&Work::new(24, &[]), 12, 4, 7);
}

/// Every file of results, byte for byte: with one worker, two and four, in a second run, and in runs
/// that go on with another number of workers than they were killed with.
#[test]
fn the_number_of_workers_changes_nothing() {
    let work = Work::new(10, &[]);
    work.whole("first");
    let expected = work.results("first");
    assert!(expected.contains_key("report.json") && expected.contains_key("custody.json"));
    for threads in [1, 2, 4] {
        work.threads.set(threads);
        let out = format!("with-{threads}");
        work.whole(&out);
        assert_eq!(work.results(&out), expected, "{threads} workers");
    }
    for (before, after) in [(1, 4), (4, 1)] {
        let out = format!("from-{before}-to-{after}");
        work.threads.set(before);
        work.begun(&out);
        work.threads.set(after);
        work.whole(&out);
        assert_eq!(work.results(&out), expected, "{before} workers, then {after}");
    }
}

/// The long form: an uninterrupted run of a minute, 200 kills.
#[test]
#[ignore = "takes many minutes; its figures stand in docs/design/custody.md, with how to run it"]
fn two_hundred_kills() {
    let apps = std::env::var("TAMARISK_KILL_APPS").ok().and_then(|text| text.parse().ok());
    kill(&Work::new(apps.unwrap_or(600), &[]), 200, 30, 11);
}

/// Records that are cut, bent, of other bytes or of other knowledge are not taken; those that hold are.
#[test]
fn only_records_that_hold_are_taken() {
    let work = Work::new(8, &["--no-builtin"]);
    work.whole("whole");
    let expected = work.results("whole");
    let begin = |out: &str| work.begun(out);
    let finish = |out: &str| {
        work.whole(out);
        assert_eq!(work.results(out), expected, "{out}");
        assert!(!work.at.join(out).join(".partial").exists());
    };
    begin("as-it-was");
    finish("as-it-was");
    for (name, bend) in [
        ("cut", (|bytes: &mut Vec<u8>| bytes.truncate(bytes.len() / 2)) as fn(&mut Vec<u8>)),
        ("bent", |bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        }),
        ("longer", |bytes| bytes.push(b'x')),
        ("empty", Vec::clear),
    ] {
        begin(name);
        for file in work.partial(name) {
            let mut bytes = fs::read(&file).unwrap();
            bend(&mut bytes);
            fs::write(file, bytes).unwrap();
        }
        finish(name);
    }
    // That they are taken: what they say comes to be in the report, where their hash is right.
    begin("other-words");
    for file in work.partial("other-words") {
        let text = fs::read_to_string(&file).unwrap();
        let (lines, tail) = text.trim_end().rsplit_once('\n').unwrap();
        let more =
            r#"{"record":"gap","source":0,"artifact":"x","position":null,"reason":"other words"}"#;
        let lines = format!("{lines}\n{more}\n");
        let mut tail: serde_json::Value = serde_json::from_str(tail).unwrap();
        tail["lines"] = const_hex::encode(sha2::Digest::finalize(sha2::Digest::chain_update(
            <sha2::Sha256 as sha2::Digest>::new(),
            &lines,
        )))
        .into();
        fs::write(file, format!("{lines}{tail}\n")).unwrap();
    }
    work.whole("other-words");
    let report = String::from_utf8(work.results("other-words")["report.json"].clone()).unwrap();
    assert_ne!(work.results("other-words"), expected);
    assert!(report.contains("other words"));
    // A whole file of one artifact under the name of another.
    begin("swapped");
    let files = work.partial("swapped");
    fs::copy(&files[0], &files[1]).unwrap();
    finish("swapped");
    // The artifact is another one than it was.
    begin("changed");
    let app = work.at.join("apps/000.apk");
    let before = fs::read(&app).unwrap();
    fs::copy(work.at.join("apps/003.apk"), &app).unwrap();
    work.whole("changed");
    work.whole("changed-from-the-start");
    assert_eq!(work.results("changed"), work.results("changed-from-the-start"));
    fs::write(&app, before).unwrap();
}

#[test]
fn what_is_kept_is_encrypted_and_opens_with_an_identity() {
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    let mut work = Work::new(8, &["--encrypt-to", &recipient]);
    let file = work.at.join("identity");
    let secret = age::secrecy::ExposeSecret::expose_secret(&identity.to_string()).to_owned();
    fs::write(&file, secret).unwrap();
    work.more.extend(["--identity".to_owned(), file.display().to_string()]);
    work.whole("whole");
    work.begun("out");
    for file in work.partial("out") {
        let bytes = fs::read(&file).unwrap();
        assert!(bytes.starts_with(b"age-encryption.org/v1\n"), "{}", file.display());
        assert!(!bytes.windows(11).any(|window| window == b"org.example"));
    }
    let resumed = tamarisk(&work.args("out"));
    assert!(resumed.stderr.contains("an interrupted run has left"), "{}", resumed.stderr);
    let sums = |out: &str| fs::read(work.at.join(out).join("custody.sha256")).unwrap();
    assert_eq!(sums("out"), sums("whole"), "what lies inside is the same");
}
