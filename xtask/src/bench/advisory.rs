//! What it costs to verify a signed advisory. The measuring program is an example of `advisory`: it prints
//! figures as JSON and asserts nothing.

use super::Bench;
use super::index::example_of;
use crate::workspace::Workspace;
use anyhow::Result;
use std::fmt::Write as _;

/// The rows as a Markdown table; empty where only others are asked for.
pub(super) fn markdown(bench: &Bench<'_>, workspace: &Workspace) -> Result<String> {
    if bench.options.only.as_deref().is_some_and(|text| !"signed advisory".contains(text)) {
        return Ok(String::new());
    }
    println!("bench: signed advisory");
    let figures = example_of(workspace, "advisory", "verify_speed", &bench.fresh_out()?)?;
    let mut text = String::from("\n| signed advisory | figure | target |\n|---|--:|--:|\n");
    for (key, what, target) in [
        ("bytes", "100,000 indicators, 6 signatures, bytes", ""),
        ("metadata_ms", "its metadata verified, ms", ""),
        ("whole_ms", "all of it verified, the bundle too, ms", "≤ 300"),
    ] {
        let _ = writeln!(text, "| {what} | {} | {target} |", figures[key]);
    }
    println!("{text}");
    Ok(text)
}
