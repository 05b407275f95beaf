//! Source lines of a method: AOSP's "debug_info_item" and its state machine.

use crate::bytes::Cursor;
use crate::code::Code;
use crate::file::Dex;

/// Rows that one method may have; ART reads no method of more code units than this.
const MOST_LINES: usize = 65_536;

/// A row of the line table: from this code unit on, the code belongs to this line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Code unit.
    pub at: u32,
    /// Line of the source file.
    pub line: u32,
}

const END_SEQUENCE: u8 = 0;
const ADVANCE_PC: u8 = 1;
const ADVANCE_LINE: u8 = 2;
const START_LOCAL: u8 = 3;
const START_LOCAL_EXTENDED: u8 = 4;
const END_LOCAL: u8 = 5;
const RESTART_LOCAL: u8 = 6;
const SET_PROLOGUE_END: u8 = 7;
const SET_EPILOGUE_BEGIN: u8 = 8;
const SET_FILE: u8 = 9;
const FIRST_SPECIAL: u8 = 10;

impl Dex<'_> {
    /// The source lines of a method's code; none where it has none, as far as they can be read
    /// where they are damaged.
    #[must_use]
    pub fn lines(&self, code: &Code<'_>) -> Vec<Line> {
        let mut lines = Vec::new();
        if code.debug_at != 0 {
            let _ = walk(Cursor::new(self.container, code.debug_at), &mut lines);
        }
        lines
    }
}

fn walk(mut cursor: Cursor<'_>, lines: &mut Vec<Line>) -> Option<()> {
    let (mut at, mut line) = (0_u32, cursor.uleb()?);
    for _ in 0..cursor.uleb()? {
        cursor.uleb_p1()?;
    }
    while lines.len() < MOST_LINES {
        match cursor.u8()? {
            END_SEQUENCE => break,
            ADVANCE_PC => at = at.wrapping_add(cursor.uleb()?),
            ADVANCE_LINE => line = line.wrapping_add_signed(cursor.sleb()?),
            START_LOCAL => {
                cursor.uleb()?;
                cursor.uleb_p1()?;
                cursor.uleb_p1()?;
            }
            START_LOCAL_EXTENDED => {
                cursor.uleb()?;
                cursor.uleb_p1()?;
                cursor.uleb_p1()?;
                cursor.uleb_p1()?;
            }
            END_LOCAL | RESTART_LOCAL => {
                cursor.uleb()?;
            }
            SET_PROLOGUE_END | SET_EPILOGUE_BEGIN => {}
            SET_FILE => {
                cursor.uleb_p1()?;
            }
            special => {
                // 15 steps of the line, from -4 on, for each step of the address.
                let adjusted = special - FIRST_SPECIAL;
                at = at.wrapping_add(u32::from(adjusted / 15));
                line = line.wrapping_add_signed(i32::from(adjusted % 15) - 4);
                lines.push(Line { at, line });
            }
        }
    }
    Some(())
}
