//! Pictures: PNG, WebP, JPEG.

use super::SIDE;
use image::imageops::FilterType;
use image::{ImageReader, Limits};
use std::io::Cursor;
use tiny_skia::{Pixmap, PremultipliedColorU8};

/// Pixels of a side, and bytes that decoding may take; launcher icons have at most 512 pixels.
const MOST_SIDE: u32 = 2048;
const MOST_BYTES: u64 = 24 << 20;

/// The picture in the size of all icons; `None` where it cannot be decoded within the bounds.
pub(super) fn decode(bytes: &[u8]) -> Option<Pixmap> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    let picture = reader.decode().ok()?.resize_exact(SIDE, SIDE, FilterType::Triangle).into_rgba8();
    let mut pixels = Pixmap::new(SIDE, SIDE)?;
    for (to, from) in pixels.pixels_mut().iter_mut().zip(picture.pixels()) {
        let [red, green, blue, alpha] = from.0;
        let times = |colour: u8| {
            // At most 255: both factors are.
            u8::try_from((u16::from(colour) * u16::from(alpha) + 127) / 255).unwrap_or(u8::MAX)
        };
        let pixel = PremultipliedColorU8::from_rgba(times(red), times(green), times(blue), alpha);
        *to = pixel.unwrap_or(PremultipliedColorU8::TRANSPARENT);
    }
    Some(pixels)
}
