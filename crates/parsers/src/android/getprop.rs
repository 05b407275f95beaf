//! `getprop.txt` of AndroidQF: `[name]: [value]`, one property after the other. A value may
//! hold line breaks; it ends with the last `]` before the next property.

use super::lines::{Line, each_line};
use super::links::tell_links;
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::PropertySet;
use model::{Position, SourceKind, Status};

/// Reads `getprop.txt`.
pub struct Getprop;

impl Parser for Getprop {
    fn id(&self) -> &'static str {
        "androidqf_getprop"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Androidqf],
            artifacts: "getprop.txt",
            takes: "system properties; links in their values",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        source == SourceKind::Androidqf && path == "getprop.txt"
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let limit = input.limits().record_bytes;
        let mut pending: Option<Pending> = None;
        each_line(input, out, "this file states no property", |line, out| {
            let opened = line.map(|line| (line, opening(line.text)));
            match (opened, &mut pending) {
                (None, _) => pending.take().map_or(0, |property| property.tell(out)),
                (Some((line, Some((name, value)))), _) => {
                    let next = Pending {
                        name: name.to_owned(),
                        value: value.to_owned(),
                        position: line.position(),
                        cut: line.cut,
                    };
                    pending.replace(next).map_or(0, |property| property.tell(out))
                }
                (Some((line, None)), Some(property)) => {
                    property.go_on(line, limit);
                    0
                }
                (Some((line, None)), None) => {
                    if !line.text.trim().is_empty() {
                        out.gap(Some(line.position()), "this line is no property");
                    }
                    0
                }
            }
        })
    }
}

/// Splits `[name]: [value…`.
fn opening(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.strip_prefix('[')?.split_once("]: [")?;
    (!name.is_empty()).then_some((name, value))
}

/// A property whose end was not seen yet.
struct Pending {
    name: String,
    value: String,
    position: Position,
    cut: bool,
}

impl Pending {
    /// Takes a line that opens no property: it belongs to the value.
    fn go_on(&mut self, line: &Line<'_>, limit: usize) {
        self.cut |= self.value.len() + line.text.len() >= limit;
        if self.cut {
            return;
        }
        self.value.push('\n');
        self.value.push_str(line.text);
        if let (false, Some((_, end))) = (line.text.is_empty(), &mut self.position.byte) {
            *end = line.end;
        }
    }

    /// Tells the property, if its end stands there.
    fn tell(self, out: &mut Emitter<'_>) -> u64 {
        let Pending { name, value, position, cut } = self;
        let Some((value, rest)) = value.rsplit_once(']') else {
            out.gap(Some(position), format!("the value of the property {name} has no end"));
            return 0;
        };
        if cut {
            out.gap(Some(position.clone()), "a value longer than the limit was cut");
        } else if !rest.trim().is_empty() {
            out.gap(Some(position.clone()), "text after this property belongs to none");
        }
        tell_links(&name, value, || format!("property {name}"), &position, out);
        out.fact(PropertySet { name: name.clone(), value: value.to_owned() }, position, None);
        1
    }
}
