//! Each budget of `--limit`, reached: the report names the limit, and the artifact where it is one's; all
//! else is read as without it; the exit code says that not all was read.

#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

mod support;

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use support::tamarisk;
use testkit::cases::{files_below, lay_out, zip};

/// Evidence, and where it lies.
struct Evidence {
    work: tempfile::TempDir,
    paths: Vec<PathBuf>,
}

impl Evidence {
    /// A folder that holds what `layer` of the project holds.
    fn folder(layer: &str) -> Self {
        let work = tempfile::tempdir().unwrap();
        Self { paths: Vec::new(), work }.and(layer)
    }

    /// With a file of so many zeros, which takes no room.
    fn with_zeros(self, name: &str, count: u64) -> Self {
        File::create(self.paths[0].join(name)).unwrap().set_len(count).unwrap();
        self
    }

    /// The same in a zip.
    fn packed(mut self) -> Self {
        let members: Vec<(String, Vec<u8>)> = files_below(&self.paths[0])
            .unwrap()
            .into_iter()
            .map(|(below, file)| (below, fs::read(file).unwrap()))
            .collect();
        let packed = self.work.path().join("acquisition.zip");
        fs::write(&packed, zip(&members).unwrap()).unwrap();
        self.paths = vec![packed];
        self
    }

    /// And another beside it.
    fn and(mut self, other: &str) -> Self {
        let layer = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(other);
        let folder = self.work.path().join(["acquisition", "other"][self.paths.len()]);
        lay_out(&folder, &[&layer], &[]).unwrap();
        self.paths.push(folder);
        self
    }

    fn check(&self, limits: &[&str]) -> (i32, Value) {
        self.check_on("2", limits)
    }

    fn check_on(&self, threads: &str, limits: &[&str]) -> (i32, Value) {
        let fixed = "check --format json --now 2026-11-27T00:00:00Z --no-builtin --threads";
        let mut args: Vec<String> = fixed.split(' ').chain([threads]).map(str::to_owned).collect();
        args.extend(self.paths.iter().map(|path| path.display().to_string()));
        args.extend(limits.iter().flat_map(|limit| ["--limit".to_owned(), (*limit).to_owned()]));
        let run = tamarisk(&args);
        assert!(run.code != 2 && !run.stderr.contains("panicked"), "{limits:?}: {}", run.stderr);
        (run.code, serde_json::from_str(&run.stdout).unwrap())
    }
}

/// Source and place of each artifact, and what is said of it.
fn rows(report: &Value) -> BTreeMap<(u64, String), Value> {
    let rows = report["coverage"]["artifacts"].as_array().unwrap();
    let key =
        |row: &Value| (row["source"].as_u64().unwrap(), row["path"].as_str().unwrap().to_owned());
    rows.iter().map(|row| (key(row), row.clone())).collect()
}

/// The gaps that `limit` brings about: artifact (or nothing) and reason.
fn gaps(without: &Value, with: &Value) -> Vec<(Option<String>, String)> {
    let all = |report: &Value| report["coverage"]["gaps"].as_array().unwrap().clone();
    let before = all(without);
    let new = all(with).into_iter().filter(|gap| !before.contains(gap));
    new.map(|gap| {
        let artifact = gap["artifact"].as_str().map(str::to_owned);
        (artifact, gap["reason"].as_str().unwrap().to_owned())
    })
    .collect()
}

/// What an artifact's own budget comes to.
#[track_caller]
fn of_an_artifact(evidence: &Evidence, limits: &[&str], artifact: &str, words: &str) -> Value {
    let (_, whole) = evidence.check(&[]);
    let (code, report) = evidence.check(limits);
    assert!([1, 3].contains(&code), "{code}");
    assert_eq!(report["coverage"]["complete"], false);
    let gaps = gaps(&whole, &report);
    let named = |(place, reason): &(Option<String>, String)| {
        place.as_deref() == Some(artifact) && reason.contains(words)
    };
    assert!(gaps.iter().any(named), "{gaps:#?}");
    // What is not told of, and lies in nothing that is, is read as ever.
    let touched = |path: &str| {
        gaps.iter().any(|(place, _)| {
            place
                .as_deref()
                .is_some_and(|place| path == place || path.starts_with(&format!("{place}!/")))
        })
    };
    let now = rows(&report);
    for (key, row) in rows(&whole).iter().filter(|((_, path), _)| !touched(path)) {
        assert_eq!(now.get(key), Some(row), "{limits:?}");
    }
    // Set as it was asked, and said so.
    for limit in limits {
        let (name, _) = limit.split_once('=').unwrap();
        assert_ne!(report["provenance"]["limits"][name], whole["provenance"]["limits"][name]);
    }
    report
}

