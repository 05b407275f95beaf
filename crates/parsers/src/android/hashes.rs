//! `hashes.csv` of AndroidQF: path and SHA-256 of each file of the acquisition, as it was when it
//! was made (Go's `encoding/csv`, no header; `acquisition/acquisition.go`). Older versions write the
//! path on the computer that made it. Whether the files still have these hashes is found out when
//! all of them were read.

use super::lines::each_line;
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::FileListed;
use model::{SourceKind, Status, normal};

/// Reads `hashes.csv`.
pub struct Hashes;

impl Parser for Hashes {
    fn id(&self) -> &'static str {
        "androidqf_hashes"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Androidqf],
            artifacts: "hashes.csv",
            takes: "hashes of the acquisition's files, held against the files",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        source == SourceKind::Androidqf && path == "hashes.csv"
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        each_line(input, out, "this file lists no hash", |line, out| {
            let Some(line) = line.filter(|line| !line.text.trim().is_empty()) else { return 0 };
            let row = line.text.rsplit_once(',').and_then(|(path, hash)| {
                Some((path, normal::hex(hash.trim().trim_matches('"'), 64)?))
            });
            let Some((path, sha256)) = row else {
                out.gap(Some(line.position()), "this line holds no path and SHA-256");
                return 0;
            };
            // A path with a comma or a quote in it stands in quotes, those in it doubled.
            let path = match path.strip_prefix('"').and_then(|path| path.strip_suffix('"')) {
                Some(quoted) => quoted.replace("\"\"", "\""),
                None => path.to_owned(),
            };
            let sha256 = sha256.into_owned();
            out.fact(FileListed { path, sha256 }, line.position(), None);
            1
        })
    }
}
