//! How much of an app's code is gone through.

/// How much of an app is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Methods; the largest apps have about 600,000.
    pub methods: usize,
    /// Code units in all; files may name the same code many times over.
    pub units: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { methods: 4_000_000, units: 250_000_000 }
    }
}
