//! A typed value (`Res_value` in AOSP `ResourceTypes.h`), its text not looked up yet.

/// A value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value {
    /// Index into the string pool of the chunk it stands in.
    Text(u32),
    /// A resource.
    Reference(u32),
    /// An attribute of the current theme, which is not known here.
    Attribute(u32),
    Number(u32),
    Boolean(bool),
    Float(f32),
    /// `0xAARRGGBB`.
    Colour(u32),
    /// A length, in its own unit (AOSP `COMPLEX_UNIT_…`).
    Dimension(f32),
    Other,
}

impl Value {
    pub(crate) fn new(kind: u8, data: u32) -> Self {
        match kind {
            0x01 | 0x07 => Value::Reference(data),
            0x02 | 0x08 => Value::Attribute(data),
            0x03 => Value::Text(data),
            0x04 => Value::Float(f32::from_bits(data)),
            0x05 => Value::Dimension(complex(data)),
            0x12 => Value::Boolean(data != 0),
            0x10 | 0x11 => Value::Number(data),
            0x1c..=0x1f => Value::Colour(data),
            _ => Value::Other,
        }
    }
}

/// A number of 24 bits with its radix (AOSP `complexToFloat`).
fn complex(data: u32) -> f32 {
    let mantissa = (data & 0xffff_ff00).cast_signed() as f32;
    let radix =
        [1.0 / 256.0, 1.0 / (1 << 15) as f32, 1.0 / (1 << 23) as f32, 1.0 / 2_147_483_648.0];
    let place = usize::try_from(data >> 4 & 3).unwrap_or_default();
    mantissa * radix.get(place).copied().unwrap_or_default()
}
