//! `make-bombs DIR`: lays a folder for each form of bomb, and prints a line for each: its name, what to
//! check, and the options that open it, between tabs.

use std::io::Write;
use std::path::PathBuf;
use testkit::bombs::FORMS;

fn main() -> std::io::Result<()> {
    let dir = PathBuf::from(std::env::args_os().nth(1).unwrap_or_else(|| "bombs".into()));
    for (name, lay) in FORMS {
        let folder = dir.join(name);
        std::fs::create_dir_all(&folder)?;
        let laid = lay(&folder)?;
        let words =
            [vec![(*name).to_owned(), laid.path.display().to_string()], laid.options].concat();
        writeln!(std::io::stdout(), "{}", words.join("\t"))?;
    }
    Ok(())
}
