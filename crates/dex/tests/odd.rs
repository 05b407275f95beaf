//! Byte code that is damaged, or made to deceive, in every way that is told: each is told by its name
//! and its place, and what lies beside it is read. What must come out follows from how each is made.

#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.

mod support;

use dex::{Dex, Oddity, OddityKind, oddities};
use std::path::Path;
use testkit::dex::{Class, Dex as Made, Op};

const OBJECT: &str = "Ljava/lang/Object;";

/// A class of this name below another, whose `run()` names a text.
fn class(name: &str, above: &str) -> Class {
    let code =
        vec![Op::ConstString(0, "https://relay.example".into()), Op::ConstClass(1, name.into())];
    Class::new(name, above).implements("Ljava/lang/Runnable;").method("run", "()V", code)
}

fn made() -> Vec<u8> {
    Made { classes: vec![class("La/One;", OBJECT), class("La/Two;", "La/One;")] }.bytes()
}

fn number(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

fn put(bytes: &mut [u8], at: usize, value: usize) {
    bytes[at..at + 4].copy_from_slice(&u32::try_from(value).unwrap().to_le_bytes());
}

/// Corrects the checksum, so that it is not what is odd.
fn sum(bytes: &mut [u8]) {
    let end = number(bytes, 32).min(bytes.len());
    let sum = adler2::adler32_slice(&bytes[12..end]);
    bytes[8..12].copy_from_slice(&sum.to_le_bytes());
}

fn odd(bytes: &[u8]) -> Vec<Oddity> {
    oddities(&Dex::all(bytes).unwrap()).into_iter().map(|(_, odd)| odd).collect()
}

/// Where the code of `run()` of the first class stands.
fn code_at(bytes: &[u8]) -> usize {
    let files = Dex::all(bytes).unwrap();
    let first = files[0].classes().next().unwrap();
    files[0].methods_of(&first).next().unwrap().code_at
}

/// A kind, the change that makes it, and the byte at which it is told; and whether both classes are
/// still read.
type Change = (OddityKind, fn(&mut Vec<u8>) -> usize);

const CHANGES: &[Change] = &[
    (OddityKind::Version, |bytes| {
        bytes[6] = b'4';
        4
    }),
    (OddityKind::HeaderSize, |bytes| {
        put(bytes, 36, 0x74);
        36
    }),
    (OddityKind::Size, |bytes| {
        let len = bytes.len();
        put(bytes, 32, len + 8);
        32
    }),
    (OddityKind::Trailing, |bytes| {
        bytes.extend(b"hidden");
        bytes.len() - 6
    }),
    (OddityKind::Checksum, |bytes| {
        bytes[8] ^= 1;
        8
    }),
    (OddityKind::Table, |bytes| {
        put(bytes, 88, 0x1000_0000);
        88
    }),
    // The fields: none are there; one that lies in the table of types.
    (OddityKind::Overlap, |bytes| {
        put(bytes, 80, 1);
        let types = number(bytes, 68);
        put(bytes, 84, types + 4);
        types + 4
    }),
    // The text of the last string.
    (OddityKind::Offset, |bytes| {
        let last = number(bytes, 60) + (number(bytes, 56) - 1) * 4;
        put(bytes, last, 0x00ff_ffff);
        last
    }),
    // The interfaces of the second class, the lines of the first method's code.
    (OddityKind::Offset, |bytes| {
        let second = number(bytes, 100) + 32;
        put(bytes, second + 12, 0x00ff_ffff);
        second
    }),
    (OddityKind::Offset, |bytes| {
        let code = code_at(bytes);
        put(bytes, code + 8, 0x00ff_ffff);
        code
    }),
    // The superclass of the second class; the text that an instruction names.
    (OddityKind::Index, |bytes| {
        let second = number(bytes, 100) + 32;
        put(bytes, second + 8, 0xffff);
        second
    }),
    (OddityKind::Index, |bytes| {
        let code = code_at(bytes);
        bytes[code + 18..code + 20].copy_from_slice(&[0xff, 0xff]);
        code + 16
    }),
    // The second instruction: 0x3e stands for nothing.
    (OddityKind::Opcode, |bytes| {
        let code = code_at(bytes);
        bytes[code + 20] = 0x3e;
        code + 20
    }),
    // One unit less, then far more than is there.
    (OddityKind::CodeCut, |bytes| {
        let code = code_at(bytes);
        put(bytes, code + 12, 3);
        code + 20
    }),
    (OddityKind::CodeCut, |bytes| {
        let code = code_at(bytes);
        put(bytes, code + 12, 0x0fff_ffff);
        code
    }),
];

#[test]
fn each_kind_is_told_with_its_place_and_the_rest_is_read() {
    assert_eq!(odd(&made()), []);
    for (number, (kind, change)) in CHANGES.iter().enumerate() {
        let mut bytes = made();
        let at = change(&mut bytes);
        if *kind != OddityKind::Checksum {
            sum(&mut bytes);
        }
        let found = odd(&bytes);
        let told: Vec<_> = found.iter().map(|odd| (odd.kind, odd.at)).collect();
        assert!(told.contains(&(*kind, at)), "{number}, {kind} at {at}: {found:?}");
        let files = Dex::all(&bytes).unwrap();
        let names: Vec<_> =
            files[0].classes().filter_map(|class| Some(class.name()?.to_string())).collect();
        assert!(names.contains(&"La/One;".to_owned()), "{number}, {kind}: {names:?}");
        // Nothing else is called odd but what follows from it: code that runs to the end of the file
        // takes that of the other method in, and what follows an opcode that is none is read otherwise.
        let follows = |other: OddityKind| match kind {
            OddityKind::CodeCut => {
                matches!(other, OddityKind::Overlap | OddityKind::Index | OddityKind::Opcode)
            }
            OddityKind::Opcode => other == OddityKind::Index,
            // A version or a size that is not known says nothing of what the checksum covers.
            OddityKind::Version | OddityKind::Size => other == OddityKind::Checksum,
            // The field that lies in the table of types refers to what comes by.
            OddityKind::Overlap => other == OddityKind::Index,
            // The method table that was cut reaches over all behind it.
            OddityKind::Table => matches!(other, OddityKind::Overlap | OddityKind::Index),
            // A class of no known name is called by none.
            _ => false,
        };
        assert!(
            told.iter().all(|(other, _)| other == kind || follows(*other)),
            "{number}, {kind}: {found:?}"
        );
    }
}

/// Code that begins within other code: the second method is led into the first.
#[test]
fn code_within_code_is_told() {
    let mut bytes = made();
    let code = code_at(&bytes);
    // The first instruction is laid out so that a second item of code begins at it: four bytes on.
    let files = Dex::all(&bytes).unwrap();
    let second = files[0].classes().nth(1).unwrap();
    let other = files[0].methods_of(&second).next().unwrap().code_at;
    let mut uleb = Vec::new();
    let mut rest = other;
    while rest > 0x7f {
        uleb.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    uleb.push(rest as u8);
    let at = bytes.windows(uleb.len()).rposition(|part| part == uleb).unwrap();
    let inside = code + 4;
    bytes[at] = (inside & 0x7f) as u8 | 0x80;
    bytes[at + 1] = (inside >> 7) as u8;
    sum(&mut bytes);
    let found = odd(&bytes);
    assert!(
        found.iter().any(|odd| (odd.kind, odd.at) == (OddityKind::Overlap, inside)),
        "{found:?}"
    );
}

/// Strings that share one long text (`synthetic.rs` holds them against time and memory).
#[test]
fn strings_that_share_their_text_are_told() {
    let mut bytes = made();
    let from = bytes.len();
    bytes.extend([0xc0, 0xb8, 0x02]);
    bytes.extend([b'x'; 40_000]);
    let table = bytes.len();
    for _ in 0..1_000 {
        bytes.extend(u32::try_from(from).unwrap().to_le_bytes());
    }
    for (at, value) in [(56, 1_000), (60, table), (32, bytes.len())] {
        put(&mut bytes, at, value);
    }
    assert!(odd(&bytes).iter().any(|odd| (odd.kind, odd.at) == (OddityKind::SharedText, 56)));
}

/// Classes that lie below themselves, by superclass and by interface, within a file and over two.
#[test]
fn circles_are_told() {
    let circle = |classes: Vec<Class>, more: Vec<Class>| {
        let files = [Made { classes }.bytes(), Made { classes: more }.bytes()];
        let read: Vec<Dex<'_>> = files.iter().flat_map(|bytes| Dex::all(bytes).unwrap()).collect();
        let found = oddities(&read).into_iter();
        found
            .filter(|(_, odd)| odd.kind == OddityKind::Circle)
            .map(|(file, odd)| (file, odd.what))
            .collect::<Vec<_>>()
    };
    let quiet = || vec![class("Lb/Quiet;", OBJECT)];
    let below = |name: &str, above: &str| Class::new(name, above);
    let one = vec![below("La/A;", "La/B;"), below("La/B;", "La/C;"), below("La/C;", "La/A;")];
    assert_eq!(circle(one, quiet()), [(0, "La/A;".to_owned())]);
    assert_eq!(circle(vec![below("La/A;", "La/A;")], quiet()), [(0, "La/A;".to_owned())]);
    let over = circle(vec![below("La/A;", "Lb/B;")], vec![below("Lb/B;", "La/A;")]);
    assert_eq!(over, [(0, "La/A;".to_owned())]);
    let by_interface = vec![
        below("La/I;", OBJECT).implements("La/J;"),
        below("La/J;", OBJECT).implements("La/I;"),
    ];
    assert_eq!(circle(by_interface, quiet()), [(0, "La/I;".to_owned())]);
    // The same class above two others, and a long line: no circle.
    let line: Vec<Class> = (0..5_000)
        .map(|number| below(&format!("La/L{number};"), &format!("La/L{};", number + 1)))
        .collect();
    assert_eq!(circle(line, quiet()), []);
    let diamond = vec![
        below("La/T;", OBJECT),
        below("La/L;", "La/T;"),
        below("La/R;", "La/T;").implements("La/L;"),
    ];
    assert_eq!(circle(diamond, quiet()), []);
}

#[test]
fn a_class_that_is_defined_again_is_told_where_it_is() {
    let files = [made(), Made { classes: vec![class("La/Two;", OBJECT)] }.bytes()];
    let read: Vec<Dex<'_>> = files.iter().flat_map(|bytes| Dex::all(bytes).unwrap()).collect();
    let at = number(&files[1], 100);
    let found: Vec<_> =
        oddities(&read).into_iter().map(|(file, odd)| (file, odd.kind, odd.at, odd.what)).collect();
    assert_eq!(found, [(1, OddityKind::Repeated, at, "La/Two;".to_owned())]);
}

/// Every bit flipped and every length: it ends with a value, and few of each kind.
#[test]
fn damage_ends_in_a_value() {
    let bytes = made();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut bent = bytes.clone();
            bent[at] ^= 1 << bit;
            let files = Dex::all(&bent).unwrap_or_default();
            let found = oddities(&files);
            for kind in OddityKind::ALL {
                assert!(found.iter().filter(|(_, odd)| odd.kind == kind).count() <= 40);
            }
        }
        let _ = oddities(&Dex::all(&bytes[..at]).unwrap_or_default());
    }
}

/// What real compilers write is not odd: the real apps that packages ship.
#[test]
fn real_apps_have_nothing_odd() {
    let apps = support::apps();
    if apps.is_empty() {
        return println!("skipped: no real apps here (cargo xtask test fetches them)");
    }
    for app in apps {
        let members = support::dex_members(&app);
        let files: Vec<Dex<'_>> =
            members.iter().flat_map(|bytes| Dex::all(bytes).unwrap()).collect();
        assert_eq!(oddities(&files), [], "{}", app.display());
    }
}

#[test]
fn the_page_lists_every_kind() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/design/anomalies.md");
    let text = std::fs::read_to_string(page).unwrap();
    for kind in OddityKind::ALL {
        let row = format!("| `{}` | {}. | {} |", kind.id(), kind.meaning(), kind.android());
        assert!(text.contains(&row), "{row}");
    }
}
