//! Who asks: HTTP Basic (RFC 7617), held against the accounts.

use crate::answer::Refusal;
use crate::clock::Clock;
use crate::metrics::Metrics;
use crate::password::{self, Memory};
use crate::store::{Account, Actor, Snapshot, Store};
use crate::throttle::Throttle;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Passwords that are checked at once: each takes 19 MiB and 20 ms of a core.
const CHECKS: usize = 2;
/// Log-ins that wait for it; further ones are told to come again.
const WAITING: usize = 64;

/// What logging in needs.
pub(crate) struct Gate {
    memory: Memory,
    throttle: Throttle,
    checks: Semaphore,
    waiting: Semaphore,
}

impl Gate {
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        Ok(Self {
            memory: Memory::new()?,
            throttle: Throttle::default(),
            checks: Semaphore::new(CHECKS),
            waiting: Semaphore::new(CHECKS + WAITING),
        })
    }

    /// The account that this `Authorization` speaks for.
    pub(crate) async fn enter(
        &self,
        snapshot: &Snapshot,
        store: &Store,
        clock: &dyn Clock,
        metrics: &Metrics,
        header: Option<&str>,
        address: IpAddr,
    ) -> Result<Arc<Account>, Refusal> {
        let (name, password) = header.and_then(basic).ok_or(Refusal::LogIn)?;
        let now = clock.elapsed();
        let account = snapshot.account(&name);
        if let Some(account) = account.filter(|one| self.memory.knows(one, &password, now)) {
            return Ok(Arc::clone(account));
        }
        if let Some(left) = self.throttle.wait(address, &name, now) {
            metrics.throttled();
            return Err(Refusal::Wait(left));
        }
        let _place = self.waiting.try_acquire().map_err(|_| Refusal::Busy)?;
        let _check = self.checks.acquire().await.map_err(|_| Refusal::Busy)?;
        // While this one waited, the same password may have been checked for another request.
        if let Some(account) = account.filter(|one| self.memory.knows(one, &password, now)) {
            return Ok(Arc::clone(account));
        }
        // Or others may have failed: guesses sent all at once gain nothing.
        if let Some(left) = self.throttle.wait(address, &name, clock.elapsed()) {
            metrics.throttled();
            return Err(Refusal::Wait(left));
        }
        let hash = account.map(|one| one.hash.clone());
        let (right, password) = tokio::task::spawn_blocking(move || {
            (password::check(&password, hash.as_deref()), password)
        })
        .await
        .map_err(|_| Refusal::Internal)?;
        match account.filter(|_| right) {
            Some(account) => {
                self.memory.keep(account, &password, clock.elapsed());
                self.throttle.passed(&name);
                metrics.logged_in();
                Ok(Arc::clone(account))
            }
            None => {
                self.throttle.failed(address, &name, clock.elapsed());
                metrics.login_failed();
                let name: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
                let address = address.to_string();
                let (store, at) = (store.clone(), clock.now());
                // Bounded: at most as many as passwords can be checked.
                let noted = tokio::task::spawn_blocking(move || {
                    let actor = Actor { account: &name, address: &address, at };
                    store.note_refusal(actor, "login refused", "")
                });
                drop(noted.await);
                Err(Refusal::LogIn)
            }
        }
    }
}

/// Name and password.
pub(crate) fn basic(header: &str) -> Option<(String, Zeroizing<String>)> {
    let (scheme, rest) = header.split_once(' ')?;
    let encoded = Some(rest.trim()).filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let bytes = Zeroizing::new(STANDARD.decode(encoded).ok()?);
    let (name, password) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    Some((name.to_owned(), Zeroizing::new(password.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_read_as_the_rfc_writes_them() {
        // RFC 7617, sections 2 and 2.1.
        let (name, password) = basic("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==").unwrap();
        assert_eq!((name.as_str(), password.as_str()), ("Aladdin", "open sesame"));
        let (name, password) = basic("basic dGVzdDoxMjPCow==").unwrap();
        assert_eq!((name.as_str(), password.as_str()), ("test", "123£"));
        for broken in ["", "Basic", "Basic !!!", "Bearer abc", "Basic YQ=="] {
            assert!(basic(broken).is_none(), "{broken}");
        }
    }
}
