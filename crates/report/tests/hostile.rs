//! Whatever an app calls itself, nothing acts: not on a terminal, not in a spreadsheet, not in
//! a browser, not in an editor that shows the JSON.
#![allow(clippy::unwrap_used)] // A test that fails here has failed.

mod synthetic;

use model::{Device, Gap, Position, SourceId, Strength, Time, Zone, fact};
use report::{Parts, Report, Timeline};
use synthetic::{artifact, evidence, finding, knowledge, observed, quiet, source};
use testkit::hostile;

/// Every place of a report that evidence or an advisory can fill, filled with one text.
fn filled(text: &str) -> Parts {
    let own = || text.to_owned();
    let mut parts = quiet();
    let mut origin = source(0);
    origin.path = own();
    origin.device = Some(Device {
        model: Some(own()),
        android: Some(own()),
        patch_level: Some(own()),
        timezone: Some(own()),
    });
    parts.sources = vec![origin];
    let (id, mut read) = artifact(text, model::Status::Read);
    read.note = Some(own());
    read.read_by = Some(own());
    parts.artifacts = vec![(id, read)];
    let position = Position { pointer: Some(own()), line: Some(1), ..Position::default() };
    let gap = Gap { artifact: Some(own()), position: Some(position.clone()), reason: own() };
    parts.gaps = vec![(Some(SourceId(0)), gap)];
    let mut found = finding(Strength::Strong, text, text);
    found.id = own();
    found.subject.kind = own();
    found.subject.value = own();
    found.because.id = own();
    found.because.knowledge = own();
    found.because.value = Some(own());
    found.because.family = Some(own());
    found.because.references = vec![own(), format!("https://example.org/{text}")];
    found.innocent = vec![text.chars().take(5_000).collect()];
    found.next = found.innocent.clone();
    found.attack = vec![own()];
    for zone in [Zone::Device, Zone::Offset(own()), Zone::Unknown, Zone::Utc] {
        let mut row = evidence(text);
        row.artifact = own();
        row.position = Some(position.clone());
        row.sha256 = Some(own());
        row.time = Some(Time {
            value: own(),
            zone,
            precision: model::Precision::Second,
            utc: Some(own()),
            derived_from: Some(own()),
        });
        found.add(|| row);
    }
    parts.findings = vec![found];
    let mut known = knowledge();
    known.name = own();
    known.version = own();
    known.signed_by = vec![own()];
    known.kept_aside = vec![(own(), 1)];
    parts.knowledge = vec![known];
    parts.isolation = own();
    parts.version = own();
    parts
}

fn timeline(text: &str) -> Timeline {
    let mut timeline = Timeline::new(1 << 20);
    let used = fact::PermissionUsed {
        package: text.into(),
        op: text.into(),
        outcome: text.into(),
        ..Default::default()
    };
    let time = Time::device("2026-04-12 09:31:07", model::Precision::Second, text);
    let mut seen = observed(used, 1, Some(time));
    seen.artifact = text.into();
    seen.position.pointer = Some(text.into());
    timeline.add(SourceId(0), &seen);
    let unplaced = Time { value: text.into(), ..Time::device("", model::Precision::Day, text) };
    let file = fact::FileSeen { path: text.into(), ..Default::default() };
    timeline.add(SourceId(0), &observed(file, 2, Some(unplaced)));
    timeline
}

fn utf8(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn nothing_acts(output: &str, text: &str) {
    let active = hostile::active(output);
    let start: String = text.chars().take(60).collect();
    assert_eq!(active, None, "{start:?}");
}

#[test]
fn there_are_enough_of_them() {
    assert!(hostile::texts().len() >= 200);
}

#[test]
fn a_terminal_does_nothing() {
    for text in hostile::texts() {
        let report = Report::new(filled(&text));
        let plain = utf8(|out| report::text::write(out, &report, false, 80));
        nothing_acts(&plain, &text);
        // Every line is one of ours: evidence cannot begin one in the first column.
        let coloured = utf8(|out| report::text::write(out, &report, true, 80));
        let mut without = String::new();
        for (number, piece) in coloured.split("\u{1b}[").enumerate() {
            let rest = match number {
                0 => piece,
                _ => piece
                    .split_once('m')
                    .map(|(code, rest)| {
                        assert!(code.chars().all(|c| c.is_ascii_digit() || c == ';'), "{code:?}");
                        rest
                    })
                    .unwrap(),
            };
            without.push_str(rest);
        }
        assert_eq!(without, plain);
    }
}

#[test]
fn json_does_nothing_and_means_the_same() {
    for text in hostile::texts() {
        let report = Report::new(filled(&text));
        let json = utf8(|out| report::json::write(out, &report));
        nothing_acts(&json, &text);
        assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
    }
}

#[test]
fn a_spreadsheet_sees_text() {
    for text in hostile::texts() {
        let csv = utf8(|out| timeline(&text).write_csv(out).map(drop));
        nothing_acts(&csv, &text);
        let mut rows = csv::Reader::from_reader(csv.as_bytes());
        assert_eq!(
            &rows.headers().unwrap().iter().take(3).collect::<Vec<_>>(),
            &["message", "datetime", "timestamp_desc"]
        );
        let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 2);
        for cell in rows.iter().flatten() {
            let formula = [
                '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣',
                '﹫', '−',
            ];
            assert!(!cell.starts_with(formula), "{:?}", &cell[..cell.len().min(60)]);
        }
    }
}

