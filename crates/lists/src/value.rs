//! A value that an indicator names, in the normal form that observations take too.

use ipnet::IpNet;
use model::normal;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use stix::pattern::Equality;

/// What a value is. The order is that of exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Host name.
    Domain,
    /// IPv4 address or network.
    Ipv4,
    /// IPv6 address or network.
    Ipv6,
    /// URL with scheme and host.
    Url,
    /// SHA-256 of a file.
    Sha256,
    /// SHA-1 of a file.
    Sha1,
    /// MD5 of a file.
    Md5,
    /// Android package name or iOS bundle id.
    Package,
    /// SHA-256 of a signing certificate.
    CertSha256,
    /// SHA-1 of a signing certificate.
    CertSha1,
    /// MD5 of a signing certificate.
    CertMd5,
    /// Path on the phone.
    Path,
    /// Last component of a path.
    FileName,
    /// Process name.
    Process,
    /// E-mail address.
    Email,
    /// Name of an Android system property.
    Property,
    /// Identifier of an iOS configuration profile.
    Profile,
}

impl Kind {
    /// Its name in our documents (`cert_sha256`).
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Domain => "domain",
            Kind::Ipv4 => "ipv4",
            Kind::Ipv6 => "ipv6",
            Kind::Url => "url",
            Kind::Sha256 => "sha256",
            Kind::Sha1 => "sha1",
            Kind::Md5 => "md5",
            Kind::Package => "package",
            Kind::CertSha256 => "cert_sha256",
            Kind::CertSha1 => "cert_sha1",
            Kind::CertMd5 => "cert_md5",
            Kind::Path => "path",
            Kind::FileName => "file_name",
            Kind::Process => "process",
            Kind::Email => "email",
            Kind::Property => "property",
            Kind::Profile => "profile",
        }
    }

    /// The object path that a STIX pattern compares.
    #[must_use]
    pub fn object_path(self) -> &'static str {
        match self {
            Kind::Domain => "domain-name:value",
            Kind::Ipv4 => "ipv4-addr:value",
            Kind::Ipv6 => "ipv6-addr:value",
            Kind::Url => "url:value",
            Kind::Sha256 => "file:hashes.'SHA-256'",
            Kind::Sha1 => "file:hashes.'SHA-1'",
            Kind::Md5 => "file:hashes.MD5",
            Kind::Package => "app:id",
            Kind::CertSha256 => "x509-certificate:hashes.'SHA-256'",
            Kind::CertSha1 => "x509-certificate:hashes.'SHA-1'",
            Kind::CertMd5 => "x509-certificate:hashes.MD5",
            Kind::Path => "file:path",
            Kind::FileName => "file:name",
            Kind::Process => "process:name",
            Kind::Email => "email-addr:value",
            Kind::Property => "android-property:name",
            Kind::Profile => "configuration-profile:id",
        }
    }
}

/// A value and what it is; made by [`Value::new`] only, so it is in normal form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// The value.
    pub text: String,
}

impl Value {
    /// Brings a value into normal form.
    ///
    /// # Errors
    /// What it is not, in words (`no host name`).
    pub fn new(kind: Kind, raw: &str) -> Result<Self, &'static str> {
        let raw = raw.trim();
        if raw.is_empty() {
            return Err("nothing stands there");
        }
        if raw.len() > 8 << 10 {
            return Err("longer than 8 KiB");
        }
        let hash = |digits, wrong| normal::hex(raw, digits).map(Into::into).ok_or(wrong);
        let text = match kind {
            Kind::Domain => normal::domain(raw).map(Into::into).ok_or("no host name")?,
            Kind::Ipv4 | Kind::Ipv6 => return address(raw).ok_or("no address or network"),
            Kind::Url => normal::url(raw).ok_or("no URL with scheme and host")?,
            Kind::Sha256 | Kind::CertSha256 => hash(64, "no SHA-256 of 64 digits")?,
            Kind::Sha1 | Kind::CertSha1 => hash(40, "no SHA-1 of 40 digits")?,
            Kind::Md5 | Kind::CertMd5 => hash(32, "no MD5 of 32 digits")?,
            Kind::Package => normal::package(raw).ok_or("no package name")?.to_owned(),
            Kind::Path => {
                let absolute = if raw.starts_with('/') { raw.into() } else { format!("/{raw}") };
                normal::path(&absolute).ok_or("no path")?.into_owned()
            }
            Kind::FileName if raw.contains('/') => {
                return Value::new(Kind::Path, raw);
            }
            Kind::FileName => raw.to_owned(),
            Kind::Process => normal::file_name(raw).ok_or("no process name")?.to_owned(),
            Kind::Email => normal::email(raw).ok_or("no e-mail address")?,
            Kind::Property | Kind::Profile => raw.to_owned(),
        };
        Ok(Self { kind, text })
    }

    /// A host as it stands in lists: a name or an address.
    ///
    /// # Errors
    /// What it is not, in words.
    pub fn host(raw: &str) -> Result<Self, &'static str> {
        address(raw.trim()).map_or_else(|| Value::new(Kind::Domain, raw), Ok)
    }

    /// The STIX pattern that names it.
    #[must_use]
    pub fn pattern(&self) -> String {
        format!("[{}]", self.comparison(self.kind.object_path()))
    }

    /// The comparison of a pattern, for a path of the caller's choice.
    #[must_use]
    pub(crate) fn comparison(&self, path: &str) -> String {
        format!("{path} = '{}'", self.text.replace('\\', "\\\\").replace('\'', "\\'"))
    }
}

