//! `fuzzed TARGET DIR`: writes what a target begins from, a file each, for `cargo xtask fuzz`.

use std::fs;
use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let mut args = std::env::args_os().skip(1);
    let name = args.next().unwrap_or_default();
    let dir = PathBuf::from(args.next().unwrap_or_else(|| "seeds".into()));
    fs::create_dir_all(&dir)?;
    for (number, seed) in (fuzzed::named(&name.to_string_lossy()).seeds)().iter().enumerate() {
        fs::write(dir.join(format!("{number:05}")), seed)?;
    }
    Ok(())
}
