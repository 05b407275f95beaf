//! One small program for each way by which Android's rules let code be reached, and beside it one
//! that looks alike and is not reached. Expectations follow from the Java language and from the
//! reference of the classes named.

#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.

use calls::{Bounds, Marks, Path, Program, Root};
use dex::Dex;
use testkit::dex::{Call, Class, Dex as Made, Op};

const OBJECT: &str = "Ljava/lang/Object;";
const SERVICE: &str = "Landroid/app/Service;";
const MAIN: &str = "Lorg/example/Main;";
/// What is looked for in every program.
const RECORD: &str = "Landroid/media/MediaRecorder;";

/// `new MediaRecorder().start()`
fn record() -> Vec<Op> {
    vec![Op::New(0, RECORD.into()), Op::call(Call::Virtual, RECORD, "start", "()V")]
}

fn marks() -> Marks {
    let mut marks = Marks::default();
    marks.method(RECORD, "start", 0);
    marks.field("Landroid/provider/CallLog$Calls;", "CONTENT_URI", 1);
    marks.prefix("content://sms", 2);
    marks
}

/// The way from `Main`, a service, to the mark.
fn way(classes: Vec<Class>, mark: u16) -> Option<Path> {
    let bytes = Made { classes }.bytes();
    let files = Dex::all(&bytes).unwrap();
    assert_eq!(files[0].problems(), []);
    let program = Program::build(&files, &marks(), Bounds::default());
    program.reach(&[Root { class: MAIN.into(), group: 7 }]).path(mark)
}

/// Class and method of each step, short.
fn steps(path: &Path) -> Vec<String> {
    let short = |name: &str| name.rsplit('/').next().unwrap().trim_end_matches(';').to_owned();
    path.steps.iter().map(|step| format!("{}.{}", short(&step.class), step.method)).collect()
}

fn main_class(code: Vec<Op>) -> Class {
    Class::new(MAIN, SERVICE).method("onStartCommand", "(Landroid/content/Intent;II)I", code)
}

#[test]
fn a_life_cycle_method_is_an_entry() {
    let path = way(vec![main_class(record())], 0).unwrap();
    assert_eq!(steps(&path), ["Main.onStartCommand"]);
    assert_eq!((path.root.group, path.steps[0].at), (7, 2));
    assert_eq!(path.call, Some((RECORD.into(), "start".into())));
}

#[test]
fn a_method_that_nothing_calls_is_none() {
    let idle = Class::new(MAIN, SERVICE).method("helper", "()V", record());
    assert_eq!(way(vec![idle], 0), None);
}

#[test]
fn calls_are_followed_by_the_shortest_way() {
    let call = |name| Op::call(Call::Virtual, MAIN, name, "()V");
    let main = main_class(vec![call("a"), call("b")])
        .method("a", "()V", vec![call("c")])
        .method("b", "()V", record())
        .method("c", "()V", vec![call("b")]);
    let path = way(vec![main], 0).unwrap();
    assert_eq!(steps(&path), ["Main.onStartCommand", "Main.b"]);
    assert_eq!(path.steps.iter().map(|step| step.at).collect::<Vec<_>>(), [3, 2]);
}

/// An interface call leads to the implementation that is created, not to the other one.
#[test]
fn dispatch_by_the_classes_created() {
    let job = "Lorg/example/Job;";
    let interface =
        Class { access: 0x601, ..Class::new(job, OBJECT) }.method_with("doIt", "()V", 0x401, None);
    let quiet =
        Class::new("Lorg/example/Quiet;", OBJECT).implements(job).method("doIt", "()V", vec![]);
    let loud =
        Class::new("Lorg/example/Loud;", OBJECT).implements(job).method("doIt", "()V", record());
    let program = |created: &str| {
        let main = main_class(vec![
            Op::New(0, created.into()),
            Op::call(Call::Interface, job, "doIt", "()V"),
        ]);
        vec![interface.clone(), quiet.clone(), loud.clone(), main]
    };
    assert_eq!(way(program("Lorg/example/Quiet;"), 0), None);
    let path = way(program("Lorg/example/Loud;"), 0).unwrap();
    assert_eq!(steps(&path), ["Main.onStartCommand", "Loud.doIt"]);
}

