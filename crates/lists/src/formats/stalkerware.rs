//! `ioc.yaml` (and `watchware.yaml`) of AssoEchap's stalkerware-indicators: a list of apps with
//! packages, certificates (SHA-1), websites, distribution and command-and-control hosts.
//!
//! Websites are where such apps are sold: a visit is no infection, so they are context. Watchware
//! is openly sold monitoring; what names it is kept, its type stands in the note.

use super::{Format, Found};
use crate::{Head, Kind, Publication, Trust, Value, guess};
use serde::Deserialize;
use serde_saphyr::Spanned;

pub(super) struct Stalkerware;

#[derive(Deserialize)]
struct App {
    name: String,
    #[serde(default)]
    names: Vec<String>,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    packages: Vec<Spanned<String>>,
    #[serde(default)]
    certificates: Vec<Spanned<String>>,
    #[serde(default)]
    websites: Vec<Spanned<String>>,
    #[serde(default)]
    distribution: Vec<Spanned<String>>,
    #[serde(default)]
    c2: Servers,
}

#[derive(Default, Deserialize)]
struct Servers {
    #[serde(default)]
    domains: Vec<Spanned<String>>,
    #[serde(default)]
    ips: Vec<Spanned<String>>,
}

impl Format for Stalkerware {
    fn id(&self) -> &'static str {
        "stalkerware"
    }

    fn about(&self) -> &'static str {
        "ioc.yaml and watchware.yaml of AssoEchap's stalkerware-indicators"
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let mut lines = head.lines().filter(|line| *line != "---");
        let begins = lines.next().is_some_and(|line| line.starts_with("- name:"));
        begins
            && ["packages:", "certificates:", "websites:", "c2:"]
                .iter()
                .any(|key| head.text.contains(key))
    }

    fn read(&self, text: &str, found: &mut Found<'_>) -> Result<(), String> {
        let apps: Vec<App> =
            serde_saphyr::from_str(text).map_err(|error| super::first_line(&error))?;
        for app in &apps {
            take(app, found);
        }
        Ok(())
    }
}

fn take(app: &App, found: &mut Found<'_>) {
    let certificate = |raw: &str| guess::hash(raw, true).ok_or("no hash of a certificate");
    let package = |raw: &str| Value::new(Kind::Package, raw);
    let shop = Some("a website where it is sold: visiting it installs nothing");
    for one in &app.packages {
        push(app, one, package(&one.value), "package", None, found);
    }
    for one in &app.certificates {
        push(app, one, certificate(&one.value), "certificate", None, found);
    }
    for one in &app.websites {
        push(app, one, Value::host(&one.value), "website", shop, found);
    }
    for one in &app.distribution {
        push(app, one, Value::host(&one.value), "distribution", None, found);
    }
    for one in app.c2.domains.iter().chain(&app.c2.ips) {
        push(app, one, Value::host(&one.value), "command and control", None, found);
    }
}

fn push(
    app: &App,
    one: &Spanned<String>,
    value: Result<Value, &'static str>,
    role: &str,
    context: Option<&str>,
    found: &mut Found<'_>,
) {
    let line = one.referenced.line();
    match value {
        Err(reason) => found.skip_line(line, &one.value, reason),
        Ok(value) => {
            let origin = found.origin(Some(line), Some(format!("{}, {role}", app.name)));
            let mut record = found.record(value, origin, Trust::Community);
            let name = "AssoEchap stalkerware-indicators".to_owned();
            let url = Some("https://github.com/AssoEchap/stalkerware-indicators".to_owned());
            record.publications.push(Publication { name, url });
            record.families.push(app.name.clone());
            let also: Vec<&str> =
                app.names.iter().map(String::as_str).filter(|name| *name != app.name).collect();
            let mut note = format!("{} of {}", role, app.name);
            if !app.kind.is_empty() {
                note.push_str(&format!(" ({})", app.kind));
            }
            if !also.is_empty() {
                note.push_str(&format!(", also known as {}", also.join(", ")));
            }
            record.note = Some(note);
            record.context = context.map(str::to_owned);
            found.push(record);
        }
    }
}
