//! The figures as a Markdown page.

use super::measure::Usage;
use super::rows::Row;
use crate::machine;
use anyhow::Result;
use jiff::Timestamp;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

/// A row with its figures.
pub(super) struct Line {
    pub(super) row: &'static Row,
    pub(super) ours: Usage,
    /// Planted apps that ours found, of three.
    pub(super) planted: Option<usize>,
    /// MVT's cost, and the planted apps that it found.
    pub(super) peer: Option<(Usage, Option<usize>)>,
}

/// All that docs/bench.md tells.
pub(super) struct Page {
    machine: String,
    date: String,
    commit: String,
    pub(super) lines: Vec<Line>,
    pub(super) apks: Vec<super::apk::Line>,
    /// The tables of `super::folder`, `super::index`, `super::yara` and others that have columns of their own.
    pub(super) index: String,
    /// The section of `super::taxii`.
    pub(super) taxii: String,
    pub(super) start: Option<Duration>,
    pub(super) binary_bytes: Option<u64>,
    pub(super) build: Option<Duration>,
}

const HEAD: &str = "# Speed and memory

Written by `cargo xtask bench --write`. CPU seconds are user and system time of the process,
the median of the runs; peak memory is the largest resident set of any run, in MB of 1,000,000
bytes. The inputs are synthetic and seeded, and made by the generators in `../shared/bench`;
three apps planted in the large ones must be found. MVT runs once a row, on the same input, in
the same run, and is stopped at its time limit; then its figures are lower bounds. A target is
what the project asks of itself on two cores; no test asserts it. APKs are those of
`../shared/cases/apk`, and a real one from PyPI's airtest; beside them stands AOSP's verifier.

Methods are those that code defines, not those that it only names. The code of five apps in one is
what `../shared/bench/gen_composite_apk.py` makes of five real apps: 31 DEX files of 62 MB, which name
405,881 methods and define 336,447; of these 176,694 count, since of two classes with one name Android
takes the first, and the apps share libraries. The 39 DEX files that were asked for no five of the real
apps have; all seven have 36.
";

impl Page {
    pub(super) fn new(root: &Path) -> Result<Self> {
        Ok(Self {
            machine: machine::describe()?,
            date: Timestamp::now().strftime("%F").to_string(),
            commit: machine::commit(root),
            lines: Vec::new(),
            apks: Vec::new(),
            index: String::new(),
            taxii: String::new(),
            start: None,
            binary_bytes: None,
            build: None,
        })
    }

    pub(super) fn markdown(&self) -> String {
        let mut text = String::from(HEAD);
        let _ = writeln!(
            text,
            "\n{}, commit {}, on {}; MVT is {}.\n",
            self.date,
            self.commit,
            self.machine,
            super::MVT
        );
        text += "| what | CPU s | target | peak MB | target | planted | MVT CPU s | MVT peak MB | MVT planted | MVT ÷ ours |\n";
        text += "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n";
        for line in &self.lines {
            text += &self.table_row(line);
        }
        text += &super::apk::markdown(&self.apks);
        text += &self.index;
        text += &self.taxii;
        text += "\n| what | figure | target |\n|---|--:|--:|\n";
        if let Some(start) = self.start {
            let _ = writeln!(
                text,
                "| `tamarisk --version`, median of 21 | {:.1} ms | 20 ms |",
                start.as_secs_f64() * 1e3
            );
        }
        if let Some(bytes) = self.binary_bytes {
            let _ = writeln!(text, "| release binary | {:.1} MB | 40 MB |", bytes as f64 / 1e6);
        }
        if let Some(build) = self.build {
            let _ = writeln!(
                text,
                "| release build from nothing | {:.0} s | 360 s |",
                build.as_secs_f64()
            );
        }
        text
    }

    fn table_row(&self, line: &Line) -> String {
        let row = line.row;
        let mut cells = vec![row.name.to_owned(), seconds(&line.ours)];
        cells.push(row.target_seconds.map_or_else(String::new, |target| format!("{target}")));
        cells.push(megabytes(&line.ours));
        cells.push(match (row.target_mb, row.target_above) {
            (Some(target), _) => target.to_string(),
            (None, Some((name, more))) => self.above(line, name, more),
            (None, None) => String::new(),
        });
        // Only the generated inputs have planted apps, and only advisories name them.
        let asked = row.advisory.is_some() && row.name.contains("app ids");
        let planted = |found: Option<usize>| match found {
            Some(found) if asked => format!("{found}/3"),
            _ => String::new(),
        };
        cells.push(planted(line.planted));
        match &line.peer {
            Some((peer, found)) => {
                let ratio = peer.cpu.as_secs_f64() / line.ours.cpu.as_secs_f64().max(1e-3);
                let sign = if peer.stopped { "> " } else { "" };
                cells.extend([
                    seconds(peer),
                    megabytes(peer),
                    planted(*found),
                    format!("{sign}{ratio:.0}"),
                ]);
            }
            None => cells.extend(std::iter::repeat_n(String::new(), 4)),
        }
        format!("| {} |\n", cells.join(" | "))
    }

    /// The difference to another row, beside what is allowed.
    fn above(&self, line: &Line, name: &str, more: u64) -> String {
        let other = self.lines.iter().find(|other| other.row.name == name);
        other.map_or_else(String::new, |other| {
            let difference = line.ours.megabytes() as i64 - other.ours.megabytes() as i64;
            format!("{difference:+} of {more:+}")
        })
    }
}

fn seconds(usage: &Usage) -> String {
    let sign = if usage.stopped { "> " } else { "" };
    format!("{sign}{:.2}", usage.cpu.as_secs_f64())
}

fn megabytes(usage: &Usage) -> String {
    let sign = if usage.stopped { "> " } else { "" };
    format!("{sign}{}", usage.megabytes())
}
