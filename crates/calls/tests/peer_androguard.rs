//! Side by side with androguard (PyPI) on real apps: the same methods call the same methods.
//!
//! androguard is found below the target folder, where `cargo xtask test` sets it up; without it or
//! the apps the test says that it skips.

#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.

#[path = "../../dex/tests/support/mod.rs"]
mod support;

use calls::{Bounds, Marks, Program};
use dex::Dex;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{apps, dex_members};

/// Larger apps take androguard minutes and gigabytes; with `TAMARISK_LARGE_APPS` set they are held
/// against it too.
const MOST_BYTES: u64 = 4 << 20;

/// Four texts: the caller's class and name, the callee's.
type Edges = BTreeSet<[String; 4]>;

#[test]
fn the_same_methods_call_the_same_methods() {
    let python = support::target().join("peers/androguard/bin/python");
    let large = std::env::var_os("TAMARISK_LARGE_APPS").is_some();
    let most = if large { u64::MAX } else { MOST_BYTES };
    let apps: Vec<PathBuf> = apps()
        .into_iter()
        .filter(|app| app.metadata().is_ok_and(|about| about.len() < most))
        .filter(|app| !dex_members(app).is_empty())
        .collect();
    if !python.is_file() || apps.is_empty() {
        return println!(
            "skipped: no androguard or no real apps here (cargo xtask test fetches both)"
        );
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/edges.py");
    for app in apps {
        let output = Command::new(&python).arg(&script).arg(&app).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let theirs: Edges = String::from_utf8(output.stdout).unwrap().lines().map(edge).collect();
        let ours = ours(&app);
        let only = |one: &Edges, other: &Edges| -> Vec<[String; 4]> {
            one.difference(other).take(5).cloned().collect()
        };
        assert_eq!(only(&ours, &theirs), Vec::<[String; 4]>::new(), "{} only ours", app.display());
        assert_eq!(
            only(&theirs, &ours),
            Vec::<[String; 4]>::new(),
            "{} only theirs",
            app.display()
        );
        println!("{}: {} edges agree", app.display(), ours.len());
    }
}

fn ours(app: &Path) -> Edges {
    let members = dex_members(app);
    let files: Vec<Dex<'_>> = members.iter().flat_map(|bytes| Dex::all(bytes).unwrap()).collect();
    let program = Program::build(&files, &Marks::default(), Bounds::default());
    let mut edges = Edges::new();
    program.each_call(&mut |from, to| {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        // androguard names an array's `clone` after the type of its elements, and passes over that
        // of numbers.
        let to_class = text(to.0).trim_start_matches('[').to_owned();
        if !to_class.starts_with('L') || is_polymorphic(&to_class, &text(to.1)) {
            return;
        }
        edges.insert([text(from.0), text(from.1), to_class, text(to.1)]);
    });
    edges
}

/// Methods that `invoke-polymorphic` calls, which androguard passes over: those of the signature
/// polymorphism of the Java language (JLS 15.12.3), by the reference of the two classes.
fn is_polymorphic(class: &str, method: &str) -> bool {
    match class {
        "Ljava/lang/invoke/MethodHandle;" => matches!(method, "invoke" | "invokeExact"),
        "Ljava/lang/invoke/VarHandle;" => ["get", "set", "compareAnd", "weakCompareAnd"]
            .iter()
            .any(|start| method.starts_with(start)),
        _ => false,
    }
}

fn edge(line: &str) -> [String; 4] {
    let parts: Vec<String> = line.split('\t').map(str::to_owned).collect();
    parts.try_into().unwrap()
}
