//! Lanes: what followed what, app by app.
#![allow(clippy::unwrap_used)] // A test that fails here has failed.

mod synthetic;

use model::{Evidence, Precision, Strength, Time};
use report::{Report, Timeline, html};

fn page(rows: &[(&str, Time)], timezone: Option<&str>, strength: Strength) -> String {
    let mut parts = synthetic::quiet();
    for device in parts.sources.iter_mut().filter_map(|source| source.device.as_mut()) {
        device.timezone = timezone.map(str::to_owned);
    }
    let mut finding = synthetic::finding(strength, "chain", "first");
    for (text, time) in rows {
        let row = Evidence { time: Some(time.clone()), ..synthetic::evidence(text) };
        finding.add(|| row);
    }
    parts.findings.push(finding);
    let report = Report::new(parts);
    let mut page = Vec::new();
    html::write(&mut page, &report, Some(Timeline::summary_only().summary())).unwrap();
    String::from_utf8(page).unwrap()
}

/// The lane's texts, in the order drawn.
fn lane(page: &str) -> Vec<String> {
    let Some((_, lane)) = page.split_once("<figure class=\"panel lane\">") else {
        return Vec::new();
    };
    let lane = lane.split_once("</figure>").unwrap().0;
    lane.split("<text ")
        .skip(1)
        .map(|text| text.split_once('>').unwrap().1.split_once('<').unwrap().0.to_owned())
        .collect()
}

fn rows() -> Vec<(&'static str, Time)> {
    vec![
        ("the microphone", Time::device("2026-04-14 03:00:00", Precision::Second, "access")),
        ("a link", Time::unix_seconds(1_775_956_800, "date")), // 2026-04-12T01:20:00Z
    ]
}

#[test]
fn steps_stand_in_one_order_where_the_phones_zone_is_known() {
    // Urumqi is six hours ahead: 09:31:07 there is 03:31:07 UTC, two hours after the link.
    let page = page(&rows(), Some("Asia/Urumqi"), Strength::Review);
    let expected = [
        ["2026-04-12", "01:20:00 UTC", "a link"],
        ["2026-04-12", "09:31:07", "first"],
        ["2026-04-14", "03:00:00", "the microphone"],
    ];
    let mut expected: Vec<&str> = expected.concat();
    expected.extend(["+ 2 hours", "+ 41 hours"]);
    assert_eq!(lane(&page), expected);
}

#[test]
fn without_a_zone_the_clocks_are_not_compared() {
    let page = page(&rows(), None, Strength::Review);
    let texts = lane(&page);
    assert_eq!(texts[0..3], ["2026-04-12", "01:20:00 UTC", "a link"]);
    assert_eq!(texts[9..], ["", "+ 41 hours"]);
}

#[test]
fn notes_and_single_steps_have_no_lane() {
    assert!(lane(&page(&rows(), None, Strength::Note)).is_empty());
    assert!(lane(&page(&[], None, Strength::Review)).is_empty());
}

#[test]
fn what_has_no_room_is_counted() {
    let at = |day: u32| Time::device(format!("2026-05-{day:02} 10:00:00"), Precision::Second, "x");
    let texts: Vec<String> = (1..=10).map(|day| format!("step {day}")).collect();
    let rows: Vec<(&str, Time)> = texts.iter().map(String::as_str).zip((1..).map(at)).collect();
    let page = page(&rows, None, Strength::Strong);
    assert_eq!(page.matches("<circle class=\"device\"").count(), 8);
    assert!(page.contains("3 further dated rows"), "eleven rows, eight drawn");
}

#[test]
fn evidence_breaks_no_drawing() {
    let hostile = "</text><script>alert(1)</script>\u{202e}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let page = page(&[(hostile, Time::unix_seconds(1, "x"))], None, Strength::Strong);
    assert!(!page.contains("<script>") && !page.contains('\u{202e}'));
    let letters = |text: &String| text.replace("&lt;", "<").replace("&gt;", ">").chars().count();
    assert!(lane(&page).iter().all(|text| letters(text) <= 35), "{:?}", lane(&page));
}
