//! `tamarisk apk verify`: whether the signatures of an app hold.

use super::{VerifyArgs, document, open, text};
use crate::args::ListFormat;
use crate::failure::Failure;
use apk::signature::{MOST_IDSIG_BYTES, Verdict, verify, verify_with_v4};
use apk::{SdkRange, VerifyError};
use std::io::{Read, Write};
use std::path::Path;

/// Verifies and prints; 0 where it is verified, else 1.
pub(crate) fn run(args: &VerifyArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let verdict = verdict(&args.file, SdkRange { min: args.min_sdk, max: args.max_sdk })?;
    let written = match args.format {
        ListFormat::Json => record::json::write_pretty(out, &document::signatures(&verdict)),
        ListFormat::Text => text::signatures(&verdict, out),
    };
    written.map_err(Failure::output)?;
    Ok(u8::from(!verdict.verified))
}

/// Verifies the file, with the v4 signature beside it if there is one.
pub(crate) fn verdict(path: &Path, range: SdkRange) -> Result<Verdict, Failure> {
    let file = open(path)?;
    let idsig = idsig(path)?;
    let verdict = match &idsig {
        Some(idsig) => verify_with_v4(file, idsig, range),
        None => verify(file, range),
    };
    verdict.map_err(|error| match error {
        VerifyError::EmptyRange { .. } => Failure::usage(error),
        VerifyError::Apk(error) => {
            Failure::nothing_readable(format!("{}: {error}", path.display()))
        }
    })
}

/// The bytes of `FILE.idsig`, where that is there.
fn idsig(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    let mut name = path.as_os_str().to_owned();
    name.push(".idsig");
    let path = Path::new(&name);
    if !path.is_file() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    let read = open(path)?.take(MOST_IDSIG_BYTES).read_to_end(&mut bytes);
    read.map_err(|error| {
        Failure::nothing_readable(format!("{} cannot be read: {error}", path.display()))
    })?;
    Ok(Some(bytes))
}
