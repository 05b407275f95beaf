//! Android backups (`.ab`) as AOSP's `PerformAdbBackupTask` writes them: header, tar, zlib,
//! AES-256. Salts and keys are fixed, so that the same backup has the same bytes.

use aes::Aes256;
use cbc::Encryptor;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::Value;
use sha1::Sha1;
use std::io::Write;

/// The files of a backup, in the order they are written.
#[derive(Clone, Debug, Default)]
pub struct Backup {
    files: Vec<(String, Vec<u8>)>,
}

impl Backup {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file.
    #[must_use]
    pub fn file(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.push((path.to_owned(), bytes.into()));
        self
    }

    /// Adds a file of messages as Android's telephony provider backs them up
    /// (`TelephonyBackupAgent`: JSON, deflated), `sms` or `mms`.
    #[must_use]
    pub fn messages(self, kind: &str, messages: &Value) -> Self {
        let path = format!("apps/com.android.providers.telephony/d_f/000000_{kind}_backup");
        self.file(&path, zlib(messages.to_string().as_bytes()))
    }

    /// The tar in it.
    #[must_use]
    pub fn tar(&self) -> Vec<u8> {
        let mut tar = Vec::new();
        for (path, bytes) in &self.files {
            if path.len() > 100 {
                let record = extended("path", path);
                entry(&mut tar, "././@LongLink", b'x', record.as_bytes());
            }
            let name = path.get(..path.len().min(100)).unwrap_or_default();
            entry(&mut tar, name, b'0', bytes);
        }
        tar.extend([0; 1024]);
        tar
    }

    /// The backup, deflated, in the clear.
    #[must_use]
    pub fn plain(&self, version: u32) -> Vec<u8> {
        let head = format!("ANDROID BACKUP\n{version}\n1\nnone\n");
        [head.into_bytes(), zlib(&self.tar())].concat()
    }

    /// The backup as it is, neither deflated nor encrypted.
    #[must_use]
    pub fn stored(&self, version: u32) -> Vec<u8> {
        let head = format!("ANDROID BACKUP\n{version}\n0\nnone\n");
        [head.into_bytes(), self.tar()].concat()
    }

    /// The backup, deflated, encrypted with a password. Version 1 takes the low byte of each
    /// character (which is what Android did before 4.4), later ones UTF-8.
    #[must_use]
    pub fn locked(&self, version: u32, password: &str) -> Vec<u8> {
        Self::locked_around(&zlib(&self.tar()), version, password)
    }

    /// The same around a tar that is deflated already.
    #[must_use]
    pub fn locked_around(deflated: &[u8], version: u32, password: &str) -> Vec<u8> {
        const ROUNDS: u32 = 10_000;
        let user_salt: Vec<u8> = (0..64).collect();
        let checksum_salt: Vec<u8> = (64..128).collect();
        let user_iv = [7_u8; 16];
        let iv = [9_u8; 16];
        // High bytes, so that the checksum shows how they became characters.
        let key: Vec<u8> = (0..32).map(|n: u8| n.wrapping_mul(37).wrapping_add(120)).collect();
        let units: Vec<u16> = password.encode_utf16().collect();
        let user_key = stretch(&units, version == 1, &user_salt, ROUNDS);
        let units: Vec<u16> = key
            .iter()
            .map(|byte| if *byte < 0x80 { 0 } else { 0xff00 } | u16::from(*byte))
            .collect();
        let checksum = stretch(&units, version == 1, &checksum_salt, ROUNDS);
        let blob = [&[16][..], &iv, &[32], &key, &[32], &checksum].concat();
        let head = format!(
            "ANDROID BACKUP\n{version}\n1\nAES-256\n{}\n{}\n{ROUNDS}\n{}\n{}\n",
            hex(&user_salt),
            hex(&checksum_salt),
            hex(&user_iv),
            hex(&sealed(&user_key, &user_iv, &blob)),
        );
        [head.into_bytes(), sealed(&key, &iv, deflated)].concat()
    }
}

/// `bytes` deflated, with zlib's header and trailer.
#[must_use]
pub fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    const_hex::encode_upper(bytes)
}

fn stretch(units: &[u16], narrow: bool, salt: &[u8], rounds: u32) -> [u8; 32] {
    let bytes: Vec<u8> = match narrow {
        true => units.iter().map(|unit| unit.to_le_bytes()[0]).collect(),
        false => String::from_utf16_lossy(units).into_bytes(),
    };
    let mut key = [0; 32];
    pbkdf2::pbkdf2_hmac::<Sha1>(&bytes, salt, rounds, &mut key);
    key
}

/// AES-256-CBC with the padding of PKCS #7.
fn sealed(key: &[u8], iv: &[u8; 16], plain: &[u8]) -> Vec<u8> {
    let count = 16 - plain.len() % 16;
    let mut bytes = plain.to_vec();
    bytes.extend(std::iter::repeat_n(u8::try_from(count).unwrap_or(16), count));
    let mut whole = [0; 32];
    whole.copy_from_slice(key);
    let mut cipher = Encryptor::<Aes256>::new((&whole).into(), iv.into());
    for block in bytes.as_chunks_mut::<16>().0 {
        cipher.encrypt_block(block.into());
    }
    bytes
}

/// One record of an extended header: it states its own length.
fn extended(key: &str, value: &str) -> String {
    let rest = format!(" {key}={value}\n");
    let mut length = rest.len() + 1;
    while length.to_string().len() + rest.len() != length {
        length += 1;
    }
    format!("{length}{rest}")
}

fn entry(tar: &mut Vec<u8>, name: &str, kind: u8, bytes: &[u8]) {
    tar.extend(header(name, kind, bytes.len() as u64));
    tar.extend(bytes);
    tar.resize(tar.len().div_ceil(512) * 512, 0);
}

/// What stands before a file of `size` bytes in a tar.
pub(crate) fn header(name: &str, kind: u8, size: u64) -> Vec<u8> {
    let mut record = vec![0; 512];
    let mut put = |at: usize, text: &[u8]| record[at..at + text.len()].copy_from_slice(text);
    put(0, name.as_bytes());
    put(100, b"000600 \0");
    put(108, b"001750 \0");
    put(116, b"001750 \0");
    put(124, format!("{size:011o} ").as_bytes());
    put(136, b"14713104000 ");
    put(148, b"        ");
    put(156, &[kind]);
    put(257, b"ustar\x0000");
    let sum: u64 = record.iter().map(|byte| u64::from(*byte)).sum();
    record[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    record
}
