//! The `tamarisk` command.
fn main() {}
