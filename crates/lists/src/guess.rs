//! What a bare value is, by its form and by what is said around it.

use crate::{Kind, Value, refang};

/// A value with the port that stood beside it.
pub(crate) type Guessed = (Value, Option<u16>);

/// Kind of the values of a file, by words in its name (`package_names.txt`, `samples.sha256`).
pub(crate) fn by_name(name: &str) -> Option<Kind> {
    let name = name.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["package", "appid", "app_id", "app-id", "bundle_id"]) {
        Some(Kind::Package)
    } else if has(&["process"]) {
        Some(Kind::Process)
    } else if has(&["file_path", "filepath", "paths"]) {
        Some(Kind::Path)
    } else if has(&["file_name", "filename"]) {
        Some(Kind::FileName)
    } else if has(&["android_propert", "properties.txt"]) {
        Some(Kind::Property)
    } else if has(&["config_profile", "configuration_profile"]) {
        Some(Kind::Profile)
    } else if has(&["cert"]) {
        Some(Kind::CertSha256)
    } else {
        None
    }
}

/// The value that a token is. `hint` is the kind that the file's name speaks of; for hashes it
/// says whether they are certificates'.
///
/// # Errors
/// Why it is none, in words.
pub(crate) fn value(token: &str, hint: Option<Kind>) -> Result<Guessed, &'static str> {
    let token = token.trim_matches(|c: char| matches!(c, '`' | '"' | '\'' | ' ' | '\t' | '\r'));
    let meant = refang(token);
    let meant = meant.as_ref();
    if let Some(hash) = hash(meant, matches!(hint, Some(Kind::CertSha256))) {
        return Ok((hash, None));
    }
    match hint {
        Some(kind @ (Kind::Package | Kind::Process | Kind::Path | Kind::FileName)) => {
            return Value::new(kind, meant).map(|value| (value, None));
        }
        Some(kind @ (Kind::Property | Kind::Profile)) => {
            return Value::new(kind, meant).map(|value| (value, None));
        }
        _ => {}
    }
    if meant.contains("://") {
        return Value::new(Kind::Url, meant).map(|value| (value, None));
    }
    if meant.contains('@') && !meant.contains('/') {
        return Value::new(Kind::Email, meant).map(|value| (value, None));
    }
    if meant.starts_with('/') {
        return Value::new(Kind::Path, meant).map(|value| (value, None));
    }
    if let Ok(value) = Value::new(Kind::Ipv4, meant) {
        return Ok((value, None));
    }
    if let Some((host, port)) = with_port(meant) {
        return Value::host(host).map(|value| (value, Some(port)));
    }
    if meant.contains('/') {
        // A host with a path and no scheme: which scheme it had is not known.
        return Err("a link without a scheme");
    }
    if is_package(meant) {
        return Value::new(Kind::Package, meant).map(|value| (value, None));
    }
    if !meant.contains('.') {
        return Err("neither hash, address, link nor host name");
    }
    Value::new(Kind::Domain, meant).map(|value| (value, None))
}

/// `host:port`; an IPv6 address must stand in brackets.
pub(crate) fn with_port(text: &str) -> Option<(&str, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let port = port.parse().ok().filter(|port| *port != 0)?;
    let bare = !host.contains(':') || host.starts_with('[');
    (bare && !host.is_empty()).then_some((host, port))
}

/// A hash by its length.
pub(crate) fn hash(text: &str, of_certificate: bool) -> Option<Value> {
    let kinds = match of_certificate {
        true => [Kind::CertSha256, Kind::CertSha1, Kind::CertMd5],
        false => [Kind::Sha256, Kind::Sha1, Kind::Md5],
    };
    let digits = text.bytes().filter(|b| *b != b':').count();
    let [sha256, sha1, md5] = kinds;
    let kind = match digits {
        64 => sha256,
        40 => sha1,
        32 => md5,
        _ => return None,
    };
    Value::new(kind, text).ok()
}

/// Whether a dotted name reads as a package rather than as a host: it begins as packages do,
/// with a top-level domain, and has three parts or an underscore.
fn is_package(text: &str) -> bool {
    const FIRST: &[&str] = &["com", "org", "net", "edu", "gov"];
    let first = text.split('.').next().unwrap_or("");
    FIRST.contains(&first) && (text.matches('.').count() >= 2 || text.contains('_'))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // A test may.
mod tests {
    use super::*;

    #[test]
    fn values_are_told_by_their_form() {
        for (token, kind, text, port) in [
            ("evil[.]example", Kind::Domain, "evil.example", None),
            ("com.evil.app", Kind::Package, "com.evil.app", None),
            ("net.system_updater", Kind::Package, "net.system_updater", None),
            ("`203.0.113[.]7`", Kind::Ipv4, "203.0.113.7", None),
            ("203.0.113.7:4432", Kind::Ipv4, "203.0.113.7", Some(4432)),
            ("c2.example:8080", Kind::Domain, "c2.example", Some(8080)),
            ("hxxp://evil[.]example/a?b=c", Kind::Url, "http://evil.example/a?b=c", None),
            ("a@evil.example", Kind::Email, "a@evil.example", None),
            ("2001:db8::1", Kind::Ipv6, "2001:db8::1", None),
            ("[2001:db8::1]:443", Kind::Ipv6, "2001:db8::1", Some(443)),
            (
                "D41D8CD98F00B204E9800998ECF8427E",
                Kind::Md5,
                "d41d8cd98f00b204e9800998ecf8427e",
                None,
            ),
        ] {
            let (value, found) = self::value(token, None).unwrap();
            assert_eq!((value.kind, value.text.as_str(), found), (kind, text, port), "{token}");
        }
        assert!(value("evil.example/path", None).is_err());
        assert!(value("word", None).is_err());
        let (process, _) = value("msgacntd", by_name("processes.txt")).unwrap();
        assert_eq!(process.kind, Kind::Process);
        let (package, _) = value("evil.example", by_name("package_names.txt")).unwrap();
        assert_eq!(package.kind, Kind::Package);
    }
}
