//! STIX 2.1 bundles and patterns; usable alone.
