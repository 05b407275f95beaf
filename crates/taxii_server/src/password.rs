//! Passwords: kept as argon2id, and remembered for a while after they were checked.

use crate::store::{Account, StoreError};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// How long a password that was checked need not be checked again.
const REMEMBERED: Duration = Duration::from_secs(300);

/// The longest password, in bytes.
const MAX_PASSWORD: usize = 1024;

/// The PHC string of a password: argon2id with the parameters that the crate recommends.
pub(crate) fn hash(password: &str) -> Result<String, StoreError> {
    if password.is_empty() || password.len() > MAX_PASSWORD {
        return Err(StoreError::Value(format!("a password has 1 to {MAX_PASSWORD} bytes")));
    }
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| StoreError::Hash(error.to_string()))
}

/// Whether this is the password; takes some 20 ms on purpose, also for an account that is not
/// there, so that the time does not tell which are.
pub(crate) fn check(password: &str, hash: Option<&str>) -> bool {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let stranger = || NOBODY.get_or_init(|| self::hash("nobody").unwrap_or_default()).as_str();
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or_else(stranger)) else { return false };
    let fits = password.len() <= MAX_PASSWORD
        && Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    fits && hash.is_some()
}

/// Passwords that were checked, as keyed hashes. The key lives as long as the process and is
/// written nowhere, so what is remembered is of no use outside of it.
pub(crate) struct Memory {
    key: Hmac<Sha256>,
    known: Mutex<HashMap<i64, Remembered>>,
}

struct Remembered {
    mac: [u8; 32],
    until: Duration,
    /// The account's `changed` when its password was checked.
    changed: i64,
}

impl Memory {
    /// # Errors
    /// When the system has no random numbers.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        let mut key = zeroize::Zeroizing::new([0; 32]);
        getrandom::fill(key.as_mut())?;
        // HMAC takes keys of any length; the error is for other constructions.
        let key = Hmac::new_from_slice(key.as_ref()).map_err(|_| getrandom::Error::UNEXPECTED)?;
        Ok(Self { key, known: Mutex::default() })
    }

    fn mac(&self, account: i64, password: &str) -> Hmac<Sha256> {
        let mut mac = self.key.clone();
        mac.update(&account.to_be_bytes());
        mac.update(password.as_bytes());
        mac
    }

    /// Whether this password was checked within the last five minutes and the account has not
    /// changed since.
    pub(crate) fn knows(&self, account: &Account, password: &str, now: Duration) -> bool {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(one) = known.get(&account.id) else { return false };
        if one.until <= now || one.changed != account.changed {
            known.remove(&account.id);
            return false;
        }
        let expected = one.mac;
        drop(known);
        self.mac(account.id, password).verify(&expected.into()).is_ok()
    }

    /// Keeps a password that was just checked.
    pub(crate) fn keep(&self, account: &Account, password: &str, now: Duration) {
        let mac = self.mac(account.id, password).finalize().into_bytes().into();
        let one = Remembered { mac, until: now + REMEMBERED, changed: account.changed };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(account.id, one);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_argon2id_and_salted() {
        let hash = hash("correct horse").unwrap();
        // OWASP's and the crate's parameters: 19 MiB, two passes, one lane.
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, super::hash("correct horse").unwrap());
        assert!(check("correct horse", Some(&hash)));
        assert!(!check("wrong horse", Some(&hash)));
        assert!(!check("nobody", None));
        assert!(super::hash("").is_err());
    }
}
