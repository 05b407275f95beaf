//! The apps of golden cases that are about an app's code or package: `cases/NAME/input/…`. They are
//! inert: nothing in them is ever run, and their hosts are made up.

use crate::apk::{Apk, Scheme, Signer};
use crate::dex::{Call, Class, Dex, Op};
use serde_json::json;
use sha2::{Digest, Sha256};

/// Every file that is made here: its path below `cases/`, and its bytes.
#[must_use]
pub fn case_apps() -> Vec<(String, Vec<u8>)> {
    let mut files = families();
    files.extend(watching());
    files.extend(sideloaded());
    files
}

/// Texts and classes that published reports name for a family (`../shared/threat/behaviours.md`), and
/// with each a near miss: one word too few, beside words that only resemble the others.
fn families() -> Vec<(String, Vec<u8>)> {
    type Family = (&'static str, &'static [&'static str], &'static str);
    let families: [Family; 10] = [
        ("badbazaar", &["ConfigPipe", "ForwordTo"], "Lcom/whatsapp/common/Community;"),
        ("near.badbazaar", &["ConfigPipe", "ForwardTo"], "Lcom/whatsapp/common/Community;"),
        ("badsignal", &["https://api.example:4432/api/QRCode?imei=", "ramimei"], ""),
        ("near.badsignal", &["https://api.example:4432/api/QRCode?imei=", "imei"], ""),
        ("badsolar", &["yhnrfv", "!QAZ2wsx"], "Lcom/solarcs/executor/CommandHandler;"),
        ("near.badsolar", &["yhnrfv1", "!QAZ2wsx"], "Lcom/solarcs/executor/CommandHandler;"),
        ("moonshine", &["GET /ws?whisky_id=", "hots scot", "GET_REPLACE_SO_PATH_FAILED"], ""),
        ("near.moonshine", &["GET /ws?whisky_id=", "hots scot", "GET_REPLACE_PATH"], ""),
        ("darknimbus", &["AudioFirstPiece", "DKNS"], ""),
        ("near.darknimbus", &["AudioFirstPiece", "DKNS2"], ""),
    ];
    let one = |(name, words, class): Family| {
        let code = words.iter().map(|word| Op::ConstString(0, (*word).to_owned())).collect();
        let named = (!class.is_empty()).then(|| Class::new(class, "Ljava/lang/Object;"));
        let apk = app(&format!("org.example.{name}"), Trigger::Receiver, code, named);
        (format!("troubled-code-of-families/input/{name}.apk"), apk)
    };
    families.into_iter().map(one).collect()
}

/// Code that takes six things unseen, sends, and loads other code; and four that lack one of these.
fn watching() -> Vec<(String, Vec<u8>)> {
    let (six, send, load) = (watched(6), sent(), loaded());
    let with = |parts: &[&[Op]]| parts.concat();
    let apps = [
        ("watches", Trigger::Receiver, with(&[&six, &send, &load])),
        ("takes.five", Trigger::Receiver, with(&[&watched(5), &send, &load])),
        ("keeps.it", Trigger::Receiver, with(&[&six, &load])),
        ("covers.nothing", Trigger::Receiver, with(&[&six, &send])),
        ("is.seen", Trigger::Activity, with(&[&six, &send, &load])),
    ];
    let one = |(name, trigger, code)| {
        let apk = app(&format!("org.example.{name}"), trigger, code, None);
        (format!("troubled-code-watches/input/{name}.apk"), apk)
    };
    apps.into_iter().map(one).collect()
}

/// Apps on a phone, each from Telegram and from Google Play: code that watches, packages that mislead.
fn sideloaded() -> Vec<(String, Vec<u8>)> {
    const CASE: &str = "troubled-sideloaded-code/input";
    let (telegram, play) = ("org.telegram.messenger", "com.android.vending");
    let watches = |taken: usize, trigger| {
        move |package: &str| app(package, trigger, [watched(taken), sent()].concat(), None)
    };
    let misleads = |package: &str| encrypted(app(package, Trigger::Receiver, Vec::new(), None));
    let trailing = |package: &str| {
        let mut bytes = app(package, Trigger::Receiver, Vec::new(), None);
        bytes.extend([0; 16]);
        bytes
    };
    type Make<'m> = &'m dyn Fn(&str) -> Vec<u8>;
    let apps: [(&str, &str, Make<'_>); 7] = [
        ("org.example.watches", telegram, &watches(3, Trigger::Receiver)),
        ("org.example.watches.play", play, &watches(3, Trigger::Receiver)),
        ("org.example.takes.two", telegram, &watches(2, Trigger::Receiver)),
        ("org.example.is.seen", telegram, &watches(3, Trigger::Activity)),
        ("org.example.misleads", telegram, &misleads),
        ("org.example.misleads.play", play, &misleads),
        ("org.example.trailing", telegram, &trailing),
    ];
    let mut packages = Vec::new();
    let mut files = Vec::new();
    for ((package, installer, make), uid) in apps.into_iter().zip(10_200..) {
        let bytes = make(package);
        packages.push(json!({
            "name": package,
            "files": [{
                "path": format!("/data/app/~~a{uid}==/{package}-b{uid}==/base.apk"),
                "local_name": format!("{package}.apk"),
                "md5": "", "sha1": "",
                "sha256": const_hex::encode(Sha256::digest(&bytes)),
                "sha512": "", "error": "",
                "verified_certificate": false, "certificate": null, "certificate_error": "",
                "trusted_certificate": false,
            }],
            "installer": installer,
            "uid": uid,
            "disabled": false,
            "system": false,
            "third_party": true,
        }));
        files.push((format!("{CASE}/apks/{package}.apk"), bytes));
    }
    let mut text = serde_json::to_vec_pretty(&packages).unwrap_or_default();
    text.push(b'\n');
    files.push((format!("{CASE}/packages.json"), text));
    files
}

#[derive(Clone, Copy)]
enum Trigger {
    Activity,
    Receiver,
}

/// An app with one component, whose code is this.
fn app(package: &str, trigger: Trigger, code: Vec<Op>, more: Option<Class>) -> Vec<u8> {
    let name = format!("{package}.Main");
    let class = format!("L{};", name.replace('.', "/"));
    let (above, method, descriptor) = match trigger {
        Trigger::Activity => ("Landroid/app/Activity;", "onCreate", "(Landroid/os/Bundle;)V"),
        Trigger::Receiver => (
            "Landroid/content/BroadcastReceiver;",
            "onReceive",
            "(Landroid/content/Context;Landroid/content/Intent;)V",
        ),
    };
    let mut classes = vec![Class::new(&class, above).method(method, descriptor, code)];
    classes.extend(more);
    let apk = Apk::new(package).label("Timetable").member("classes.dex", Dex { classes }.bytes());
    let apk = match trigger {
        Trigger::Activity => apk.activity(name.as_str()),
        Trigger::Receiver => apk.receiver(name.as_str()),
    };
    apk.sign(Signer::A, &[Scheme::V1]).build()
}

/// Calls of Android by which the first so many of these are taken: sound, pictures, the place,
/// contacts, messages, the call log.
fn watched(count: usize) -> Vec<Op> {
    let uri = |class: &str| {
        Op::ReadField(0, class.into(), "CONTENT_URI".into(), "Landroid/net/Uri;".into())
    };
    let place = "(Ljava/lang/String;)Landroid/location/Location;";
    let all = [
        Op::call(Call::Virtual, "Landroid/media/AudioRecord;", "startRecording", "()V"),
        Op::call(Call::Static, "Landroid/hardware/Camera;", "open", "()Landroid/hardware/Camera;"),
        Op::call(
            Call::Virtual,
            "Landroid/location/LocationManager;",
            "getLastKnownLocation",
            place,
        ),
        uri("Landroid/provider/ContactsContract$Contacts;"),
        Op::ConstString(0, "content://sms/inbox".into()),
        uri("Landroid/provider/CallLog$Calls;"),
    ];
    all.into_iter().take(count).collect()
}

fn sent() -> Vec<Op> {
    let connection = "()Ljava/net/URLConnection;";
    vec![Op::call(Call::Virtual, "Ljava/net/URL;", "openConnection", connection)]
}

fn loaded() -> Vec<Op> {
    let text = "Ljava/lang/String;";
    let descriptor = format!("({text}{text}{text}Ljava/lang/ClassLoader;)V");
    vec![Op::call(Call::Direct, "Ldalvik/system/DexClassLoader;", "<init>", &descriptor)]
}

/// Marks every member as encrypted, in local headers and directory, though none is
/// (APPNOTE.TXT 4.4.4, bit 0). The signature of v1 covers neither.
fn encrypted(mut bytes: Vec<u8>) -> Vec<u8> {
    for (start, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let places: Vec<usize> = bytes
            .windows(4)
            .enumerate()
            .filter(|(_, four)| four == start)
            .map(|(at, _)| at)
            .collect();
        for at in places {
            if let Some(byte) = bytes.get_mut(at + flags) {
                *byte |= 1;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    /// `cargo run -p testkit --bin make-case-apps` writes them anew.
    #[test]
    fn the_cases_hold_what_is_made_here() {
        let cases = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases");
        for (path, bytes) in super::case_apps() {
            let found = std::fs::read(cases.join(&path)).unwrap_or_default();
            assert!(found == bytes, "{path} is another one");
        }
    }
}
