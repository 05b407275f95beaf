//! Drawables: what a resource, a file or an XML drawing shows (Android's `Drawable` classes, as far
//! as icons use them).

use super::{SIDE, picture, vector};
use crate::attribute as id;
use crate::remarks::Remarks;
use crate::resources::{Plain, Resources};
use crate::value::Value;
use crate::xml::{Document, Event};
use crate::zip::Archive;
use std::cmp::Reverse;
use std::io::{Read, Seek};
use tiny_skia::{Color, FilterQuality, Pixmap, PixmapPaint, Transform};

/// Bytes of one file of an icon.
const FILE_BYTES: u64 = 4 << 20;
/// Files that one icon opens, and how deep drawables lie in each other.
const MOST_FILES: u32 = 40;
const MOST_DEEP: u32 = 6;

pub(super) struct Artist<'r, 'a, R> {
    archive: &'r mut Archive<R>,
    pub(super) resources: &'r mut Resources<'a>,
    remarks: &'r mut Remarks,
    files_left: u32,
}

impl<'r, 'a, R: Read + Seek> Artist<'r, 'a, R> {
    pub(super) fn new(
        archive: &'r mut Archive<R>,
        resources: &'r mut Resources<'a>,
        remarks: &'r mut Remarks,
    ) -> Self {
        Self { archive, resources, remarks, files_left: MOST_FILES }
    }

    /// What a resource shows, and the file it was drawn from. Calls itself at most [`MOST_DEEP`]
    /// times.
    pub(super) fn resource(&mut self, id: u32, depth: u32) -> Option<(Pixmap, Option<String>)> {
        let mut variants = self.resources.variants(id);
        variants.retain(|(config, _)| config.ordinary);
        variants.sort_by_key(|(config, _)| Reverse((config.density, config.sdk)));
        variants.into_iter().take(8).find_map(|(_, plain)| match plain {
            Plain::Text(path) => Some((self.file(&path, depth)?, Some(path))),
            Plain::Colour(colour) => Some((filled(colour)?, None)),
            _ => None,
        })
    }

    fn file(&mut self, path: &str, depth: u32) -> Option<Pixmap> {
        self.files_left = self.files_left.checked_sub(1)?;
        let member = self.archive.find(path)?;
        // What is wrong with a picture is of no interest.
        let mut ignored = Remarks::default();
        let bytes = self.archive.content(&member, FILE_BYTES, &mut ignored)?.bytes;
        if bytes.starts_with(&[3, 0, 8, 0]) {
            self.xml(&bytes, path, depth)
        } else {
            picture::decode(&bytes)
        }
    }

    fn xml(&mut self, bytes: &[u8], path: &str, depth: u32) -> Option<Pixmap> {
        let mut document = Document::new(bytes, false, path, self.remarks)?;
        let Some(Event::Start(root)) = document.next(self.remarks) else { return None };
        let kind = root.name()?;
        if kind == "vector" {
            return vector::draw(&root, document, self);
        }
        if depth == MOST_DEEP {
            return None;
        }
        // Every other drawing is a list of layers, or shows one: what each element refers to.
        let mut layers = Pixmap::new(SIDE, SIDE)?;
        let mut next = Some(Event::Start(root));
        let mut drawn = false;
        while let Some(event) = next {
            if let Event::Start(element) = event {
                let name = element.name().unwrap_or_default();
                let shown =
                    [id::DRAWABLE, id::SRC].into_iter().find_map(|id| element.attribute(id));
                let colour = matches!(name.as_str(), "solid" | "color" | "background")
                    .then(|| element.attribute(id::COLOR))
                    .flatten();
                let layer = match shown.or(colour) {
                    // The layer for themed icons is not what is shown by default.
                    _ if name == "monochrome" => None,
                    Some(Value::Reference(id)) => self.resource(id, depth + 1).map(|(one, _)| one),
                    Some(Value::Colour(colour)) => filled(colour),
                    _ => None,
                };
                if let Some(layer) = layer {
                    let paint = PixmapPaint::default();
                    layers.draw_pixmap(0, 0, layer.as_ref(), &paint, Transform::identity(), None);
                    drawn = true;
                }
            }
            // A selector shows its first that fits; the others are for other states.
            next = if drawn && kind == "selector" { None } else { document.next(self.remarks) };
        }
        let layers = drawn.then_some(layers)?;
        if kind == "adaptive-icon" { seen_part(&layers) } else { Some(layers) }
    }

    /// A colour, where a value is one or refers to one (of a gradient, its first).
    pub(super) fn colour(&mut self, value: Option<Value>) -> Option<u32> {
        match value? {
            Value::Colour(colour) => Some(colour),
            Value::Reference(id) => match self.resources.value(id)? {
                Plain::Colour(colour) => Some(colour),
                Plain::Text(path) => self.first_colour(&path),
                _ => None,
            },
            _ => None,
        }
    }

    /// The first colour in a file of colours or of a gradient.
    fn first_colour(&mut self, path: &str) -> Option<u32> {
        self.files_left = self.files_left.checked_sub(1)?;
        let member = self.archive.find(path)?;
        let bytes = self.archive.content(&member, FILE_BYTES, &mut Remarks::default())?.bytes;
        let mut document = Document::new(&bytes, false, path, self.remarks)?;
        while let Some(event) = document.next(self.remarks) {
            let Event::Start(element) = event else { continue };
            let value =
                [id::START_COLOR, id::COLOR].into_iter().find_map(|id| element.attribute(id));
            let colour = match value {
                Some(Value::Colour(colour)) => Some(colour),
                Some(Value::Reference(id)) => match self.resources.value(id) {
                    Some(Plain::Colour(colour)) => Some(colour),
                    _ => None,
                },
                _ => None,
            };
            if colour.is_some() {
                return colour;
            }
        }
        None
    }
}

/// The middle of an adaptive icon: 72 of 108 units; launchers cut away the rest.
fn seen_part(layers: &Pixmap) -> Option<Pixmap> {
    let mut seen = Pixmap::new(SIDE, SIDE)?;
    let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
    let edge = -(SIDE as f32) / 6.0 * 1.5;
    let enlarged = Transform::from_row(1.5, 0.0, 0.0, 1.5, edge, edge);
    seen.draw_pixmap(0, 0, layers.as_ref(), &paint, enlarged, None);
    Some(seen)
}

fn filled(colour: u32) -> Option<Pixmap> {
    let mut pixels = Pixmap::new(SIDE, SIDE)?;
    pixels.fill(rgba(colour, 1.0));
    Some(pixels)
}

/// `0xAARRGGBB`, and a further alpha.
pub(super) fn rgba(colour: u32, alpha: f32) -> Color {
    let [blue, green, red, own] = colour.to_le_bytes();
    let mut colour = Color::from_rgba8(red, green, blue, own);
    colour.apply_opacity(alpha.clamp(0.0, 1.0));
    colour
}
