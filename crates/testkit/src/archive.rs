//! Zips as AndroidQF and `bugreportz` write them: deflated, sizes behind the data, no times.

use rawzip::{CompressionMethod, Error, ZipArchiveWriter};
use std::io::Write;

/// A zip of these members, in this order.
///
/// # Panics
/// When a path is longer than a zip can state.
#[must_use]
pub fn zip<'a>(members: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    // Writing to memory fails for nothing else.
    write(members).unwrap_or_else(|error| panic!("no zip can hold this: {error}"))
}

fn write<'a>(members: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Vec<u8>, Error> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (path, bytes) in members {
        let method = CompressionMethod::DEFLATE;
        let (mut entry, config) = archive.new_file(path).compression_method(method).start()?;
        let encoder =
            flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::default());
        let mut data = config.wrap(encoder);
        data.write_all(bytes)?;
        let (encoder, descriptor) = data.finish()?;
        encoder.finish()?;
        entry.finish(descriptor)?;
    }
    archive.finish()
}
