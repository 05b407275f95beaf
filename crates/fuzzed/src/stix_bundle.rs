//! STIX files: objects one by one, the patterns of indicators, collections, and the validator.

use stix::pattern::{Pattern, Version};
use stix::{Bounds, Collection, Object, ObservedData};

pub(crate) fn read(data: &[u8]) {
    // Bounds that an input of this length can reach.
    let bounds = Bounds { item_bytes: 4096, depth: 16 };
    for bounds in [Bounds::default(), bounds] {
        let mut told = 0_u64;
        let read = stix::read(data, bounds, &mut |object| {
            told += 1;
            if let Ok(Object::Indicator(indicator)) = object {
                let _ = Pattern::parse_leniently(&indicator.pattern, Version::V21);
            }
        });
        assert!(told <= data.len() as u64, "{read:?}: more objects than bytes");
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = stix::validate(text);
    if let Ok(all) = Collection::read(text) {
        all.records().count();
    }
    if let Ok(data) = ObservedData::read(text) {
        data.observations().for_each(drop);
    }
}
