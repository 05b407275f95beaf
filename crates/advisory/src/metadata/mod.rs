//! Metadata of The Update Framework: TUF 1.0.34, section 4.
//!
//! Wire names stay in this folder. What is read here has the right shape; whether it is signed is
//! the matter of [`crate::client`].

mod delegation;
mod envelope;
mod fields;
mod files;
mod root;
mod threshold;

pub use delegation::{Agency, Delegations, JOINT, Joint};
pub use envelope::{Common, Envelope, MAX_VERSION, SPEC_VERSION, Signature};
pub use files::{Files, Listed, TargetFile, Targets, is_plain};
pub use root::{Role, Root};

pub(crate) use threshold::signers;
