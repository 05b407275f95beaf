//! An Android package (APK), as far as it says who it is: package, version, labels in every
//! locale, permissions, components, signing certificates. Usable alone, over bytes or any
//! `Read + Seek`; nothing here opens a path.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let apk = apk::Apk::read(std::fs::File::open("app.apk")?)?;
//! println!("{:?} {:?}", apk.package, apk.label());
//! for signer in &apk.signers {
//!     println!("{} {}", signer.scheme, signer.certificate.sha256);
//! }
//! for problem in &apk.problems {
//!     println!("{}: {}", problem.place, problem.what);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! **Certificates in [`Apk`] are as stated.** That an APK holds a certificate does not show that
//! its key signed these bytes; [`verify`] does:
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let verdict = apk::verify(std::fs::File::open("app.apk")?, apk::SdkRange::default())?;
//! for signer in verdict.signers.iter().filter(|_| verdict.verified) {
//!     println!("{} {}", signer.scheme, signer.certificate.sha256);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Everything is read as Android reads it. What is odd, though it was read, is told as an
//! [`Anomaly`]: malware is often made odd on purpose, in ways that Android overlooks. What is
//! damaged, so that it could not be read, is a [`Problem`].

mod anomaly;
mod attribute;
mod ber;
mod certificate;
mod component;
mod contents;
mod declared;
mod icon;
mod label;
mod le;
mod manifest;
mod native;
mod network;
mod package;
mod pkcs7;
mod remarks;
mod resources;
mod set;
pub mod signature;
mod signing_block;
mod special;
mod strings;
mod value;
mod words;
mod xml;
mod zip;

pub use anomaly::{Anomaly, AnomalyKind};
pub use certificate::Certificate;
pub use component::{Component, ComponentKind, Filter, MetaData};
pub use contents::{CodeFile, Content, Words, each_member};
pub use declared::{
    Application, BackupRule, DeclaredPermission, Feature, Instrumentation, Overlay, Queries,
    RequestedPermission, SplitInfo, UsedLibrary,
};
pub use icon::Icon;
pub use label::Label;
pub use native::NativeLibrary;
pub use network::{NetworkConfig, NetworkSecurity};
pub use package::{Apk, ApkError, Scheme, Signer};
pub use remarks::Problem;
pub use set::{AppSet, Package};
pub use signature::{SdkRange, Verdict, VerifyError, verify};
pub use special::SpecialService;
pub use zip::Member;
