//! An acquisition as AndroidQF 1.8.3 lays it out: a map from path to bytes, which can be
//! written as a folder, as a zip with entries at the root, or as a zip with a prefix folder.

use crate::app::App;
use crate::archive::zip;
use crate::bugreport::kernel_name;
use md5::Md5;
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// The files of an acquisition, by path below its root.
#[derive(Clone, Debug, Default)]
pub struct Acquisition {
    files: BTreeMap<String, Vec<u8>>,
}

/// One running process.
#[derive(Clone, Debug)]
pub struct Process {
    /// Process id.
    pub pid: u32,
    /// User as `ps` prints it (`u0_a123`).
    pub user: String,
    /// Its uid.
    pub uid: u32,
    /// Its name.
    pub name: String,
    /// Path of its executable.
    pub path: String,
}

impl Acquisition {
    /// An acquisition that holds nothing but its own description.
    #[must_use]
    pub fn new() -> Self {
        let about = json!({
            "uuid": "00000000-0000-4000-8000-000000000000",
            "androidqf_version": "1.8.3",
            "storage_path": "",
            "started": "2026-11-20T02:00:00Z",
            "completed": "2026-11-20T02:14:00Z",
            "collector": null,
            "tmp_dir": "/data/local/tmp/",
            "sdcard": "/sdcard/",
            "cpu": "arm64-v8a",
            "streaming_mode": false,
        });
        Self::default().file("acquisition.json", pretty(&about))
    }

    /// Adds (or replaces) a file.
    #[must_use]
    pub fn file(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.to_owned(), bytes.into());
        self
    }

    /// Drops a file.
    #[must_use]
    pub fn without(mut self, path: &str) -> Self {
        self.files.remove(path);
        self
    }

    /// `packages.json` with the apps of user 0, and their APKs in `apks/`.
    #[must_use]
    pub fn apps(mut self, apps: &[App]) -> Self {
        let mut list = Vec::new();
        for app in apps.iter().filter(|app| app.users.contains(&0)) {
            if let Some(apk) = &app.apk {
                self.files.insert(format!("apks/{}.apk", app.package), apk.clone());
            }
            list.push(package(app));
        }
        self.file("packages.json", pretty(&Value::from(list)))
    }

    /// `getprop.txt`.
    #[must_use]
    pub fn properties(self, properties: &[(&str, &str)]) -> Self {
        let lines = properties.iter().map(|(name, value)| format!("[{name}]: [{value}]\n"));
        self.file("getprop.txt", lines.collect::<String>())
    }

    /// `settings_NAMESPACE.txt`.
    #[must_use]
    pub fn settings(self, namespace: &str, settings: &[(&str, &str)]) -> Self {
        let lines = settings.iter().map(|(name, value)| format!("{name}={value}\n"));
        self.file(&format!("settings_{namespace}.txt"), lines.collect::<String>())
    }

    /// `processes.json` (as the collector writes it).
    #[must_use]
    pub fn processes(self, processes: &[Process]) -> Self {
        let list: Vec<Value> = processes.iter().map(process).collect();
        self.file("processes.json", pretty(&Value::from(list)))
    }

    /// `processes.txt` (what `ps -A` prints), where the collector did not run.
    #[must_use]
    pub fn process_table(self, processes: &[Process]) -> Self {
        let mut table = "USER           PID  PPID     VSZ    RSS WCHAN  ADDR S NAME\n".to_owned();
        for Process { pid, user, name, .. } in processes {
            table += &format!("{user:<12} {pid:>5}     1 1500000 100000 0         0 S {name}\n");
        }
        self.file("processes.txt", table)
    }

    /// `files.json`: paths with size and modification time (seconds since 1970).
    #[must_use]
    pub fn listing(self, rows: &[(&str, u64, i64)]) -> Self {
        let row = |(path, size, at): &(&str, u64, i64)| {
            json!({
                "path": path, "size": size, "mode": "-rw-rw----",
                "user_id": 10_060, "user_name": "", "group_id": 1015, "group_name": "",
                "changed_time": at, "modified_time": at, "access_time": at,
                "error": "", "context": "u:object_r:media_rw_data_file:s0",
                "sha1": "", "sha256": "", "sha512": "", "md5": "",
            })
        };
        let list: Vec<Value> = rows.iter().map(row).collect();
        self.file("files.json", pretty(&Value::from(list)))
    }

    /// `root_binaries.json`.
    #[must_use]
    pub fn root_binaries(self, paths: &[&str]) -> Self {
        self.file("root_binaries.json", pretty(&json!(paths)))
    }

    /// `mounts.json`: lines of `mount`.
    #[must_use]
    pub fn mounts(self, lines: &[&str]) -> Self {
        self.file("mounts.json", pretty(&json!(lines)))
    }

    /// The files, by path.
    #[must_use]
    pub fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }

    /// The files and `hashes.csv`, which AndroidQF writes last.
    fn sealed(&self) -> BTreeMap<String, Vec<u8>> {
        let mut sealed = self.files.clone();
        let line =
            |(path, bytes): (&String, &Vec<u8>)| format!("{path},{}\n", hex::<Sha256>(bytes));
        let hashes: String = self.files.iter().map(line).collect();
        sealed.insert("hashes.csv".to_owned(), hashes.into_bytes());
        sealed
    }

    /// Writes it as a folder.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write_to(&self, folder: &Path) -> io::Result<()> {
        for (path, bytes) in self.sealed() {
            let path = folder.join(path);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(path, bytes)?;
        }
        Ok(())
    }

    /// A zip with its entries at the root, as AndroidQF writes it.
    #[must_use]
    pub fn zip(&self) -> Vec<u8> {
        self.zip_under("")
    }

    /// A zip whose entries all lie under `prefix` (with a trailing `/`).
    #[must_use]
    pub fn zip_under(&self, prefix: &str) -> Vec<u8> {
        let members: Vec<(String, Vec<u8>)> = self
            .sealed()
            .into_iter()
            .map(|(path, bytes)| (prefix.to_owned() + &path, bytes))
            .collect();
        zip(members.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())))
    }
}

