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
//! **Certificates are as stated, not verified.** That an APK holds a certificate does not show
//! that its key signed these bytes: no signature and no digest is checked here.
//!
//! Only the manifest, the resource table and the signature files are inflated, each within a
//! bound (see [`Apk::read`]); code and assets are not touched. What is damaged but can still be
//! read is read, and told as a [`Problem`]: malware is often damaged on purpose, in ways that
//! Android overlooks.

mod archive;
mod ber;
mod certificate;
mod le;
mod manifest;
mod package;
mod pkcs7;
mod resources;
pub mod signature;
mod signing_block;
mod strings;
mod xml;

pub use certificate::Certificate;
pub use package::{Apk, ApkError, Component, ComponentKind, Label, Problem, Scheme, Signer};
pub use signature::{SdkRange, Verdict, VerifyError, verify};
