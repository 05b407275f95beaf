//! A program that was built without YARA says how to get one with it.
#![cfg(not(feature = "yara"))]
#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.

mod support;

use support::tamarisk;

#[test]
fn the_program_says_how_to_get_it() {
    let app = env!("CARGO_MANIFEST_DIR"); // Any path: nothing is read before.
    for args in
        [&["check", "--yara", "own.yar", app][..], &["apk", "show", "--yara", "own.yar", app]]
    {
        let run = tamarisk(args);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}");
        let how = "cargo build --release -p cli --features yara";
        assert!(run.stderr.contains(how), "{args:?}: {}", run.stderr);
    }
    let run = tamarisk(&["check", "--format=json", "--yara", "own.yar", app]);
    let told: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((run.code, &told["error"]["code"]), (2, &serde_json::json!("yara")));
}
