//! The versioned external shape of what was read: tamarisk.record/1.
