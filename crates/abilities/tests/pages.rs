//! Every page of an ability is its own test: each call that it names, alone in a small program
//! that Android starts, shows the ability and no other of another meaning; each call that looks
//! alike does not show it.

#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.

use abilities::{Abilities, Call, Component, Shown, Trigger, examine};
use calls::Bounds;
use dex::Dex;
use testkit::dex::{Call as How, Class, Dex as Made, Op};

/// The abilities of a receiver that does nothing but this.
fn shown(call: &Call, all: &Abilities, started: bool) -> Vec<String> {
    let code = match &call.shown {
        Shown::Method(class, name) => vec![Op::call(How::Virtual, class, name, "()V")],
        Shown::Field(class, name) => {
            vec![Op::ReadField(0, class.clone(), name.clone(), "Landroid/net/Uri;".into())]
        }
        Shown::Text(text) => vec![Op::ConstString(0, text.clone())],
        Shown::Prefix(text) => vec![Op::ConstString(0, format!("{text}x"))],
    };
    let method = if started { "onReceive" } else { "neverCalled" };
    // Android calls whatever begins so on a component; here the name does not matter, but what it is.
    let above = call.from.as_deref().unwrap_or("Landroid/content/BroadcastReceiver;");
    let class = Class::new("Lorg/example/Alarm;", above).method(
        method,
        "(Landroid/content/Context;Landroid/content/Intent;)V",
        code,
    );
    let bytes = Made { classes: vec![class] }.bytes();
    let files = Dex::all(&bytes).unwrap();
    let component = Component { class: "org.example.Alarm".into(), trigger: Trigger::Receiver };
    let examined = examine(&files, &[component], all, Bounds::default());
    assert!(examined.found.iter().all(|one| one.trigger == Trigger::Receiver));
    examined.found.iter().map(|one| all.list()[one.ability].id.clone()).collect()
}

#[test]
fn every_page_is_in_use() {
    let all = Abilities::built_in();
    assert_eq!(all.errors(), []);
    assert!(all.list().len() >= 40);
}

/// The abilities that issue C asks for at least, in its order, each with its page or pages; and the calls,
/// fields and texts that they name, each with the level of the API since which it exists.
#[test]
fn every_ability_that_was_asked_for_has_a_page() {
    const ASKED_FOR: &str = "camera microphone call_recording screen_capture location \
        background_location contacts sms_reading sms_interception sms_sending call_log calendar \
        accounts files media device_ids wifi_data installed_apps clipboard screen_reading \
        notifications messenger_data linked_device code_loading native_code shell hide_icon boot \
        self_update remove_itself way_out_http way_out_socket way_out_websocket way_out_xmpp \
        way_out_ftp way_out_dns way_out_cloud";
    let all = Abilities::built_in();
    let has = |id: &&str| all.list().iter().any(|ability| ability.id == *id);
    let missing: Vec<&str> = ASKED_FOR.split_whitespace().filter(|id| !has(id)).collect();
    assert_eq!(missing, [""; 0]);
    let signatures: usize = all.list().iter().map(|ability| ability.calls.len()).sum();
    assert!(signatures >= 150, "{signatures}");
}

/// Techniques of ATT&CK Mobile v18.1, as the list with its source has them; also those that rules name.
#[test]
fn every_technique_is_one_of_attack_mobile() {
    let (file, text) = pages::LISTS
        .iter()
        .find(|(file, _)| file.ends_with("/attack_mobile.yaml"))
        .expect("the list of techniques");
    let list = pages::yaml::parse(file, text, 0).unwrap();
    let known = list.field("values").and_then(pages::yaml::Node::texts).unwrap();
    assert_eq!(known.len(), 124);
    for ability in Abilities::built_in().list() {
        assert!(known.contains(&ability.technique), "{}: {}", ability.id, ability.technique);
    }
    for (file, text) in pages::RULES {
        let named = text.lines().find_map(|line| line.strip_prefix("attack: ")).unwrap_or("[]");
        for technique in named.trim_matches(['[', ']']).split(',').map(str::trim) {
            let technique = technique.to_owned();
            assert!(technique.is_empty() || known.contains(&technique), "{file}: {technique}");
        }
    }
}

