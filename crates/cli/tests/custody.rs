//! What was handed in can be told from the report, and is not changed.

#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

mod support;

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;
use support::{skipped, tamarisk};
use testkit::authority::Authority;
use testkit::cases::{Packing, files_below, lay_out, pack};

fn sha256(path: &Path) -> String {
    const_hex::encode(Sha256::digest(fs::read(path).unwrap()))
}

#[test]
fn an_archive_is_hashed_as_it_was_handed_in() {
    let work = tempfile::tempdir().unwrap();
    let folder = work.path().join("acquisition");
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/base/androidqf");
    lay_out(&folder, &[&base], &[]).unwrap();
    for packing in [Packing::Zip, Packing::ZipAge] {
        let packed = pack(&folder, packing).unwrap();
        let mut args = vec!["check".to_owned(), packed.path.display().to_string()];
        args.extend(["--format".to_owned(), "json".to_owned()]);
        if let Some(identity) = &packed.identity {
            args.extend(["--identity".to_owned(), identity.display().to_string()]);
        }
        let before = sha256(&packed.path);
        let report: Value = serde_json::from_str(&tamarisk(&args).stdout).unwrap();
        let name = packed.path.file_name().unwrap().to_str().unwrap();
        let rows = report["coverage"]["artifacts"].as_array().unwrap();
        let row = rows.iter().find(|row| row["path"] == name).unwrap();
        assert_eq!(row["sha256"], before.as_str());
        assert_eq!(row["size"], fs::metadata(&packed.path).unwrap().len());
        assert_eq!(sha256(&packed.path), before, "the input was changed");
    }
}

