//! Builders of synthetic APKs, bug reports and acquisitions, for tests and samples; inert.

pub mod apk;
pub mod cases;
