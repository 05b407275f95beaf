//! Native libraries: what they export to Java, by a library that the C compiler has made.

#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.
#![allow(clippy::print_stdout)] // What is skipped is told.

use std::io::Cursor;

#[test]
fn a_library_tells_its_jni_functions_and_who_it_is() {
    let functions = ["Java_org_example_Keys_go", "inner", "JNI_OnLoad"];
    let Some(made) = testkit::native::library("libx.so", &functions) else {
        println!("skipped: no cc that makes ELF files here");
        return;
    };
    let apk = testkit::apk::Apk::new("org.example")
        .member("lib/x86_64/libx.so", made.clone())
        .member("lib/x86_64/libtext.so", b"no ELF file; Android only copies it".to_vec())
        .member("assets/liby.so", made.clone())
        // Half of it: what is left cannot be read, and the rest of the app is.
        .member("lib/x86_64/libcut.so", made[..made.len() / 20].to_vec());
    let read = apk::Apk::read_whole(Cursor::new(apk.build())).unwrap();
    let told: Vec<_> = read.native.iter().map(|one| one.member.as_str()).collect();
    assert_eq!(told, ["lib/x86_64/libx.so", "lib/x86_64/libtext.so", "lib/x86_64/libcut.so"]);
    let library = &read.native[0];
    assert_eq!(library.jni, ["JNI_OnLoad", "Java_org_example_Keys_go"]);
    assert_eq!(library.abi, "x86_64");
    assert_eq!(library.soname.as_deref(), Some("libx.so"));
    assert_eq!(library.build_id.as_deref(), Some("0123456789abcdef"));
    assert!(read.native[1..].iter().all(|one| one.jni.is_empty()));
    assert!(read.problems.iter().all(|one| one.place == "lib/x86_64/libcut.so"));
}