/// A class fulfils an interface by a method that it inherits from one that knows nothing of it.
#[test]
fn an_inherited_method_fulfils_an_interface_of_the_subclass() {
    let job = "Lorg/example/Job;";
    let wider = "Lorg/example/WiderJob;";
    let interface =
        Class { access: 0x601, ..Class::new(job, OBJECT) }.method_with("doIt", "()V", 0x401, None);
    let below = Class { access: 0x601, ..Class::new(wider, OBJECT) }.implements(job);
    let base = "Lorg/example/Base;";
    let with_it = Class::new(base, OBJECT).method("doIt", "()V", record());
    let program = |named: &str, sub: Class| {
        let call = Op::call(Call::Interface, job, "doIt", "()V");
        let main = main_class(vec![Op::New(0, "Lorg/example/Sub;".into()), call]);
        let mut sub = sub;
        sub.interfaces.extend((!named.is_empty()).then(|| named.to_owned()));
        vec![interface.clone(), below.clone(), with_it.clone(), sub, main]
    };
    let sub = || Class::new("Lorg/example/Sub;", base);
    for named in [job, wider] {
        let path = way(program(named, sub()), 0).unwrap_or_else(|| panic!("{named}"));
        assert_eq!(steps(&path), ["Main.onStartCommand", "Base.doIt"], "{named}");
    }
    // One that does not name the interface, and one that hides what it inherits.
    assert_eq!(way(program("", sub()), 0), None);
    assert_eq!(way(program(job, sub().method("doIt", "()V", vec![])), 0), None);
}

/// `new Thread(runnable).start()`, a handler, a listener: what is created is called.
#[test]
fn objects_handed_to_the_system_are_called() {
    for (above, interface, method, descriptor) in [
        (OBJECT, Some("Ljava/lang/Runnable;"), "run", "()V"),
        ("Landroid/os/Handler;", None, "handleMessage", "(Landroid/os/Message;)V"),
        (
            OBJECT,
            Some("Landroid/location/LocationListener;"),
            "onLocationChanged",
            "(Landroid/location/Location;)V",
        ),
        (
            "Landroid/os/AsyncTask;",
            None,
            "doInBackground",
            "([Ljava/lang/Object;)Ljava/lang/Object;",
        ),
        ("Landroidx/work/Worker;", None, "doWork", "()Landroidx/work/ListenableWorker$Result;"),
        (OBJECT, Some("Ljava/util/concurrent/Callable;"), "call", "()Ljava/lang/Object;"),
    ] {
        let task = "Lorg/example/Task;";
        let mut class = Class::new(task, above).method(method, descriptor, record());
        class.interfaces.extend(interface.map(str::to_owned));
        let created = vec![main_class(vec![Op::New(0, task.into())]), class.clone()];
        let path = way(created, 0).unwrap_or_else(|| panic!("{method}"));
        assert_eq!(steps(&path), ["Main.onStartCommand".to_owned(), format!("Task.{method}")]);
        assert_eq!(way(vec![main_class(vec![]), class], 0), None, "{method}: never created");
    }
    // The same name in a class of the app's own means nothing to the system.
    let own = Class::new("Lorg/example/Task;", OBJECT).method("run", "()V", record());
    assert_eq!(way(vec![main_class(vec![Op::New(0, "Lorg/example/Task;".into())]), own], 0), None);
}

#[test]
fn reflection_by_a_constant_name() {
    let hidden = Class::new("Lorg/example/Hidden;", "Landroid/app/Service;").method(
        "onCreate",
        "()V",
        record(),
    );
    let program = |name: &str| {
        let for_name = Op::Call(
            Call::Static,
            "Ljava/lang/Class;".into(),
            "forName".into(),
            "(Ljava/lang/String;)Ljava/lang/Class;".into(),
            vec![3],
        );
        vec![main_class(vec![Op::ConstString(3, name.into()), for_name]), hidden.clone()]
    };
    let path = way(program("org.example.Hidden"), 0).unwrap();
    assert_eq!(steps(&path), ["Main.onStartCommand", "Hidden.onCreate"]);
    assert_eq!(way(program("org.example.Other"), 0), None);
}

