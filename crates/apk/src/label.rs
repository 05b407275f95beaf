//! A label in one locale.

/// A label in one locale.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// BCP 47 tag (`ug`, `zh-TW`, `sr-Latn-RS`); empty for the default locale.
    pub locale: String,
    /// The label.
    pub text: String,
}
