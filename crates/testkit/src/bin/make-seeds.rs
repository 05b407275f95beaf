//! `make-seeds DIR`: writes small binaries for fuzzing to begin with, `DIR/apk/…` and
//! `DIR/dex/…`; inert like all that testkit builds.

use std::fs;
use std::path::PathBuf;
use testkit::apk::{Apk, Component, Digesting, Scheme, Signer};
use testkit::dex::{Call, Class, Dex, Op};

fn main() -> std::io::Result<()> {
    let dir = PathBuf::from(std::env::args_os().nth(1).unwrap_or_else(|| "seeds".into()));
    for (name, bytes) in apks() {
        fs::create_dir_all(dir.join("apk"))?;
        fs::write(dir.join("apk").join(name), bytes)?;
    }
    for (name, bytes) in dexes() {
        fs::create_dir_all(dir.join("dex"))?;
        fs::write(dir.join("dex").join(name), bytes)?;
    }
    Ok(())
}

/// Manifests are stored, not deflated, so that a mutation of one byte stays one.
fn apks() -> Vec<(&'static str, Vec<u8>)> {
    use Scheme::{V1, V2, V3, V31};
    let small = || Apk::new("org.example.app").manifest_stored();
    let code = || small().stored("classes.dex", dex(vec![service(vec![])]));
    vec![
        ("unsigned", code().build()),
        ("deflated", Apk::new("org.example.app").sign(Signer::A, &[V1]).build()),
        ("v1", code().sign(Signer::A, &[V1]).build()),
        ("v2", small().sign(Signer::A, &[V2]).protected().build()),
        ("v3", small().rotated(&[Signer::A, Signer::B]).sign(Signer::A, &[V2, V3]).build()),
        ("v31", small().rotated(&[Signer::A, Signer::B]).sign(Signer::A, &[V1, V3, V31]).build()),
        ("stamp", small().sign(Signer::A, &[V2]).stamp(Signer::C).build()),
        ("sha512", small().digesting(Digesting::Sha512).sign(Signer::B, &[V2]).build()),
        ("verity", small().digesting(Digesting::Verity).sign(Signer::B, &[V2]).build()),
        ("declares", declares()),
    ]
}

fn declares() -> Vec<u8> {
    let listener = Component::new("Listener")
        .exported(true)
        .permission("android.permission.BIND_ACCESSIBILITY_SERVICE")
        .action("android.accessibilityservice.AccessibilityService");
    Apk::new("org.example.app")
        .manifest_stored()
        .label("Example")
        .label_in("zh-TW", "範例")
        .version("2.3.4", 234)
        .sdk(24, 33)
        .debuggable(true)
        .permission("android.permission.CAMERA")
        .permission_sdk_23("android.permission.READ_SMS")
        .activity(Component::launcher(".Main"))
        .service(listener)
        .provider(".Files")
        .build()
}

fn dexes() -> Vec<(&'static str, Vec<u8>)> {
    const RECORD: &str = "Landroid/media/MediaRecorder;";
    let record =
        || vec![Op::New(0, RECORD.into()), Op::call(Call::Virtual, RECORD, "start", "()V")];
    let calls = "Landroid/provider/CallLog$Calls;";
    let reads = Op::ReadField(1, calls.into(), "CONTENT_URI".into(), "Landroid/net/Uri;".into());
    let other = || {
        Class::new(OTHER, "Ljava/lang/Object;")
            .implements("Ljava/lang/Runnable;")
            .method("<init>", "()V", vec![])
            .method("run", "()V", record())
    };
    let creates = vec![
        Op::New(3, OTHER.into()),
        Op::call(Call::Direct, OTHER, "<init>", "()V"),
        Op::call(Call::Interface, "Ljava/lang/Runnable;", "run", "()V"),
        Op::ConstString(1, "content://sms/inbox".into()),
        Op::ConstClass(4, MAIN.into()),
    ];
    vec![
        ("empty", dex(vec![])),
        ("records", dex(vec![service(record())])),
        ("reads", dex(vec![service(vec![reads, Op::ConstString(2, "su".into())])])),
        ("creates", dex(vec![service(creates), other()])),
    ]
}

const MAIN: &str = "Lorg/example/Main;";
const OTHER: &str = "Lorg/example/Other;";

/// A service whose start runs this code.
fn service(code: Vec<Op>) -> Class {
    let start = "(Landroid/content/Intent;II)I";
    Class::new(MAIN, "Landroid/app/Service;").method("onStartCommand", start, code)
}

fn dex(classes: Vec<Class>) -> Vec<u8> {
    Dex { classes }.bytes()
}
