//! `manifest.json` of a MISP feed folder: UUIDs of events. The events themselves lie beside it,
//! one file each, and are read as such; the manifest gives no value.

use super::{Format, Found};
use crate::Head;

pub(super) struct MispManifest;

impl Format for MispManifest {
    fn id(&self) -> &'static str {
        "misp-manifest"
    }

    fn about(&self) -> &'static str {
        "manifest.json of a MISP feed folder; the events beside it are read one by one"
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.name == "manifest.json" && head.json_key("Orgc") && head.json_key("info")
    }

    fn read(&self, text: &str, found: &mut Found<'_>) -> Result<(), String> {
        let events: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(text).map_err(|error| error.to_string())?;
        found.remarks.push(format!("a feed of {} events, each a file beside it", events.len()));
        Ok(())
    }
}