#[test]
fn each_call_shows_its_ability_and_its_likeness_does_not() {
    let all = Abilities::built_in();
    for ability in all.list() {
        for call in &ability.calls {
            let found = shown(call, &all, true);
            assert!(
                found.contains(&ability.id),
                "{}: {} shows {found:?}",
                ability.id,
                call.written
            );
            assert_eq!(shown(call, &all, false), [""; 0], "{}: {}", ability.id, call.written);
        }
        for call in &ability.alike {
            let found = shown(call, &all, true);
            assert!(!found.contains(&ability.id), "{}: {}", ability.id, call.written);
        }
    }
}

/// Where a screen leads to an ability, the way that needs no screen is told as well.
#[test]
fn the_unseen_way_is_told_beside_the_seen_one() {
    const RECORDER: &str = "Lorg/example/Recorder;";
    let open = Op::call(How::Virtual, "Landroid/media/AudioRecord;", "startRecording", "()V");
    let recorder =
        Class::new(RECORDER, "Ljava/lang/Object;").method_with("go", "()V", 0x9, Some(vec![open]));
    let go = || Op::call(How::Static, RECORDER, "go", "()V");
    let screen = Class::new("Lorg/example/Screen;", "Landroid/app/Activity;").method(
        "onCreate",
        "(Landroid/os/Bundle;)V",
        vec![go()],
    );
    let service = Class::new("Lorg/example/Worker;", "Landroid/app/Service;")
        .method(
            "onCreate",
            "()V",
            vec![Op::call(How::Virtual, "Lorg/example/Worker;", "later", "()V")],
        )
        .method("later", "()V", vec![go()]);
    let bytes = Made { classes: vec![recorder, screen, service] }.bytes();
    let files = Dex::all(&bytes).unwrap();
    let component = |class: &str, trigger| Component { class: class.into(), trigger };
    let components = [
        component("org.example.Screen", Trigger::Activity),
        component("org.example.Worker", Trigger::Service),
        component("org.example.Absent", Trigger::Receiver),
    ];
    let all = Abilities::built_in();
    let examined = examine(&files, &components, &all, Bounds::default());
    let told: Vec<_> = examined
        .found
        .iter()
        .map(|one| {
            let last = one.path.steps.last().unwrap();
            (all.list()[one.ability].id.as_str(), one.trigger, one.path.steps.len(), last.at)
        })
        .collect();
    assert_eq!(
        told,
        [("microphone", Trigger::Activity, 2, 0), ("microphone", Trigger::Service, 3, 0)]
    );
    assert_eq!(examined.without_code, [component("org.example.Absent", Trigger::Receiver)]);
}

#[test]
fn a_page_with_an_error_is_told_and_left_out() {
    let page = |calls: &str| {
        format!(
            "---\nid: x\ntitle: t\ntechnique: T1\nrole: collect\n---\n## What it means\nm\n## Innocent \
             uses\n- u\n```yaml calls\n{calls}\n```\n```yaml no match\n- {{text: 'other'}}\n```\n"
        )
    };
    for (calls, line, says) in [
        ("- {text: 'abc'}", 12, "fewer than four bytes"),
        ("- {method: 'nodots'}", 12, "class.name"),
        ("- {word: 'abcd'}", 12, "a line is"),
    ] {
        let all = Abilities::parse(&[("rules/capabilities/x.md", &page(calls))]);
        assert_eq!(all.list().len(), 0);
        let error = &all.errors()[0];
        assert_eq!((error.code, error.line), ("A001", line), "{error}");
        assert!(error.message.contains(says), "{error}");
    }
    let good = Abilities::parse(&[("rules/capabilities/x.md", &page("- {text: 'abcd'}"))]);
    assert_eq!(good.errors(), []);
}
