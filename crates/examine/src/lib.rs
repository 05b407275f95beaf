//! The straight line from bytes to report.
