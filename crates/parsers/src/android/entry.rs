//! Names with values, one entry after the other, where a value may hold line breaks: it ends
//! where the next entry begins.

use super::lines::{Line, each_line};
use evidence::{Emitter, Input};
use model::{Position, Status};

/// One entry.
pub(crate) struct Entry {
    pub(crate) name: String,
    /// With line feeds, whatever ended its lines.
    pub(crate) value: String,
    /// Where it stands, from its first line to its last one that is not empty.
    pub(crate) position: Position,
    /// Whether the value was longer than the limit.
    pub(crate) cut: bool,
}

/// Calls `tell` with every entry of the artifact; it answers how many facts it understood.
/// `opening` reads a line that begins an entry. A line before the first one that is not empty
/// is a gap, `stray`; an artifact without any fact is `nothing`.
pub(crate) fn each_entry(
    input: &mut Input<'_>,
    out: &mut Emitter<'_>,
    [nothing, stray]: [&str; 2],
    opening: impl Fn(&Line<'_>) -> Option<Entry>,
    tell: impl Fn(Entry, &mut Emitter<'_>) -> u64,
) -> Status {
    let limit = input.limits().record_bytes;
    let mut pending: Option<Entry> = None;
    each_line(input, out, nothing, |line, out| {
        let Some(line) = line else { return pending.take().map_or(0, |last| tell(last, out)) };
        match (opening(line), &mut pending) {
            (Some(next), _) => pending.replace(next).map_or(0, |done| tell(done, out)),
            (None, Some(entry)) => {
                entry.go_on(line, limit);
                0
            }
            (None, None) => {
                if !line.text.trim().is_empty() {
                    out.gap(Some(line.position()), stray);
                }
                0
            }
        }
    })
}

impl Entry {
    /// Takes a line that begins no entry: it belongs to the value.
    fn go_on(&mut self, line: &Line<'_>, limit: usize) {
        self.cut |= self.value.len() + line.text.len() >= limit;
        if self.cut {
            return;
        }
        self.value.push('\n');
        self.value.push_str(line.text);
        if let (false, Some((_, end))) = (line.text.is_empty(), &mut self.position.byte) {
            *end = line.end;
        }
    }
}
