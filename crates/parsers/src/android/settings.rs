//! `settings_system.txt`, `settings_secure.txt` and `settings_global.txt` of AndroidQF: what
//! `settings list NAMESPACE` printed, `name=value`. A value may hold `=` and line breaks.

use super::entry::{Entry, each_entry};
use super::lines::Line;
use super::links::tell_links;
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::SettingSet;
use model::{SourceKind, Status};

/// Reads `settings_*.txt`.
pub struct Settings;

impl Parser for Settings {
    fn id(&self) -> &'static str {
        "androidqf_settings"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Androidqf],
            artifacts: "settings_*.txt",
            takes: "Android's settings; links, proxies and resolvers in their values",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        source == SourceKind::Androidqf && namespace(path).is_some()
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let artifact = out.artifact().clone();
        let file = artifact.rsplit('/').next().unwrap_or_default();
        let namespace = namespace(file).unwrap_or("unknown");
        let gaps = ["this file states no setting", "this line is no setting"];
        each_entry(input, out, gaps, opening, |setting, out| tell(setting, namespace, out))
    }
}

/// The namespace that a file name states.
fn namespace(file: &str) -> Option<&str> {
    let name = file.strip_prefix("settings_")?.strip_suffix(".txt")?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

/// Splits `name=value`. Names of settings hold no blanks, quotes or brackets; a line whose
/// part before `=` does goes on with the value of the line before.
fn opening(line: &Line<'_>) -> Option<Entry> {
    let (name, value) = line.text.split_once('=')?;
    let odd = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '{' | '}' | '"' | '\'' | '&')
    };
    (!name.is_empty() && name.len() <= 512 && !name.contains(odd)).then(|| Entry {
        name: name.to_owned(),
        value: value.to_owned(),
        position: line.position(),
        // A line that was cut is a gap already.
        cut: false,
    })
}

fn tell(setting: Entry, namespace: &str, out: &mut Emitter<'_>) -> u64 {
    let Entry { name, value, position, cut } = setting;
    if cut {
        out.gap(Some(position.clone()), "a value longer than the limit was cut");
    }
    let value = value.trim_end_matches('\n').to_owned();
    let place = || format!("setting {namespace} {name}");
    tell_links(&name, &value, place, &position, out);
    out.fact(
        SettingSet { namespace: namespace.into(), name, value, ..SettingSet::default() },
        position,
        None,
    );
    1
}
