//! Access flags: AOSP's "access_flags definitions".

/// The access flags of a class, field or method, as they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Access(pub u32);

impl Access {
    /// `static`.
    pub const STATIC: u32 = 0x8;
    /// `native`: the method's code lies in a native library.
    pub const NATIVE: u32 = 0x100;
    /// `interface`.
    pub const INTERFACE: u32 = 0x200;
    /// `abstract`.
    pub const ABSTRACT: u32 = 0x400;

    /// Whether all these flags are set.
    #[must_use]
    pub fn has(self, flags: u32) -> bool {
        self.0 & flags == flags
    }
}
