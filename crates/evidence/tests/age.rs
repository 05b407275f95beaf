//! age files that are well made, cut, altered, hostile.

#![allow(clippy::unwrap_used)] // A test fails by panicking.

mod forge;

use age::secrecy::{ExposeSecret, SecretString};
use age::{Encryptor, Recipient};
use evidence::{AgeError, AgeLock, Blob, FileKey, Secrets, age_lock, decrypted, is_age, unlock};
use forge::noise;
use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

/// An age chunk: 64 KiB of contents and a tag of 16 bytes (c2sp.org/age, "Payload").
const CHUNK: usize = 64 << 10;
const SEALED_CHUNK: usize = CHUNK + 16;

fn sealed(contents: &[u8], to: &dyn Recipient) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encryptor = Encryptor::with_recipients(std::iter::once(to)).unwrap();
    let mut writer = encryptor.wrap_output(&mut bytes).unwrap();
    writer.write_all(contents).unwrap();
    writer.finish().unwrap();
    bytes
}

fn sealed_with_passphrase(contents: &[u8], passphrase: &str) -> Vec<u8> {
    let mut recipient = age::scrypt::Recipient::new(SecretString::from(passphrase.to_owned()));
    recipient.set_work_factor(4);
    sealed(contents, &recipient)
}

fn file(bytes: &[u8]) -> Arc<File> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    Arc::new(file)
}

fn identity() -> (age::x25519::Identity, Secrets) {
    let identity = age::x25519::Identity::generate();
    let mut secrets = Secrets::default();
    let text = format!("# made for a test\n\n{}\n", identity.to_string().expose_secret());
    secrets.add_identities(&text).unwrap();
    (identity, secrets)
}

fn contents(sealed: &[u8], key: &FileKey) -> io::Result<Vec<u8>> {
    decrypted(Blob::from_bytes(sealed.to_vec()), key)?.to_vec(1 << 30)
}

#[test]
fn a_key_opens_what_was_encrypted_to_it() {
    let (identity, secrets) = identity();
    for size in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
        let plain = noise(size);
        let bytes = sealed(&plain, &identity.to_public());
        let file = file(&bytes);
        assert!(is_age(&file));
        assert_eq!(age_lock(&file).unwrap(), AgeLock::Identity);
        let key = unlock(&file, &secrets).unwrap();
        assert_eq!(contents(&bytes, &key).unwrap(), plain, "{size} bytes");
    }
}

#[test]
fn a_passphrase_opens_what_was_encrypted_with_it() {
    let bytes = sealed_with_passphrase(b"plain", "correct horse");
    let file = file(&bytes);
    assert_eq!(age_lock(&file).unwrap(), AgeLock::Passphrase);
    let mut secrets = Secrets::default();
    secrets.add_passphrase("wrong");
    assert!(matches!(unlock(&file, &secrets), Err(AgeError::WrongKey)));
    secrets.add_passphrase("correct horse");
    let key = unlock(&file, &secrets).unwrap();
    assert_eq!(contents(&bytes, &key).unwrap(), b"plain");
}

