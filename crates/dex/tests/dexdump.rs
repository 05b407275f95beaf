//! Every instruction, source line, exception handler, annotation and first value of real apps, beside
//! `dexdump` (Debian's package). Skips, and says so, where program or apps are absent.

#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.

#[path = "support/listing.rs"]
mod listing;
mod support;
#[path = "support/values.rs"]
mod values;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use support::apps;

/// The lines that dexdump prints with this option.
fn dexdump(option: &str, file: &Path) -> impl Iterator<Item = Vec<u8>> {
    let mut child = Command::new("dexdump")
        .arg(option)
        .arg(file)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    BufReader::new(child.stdout.take().unwrap()).split(b'\n').map(Result::unwrap).chain(
        std::iter::from_fn(move || {
            child.wait().unwrap();
            None
        }),
    )
}

/// Holds lines of ours beside those of dexdump; how many there were.
fn held(
    ours: impl Iterator<Item = String>,
    mut theirs: impl Iterator<Item = String>,
    of: &Path,
) -> usize {
    let mut compared = 0;
    for line in ours {
        assert_eq!(Some(line), theirs.next(), "{}: line {compared}", of.display());
        compared += 1;
    }
    assert_eq!(theirs.next(), None, "{}", of.display());
    compared
}

#[test]
fn agrees_with_dexdump() {
    let apps = apps();
    if apps.is_empty() || Command::new("dexdump").output().is_err() {
        return println!(
            "skipped: no dexdump or no real apps here (cargo xtask test fetches both)"
        );
    }
    let (mut code, mut beside) = (0, 0);
    for app in apps {
        let members = support::dex_members(&app);
        let theirs = dexdump("-d", &app).filter_map(|line| listing::of_dexdump(&line));
        code += held(members.iter().flat_map(|bytes| listing::lines(bytes)), theirs, &app);
        let mut form = values::OfDexdump::default();
        let theirs = dexdump("-a", &app).filter_map(|line| form.line(&line));
        beside += held(members.iter().flat_map(|bytes| values::lines(bytes)), theirs, &app);
    }
    assert!(code > 0 && beside > 0);
    println!("{code} lines of code and {beside} of annotations and values agree");
}

/// A class with an annotation of every kind of value, lines of source, and hidden-API flags, which only
/// the platform's own files have. Assembled by Debian's smali; what it says is written here.
const MARKED: &str = r#"
.class public Lorg/example/Marked;
.super Ljava/lang/Object;
.annotation runtime Lorg/example/Mark;
    a = -5
    b = 0x123456789L
    c = 'x'
    d = 1.5f
    e = -2.25
    f = true
    g = "re\"lay"
    h = Lorg/example/Marked;
    i = .enum Lorg/example/Kind;->ONE:Lorg/example/Kind;
    j = Lorg/example/Marked;->count:I
    k = Lorg/example/Marked;->go(I)V
    l = null
    m = { "a", 0x80t, 0x7fffs }
    n = .subannotation Lorg/example/Inner;
        value = "within"
    .end subannotation
.end annotation
.field public static greylist count:I = 0x12345
.field public static last:D = 1.0e-7
.field public blacklist other:I
.method public static whitelist core-platform-api go(I)V
    .registers 2
    .param p0
        .annotation system Lorg/example/OnParameter;
        .end annotation
    .end param
    .line 7
    const/4 v0, 0x0
    .line 300
    invoke-static {v0}, Lorg/example/Marked;->go(I)V
    .line 9
    return-void
.end method
"#;

#[test]
fn every_kind_of_value_flag_and_line_is_read_as_it_was_written() {
    let Some(bytes) = testkit::smali::assemble(&[MARKED], 30) else {
        return println!("skipped: smali is not installed");
    };
    let ours = values::lines(&bytes);
    assert_eq!(
        ours,
        [
            "class RUNTIME Lorg/example/Mark; a=-5 b=4886718345 c=120 d=1.5 e=-2.25 f=true \
             g=\"re\\\"lay\" h=Lorg/example/Marked; i=ONE j=count k=go l=null m={ \"a\" -128 32767 } \
             n=Lorg/example/Inner; value=\"within\"",
            "method #0 #0 SYSTEM Lorg/example/OnParameter;",
            "hiddenapi 0x0001",
            "value 74565",
            "value 1e-07",
            "hiddenapi 0x0002",
            "hiddenapi 0x0008",
        ]
    );
    let lines: Vec<String> = listing::lines(&bytes);
    let rows = ["0x0000 line=7", "0x0001 line=300", "0x0004 line=9"];
    assert_eq!(lines.get(lines.len() - 3..).unwrap(), rows);
    if Command::new("dexdump").output().is_err() {
        return println!("not held beside dexdump, which is not here");
    }
    let file = std::env::temp_dir().join(format!("tamarisk-marked-{}.dex", std::process::id()));
    std::fs::write(&file, &bytes).unwrap();
    let mut form = values::OfDexdump::default();
    let theirs: Vec<String> = dexdump("-a", &file).filter_map(|line| form.line(&line)).collect();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(ours, theirs);
}
