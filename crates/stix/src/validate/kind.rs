//! A value against what its property is.

use super::Code;
use super::form::{self, Weight};
use super::object::{Checker, Custom};
use super::table::{Edition, Entry, Kind, Property, vocabulary};
use crate::json::{Data, Member, Node};
use crate::{Instant, binary};

impl Checker<'_, '_> {
    /// The value of a property; each item of it, if it is a list.
    pub(super) fn property(
        &mut self,
        node: &Node<'_>,
        property: &'static Property,
        of: Option<&str>,
    ) {
        if !property.list {
            return self.value(node, &property.kind, of);
        }
        let Data::List(items) = &node.data else { return self.wrong_type(node, "a list") };
        for (number, item) in items.iter().enumerate() {
            self.at(&format!("[{number}]"), |checker| checker.value(item, &property.kind, of));
        }
    }

    fn value(&mut self, node: &Node<'_>, kind: &'static Kind, of: Option<&str>) {
        match kind {
            Kind::Any => {}
            Kind::Integer { low, high } | Kind::Float { low, high } => {
                self.number(node, matches!(kind, Kind::Integer { .. }), *low, *high);
            }
            Kind::Boolean => {
                if !matches!(node.data, Data::Bool(_)) {
                    self.wrong_type(node, "a boolean");
                }
            }
            Kind::Hashes => self.hashes(node),
            Kind::Dictionary(entry) => self.dictionary(node, *entry),
            Kind::Struct(name) => {
                if let Some(shape) = self.tables.structs.get(name) {
                    let custom = std::mem::replace(&mut self.custom, Custom::Advised);
                    self.shapes(node, &[shape], None);
                    self.custom = custom;
                    if *name == "external-reference" {
                        self.external_reference(node);
                    }
                }
            }
            Kind::Extensions => self.extensions(node, of),
            Kind::Objects => self.objects(node),
            Kind::Contents => self.contents(node),
            _ => match node.text() {
                None => self.wrong_type(node, "a string"),
                Some(text) => self.text(node, text, kind),
            },
        }
    }

    fn text(&mut self, node: &Node<'_>, text: &str, kind: &'static Kind) {
        match kind {
            Kind::Timestamp { millis } => self.timestamp(node, text, *millis),
            Kind::Hex if (text.is_empty() || binary::from_hex(text).is_none()) => {
                self.must(Code::BadValue, node, "not pairs of hexadecimal digits");
            }
            Kind::Binary if (text.is_empty() || binary::from_base64(text).is_none()) => {
                self.must(Code::BadValue, node, "not base64");
            }
            Kind::Reference(types) => self.reference(node, text, types),
            Kind::Key(types) => self.key_reference(node, text, types),
            Kind::Open(name) if !vocabulary(name).is_some_and(|values| values.contains(text)) => {
                let message = format!("not in the vocabulary {name}");
                self.should(Code::NotInVocabulary, node, &message);
            }
            Kind::Enum(name) if !vocabulary(name).is_some_and(|values| values.contains(text)) => {
                let message = format!("none of the values of {name}");
                self.must(Code::NotInEnumeration, node, &message);
            }
            Kind::Form(name) => {
                if let Some((weight, expected)) = form::broken(name, text) {
                    let message = format!("not {expected}");
                    match weight {
                        Weight::Must => self.must(Code::BadValue, node, &message),
                        Weight::Should => self.should(Code::ValueForm, node, &message),
                    }
                }
            }
            _ => {}
        }
    }

    /// Section 2.16; `created` and `modified` state milliseconds (section 3.2).
    fn timestamp(&mut self, node: &Node<'_>, text: &str, millis: bool) {
        if Instant::parse(text).is_none() {
            let message = "not a time that exists, as YYYY-MM-DDTHH:mm:ss[.s+]Z";
            return self.must(Code::BadTimestamp, node, message);
        }
        let digits = text.split_once('.').map_or(0, |(_, fraction)| fraction.len() - 1);
        let enough = match self.edition {
            Edition::V20 => digits == 3,
            Edition::V21 => digits >= 3,
        };
        if millis && !enough {
            self.must(Code::BadTimestamp, node, "not precise to the millisecond");
        }
    }