fn pretty(value: &Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}

fn hex<D: Digest>(bytes: &[u8]) -> String {
    const_hex::encode(D::digest(bytes))
}

fn package(app: &App) -> Value {
    // An app whose APK is not there gets hashes of a made-up text.
    let made_up = format!("not an APK: {}", app.package).into_bytes();
    let apk = app.apk.as_ref().unwrap_or(&made_up);
    let certificate = app.certificate_sha256.as_ref().map(|sha256| {
        json!({
            "Md5": "", "Sha1": "", "Sha256": sha256,
            "ValidFrom": "", "ValidTo": "", "Issuer": "", "Subject": "",
            "SignatureAlgorithm": "", "SerialNumber": 0,
        })
    });
    json!({
        "name": app.package,
        "files": [{
            "path": format!("{}/base.apk", app.code_path()),
            "local_name": if app.apk.is_some() { format!("{}.apk", app.package) } else { String::new() },
            "md5": hex::<Md5>(apk), "sha1": hex::<Sha1>(apk), "sha256": hex::<Sha256>(apk),
            "sha512": "", "error": "",
            "verified_certificate": certificate.is_some(), "certificate": certificate,
            "certificate_error": "", "trusted_certificate": false,
        }],
        "installer": app.installer.as_deref().unwrap_or("null"),
        "uid": app.app_id,
        "disabled": app.disabled,
        "system": app.system,
        "third_party": !app.system,
    })
}

fn process(process: &Process) -> Value {
    let base = process.name.rsplit('/').next().unwrap_or(&process.name);
    json!({
        "pid": process.pid, "uid": process.uid, "ppid": 1, "pgroup": 0, "psid": 0,
        "filename": kernel_name(base),
        "priority": 20, "state": "S", "user_time": 10, "kernel_time": 5,
        "path": process.path, "context": "u:r:untrusted_app:s0:c512,c768",
        "previous_context": "u:r:zygote:s0",
        "command_line": [process.name], "env": [], "cwd": "/",
    })
}
