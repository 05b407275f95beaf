//! The HTML report in a browser: it is drawn, no request leaves the page, and its policy holds
//! without having to refuse anything. Needs Chromium from the distribution; without it the test
//! says so and is skipped.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // In tests a failed unwrap is a failed test.

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;
use support::browser::open as show;
use support::tamarisk;

#[test]
fn the_report_is_drawn_and_asks_for_nothing() {
    let work = tempfile::tempdir().unwrap();
    let work = work.path().canonicalize().unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/phone");
    let out = work.join("out");
    let run = tamarisk(&["check", sample.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert_eq!(run.code, 1, "{}", run.stderr);

    let empty = work.join("empty.html");
    fs::write(&empty, "<!doctype html><title>empty</title>").unwrap();
    let Some(empty) = show(&empty, &work) else {
        println!("skipped: chromium is not installed (apt-get install chromium)");
        return;
    };
    // That the check can fail: a page that does ask is seen to ask.
    let asking = work.join("asking.html");
    fs::write(&asking, "<img src='http://asked-for.invalid/x.png'>").unwrap();
    let asking = show(&asking, &work).unwrap();
    assert!(asking.hosts.contains("asked-for.invalid"), "{:?}", asking.hosts);

    let report = show(&out.join("report.html"), &work).unwrap();
    let own_habits = |host: &&String| {
        empty.hosts.contains(*host)
            || host.ends_with("google.com")
            || host.ends_with("googleapis.com")
    };
    let asked: Vec<_> = report.hosts.iter().filter(|host| !own_habits(host)).collect();
    assert!(asked.is_empty(), "the page asks for {asked:?}");
    assert_eq!(report.complaints, Vec::<String>::new());
    assert!(report.picture > empty.picture * 4, "{} bytes of picture", report.picture);
    let html = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(html.contains("org.thoughtcrime.securesmsplus"));
    assert!(!html.contains("<script"), "the report needs no script");
}

/// That a broken policy is seen: each way to break it in turn.
#[test]
fn the_policy_is_what_keeps_scripts_out() {
    let work = tempfile::tempdir().unwrap();
    let work = work.path().canonicalize().unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/phone");
    let page = tamarisk(&["check", sample.to_str().unwrap(), "--format", "html"]).stdout;
    let shown = |name: &str, html: &str| {
        let path = work.join(name);
        fs::write(&path, html).unwrap();
        show(&path, &work)
    };
    let Some(sound) = shown("sound.html", &page) else {
        println!("skipped: chromium is not installed (apt-get install chromium)");
        return;
    };
    assert_eq!(sound.complaints, Vec::<String>::new());
    let refused = |seen: &support::browser::Seen, what: &str| {
        seen.complaints
            .iter()
            .any(|line| line.contains(what) && line.contains("Content Security Policy"))
    };
    // A script that slipped in is refused, and would have run without the policy.
    let script = "<script>document.body.append('it ran')</script></body>";
    let with_script = page.replacen("</body>", script, 1);
    let seen = shown("script.html", &with_script).unwrap();
    assert!(
        refused(&seen, "script")
            && !seen.dom.contains(">it ran")
            && !seen.dom.contains("</script>it ran")
    );
    let (before, rest) = with_script.split_once("<meta http-equiv=").unwrap();
    let without = format!("{before}{}", rest.split_once('>').unwrap().1);
    let seen = shown("without.html", &without).unwrap();
    assert!(seen.dom.contains("</script>it ran"), "without a policy the script runs");
    // So are a style of another's making, an attribute that runs, and a picture from elsewhere.
    for (name, added, what) in [
        ("style.html", "<style>p{color:red}</style></body>", "style"),
        ("attribute.html", "<p style='color:red'>x</p></body>", "style"),
        ("image.html", "<img src='https://asked-for.invalid/x.png'></body>", "image"),
    ] {
        let seen = shown(name, &page.replacen("</body>", added, 1)).unwrap();
        assert!(refused(&seen, what), "{name}: {:?}", seen.complaints);
    }
    // A style sheet that its hash in the policy does not fit, as a change of one alone would leave it.
    let seen = shown("hash.html", &page.replacen("<style>", "<style> ", 1)).unwrap();
    assert!(refused(&seen, "style"), "{:?}", seen.complaints);
}

/// Without a browser: all that the page holds is its one style, whose hash (W3C, "Content Security Policy
/// Level 3", 6.7.3.3: SHA-256 of the element's text, in base64) is the one that the policy lets pass.
#[test]
fn the_policy_names_the_hash_of_the_style_and_nothing_else() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/phone");
    let page = tamarisk(&["check", sample.to_str().unwrap(), "--format", "html"]).stdout;
    let between = |start: &str, end: &str| {
        assert_eq!(page.matches(start).count(), 1, "{start}");
        page.split_once(start).unwrap().1.split_once(end).unwrap().0
    };
    let policy = between("<meta http-equiv=\"Content-Security-Policy\" content=\"", "\"")
        .replace("&#39;", "'");
    let directives: Vec<Vec<&str>> =
        policy.split(';').map(|one| one.split_whitespace().collect()).collect();
    let hash = STANDARD.encode(Sha256::digest(between("<style>", "</style>")));
    let style = format!("'sha256-{hash}'");
    assert_eq!(
        directives,
        [
            vec!["default-src", "'none'"],
            vec!["style-src", &style],
            vec!["base-uri", "'none'"],
            vec!["form-action", "'none'"],
        ]
    );
    // Whatever stands before the policy is not under it.
    let head = page.split_once("<meta http-equiv").unwrap().0;
    assert!(!head.contains("src=") && !head.contains("href="), "{head}");
    for word in ["<script", "<style ", " style=", "<link", "<iframe", "<img", "javascript:"] {
        assert!(!page.contains(word), "{word}");
    }
}
