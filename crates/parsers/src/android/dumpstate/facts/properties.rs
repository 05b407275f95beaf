//! The section of system properties as facts.

use super::Out;
use dumpsys::Property;
use model::fact::PropertySet;

pub(in super::super) fn fact(property: &Property<'_>, out: &mut Out<'_, '_>) {
    let Property { name, value } = *property;
    out.fact(PropertySet { name: name.into(), value: value.into() }, None);
}
