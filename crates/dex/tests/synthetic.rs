//! A DEX made by `testkit`: what was put in comes out, and damage of any kind ends in a value.

use dex::{Arguments, Dex, DexError, IndexKind, OddityKind};
use std::process::Command;
use testkit::dex::{Call, Class, Dex as Made, Op};

const MAIN: &str = "Lcom/example/Main;";

fn made() -> Vec<u8> {
    let string = || Op::ConstString(1, "https://relay.example/up".into());
    let send = "(Ljava/lang/String;I)Ljava/lang/Object;";
    let main = Class::new(MAIN, "Landroid/app/Service;")
        .implements("Ljava/lang/Runnable;")
        .method(
            "<init>",
            "()V",
            vec![Op::call(Call::Direct, "Landroid/app/Service;", "<init>", "()V")],
        )
        .method(
            "run",
            "()V",
            vec![
                string(),
                Op::call(Call::Virtual, MAIN, "send", send),
                Op::Result(2),
                Op::New(3, "Lcom/example/Other;".into()),
                Op::ConstClass(4, MAIN.into()),
            ],
        )
        .method_with("send", send, 0x101, None);
    Made { classes: vec![main, Class::new("Lcom/example/Other;", "Ljava/lang/Object;")] }.bytes()
}

#[test]
fn what_was_put_in_comes_out() {
    let bytes = made();
    let files = Dex::all(&bytes).unwrap();
    let [dex] = &files[..] else { panic!("one file") };
    assert_eq!(dex.problems(), []);
    assert_eq!(dex.header().version, 35);
    let classes: Vec<_> = dex.classes().collect();
    assert_eq!(
        classes.iter().map(|c| c.name().unwrap().to_string()).collect::<Vec<_>>(),
        [MAIN, "Lcom/example/Other;"]
    );
    let kind = |index| dex.type_name(index).unwrap().to_string();
    assert_eq!(classes[0].superclass.map(kind), Some("Landroid/app/Service;".into()));
    let interfaces: Vec<_> = dex.interfaces_of(&classes[0]).map(kind).collect();
    assert_eq!(interfaces, ["Ljava/lang/Runnable;"]);

    let methods: Vec<_> = dex.methods_of(&classes[0]).collect();
    let name = |index| dex.string(dex.method(index).unwrap().name).unwrap().to_string();
    let told: Vec<_> = methods.iter().map(|m| (name(m.index), m.direct, m.code_at != 0)).collect();
    assert_eq!(
        told,
        [
            ("<init>".to_owned(), true, true),
            ("run".to_owned(), false, true),
            ("send".to_owned(), false, false)
        ]
    );
    assert!(methods[2].access.has(dex::Access::NATIVE));

    let code = dex.code(methods[1].code_at).unwrap();
    let listed: Vec<_> = code.instructions().map(|one| (one.at, one.op.name())).collect();
    assert_eq!(
        listed,
        [
            (0, "const-string"),
            (2, "invoke-virtual"),
            (5, "move-result-object"),
            (6, "new-instance"),
            (8, "const-class"),
            (10, "return-void"),
        ]
    );
    let [text, call, ..] = &code.instructions().collect::<Vec<_>>()[..] else { panic!() };
    let reference = text.reference.unwrap();
    assert_eq!(reference.kind, IndexKind::String);
    let (read, at) = dex.string_at(reference.index).unwrap();
    assert_eq!(read, "https://relay.example/up");
    assert_eq!(&bytes[at..at + 24], b"https://relay.example/up");
    let called = dex.method(call.reference.unwrap().index).unwrap();
    assert_eq!(dex.string(called.name).unwrap(), "send");
    assert_eq!(dex.descriptor(called.proto).unwrap(), "(Ljava/lang/String;I)Ljava/lang/Object;");
    assert_eq!(call.arguments, Some(Arguments::Listed { registers: [0, 1, 2, 0, 0], count: 3 }));
}

/// 037 allowed default methods and 040 more letters in names; what stands where stayed. 036 was never
/// released.
#[test]
fn each_version_is_known_and_others_are_told() {
    for (version, is_known) in
        [("035", true), ("036", false), ("037", true), ("038", true), ("039", true), ("040", true)]
    {
        let mut bytes = made();
        bytes[4..7].copy_from_slice(version.as_bytes());
        let files = Dex::all(&bytes).unwrap();
        let kinds: Vec<_> = files[0].problems().iter().map(|one| (one.kind, one.at)).collect();
        let expected = if is_known { vec![] } else { vec![(OddityKind::Version, 4)] };
        assert_eq!(kinds, expected, "{version}");
        assert_eq!(files[0].classes().count(), 2, "{version}");
    }
}

