//! Version 041: several DEX files in one container, whose offsets all count from its start and which
//! share their data. Made by hand after AOSP's `dex-format`, since no compiler at hand writes it.

#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.

use dex::{Dex, OddityKind};
use testkit::dex::{Call, Class, Dex as Made, Op};

/// Bytes of a header of this version.
const HEADER: usize = 0x78;

fn number(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

fn put(bytes: &mut [u8], at: usize, value: usize) {
    bytes[at..at + 4].copy_from_slice(&u32::try_from(value).unwrap().to_le_bytes());
}

/// Two files over the tables and data of one: the first defines `One`, the second `Two`.
fn container() -> Vec<u8> {
    let class = |name: &str, text: &str| {
        let call = Op::call(Call::Static, "Lorg/example/System;", "go", "()V");
        let code = vec![Op::ConstString(0, text.into()), call];
        Class::new(name, "Ljava/lang/Object;").method("run", "()V", code)
    };
    let classes = vec![class("LOne;", "first"), class("LTwo;", "second")];
    let mut bytes = Made { classes }.bytes();
    // The longer header lies where the strings began: their table goes behind all else.
    let (count, from) = (number(&bytes, 56), number(&bytes, 60));
    let table = bytes[from..from + count * 4].to_vec();
    let moved = bytes.len();
    bytes.extend(table);
    put(&mut bytes, 60, moved);
    bytes[4..7].copy_from_slice(b"041");
    let (second, classes) = (bytes.len(), number(&bytes, 100));
    let header = bytes[..0x70].to_vec();
    bytes.extend(header);
    bytes.extend([0; 8]);
    let end = bytes.len();
    for (at, size, first_class) in [(0, second, classes), (second, end - second, classes + 32)] {
        put(&mut bytes, at + 32, size);
        put(&mut bytes, at + 36, HEADER);
        put(&mut bytes, at + 96, 1);
        put(&mut bytes, at + 100, first_class);
        put(&mut bytes, at + 0x70, end);
        put(&mut bytes, at + 0x74, at);
    }
    bytes
}

#[test]
fn files_of_one_container_share_their_data() {
    let bytes = container();
    let files = Dex::all(&bytes).unwrap();
    let told: Vec<_> = files
        .iter()
        .map(|dex| {
            assert_eq!((dex.problems(), dex.header().version), (&[][..], 41));
            let classes: Vec<_> = dex.classes().collect();
            let [class] = &classes[..] else { panic!("one class") };
            let method = dex.methods_of(class).next().unwrap();
            let code = dex.code(method.code_at).unwrap();
            let text = code.instructions().next().unwrap().reference.unwrap();
            let call = code.instructions().nth(1).unwrap().reference.unwrap();
            let called = dex.method(call.index).unwrap();
            (
                class.name().unwrap().to_string(),
                dex.string(text.index).unwrap().to_string(),
                dex.string(called.name).unwrap().to_string(),
            )
        })
        .collect();
    let expected = [("LOne;", "first", "go"), ("LTwo;", "second", "go")]
        .map(|(class, text, call)| (class.to_owned(), text.to_owned(), call.to_owned()));
    assert_eq!(told, expected);
    assert_eq!(dex::oddities(&files), []);
}

/// What stands where the next header should is told, and the files before it are read.
#[test]
fn a_second_header_that_is_none_is_told() {
    let mut bytes = container();
    let second = number(&bytes, 32);
    bytes[second] = b'x';
    let files = Dex::all(&bytes).unwrap();
    let [dex] = &files[..] else { panic!("one file") };
    assert_eq!(dex.classes().next().unwrap().name().unwrap(), "LOne;");
    let problems: Vec<_> = dex.problems().iter().map(|one| (one.kind, one.at)).collect();
    assert_eq!(problems, [(OddityKind::Trailing, second)]);
}
