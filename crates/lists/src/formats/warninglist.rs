//! MISP warning lists (`lists/NAME/list.json` of misp-warninglists): name, version, type, list.

use super::{Format, Found, WarningList};
use crate::Head;
use crate::suppress::Compare;
use serde::Deserialize;

pub(super) struct Warninglist;

#[derive(Deserialize)]
struct List {
    name: String,
    #[serde(default)]
    version: serde_json::Value,
    #[serde(rename = "type", default)]
    kind: Option<String>,
    list: Vec<String>,
}

impl Format for Warninglist {
    fn id(&self) -> &'static str {
        "misp-warninglist"
    }

    fn about(&self) -> &'static str {
        "MISP warning list (misp-warninglists, list.json): takes values out of other lists"
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.json_key("list")
            && (head.json_key("matching_attributes") || head.json_key("name"))
            && !head.json_key("Event")
            && !head.json_key("objects")
    }

    fn read(&self, text: &str, found: &mut Found<'_>) -> Result<(), String> {
        let list: List = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let kind = list.kind.as_deref().unwrap_or("string");
        let compare = match kind {
            "cidr" => Compare::Network,
            "hostname" => Compare::Host,
            "substring" => Compare::Part,
            "string" => Compare::Whole,
            other => {
                let reason = format!("entries of type `{other}` are not compared");
                found.skipped_total += (list.list.len() as u64).saturating_sub(1);
                found.skip("list", reason);
                return Ok(());
            }
        };
        let version = match &list.version {
            serde_json::Value::Null => String::new(),
            version => format!(", version {version}"),
        };
        let entries = list.list.into_iter().map(|entry| (compare, entry)).collect();
        found.warning_lists.push(WarningList { name: format!("{}{version}", list.name), entries });
        Ok(())
    }
}
