//! A resource table with one string, the label, in several locales (`ResTable_*` in AOSP
//! `ResourceTypes.h`).

use super::chunk::{Put, chunk};
use super::strings::{self, Encoding};

const TABLE: u16 = 0x0002;
const PACKAGE: u16 = 0x0200;
const TYPE: u16 = 0x0201;
const TYPE_SPEC: u16 = 0x0202;
const CONFIG_LOCALE: u32 = 0x0004;

/// Resource id of the label: package 0x7f, type 1, entry 0.
pub(super) const LABEL: u32 = 0x7f01_0000;

/// A table that holds these (locale, text) pairs as `@string/app_name`.
pub(super) fn labels(package: &str, labels: &[(String, String)]) -> Vec<u8> {
    let texts: Vec<String> = labels.iter().map(|(_, text)| text.clone()).collect();
    let mut body = strings::pool(&texts, Encoding::Utf8);
    body.extend(package_chunk(package, labels));
    let mut fields = Vec::new();
    fields.u32(1);
    chunk(TABLE, &fields, &body)
}

fn package_chunk(package: &str, labels: &[(String, String)]) -> Vec<u8> {
    let types = strings::pool(&["string".to_owned()], Encoding::Utf16);
    let keys = strings::pool(&["app_name".to_owned()], Encoding::Utf8);
    let mut fields = Vec::new();
    fields.u32(0x7f);
    let mut name = [0u16; 128];
    name.iter_mut().take(127).zip(package.encode_utf16()).for_each(|(slot, unit)| *slot = unit);
    name.iter().for_each(|unit| fields.u16(*unit));
    fields.u32(288);
    fields.u32(1);
    fields.size(288 + types.len());
    fields.u32(1);
    fields.u32(0);

    let mut body = types;
    body.extend(keys);
    body.extend(type_spec());
    for (index, (locale, _)) in labels.iter().enumerate() {
        body.extend(type_chunk(locale, index));
    }
    chunk(PACKAGE, &fields, &body)
}

fn type_spec() -> Vec<u8> {
    let mut fields = Vec::new();
    fields.extend_from_slice(&[1, 0, 0, 0]); // type id
    fields.u32(1); // entries
    chunk(TYPE_SPEC, &fields, &CONFIG_LOCALE.to_le_bytes())
}

fn type_chunk(locale: &str, text: usize) -> Vec<u8> {
    let (language, region) = locale.split_once('-').unwrap_or((locale, ""));
    let mut config = vec![0u8; 64];
    config.splice(0..4, 64u32.to_le_bytes());
    config.splice(8..10, two(language));
    config.splice(10..12, two(region));

    let mut fields = vec![1, 0, 0, 0]; // type id
    fields.u32(1); // entries
    fields.u32(20 + 64 + 4); // where they start
    fields.extend(config);
    let mut body = Vec::new();
    body.u32(0); // offset of the entry
    body.u16(8);
    body.u16(0);
    body.u32(0); // key
    body.u16(8);
    body.u8(0);
    body.u8(0x03); // a string
    body.size(text);
    chunk(TYPE, &fields, &body)
}

fn two(code: &str) -> [u8; 2] {
    code.as_bytes().try_into().unwrap_or_default()
}
