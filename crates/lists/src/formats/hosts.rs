//! Hosts files: `0.0.0.0 host …`. An entry stands for that host alone.

use super::{Format, Found};
use crate::{Head, Trust, Value};
use std::net::IpAddr;

pub(super) struct Hosts;

impl Format for Hosts {
    fn id(&self) -> &'static str {
        "hosts"
    }

    fn about(&self) -> &'static str {
        "hosts files (0.0.0.0 host)"
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let (mut sinks, mut all) = (0, 0);
        for line in head.lines().take(200) {
            all += 1;
            sinks += usize::from(split(line).is_some());
        }
        sinks > 0 && sinks * 2 >= all
    }

    fn read(&self, text: &str, found: &mut Found<'_>) -> Result<(), String> {
        for (number, line) in text.lines().enumerate() {
            let at = number as u64 + 1;
            let line = line.split('#').next().unwrap_or("").trim();
            if line.is_empty() {
                continue;
            }
            let Some(names) = split(line) else {
                found.skip_line(at, line, "no line of a hosts file that blocks a host");
                continue;
            };
            for name in names.split_whitespace() {
                if is_own(name) {
                    continue;
                }
                match Value::host(name) {
                    Err(reason) => found.skip_line(at, name, reason),
                    Ok(value) => {
                        let origin = found.origin(Some(at), None);
                        let mut record = found.record(value, origin, Trust::Unsourced);
                        record.exact_host = true;
                        found.push(record);
                    }
                }
            }
        }
        Ok(())
    }
}

/// The names behind an address that leads nowhere.
fn split(line: &str) -> Option<&str> {
    let (address, names) = line.split_once(char::is_whitespace)?;
    let address: IpAddr = address.parse().ok()?;
    (address.is_unspecified() || address.is_loopback()).then(|| names.trim())
}

/// Names that every hosts file has.
fn is_own(name: &str) -> bool {
    matches!(
        name,
        "localhost"
            | "localhost.localdomain"
            | "local"
            | "broadcasthost"
            | "ip6-localhost"
            | "ip6-loopback"
            | "ip6-localnet"
            | "ip6-allnodes"
            | "ip6-allrouters"
            | "0.0.0.0"
    )
}
