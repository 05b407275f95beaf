//! Values of a pattern in the form in which facts become objects ([`model::Fact::objects`]), so
//! that a hash in capitals or with colons is the same hash, and a host name in capitals the same
//! host. A regular expression (MATCHES) stays as its publisher wrote it.

use model::normal;
use stix::pattern::{Comparison, Literal, Step, Test};

/// What a property holds, where its values have one normal form.
#[derive(Clone, Copy)]
enum Form {
    /// A hash of so many hexadecimal digits.
    Hash(usize),
    /// A host name or address.
    Host,
    Url,
}

/// Brings the key of a hash algorithm and the constants of a comparison into normal form.
pub(crate) fn normalise(one: &mut Comparison) {
    let Some(form) = form(&one.path.object, &mut one.path.steps) else { return };
    match &mut one.test {
        Test::Equal(value)
        | Test::Unequal(value)
        | Test::Less(value)
        | Test::LessOrEqual(value)
        | Test::Greater(value)
        | Test::GreaterOrEqual(value) => form.fold(value),
        Test::In(values) => values.iter_mut().for_each(|value| form.fold(value)),
        Test::Like(template) => *template = form.template(template),
        Test::Matches(_) | Test::IsSubset(_) | Test::IsSuperset(_) | Test::Exists => {}
    }
}

/// The form of a property's values; the name of an algorithm is written as facts have it.
fn form(object: &str, steps: &mut [Step]) -> Option<Form> {
    let [before @ .., Step::Key(last)] = steps else { return None };
    match (before, object) {
        ([.., Step::Key(dictionary)], _) if matches!(&**dictionary, "hashes" | "cert") => {
            let (name, digits) = normal::algorithm(last)?;
            *last = match &**dictionary {
                // `app:cert` has names of its own: `sha256`.
                "cert" => name.replace('-', "").to_lowercase().into(),
                _ => name.into(),
            };
            Some(Form::Hash(digits))
        }
        ([], "domain-name" | "ipv4-addr" | "ipv6-addr") if **last == *"value" => Some(Form::Host),
        ([.., Step::Key(reference)], _) if reference.ends_with("_ref") && **last == *"value" => {
            Some(Form::Host)
        }
        ([], "url") if **last == *"value" => Some(Form::Url),
        _ => None,
    }
}

impl Form {
    fn fold(self, value: &mut Literal) {
        if let Literal::Hex(bytes) | Literal::Binary(bytes) = value {
            // A hash as bytes is that hash; no other value of these properties is written so.
            if matches!(self, Form::Hash(digits) if bytes.len() * 2 == digits) {
                *value = Literal::Text(const_hex::encode(bytes).into());
            }
            return;
        }
        let Literal::Text(text) = value else { return };
        let folded = match self {
            Form::Hash(digits) => normal::hex(text, digits).map(Into::into),
            Form::Host => normal::host(text).map(|atom| atom.value.into_owned().into()),
            Form::Url => normal::url(text).map(Into::into),
        };
        // What is no such value is equal to nothing; of an order, a part is enough.
        *text = folded.unwrap_or_else(|| self.template(text));
    }

    /// A template of LIKE, or a part of a value: its letters in the case that values have.
    fn template(self, text: &str) -> Box<str> {
        match self {
            Form::Hash(_) => text.replace(':', "").to_ascii_lowercase().into(),
            Form::Host => text.to_ascii_lowercase().into(),
            // Scheme and host know no case; path and query do.
            Form::Url => match text.split_once("://") {
                Some((scheme, rest)) => {
                    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                    let (scheme, host) = (scheme.to_ascii_lowercase(), host.to_ascii_lowercase());
                    format!("{scheme}://{host}{path}").into()
                }
                None => text.into(),
            },
        }
    }
}
