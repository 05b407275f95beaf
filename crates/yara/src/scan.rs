//! Scanning one artifact and its parts.

use crate::matched;
use crate::rules::{Compiled, Rules};
use crate::view::View;
use evidence::{Emitter, Scan, Scanned};
use model::{Fact, Position};
use std::time::Duration;
use yara_x::{ScanError, Scanner};

/// One artifact: what is known of it, and a scanner for each set of rules.
pub(crate) struct Scanning<'r> {
    rules: &'r Rules,
    view: View,
    states: Vec<State<'r>>,
}

enum State<'r> {
    /// Not asked for yet: a scanner costs something, and most artifacts have no parts.
    Fresh,
    Ready(Box<Scanner<'r>>),
    /// It took too long; it is not held against what else the artifact has.
    Stopped,
}

impl<'r> Scanning<'r> {
    pub(crate) fn of(rules: &'r Rules) -> Self {
        let states = rules.sets.iter().map(|_| State::Fresh).collect();
        Self { rules, view: View::new(), states }
    }
}

impl Scan for Scanning<'_> {
    fn learn(&mut self, fact: &Fact) {
        self.view.learn(fact);
    }

    fn scan(&mut self, scanned: &Scanned<'_>, out: &mut Emitter<'_>) {
        if std::mem::take(&mut self.view.cut) {
            out.gap(None, "YARA rules do not see all that the package lists");
        }
        let bounds = self.rules.bounds;
        for (set, state) in self.rules.sets.iter().zip(&mut self.states) {
            if matches!(state, State::Fresh) {
                *state = State::Ready(Box::new(scanner(set, self.rules, &self.view, out)));
            }
            let State::Ready(scanner) = state else { continue };
            let (file, member) = (matched::file_name(out.artifact()), scanned.member);
            let named = scanner
                .set_global("tamarisk_file", file)
                .and_then(|scanner| {
                    scanner.set_global("tamarisk_member", member.unwrap_or_default())
                })
                .map(|_| ());
            if let Err(error) = named {
                out.gap(None, format!("YARA rules {}: {error}", set.name));
            }
            match scanner.scan(scanned.bytes) {
                Ok(results) => {
                    let about = matched::About { set, scanned, package: self.view.package() };
                    about.tell(results, bounds.places, out);
                }
                Err(ScanError::Timeout) => {
                    let member = member.map(|member| format!(" with {member}"));
                    let reason = format!(
                        "YARA rules {} were not done{} within {} s: what they match in it is not \
                         known, and they were not held against what else lies in this artifact",
                        set.name,
                        member.unwrap_or_default(),
                        bounds.seconds
                    );
                    out.gap(scanned.at.cloned(), reason);
                    *state = State::Stopped;
                }
                Err(error) => {
                    let reason = format!("YARA rules {} could not be held against it", set.name);
                    out.gap(scanned.at.cloned(), format!("{reason}: {error}"));
                }
            }
        }
    }
}

fn scanner<'r>(
    set: &'r Compiled,
    rules: &Rules,
    view: &View,
    out: &mut Emitter<'_>,
) -> Scanner<'r> {
    let mut scanner = Scanner::new(&set.rules);
    scanner
        .set_timeout(Duration::from_secs(rules.bounds.seconds))
        .max_matches_per_pattern(rules.bounds.places);
    if let Err(error) = scanner.set_global("tamarisk", view.value()) {
        let reason = format!("YARA rules {} do not see what the app says: {error}", set.name);
        out.gap(Some(Position::default()), reason);
    }
    scanner
}
