//! Media types: what a client takes and what it sends (sections 1.6.8 and 3.2).

/// Whether a client that sends this `Accept` takes TAXII 2.1. One that sends none takes anything
/// (RFC 9110, section 12.5.1).
pub(crate) fn accepts(header: Option<&str>) -> bool {
    header.is_none_or(|header| header.split(',').any(takes))
}

fn takes(range: &str) -> bool {
    let (kind, parameters) = parts(range);
    let refused = parameters.iter().any(|(name, value)| {
        name == "q"
            && value.trim_end_matches('0').trim_end_matches('.').trim_matches('0').is_empty()
    });
    !refused
        && match kind.as_str() {
            "*/*" | "application/*" => true,
            "application/taxii+json" => is_21(&parameters),
            _ => false,
        }
}

/// Whether a body of this `Content-Type` is TAXII 2.1.
pub(crate) fn is_taxii(header: Option<&str>) -> bool {
    let Some((kind, parameters)) = header.map(parts) else { return false };
    kind == "application/taxii+json" && is_21(&parameters)
}

/// Without a version, the newest that the server has is meant.
fn is_21(parameters: &[(String, String)]) -> bool {
    parameters.iter().all(|(name, value)| name != "version" || value == "2.1")
}

/// The type and its parameters, in small letters.
fn parts(range: &str) -> (String, Vec<(String, String)>) {
    let lower = range.to_ascii_lowercase();
    let mut words = lower.split(';').map(str::trim);
    let kind = words.next().unwrap_or_default().to_owned();
    let parameters = words.filter_map(|word| word.split_once('='));
    let parameters = parameters
        .map(|(name, value)| (name.trim().to_owned(), value.trim().trim_matches('"').to_owned()));
    (kind, parameters.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_decides() {
        for taken in [
            "application/taxii+json;version=2.1",
            "application/taxii+json; version=\"2.1\"",
            "Application/TAXII+JSON",
            "text/html, application/taxii+json;version=2.1;q=0.5",
            "*/*",
        ] {
            assert!(accepts(Some(taken)), "{taken}");
        }
        for refused in [
            "application/taxii+json;version=2.0",
            "application/vnd.oasis.stix+json",
            "application/json",
            "",
            "application/taxii+json;q=0",
            "*/*;q=0.0",
        ] {
            assert!(!accepts(Some(refused)), "{refused}");
        }
        assert!(accepts(None));
        assert!(is_taxii(Some("application/taxii+json")));
        assert!(!is_taxii(Some("application/json")) && !is_taxii(None) && !is_taxii(Some("*/*")));
    }
}
