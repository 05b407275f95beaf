//! What a request for objects asks for (TAXII 2.1, section 3.4): `added_after`, `limit`, `next` and
//! `match[…]`.

use crate::object::nanoseconds;
use std::collections::BTreeSet;

/// Values of one `match[…]`; more are refused.
const MAX_VALUES: usize = 100;

/// One value of `match[version]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Which {
    First,
    Last,
    All,
    /// Nanoseconds since 1970.
    At(i64),
}

/// A filter that was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// Microseconds since 1970: objects that were added later, by `added_after` or `next`.
    pub(crate) after: i64,
    /// How many objects at most.
    pub(crate) limit: Option<usize>,
    /// `match[id]`.
    pub(crate) ids: Option<BTreeSet<String>>,
    /// `match[type]`.
    pub(crate) types: Option<BTreeSet<String>>,
    /// `match[version]`; empty means the last one.
    pub(crate) versions: BTreeSet<Which>,
    /// `match[spec_version]`: 20, 21.
    pub(crate) specs: BTreeSet<i64>,
}

/// Which filters an endpoint takes; others are left alone, as section 3.4 has it for unknown ones.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Objects and manifest: all.
    All,
    /// One object: no id, no type.
    OneObject,
    /// The versions of an object: no version either.
    Versions,
    /// Deleting: version and spec_version only.
    Delete,
}

impl Filter {
    /// Reads a query; the error says what is wrong with which parameter.
    pub(crate) fn read(query: &str, takes: Takes) -> Result<Self, String> {
        let mut filter = Self::default();
        let mut seen = BTreeSet::new();
        for (name, value) in form_pairs(query)? {
            if !seen.insert(name.clone()) {
                return Err(format!("`{name}` stands twice; values are joined by commas"));
            }
            let pages = takes != Takes::Delete;
            match name.as_str() {
                "added_after" if pages => {
                    let nanos = nanoseconds(&value)
                        .ok_or("`added_after` is no time such as 2026-01-31T12:00:00.000000Z")?;
                    filter.after = filter.after.max(nanos.div_euclid(1000));
                }
                "next" if pages => {
                    let cursor = cursor_from(&value)
                        .ok_or("`next` is none that this server has given out")?;
                    filter.after = filter.after.max(cursor);
                }
                "limit" if pages => {
                    let limit = value.parse::<u32>().ok().filter(|limit| *limit > 0);
                    let limit = limit.ok_or("`limit` is no number above 0")?;
                    filter.limit = Some(usize::try_from(limit).unwrap_or(usize::MAX));
                }
                "match[id]" if takes == Takes::All => filter.ids = Some(values(&name, &value)?),
                "match[type]" if takes == Takes::All => filter.types = Some(values(&name, &value)?),
                "match[version]" if takes != Takes::Versions => {
                    for word in values(&name, &value)? {
                        filter.versions.insert(which(&word)?);
                    }
                }
                "match[spec_version]" => {
                    for word in values(&name, &value)? {
                        let spec = match word.as_str() {
                            "2.0" => 20,
                            "2.1" => 21,
                            // Nothing here has it: a filter that nothing passes.
                            _ => 0,
                        };
                        filter.specs.insert(spec);
                    }
                }
                _ => {}
            }
        }
        Ok(filter)
    }
}

fn which(word: &str) -> Result<Which, String> {
    match word {
        "first" => Ok(Which::First),
        "last" => Ok(Which::Last),
        "all" => Ok(Which::All),
        time => nanoseconds(time).map(Which::At).ok_or_else(|| {
            "`match[version]` takes first, last, all and times such as 2026-01-31T12:00:00Z"
                .to_owned()
        }),
    }
}

fn values(name: &str, value: &str) -> Result<BTreeSet<String>, String> {
    let values: BTreeSet<String> = value
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    match values.len() {
        0 => Err(format!("`{name}` has no value")),
        1..=MAX_VALUES => Ok(values),
        more => Err(format!("`{name}` has {more} values; {MAX_VALUES} are taken at once")),
    }
}

/// The pairs of a query, decoded (WHATWG URL, section 5.1).
fn form_pairs(query: &str) -> Result<Vec<(String, String)>, String> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decoded(name)?, decoded(value)?))
        })
        .collect()
}

fn decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        let digits = behind.get(..2).filter(|two| two.iter().all(u8::is_ascii_hexdigit));
        let digits = digits.and_then(|two| std::str::from_utf8(two).ok());
        let hex = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        match (byte, hex) {
            (b'%', Some(value)) => {
                bytes.push(value);
                rest = &behind[2..];
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).map_err(|_| "the query is not UTF-8".to_owned())
}

/// What `next` says: behind which object a page begins. Clients must not read it.
pub(crate) fn cursor(after: i64) -> String {
    format!("{after:016x}")
}

fn cursor_from(text: &str) -> Option<i64> {
    let digits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    i64::from_str_radix(text, 16).ok().filter(|_| digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_of_the_standard_is_read() {
        let query = "added_after=1970-01-01T00%3A00%3A01.000001Z&limit=5&match%5Btype%5D=indicator,malware\
            &match[id]=indicator--1&match[version]=first,2016-01-01T00:00:00Z&match[spec_version]=2.0,2.1&x=y";
        let filter = Filter::read(query, Takes::All).unwrap();
        assert_eq!(filter.after, 1_000_001);
        assert_eq!(filter.limit, Some(5));
        assert_eq!(filter.types.unwrap().len(), 2);
        assert_eq!(filter.ids.unwrap().first().unwrap(), "indicator--1");
        assert_eq!(filter.specs, [20, 21].into());
        assert_eq!(filter.versions, [Which::First, Which::At(1_451_606_400_000_000_000)].into());
    }

    #[test]
    fn what_is_not_understood_is_refused_by_name() {
        for (query, name) in [
            ("added_after=x", "added_after"),
            ("added_after=", "added_after"),
            ("limit=0", "limit"),
            ("limit=-1", "limit"),
            ("limit=many", "limit"),
            ("next=abc", "next"),
            ("next=+000000000000001", "next"),
            ("match[version]=newest", "match[version]"),
            ("match[id]=", "match[id]"),
            ("limit=1&limit=2", "limit"),
            ("added_after=%ff", "UTF-8"),
        ] {
            let error = Filter::read(query, Takes::All).unwrap_err();
            assert!(error.contains(name), "{query}: {error}");
        }
    }

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        assert_eq!(cursor_from(&cursor(1_790_000_000_000_001)), Some(1_790_000_000_000_001));
    }
}