/// A class of the app below the system's: the call names the app's class.
#[test]
fn a_call_by_a_subclass_of_the_systems_class() {
    let mine = "Lorg/example/MyRecorder;";
    let main =
        main_class(vec![Op::New(0, mine.into()), Op::call(Call::Virtual, mine, "start", "()V")]);
    let path = way(vec![main.clone(), Class::new(mine, RECORD)], 0).unwrap();
    assert_eq!(path.call, Some((mine.into(), "start".into())));
    // The app's own method of that name hides the system's.
    let hiding = Class::new(mine, RECORD).method("start", "()V", vec![]);
    assert_eq!(way(vec![main, hiding], 0), None);
}

#[test]
fn an_initialiser_runs_with_its_class() {
    let other = Class::new("Lorg/example/Other;", OBJECT)
        .method_with("<clinit>", "()V", 0x1_0008, Some(record()))
        .method_with("use", "()V", 0x9, Some(vec![]));
    let main = main_class(vec![Op::call(Call::Static, "Lorg/example/Other;", "use", "()V")]);
    assert_eq!(
        steps(&way(vec![main, other], 0).unwrap()),
        ["Main.onStartCommand", "Other.<clinit>"]
    );
}

#[test]
fn texts_are_found_by_their_start() {
    let path = way(vec![main_class(vec![Op::ConstString(1, "content://sms/inbox".into())])], 2);
    assert_eq!(steps(&path.unwrap()), ["Main.onStartCommand"]);
    let other = way(vec![main_class(vec![Op::ConstString(1, "see content://sms".into())])], 2);
    assert_eq!(other, None);
}

/// Where a selector has more implementations than are followed, each is led to from where its
/// object is created.
#[test]
fn wide_selectors_are_led_to_by_creation() {
    let base = "Lorg/example/Base;";
    let mut classes = vec![
        Class { access: 0x401, ..Class::new(base, OBJECT) }.method_with("step", "()V", 0x401, None),
    ];
    for number in 0..100 {
        let code = if number == 50 { record() } else { Vec::new() };
        classes.push(
            Class::new(&format!("Lorg/example/S{number};"), base).method("step", "()V", code),
        );
    }
    let call = Op::call(Call::Virtual, base, "step", "()V");
    let with = |created: &str| {
        let mut all = classes.clone();
        all.push(main_class(vec![Op::New(0, created.into()), call.clone()]));
        all
    };
    assert_eq!(
        steps(&way(with("Lorg/example/S50;"), 0).unwrap()),
        ["Main.onStartCommand", "S50.step"]
    );
    assert_eq!(way(with("Lorg/example/S51;"), 0), None);
}

/// A hierarchy that goes in circles ends, and what is beside it is found.
#[test]
fn a_circle_of_classes_ends() {
    let a = Class::new("Lorg/example/A;", "Lorg/example/B;").method("x", "()V", vec![]);
    let b = Class::new("Lorg/example/B;", "Lorg/example/A;").implements("Lorg/example/A;");
    let mut code = vec![
        Op::New(0, "Lorg/example/B;".into()),
        Op::call(Call::Virtual, "Lorg/example/B;", "y", "()V"),
    ];
    code.extend(record());
    assert_eq!(steps(&way(vec![a, b, main_class(code)], 0).unwrap()), ["Main.onStartCommand"]);
}

#[test]
fn a_root_without_code_is_told() {
    let bytes = Made { classes: vec![Class::new("Lorg/example/A;", OBJECT)] }.bytes();
    let files = Dex::all(&bytes).unwrap();
    let program = Program::build(&files, &marks(), Bounds::default());
    let root = Root { class: MAIN.into(), group: 0 };
    assert_eq!(program.reach(std::slice::from_ref(&root)).missing(), [root]);
}
