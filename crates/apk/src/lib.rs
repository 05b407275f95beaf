//! An Android package: container, manifest, resources, signing certificates; usable alone.
