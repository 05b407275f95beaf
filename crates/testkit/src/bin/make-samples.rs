//! `make-samples [DIR]`: writes the sample phones, by default to `samples/` of the project.

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples");
    let dir = std::env::args_os().nth(1).map_or_else(|| PathBuf::from(beside), PathBuf::from);
    testkit::phone::write_samples(&dir)
}
