//! The names of what can be wrong with an object. `docs/design/stix-objects.md` says for each
//! where the specification demands it.

use std::fmt;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal,)+) => {
        /// What is wrong with an object.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Code {
            /// Every code, in the order of the page.
            pub const ALL: &'static [Code] = &[$(Code::$name,)+];

            /// The name as it is printed.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Code::$name => $text,)+
                }
            }
        }
    };
}

codes! {
    /// It is no object, or has no `type`.
    NotAnObject = "not-an-object",
    /// The name of a type breaks the rules for such names.
    BadTypeName = "bad-type-name",
    /// A type that the specification reserves.
    ReservedType = "reserved-type",
    /// The identifier is not TYPE--UUID, or of another type than the object.
    BadIdentifier = "bad-identifier",
    /// The identifier is of another UUID version than demanded.
    UuidVersion = "uuid-version",
    /// The identifier is of another UUID version than recommended.
    UuidVersionAdvised = "uuid-version-advised",
    /// A required property is not there.
    MissingProperty = "missing-property",
    /// A property is null, or an empty list or object.
    EmptyValue = "empty-value",
    /// A value is of another type.
    WrongType = "wrong-type",
    /// A value has another form than its type demands.
    BadValue = "bad-value",
    /// A number is out of its range.
    OutOfRange = "out-of-range",
    /// A time is not written as STIX writes it, or does not exist.
    BadTimestamp = "bad-timestamp",
    /// Of two times, the later one is earlier.
    TimesOutOfOrder = "times-out-of-order",
    /// A value is none of those allowed.
    NotInEnumeration = "not-in-enumeration",
    /// A value is none of those recommended.
    NotInVocabulary = "not-in-vocabulary",
    /// A reference is to an object of a type that it cannot be to.
    WrongReference = "wrong-reference",
    /// A reference in `objects` is to nothing there.
    DanglingReference = "dangling-reference",
    /// Properties are there together, or missing together, that must not be.
    PropertyCombination = "property-combination",
    /// The same as a recommendation.
    PropertyCombinationAdvised = "property-combination-advised",
    /// The name of a property or key breaks the rules for such names.
    BadPropertyName = "bad-property-name",
    /// A name that the specification reserves.
    ReservedProperty = "reserved-property",
    /// A property that the specification does not define, without an extension.
    CustomProperty = "custom-property",
    /// A type that the specification does not define, without an extension.
    CustomObject = "custom-object",
    /// An extension that is neither defined by the specification nor by an extension definition.
    CustomExtension = "custom-extension",
    /// An extension breaks the rules for extensions.
    BadExtension = "bad-extension",
    /// A hash does not have the form that its algorithm yields.
    BadHash = "bad-hash",
    /// A hash by an algorithm that is not in the vocabulary.
    HashAlgorithm = "hash-algorithm",
    /// A key of a dictionary is not recommended so.
    KeyForm = "key-form",
    /// A value does not have the form recommended.
    ValueForm = "value-form",
    /// The pattern of an indicator is none.
    BadPattern = "bad-pattern",
    /// A marking definition is not as the specification has it.
    BadMarking = "bad-marking",
    /// A marking definition of a type that the specification does not have.
    CustomMarking = "custom-marking",
    /// A marking marks itself.
    CircularMarking = "circular-marking",
    /// A selector is to something that is not in the object.
    BadSelector = "bad-selector",
    /// A relationship that the specification does not name for these types.
    UnusualRelationship = "unusual-relationship",
    /// Two versions of an object in one bundle have the same `modified`.
    DuplicateVersion = "duplicate-version",
    /// A property that is deprecated.
    Deprecated = "deprecated",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
