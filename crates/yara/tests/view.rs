//! What rules see of the app that they are held against, and the module for byte code.

#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.

mod support;

use model::Fact;
use model::fact::{
    AppDescribed, AppSigned, CodeReaches, ComponentDeclared, PackageAnomaly, PackageMember,
    PermissionRequested,
};
use support::{gaps, rules, scan, scan_parts};
use testkit::dex::{Class, Dex, Op};

fn app() -> Vec<Fact> {
    vec![
        AppDescribed {
            package: "org.example.messenger".into(),
            label: Some("Example".into()),
            labels: vec!["Example".into(), "مىسال".into()],
            version_name: Some("1.2".into()),
            version_code: Some(12),
            min_sdk: Some(24),
            target_sdk: Some(33),
            debuggable: Some(true),
            verified: Some(true),
            ..AppDescribed::default()
        }
        .into(),
        PermissionRequested {
            package: "org.example.messenger".into(),
            permission: "android.permission.READ_SMS".into(),
            ..PermissionRequested::default()
        }
        .into(),
        AppSigned {
            cert_sha256: Some("ab".repeat(32)),
            cert_subject: Some("CN=Example".into()),
            scheme: Some("v2".into()),
            ..AppSigned::default()
        }
        .into(),
        ComponentDeclared {
            component: "service".into(),
            name: "org.example.Listener".into(),
            exported: Some(true),
            permission: Some("android.permission.BIND_ACCESSIBILITY_SERVICE".into()),
            actions: vec!["android.accessibilityservice.AccessibilityService".into()],
            ..ComponentDeclared::default()
        }
        .into(),
        PackageMember {
            member: "assets/payload.bin".into(),
            size: 4096,
            sha256: "cd".repeat(32),
            ..PackageMember::default()
        }
        .into(),
        PackageAnomaly { id: "zip-size-lies".into(), ..PackageAnomaly::default() }.into(),
        CodeReaches { ability: "sms-read".into(), ..CodeReaches::default() }.into(),
    ]
}

/// Whether a condition holds for the app, and that it compiles.
fn holds(condition: &str, facts: &[Fact]) -> bool {
    let rules = rules(&format!("rule R {{ condition: {condition} }}"));
    assert_eq!(gaps(&rules), Vec::<String>::new(), "{condition}");
    let told = scan(&rules, facts, b"PK");
    assert_eq!(told.gaps, Vec::<String>::new(), "{condition}");
    !told.matched.is_empty()
}

#[test]
fn rules_see_what_the_app_says_of_itself() {
    for condition in [
        "tamarisk.kind == \"app\"",
        "tamarisk.package == \"org.example.messenger\"",
        "tamarisk.label icontains \"EXAMPLE\"",
        "for any label in tamarisk.labels : (label == \"مىسال\")",
        "tamarisk.version_name == \"1.2\" and tamarisk.version_code == 12",
        "tamarisk.min_sdk == 24 and tamarisk.target_sdk == 33",
        "tamarisk.debuggable and tamarisk.verified",
        "for any p in tamarisk.permissions : (p == \"android.permission.READ_SMS\")",
        "for any p in tamarisk.permissions : (p matches /READ_(SMS|CALL_LOG)$/)",
        "for any s in tamarisk.signers : (s.sha256 startswith \"abab\" and s.subject == \"CN=Example\" and s.scheme == \"v2\")",
        "for any c in tamarisk.components : (c.kind == \"service\" and c.exported and c.permission contains \"ACCESSIBILITY\")",
        "for any a in tamarisk.actions : (a endswith \"AccessibilityService\")",
        "for any m in tamarisk.members : (m.name == \"assets/payload.bin\" and m.size > 4000 and m.sha256 startswith \"cdcd\")",
        "for any a in tamarisk.anomalies : (a == \"zip-size-lies\")",
        "for any a in tamarisk.abilities : (a == \"sms-read\")",
        "tamarisk_file == \"app.apk\" and tamarisk_member == \"\"",
    ] {
        assert!(holds(condition, &app()), "{condition}");
        // The same file without facts is no app, and has none of this.
        let of_any_file = condition.contains("tamarisk_file");
        assert_eq!(holds(condition, &[]), of_any_file, "{condition}");
    }
}

#[test]
fn a_list_without_entries_has_one_that_says_nothing() {
    assert!(holds("for all p in tamarisk.permissions : (p == \"\")", &[]));
    assert!(holds("for all m in tamarisk.members : (m.name == \"\" and m.size == 0)", &[]));
}

#[test]
fn every_field_that_is_documented_can_be_asked_for() {
    for (field, _) in yara::view::FIELDS {
        let condition = match field.split_once("[]") {
            Some((list, inner)) => {
                format!("for any x in tamarisk.{list} : (defined x{inner})")
            }
            None => format!("defined tamarisk.{field}"),
        };
        assert!(holds(&condition, &app()), "{field}");
        assert!(holds(&condition, &[]), "{field}");
    }
}

#[test]
fn parts_carry_the_name_of_their_member_and_the_app_of_their_file() {
    let rules = rules(
        "rule R { strings: $a = \"secret\" condition: $a and tamarisk_member == \"lib/x.so\" and tamarisk.package == \"org.example.messenger\" }",
    );
    let parts: [(Option<&str>, &[u8]); 3] =
        [(None, b"secret"), (Some("lib/x.so"), b"secret"), (Some("lib/y.so"), b"secret")];
    let told = scan_parts(&rules, &app(), &parts);
    assert_eq!(told.matched.len(), 1, "{told:?}");
    assert_eq!(told.matched[0].member.as_deref(), Some("lib/x.so"));
    assert_eq!(told.matched[0].package.as_deref(), Some("org.example.messenger"));
}

#[test]
fn the_module_for_byte_code_reads_classes_methods_and_strings() {
    let class = Class::new("Lorg/example/Beacon;", "Ljava/lang/Object;").method(
        "send",
        "(Ljava/lang/String;)V",
        vec![Op::ConstString(0, "https://c2.example.org/".into())],
    );
    let bytes = Dex { classes: vec![class] }.bytes();
    let rules = rules(
        r#"import "dex"
rule Beacon {
    condition:
        dex.is_dex
        and dex.contains_string("https://c2.example.org/")
        and for any m in dex.methods : (m.class == "Lorg/example/Beacon;" and m.name == "send")
        and for any c in dex.class_defs : (c.class == "Lorg/example/Beacon;")
}"#,
    );
    assert_eq!(gaps(&rules), Vec::<String>::new());
    assert_eq!(scan(&rules, &[], &bytes).names(), ["Beacon"]);
    assert!(scan(&rules, &[], b"dex\n035\0 but cut").names().is_empty());
}
