//! Trails of maltrail: one host, address, `address:port` or link a line; `# Reference:` says
//! where those below it were published, `# Aliases:` who used them. A blank line begins a new
//! block.

use super::{Format, Found, day};
use crate::{Head, Kind, Publication, Trust, Value, guess, refang};

pub(super) struct Maltrail;

impl Format for Maltrail {
    fn id(&self) -> &'static str {
        "maltrail"
    }

    fn about(&self) -> &'static str {
        "maltrail trails, and lists with `# Reference:` comments"
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.text.lines().any(|line| line.trim().to_ascii_lowercase().starts_with("# reference:"))
    }

    fn read(&self, text: &str, found: &mut Found<'_>) -> Result<(), String> {
        let mut block: Vec<Publication> = Vec::new();
        let mut families: Vec<String> = Vec::new();
        let mut ended = true;
        for (number, line) in text.lines().enumerate() {
            let at = number as u64 + 1;
            let line = line.trim();
            if line.is_empty() {
                ended = true;
                continue;
            }
            if let Some(comment) = line.strip_prefix('#') {
                let Some((key, said)) = comment.split_once(':') else { continue };
                match key.trim().to_ascii_lowercase().as_str() {
                    "reference" | "references" => {
                        if std::mem::take(&mut ended) {
                            block.clear();
                        }
                        // Several addresses may follow, with remarks in brackets.
                        for word in said.split_whitespace().filter(|word| word.starts_with("http"))
                        {
                            let host = word.split('/').nth(2).unwrap_or(word).to_owned();
                            block.push(Publication { name: host, url: Some(word.to_owned()) });
                        }
                    }
                    "aliases" | "alias" => {
                        families = said.split(',').map(|name| name.trim().to_owned()).collect();
                        families.retain(|name| !name.is_empty());
                    }
                    _ => {}
                }
                continue;
            }
            ended = true;
            let token = line.split(" #").next().unwrap_or(line).trim();
            match value(token) {
                Err(reason) => found.skip_line(at, token, reason),
                Ok((value, port)) => {
                    let origin = found.origin(Some(at), None);
                    let trust = match block.is_empty() {
                        true => Trust::Unsourced,
                        false => Trust::Collected,
                    };
                    let mut record = found.record(value, origin, trust);
                    record.publications.clone_from(&block);
                    record.families.clone_from(&families);
                    record.date = block.iter().filter_map(|p| date_in(p.url.as_deref()?)).next();
                    record.port = port;
                    found.push(record);
                }
            }
        }
        Ok(())
    }
}

fn value(token: &str) -> Result<guess::Guessed, &'static str> {
    let meant = refang(token);
    let meant = meant.as_ref();
    if meant.starts_with('/') {
        return Err("a part of a link: no equality of a whole link");
    }
    // A trail may be a link without its scheme.
    if meant.contains('/') && !meant.contains("://") && Value::new(Kind::Ipv4, meant).is_err() {
        let link = format!("http://{meant}");
        return Value::new(Kind::Url, &link).map(|value| (value, None));
    }
    match guess::value(meant, None)? {
        // Trails name no packages.
        (value, _) if value.kind == Kind::Package => Value::host(meant).map(|value| (value, None)),
        other => Ok(other),
    }
}

/// A day in an address, as blogs have them: `…/2023/08/30/…`.
fn date_in(url: &str) -> Option<String> {
    let mut parts = url.split('/').skip_while(|part| part.len() != 4 || day(part).is_none());
    let (year, month) = (parts.next()?, parts.next()?);
    day(&format!("{year}-{month}-{}", parts.next().unwrap_or("01")))
        .filter(|_| month.len() == 2 && month.bytes().all(|b| b.is_ascii_digit()))
}
