//! Writes the ordinary phones of `testkit::quiet` into the folder given, to be looked at:
//! `cargo run -p testkit --example quiet_phones DIR`.

use std::io::{Error, Result};
use std::path::Path;

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).ok_or_else(|| Error::other("DIR is missing"))?;
    for (name, phone) in testkit::quiet::phones() {
        phone.write_to(&Path::new(&folder).join(name))?;
    }
    Ok(())
}
