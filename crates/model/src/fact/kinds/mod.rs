//! The kinds of facts with their fields, by what they are about. The list of all is in
//! [`super`].

mod apps;
mod packages;
mod phone;
mod services;

pub use apps::*;
pub use packages::*;
pub use phone::*;
pub use services::*;

use super::field::{FieldSpec, Value};

/// A kind of fact, as rule conditions and schemas see it.
pub(super) trait Kind {
    /// Its fields, in order.
    const FIELDS: &'static [FieldSpec];
    /// The value of a field, `Value::Absent` where it is not stated or does not exist.
    fn field(&self, name: &str) -> Value<'_>;
}

/// Makes a struct and its [`Kind`] of each entry.
macro_rules! kind {
    ($(
        $(#[$doc:meta])* $name:ident {
            $( $(#[$fdoc:meta])* $field:ident : $ty:ty, )*
        }
    )*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        pub struct $name { $( $(#[$fdoc])* pub $field: $ty, )* }

        impl super::Kind for $name {
            const FIELDS: &'static [crate::fact::FieldSpec] = &[
                $( crate::fact::FieldSpec {
                    name: stringify!($field),
                    kind: <$ty as crate::fact::field::Field>::TYPE,
                    optional: <$ty as crate::fact::field::Field>::OPTIONAL,
                }, )*
            ];

            fn field(&self, name: &str) -> crate::fact::Value<'_> {
                match name {
                    $( stringify!($field) => crate::fact::field::Field::value(&self.$field), )*
                    _ => crate::fact::Value::Absent,
                }
            }
        }
    )* };
}

use kind;
