//! Hidden-API flags of a boot image's classes: AOSP's "hiddenapi_class_data_item".

use crate::bytes::{Cursor, size_at, u16_at};
use crate::class::Class;
use crate::file::Dex;

/// The kind of the item in the map of the file.
const HIDDEN_API: u16 = 0xf000;

impl Dex<'_> {
    /// The flags of each field and method that a class defines, in the order of
    /// [`Dex::fields_of`] and [`Dex::methods_of`]; none where the file has none for it. Only
    /// files of the platform have them.
    #[must_use]
    pub fn hidden_api_flags(&self, class: &Class<'_>) -> Vec<u32> {
        let read = || {
            let at = self.map_item(HIDDEN_API)?;
            let row = at.checked_add(4)?.checked_add(usize::try_from(class.number).ok()? * 4)?;
            let offset = size_at(self.container, row)?;
            (offset != 0).then(|| Cursor::new(self.container, at.saturating_add(offset)))
        };
        let Some(mut flags) = read() else { return Vec::new() };
        let members = self.fields_of(class).count() + self.methods_of(class).count();
        (0..members).map_while(|_| flags.uleb()).collect()
    }

    /// Offset of the first item of a kind, by the map at the end of the file.
    fn map_item(&self, kind: u16) -> Option<usize> {
        let at = self.header.map_at;
        let count = size_at(self.container, at)?;
        let rows = self.container.get(at.checked_add(4)?..)?.chunks_exact(12).take(count);
        let found = rows.into_iter().find(|row| u16_at(row, 0) == Some(kind))?;
        size_at(found, 8)
    }
}