#[test]
fn the_files_of_a_folder_are_hashed() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/phone");
    let run = tamarisk(&["check", sample.to_str().unwrap(), "--format", "json"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let rows = report["coverage"]["artifacts"].as_array().unwrap();
    for (below, file) in files_below(&sample).unwrap() {
        let row = rows.iter().find(|row| row["path"] == *below).unwrap();
        assert_eq!(row["sha256"], sha256(&file).as_str(), "{below}");
    }
}

/// A folder of results, signed, and what it was made from.
struct Made {
    _work: tempfile::TempDir,
    evidence: std::path::PathBuf,
    out: std::path::PathBuf,
    at: std::path::PathBuf,
    key_id: String,
}

fn made(more: impl Fn(&Path) -> Vec<String>) -> Made {
    let work = tempfile::tempdir().unwrap();
    let at = work.path().canonicalize().unwrap();
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/base/androidqf");
    let evidence = at.join("acquisition");
    lay_out(&evidence, &[&base], &[]).unwrap();
    let inner: [(String, Vec<u8>); 1] = [("version.txt".into(), b"x".to_vec())];
    fs::write(evidence.join("unknown.zip"), testkit::cases::zip(&inner).unwrap()).unwrap();
    let key = advisory::SecretKey::from_seed(advisory::Kind::Ed25519, &[9; 32]).unwrap();
    fs::write(at.join("key.age"), key.seal("of the helpdesk", 2).unwrap()).unwrap();
    fs::write(at.join("passphrase"), "of the helpdesk\n").unwrap();
    let out = at.join("out");
    let text = |path: &Path| path.display().to_string();
    let mut args: Vec<String> =
        ["check", &text(&evidence), "--out", &text(&out), "--now", "2026-11-22T00:00:00Z"]
            .map(str::to_owned)
            .into();
    args.extend(["--sign-key".to_owned(), text(&at.join("key.age"))]);
    args.extend(["--sign-passphrase-file".to_owned(), text(&at.join("passphrase"))]);
    args.extend(more(&at));
    let run = tamarisk(&args);
    assert!(run.code == 0 || run.code == 1 || run.code == 3, "{}", run.stderr);
    let key_id = advisory::Signer::public(&key).id().to_owned();
    Made { _work: work, evidence, out, at, key_id }
}

/// Holds a document against its schema.
fn keeps_to(name: &str, document: &Value) {
    let path = format!("../../schemas/tamarisk.{name}.1.json");
    let schema = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let schema = jsonschema::draft202012::new(&serde_json::from_slice(&schema).unwrap()).unwrap();
    let errors: Vec<String> = schema.iter_errors(document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{name}: {errors:?}");
}

impl Made {
    fn verify(&self, more: &[&str]) -> (i32, Value) {
        let (out, evidence) = (self.out.display().to_string(), self.evidence.display().to_string());
        let args =
            ["verify", &out, "--evidence", &evidence, "--key", &self.key_id, "--format", "json"];
        let run = tamarisk(&[&args[..], more].concat());
        assert!(run.code == 0 || run.code == 1, "{}", run.stderr);
        let told = serde_json::from_str(&run.stdout).unwrap();
        keeps_to("verify", &told);
        (run.code, told)
    }

    /// Changes single bytes of every file of results, a few of each, one at a time: each is found.
    fn each_byte_counts(&self, more: &[&str]) {
        let mut names: Vec<_> =
            fs::read_dir(&self.out).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.sort();
        assert_eq!(names.len(), 8, "{names:?}");
        for file in names {
            let bytes = fs::read(&file).unwrap();
            let step = (bytes.len() / 9).max(1);
            let places = (0..bytes.len()).step_by(step).chain([bytes.len() - 1]);
            for (at, bit) in places.zip([1, 0x20, 0x80].into_iter().cycle()) {
                let mut other = bytes.clone();
                other[at] ^= bit;
                fs::write(&file, &other).unwrap();
                let (code, told) = self.verify(more);
                assert_eq!(
                    (code, &told["unchanged"]),
                    (1, &false.into()),
                    "{} byte {at}",
                    file.display()
                );
            }
            for other in [&bytes[..bytes.len() - 1], &[&bytes[..], b"\n"].concat()] {
                fs::write(&file, other).unwrap();
                assert_eq!(self.verify(more).0, 1, "{} cut or longer", file.display());
            }
            fs::remove_file(&file).unwrap();
            let run = tamarisk(&["verify".as_ref(), self.out.as_os_str()]);
            let named = file.file_name().unwrap().to_string_lossy();
            // Without the signature nothing says that there was one, unless its key is asked for.
            let noticed =
                if named.starts_with("custody.sig") { self.verify(more).0 } else { run.code };
            assert_ne!(noticed, 0, "{named} is gone");
            fs::write(&file, &bytes).unwrap();
        }
        assert_eq!(self.verify(more).0, 0);
    }
}

#[test]
fn a_report_and_its_evidence_belong_together_and_each_byte_counts() {
    let made = made(|_| Vec::new());
    let (code, told) = made.verify(&[]);
    assert_eq!(code, 0, "{told:#}");
    assert_eq!((&told["outputs"], &told["signature"]["state"]), (&4.into(), &"trusted".into()));
    let files = files_below(&made.evidence).unwrap();
    assert_eq!(told["evidence"]["unchanged"], files.len());
    for name in ["custody", "signature"] {
        let file =
            made.out.join(if name == "custody" { "custody.json" } else { "custody.sig.json" });
        keeps_to(name, &serde_json::from_slice(&fs::read(file).unwrap()).unwrap());
    }
    made.each_byte_counts(&[]);

    // coreutils sees the manifest as it was.
    let sums = std::process::Command::new("sha256sum")
        .args(["-c", "custody.sha256"])
        .current_dir(&made.out)
        .output();
    assert!(sums.is_ok_and(|run| run.status.success()));
    // So do the bytes of the evidence, each file of it; and what was added or is gone.
    for (below, file) in &files {
        let bytes = fs::read(file).unwrap();
        for at in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut other = bytes.clone();
            other[at] ^= 4;
            fs::write(file, &other).unwrap();
            let (code, told) = made.verify(&[]);
            assert_eq!(code, 1, "{below} byte {at}");
            assert_eq!(told["problems"][0]["what"], below.as_str());
        }
        fs::remove_file(file).unwrap();
        assert_eq!(made.verify(&[]).0, 1, "{below} is gone");
        fs::write(file, &bytes).unwrap();
    }
    fs::write(made.evidence.join("added"), "x").unwrap();
    assert_eq!(made.verify(&[]).0, 1);
    fs::remove_file(made.evidence.join("added")).unwrap();
    assert_eq!(made.verify(&[]).0, 0);
    // Another's key is not the helpdesk's.
    let out = made.out.display().to_string();
    assert_eq!(tamarisk(&["verify", &out, "--key", &"ab".repeat(32)]).code, 1);
    assert_eq!(tamarisk(&["verify", &out]).code, 0);
    assert_eq!(tamarisk(&["verify", &made.evidence.display().to_string()]).code, 2);
}

#[test]
fn encrypted_results_leave_nothing_readable() {
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    let made = made(|at| {
        fs::write(
            at.join("readable"),
            age::secrecy::ExposeSecret::expose_secret(&identity.to_string()),
        )
        .unwrap();
        vec!["--encrypt-to".to_owned(), recipient.clone()]
    });
    let readable = made.at.join("readable").display().to_string();
    let more = ["--identity", readable.as_str()];
    let (code, told) = made.verify(&more);
    assert_eq!((code, &told["signature"]["state"]), (0, &"trusted".into()), "{told:#}");
    for entry in fs::read_dir(&made.out).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.ends_with(".age") {
            assert!(bytes.starts_with(b"age-encryption.org/v1\n"), "{name}");
        } else {
            assert!(["custody.sha256", "custody.tsq"].contains(&name), "{name}");
        }
        for word in ["acquisition", "org.example", "tamarisk.report"] {
            assert!(
                !bytes.windows(word.len()).any(|window| window == word.as_bytes()),
                "{name}: {word}"
            );
        }
    }
    made.each_byte_counts(&more);
    // Without an identity, or with another, nothing is said about it.
    assert_eq!(tamarisk(&["verify".as_ref(), made.out.as_os_str()]).code, 2);
    let run = tamarisk(&["check", "x", "--encrypt-to", &recipient]);
    assert_eq!(run.code, 2, "it asks for --out");
    let run = tamarisk(&["check", "x", "--out", "y", "--encrypt-to", "age1none"]);
    assert!(run.code == 2 && run.stderr.contains("age1none"), "{}", run.stderr);
}

