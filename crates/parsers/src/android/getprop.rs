//! `getprop.txt` of AndroidQF: `[name]: [value]`, one property after the other. A value may
//! hold line breaks; it ends with the last `]` before the next property.

use super::entry::{Entry, each_entry};
use super::lines::Line;
use super::links::tell_links;
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::PropertySet;
use model::{SourceKind, Status};

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
        let gaps = ["this file states no property", "this line is no property"];
        each_entry(input, out, gaps, opening, tell)
    }
}

/// Splits `[name]: [value…`.
fn opening(line: &Line<'_>) -> Option<Entry> {
    let (name, value) = line.text.strip_prefix('[')?.split_once("]: [")?;
    let (name, value) = (name.to_owned(), value.to_owned());
    (!name.is_empty()).then(|| Entry { name, value, position: line.position(), cut: line.cut })
}

/// Tells the property, if its end stands there.
fn tell(property: Entry, out: &mut Emitter<'_>) -> u64 {
    let Entry { name, value, position, cut } = property;
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
