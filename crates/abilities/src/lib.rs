//! What an app's code can be shown to do: each ability is a page of `rules/capabilities/` with
//! the calls that show it; [`examine()`] tells the shortest way from an entry point to one of them.
//!
//! This is a sense, not a judge: a messenger has most of these abilities. What they mean together
//! is said by rules, over the facts that come of this.
//!
//! Invariant: every ability found has its path, and a path is reachability, not data flow.

mod ability;
mod covered;
mod examine;
mod system;
mod words;

pub use ability::{Abilities, Ability, Call, Role, Shown};
pub use covered::uncovered;
pub use examine::{Component, Examined, Found, MOST_NATIVES, Trigger, examine};
pub use words::{WordKind, Words};