    fn number(&mut self, node: &Node<'_>, integer: bool, low: Option<f64>, high: Option<f64>) {
        let Data::Number { value, whole, .. } = node.data else {
            return self.wrong_type(node, if integer { "a whole number" } else { "a number" });
        };
        if integer && !whole {
            return self.wrong_type(node, "a whole number");
        }
        if low.is_some_and(|low| value < low) || high.is_some_and(|high| value > high) {
            let bound = |bound: Option<f64>| bound.map_or(String::new(), |bound| bound.to_string());
            let message = format!("not in the range {}..{}", bound(low), bound(high));
            self.must(Code::OutOfRange, node, &message);
        }
    }

    /// Section 2.7 and 10.7; 2.0, part 3, section 2.
    fn hashes(&mut self, node: &Node<'_>) {
        let Data::Dict(members) = &node.data else { return self.wrong_type(node, "an object") };
        self.not_empty(node);
        let name = match self.edition {
            Edition::V20 => "hash-algo-ov-20",
            Edition::V21 => "hash-algorithm-ov",
        };
        for Member { key, value, .. } in members {
            self.at(&format!(".{key}"), |checker| {
                checker.key(key, value);
                if !vocabulary(name).is_some_and(|all| all.contains(key.as_ref()))
                    && !key.starts_with("x_")
                {
                    let message = format!("not in the vocabulary {name}, and without x_");
                    checker.should(Code::HashAlgorithm, value, &message);
                }
                let Some(text) = value.text() else {
                    return checker.wrong_type(value, "a string");
                };
                if let Some(message) = wrong_hash(key, text) {
                    checker.must(Code::BadHash, value, &message);
                }
            });
        }
    }

    /// Section 2.3: dictionaries have an entry. STIX 2.0 does not say so.
    pub(super) fn not_empty(&mut self, node: &Node<'_>) {
        if self.edition == Edition::V21 && node.members().is_empty() {
            self.must(Code::EmptyValue, node, "an empty object");
        }
    }

    /// Section 2.3: keys of dictionaries.
    fn key(&mut self, key: &str, value: &Node<'_>) {
        let sign = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        let (low, high) = match self.edition {
            Edition::V20 => (3, 256),
            Edition::V21 => (1, 250),
        };
        if !(low..=high).contains(&key.len()) || !key.bytes().all(sign) {
            let message =
                format!("keys are {low} to {high} letters, digits, hyphens and underscores");
            self.must(Code::BadPropertyName, value, &message);
        }
    }

    fn dictionary(&mut self, node: &Node<'_>, entry: Option<Entry>) {
        let Data::Dict(members) = &node.data else { return self.wrong_type(node, "an object") };
        self.not_empty(node);
        for Member { key, value, .. } in members {
            self.at(&format!(".{key}"), |checker| {
                checker.key(key, value);
                let text = matches!(value.data, Data::Text(_));
                let whole = matches!(value.data, Data::Number { whole: true, .. });
                let (fits, expected) = match entry {
                    None => (!matches!(value.data, Data::Null), "a value"),
                    Some(Entry::Text) => (text, "a string"),
                    Some(Entry::Integer) => (whole, "a whole number"),
                    Some(Entry::Scalar | Entry::Ipfix) => {
                        (text || whole, "a string or a whole number")
                    }
                    Some(Entry::List) => (
                        matches!(value.data, Data::List(_))
                            || checker.edition == Edition::V20 && text,
                        "a list",
                    ),
                };
                if !fits {
                    checker.wrong_type(value, expected);
                }
                if entry == Some(Entry::Ipfix) && !key.starts_with(|c: char| c.is_ascii_lowercase())
                {
                    let message = "not a name of the IANA registry of IPFIX entities";
                    checker.should(Code::KeyForm, value, message);
                }
            });
        }
    }

