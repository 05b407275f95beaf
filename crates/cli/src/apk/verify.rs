//! `tamarisk apk verify`: whether the signatures of an app hold.

use super::{VerifyArgs, document, open};
use crate::args::ListFormat;
use crate::failure::Failure;
use apk::signature::{Issue, Verdict};
use apk::{SdkRange, VerifyError};
use std::io::{self, Write};

/// Verifies and prints; 0 where it is verified, else 1.
pub(crate) fn run(args: &VerifyArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let file = open(&args.file)?;
    let range = SdkRange { min: args.min_sdk, max: args.max_sdk };
    let verdict = apk::verify(file, range).map_err(|error| match error {
        VerifyError::EmptyRange { .. } => Failure::usage(error),
        VerifyError::Apk(error) => {
            Failure::nothing_readable(format!("{}: {error}", args.file.display()))
        }
    })?;
    let written = match args.format {
        ListFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &document::signatures(&verdict))
                .map_err(io::Error::from)
                .and_then(|()| writeln!(out))
        }
        ListFormat::Text => text(&verdict, out),
    };
    written.map_err(Failure::output)?;
    Ok(u8::from(!verdict.verified))
}

fn text(verdict: &Verdict, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", if verdict.verified { "verified" } else { "not verified" })?;
    for signer in &verdict.signers {
        writeln!(out, "{} {}", signer.scheme, signer.certificate.sha256)?;
    }
    for Issue { name, message, .. } in &verdict.errors {
        writeln!(out, "{name}: {message}")?;
    }
    Ok(())
}
