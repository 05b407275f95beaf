//! Pages as a person sees them: `TAMARISK_PAGES=/tmp/pages cargo test -p report --test pages`
//! writes them there, to be looked at.
#![allow(clippy::unwrap_used)] // A test that fails here has failed.
#![allow(clippy::print_stdout)] // Says what was measured or skipped.

mod synthetic;

use report::{Report, Timeline, html};

#[test]
fn pages_are_written_where_asked_for() {
    let Some(folder) = std::env::var_os("TAMARISK_PAGES").map(std::path::PathBuf::from) else {
        println!("skipped: TAMARISK_PAGES is not set");
        return;
    };
    std::fs::create_dir_all(&folder).unwrap();
    for (name, parts) in [("eventful", synthetic::eventful()), ("quiet", synthetic::quiet())] {
        let report = Report::new(parts);
        let mut timeline = Timeline::summary_only();
        synthetic::fill(&mut timeline, 20_000);
        let mut page = Vec::new();
        html::write(&mut page, &report, Some(timeline.summary())).unwrap();
        std::fs::write(folder.join(format!("{name}.html")), page).unwrap();
        let mut text = Vec::new();
        report::text::write(&mut text, &report, true, 100).unwrap();
        std::fs::write(folder.join(format!("{name}.txt")), text).unwrap();
    }
}
