//! Small programs in smali, `fixtures/ways/NAME.smali`: one for each way to reach a call, and beside it
//! `NAME-alike.smali`, which looks alike and does not reach it. The head of each says which way it is,
//! what kind of component `Main` is, and what it shows. What is expected follows from the Java
//! language and the reference of the classes named; Debian's smali assembles them.
//!
//! In the files `$` stands for the package of the program; a class `Record` whose `go()` starts the
//! microphone is added to each.

#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.
#![allow(clippy::print_stdout)] // What is skipped is told.

use abilities::{Abilities, Component, Trigger, examine};
use calls::Bounds;
use dex::Dex;
use std::path::Path;

const RECORD: &str = "
.class public L$/Record;
.super Ljava/lang/Object;
.method public static go()V
    .registers 1
    const/4 v0, 0x0
    invoke-virtual {v0}, Landroid/media/AudioRecord;->startRecording()V
    return-void
.end method
";

/// What programs show beside the microphone.
const MORE: [&str; 2] = ["native_code", "screen_reading"];

struct Program {
    name: String,
    package: String,
    trigger: Trigger,
    shows: String,
    /// Each class as smali.
    classes: Vec<String>,
}

fn programs() -> Vec<Program> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/ways");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |(number, path): (usize, &std::path::PathBuf)| {
        let text = std::fs::read_to_string(path).unwrap();
        let head = |key: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(&format!("# {key}: ")));
            line.unwrap_or_else(|| panic!("{}: no {key}", path.display())).to_owned()
        };
        assert!(head("way").len() > 10, "{}", path.display());
        let trigger = match head("root").as_str() {
            "activity" => Trigger::Activity,
            "service" => Trigger::Service,
            "receiver" => Trigger::Receiver,
            "provider" => Trigger::Provider,
            "application" => Trigger::Application,
            other => panic!("{}: {other}", path.display()),
        };
        let package = format!("p{number}");
        let whole = format!("{text}\n{RECORD}").replace('$', "\u{1}");
        // A nested class has a `$` of its own: it follows a letter.
        let mut named = String::new();
        for letter in whole.chars() {
            match letter {
                '\u{1}'
                    if named
                        .ends_with(|before: char| before.is_alphanumeric() && before != 'L')
                        || named.ends_with('\u{24}') =>
                {
                    named.push('$');
                }
                '\u{1}' => named.push_str(&package),
                other => named.push(other),
            }
        }
        let classes =
            named.split(".class ").skip(1).map(|class| format!(".class {class}")).collect();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        Program { name, package, trigger, shows: head("shows"), classes }
    };
    paths.iter().enumerate().map(read).collect()
}

#[test]
fn each_way_is_found_and_what_looks_alike_is_not() {
    let programs = programs();
    let names: Vec<&str> = programs.iter().map(|program| program.name.as_str()).collect();
    for program in &programs {
        let (pair, expects) = match program.name.strip_suffix("-alike") {
            Some(way) => (way.to_owned(), "nothing"),
            None => (format!("{}-alike", program.name), "an ability"),
        };
        assert!(names.contains(&pair.as_str()), "{} stands alone", program.name);
        assert_eq!(program.shows == "nothing", expects == "nothing", "{}", program.name);
    }
    let classes: Vec<&str> =
        programs.iter().flat_map(|program| program.classes.iter().map(String::as_str)).collect();
    let Some(bytes) = testkit::smali::assemble(&classes, 30) else {
        println!("skipped: smali is not installed");
        return;
    };
    let files = Dex::all(&bytes).unwrap();
    assert_eq!(files[0].problems(), []);
    let all = Abilities::built_in();
    let mut wrong = Vec::new();
    for program in &programs {
        let class = format!("{}.Main", program.package);
        let component = Component { class, trigger: program.trigger };
        let examined = examine(&files, &[component], &all, Bounds::default());
        assert_eq!(examined.without_code, [], "{}", program.name);
        let found: Vec<&str> =
            examined.found.iter().map(|one| all.list()[one.ability].id.as_str()).collect();
        if found.contains(&"microphone") != (program.shows == "microphone")
            || program.shows != "nothing" && !found.contains(&program.shows.as_str())
            || program.shows == "nothing" && found.iter().any(|id| MORE.contains(id))
        {
            wrong.push(format!("{}: {found:?}", program.name));
        }
    }
    assert_eq!(wrong, [""; 0]);
}
