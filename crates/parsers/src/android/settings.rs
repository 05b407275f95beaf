//! `settings_system.txt`, `settings_secure.txt` and `settings_global.txt` of AndroidQF: what
//! `settings list NAMESPACE` printed, `name=value`. A value may hold `=` and line breaks.

use super::lines::{Line, each_line};
use super::links::tell_links;
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::SettingSet;
use model::{Position, SourceKind, Status};

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
        let limit = input.limits().record_bytes;
        let artifact = out.artifact().clone();
        let file = artifact.rsplit('/').next().unwrap_or_default();
        let namespace = namespace(file).unwrap_or("unknown").to_owned();
        let mut pending: Option<Pending> = None;
        each_line(input, out, "this file states no setting", |line, out| {
            let opened = line.map(|line| (line, opening(line.text)));
            match (opened, &mut pending) {
                (None, _) => pending.take().map_or(0, |setting| setting.tell(&namespace, out)),
                (Some((line, Some((name, value)))), _) => {
                    let next = Pending {
                        name: name.to_owned(),
                        value: value.to_owned(),
                        position: line.position(),
                        cut: false,
                    };
                    pending.replace(next).map_or(0, |setting| setting.tell(&namespace, out))
                }
                (Some((line, None)), Some(setting)) => {
                    setting.go_on(line, limit);
                    0
                }
                (Some((line, None)), None) => {
                    if !line.text.trim().is_empty() {
                        out.gap(Some(line.position()), "this line is no setting");
                    }
                    0
                }
            }
        })
    }
}

/// The namespace that a file name states.
fn namespace(file: &str) -> Option<&str> {
    let name = file.strip_prefix("settings_")?.strip_suffix(".txt")?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

/// Splits `name=value`. Names of settings hold no blanks, quotes or brackets; a line whose
/// part before `=` does goes on with the value of the line before.
fn opening(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    let odd = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '{' | '}' | '"' | '\'' | '&')
    };
    (!name.is_empty() && name.len() <= 512 && !name.contains(odd)).then_some((name, value))
}

/// A setting whose end was not seen yet.
struct Pending {
    name: String,
    value: String,
    position: Position,
    cut: bool,
}

impl Pending {
    /// Takes a line that is no setting of its own.
    fn go_on(&mut self, line: &Line<'_>, limit: usize) {
        self.cut |= self.value.len() + line.text.len() >= limit;
        if self.cut {
            return;
        }
        self.value.push('\n');
        self.value.push_str(line.text);
        if let (false, Some((_, last))) = (line.text.is_empty(), &mut self.position.byte) {
            *last = line.end;
        }
    }

    fn tell(self, namespace: &str, out: &mut Emitter<'_>) -> u64 {
        let Pending { name, value, position, cut } = self;
        if cut {
            out.gap(Some(position.clone()), "a value longer than the limit was cut");
        }
        let value = value.trim_end_matches('\n').to_owned();
        let place = || format!("setting {namespace} {name}");
        tell_links(&name, &value, place, &position, out);
        let name = name.clone();
        out.fact(
            SettingSet { namespace: namespace.into(), name, value, user: None },
            position,
            None,
        );
        1
    }
}
