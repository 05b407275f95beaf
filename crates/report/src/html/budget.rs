//! How much of the evidence one page shows: a browser has to open it, and a person to read it.

use crate::sentence::thousands;
use maud::{Markup, html};

/// Room for the rows of one kind. All kinds together stay below 5,000 rows and 10 MB.
pub(super) struct Budget {
    rows: usize,
    bytes: usize,
}

impl Budget {
    pub(super) const fn new(rows: usize, bytes: usize) -> Self {
        Self { rows, bytes }
    }

    /// The row, if there is still room for it.
    pub(super) fn take(&mut self, row: impl FnOnce() -> Markup) -> Option<Markup> {
        self.rows = self.rows.checked_sub(1)?;
        let row = row();
        match self.bytes.checked_sub(row.0.len()) {
            Some(left) => {
                self.bytes = left;
                Some(row)
            }
            None => {
                self.rows = 0;
                None
            }
        }
    }

    /// As many of the rows as there is room for, and how many that are.
    pub(super) fn rows<T>(
        &mut self,
        of: impl IntoIterator<Item = T>,
        mut row: impl FnMut(T) -> Markup,
    ) -> (Vec<Markup>, u64) {
        let rows: Vec<Markup> = of.into_iter().map_while(|one| self.take(|| row(one))).collect();
        let shown = crate::sentence::count(rows.len());
        (rows, shown)
    }
}

/// Says how many more rows there are, and where.
pub(super) fn more(all: u64, shown: u64, place: &str) -> Markup {
    html! {
        @if all > shown {
            p .soft.small { "And " (thousands(all - shown)) " more, which " (place) " holds." }
        }
    }
}
