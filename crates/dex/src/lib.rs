//! Android's byte code (DEX 035 to 041): classes, methods, every instruction, debug lines,
//! annotations and hidden-API flags, without a copy of the bytes. Usable alone.
//!
//! ```
//! # fn read(bytes: &[u8]) -> Result<(), dex::DexError> {
//! for dex in dex::Dex::all(bytes)? {
//!     for class in dex.classes() {
//!         println!("{}", class.name().unwrap_or_default());
//!         for method in dex.methods_of(&class) {
//!             let Some(code) = dex.code(method.code_at) else { continue };
//!             for instruction in code.instructions() {
//!                 println!("{:04x} {}", instruction.at, instruction.op.name());
//!             }
//!         }
//!     }
//!     for problem in dex.problems() {
//!         println!("byte {}: {}", problem.at, problem.what);
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The format is that of AOSP, `docs/core/runtime/dex-format` and `dalvik-bytecode`, and of
//! `art/libdexfile/dex`. Byte code may be built to deceive: every offset and count is held
//! against the bytes, a table that runs out of them is cut and told ([`Dex::problems`]), and what
//! lies beside the damage is still read. [`oddities`] goes through all of it for what no compiler
//! writes. Nothing recurses but [`annotation`] values, to a fixed
//! depth.
//!
//! Invariant: nothing here knows what a class or a call means.

pub mod annotation;
mod bounds;
mod bytes;
mod check;
mod class;
mod code;
pub mod container;
mod debug;
mod file;
mod flags;
mod header;
mod hidden_api;
mod instruction;
mod mutf8;
mod oddity;
mod opcode;
mod payload;
mod pool;

pub use bounds::Bounds;
pub use check::oddities;
pub use class::{Class, Field, Method};
pub use code::{Catch, Code, Try};
pub use debug::Line;
pub use file::{Dex, DexError};
pub use flags::Access;
pub use header::{Header, is_dex};
pub use instruction::{Arguments, Instruction, Instructions, Reference};
pub use mutf8::Mutf8;
pub use oddity::{Oddity, OddityKind};
pub use opcode::{Format, IndexKind, Opcode};
pub use payload::Payload;
pub use pool::{FieldId, MethodId, ProtoId};