/// An address, or a network in CIDR notation.
fn address(raw: &str) -> Option<Value> {
    let bare = raw.strip_prefix('[').and_then(|r| r.strip_suffix(']')).unwrap_or(raw);
    if let Ok(network) = bare.parse::<IpNet>() {
        let network = network.trunc();
        let kind = if network.addr().is_ipv4() { Kind::Ipv4 } else { Kind::Ipv6 };
        let single = network.prefix_len() == network.max_prefix_len();
        let text = if single { network.addr().to_string() } else { network.to_string() };
        return Some(Value { kind, text });
    }
    let address = bare.parse::<IpAddr>().ok()?.to_canonical();
    let kind = if address.is_ipv4() { Kind::Ipv4 } else { Kind::Ipv6 };
    Some(Value { kind, text: address.to_string() })
}

/// Why an equality of a STIX pattern names no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoValue {
    /// It compares a property that is no value of ours.
    #[error("{0} is no value that is known")]
    Property(String),
    /// What it compares with has not the form of such a value.
    #[error("{0}")]
    Value(&'static str),
}

/// The value that an equality of a STIX pattern names.
///
/// # Errors
/// Why there is none.
pub fn of_equality(one: &Equality<'_>) -> Result<Value, NoValue> {
    let mut keys = one.path.iter().map(AsRef::as_ref);
    let path = (keys.next().unwrap_or(""), keys.next(), keys.next());
    let algorithm = |name: &str, [sha256, sha1, md5]: [Kind; 3]| match normal::algorithm(name) {
        Some(("SHA-256", _)) => Ok(sha256),
        Some(("SHA-1", _)) => Ok(sha1),
        Some(_) => Ok(md5),
        None => Err(NoValue::Property(format!("a hash by `{name}`"))),
    };
    let file = [Kind::Sha256, Kind::Sha1, Kind::Md5];
    let cert = [Kind::CertSha256, Kind::CertSha1, Kind::CertMd5];
    let kind = match (one.object, path) {
        ("network-traffic", ("dst_ref" | "src_ref", Some("value"), None)) => {
            return Value::host(&one.value).map_err(NoValue::Value);
        }
        ("domain-name", ("value", None, None)) => {
            return Value::host(&one.value).map_err(NoValue::Value);
        }
        ("ipv4-addr" | "ipv6-addr", ("value", None, None)) => Kind::Ipv4,
        ("url", ("value", None, None)) => Kind::Url,
        ("file" | "artifact", ("hashes", Some(name), None)) => algorithm(name, file)?,
        ("x509-certificate", ("hashes", Some(name), None))
        | ("app", ("cert", Some(name), None)) => algorithm(name, cert)?,
        ("file", ("name", None, None)) => Kind::FileName,
        ("file" | "directory", ("path", None, None)) => Kind::Path,
        ("process", ("name", None, None)) => Kind::Process,
        ("email-addr", ("value", None, None)) => Kind::Email,
        ("app", ("id", None, None)) => Kind::Package,
        ("android-property", ("name", None, None)) => Kind::Property,
        ("configuration-profile", ("id", None, None)) => Kind::Profile,
        _ => {
            let path = format!("`{}:{}`", one.object, one.path.join("."));
            return Err(NoValue::Property(path));
        }
    };
    Value::new(kind, &one.value).map_err(NoValue::Value)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // A test may.
mod tests {
    use super::*;

    #[test]
    fn values_take_one_form() {
        for (kind, raw, text) in [
            (Kind::Domain, " Evil.Example. ", "evil.example"),
            (Kind::Ipv4, "203.0.113.9/24", "203.0.113.0/24"),
            (Kind::Ipv4, "[2001:DB8::1]", "2001:db8::1"),
            (Kind::Path, "private/var/x", "/private/var/x"),
            (Kind::FileName, "/data/a.jar", "/data/a.jar"),
            (Kind::Email, "A@Evil.example", "a@evil.example"),
        ] {
            assert_eq!(Value::new(kind, raw).unwrap().text, text);
        }
        assert_eq!(Value::host("203.0.113.7").unwrap().kind, Kind::Ipv4);
        assert_eq!(Value::new(Kind::Sha1, "ab"), Err("no SHA-1 of 40 digits"));
    }

    #[test]
    fn patterns_escape_quotes() {
        let value = Value::new(Kind::FileName, r"a'b\c").unwrap();
        assert_eq!(value.pattern(), r"[file:name = 'a\'b\\c']");
        let pattern = value.pattern();
        let equalities = stix::pattern::equalities(&pattern).unwrap();
        assert_eq!(equalities.len(), 1);
        assert_eq!(of_equality(&equalities[0]).unwrap(), value);
    }
}
