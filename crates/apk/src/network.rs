//! The network security configuration, and rules of backup: small XML files that the manifest
//! names (developer.android.com, "Network security configuration" and "Auto Backup").

use crate::declared::BackupRule;
use crate::remarks::Remarks;
use crate::value::Value;
use crate::xml::{Document, Element, Event};

/// Entries that are kept of one file, and characters of each.
const MOST: usize = 4000;
const MOST_CHARS: usize = 512;

/// What an app says of the networks and certificates it trusts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkSecurity {
    /// The file it was read from.
    pub file: String,
    /// Each configuration, in the order written.
    pub configs: Vec<NetworkConfig>,
}

/// One configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkConfig {
    /// `base-config`, `domain-config` or `debug-overrides`.
    pub part: String,
    /// The domains it is for; `*.` in front where those below are meant too.
    pub domains: Vec<String>,
    /// Whether traffic in the clear is allowed, where stated.
    pub cleartext: Option<bool>,
    /// Sources of trusted certificates: `system`, `user`, or a resource of the app (`@0x7f…`).
    pub trust_anchors: Vec<String>,
    /// Pinned keys (`SHA-256 …`).
    pub pins: Vec<String>,
}

/// Reads a network security configuration.
pub(crate) fn read(bytes: &[u8], file: &str, remarks: &mut Remarks) -> NetworkSecurity {
    let mut read = NetworkSecurity { file: file.to_owned(), configs: Vec::new() };
    // Configurations may lie in each other: which one each open element belongs to.
    let mut open: Vec<Option<usize>> = Vec::new();
    let mut last = Last::default();
    let mut left = MOST;
    let mut room = || {
        left = left.saturating_sub(1);
        left > 0
    };
    visit(bytes, file, remarks, |step| match step {
        Step::Start(element, name) => {
            let mut at = open.last().copied().flatten();
            match name.as_str() {
                "base-config" | "domain-config" | "debug-overrides" if room() => {
                    let cleartext = boolean(element, "cleartextTrafficPermitted");
                    let config =
                        NetworkConfig { part: name.clone(), cleartext, ..NetworkConfig::default() };
                    read.configs.push(config);
                    at = Some(read.configs.len() - 1);
                }
                "certificates" => {
                    let config = at.and_then(|at| read.configs.get_mut(at));
                    if let (Some(config), Some(source)) = (config, text(element, "src"))
                        && room()
                    {
                        config.trust_anchors.push(source);
                    }
                }
                "domain" => {
                    let below = boolean(element, "includeSubdomains") == Some(true);
                    last = Last { name, prefix: if below { "*." } else { "" }.to_owned() };
                }
                "pin" => {
                    let digest = text(element, "digest").unwrap_or_default();
                    last = Last { name, prefix: format!("{digest} ") };
                }
                _ => {}
            }
            open.push(at);
        }
        Step::Text(text) => {
            let config = open.last().copied().flatten().and_then(|at| read.configs.get_mut(at));
            let Some(config) = config else { return };
            let value = format!("{}{}", last.prefix, text.trim());
            match last.name.as_str() {
                "domain" if room() => config.domains.push(value),
                "pin" if room() => config.pins.push(value),
                _ => {}
            }
            last = Last::default();
        }
        Step::End => {
            open.pop();
        }
    });
    read
}

/// The element whose text comes next, and what is written before it.
#[derive(Default)]
struct Last {
    name: String,
    prefix: String,
}

/// Reads rules of backup.
pub(crate) fn backup_rules(bytes: &[u8], file: &str, remarks: &mut Remarks) -> Vec<BackupRule> {
    let mut rules = Vec::new();
    let mut part = String::new();
    visit(bytes, file, remarks, |step| {
        let Step::Start(element, name) = step else { return };
        match name.as_str() {
            "full-backup-content" | "cloud-backup" | "device-transfer" => part = name,
            "include" | "exclude" if rules.len() < MOST => rules.push(BackupRule {
                part: part.clone(),
                include: name == "include",
                domain: text(element, "domain"),
                path: text(element, "path"),
            }),
            _ => {}
        }
    });
    rules
}

enum Step<'s, 'a> {
    Start(&'s Element<'a>, String),
    Text(String),
    End,
}

fn visit(bytes: &[u8], file: &str, remarks: &mut Remarks, mut visit: impl FnMut(Step<'_, '_>)) {
    let Some(mut document) = Document::new(bytes, false, file, remarks) else {
        return remarks.add(file, "is no binary XML");
    };
    while let Some(event) = document.next(remarks) {
        match event {
            Event::Start(element) => {
                let name = element.name().unwrap_or_default();
                visit(Step::Start(&element, name));
            }
            Event::Text(index) => {
                visit(Step::Text(document.pool.get(index, MOST_CHARS).unwrap_or_default()));
            }
            Event::End => visit(Step::End),
        }
    }
}

fn text(element: &Element<'_>, name: &str) -> Option<String> {
    match element.plain(name)? {
        Value::Text(index) => element.pool.get(index, MOST_CHARS),
        Value::Reference(id) => Some(format!("@{id:#010x}")),
        _ => None,
    }
}

fn boolean(element: &Element<'_>, name: &str) -> Option<bool> {
    match element.plain(name)? {
        Value::Boolean(yes) => Some(yes),
        Value::Text(index) => match element.pool.get(index, 8)?.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}