#[test]
fn inputs_are_not_touched() {
    let work = tempfile::tempdir().unwrap();
    let at = work.path().canonicalize().unwrap();
    let evidence = at.join("in");
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/base/androidqf");
    lay_out(&evidence.join("phone"), &[&base], &[]).unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    lay_out(&evidence.join("samples"), &[&sample], &[]).unwrap();
    let state = || -> Vec<(String, String, std::time::SystemTime, u64)> {
        let files = files_below(&evidence).unwrap();
        files
            .into_iter()
            .map(|(below, path)| {
                let meta = fs::metadata(&path).unwrap();
                (below, sha256(&path), meta.modified().unwrap(), meta.len())
            })
            .collect()
    };
    let before = state();
    assert!(before.len() > 10);
    let (given, out) = (evidence.display().to_string(), at.join("out").display().to_string());
    for args in [
        vec!["check", &given, "--out", &out],
        vec!["read", &given],
        vec!["verify", &out, "--evidence", &given],
    ] {
        let run = tamarisk(&args);
        assert_ne!(run.code, 2, "{args:?}: {}", run.stderr);
        assert_eq!(state(), before, "{args:?}");
    }
}

/// Links that lie where results go, or where they are written first, lead nowhere. Without isolation, which
/// refuses to write elsewhere by itself.
#[test]
#[cfg(unix)]
fn results_follow_no_link() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/phone");
    let work = tempfile::tempdir().unwrap();
    let earlier = work.path().join("earlier.json");
    let names = [".partial/.report.json.part", "report.json", ".partial/lock", ".partial"];
    for (number, name) in names.iter().enumerate() {
        let out = work.path().join(number.to_string());
        fs::create_dir_all(if *name == ".partial" { out.clone() } else { out.join(".partial") })
            .unwrap();
        fs::write(&earlier, "an earlier report").unwrap();
        std::os::unix::fs::symlink(&earlier, out.join(name)).unwrap();
        let (sample, out_text) = (sample.to_str().unwrap(), out.to_str().unwrap());
        let mut args = vec!["check", sample, "--out", out_text, "--isolation", "off"];
        let run = tamarisk(&args);
        assert_eq!(fs::read_to_string(&earlier).unwrap(), "an earlier report", "{name}");
        match *name {
            ".partial/.report.json.part" => {
                assert_ne!(run.code, 2, "{}", run.stderr);
                assert!(!fs::symlink_metadata(out.join("report.json")).unwrap().is_symlink());
            }
            // What lies there is not replaced unless it is asked for, and then the link goes.
            "report.json" => {
                assert_eq!(run.code, 2, "{}", run.stderr);
                args.push("--overwrite");
                assert_ne!(tamarisk(&args).code, 2);
                assert!(!fs::symlink_metadata(out.join("report.json")).unwrap().is_symlink());
                assert_eq!(fs::read_to_string(&earlier).unwrap(), "an earlier report");
            }
            ".partial" => {
                // Nor to another folder.
                assert!(run.code == 2 && run.stderr.contains("is no folder"), "{}", run.stderr);
                fs::remove_file(out.join(name)).unwrap();
                fs::create_dir(work.path().join("elsewhere")).unwrap();
                std::os::unix::fs::symlink(work.path().join("elsewhere"), out.join(name)).unwrap();
                let run = tamarisk(&args);
                assert!(run.code == 2 && run.stderr.contains("is no folder"), "{}", run.stderr);
                assert_eq!(fs::read_dir(work.path().join("elsewhere")).unwrap().count(), 0);
            }
            _ => assert!(run.code == 2 && run.stderr.contains("is a link"), "{}", run.stderr),
        }
    }
}

