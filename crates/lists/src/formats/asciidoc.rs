//! AsciiDoc pages with tables, as ESET publishes them: the header names what each column holds,
//! values stand in backticks, hosts are defanged, hashes in upper case.

use super::table::{Columns, Row};
use super::{Format, Found, day};
use crate::{Head, Publication, Trust};

pub(super) struct AsciiDoc;

impl Format for AsciiDoc {
    fn id(&self) -> &'static str {
        "asciidoc"
    }

    fn about(&self) -> &'static str {
        "AsciiDoc or Markdown pages with tables of indicators (ESET malware-ioc)"
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let adoc = head.text.lines().any(|line| line.trim() == "|===");
        let markdown = head.text.lines().any(|line| is_rule(line.trim()));
        adoc || markdown
    }

    fn read(&self, text: &str, found: &mut Found<'_>) -> Result<(), String> {
        let title = text.lines().find_map(|line| {
            let title = line.strip_prefix("= ").or_else(|| line.strip_prefix("# "))?;
            Some(title.trim().to_owned())
        });
        let url = text.split_whitespace().find(|word| word.starts_with("https://"));
        let publication = Publication {
            name: title.unwrap_or_else(|| found.name().to_owned()),
            url: url.map(|url| url.trim_end_matches([',', '.', ')']).to_owned()),
        };
        let date = url.and_then(|url| {
            // Blogs put the day into the address: …/2023/08/30/…
            let mut parts =
                url.split('/').skip_while(|part| day(part).is_none() || part.len() != 4);
            day(&format!("{}-{}-{}", parts.next()?, parts.next()?, parts.next().unwrap_or("01")))
        });
        let mut columns: Option<Columns> = None;
        let mut inside = false;
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let (at, line) = (number as u64 + 1, line.trim());
            if line == "|===" {
                inside = !inside;
                columns = None;
                continue;
            }
            let markdown = line.starts_with('|') && line.ends_with('|') && line.len() > 1;
            if !(inside && line.starts_with('|') || !inside && markdown) {
                columns = columns.filter(|_| inside);
                continue;
            }
            if is_rule(line) {
                continue;
            }
            let line = line.trim_start_matches('|');
            let line = if inside { line } else { line.trim_end_matches('|') };
            let cells: Vec<&str> =
                line.split('|').map(|cell| cell.trim().trim_matches('`').trim()).collect();
            match &columns {
                None => columns = Some(Columns::new(&cells)),
                Some(columns) => {
                    let row = Row { at, number: None, cells: &cells, trust: Trust::Vendor };
                    columns.row(&row, Some((&publication, date.as_deref())), found);
                }
            }
        }
        Ok(())
    }
}

/// The line below the header of a Markdown table.
fn is_rule(line: &str) -> bool {
    line.len() > 4
        && line.starts_with('|')
        && line.contains("---")
        && line.bytes().all(|b| matches!(b, b'|' | b'-' | b':' | b' '))
}
