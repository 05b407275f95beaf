//! Android dumpstate and dumpsys text, read in one pass; usable alone.
