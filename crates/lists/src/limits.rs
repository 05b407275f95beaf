//! What an import may cost, whatever lists hold.

/// Bounds of one import. What lies beyond is told as not understood, with its place, and the rest is
/// taken. Advisories that are larger go to `check --advisory` or `indicators index`, which read STIX
/// object by object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a list that is not read object by object.
    pub list_bytes: u64,
    /// Values of all lists.
    pub values: usize,
    /// Bytes of all STIX objects that are taken over.
    pub object_bytes: usize,
}

impl Default for Limits {
    /// 256 MiB a list, 2,000,000 values, 512 MiB of STIX objects.
    fn default() -> Self {
        Self { list_bytes: 256 << 20, values: 2_000_000, object_bytes: 512 << 20 }
    }
}
