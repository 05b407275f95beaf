//! What is measured, one row each.

use super::inputs::Input;

/// Where our report goes.
#[derive(Clone, Copy)]
pub(super) enum Output {
    /// `--format json`, standard output.
    Json,
    /// `--out DIR`.
    Folder,
}

/// One measurement.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) evidence: Input,
    pub(super) advisory: Option<Input>,
    /// Further options of `tamarisk check`.
    pub(super) options: &'static [&'static str],
    pub(super) output: Output,
    /// MVT's subcommand for the same evidence.
    pub(super) peer: Option<&'static str>,
    /// At most this many CPU seconds.
    pub(super) target_seconds: Option<f64>,
    /// At most this many MB (1,000,000 bytes) of memory.
    pub(super) target_mb: Option<u64>,
    /// At most this many MB above the row of this name.
    pub(super) target_above: Option<(&'static str, u64)>,
}

const ROW: Row = Row {
    name: "",
    evidence: Input::Quiet,
    advisory: None,
    options: &[],
    output: Output::Json,
    peer: None,
    target_seconds: None,
    target_mb: None,
    target_above: None,
};

/// Every row, in the order measured.
pub(super) const ROWS: &[Row] = &[
    Row {
        name: "bug report, 300 MB, 5,003 app ids",
        evidence: Input::Bugreport(300),
        advisory: Some(Input::Apps),
        peer: Some("check-bugreport"),
        target_seconds: Some(1.2),
        target_mb: Some(64),
        ..ROW
    },
    Row {
        name: "bug report, 300 MB, 3 app ids and 9 other values",
        evidence: Input::Bugreport(300),
        advisory: Some(Input::Planted),
        peer: Some("check-bugreport"),
        target_seconds: Some(1.2),
        target_mb: Some(64),
        ..ROW
    },
    Row {
        name: "AndroidQF, 300,000 files and a bug report of 30 MB, 5,003 app ids, 5,003 hashes",
        evidence: Input::Androidqf,
        advisory: Some(Input::AppsAndHashes),
        peer: Some("check-androidqf"),
        target_seconds: Some(2.0),
        ..ROW
    },
    Row {
        name: "advisory of 100,000 domains with relationships, quiet phone",
        advisory: Some(Input::Domains),
        options: &["--no-builtin"],
        peer: Some("check-androidqf"),
        target_seconds: Some(0.4),
        target_mb: Some(48),
        ..ROW
    },
    Row { name: "the quiet phone alone", options: &["--no-builtin"], ..ROW },
    Row { name: "bug report, 30 MB, as JSON", evidence: Input::Bugreport(30), ..ROW },
    Row {
        name: "bug report, 1,000 MB, as JSON",
        evidence: Input::Bugreport(1000),
        target_above: Some(("bug report, 30 MB, as JSON", 20)),
        ..ROW
    },
    Row {
        name: "bug report, 30 MB, into a folder",
        evidence: Input::Bugreport(30),
        output: Output::Folder,
        ..ROW
    },
    Row {
        name: "bug report, 1,000 MB, into a folder",
        evidence: Input::Bugreport(1000),
        output: Output::Folder,
        target_above: Some(("bug report, 30 MB, into a folder", 20)),
        ..ROW
    },
];
