//! Guessing passwords: who fails too often waits, longer each time.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Failures that cost nothing yet.
const FREE_BY_ADDRESS: u32 = 10;
/// The same for one account, whoever asks: more, since others can provoke it.
const FREE_BY_ACCOUNT: u32 = 100;
/// The first wait; each further failure doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(15);
/// The longest wait.
const LAST_WAIT: Duration = Duration::from_secs(900);
/// After this long without a failure all is forgotten.
const FORGOTTEN: Duration = Duration::from_secs(3600);
/// How many addresses, and how many accounts, are kept in mind.
const KEPT: usize = 10_000;

/// Failures by address and by account.
#[derive(Default)]
pub(crate) struct Throttle {
    addresses: Mutex<Failures<IpAddr>>,
    accounts: Mutex<Failures<String>>,
}

struct Failures<K> {
    by: HashMap<K, Failed>,
}

impl<K> Default for Failures<K> {
    fn default() -> Self {
        Self { by: HashMap::new() }
    }
}

#[derive(Clone, Copy)]
struct Failed {
    count: u32,
    last: Duration,
    until: Duration,
}

impl Throttle {
    /// How long this address, or whoever tries this account, has to wait.
    pub(crate) fn wait(&self, address: IpAddr, account: &str, now: Duration) -> Option<Duration> {
        let of = |failed: Option<&Failed>| failed.map_or(Duration::ZERO, |one| one.until);
        let address = of(locked(&self.addresses).by.get(&network(address)));
        let account = of(locked(&self.accounts).by.get(account));
        address.max(account).checked_sub(now).filter(|left| !left.is_zero())
    }

    /// A password was wrong.
    pub(crate) fn failed(&self, address: IpAddr, account: &str, now: Duration) {
        locked(&self.addresses).add(network(address), FREE_BY_ADDRESS, now);
        // Longer names are nobody's.
        let account = account.chars().take(64).collect();
        locked(&self.accounts).add(account, FREE_BY_ACCOUNT, now);
    }

    /// A password was right: the account's failures are forgotten. Those of the address are not,
    /// or an attacker with an account of his own could start anew whenever he likes.
    pub(crate) fn passed(&self, account: &str) {
        locked(&self.accounts).by.remove(account);
    }
}

impl<K: Hash + Eq + Clone> Failures<K> {
    fn add(&mut self, key: K, free: u32, now: Duration) {
        if self.by.len() >= KEPT && !self.by.contains_key(&key) {
            self.by.retain(|_, one| one.last + FORGOTTEN > now);
            let oldest = self.by.iter().min_by_key(|(_, one)| one.last).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest.filter(|_| self.by.len() >= KEPT) {
                self.by.remove(&oldest);
            }
        }
        let one =
            self.by.entry(key).or_insert(Failed { count: 0, last: now, until: Duration::ZERO });
        if one.last + FORGOTTEN <= now {
            one.count = 0;
        }
        one.count = one.count.saturating_add(1);
        one.last = now;
        if let Some(over) = one.count.checked_sub(free + 1) {
            let wait = FIRST_WAIT.saturating_mul(1 << over.min(10));
            one.until = now + wait.min(LAST_WAIT);
        }
    }
}

/// The address, or for IPv6 its network of 64 bits, which one customer has to himself.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6((u128::from(six) & !u128::from(u64::MAX)).into()),
        four => four,
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_wait_doubles_and_ends() {
        let throttle = Throttle::default();
        let here = address("192.0.2.1");
        for _ in 0..10 {
            throttle.failed(here, "a", SECOND);
        }
        assert_eq!(throttle.wait(here, "a", SECOND), None);
        throttle.failed(here, "b", SECOND);
        assert_eq!(throttle.wait(here, "c", SECOND), Some(15 * SECOND));
        throttle.failed(here, "b", SECOND);
        assert_eq!(throttle.wait(here, "c", SECOND), Some(30 * SECOND));
        assert_eq!(throttle.wait(here, "c", 32 * SECOND), None);
        // From elsewhere the account is free: nobody can lock another out with a few guesses.
        assert_eq!(throttle.wait(address("192.0.2.2"), "a", SECOND), None);
        for _ in 0..30 {
            throttle.failed(here, "b", SECOND);
        }
        assert_eq!(throttle.wait(here, "a", SECOND), Some(900 * SECOND));
    }

    #[test]
    fn an_account_is_guarded_against_many_addresses() {
        let throttle = Throttle::default();
        for last in 0..101_u8 {
            throttle.failed(address(&format!("192.0.2.{last}")), "a", SECOND);
        }
        assert_eq!(throttle.wait(address("198.51.100.1"), "a", SECOND), Some(15 * SECOND));
        assert_eq!(throttle.wait(address("198.51.100.1"), "b", SECOND), None);
        throttle.passed("a");
        assert_eq!(throttle.wait(address("198.51.100.1"), "a", SECOND), None);
    }

    #[test]
    fn neighbours_in_a_network_of_ipv6_are_one_and_the_list_is_bounded() {
        let throttle = Throttle::default();
        for last in 0..11 {
            throttle.failed(address(&format!("2001:db8::{last}")), "a", SECOND);
        }
        assert!(throttle.wait(address("2001:db8::ffff"), "b", SECOND).is_some());
        for n in 0..11_000_u32 {
            throttle.failed(IpAddr::V4((0x0a00_0000 + n).into()), "a", SECOND);
        }
        assert!(locked(&throttle.addresses).by.len() <= KEPT);
    }
}