#[test]
fn observations() {
    // Nine packages of the acquisition are told one by one; two apps and their certificates more.
    let words = "more observations than the limit of 3; they were left out";
    let small = Evidence::folder("samples/phone");
    let report = of_an_artifact(&small, &["observations=3"], "packages.json", words);
    let row = &rows(&report)[&(0, "packages.json".to_owned())];
    assert_eq!(row["status"], "partly");
    assert!(row["sha256"].is_string(), "it is hashed all the same");
    // What is read by itself, since it is larger, goes the same way.
    let large = Evidence::folder("samples/phone");
    let path = large.paths[0].join("packages.json");
    let mut list = fs::read_to_string(&path).unwrap();
    list.push_str(&" ".repeat(100_000));
    fs::write(&path, list).unwrap();
    of_an_artifact(&large, &["observations=3"], "packages.json", words);
}

#[test]
fn inflated_bytes() {
    let acquisition =
        Evidence::folder("cases/base/androidqf").with_zeros("zeros.bin", 1 << 20).packed();
    let words = "limit of 524288";
    of_an_artifact(&acquisition, &["inflated_bytes=512K"], "acquisition.zip!/zeros.bin", words);
}

#[test]
fn ratio() {
    let acquisition =
        Evidence::folder("cases/base/androidqf").with_zeros("zeros.bin", 65 << 20).packed();
    let (code, report) = acquisition.check(&[]);
    assert_eq!(code, 3);
    let told = |gap: &Value| gap["reason"].as_str().unwrap().contains("a zip bomb?");
    let gaps = report["coverage"]["gaps"].as_array().unwrap();
    assert!(gaps.iter().any(told), "{gaps:#?}");
    let (_, report) = acquisition.check(&["ratio=10K"]);
    let gaps = report["coverage"]["gaps"].as_array().unwrap();
    assert!(!gaps.iter().any(told), "{gaps:#?}");
}

#[test]
fn depth() {
    let phone = Evidence::folder("samples/phone").packed();
    let words = "archives lie in archives 1 deep";
    of_an_artifact(&phone, &["depth=1"], "acquisition.zip!/bugreport.zip", words);
}

#[test]
fn members() {
    let phone = Evidence::folder("samples/phone").packed();
    let (code, report) = phone.check(&["members=5"]);
    assert_eq!((code, &report["coverage"]["complete"]), (1, &false.into()));
    let words = "only the first 5 members are read, there are more";
    let told = |gap: &Value| gap["artifact"] == "acquisition.zip" && gap["reason"] == words;
    assert!(report["coverage"]["gaps"].as_array().unwrap().iter().any(told));
}

#[test]
fn records_and_their_nesting() {
    let phone = Evidence::folder("samples/phone");
    let words = "longer than the limit";
    of_an_artifact(&phone, &["record_bytes=200"], "packages.json", words);
    let words = "nests deeper than the limit";
    of_an_artifact(&phone, &["json_depth=1"], "packages.json", words);
}

/// A database is held whole.
#[test]
fn whole_bytes() {
    let phone = Evidence::folder("samples/phone");
    let database = phone.paths[0].join("mmssms.db");
    let mut bytes = b"SQLite format 3\0".to_vec();
    bytes.resize(8192, 0);
    fs::write(database, bytes).unwrap();
    of_an_artifact(&phone, &["whole_bytes=4K"], "mmssms.db", "4096");
}

/// What does not fit into memory goes to the scratch file; nothing is missing for that.
#[test]
fn spool_memory() {
    let phone = Evidence::folder("samples/phone").packed();
    let (_, whole) = phone.check(&[]);
    let (_, report) = phone.check(&["spool_memory=1"]);
    assert_eq!(report["coverage"], whole["coverage"]);
    assert_eq!(report["findings"], whole["findings"]);
}