#[test]
fn a_browser_sees_text() {
    for text in hostile::texts() {
        let report = Report::new(filled(&text));
        let timeline = timeline(&text);
        let page = utf8(|out| report::html::write(out, &report, Some(timeline.summary())));
        nothing_acts(&page, &text);
        assert!(page.len() < 1_000_000, "{} bytes", page.len());
        well_formed(&page);
    }
}

#[test]
fn a_manifest_has_one_line_for_one_artifact() {
    for text in hostile::texts() {
        let report = Report::new(filled(&text));
        let manifest = utf8(|out| report::manifest::write(out, &report));
        nothing_acts(&manifest, &text);
        assert_eq!(manifest.lines().count(), 2);
    }
}

/// What no version may say of a phone, in any rendering.
#[test]
fn nothing_says_that_a_phone_is_healthy() {
    for parts in [quiet(), synthetic::eventful()] {
        let report = Report::new(parts);
        let mut timeline = Timeline::summary_only();
        synthetic::fill(&mut timeline, 500);
        let outputs = [
            utf8(|out| report::json::write(out, &report)),
            utf8(|out| report::text::write(out, &report, false, 80)),
            utf8(|out| report::html::write(out, &report, Some(timeline.summary()))),
            utf8(|out| report::manifest::write(out, &report)),
        ];
        for output in outputs {
            let words = output.to_lowercase();
            let mut words = words.split(|c: char| !c.is_alphanumeric());
            let says = words.find(|word| {
                ["clean", "safe", "secure", "healthy", "uninfected", "infected"].contains(word)
            });
            assert_eq!(says, None);
        }
    }
}

/// Holds a page against what ours may consist of: known elements with known attributes, each
/// closed by its own end, no address but our anchors and `https` links.
fn well_formed(page: &str) {
    const VOID: [&str; 2] = ["meta", "!doctype"];
    const KNOWN: &str = " html head meta title style body div a header svg path circle b time main \
        section p h1 h2 h3 h4 h5 ul li nav table caption thead tbody tr th td span code bdi dl dt dd \
        article details summary rect line text desc footer ";
    const ATTRIBUTES: &str = " lang charset http-equiv content name class href id viewbox fill stroke \
        stroke-width stroke-linecap aria-hidden d cx cy r datetime aria-labelledby aria-label \
        preserveaspectratio x y width height tabindex role scope rel x1 x2 y1 y2 text-anchor rx ";
    let mut open = Vec::new();
    let mut rest = page;
    while let Some((_, from)) = rest.split_once('<') {
        // Evidence never brings a `>` into a tag: it is escaped.
        let (tag, after) = from.split_once('>').unwrap();
        rest = after;
        let lower = tag.to_lowercase();
        if let Some(name) = lower.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "closes what is open");
            continue;
        }
        let (name, attributes) = lower.split_once(' ').unwrap_or((&lower, ""));
        if name == "!doctype" {
            continue;
        }
        assert!(KNOWN.contains(&format!(" {name} ")), "<{tag}>");
        let mut attributes = attributes.trim();
        while !attributes.is_empty() {
            let (key, value) = attributes.split_once("=\"").unwrap();
            let (value, more) = value.split_once('"').unwrap();
            assert!(ATTRIBUTES.contains(&format!(" {key} ")), "<{tag}>");
            if key == "href" {
                assert!(value.starts_with('#') || value.starts_with("https://"), "<{tag}>");
            }
            attributes = more.trim();
        }
        if name == "style" {
            // What is in it is checked by the browser against the hash in the policy.
            rest = rest.split_once("</style>").unwrap().1;
            continue;
        }
        if !VOID.contains(&name) {
            open.push(name.to_owned());
        }
    }
    assert_eq!(open, Vec::<String>::new(), "everything is closed");
}
