//! The call graph of whatever byte code is read, and the paths to every mark in it.

use calls::{Bounds, Marks, Program, Root};
use dex::Dex;

pub(crate) fn read(data: &[u8]) {
    let Ok(files) = Dex::all(data) else { return };
    let mut marks = Marks::default();
    marks.method("Landroid/media/MediaRecorder;", "start", 0);
    marks.field("Landroid/provider/CallLog$Calls;", "CONTENT_URI", 1);
    marks.prefix("content://sms", 2);
    marks.text("su", 3);
    let bounds = Bounds { methods: 10_000, units: 100_000 };
    let program = Program::build(&files, &marks, bounds);
    program.each_call(&mut |_, _| {});
    let root = |class: &str, group| Root { class: class.into(), group };
    let roots = [root("Lorg/example/Main;", 0), root("Lorg/example/Other;", 1)];
    let mut reached = program.reach(&roots);
    assert!(reached.methods() <= program.methods());
    for mark in 0..marks.count() {
        if let Some(path) = reached.path(mark) {
            assert!(!path.steps.is_empty(), "a path begins somewhere");
        }
    }
}