/// A file that takes no room, and longer to read than a second.
#[test]
fn seconds() {
    let acquisition = Evidence::folder("cases/base/androidqf").with_zeros("zeros.bin", 20 << 30);
    let began = std::time::Instant::now();
    let (code, report) = acquisition.check(&["seconds=1"]);
    assert!(began.elapsed().as_secs() < 60, "the rest of it was read all the same");
    assert_eq!((code, &report["coverage"]["complete"]), (3, &false.into()));
    let words = "reading it took more than the limit of 1 seconds";
    let gaps = report["coverage"]["gaps"].as_array().unwrap();
    let own = |gap: &&Value| gap["artifact"] == "zeros.bin";
    let own: Vec<_> = gaps.iter().filter(own).collect();
    assert!(own.len() == 1 && own[0]["reason"] == words, "{gaps:#?}");
    let rows = rows(&report);
    assert_eq!(rows[&(0, "zeros.bin".to_owned())]["status"], "failed");
    assert_eq!(rows[&(0, "packages.json".to_owned())]["status"], "read");
}

/// One record that is allowed to be long, and takes more memory than the worker has.
#[test]
fn memory() {
    let phone = Evidence::folder("samples/phone");
    let long = format!("[{{\"name\": \"org.example\", \"files\": [{}1]}}]", "1,".repeat(10 << 20));
    fs::write(phone.paths[0].join("packages.json"), long).unwrap();
    let limits = ["memory=64M", "record_bytes=64M"];
    let words = "reading it takes more memory than the limit of 67108864 bytes";
    of_an_artifact(&phone, &limits, "packages.json", words);
}

/// The rest of a source, and what comes behind it, is not read; what was read stays.
fn of_all_together(evidence: &Evidence, limits: &[&str], words: &str) -> Value {
    let (code, report) = evidence.check(limits);
    assert!([1, 3].contains(&code), "{code}");
    assert_eq!(report["coverage"]["complete"], false);
    let gaps = report["coverage"]["gaps"].as_array().unwrap();
    let last = report["sources"].as_array().unwrap().len() - 1;
    let told =
        |gap: &&Value| gap["source"] == last && gap["reason"].as_str().unwrap().contains(words);
    assert_eq!(gaps.iter().filter(told).count(), 1, "{gaps:#?}");
    report
}

#[test]
fn total_bytes() {
    let two = Evidence::folder("samples/phone").and("cases/base/androidqf");
    let (_, whole) = two.check(&[]);
    let words = "all artifacts together have more than the limit of 10240 bytes";
    let report = of_all_together(&two, &["total_bytes=10K"], words);
    let (some, all) = (rows(&report), rows(&whole));
    let read = |rows: &BTreeMap<(u64, String), Value>| {
        rows.values().filter(|row| row["sha256"].is_string()).count()
    };
    assert!(read(&some) > 0 && read(&some) < read(&all), "{some:#?}");
    for (key, row) in some.iter().filter(|(_, row)| row["sha256"].is_string()) {
        assert_eq!(all.get(key), Some(row));
    }
    // The same on one thread: where it ends does not depend on their number.
    for threads in ["1", "3"] {
        let (_, other) = two.check_on(threads, &["total_bytes=10K"]);
        assert_eq!(other, report, "{threads} threads");
    }
    // People are told, too.
    let mut args = vec!["check".to_owned(), "--limit".to_owned(), "total_bytes=10K".to_owned()];
    args.extend(two.paths.iter().map(|path| path.display().to_string()));
    let text = tamarisk(&args).stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains(words), "{text}");
}

#[test]
fn total_seconds() {
    let two = Evidence::folder("cases/base/androidqf")
        .with_zeros("zeros.bin", 8 << 30)
        .and("samples/phone");
    // The file that takes long is given up by its own limit, a second after the whole has none left.
    let words = "all of it took more than the limit of 1 seconds";
    let report = of_all_together(&two, &["total_seconds=1", "seconds=2"], words);
    let rows = rows(&report);
    assert_eq!(rows[&(0, "packages.json".to_owned())]["status"], "read", "begun in time");
    assert!(!rows.keys().any(|(source, path)| *source == 1 && path.ends_with(".apk")));
}

#[test]
fn a_limit_is_one_of_those_that_are_listed() {
    for wrong in
        ["patience=1", "depth", "depth=0", "depth=-1", "depth=1.5", "depth=99999999999999999999"]
    {
        let run = tamarisk(&["check", "x", "--limit", wrong]);
        assert_eq!(run.code, 2, "{wrong}");
    }
    let help = tamarisk(&["check", "--help"]).stdout;
    for name in evidence::Limits::names() {
        assert!(help.contains(&format!("{name}=")), "{name}");
    }
}
