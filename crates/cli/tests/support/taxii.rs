//! A `tamarisk taxii serve` of its own, on loopback.

use super::{tamarisk, tamarisk_fed};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use taxii::{Client, Credentials, Limits, Patience, Pause, Trust};

/// A store in a folder of its own, and the server while it runs.
pub(crate) struct Serving {
    pub(crate) folder: tempfile::TempDir,
    child: Option<Child>,
    pub(crate) url: String,
}

/// Whether this build has the server; says that the test is skipped where it has not.
pub(crate) fn is_built() -> bool {
    if cfg!(not(feature = "taxii-server")) {
        super::skipped("this build is without the TAXII server (--no-default-features)");
    }
    cfg!(feature = "taxii-server")
}

pub(crate) const PASSWORD: &str = "a password of some length";

impl Serving {
    /// A root `api` with the collections `warnings` and `sightings`, which `agency` may read and
    /// write.
    pub(crate) fn new() -> Self {
        let serving =
            Self { folder: tempfile::tempdir().unwrap(), child: None, url: String::new() };
        serving.admin(&["add-root", "api", "--title", "Warnings"], "");
        for alias in ["warnings", "sightings"] {
            serving.admin(&["add-collection", "api", "--title", alias, "--alias", alias], "");
        }
        serving.admin(
            &["add-account", "agency", "--password-file", "-", "--ceiling", "red"],
            &format!("{PASSWORD}\n"),
        );
        for alias in ["warnings", "sightings"] {
            serving.admin(&["grant", "agency", alias, "--read", "--write"], "");
        }
        serving
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn store(&self) -> String {
        self.path("store.db").display().to_string()
    }

    /// `tamarisk taxii admin …`; what it prints.
    pub(crate) fn admin(&self, args: &[&str], input: &str) -> String {
        let store = self.store();
        let words = [&["taxii", "admin"], args, &["--store", &store]].concat();
        let run = tamarisk_fed(&words, input.as_bytes());
        assert_eq!(run.code, 0, "{words:?}: {}", run.stderr);
        run.stdout
    }

    /// Starts the server; again after it was killed.
    pub(crate) fn start(&mut self) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tamarisk"))
            .args([
                "taxii",
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--store",
                &self.store(),
                "--page",
                "100",
            ])
            .arg("--log")
            .arg(self.path("log.jsonl"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        self.url =
            line.trim().strip_prefix("serving ").unwrap_or_else(|| panic!("{line}")).to_owned();
        self.child = Some(child);
    }

    /// As by a power cut: no signal that the server could hear.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Asks it to end, as an operator does, while `meanwhile` goes on; gives how it ended.
    pub(crate) fn terminate(&mut self, meanwhile: impl FnOnce()) -> std::process::ExitStatus {
        let mut child = self.child.take().unwrap();
        let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        meanwhile();
        child.wait().unwrap()
    }

    pub(crate) fn client(&self) -> Client<'static> {
        let basic =
            Credentials::Basic { user: "agency".to_owned(), password: PASSWORD.to_owned().into() };
        let patience = Patience { tries: 1, ..Patience::default() };
        Client::new(&self.url, basic, &Trust::System, Limits::default(), patience, &Never).unwrap()
    }

    /// `tamarisk taxii COMMAND URL --user agency …`.
    pub(crate) fn taxii(&self, command: &str, args: &[&str]) -> super::Run {
        let password = self.path("password");
        std::fs::write(&password, format!("{PASSWORD}\n")).unwrap();
        let password = password.display().to_string();
        let start = ["taxii", command, &self.url, "--user", "agency", "--password-file", &password];
        tamarisk(&[&start, args].concat())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.kill();
    }
}

struct Never;

impl Pause for Never {
    fn pause(&self, _: Duration) {}
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }
}

/// The n-th indicator.
pub(crate) fn indicator(n: u32) -> String {
    format!(
        r#"{{"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-{n:012}","created":"2020-01-01T00:00:00.000Z","modified":"2020-01-01T00:00:00.000Z","pattern":"[domain-name:value = 'n{n}.example']","pattern_type":"stix","valid_from":"2020-01-01T00:00:00Z"}}"#
    )
}

pub(crate) fn bundle(numbers: std::ops::Range<u32>) -> String {
    let objects: Vec<String> = numbers.map(indicator).collect();
    format!(r#"{{"type":"bundle","id":"bundle--1","objects":[{}]}}"#, objects.join(","))
}

/// Python of the environment with OASIS' client and server, where it is; says that the test is
/// skipped where it is not.
pub(crate) fn peers() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_BIN_EXE_tamarisk")).ancestors().nth(2)?;
    let programs = target.join("peers/taxii/bin");
    if programs.join("python").is_file() {
        return Some(programs);
    }
    println!(
        "skipped: OASIS' taxii2-client and medallion are not there (`cargo xtask test` sets them up)"
    );
    None
}

/// Makes a certificate for loopback that vouches for itself, and its key, with OpenSSL.
pub(crate) fn certificate(cert: &Path, key: &Path) {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
        ])
        .args(["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(key)
        .arg("-out")
        .arg(cert)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}
