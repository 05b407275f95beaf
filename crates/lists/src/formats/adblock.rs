//! AdGuard and Adblock lists: `||host^` blocks a host and all below it. Exceptions (`@@`) and
//! rules on elements or with modifiers are no indicators.

use super::{Format, Found};
use crate::{Head, Trust, Value};

pub(super) struct Adblock;

impl Format for Adblock {
    fn id(&self) -> &'static str {
        "adblock"
    }

    fn about(&self) -> &'static str {
        "AdGuard and Adblock filter lists (||host^)"
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let marked = head.text.trim_start().starts_with("[Adblock");
        let lines = head.lines().filter(|line| !line.starts_with('!'));
        let (mut rules, mut all) = (0, 0);
        for line in lines.take(200) {
            all += 1;
            rules += usize::from(line.starts_with("||") || line.starts_with("@@||"));
        }
        marked || (rules > 0 && rules * 2 >= all)
    }

    fn read(&self, text: &str, found: &mut Found<'_>) -> Result<(), String> {
        let mut title = None;
        for (number, line) in text.lines().enumerate() {
            let at = number as u64 + 1;
            let line = line.trim();
            if line.is_empty() || line.starts_with('[') || line.starts_with('#') {
                continue;
            }
            if let Some(comment) = line.strip_prefix('!') {
                title =
                    comment.trim().strip_prefix("Title:").map(|t| t.trim().to_owned()).or(title);
                continue;
            }
            let rule = line.strip_prefix("||").and_then(|rest| rest.strip_suffix('^'));
            let Some(host) = rule.or_else(|| plain(line)) else {
                found.skip_line(at, line, "a rule that names no host alone");
                continue;
            };
            match Value::host(host) {
                Err(reason) => found.skip_line(at, line, reason),
                Ok(value) => {
                    let origin = found.origin(Some(at), None);
                    let mut record = found.record(value, origin, Trust::Unsourced);
                    record.note.clone_from(&title);
                    found.push(record);
                }
            }
        }
        Ok(())
    }
}

/// A line that is a host and nothing else.
fn plain(line: &str) -> Option<&str> {
    let host = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    (line.bytes().all(host) && line.contains('.')).then_some(line)
}
