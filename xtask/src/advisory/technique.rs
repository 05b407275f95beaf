//! ATT&CK Mobile techniques of the families, from the tables of behaviours.md.

use std::collections::{BTreeMap, BTreeSet};

/// Which family a section of behaviours.md is about, by its heading.
const SECTIONS: &[(&str, &str)] = &[
    ("## 1. ", "BADBAZAAR"),
    ("## 2. ", "BADSIGNAL"),
    ("## 3. ", "BADSOLAR"),
    ("## 4. ", "MOONSHINE"),
    ("## 5. ", "DARKNIMBUS"),
];

/// Technique ids by family. What the table marks as weak is left out.
pub(super) fn read(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut family = None;
    for line in text.lines() {
        if line.starts_with("## ") {
            let section = SECTIONS.iter().find(|(heading, _)| line.starts_with(heading));
            family = section.map(|(_, family)| *family);
        }
        let Some(family) = family else { continue };
        let Some(cell) = line.trim_end().strip_suffix('|').and_then(|row| row.rsplit('|').next())
        else {
            continue;
        };
        let ids = cell.split(',').filter(|part| !part.contains("weak")).flat_map(expand);
        found.entry(family.to_owned()).or_default().extend(ids);
    }
    found
}

/// `T1636.002/.003` stands for two ids.
fn expand(part: &str) -> Vec<String> {
    let word = part.trim().trim_matches('*').split_whitespace().next().unwrap_or("");
    let word = word.trim_matches('*');
    let digits = word.strip_prefix('T').unwrap_or("");
    if digits.len() < 4 || !digits.bytes().take(4).all(|b| b.is_ascii_digit()) {
        return Vec::new();
    }
    let Some((base, subs)) = word.split_once('.') else { return vec![word.to_owned()] };
    subs.split('/').map(|sub| format!("{base}.{}", sub.trim_start_matches('.'))).collect()
}

/// Names of the techniques, as ATT&CK Mobile v18 has them.
pub(super) fn name(id: &str) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| *known == id).map(|(_, name)| *name)
}

const NAMES: &[(&str, &str)] = &[
    ("T1404", "Exploitation for Privilege Escalation"),
    ("T1406", "Obfuscated Files or Information"),
    ("T1407", "Download New Code at Runtime"),
    ("T1409", "Stored Application Data"),
    ("T1414", "Clipboard Data"),
    ("T1418", "Software Discovery"),
    ("T1420", "File and Directory Discovery"),
    ("T1422", "Local Network Configuration Discovery"),
    ("T1422.002", "Wi-Fi Discovery"),
    ("T1426", "System Information Discovery"),
    ("T1429", "Audio Capture"),
    ("T1430", "Location Tracking"),
    ("T1437", "Application Layer Protocol"),
    ("T1437.001", "Web Protocols"),
    ("T1453", "Abuse Accessibility Features"),
    ("T1456", "Drive-By Compromise"),
    ("T1474", "Supply Chain Compromise"),
    ("T1474.003", "Compromise Software Supply Chain"),
    ("T1509", "Non-Standard Port"),
    ("T1512", "Video Capture"),
    ("T1513", "Screen Capture"),
    ("T1517", "Access Notifications"),
    ("T1521.003", "SSL Pinning"),
    ("T1532", "Archive Collected Data"),
    ("T1533", "Data from Local System"),
    ("T1541", "Foreground Persistence"),
    ("T1544", "Ingress Tool Transfer"),
    ("T1575", "Native API"),
    ("T1577", "Compromise Application Executable"),
    ("T1582", "SMS Control"),
    ("T1603", "Scheduled Task/Job"),
    ("T1623.001", "Unix Shell"),
    ("T1624.001", "Broadcast Receivers"),
    ("T1625", "Hijack Execution Flow"),
    ("T1630.001", "Uninstall Malicious Application"),
    ("T1630.002", "File Deletion"),
    ("T1631", "Process Injection"),
    ("T1635", "Steal Application Access Token"),
    ("T1636.002", "Call Log"),
    ("T1636.003", "Contact List"),
    ("T1636.004", "SMS Messages"),
    ("T1636.005", "Accounts"),
    ("T1637", "Dynamic Resolution"),
    ("T1638", "Adversary-in-the-Middle"),
    ("T1645", "Compromise Client Software Binary"),
    ("T1646", "Exfiltration Over C2 Channel"),
    ("T1655", "Masquerading"),
    ("T1655.001", "Match Legitimate Name or Location"),
    ("T1658", "Exploitation for Client Execution"),
    ("T1660", "Phishing"),
    ("T1661", "Application Versioning"),
    ("T1664", "Exploitation for Initial Access"),
    ("T1676", "Linked Devices"),
];
