//! A folder of apps, and runs over it that come to their end or do not.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use testkit::apk::{Apk, Scheme, Signer};
use testkit::dex::{Call, Class, Dex, Op};

/// A row of numbers that look random, the same in each run (Knuth, MMIX).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn next(&mut self) -> u64 {
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

pub(crate) struct Work {
    _folder: tempfile::TempDir,
    pub(crate) at: PathBuf,
    /// Further arguments.
    pub(crate) more: Vec<String>,
    pub(crate) threads: Cell<u32>,
}

impl Work {
    pub(crate) fn new(count: u32, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().canonicalize().unwrap();
        apps(&at.join("apps"), count);
        fs::create_dir(at.join("temporary")).unwrap();
        let more = more.iter().map(|arg| (*arg).to_owned()).collect();
        Self { _folder: folder, at, more, threads: Cell::new(1) }
    }

    pub(crate) fn args(&self, out: &str) -> Vec<String> {
        let path = |name: &str| self.at.join(name).display().to_string();
        let mut args = vec!["check".to_owned(), path("apps"), "--out".to_owned(), path(out)];
        args.extend(["--now", "2026-11-22T00:00:00Z", "--threads"].map(str::to_owned));
        args.push(self.threads.get().to_string());
        args.extend(self.more.iter().cloned());
        args
    }

    /// A run from its beginning to its end: how long it took, and its code.
    pub(crate) fn whole(&self, out: &str) -> (Duration, i32) {
        let begun = Instant::now();
        let code = self.spawn(out).wait().unwrap().code();
        assert!(matches!(code, Some(0 | 1 | 3)), "{code:?}");
        (begun.elapsed(), code.unwrap())
    }

    /// Runs for so long at most; whether it came to its end.
    pub(crate) fn killed_after(&self, out: &str, time: Duration) -> bool {
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
    pub(crate) fn begun(&self, out: &str) {
        let mut child = self.spawn(out);
        self.wait_for(out, 2, &mut child);
        child.kill().unwrap(); // SIGKILL
        child.wait().unwrap();
    }

    /// Waits until the records of so many artifacts are kept.
    pub(crate) fn wait_for(&self, out: &str, artifacts: usize, child: &mut Child) {
        while self.partial(out).len() < artifacts {
            assert!(child.try_wait().unwrap().is_none(), "it ended too early");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    pub(crate) fn spawn(&self, out: &str) -> Child {
        self.command(out).stderr(Stdio::null()).spawn().unwrap()
    }

    /// The program with its arguments, which nobody talks to and whose report nobody reads.
    pub(crate) fn command(&self, out: &str) -> Command {
        let other = std::env::var_os("TAMARISK_KILL_PROGRAM");
        let mut command =
            Command::new(other.unwrap_or_else(|| env!("CARGO_BIN_EXE_tamarisk").into()));
        command.args(self.args(out)).stdin(Stdio::null()).stdout(Stdio::null());
        // A run that is killed leaves its folder for temporary files.
        command.env("TMPDIR", self.at.join("temporary"));
        command
    }

    /// Every file of results.
    pub(crate) fn results(&self, out: &str) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(self.at.join(out)).unwrap();
        entries
            .map(|entry| entry.unwrap())
            .map(|entry| {
                (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
            })
            .collect()
    }

    pub(crate) fn partial(&self, out: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.at.join(out).join(".partial")).into_iter().flatten();
        let paths = entries.map(|entry| entry.unwrap().path());
        let whole = |path: &PathBuf| {
            path.to_string_lossy().ends_with(".records") || path.to_string_lossy().ends_with(".age")
        };
        paths.filter(whole).collect()
    }
}
