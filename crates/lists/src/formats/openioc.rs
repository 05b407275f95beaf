//! OpenIOC 1.0 and 1.1: items of a definition (or criteria) with a search term and a content.
//! MISP's export leaves the content empty and puts the value into the item's id.

use super::xml::{Met, attribute, walk};
use super::{Format, Found, day};
use crate::{Head, Kind, Publication, Trust, Value, guess, refang};

pub(super) struct OpenIoc;

#[derive(Default)]
struct State {
    description: String,
    author: String,
    date: Option<String>,
    links: Vec<String>,
    item: Option<Item>,
    /// Operators of the indicators around, and whether items under an AND were met.
    and_depths: Vec<usize>,
    items: Vec<Item>,
}

#[derive(Default)]
struct Item {
    id: String,
    condition: String,
    negated: bool,
    search: String,
    content: String,
    line: u64,
    under_and: bool,
}

impl Format for OpenIoc {
    fn id(&self) -> &'static str {
        "openioc"
    }

    fn about(&self) -> &'static str {
        "OpenIOC 1.0 and 1.1 (XML)"
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.first() == Some('<')
            && (head.text.contains("schemas.mandiant.com/2010/ioc")
                || head.text.contains("openioc.org/schemas"))
    }

    fn read(&self, text: &str, found: &mut Found<'_>) -> Result<(), String> {
        let mut state = State::default();
        walk(text, &mut |path, line, met| match met {
            Met::Open("Indicator", attributes) => {
                if attribute(attributes, "operator") == Some("AND") {
                    state.and_depths.push(path.len());
                }
            }
            Met::Open("IndicatorItem", attributes) => {
                let stated = |key| attribute(attributes, key).unwrap_or("").to_owned();
                state.item = Some(Item {
                    id: stated("id"),
                    condition: stated("condition"),
                    negated: stated("negate") == "true",
                    line,
                    under_and: !state.and_depths.is_empty(),
                    ..Item::default()
                });
            }
            Met::Open("Context", attributes) => {
                if let Some(item) = &mut state.item {
                    attribute(attributes, "search").unwrap_or("").clone_into(&mut item.search);
                }
            }
            Met::Open(..) => {}
            Met::Close("Indicator", _) => {
                state.and_depths.pop_if(|depth| *depth == path.len());
            }
            Met::Close("IndicatorItem", _) => state.items.extend(state.item.take()),
            Met::Close("Content", own) => {
                if let Some(item) = &mut state.item {
                    own.clone_into(&mut item.content);
                }
            }
            Met::Close("description" | "short_description", own) if !own.is_empty() => {
                own.clone_into(&mut state.description);
            }
            Met::Close("authored_by", own) => own.clone_into(&mut state.author),
            Met::Close("authored_date", own) => state.date = day(own),
            Met::Close("link", own) if own.starts_with("http") => state.links.push(own.to_owned()),
            Met::Close(..) => {}
        })?;
        for item in std::mem::take(&mut state.items) {
            take(&item, &state, found);
        }
        Ok(())
    }
}

fn take(item: &Item, state: &State, found: &mut Found<'_>) {
    let place = || format!("line {}, item {}", item.line, item.id);
    if item.negated || !matches!(item.condition.as_str(), "is" | "") {
        let condition = if item.negated { "not" } else { &item.condition };
        return found.skip(place(), format!("condition `{condition}` is no equality"));
    }
    let raw = if item.content.is_empty() { &item.id } else { &item.content };
    match value(&item.search, &refang(raw)) {
        None => found.skip(place(), format!("`{}` is not understood", item.search)),
        Some(Err(reason)) => found.skip(place(), format!("`{raw}`: {reason}")),
        Some(Ok(value)) => {
            let origin = found.origin(Some(item.line), Some(item.id.clone()));
            let mut record = found.record(value, origin, Trust::Community);
            let name = match (state.author.as_str(), state.description.as_str()) {
                ("", "") => String::new(),
                ("", title) => title.to_owned(),
                (author, title) => format!("{author}: {title}"),
            };
            if !name.is_empty() {
                let url = |url: &String| Publication { name: name.clone(), url: Some(url.clone()) };
                record.publications.extend(state.links.iter().map(url));
                if record.publications.is_empty() {
                    record.publications.push(Publication { name, url: None });
                }
            }
            record.date.clone_from(&state.date);
            if item.under_and {
                record.context = Some("it counts only together with others (AND)".to_owned());
            }
            found.push(record);
        }
    }
}

/// The value by the term that it is searched as.
fn value(search: &str, raw: &str) -> Option<Result<Value, &'static str>> {
    let hash = |certificate| guess::hash(raw, certificate).ok_or("no MD5, SHA-1 or SHA-256");
    Some(match search {
        "FileItem/Md5sum" | "FileItem/Sha1sum" | "FileItem/Sha256sum" => hash(false),
        "FileItem/FileName" => Value::new(Kind::FileName, raw),
        "FileItem/FullPath" | "FileItem/FilePath" => Value::new(Kind::Path, raw),
        "Network/DNS"
        | "DnsEntryItem/Host"
        | "DnsEntryItem/RecordName"
        | "UrlHistoryItem/HostName" => Value::host(raw),
        "PortItem/remoteIP"
        | "RouteEntryItem/Destination"
        | "RouteEntryItem/Gateway"
        | "DnsEntryItem/RecordData/IPv4Address"
        | "Network/String"
        | "PortItem/localIP" => Value::host(raw),
        "UrlHistoryItem/URL" | "Network/URI" if raw.contains("://") => Value::new(Kind::Url, raw),
        "ProcessItem/name" => Value::new(Kind::Process, raw),
        "Email/From" | "Email/To" => Value::new(Kind::Email, raw),
        "FileItem/PEInfo/DigitalSignature/CertificateSubject" => return None,
        _ => return None,
    })
}
