//! Containers of code, laid out by hand after AOSP's headers: what was put in comes out, and every
//! cut and every bent byte ends in a value.

#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.

use dex::container::{Container, inside};
use testkit::dex::{Class, Dex as Made, Op};

fn made(name: &str) -> Vec<u8> {
    let code = vec![Op::ConstString(0, format!("text of {name}"))];
    let class = Class::new(&format!("L{name};"), "Ljava/lang/Object;").method("run", "()V", code);
    let mut bytes = Made { classes: vec![class] }.bytes();
    // The next file starts at a multiple of four: pad as dex2oat does, outside the stated size.
    assert_eq!(bytes.len() % 4, 0, "{name}");
    bytes.shrink_to_fit();
    bytes
}

fn words(numbers: &[usize]) -> Vec<u8> {
    numbers.iter().flat_map(|number| u32::try_from(*number).unwrap().to_le_bytes()).collect()
}

/// One VDEX of each version with two DEX files: by the order of fields in `vdex_file.h`.
fn containers() -> Vec<(&'static str, Vec<u8>)> {
    let (one, two) = (made("One"), made("Two"));
    let plain = [one.clone(), two.clone()].concat();
    let with_offsets = [words(&[7]), one.clone(), words(&[9]), two].concat();
    let checksums = words(&[0xaaaa, 0xbbbb]);
    let early = |version: &[u8]| {
        let sizes = words(&[2, plain.len(), 5, 3]);
        [b"vdex", version, &sizes, &checksums, &plain, &[0; 8][..]].concat()
    };
    let section = words(&[with_offsets.len(), 0, 3]);
    let table = [words(&[0, 48, 8]), words(&[1, 60, plain.len()]), words(&[2, 0, 0])].concat();
    let odex = [&b"dey\n036\0"[..], &words(&[40, one.len(), 0, 0, 0, 0, 0, 0])[..], &one].concat();
    let oat = [&b"\x7fELF\x01\x01\x01\0"[..], b"oat\n064\0", &one, b"dex\n", &[0; 64][..]].concat();
    vec![
        ("006", early(b"006\0")),
        ("010", early(b"010\0")),
        (
            "019",
            [&b"vdex019\x00002\0"[..], &words(&[2, 5]), &checksums, &section, &with_offsets]
                .concat(),
        ),
        (
            "021",
            [&b"vdex021\x00002\0"[..], &words(&[2, 5, 0, 0]), &checksums, &section, &with_offsets]
                .concat(),
        ),
        ("027", [&b"vdex027\0"[..], &words(&[3]), &table, &checksums, &[0; 4], &plain].concat()),
        ("odex", odex),
        ("oat", oat),
    ]
}

#[test]
fn what_was_put_in_comes_out() {
    for (name, bytes) in containers() {
        let found = inside(&bytes);
        assert_eq!(found.problems, [], "{name}");
        let classes: Vec<String> = found
            .files
            .iter()
            .flat_map(|file| {
                let files = dex::Dex::all(file).unwrap();
                assert_eq!(files[0].problems(), [], "{name}");
                files[0]
                    .classes()
                    .map(|class| class.name().unwrap().to_string())
                    .collect::<Vec<_>>()
            })
            .collect();
        let expected: &[&str] =
            if matches!(name, "odex" | "oat") { &["LOne;"] } else { &["LOne;", "LTwo;"] };
        assert_eq!(classes, expected, "{name}");
        assert_eq!(found.is_quickened, name != "027", "{name}");
    }
}

#[test]
fn what_holds_no_code_says_so() {
    let empty = [&b"vdex021\x00000\0"[..], &words(&[1, 5, 0, 0, 0xaaaa])].concat();
    let compact = [
        &b"vdex019\x00002\0"[..],
        &words(&[1, 0, 0xaaaa, 120, 0, 0, 0]),
        b"cdex001\0",
        &[0; 112][..],
    ]
    .concat();
    // Found by fuzzing: a section of a byte or more, and a count of none.
    let none = [&b"vdex006\0"[..], &words(&[0, 8, 5, 3, 0, 0])].concat();
    for (bytes, says) in [
        (&empty[..], "without code"),
        (&none[..], "to hold none"),
        (&compact[..], "compact DEX"),
        (b"vdex099\0................", "not known"),
        (b"vdex006\0", "leads out"),
        (b"\x7fELF\x01\x01\x01\0oat\n064\0", "without code of its own"),
    ] {
        let found = inside(bytes);
        assert_eq!(found.files.len(), 0);
        assert!(found.problems[0].what.contains(says), "{:?}", found.problems);
    }
    // A library is no container of code.
    assert_eq!(Container::of(b"\x7fELF\x02\x01\x01\0libc.so\0"), None);
}

#[test]
fn damage_ends_in_a_value() {
    for (_, bytes) in containers() {
        for cut in 0..bytes.len().min(400) {
            let _ = inside(&bytes[..cut]);
            let mut bent = bytes.clone();
            bent[cut] = 0xff;
            assert!(inside(&bent).files.len() <= 2);
        }
    }
}
