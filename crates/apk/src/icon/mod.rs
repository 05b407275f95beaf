//! The launcher icon: drawn as a launcher would, and its perceptual hash.
//!
//! An imitation takes the genuine app's icon, in other sizes or formats; the hash stays the same or
//! nearly so. Two hashes are compared by the number of bits in which they differ.

mod draw;
mod picture;
mod vector;

use crate::remarks::Remarks;
use crate::resources::Resources;
use crate::zip::Archive;
use std::io::{Read, Seek};
use tiny_skia::Pixmap;

/// Pixels of a side: an adaptive icon is drawn on 108 units of which 72 are seen.
const SIDE: u32 = 108;

/// The launcher icon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Icon {
    /// The file it was drawn from; of an adaptive icon the one that names its layers.
    pub file: String,
    /// Perceptual hash: 64 bits, lower-case hex (gradients of 8 by 8 fields, crate `image_hasher`).
    pub hash: String,
}

/// Draws the icon that a resource stands for; the densest picture, drawings before pictures.
pub(crate) fn read<R: Read + Seek>(
    id: u32,
    archive: &mut Archive<R>,
    resources: &mut Resources<'_>,
    remarks: &mut Remarks,
) -> Option<Icon> {
    let mut artist = draw::Artist::new(archive, resources, remarks);
    let (pixels, file) = artist.resource(id, 0)?;
    Some(Icon { file: file?, hash: hash(&pixels)? })
}

/// `None` where the picture is of one colour, which any two share.
fn hash(pixels: &Pixmap) -> Option<String> {
    use image_hasher::{HashAlg, HasherConfig};
    let rgba = image::RgbaImage::from_fn(pixels.width(), pixels.height(), |x, y| {
        // On white, as many launchers show it.
        let pixel = pixels.pixel(x, y);
        let white = pixel.map_or(255, |pixel| 255 - pixel.alpha());
        let on_white = |colour: Option<u8>| colour.unwrap_or(0).saturating_add(white);
        image::Rgba([
            on_white(pixel.map(|pixel| pixel.red())),
            on_white(pixel.map(|pixel| pixel.green())),
            on_white(pixel.map(|pixel| pixel.blue())),
            255,
        ])
    });
    let hasher = HasherConfig::new().hash_alg(HashAlg::Gradient).hash_size(8, 8).to_hasher();
    let hash = hasher.hash_image(&rgba);
    let bytes = hash.as_bytes();
    bytes.iter().any(|byte| *byte != 0).then(|| const_hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture with a disc at a place, as PNG.
    fn png(side: u32, at: f32) -> Vec<u8> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let picture = image::RgbaImage::from_fn(side, side, |x, y| {
            let (x, y) = (x as f32 / side as f32, y as f32 / side as f32);
            let inside = (x - at).hypot(y - at) < 0.25;
            image::Rgba(if inside { [200, 30, 30, 255] } else { [20, 20, (x * 250.0) as u8, 255] })
        });
        picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    fn bits(a: &str, b: &str) -> u32 {
        let number = |hash: &str| u64::from_str_radix(hash, 16).unwrap();
        (number(a) ^ number(b)).count_ones()
    }

    #[test]
    fn the_hash_outlives_scaling_and_tells_pictures_apart() {
        let of = |bytes: &[u8]| hash(&picture::decode(bytes).unwrap()).unwrap();
        let (large, small, other) = (of(&png(432, 0.4)), of(&png(96, 0.4)), of(&png(432, 0.7)));
        assert!(bits(&large, &small) <= 3, "{large} {small}");
        assert!(bits(&large, &other) > 10, "{large} {other}");
    }

    #[test]
    fn one_colour_has_no_hash() {
        let mut pixels = Pixmap::new(SIDE, SIDE).unwrap();
        pixels.fill(tiny_skia::Color::from_rgba8(9, 99, 199, 255));
        assert_eq!(hash(&pixels), None);
    }

    #[test]
    fn a_picture_that_states_too_much_is_not_decoded() {
        let mut bytes = png(8, 0.5);
        // IHDR: width and height are big-endian behind signature, length and type.
        bytes[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        assert!(picture::decode(&bytes).is_none());
    }
}