    /// Section 7.1: for each language, translations of properties.
    fn contents(&mut self, node: &Node<'_>) {
        let Data::Dict(members) = &node.data else { return self.wrong_type(node, "an object") };
        if members.is_empty() {
            return self.must(Code::EmptyValue, node, "an empty object");
        }
        for Member { key, value, .. } in members {
            self.at(&format!(".{key}"), |checker| {
                if form::broken("language", key).is_some() {
                    checker.must(Code::BadValue, value, "the key is no language code of RFC 5646");
                }
                let Data::Dict(inner) = &value.data else {
                    return checker.wrong_type(value, "an object");
                };
                for Member { key, value, .. } in inner {
                    let sign = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_');
                    if !(3..=250).contains(&key.len()) || !key.bytes().all(sign) {
                        checker.at(&format!(".{key}"), |checker| {
                            checker.must(
                                Code::BadPropertyName,
                                value,
                                "the key is no property name",
                            );
                        });
                    }
                }
            });
        }
    }

    /// A custom property whose name says how it is encoded (2.0, part 3, section 2; 2.1,
    /// section 3.1).
    pub(super) fn encoded(&mut self, key: &str, node: &Node<'_>) {
        let Some(text) = node.text() else { return };
        if key.ends_with("_bin") && binary::from_base64(text).is_none() {
            self.must(Code::BadValue, node, "not base64, as the name says");
        }
        if key.ends_with("_hex") && binary::from_hex(text).is_none() {
            self.must(Code::BadValue, node, "not hexadecimal, as the name says");
        }
    }

    /// Section 2.5; 2.0, part 1, section 2.3: CVE and CAPEC.
    fn external_reference(&mut self, node: &Node<'_>) {
        let source = node.text_of("source_name").unwrap_or("");
        let id = node.property("external_id");
        let text = id.and_then(Node::text).unwrap_or("");
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let cve = text.strip_prefix("CVE-").and_then(|rest| rest.split_once('-')).is_some_and(
            |(year, number)| {
                let plain = number.len() == 4 || number.len() > 4 && !number.starts_with('0');
                year.len() == 4 && digits(year) && digits(number) && plain
            },
        );
        let capec = text.strip_prefix("CAPEC-").is_some_and(digits);
        let wrong = match source {
            "cve" if !cve => "for the source `cve`, `external_id` is a CVE identifier",
            "capec" if !capec => "for the source `capec`, `external_id` is a CAPEC identifier",
            "cve" | "capec" => return,
            _ if cve => "for a CVE identifier, `source_name` is `cve`",
            _ if capec => "for a CAPEC identifier, `source_name` is `capec`",
            _ => return,
        };
        self.at(".external_id", |checker| {
            checker.must(Code::BadValue, id.unwrap_or(node), wrong);
        });
    }
}

/// What is wrong with a hash.
fn wrong_hash(algorithm: &str, text: &str) -> Option<String> {
    let hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    if let Some(digits) = crate::pattern::hex_digits(algorithm) {
        let fits = text.len() == digits && hex(text);
        return (!fits).then(|| format!("not {digits} hexadecimal digits"));
    }
    let fits = match algorithm {
        "MD6" => [32, 40, 56, 64, 96, 128].contains(&text.len()) && hex(text),
        "SSDEEP" | "ssdeep" => {
            let sign = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'+' | b':' | b'.');
            (1..=150).contains(&text.len()) && text.bytes().all(sign)
        }
        "TLSH" => {
            let body = text.strip_prefix("T1").unwrap_or(text);
            body.len() == 70 && hex(body)
        }
        _ => true,
    };
    (!fits).then(|| format!("not what {algorithm} yields"))
}
