//! Indicators of SpyGuard and TinyCheck: `{"iocs": [{"type", "tag", "tlp", "value"}]}`.

use super::{Format, Found};
use crate::{Head, Kind, Tlp, Trust, Value, refang};
use serde::Deserialize;

pub(super) struct Tinycheck;

#[derive(Deserialize)]
struct File {
    iocs: Vec<Ioc>,
}

#[derive(Deserialize)]
struct Ioc {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    tag: String,
    #[serde(default)]
    tlp: String,
    value: String,
}

impl Format for Tinycheck {
    fn id(&self) -> &'static str {
        "tinycheck"
    }

    fn about(&self) -> &'static str {
        "SpyGuard and TinyCheck indicators (JSON with `iocs`)"
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.json_key("iocs") && head.json_key("tlp")
    }

    fn read(&self, text: &str, found: &mut Found<'_>) -> Result<(), String> {
        let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
        for (number, one) in file.iocs.into_iter().enumerate() {
            let place = format!("/iocs/{number}");
            let meant = refang(&one.value);
            let value = match one.kind.as_str() {
                "domain" => Value::host(&meant),
                "ip4addr" | "ip6addr" | "ipaddr" | "cidr" => Value::new(Kind::Ipv4, &meant),
                "sha1cert" => Value::new(Kind::CertSha1, &meant),
                // Parents under which anybody may have hosts, and hosts of name servers.
                "freedns" | "ns" | "tld" => {
                    found.skip(
                        place,
                        format!("`{}`: a {} list names no spyware", one.value, one.kind),
                    );
                    continue;
                }
                "snort" => {
                    found.skip(place, "a rule over captured traffic");
                    continue;
                }
                other => {
                    found.skip(place, format!("indicators of type `{other}` are not understood"));
                    continue;
                }
            };
            match value {
                Err(reason) => found.skip(place, format!("`{}`: {reason}", one.value)),
                Ok(value) => {
                    let origin = found.origin(None, Some(place));
                    let mut record = found.record(value, origin, Trust::Collected);
                    record.tlp = Tlp::from_tag(&one.tlp);
                    match one.tag.as_str() {
                        "apt" | "stalkerware" | "malicious" | "" => {}
                        // `suspect`, `dual`, `tracker` … : what honest hosts have too.
                        tag => record.context = Some(format!("its publisher tags it as `{tag}`")),
                    }
                    record.note = (!one.tag.is_empty()).then(|| format!("tagged {}", one.tag));
                    found.push(record);
                }
            }
        }
        Ok(())
    }
}
