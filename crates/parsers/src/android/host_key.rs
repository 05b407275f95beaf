//! `adb_host_key.pub` of AndroidQF: the key of the computer that made the acquisition, by which it can
//! be told from others that may debug the phone. AndroidQF `acquisition/acquisition.go`: the line of
//! `adbkey.pub`.

use super::adb_key;
use super::lines::each_line;
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::SettingSet;
use model::{SourceKind, Status};

/// Reads `adb_host_key.pub`.
pub struct HostKey;

/// The name under which the key is told, also from `acquisition.json`.
pub(crate) const NAME: &str = "adb_host_key";

impl Parser for HostKey {
    fn id(&self) -> &'static str {
        "androidqf_host_key"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Androidqf],
            artifacts: "adb_host_key.pub, adb_host_public_key",
            takes: "fingerprint and name of the key of the computer that made the acquisition",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        source == SourceKind::Androidqf
            && matches!(path, "adb_host_key.pub" | "adb_host_public_key")
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        each_line(input, out, "this file holds no key", |line, out| {
            let Some(line) = line.filter(|line| !line.text.trim().is_empty()) else { return 0 };
            let Some(value) = adb_key::of_line(line.text) else {
                out.gap(Some(line.position()), "this line is no key of adb");
                return 0;
            };
            let (namespace, name) = ("acquisition".to_owned(), NAME.to_owned());
            let fact = SettingSet { namespace, name, value, ..SettingSet::default() };
            out.fact(fact, line.position(), None);
            1
        })
    }
}
