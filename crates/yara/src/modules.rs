//! Which modules of YARA-X rules may import.

/// Modules that are built in. `dex` and `elf` read hostile bytes; the others only compute.
pub const OFFERED: &[&str] = &["dex", "elf", "hash", "math", "string"];

/// Modules that YARA or YARA-X know and that are left out: a rule that needs one is not used, and a
/// gap says so. They read files that no Android app has (`pe`, `dotnet`, `macho`, `lnk`, `crx`,
/// `msi`, `olecf`, `vba`), need what is not there (`cuckoo`, `vt`, `magic`), print (`console`), or
/// make a report depend on the clock (`time`). What `zip` tells is in `tamarisk.members`.
pub const LEFT_OUT: &[&str] = &[
    "console", "crx", "cuckoo", "dotnet", "lnk", "macho", "magic", "msi", "olecf", "pe", "time",
    "vba", "vt", "zip",
];
