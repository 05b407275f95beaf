//! `indicators.yaml` of mvt-indicators: which bundles there are, who published them, where they
//! lie. The bundles are read as files of their own; the index only says what should be there.

use super::{Format, Found};
use crate::Head;
use serde::Deserialize;

pub(super) struct MvtIndex;

#[derive(Deserialize)]
struct Index {
    indicators: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    name: String,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    github: Option<Github>,
    #[serde(default)]
    download_url: Option<String>,
}

#[derive(Deserialize)]
struct Github {
    #[serde(default)]
    owner: String,
    #[serde(default)]
    repo: String,
    #[serde(default)]
    path: String,
}

impl Format for MvtIndex {
    fn id(&self) -> &'static str {
        "mvt-index"
    }

    fn about(&self) -> &'static str {
        "indicators.yaml of mvt-indicators; bundles beside it are read whether it lists them or not"
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let mut lines = head.lines().filter(|line| *line != "---");
        lines.next() == Some("indicators:") && head.text.contains("type:")
    }

    fn read(&self, text: &str, found: &mut Found<'_>) -> Result<(), String> {
        let index: Index =
            serde_saphyr::from_str(text).map_err(|error| super::first_line(&error))?;
        let mut here = Vec::new();
        for entry in &index.indicators {
            let place = match (&entry.github, &entry.download_url) {
                (Some(github), _) => format!("{}/{} {}", github.owner, github.repo, github.path),
                (None, Some(url)) => url.clone(),
                (None, None) => format!("of type `{}`", entry.kind),
            };
            here.push(format!("lists {}: {place}", entry.name));
        }
        found.remarks.extend(here);
        Ok(())
    }
}
