//! Splits huge JSON arrays and JSON lines into items over a small window; usable alone.