/// The request, sent to an authority of OpenSSL's, and what comes back.
#[test]
fn a_time_stamp_is_about_this_manifest_or_refused() {
    let Some(authority) = Authority::new() else {
        return skipped("openssl is not installed");
    };
    let made = made(|_| Vec::new());
    let request = fs::read(made.out.join("custody.tsq")).unwrap();
    let file = made.at.join("custody.tsr");
    let held = |answer: &[u8]| {
        fs::write(&file, answer).unwrap();
        let run = tamarisk(&[
            "verify".as_ref(),
            made.out.as_os_str(),
            "--stamp".as_ref(),
            file.as_os_str(),
            "--format".as_ref(),
            "json".as_ref(),
        ]);
        assert!(run.code == 0 || run.code == 1, "{}", run.stderr);
        let told: Value = serde_json::from_str(&run.stdout).unwrap();
        keeps_to("verify", &told);
        (run.code, told)
    };
    let answer = authority.answer(&request);
    assert!(authority.has_given(&answer, &request));
    let (code, told) = held(&answer);
    assert_eq!(code, 0, "{told:#}");
    fs::write(authority.at("custody.tsr"), &answer).unwrap();
    let text = authority.openssl("ts -reply -in custody.tsr -text");
    // `Nov 27 00:15:00 2026 GMT` and `20261127001500Z`.
    let stamped = text.lines().find_map(|line| line.strip_prefix("Time stamp: ")).unwrap();
    let parts: Vec<&str> = stamped.split_whitespace().collect();
    let time = told["stamped_at"].as_str().unwrap();
    let clock = parts[2].replace(':', "");
    assert!(time.starts_with(parts[3]) && time.ends_with(&format!("{clock}Z")), "{time} {stamped}");
    let unproven = told["unproven"].to_string();
    assert!(unproven.contains("openssl ts -verify"), "the rest is OpenSSL's: {unproven}");

    // Another digest, and the same with a nonce.
    let other = custody::time_stamp_request(&[7; 32]);
    fs::copy(made.out.join("custody.json"), authority.at("custody.json")).unwrap();
    authority.openssl("ts -query -data custody.json -sha256 -cert -out nonce.tsq");
    let nonce = fs::read(authority.at("nonce.tsq")).unwrap();
    for (asked, words) in [(&other, "something else than custody.json"), (&nonce, "no nonce")] {
        let (code, told) = held(&authority.answer(asked));
        assert_eq!((code, told.get("stamped_at")), (1, None), "{told:#}");
        let problem = &told["problems"][0];
        assert_eq!(problem["what"], file.display().to_string());
        assert!(problem["reason"].as_str().unwrap().contains(words), "{problem}");
    }
    // The request itself, and a refusal, are no stamp.
    for no_stamp in [&request[..], &[0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02]] {
        assert_eq!(held(no_stamp).0, 1);
    }
    // Each byte of what the authority states, and some of its signature, which ends the answer. (Its
    // certificate is in the answer for convenience alone; nothing rests on that copy.)
    let find = |what: &[u8]| answer.windows(what.len()).position(|part| part == what).unwrap();
    let kind = find(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 0x10, 1, 4]);
    let stated = kind..find(time.as_bytes()) + time.len();
    for at in stated.chain((answer.len() - 256..answer.len()).step_by(32)) {
        let mut bent = answer.clone();
        bent[at] ^= 1;
        let passes = held(&bent).0 == 0 && authority.has_given(&bent, &request);
        assert!(!passes, "byte {at} of {}", answer.len());
    }
}
