//! What a DEX says beside its code, as lines that can be held beside those of `dexdump -a`:
//! annotations with their targets, the first values of static fields, hidden-API flags.

use dex::annotation::{Annotation, Encoded, Target, Value};
use dex::{Class, Dex};

/// The lines of all DEX files in `bytes`.
pub(crate) fn lines(bytes: &[u8]) -> Vec<String> {
    let mut out = Vec::new();
    for dex in Dex::all(bytes).unwrap() {
        for class in dex.classes() {
            dex.annotations(&class, &mut |target, one| out.push(annotation(&dex, target, &one)));
            members(&dex, &class, &mut out);
        }
    }
    out
}

/// Values and flags in the order of the members; dexdump leaves out flags that are zero.
fn members(dex: &Dex<'_>, class: &Class<'_>, out: &mut Vec<String>) {
    let fields = dex.fields_of(class).count();
    let methods = dex.methods_of(class).count();
    let values = dex.static_values(class);
    let flags = dex.hidden_api_flags(class);
    assert!(flags.is_empty() || flags.len() == fields + methods);
    for number in 0..fields + methods {
        if let Some(flags) = flags.get(number).filter(|flags| **flags != 0) {
            out.push(format!("hiddenapi 0x{flags:04x}"));
        }
        if let Some(first) = values.get(number) {
            out.push(format!("value {}", value(dex, first)));
        }
    }
}

/// The lines of dexdump in the form of [`lines`].
#[derive(Default)]
pub(crate) struct OfDexdump {
    target: String,
    parameter: String,
}

impl OfDexdump {
    /// What a line says; `None` where it says something else.
    pub(crate) fn line(&mut self, line: &[u8]) -> Option<String> {
        let text = String::from_utf8_lossy(line);
        if let Some(target) = text.strip_prefix("Annotations on ") {
            // The name that follows the number is that of the index.
            self.target = target.split(" '").next()?.to_owned();
            self.parameter.clear();
            return None;
        }
        if text.starts_with('#') {
            self.parameter = format!(" {text}");
            return None;
        }
        if let Some(said) = text.strip_prefix("  VISIBILITY_") {
            return Some(format!("{}{} {said}", self.target, self.parameter));
        }
        let of_member = text.strip_prefix("      ")?;
        let (key, said) = of_member.split_once(": ")?;
        match key.trim_end() {
            "value" => Some(format!("value {said}")),
            "hiddenapi" => Some(format!("hiddenapi {}", said.split(' ').next()?)),
            _ => None,
        }
    }
}

fn annotation(dex: &Dex<'_>, target: Target, one: &Annotation) -> String {
    let target = match target {
        Target::Class => "class".to_owned(),
        Target::Field(index) => format!("field #{index}"),
        Target::Method(index) => format!("method #{index}"),
        Target::Parameter(method, number) => format!("method #{method} #{number}"),
    };
    let visibility = ["BUILD", "RUNTIME", "SYSTEM"][usize::from(one.visibility)];
    format!("{target} {visibility} {}", encoded(dex, &one.value))
}

fn encoded(dex: &Dex<'_>, one: &Encoded) -> String {
    let mut text = dex.type_name(one.kind).unwrap().to_string();
    for (name, held) in &one.elements {
        text.push_str(&format!(" {}={}", dex.string(*name).unwrap(), value(dex, held)));
    }
    text
}

fn value(dex: &Dex<'_>, one: &Value) -> String {
    let name = |index| dex.string(index).unwrap().to_string();
    match one {
        Value::Number(number) => number.to_string(),
        Value::Char(letter) => letter.to_string(),
        Value::Float(number) => printed(f64::from(*number)),
        Value::Double(number) => printed(*number),
        Value::MethodType(index) => dex.descriptor(*index).unwrap(),
        Value::MethodHandle(index) => index.to_string(),
        Value::String(index) => escaped(dex.string(*index).unwrap().as_bytes()),
        Value::Type(index) => dex.type_name(*index).unwrap().to_string(),
        Value::Field(index) | Value::Enum(index) => name(dex.field(*index).unwrap().name),
        Value::Method(index) => name(dex.method(*index).unwrap().name),
        Value::Array(all) => {
            let all: String = all.iter().map(|one| format!("{} ", value(dex, one))).collect();
            format!("{{ {all}}}")
        }
        Value::Annotation(inner) => encoded(dex, inner),
        Value::Null => "null".to_owned(),
        Value::Boolean(is_so) => is_so.to_string(),
    }
}

/// A text as dexdump writes it in a value: its bytes, a few of them escaped.
fn escaped(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut out = text.replace('\\', "\\\\").replace('"', "\\\"");
    for (letter, written) in [('\t', "\\t"), ('\n', "\\n"), ('\r', "\\r")] {
        out = out.replace(letter, written);
    }
    format!("\"{out}\"")
}

/// A number as C's `%g` prints it: six digits, without zeros at the end.
fn printed(number: f64) -> String {
    if !number.is_finite() || number == 0.0 {
        return number.to_string().to_lowercase();
    }
    let scientific = format!("{number:.5e}");
    let (digits, exponent) = scientific.split_once('e').unwrap();
    let exponent: i32 = exponent.parse().unwrap();
    let short = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if (-4..6).contains(&exponent) {
        let behind = usize::try_from(5 - exponent).unwrap();
        return short(&format!("{number:.behind$}"));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", short(digits), exponent.abs())
}
