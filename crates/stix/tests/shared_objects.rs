//! The reference validator's rows (`../shared/cases/stix/objects.jsonl`); skipped where they are
//! not at hand.
//!
//! Rows state options of that validator, `strict` among them. Where it was told to leave out some recommendations, a
//! valid row must be valid without `--strict`, and an invalid one is only held against ours if
//! what is wrong is a MUST. `strict_properties` (no property beside the specification's) is no
//! demand of the specification; its rows are held in one direction only.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // A test may.

mod shared;

/// Rows that come out otherwise, and why; `docs/design/stix-objects.md` says more.
const DIFFERENT: &[(usize, &str)] = &[
    (287, "`src_ref` has a UUID with 35 characters; section 2.9 demands 36"),
    (289, "the same"),
    (291, "the same"),
    (321, "section 7.3 allows toplevel-property-extension on cyber-observable objects"),
];

#[test]
fn every_row() {
    let Some(rows) = shared::rows("objects.jsonl") else { return };
    let (mut wrong, mut different) = (Vec::new(), Vec::new());
    for (number, row) in rows.iter().enumerate() {
        let options = &row["options"];
        let found = stix::validate(&row["instance"].to_string());
        let all_checks = options["disabled"] == "" && options["enabled"] == "";
        let strict = found.is_valid() && (options["strict"] != true || found.warnings.is_empty());
        let fits = match (row["valid"] == true, all_checks) {
            (true, true) => strict,
            (true, false) => found.is_valid(),
            // With fewer checks than ours, or more than the specification's.
            (false, _) => !strict || !all_checks || options["strict_properties"] == true,
        };
        if !fits {
            let first = found.errors.iter().chain(&found.warnings).next();
            wrong.push(format!("{number} {} {first:?} {}", row["valid"], row["errors"]));
            different.push(number);
        }
    }
    let known: Vec<usize> = DIFFERENT.iter().map(|(number, _)| *number).collect();
    assert_eq!(different, known, "{wrong:#?}");
}

/// Cut anywhere, or with one bit turned, an object is judged; nothing else happens.
#[test]
fn cut_and_turned() {
    let Some(rows) = shared::rows("objects.jsonl") else { return };
    for row in rows.iter().step_by(7) {
        let mut bytes = row["instance"].to_string().into_bytes();
        for at in 0..bytes.len() {
            if let Ok(cut) = std::str::from_utf8(&bytes[..at]) {
                assert!(!stix::validate(cut).is_valid());
            }
            let bit = 1 << (at % 8);
            bytes[at] ^= bit;
            if let Ok(turned) = std::str::from_utf8(&bytes) {
                let _ = stix::validate(turned);
            }
            bytes[at] ^= bit;
        }
    }
}
