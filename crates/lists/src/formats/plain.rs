//! Plain lists: one value a line, perhaps defanged, perhaps with a remark behind it. What kind
//! the values are may stand in the file's name (`package_names.txt`). Also the text of a report
//! from which the values are picked where nothing else is known.

use super::{Format, Found, day};
use crate::{Head, Publication, Trust, guess};

pub(super) struct Plain;

impl Format for Plain {
    fn id(&self) -> &'static str {
        "plain"
    }

    fn about(&self) -> &'static str {
        "plain lists, one value a line, defanged or not; ESET's samples.sha256 and the like"
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let hint = guess::by_name(head.name);
        let (mut good, mut all) = (0_usize, 0_usize);
        for line in head.lines().take(200) {
            all += 1;
            good += usize::from(pick(line, hint).is_ok());
        }
        good > 0 && good * 2 >= all && !head.text.contains('\0')
    }

    fn read(&self, text: &str, found: &mut Found<'_>) -> Result<(), String> {
        let hint = guess::by_name(found.name());
        let mut publications: Vec<Publication> = Vec::new();
        let mut date = None;
        for (number, line) in text.lines().enumerate() {
            let at = number as u64 + 1;
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            let comment = ["#", "//", ";"].into_iter().find_map(|mark| line.strip_prefix(mark));
            if let Some(comment) = comment {
                for word in comment.split_whitespace().filter(|word| word.starts_with("http")) {
                    let word = word.trim_end_matches([',', '.', ')', ';']);
                    let name = word.split('/').nth(2).unwrap_or(word).to_owned();
                    publications.push(Publication { name, url: Some(word.to_owned()) });
                }
                date = comment
                    .split([' ', ':'])
                    .find_map(|word| (word.len() == 10).then(|| day(word)).flatten())
                    .or(date);
                continue;
            }
            match pick(line, hint) {
                Err(reason) => found.skip_line(at, line, reason),
                Ok(((value, port), remark)) => {
                    let origin = found.origin(Some(at), None);
                    let trust = match publications.is_empty() {
                        true => Trust::Unsourced,
                        false => Trust::Collected,
                    };
                    let mut record = found.record(value, origin, trust);
                    record.publications.clone_from(&publications);
                    record.date.clone_from(&date);
                    record.port = port;
                    record.note = remark.map(str::to_owned);
                    found.push(record);
                }
            }
        }
        Ok(())
    }
}

/// The value that a line begins with, and the remark behind it.
fn pick(
    line: &str,
    hint: Option<crate::Kind>,
) -> Result<(guess::Guessed, Option<&str>), &'static str> {
    let line = line.trim_start_matches(['-', '*', '•']).trim();
    let whole = guess::value(line, hint);
    if whole.is_ok() && !line.contains(char::is_whitespace) {
        return whole.map(|value| (value, None));
    }
    let cut = line.find(|c: char| c.is_whitespace() || c == ',' || c == ';');
    let (first, rest) = line.split_at(cut.unwrap_or(line.len()));
    let value = guess::value(first, hint)?;
    let rest =
        rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '-' | '#' | '*'));
    // A sentence that happens to begin with a dotted word is no list.
    if rest.split_whitespace().count() > 12 {
        return Err("a sentence");
    }
    Ok((value, (!rest.is_empty()).then_some(rest)))
}
