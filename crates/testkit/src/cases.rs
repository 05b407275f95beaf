//! The evidence of the golden cases in `cases/`: laid out over a base, and packed as a case says.

use serde::Deserialize;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How evidence is handed over.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Packing {
    /// As a folder.
    #[default]
    Folder,
    /// As a zip with its entries at the root.
    Zip,
    /// As a zip with its entries below one folder.
    ZipPrefix,
    /// As a zip inside age, encrypted to an identity made for it.
    ZipAge,
}

/// Packed evidence and the arguments that open it.
pub struct Packed {
    /// What to give as PATH.
    pub path: PathBuf,
    /// The identity file that opens it, if it is encrypted.
    pub identity: Option<PathBuf>,
}

/// Copies the folders `layers` over each other to `into`, without the files in `remove`.
///
/// # Errors
/// When a file cannot be copied or removed.
pub fn lay_out(into: &Path, layers: &[&Path], remove: &[String]) -> io::Result<()> {
    fs::create_dir_all(into)?;
    for layer in layers {
        for (below, file) in files_below(layer)? {
            let target = into.join(below);
            fs::create_dir_all(target.parent().unwrap_or(into))?;
            fs::copy(&file, target)?;
        }
    }
    remove.iter().try_for_each(|name| fs::remove_file(into.join(name)))
}

/// The regular files below a folder, by their path below it, sorted; none where it does not exist.
///
/// # Errors
/// When a folder cannot be listed.
pub fn files_below(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    let mut open = Vec::from([(String::new(), folder.to_path_buf())]);
    while let Some((below, at)) = open.pop().filter(|(_, at)| at.exists()) {
        for entry in fs::read_dir(at)? {
            let entry = entry?;
            let path = format!("{below}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                open.push((path + "/", entry.path()));
            } else {
                files.push((path, entry.path()));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Hands evidence over as `packing` says, beside the folder.
///
/// # Errors
/// When a file cannot be read or written.
pub fn pack(folder: &Path, packing: Packing) -> io::Result<Packed> {
    let (prefix, ending) = match packing {
        Packing::Folder => return Ok(Packed { path: folder.to_path_buf(), identity: None }),
        Packing::Zip => ("", "zip"),
        Packing::ZipPrefix => ("0b1c2d3e/", "zip"),
        Packing::ZipAge => ("", "zip.age"),
    };
    let mut entries = Vec::new();
    for (below, file) in files_below(folder)? {
        entries.push((format!("{prefix}{below}"), fs::read(file)?));
    }
    let path = folder.with_extension(ending);
    let zipped = zip(&entries)?;
    if !matches!(packing, Packing::ZipAge) {
        fs::write(&path, zipped)?;
        return Ok(Packed { path, identity: None });
    }
    let identity = age::x25519::Identity::generate();
    let key = folder.with_extension("key");
    fs::write(&key, age::secrecy::ExposeSecret::expose_secret(&identity.to_string()))?;
    let recipient = identity.to_public();
    let recipients = std::iter::once(&recipient as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(recipients).map_err(io::Error::other)?;
    let mut out = encryptor.wrap_output(File::create(&path)?)?;
    out.write_all(&zipped)?;
    out.finish()?;
    Ok(Packed { path, identity: Some(key) })
}

/// Bytes encrypted with age to a passphrase, at the least work factor, so that tests are fast.
///
/// # Errors
/// When they cannot be encrypted.
pub fn locked(bytes: &[u8], passphrase: &str) -> io::Result<Vec<u8>> {
    let mut recipient = age::scrypt::Recipient::new(passphrase.to_owned().into());
    recipient.set_work_factor(2);
    let recipients = std::iter::once(&recipient as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(recipients).map_err(io::Error::other)?;
    let mut locked = Vec::new();
    let mut out = encryptor.wrap_output(&mut locked)?;
    out.write_all(bytes)?;
    out.finish()?;
    Ok(locked)
}

/// A zip with these entries, deflated.
///
/// # Errors
/// When an entry cannot be written.
pub fn zip(entries: &[(String, Vec<u8>)]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut bytes);
    for (name, content) in entries {
        let (mut entry, config) = archive
            .new_file(name)
            .compression_method(rawzip::CompressionMethod::DEFLATE)
            .start()
            .map_err(io::Error::other)?;
        let deflate =
            flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::default());
        let mut writer = config.wrap(deflate);
        writer.write_all(content)?;
        let (deflate, descriptor) = writer.finish().map_err(io::Error::other)?;
        deflate.finish()?;
        entry.finish(descriptor).map_err(io::Error::other)?;
    }
    archive.finish().map_err(io::Error::other)?;
    Ok(bytes)
}