/// dexdump checks the checksum, the order of every table and every offset.
#[test]
fn dexdump_accepts_it() {
    let file = std::env::temp_dir().join(format!("tamarisk-dex-{}.dex", std::process::id()));
    std::fs::write(&file, made()).unwrap();
    let dumped = Command::new("dexdump").arg("-d").arg(&file).output();
    std::fs::remove_file(&file).unwrap();
    let Ok(dumped) = dumped else { return println!("skipped: no dexdump here") };
    let text = String::from_utf8_lossy(&dumped.stdout);
    assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
    assert!(text.contains("invoke-virtual {v0, v1, v2}, Lcom/example/Main;.send:"), "{text}");
}

#[test]
fn no_dex_is_an_error_with_its_place() {
    assert_eq!(Dex::all(b"PK\x03\x04").unwrap_err(), DexError::Magic { at: 0 });
    assert_eq!(Dex::all(b"dex\n035\0").unwrap_err(), DexError::Header { at: 0 });
    let mut big_endian = made();
    big_endian[40..44].copy_from_slice(&[0x12, 0x34, 0x56, 0x78]);
    assert_eq!(Dex::all(&big_endian).unwrap_err(), DexError::Header { at: 0 });
}

/// A table that states more than is there is cut and told; what is there is read.
#[test]
fn tables_are_cut() {
    let mut bytes = made();
    bytes[96..100].copy_from_slice(&u32::MAX.to_le_bytes());
    let files = Dex::all(&bytes).unwrap();
    assert_eq!(files[0].problems().len(), 1);
    assert_eq!(files[0].problems()[0].at, 96);
    assert_eq!(files[0].classes().next().unwrap().name().unwrap(), MAIN);
}

/// Every bit flipped, and every length: whatever is read, it ends, and without a panic.
#[test]
fn damage_ends_in_a_value() {
    let bytes = made();
    let mut read = 0;
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            read += walk(&flipped);
        }
        walk(&bytes[..at]);
    }
    assert!(read > bytes.len(), "most flips leave something to read");
}

/// Reads all there is; how many instructions.
fn walk(bytes: &[u8]) -> usize {
    let mut instructions = 0;
    for dex in Dex::all(bytes).unwrap_or_default() {
        for class in dex.classes() {
            dex.annotations(&class, &mut |_, _| {});
            let _ = dex.static_values(&class);
            let _ = dex.hidden_api_flags(&class);
            for method in dex.methods_of(&class) {
                let Some(code) = dex.code(method.code_at) else { continue };
                let _ = dex.lines(&code);
                code.tries().count();
                for one in code.instructions() {
                    instructions += 1;
                    if let Some(to) = one.reference {
                        dex.string(to.index).map(|text| text.text().len());
                        dex.method(to.index).and_then(|method| dex.descriptor(method.proto));
                        dex.field(to.index).and_then(|field| dex.type_name(field.kind));
                    }
                }
            }
        }
    }
    instructions
}

/// A table of strings that all name one text as long as the file costs no more than the file.
#[test]
fn strings_that_share_one_long_text_are_cut() {
    let mut bytes = made();
    let number = |at: usize, bytes: &[u8]| {
        u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
    };
    let honest = number(56, &bytes);
    let from = bytes.len();
    // One text of 40,000 bytes without an end before that of the file, named 1,000 times.
    bytes.extend([0xc0, 0xb8, 0x02]);
    bytes.extend([b'x'; 40_000]);
    let table = bytes.len();
    for _ in 0..1_000 {
        bytes.extend(u32::try_from(from).unwrap().to_le_bytes());
    }
    for (at, value) in [(56, 1_000), (60, table), (32, bytes.len())] {
        bytes[at..at + 4].copy_from_slice(&u32::try_from(value).unwrap().to_le_bytes());
    }
    let files = Dex::all(&bytes).unwrap();
    let read = files[0].string_count() as usize;
    assert!(honest < 1_000 && (16..20).contains(&read), "{read}");
    assert!(files[0].problems().iter().any(|one| one.what.contains("again and again")));
}
