//! Vector drawables (developer.android.com, `VectorDrawable`): groups and paths; what clips is
//! overlooked.

use super::SIDE;
use super::draw::{Artist, rgba};
use crate::attribute as id;
use crate::remarks::Remarks;
use crate::resources::Plain;
use crate::value::Value;
use crate::xml::{Document, Element, Event};
use kurbo::{BezPath, PathEl};
use std::io::{Read, Seek};
use tiny_skia::{FillRule, Paint, Path, PathBuilder, Pixmap, Stroke, Transform};

/// Characters of one path; Android's own limit.
const PATH_CHARS: usize = 32_767;
/// Characters of all paths of one drawing, and paths.
const ALL_CHARS: usize = 512 << 10;
const MOST_PATHS: u32 = 2000;
/// Groups in groups; what lies deeper is drawn as if it lay here.
const MOST_GROUPS: usize = 64;
/// Width of a stroke.
const MOST_WIDTH: f32 = 1000.0;

/// Draws a vector; `root` is its element, `document` stands behind it.
pub(super) fn draw<R: Read + Seek>(
    root: &Element<'_>,
    mut document: Document<'_>,
    artist: &mut Artist<'_, '_, R>,
) -> Option<Pixmap> {
    let mut pixels = Pixmap::new(SIDE, SIDE)?;
    let width = number(root, id::VIEWPORT_WIDTH, artist).filter(|width| *width > 0.0)?;
    let height = number(root, id::VIEWPORT_HEIGHT, artist).filter(|height| *height > 0.0)?;
    let scale = Transform::from_scale(SIDE as f32 / width, SIDE as f32 / height);
    let mut open = vec![scale];
    let (mut chars, mut paths) = (ALL_CHARS, MOST_PATHS);
    let mut ignored = Remarks::default();
    while let Some(event) = document.next(&mut ignored) {
        match event {
            Event::Start(element) => {
                let outer = open.last().copied().unwrap_or(scale);
                let name = element.name().unwrap_or_default();
                let inner = if name == "group" { group(&element, outer, artist) } else { outer };
                if name == "path" {
                    paths = paths.checked_sub(1)?;
                    path(&element, outer, &mut chars, &mut pixels, artist);
                }
                if open.len() <= MOST_GROUPS {
                    open.push(inner);
                }
            }
            Event::End if open.len() > 1 => drop(open.pop()),
            Event::End | Event::Text(_) => {}
        }
    }
    Some(pixels)
}

/// Translate, rotate and scale around the pivot (AOSP `VectorDrawable::Group::getLocalMatrix`).
fn group<R: Read + Seek>(
    element: &Element<'_>,
    outer: Transform,
    artist: &mut Artist<'_, '_, R>,
) -> Transform {
    let mut value = |id, default| number(element, id, artist).unwrap_or(default);
    let (x, y) = (value(id::PIVOT_X, 0.0), value(id::PIVOT_Y, 0.0));
    let (dx, dy) = (value(id::TRANSLATE_X, 0.0), value(id::TRANSLATE_Y, 0.0));
    outer
        .pre_translate(dx + x, dy + y)
        .pre_concat(Transform::from_rotate(value(id::ROTATION, 0.0)))
        .pre_scale(value(id::SCALE_X, 1.0), value(id::SCALE_Y, 1.0))
        .pre_translate(-x, -y)
}

fn path<R: Read + Seek>(
    element: &Element<'_>,
    place: Transform,
    chars: &mut usize,
    pixels: &mut Pixmap,
    artist: &mut Artist<'_, '_, R>,
) -> Option<()> {
    let data = match element.attribute(id::PATH_DATA)? {
        Value::Text(index) => element.pool.get(index, PATH_CHARS)?,
        Value::Reference(id) => match artist.resources.value(id)? {
            Plain::Text(text) => text,
            _ => return None,
        },
        _ => return None,
    };
    *chars = chars.checked_sub(data.len())?;
    let path = outline(&data)?;
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    if let Some(colour) = artist.colour(element.attribute(id::FILL_COLOR)) {
        let alpha = number(element, id::FILL_ALPHA, artist).unwrap_or(1.0);
        paint.set_color(rgba(colour, alpha));
        let even_odd = element.attribute(id::FILL_TYPE) == Some(Value::Number(1));
        let rule = if even_odd { FillRule::EvenOdd } else { FillRule::Winding };
        pixels.fill_path(&path, &paint, rule, place, None);
    }
    if let Some(colour) = artist.colour(element.attribute(id::STROKE_COLOR)) {
        let width = number(element, id::STROKE_WIDTH, artist).unwrap_or_default();
        if width > 0.0 {
            let alpha = number(element, id::STROKE_ALPHA, artist).unwrap_or(1.0);
            paint.set_color(rgba(colour, alpha));
            let stroke = Stroke { width: width.min(MOST_WIDTH), ..Stroke::default() };
            pixels.stroke_path(&path, &paint, &stroke, place, None);
        }
    }
    Some(())
}

/// Whether all numbers of a path are of a size that can be drawn: an arc is cut into the more parts
/// the larger it is. Up to six digits, and exponents that make smaller.
fn is_tame(data: &str) -> bool {
    let (mut digits, mut fraction) = (0_u32, false);
    let mut bytes = data.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'0'..=b'9' if !fraction => digits += 1,
            b'0'..=b'9' => {}
            b'.' => (digits, fraction) = (0, true),
            b'e' | b'E' if bytes.peek() != Some(&b'-') => return false,
            _ => (digits, fraction) = (0, false),
        }
        if digits > 6 {
            return false;
        }
    }
    true
}

/// A path from its text, which is that of SVG.
fn outline(data: &str) -> Option<Path> {
    is_tame(data).then_some(())?;
    let mut builder = PathBuilder::new();
    for step in BezPath::from_svg(data).ok()? {
        match step {
            PathEl::MoveTo(to) => builder.move_to(to.x as f32, to.y as f32),
            PathEl::LineTo(to) => builder.line_to(to.x as f32, to.y as f32),
            PathEl::QuadTo(by, to) => {
                builder.quad_to(by.x as f32, by.y as f32, to.x as f32, to.y as f32);
            }
            PathEl::CurveTo(one, two, to) => builder.cubic_to(
                one.x as f32,
                one.y as f32,
                two.x as f32,
                two.y as f32,
                to.x as f32,
                to.y as f32,
            ),
            PathEl::ClosePath => builder.close(),
        }
    }
    builder.finish()
}

fn number<R: Read + Seek>(
    element: &Element<'_>,
    id: u32,
    artist: &mut Artist<'_, '_, R>,
) -> Option<f32> {
    let number = match element.attribute(id)? {
        Value::Float(number) | Value::Dimension(number) => number,
        Value::Number(number) => number.cast_signed() as f32,
        Value::Reference(id) => match artist.resources.value(id)? {
            Plain::Float(number) => number,
            Plain::Number(number) => number.cast_signed() as f32,
            _ => return None,
        },
        _ => return None,
    };
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_svg_and_no_larger_than_can_be_drawn() {
        assert!(outline("M12,2 L22,12z m1.25-3e-5 a5 5 0 0 1 3,3").is_some());
        let huge = ["M0,0 a1e300,1e300 0 0 1 3,3", "M0,0 a9999999,9 0 0 1 3,3", "M0,0 L1e9,2"];
        assert!(huge.into_iter().all(|data| outline(data).is_none()));
        assert!(outline("no path").is_none());
    }
}
