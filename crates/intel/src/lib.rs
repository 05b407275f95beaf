//! One index from atom to indicator.