#[test]
fn what_does_not_open_says_why() {
    let (ours, secrets) = identity();
    let theirs = age::x25519::Identity::generate();
    let foreign = file(&sealed(b"x", &theirs.to_public()));
    assert!(matches!(unlock(&foreign, &secrets), Err(AgeError::WrongKey)));
    assert!(matches!(unlock(&foreign, &Secrets::default()), Err(AgeError::NeedsIdentity)));
    let locked = file(&sealed_with_passphrase(b"x", "p"));
    assert!(matches!(unlock(&locked, &secrets), Err(AgeError::NeedsPassphrase)));
    for plain in [&b"PK\x03\x04"[..], b""] {
        let plain = file(plain);
        assert!(!is_age(&plain));
        assert!(matches!(unlock(&plain, &secrets), Err(AgeError::NotAge)));
    }
    let armoured = file(b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n");
    assert!(is_age(&armoured));
    assert!(matches!(unlock(&armoured, &secrets), Err(AgeError::Armoured)));
    let mut text = Secrets::default();
    assert!(matches!(text.add_identities("# none\n"), Err(AgeError::NoIdentity)));
    assert!(matches!(text.add_identities("\nage1public\n"), Err(AgeError::Identity(2))));
    assert!(text.is_empty());
    assert_eq!(format!("{secrets:?}"), "Secrets(hidden)");
    drop(ours);
}

#[test]
fn costly_headers_are_refused() {
    let scrypt = |factor: u8| {
        let (salt, body, mac) = ("A".repeat(22), "A".repeat(43), "A".repeat(43));
        let head = format!("age-encryption.org/v1\n-> scrypt {salt} {factor}\n{body}\n--- {mac}\n");
        file(&[head.as_bytes(), &[0; 16]].concat())
    };
    let mut secrets = Secrets::default();
    secrets.add_passphrase("p");
    assert!(matches!(unlock(&scrypt(23), &secrets), Err(AgeError::TooMuchWork(23))));
    assert!(matches!(unlock(&scrypt(63), &secrets), Err(AgeError::TooMuchWork(63))));
    // Within the limit the work is done, and the passphrase is found wrong.
    assert!(matches!(unlock(&scrypt(4), &secrets), Err(AgeError::WrongKey)));
    let endless = [&b"age-encryption.org/v1\n"[..], &b"-> x\n\n".repeat(1 << 20)].concat();
    assert!(matches!(unlock(&file(&endless), &secrets), Err(AgeError::Header)));
}

#[test]
fn a_cut_file_is_never_short_without_a_word() {
    let (identity, secrets) = identity();
    let bytes = sealed(&noise(2 * CHUNK + 100), &identity.to_public());
    let key = unlock(&file(&bytes), &secrets).unwrap();
    let payload = bytes.len() - (2 * SEALED_CHUNK + 100 + 16);
    let near = |at: usize| at - 20..at + 20;
    let cuts = near(payload)
        .chain(near(payload + SEALED_CHUNK))
        .chain(near(payload + 2 * SEALED_CHUNK))
        .chain(bytes.len() - 120..bytes.len());
    for cut in cuts {
        let error = contents(&bytes[..cut], &key).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData, "cut at {cut}: {error}");
    }
    for cut in 0..payload {
        assert!(contents(&bytes[..cut], &key).is_err(), "cut at {cut}");
    }
}

#[test]
fn an_altered_file_is_never_read_past_the_alteration() {
    let (identity, secrets) = identity();
    let plain = noise(3 * CHUNK);
    let bytes = sealed(&plain, &identity.to_public());
    let key = unlock(&file(&bytes), &secrets).unwrap();
    let payload = bytes.len() - 3 * SEALED_CHUNK;
    let mut altered = bytes.clone();
    altered[payload + SEALED_CHUNK + 5] ^= 1;
    let blob = decrypted(Blob::from_bytes(altered), &key).unwrap();
    let mut middle = [0; 10];
    for _ in 0..2 {
        let error = blob.read_at(CHUNK as u64, &mut middle).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        // The chunks around it are whole, and stay readable.
        for chunk in [0, 2] {
            assert_eq!(blob.read_at((chunk * CHUNK) as u64, &mut middle).unwrap(), 10);
            assert_eq!(middle, plain[chunk * CHUNK..][..10]);
        }
    }
    for at in (0..payload - 16).step_by(7) {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        assert!(contents(&altered, &key).is_err(), "header altered at {at}");
    }
    let mut end = bytes.clone();
    *end.last_mut().unwrap() ^= 1;
    assert!(decrypted(Blob::from_bytes(end), &key).is_err(), "the end is checked at once");
    // Chunks in another order, and the last one twice.
    let (head, chunks) = bytes.split_at(payload);
    let part = |index: usize| &chunks[index * SEALED_CHUNK..][..SEALED_CHUNK];
    for order in [[1, 0, 2], [0, 2, 2]] {
        let swapped = [head, part(order[0]), part(order[1]), part(order[2])].concat();
        assert!(contents(&swapped, &key).is_err(), "{order:?}");
    }
}

#[test]
fn positions_are_those_of_the_contents() {
    let (identity, secrets) = identity();
    let plain = noise(5 * CHUNK + 77);
    let bytes = sealed(&plain, &identity.to_public());
    let key = unlock(&file(&bytes), &secrets).unwrap();
    let blob = decrypted(Blob::from_bytes(bytes), &key).unwrap();
    assert_eq!(blob.len(), plain.len() as u64);
    let edges = [0, 1, CHUNK - 5, CHUNK, 2 * CHUNK - 1, 5 * CHUNK, 5 * CHUNK + 76, plain.len()];
    for at in edges.into_iter().chain(edges.into_iter().rev()) {
        let mut bytes = vec![0; 2 * CHUNK];
        let count = blob.read_at(at as u64, &mut bytes).unwrap();
        let rest = &plain[at..];
        assert_eq!(bytes[..count], rest[..rest.len().min(2 * CHUNK)], "at {at}");
    }
}
