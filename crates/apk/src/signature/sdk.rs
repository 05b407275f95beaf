//! SDK versions as the manifest states them, read as AOSP's verifier reads them (apksig
//! `ApkUtils`): by attribute ids, without the resource table.

use crate::remarks::Remarks;
use crate::value::Value;
use crate::xml::{Document, Event};

pub(super) const MANIFEST: &str = "AndroidManifest.xml";

const MIN_SDK: u32 = 0x0101_020c;
const TARGET_SDK: u32 = 0x0101_0270;
const TARGET_SANDBOX_VERSION: u32 = 0x0101_054c;
/// Characters of a code name that are read.
const NAME_CHARS: usize = 64;

/// Code names by first letter, each with one less than the version that it became: what is new
/// in a version is not there while it has only a name. From `O` on, each letter is one more.
const CODE_NAMES: &[(u8, u32)] = &[
    (b'C', 2),
    (b'D', 3),
    (b'E', 4),
    (b'F', 7),
    (b'G', 8),
    (b'H', 10),
    (b'I', 13),
    (b'J', 15),
    (b'K', 18),
    (b'L', 20),
    (b'M', 22),
    (b'N', 23),
    (b'O', 25),
];

/// What of the manifest decides which signatures are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sdks {
    /// The greatest `minSdkVersion` of all elements `uses-sdk`, 1 without any; `Err` says why it
    /// cannot be told.
    pub(super) min: Result<u32, String>,
    /// `targetSdkVersion`; without a number, the least version; 1 without that.
    pub(super) target: u32,
    /// `targetSandboxVersion`; 1 where it is not stated.
    pub(super) sandbox: u32,
}

impl Sdks {
    pub(super) fn read(manifest: &[u8]) -> Self {
        let mut sdks = Self { min: Ok(1), target: 1, sandbox: 1 };
        let mut problems = Remarks::default();
        let (mut target, mut sandbox) = (None, None);
        let Some(mut document) = Document::new(manifest, false, MANIFEST, &mut problems) else {
            sdks.min = Err("the manifest is no binary XML".to_owned());
            return sdks;
        };
        let (mut depth, mut elements) = (0u32, 0u32);
        while let Some(event) = document.next(&mut problems) {
            let element = match event {
                Event::Start(element) => element,
                Event::End => {
                    depth = depth.saturating_sub(1);
                    continue;
                }
                Event::Text(_) => continue,
            };
            depth = depth.saturating_add(1);
            elements = elements.saturating_add(1);
            let name = element.name();
            let number = |value: Option<Value>| match value {
                Some(Value::Number(number)) => Some(Some(number)),
                // Stated, but no number.
                Some(_) => Some(None),
                None => None,
            };
            match name.as_deref() {
                Some("manifest") if sandbox.is_none() => {
                    sandbox = number(element.attribute(TARGET_SANDBOX_VERSION));
                }
                Some("uses-sdk") => {
                    target = target.or_else(|| number(element.attribute(TARGET_SDK)));
                    let min = (depth == 2).then(|| match element.attribute(MIN_SDK) {
                        None => Ok(1),
                        Some(Value::Number(number)) => Ok(positive(number)),
                        Some(Value::Text(index)) => {
                            let text = element.pool.get(index, NAME_CHARS).unwrap_or_default();
                            code_name(&text)
                        }
                        Some(_) => Err("minSdkVersion is neither number nor text".to_owned()),
                    });
                    match (min, &sdks.min) {
                        (Some(Err(why)), Ok(_)) => sdks.min = Err(why),
                        (Some(Ok(min)), Ok(before)) => sdks.min = Ok(min.max(*before)),
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        if elements == 0 {
            sdks.min = Err("the manifest has no element".to_owned());
        }
        let least = sdks.min.clone().unwrap_or(1);
        sdks.target = target.flatten().map_or(least, positive);
        sdks.sandbox = sandbox.flatten().map_or(1, positive);
        sdks
    }
}

/// A number that is negative for Android is not more than any other.
fn positive(number: u32) -> u32 {
    u32::try_from(number.cast_signed()).unwrap_or(0)
}

/// The SDK version of a code name.
fn code_name(name: &str) -> Result<u32, String> {
    let first = name.bytes().next().filter(u8::is_ascii_uppercase);
    let Some(first) = first else {
        return Err(format!("minSdkVersion is the text {name:?}, which is no code name"));
    };
    let before = CODE_NAMES.iter().rev().find(|(letter, _)| *letter <= first);
    Ok(before.map_or(1, |(letter, sdk)| sdk + u32::from(first - letter)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The versions are those of source.android.com, "Codenames, tags, and build numbers", less
    /// one: `N` became 24, `O` 26, `P` 28.
    #[test]
    fn code_names_are_one_less_than_what_they_became() {
        let names = ["N", "O", "P", "Lollipop", "A", "Q"];
        assert_eq!(names.map(|name| code_name(name).unwrap()), [23, 25, 26, 20, 1, 27]);
        assert!(code_name("").is_err() && code_name("p").is_err() && code_name("24").is_err());
    }
}
