//! What the readers of `dumpsys` give, as facts: one file a block.

pub(super) mod accessibility;
pub(super) mod appops;
pub(super) mod batterystats;
pub(super) mod package;
pub(super) mod properties;

use super::block::Out;
