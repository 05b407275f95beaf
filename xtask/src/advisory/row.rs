//! Rows of `indicators.csv`, and the value that an equality states.

use anyhow::{Result, bail};
use serde::Deserialize;

/// One row, as it stands.
#[derive(Debug, Deserialize)]
pub(super) struct Row {
    /// Name of the family, or several joined by `/` or `+`.
    pub(super) family: String,
    /// `sha256`, `domain`, `string` …
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// The value.
    pub(super) value: String,
    /// What the source says of it, with the marks of whoever compiled the list.
    #[serde(rename = "label_or_context")]
    pub(super) context: String,
    /// Where it was read.
    pub(super) source_name: String,
    /// Address of that.
    pub(super) source_url: String,
    /// Day, month or year of publication, or `unknown`.
    pub(super) first_public: String,
}

/// A value with its type; the order is that of the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    Sha256(String),
    Sha1(String),
    Md5(String),
    Package(String),
    FileName(String),
    Domain(String),
    Ipv4(String),
    Ipv4Port(String, u16),
    Url(String),
    Email(String),
}

/// Reads the table.
pub(super) fn read(text: &str) -> Result<Vec<Row>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    Ok(reader.deserialize().collect::<Result<_, _>>()?)
}

impl Row {
    /// The value, if an equality can state it.
    pub(super) fn value(&self) -> Option<Value> {
        let value = self.value.trim();
        Some(match self.kind.as_str() {
            "sha256" => Value::Sha256(value.to_lowercase()),
            "sha1" => Value::Sha1(value.to_lowercase()),
            "md5" => Value::Md5(value.to_lowercase()),
            "package" => Value::Package(value.to_owned()),
            "file_name" => Value::FileName(value.to_owned()),
            "domain" => Value::Domain(value.to_lowercase()),
            "ipv4" => Value::Ipv4(value.to_owned()),
            "ipv4_port" => {
                let (address, port) = value.split_once(':')?;
                Value::Ipv4Port(address.to_owned(), port.parse().ok()?)
            }
            // One URL of Citizen Lab's table lacks its colon.
            "url" => Value::Url(match value.strip_prefix("http//") {
                Some(rest) => format!("http://{rest}"),
                None => value.to_owned(),
            }),
            "email" => Value::Email(value.to_lowercase()),
            _ => return None,
        })
    }

    /// Address of the source, without the remark that may follow it.
    pub(super) fn url(&self) -> Option<&str> {
        self.source_url.split_whitespace().next().filter(|word| word.starts_with("http"))
    }
}

/// Why a type of value is kept aside.
pub(super) fn reason(kind: &str) -> Result<&'static str> {
    Ok(match kind {
        "string" => "a text inside of files: needs a scan of their content",
        "url_path" => "a part of a URL: no equality of a whole URL",
        "app_label" => "a label: other apps may bear it; imitation is judged by brands",
        "port" => "a port without a host",
        "network_rule" => "a rule over captured traffic",
        "cert_attr" => "parts of a certificate's names",
        "yara_hex" => "bytes inside of files: needs a scan of their content",
        "vuln" => "a vulnerability: says nothing of a phone",
        "user_agent" => "a header of captured traffic",
        other => bail!("unknown type of value: {other}"),
    })
}
