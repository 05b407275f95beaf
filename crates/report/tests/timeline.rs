//! The timeline: what becomes a row, in which order, and that memory and page stay bounded.
#![allow(clippy::unwrap_used)] // A test that fails here has failed.
#![allow(clippy::print_stdout)] // Says what was measured or skipped.

mod synthetic;

use model::{Precision, SourceId, Time, Zone, fact};
use report::{Report, Timeline, html};
use synthetic::{fill, observed};

fn rows(timeline: Timeline) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    timeline.write_csv(&mut out).unwrap();
    let mut rows = csv::Reader::from_reader(&out[..]);
    rows.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_file_gives_up_to_three_rows_and_times_are_in_order() {
    let mut timeline = Timeline::new(1 << 20);
    let file = fact::FileSeen {
        path: "/sdcard/x.apk".into(),
        modified: Some(1_709_210_096),
        accessed: Some(1_700_000_000),
        ..Default::default()
    };
    // The parser may state one of the three as the observation's own time; it is no fourth row.
    let own = Time::unix_seconds(1_709_210_096, "modified_time");
    timeline.add(SourceId(0), &observed(file, 7, Some(own)));
    let rows = rows(timeline);
    let short: Vec<_> = rows.iter().map(|row| (&row[1][..], &row[2][..])).collect();
    assert_eq!(
        short,
        [("2023-11-14T22:13:20+00:00", "accessed"), ("2024-02-29T12:34:56+00:00", "modified"),]
    );
    assert_eq!(rows[0][0], "file /sdcard/x.apk");
    assert_eq!(rows[0][8], "bytes 700–799");
}

#[test]
fn an_installed_app_gives_a_row_for_each_of_its_times() {
    let mut timeline = Timeline::new(1 << 20);
    let app = fact::AppInstalled {
        package: "org.example".into(),
        user: Some(10),
        first_install: Some("2024-02-29 12:34:56".into()),
        last_update: Some("2024-03-01 00:00:00".into()),
        ..Default::default()
    };
    let own = Time::device("2024-03-01 00:00:00", Precision::Second, "lastUpdateTime");
    timeline.add(SourceId(0), &observed(app, 0, Some(own)));
    let rows = rows(timeline);
    let short: Vec<_> = rows.iter().map(|row| (&row[1][..], &row[2][..], &row[3][..])).collect();
    assert_eq!(
        short,
        [
            ("2024-02-29T12:34:56", "first installed", "device"),
            ("2024-03-01T00:00:00", "lastUpdateTime", "device"),
        ]
    );
    assert_eq!((&rows[0][11][..], &rows[0][12][..]), ("org.example", "10"));
}

#[test]
fn what_has_no_place_on_a_calendar_comes_last_and_is_kept() {
    let mut timeline = Timeline::new(1 << 20);
    let process = || fact::ProcessRunning { name: "init".into(), ..Default::default() };
    let boot = Time {
        value: "+1h2m".into(),
        zone: Zone::Boot,
        precision: Precision::Second,
        utc: None,
        derived_from: None,
    };
    timeline.add(SourceId(0), &observed(process(), 0, Some(boot)));
    timeline
        .add(SourceId(0), &observed(process(), 1, Some(Time::unix_seconds(4_000_000_000, "t"))));
    timeline.add(SourceId(0), &observed(process(), 2, None));
    let rows = rows(timeline);
    let short: Vec<_> = rows.iter().map(|row| (&row[1][..], &row[3][..], &row[5][..])).collect();
    assert_eq!(short, [("2096-10-02T07:06:40+00:00", "utc", "4000000000"), ("", "boot", "'+1h2m")]);
}

/// The order does not depend on whether rows were spilled, nor does any row get lost.
#[test]
fn a_small_budget_gives_the_same_bytes() {
    let csv = |memory| {
        let mut timeline = Timeline::new(memory);
        fill(&mut timeline, 5_000);
        let mut out = Vec::new();
        timeline.write_csv(&mut out).unwrap();
        out
    };
    let whole = csv(usize::MAX);
    assert!(whole == csv(20_000));
    // 100 uses of a camera, 4,900 files with two times each, the heading.
    assert_eq!(whole.split(|b| *b == b'\n').count(), 100 + 4_900 * 2 + 2);
}

/// 80,000 here, whose rows take more than memory may grow by; a million is checked by `cargo test --release -- --ignored`.
#[test]
fn the_page_stays_small_and_memory_flat() {
    bounded(80_000);
}

#[test]
#[ignore = "takes long without --release"]
fn the_page_stays_small_at_a_million() {
    bounded(1_000_000);
}

/// How much memory may grow, in bytes, whatever the number of observations.
const MEMORY: u64 = 32 << 20;

fn bounded(observations: u64) {
    let mut parts = synthetic::eventful();
    // As many as rules keep subjects, and more than a page shows.
    for number in 0..4_000 {
        let path = format!("phone0/deep/{}/{number}", "folder/".repeat(60));
        parts.artifacts.push(synthetic::artifact(&path, model::Status::Unknown));
        let gap = model::Gap { artifact: Some(path), position: None, reason: "x".repeat(2_000) };
        parts.gaps.push((Some(SourceId(0)), gap));
        let mut found =
            synthetic::finding(model::Strength::Review, &number.to_string(), "<>\u{202e}");
        for _ in 0..19 {
            found.add(|| synthetic::evidence(&"&\u{202e}".repeat(300)));
        }
        parts.findings.push(found);
    }
    let report = Report::new(parts);

    let before = resident();
    let mut timeline = Timeline::new(4 << 20);
    fill(&mut timeline, observations);
    let mut csv = Counted::default();
    let mut page = Vec::new();
    html::write(&mut page, &report, Some(timeline.summary())).unwrap();
    timeline.write_csv(&mut csv).unwrap();
    assert_eq!(csv.lines, observations / 50 + (observations - observations / 50) * 2 + 1);
    if let (Some(before), Some(after)) = (before, resident()) {
        println!(
            "{} MB more resident, page {} bytes, CSV {} bytes",
            (after.saturating_sub(before)) >> 20,
            page.len(),
            csv.bytes
        );
        // Or holding all of it would go unnoticed.
        assert!(csv.bytes > MEMORY, "{} bytes", csv.bytes);
        assert!(after.saturating_sub(before) < MEMORY, "{before} {after}");
    }

    assert!(page.len() < 10_000_000, "{} bytes", page.len());
    let page = String::from_utf8(page).unwrap();
    let rows = page.matches("<tr>").count();
    assert!((2_000..=5_000).contains(&rows), "{rows} rows");
    assert!(page.contains("report.json") && page.contains("timeline.csv"));
}

/// The most memory this process has had so far, where the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? << 10)
}

/// Counts lines and keeps none.
#[derive(Default)]
struct Counted {
    lines: u64,
    bytes: u64,
}

impl std::io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.lines += bytes.iter().filter(|b| **b == b'\n').count() as u64;
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
