//! What Android's own tools say of the synthetic APKs.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // Tests: a failure is a failure, and a skip is told.

use std::io::Write;
use std::process::Command;
use testkit::apk::{Apk, Component, Scheme, Signer};

fn full(schemes: &[Scheme]) -> Vec<u8> {
    // From target SDK 30 on, Android asks for more than v1.
    let target = if schemes == [Scheme::V1] { 29 } else { 33 };
    Apk::new("org.example.app")
        .label("Example")
        .label_in("ug", "مىسال")
        .label_in("bo", "དཔེར་བརྗོད།")
        .label_in("zh", "示例")
        .label_in("zh-TW", "範例")
        .version("2.3.4", 234)
        .sdk(24, target)
        .debuggable(true)
        .permission("android.permission.CAMERA")
        .permission("android.permission.RECORD_AUDIO")
        .permission_sdk_23("android.permission.READ_SMS")
        .activity(Component::launcher(".Main"))
        .service(
            Component::new("org.example.app.Listener")
                .exported(true)
                .permission("android.permission.BIND_ACCESSIBILITY_SERVICE")
                .action("android.accessibilityservice.AccessibilityService"),
        )
        .receiver(Component::new(".Boot").action("android.intent.action.BOOT_COMPLETED"))
        .provider(".Files")
        .member("assets/readme.txt", "inert".repeat(300))
        .stored("assets/large.bin", vec![7; 3 << 20])
        .member(&format!("assets/{}.txt", "long-name-".repeat(12)), "folded in the manifest")
        .sign(Signer::A, schemes)
        .build()
}

/// Runs a tool on the bytes; `None`, with a note, where the tool is not installed.
fn run(tool: &str, arguments: &[&str], apk: &[u8]) -> Option<(bool, String)> {
    let mut file = tempfile::Builder::new().suffix(".apk").tempfile().unwrap();
    file.write_all(apk).unwrap();
    let Ok(output) = Command::new(tool).args(arguments).arg(file.path()).output() else {
        eprintln!("skipped: {tool} is not installed");
        return None;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    Some((output.status.success(), text))
}

#[test]
fn the_same_calls_give_the_same_bytes() {
    let schemes = [Scheme::V1, Scheme::V2, Scheme::V3];
    assert_eq!(full(&schemes), full(&schemes));
}

/// v3.1 is not here: the apksigner of Debian 12 is of before it.
#[test]
fn apksigner_verifies_every_scheme() {
    use Scheme::{V1, V2, V3};
    let cases: [(&[Scheme], &[&str]); 4] = [
        (&[V1], &["v1 scheme (JAR signing): true"]),
        (&[V2], &["v2 scheme (APK Signature Scheme v2): true"]),
        (
            &[V1, V2, V3],
            &["v1 scheme (JAR signing): true", "v3 scheme (APK Signature Scheme v3): true"],
        ),
        (&[V3], &["v3 scheme (APK Signature Scheme v3): true"]),
    ];
    for (schemes, expected) in cases {
        // v1 alone is only asked of Android before 7, v3 alone only accepted from 9 on.
        let (least, most) = match schemes {
            [V1] => ("21", "23"),
            [V1, ..] => ("21", "34"),
            [V2] => ("24", "27"),
            _ => ("28", "34"),
        };
        let arguments = [
            "verify",
            "--verbose",
            "--print-certs",
            "--min-sdk-version",
            least,
            "--max-sdk-version",
            most,
        ];
        let Some((verified, text)) = run("apksigner", &arguments, &full(schemes)) else { return };
        assert!(verified, "{schemes:?}: {text}");
        for line in expected {
            assert!(text.contains(line), "{schemes:?}: {text}");
        }
        assert!(text.contains(&Signer::A.certificate_sha256()), "{schemes:?}: {text}");
    }
}

#[test]
fn apksigner_sees_two_signers() {
    let apk = Apk::new("org.example.two")
        .sign(Signer::A, &[Scheme::V1, Scheme::V2])
        .sign(Signer::B, &[])
        .build();
    let Some((verified, text)) = run("apksigner", &["verify", "--print-certs"], &apk) else {
        return;
    };
    assert!(verified, "{text}");
    for signer in [Signer::A, Signer::B] {
        assert!(text.contains(&signer.certificate_sha256()), "{text}");
    }
}

#[test]
fn apksigner_notices_a_changed_byte() {
    let mut apk = full(&[Scheme::V2]);
    let middle = apk.len() / 2;
    apk[middle] ^= 1;
    if let Some((verified, text)) = run("apksigner", &["verify"], &apk) {
        assert!(!verified, "{text}");
    }
}

#[test]
fn aapt_reads_the_same_manifest() {
    let Some((read, text)) = run("aapt", &["dump", "badging"], &full(&[Scheme::V2])) else {
        return;
    };
    assert!(read, "{text}");
    for line in [
        "package: name='org.example.app' versionCode='234' versionName='2.3.4'",
        "sdkVersion:'24'",
        "targetSdkVersion:'33'",
        "uses-permission: name='android.permission.CAMERA'",
        "uses-permission: name='android.permission.RECORD_AUDIO'",
        "uses-permission-sdk-23: name='android.permission.READ_SMS'",
        "application-label:'Example'",
        "application-label-bo:'དཔེར་བརྗོད།'",
        "application-label-ug:'مىسال'",
        "application-label-zh:'示例'",
        "application-label-zh-TW:'範例'",
        "application-debuggable",
        "launchable-activity: name='org.example.app.Main'",
    ] {
        assert!(text.contains(line), "{line} is missing in:\n{text}");
    }
}

#[test]
fn aapt_reads_a_split() {
    let apk = Apk::new("org.example.app").split("config.ug").build();
    let Some((_, text)) = run("aapt", &["dump", "badging"], &apk) else { return };
    assert!(text.contains("split='config.ug'"), "{text}");
}
