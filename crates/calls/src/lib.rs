//! Which method of an app's byte code can lead to which: a call graph over all DEX files of an
//! app, the entry points at which Android calls into it, and the shortest path from one of them
//! to a call, a field or a text of interest. Usable alone.
//!
//! ```
//! # fn of(files: &[dex::Dex<'_>]) {
//! let mut marks = calls::Marks::default();
//! marks.method("Landroid/media/MediaRecorder;", "setAudioSource", 0);
//! let program = calls::Program::build(files, &marks, calls::Bounds::default());
//! let roots = [calls::Root { class: "Lcom/example/Listener;".into(), group: 0 }];
//! let mut reached = program.reach(&roots);
//! if let Some(path) = reached.path(0) {
//!     for step in &path.steps {
//!         println!("{}.{} at {:04x}", step.class, step.method, step.at);
//!     }
//! }
//! # }
//! ```
//!
//! **What a path means.** Reachability: there is a chain of calls that Android's rules allow. It
//! does not say that the chain is ever taken, nor that data flows along it.
//!
//! **How calls are resolved.** Static, direct and super calls by the class hierarchy. A virtual or
//! interface call leads to every override in classes that reached code can create (class-hierarchy
//! analysis, then rapid type analysis: Bacon and Sweeney, OOPSLA 1996). A selector with more than
//! [`WIDE`] implementations (`run()`, `onClick(View)`, a bundled library's `invoke`) would join
//! everything with everything: its implementations are led to from where their object is created
//! instead, and [`Program::capped`] counts such calls. So are methods that Android calls on
//! objects it was handed: listeners, runnables, handlers, workers (see [`entry`]).
//!
//! Invariant: nothing here knows what a method means, or reads a manifest.

pub mod entry;
mod hierarchy;
mod marks;
mod names;
mod native;
mod path;
mod program;
mod reach;
mod scan;

pub use dex::Bounds;
pub use marks::Marks;
pub use native::NativeMethod;
pub use path::{Path, Step};
pub use program::{Named, Program, WIDE};
pub use reach::{Reach, Root, descriptor};
