//! Whose code an app holds: its sketch against those of genuine apps.

use super::brand::{Brand, Brands};
use super::genuine::GenuineVersion;
use model::fact::CodeSketch;
use model::{Share, Sketch};

/// "Most of it": the share of a genuine app's own classes or bodies, in hundredths.
const MOST: u64 = 50;
/// Classes or bodies that both samples must decide on: the share of fewer says little.
const LEAST: u64 = 20;

/// How much of a genuine app's own code an app holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held<'k> {
    pub(super) brand: &'k Brand,
    version: &'k GenuineVersion,
    classes: Share,
    bodies: Share,
}

impl<'k> Held<'k> {
    fn of(
        classes: &Sketch,
        bodies: &Sketch,
        brand: &'k Brand,
        version: &'k GenuineVersion,
    ) -> Self {
        let classes = version.class_sketch.found_in(classes);
        Self { brand, version, classes, bodies: version.body_sketch.found_in(bodies) }
    }

    /// Whether it is most of the genuine app's own code.
    pub(super) fn is_most(&self) -> bool {
        let most = |share: Share| share.of >= LEAST && share.percent() >= MOST;
        most(self.bodies) || most(self.classes)
    }

    /// Whether enough was compared to say how much there is.
    fn can_be_told(&self) -> bool {
        self.bodies.of.max(self.classes.of) >= LEAST
    }

    /// What orders two of them: the share, then how much that is.
    pub(super) fn weight(&self) -> (u64, u64) {
        (self.bodies.percent().max(self.classes.percent()), self.bodies.found)
    }

    /// The shares in words. What was compared is a sample where there is more than that.
    pub(super) fn words(&self) -> String {
        let part = |share: Share, all: u64, what: &str| {
            let Share { found, of } = share;
            let sample = if of < all { format!(" sampled of {all}") } else { String::new() };
            (of > 0).then(|| format!("{found} of {of}{sample} own {what} ({} %)", share.percent()))
        };
        let parts = [
            part(self.bodies, self.version.bodies, "method bodies"),
            part(self.classes, self.version.classes, "class names"),
        ];
        let told: Vec<String> = parts.into_iter().flatten().collect();
        format!("{} of version {}", told.join(" and "), self.version.name())
    }
}

/// The genuine app whose own code an app holds most of, and how much of `own` it holds.
pub(super) struct Found<'k> {
    pub(super) most: Option<Held<'k>>,
    pub(super) own: Option<Held<'k>>,
}

/// Compares a sketch with every version that is known of every genuine app.
pub(super) fn compare<'k>(
    seen: &CodeSketch,
    brands: &'k Brands,
    own: Option<&'k Brand>,
) -> Option<Found<'k>> {
    let classes = Sketch::parse(&seen.class_sketch)?;
    let bodies = Sketch::parse(&seen.body_sketch)?;
    let best = |all: &mut dyn Iterator<Item = Held<'k>>| all.max_by_key(Held::weight);
    let held = |brand: &'k Brand| {
        let (classes, bodies) = (&classes, &bodies);
        brand.code.iter().map(move |version| Held::of(classes, bodies, brand, version))
    };
    let most = best(&mut brands.with_code().flat_map(held).filter(Held::is_most));
    let own = own.and_then(|brand| best(&mut held(brand).filter(Held::can_be_told)));
    Some(Found { most, own })
}
