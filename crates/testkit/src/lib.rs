//! Builders of synthetic APKs, bug reports and acquisitions, for tests and samples; inert.

pub mod androidqf;
pub mod apk;
pub mod app;
pub mod archive;
pub mod authority;
pub mod backup;
pub mod bombs;
pub mod bugreport;
pub mod case_apps;
pub mod cases;
pub mod dex;
pub mod hostile;
pub mod native;
pub mod phone;
pub mod quiet;
pub mod smali;
pub mod traces;
