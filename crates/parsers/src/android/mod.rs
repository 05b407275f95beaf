//! Artifacts of Android phones.
