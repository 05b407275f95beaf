//! Every form in which 4 MB that inflate to 4 GB are tried on the program.

use super::{Member, android_backup, backup_tar, deflated, gzip, zip, zlib};
use crate::backup::Backup;
use crate::cases::{Packing, pack};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// MiB of zeros; a little less than what a zip can state without its 64-bit form.
const COUNT: u32 = 4095;

const DUMPSTATE: &str = "bugreport-x-2026-11-20-10-12-00.txt";

/// The password of backups that have one.
const PASSWORD: &str = "bomb";

/// A bomb as it lies there.
pub struct Laid {
    /// What is to be checked.
    pub path: PathBuf,
    /// What `tamarisk check` needs to open it.
    pub options: Vec<String>,
}

/// A form: its name, and what lays it into a folder.
pub type Form = (&'static str, fn(&Path) -> io::Result<Laid>);

/// All of them.
pub const FORMS: &[Form] = &[
    ("zip", |folder| laid(folder, "bugreport.zip", &bug_report(&bomb()))),
    ("zip-that-lies", |folder| {
        let bomb = bomb();
        let lying = Member { size: 60 << 20, ..Member::bomb(DUMPSTATE, &bomb, COUNT) };
        let bytes = zip(&[lying, Member::stored("main_entry.txt", DUMPSTATE.as_bytes())]);
        laid(folder, "bugreport.zip", &bytes)
    }),
    ("many-in-one-zip", |folder| {
        // Each stays below the ratio's floor of 64 MiB, all together they are 4 GB.
        let small = deflated(0, 60);
        let names: Vec<String> = (0..68).map(|at| format!("FS/data/{at:02}")).collect();
        let mut members: Vec<Member<'_>> =
            names.iter().map(|name| Member::bomb(name, &small, 60)).collect();
        members.push(Member::stored("main_entry.txt", DUMPSTATE.as_bytes()));
        members.push(Member::stored(DUMPSTATE, b"== dumpstate: 2026-11-20 10:12:00\n"));
        laid(folder, "bugreport.zip", &zip(&members))
    }),
    ("nested-zips", |folder| {
        let mut bytes = bug_report(&bomb());
        for _ in 0..6 {
            bytes = zip(&[Member::stored("bugreport-x.zip", &bytes)]);
        }
        laid(folder, "bugreport.zip", &bytes)
    }),
    ("zip-in-zip-in-age", |folder| in_age(folder, "bugreport.zip", &bug_report(&bomb()))),
    ("gzip", |folder| {
        // Nothing here reads gzip, so that it is hashed as it lies.
        let inside = acquisition(folder, "dumpstate_log.txt.gz", &gzip(&bomb(), COUNT))?;
        Ok(Laid { path: inside, options: Vec::new() })
    }),
    ("backup", |folder| laid(folder, "backup.ab", &backup())),
    ("backup-of-nothing-but-zeros", |folder| {
        let head = &b"ANDROID BACKUP\n5\n1\nnone\n"[..];
        laid(folder, "backup.ab", &[head, &zlib(&[], 0, COUNT)].concat())
    }),
    ("backup-with-a-password", |folder| {
        let tar = backup_tar("apps/org.example/f/x", COUNT);
        let password = folder.join("password");
        fs::write(&password, PASSWORD)?;
        let options = vec!["--passphrase-file".to_owned(), password.display().to_string()];
        let bytes = Backup::locked_around(&tar, 5, PASSWORD);
        Ok(Laid { options, ..laid(folder, "backup.ab", &bytes)? })
    }),
    ("backup-in-zip-in-age", |folder| in_age(folder, "backup.ab", &backup())),
    ("messages-in-a-backup", |folder| {
        let path = "apps/com.android.providers.telephony/d_f/000000_sms_backup";
        let bytes = Backup::new().file(path, zlib(b"[", b' ', COUNT)).stored(5);
        laid(folder, "backup.ab", &bytes)
    }),
    ("app-manifest", |folder| app(folder, "AndroidManifest.xml")),
    ("app-code", |folder| app(folder, "classes.dex")),
    ("app-resources", |folder| app(folder, "resources.arsc")),
];

fn bomb() -> (Vec<u8>, u32) {
    let bomb = deflated(0, COUNT);
    assert!((3_000_000..6_000_000).contains(&bomb.0.len()), "{} bytes", bomb.0.len());
    bomb
}

fn bug_report(bomb: &(Vec<u8>, u32)) -> Vec<u8> {
    zip(&[
        Member::bomb(DUMPSTATE, bomb, COUNT),
        Member::stored("main_entry.txt", DUMPSTATE.as_bytes()),
        Member::stored("version.txt", b"2.0"),
    ])
}

fn backup() -> Vec<u8> {
    android_backup("apps/org.example/f/x", COUNT)
}

fn app(folder: &Path, part: &str) -> io::Result<Laid> {
    let bomb = bomb();
    let mut members = vec![Member::bomb(part, &bomb, COUNT)];
    if part != "AndroidManifest.xml" {
        members.push(Member::stored("AndroidManifest.xml", b"\x03\0\x08\0\x08\0\0\0"));
    }
    laid(folder, "bomb.apk", &zip(&members))
}

fn laid(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<Laid> {
    let path = folder.join(name);
    fs::write(&path, bytes)?;
    Ok(Laid { path, options: Vec::new() })
}

/// A folder of an acquisition that holds one file.
fn acquisition(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    let inside = folder.join("acquisition");
    fs::create_dir_all(&inside)?;
    fs::write(inside.join(name), bytes)?;
    fs::write(inside.join("acquisition.json"), "{}")?;
    Ok(inside)
}

fn in_age(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<Laid> {
    let packed = pack(&acquisition(folder, name, bytes)?, Packing::ZipAge)?;
    let identity = packed.identity.unwrap_or_default().display().to_string();
    Ok(Laid { path: packed.path, options: vec!["--identity".to_owned(), identity] })
}
