//! Other tools' forms of what was imported. Each says what it leaves out.

mod csv;
mod misp;
mod mvt;

pub use csv::write as csv;
pub use misp::write as misp;
pub use mvt::write as mvt;

use crate::Value;

/// A value that an export leaves out, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The value, or the id of an indicator without one.
    pub what: String,
    /// Why.
    pub reason: String,
}

impl LeftOut {
    fn value(value: &Value, reason: impl Into<String>) -> Self {
        let what = format!("{} {}", value.kind.name(), value.text);
        Self { what, reason: reason.into() }
    }
}
