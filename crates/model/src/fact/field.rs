//! Fields of facts as rule conditions and schemas see them.

/// A field's value, borrowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// Not stated.
    Absent,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text.
    Text(&'a str),
    /// A list of texts.
    List(&'a [String]),
}

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// Yes or no.
    Bool,
    /// A whole number.
    Int,
    /// A text.
    Text,
    /// A list of texts.
    List,
}

/// One field of a kind of fact.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: FieldType,
    /// Whether it may be absent (`null` in records).
    pub optional: bool,
}

/// One kind of fact.
#[derive(Clone, Copy, Debug)]
pub struct FactSpec {
    /// The kind in snake_case.
    pub kind: &'static str,
    /// Its fields.
    pub fields: &'static [FieldSpec],
}

/// A Rust type that a field can have.
pub(super) trait Field {
    const TYPE: FieldType;
    const OPTIONAL: bool = false;
    fn value(&self) -> Value<'_>;
}

macro_rules! field {
    ($($ty:ty => $kind:ident, $self:ident => $value:expr;)*) => { $(
        impl Field for $ty {
            const TYPE: FieldType = FieldType::$kind;
            fn value(&self) -> Value<'_> { let $self = self; $value }
        }
    )* };
}

field! {
    String => Text, s => Value::Text(s);
    bool => Bool, b => Value::Bool(*b);
    u32 => Int, n => Value::Int(i64::from(*n));
    u64 => Int, n => Value::Int(i64::try_from(*n).unwrap_or(i64::MAX));
    i64 => Int, n => Value::Int(*n);
    Vec<String> => List, list => Value::List(list);
}

impl<T: Field> Field for Option<T> {
    const TYPE: FieldType = T::TYPE;
    const OPTIONAL: bool = true;
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Absent, Field::value)
    }
}
