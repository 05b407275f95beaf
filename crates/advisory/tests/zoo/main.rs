//! The zoo: named attacks, each refused by name. One attack, one file with its variants here, and
//! one folder in `fixtures/zoo/` where files can show it; `docs/design/trust.md` has a row on each code.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

#[path = "../support/mod.rs"]
mod support;

mod arbitrary_software;
mod duplicate_keys;
mod expired;
mod fast_forward;
mod folders;
mod freeze;
mod key_under_two_names;
mod lawful;
mod malleable_encodings;
mod mix_and_match;
mod oversized;
mod path_traversal;
mod rollback;
mod root_rotated_badly;
mod same_key_twice;
mod slow_retrieval;
mod threshold_not_met;
mod unknown_key_types;
mod wrong_role;
