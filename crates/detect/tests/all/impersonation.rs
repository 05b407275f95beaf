//! Imitations of genuine apps, and what must not pass for one.

use crate::support::{described, fact, installed, judge, signed, stream};
use model::{BecauseKind, Fact, Finding, Strength};
use serde_json::json;

/// From `signers.csv` (AppVerifier's database).
const SIGNAL: &str = "29f34e5f27f211b424bc5bf9d67162c0eafba2da35af35c16416fc446276ba26";
const SIGNAL_ROTATED: &str = "4be4f6cd5be844083e900279dc822af65a547fecc26aba7ff1f5203a45518cd8";
const TELEGRAM: &str = "49c1522548ebacd46ce322b6fd47f6092bb745d0f88082145caf35e14dcc38e1";
const WHATSAPP: &str = "3987d043d10aefaf5a8710b3671418fe57e0e19b653c9df82558feb5ffce5d44";
const FOREIGN: &str = "1111111111111111111111111111111111111111111111111111111111111111";
const STORE: Option<&str> = Some("com.android.vending");

fn imitations(facts: Vec<Fact>) -> Vec<Finding> {
    let found = judge(&stream(facts));
    found.into_iter().filter(|f| f.because.kind == BecauseKind::Impersonation).collect()
}

/// Strength, brand and package of the one finding; `None` for no finding.
fn one(facts: Vec<Fact>) -> Option<(Strength, String, String)> {
    let found = imitations(facts);
    assert!(found.len() <= 1, "{found:#?}");
    found.into_iter().next().map(|f| (f.strength, f.because.id, f.subject.value))
}

fn told(strength: Strength, brand: &str, package: &str) -> Option<(Strength, String, String)> {
    Some((strength, format!("brand:{brand}"), package.to_owned()))
}

#[test]
fn trap_9_a_known_package_with_a_foreign_signer_is_strong() {
    let package = "com.whatsapp";
    let facts = vec![installed(package, 0, STORE), signed(package, FOREIGN)];
    let found = imitations(facts.clone());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].because.value.as_deref(), Some(WHATSAPP));
    assert!(found[0].evidence().iter().any(|row| row.text.contains(FOREIGN)));
    assert_eq!(one(facts), told(Strength::Strong, package, package));
    // Read from the APK itself, with colons and capitals.
    let spelled: Vec<String> =
        FOREIGN.as_bytes().chunks(2).map(|two| String::from_utf8_lossy(two).into()).collect();
    let apk = described(package, "WhatsApp", Some(&spelled.join(":")));
    assert_eq!(one(vec![apk]), told(Strength::Strong, package, package));
}

#[test]
fn a_genuine_signer_old_or_rotated_is_none() {
    for certificate in [SIGNAL, SIGNAL_ROTATED] {
        let package = "org.thoughtcrime.securesms";
        assert_eq!(one(vec![installed(package, 0, STORE), signed(package, certificate)]), None);
        assert_eq!(one(vec![described(package, "Signal", Some(certificate))]), None);
    }
}

#[test]
fn a_genuine_copy_does_not_clear_a_forged_one() {
    let package = "com.whatsapp";
    let mut observations =
        stream([signed(package, WHATSAPP), described(package, "WhatsApp", Some(FOREIGN))]);
    observations[1].artifact = "phone/apks/com.whatsapp.apk".into();
    let found = judge(&observations);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].strength, Strength::Strong);
}

#[test]
fn a_system_app_with_a_foreign_signer_is_for_review() {
    let package = "com.google.android.gms";
    let system = fact("app_installed", json!({"package": package, "user": 0, "system": true}));
    let found = one(vec![system, signed(package, FOREIGN)]);
    assert_eq!(found, told(Strength::Review, package, package));
}

#[test]
fn a_brand_without_known_certificates_gives_nothing() {
    assert_eq!(one(vec![signed("com.skype.raider", FOREIGN)]), None);
}

#[test]
fn packages_that_extend_or_imitate_a_genuine_one_are_for_review() {
    for (package, brand) in [
        ("org.thoughtcrime.securesmsplus", "org.thoughtcrime.securesms"),
        ("org.telegram.FlyGram", "org.telegram.messenger"),
        ("org.telegram.messenger.pro", "org.telegram.messenger"),
        ("com.whatsapp.update", "com.whatsapp"),
        ("com.whatsap", "com.whatsapp"),
        ("com.WhatsApp", "com.whatsapp"),
        ("org.telegram.messengre", "org.telegram.messenger"),
    ] {
        // The store clears nothing: Signal Plus Messenger was on Google Play.
        for signer in [vec![], vec![signed(package, FOREIGN)]] {
            let mut facts = vec![installed(package, 0, STORE)];
            facts.extend(signer);
            assert_eq!(one(facts), told(Strength::Review, brand, package));
        }
    }
    // Seen only as removed.
    let gone = fact("app_updated", json!({"package": "org.telegram.FlyGram", "version_code": 0}));
    assert!(one(vec![gone]).is_some());
}

#[test]
fn forks_siblings_and_strangers_are_none() {
    for package in [
        "im.molly.app",
        "org.telegram.messenger.web",
        "com.whatsapp.w4b",
        "com.google.android.gm",
        "com.google.android.apps.messaging",
        "com.android.settings",
        "org.mozilla.firefox",
        "com.facebook.lite",
        "com.tencent.mobileqqi",
        "org.telegramdesktop.app",
        "com.adobe.lrmobile",
    ] {
        assert_eq!(one(vec![installed(package, 0, STORE)]), None, "{package}");
    }
    // A companion that the genuine maker signs.
    let package = "org.telegram.messenger.beta";
    assert_eq!(one(vec![installed(package, 0, STORE), signed(package, TELEGRAM)]), None);
}

#[test]
fn labels_that_imitate_are_for_review_never_strong() {
    for (label, brand) in [
        ("Signal Plus Messenger", "org.thoughtcrime.securesms"),
        ("Sign\u{430}l", "org.thoughtcrime.securesms"), // Cyrillic a
        ("S\u{3b9}gnal Messenger", "org.thoughtcrime.securesms"), // Greek iota
        ("Signal Private Messenger", "org.thoughtcrime.securesms"),
        ("Whats\u{200d}App", "com.whatsapp"), // zero-width joiner
        ("ＷｈａｔｓＡｐｐ", "com.whatsapp"), // full width
        ("WHATS APP", "com.whatsapp"),
        ("WhatsApp Update", "com.whatsapp"),
        ("TeIegram", "org.telegram.messenger"), // capital i
        ("Adobe Acrobat", "com.adobe.reader"),
        ("Whoscall Update", "gogolook.callgogolook2"),
    ] {
        for signer in [None, Some(FOREIGN)] {
            let package = "net.example.tool";
            let facts = vec![installed(package, 0, STORE), described(package, label, signer)];
            assert_eq!(one(facts), told(Strength::Review, brand, package), "{label}");
        }
    }
}

#[test]
fn honest_labels_are_none() {
    for (package, label) in [
        ("com.example.meter", "Signal Strength Meter"),
        ("com.example.radio", "Signal"),
        ("com.example.saver", "Status Saver for WhatsApp"),
        ("org.thunderdog.challegram", "Telegram X"),
        ("com.google.android.apps.messaging", "Messages"),
        ("com.facebook.lite", "Facebook"),
        ("com.example.pdf", "PDF Reader"),
        ("com.example.quran", "القرآن الكريم"),
        ("com.example.dict", "ئۇيغۇرچە لۇغەت"),
    ] {
        assert_eq!(one(vec![described(package, label, Some(FOREIGN))]), None, "{label}");
    }
    // The genuine maker's own key under another package.
    assert_eq!(one(vec![described("org.example.beta", "WhatsApp", Some(WHATSAPP))]), None);
    // An ordinary word, but the package speaks of it too.
    let found = one(vec![described("com.signal.app", "Signal", Some(FOREIGN))]);
    assert_eq!(found, told(Strength::Review, "org.thoughtcrime.securesms", "com.signal.app"));
}

#[test]
fn each_user_that_has_the_app_is_told() {
    let package = "com.whatsapp";
    let found = imitations(vec![
        installed(package, 0, STORE),
        installed(package, 999, STORE),
        signed(package, FOREIGN),
    ]);
    let users: Vec<_> = found.iter().map(|f| f.subject.user).collect();
    assert_eq!(users, [None, Some(999)]);
    assert_ne!(found[0].id, found[1].id);
}

#[test]
fn who_rebuilds_an_app_is_no_forger() {
    let microg = "9bd06727e62796c0130eb6dab39b73157451582cbd138e86c468acc395d14165";
    let package = "com.google.android.gms";
    let system = fact("app_installed", json!({"package": package, "user": 0, "system": true}));
    assert_eq!(one(vec![system, signed(package, microg)]), None);
    let from = |package: &str, store| {
        one(vec![installed(package, 0, Some(store)), signed(package, FOREIGN)])
    };
    // Nobody imitates it, and F-Droid signs what it builds with keys of its own.
    let package = "org.briarproject.briar.android";
    assert_eq!(from(package, "org.fdroid.fdroid"), told(Strength::Note, package, package));
    assert_eq!(from(package, "com.android.chrome"), told(Strength::Review, package, package));
    // F-Droid offers a Telegram of its own building, but no WhatsApp.
    let package = "org.telegram.messenger";
    assert_eq!(from(package, "com.looker.droidify"), told(Strength::Review, package, package));
    assert_eq!(from(package, "com.android.vending"), told(Strength::Strong, package, package));
    let package = "com.whatsapp";
    assert_eq!(from(package, "org.fdroid.fdroid"), told(Strength::Strong, package, package));
    // Two places that state the installer must agree.
    let package = "org.telegram.messenger";
    let facts = vec![
        installed(package, 0, Some("org.fdroid.fdroid")),
        installed(package, 0, Some("com.android.chrome")),
        signed(package, FOREIGN),
    ];
    assert_eq!(one(facts), told(Strength::Strong, package, package));
    // An unofficial client in public stores is a note, whoever signs it.
    let facts =
        vec![installed("org.telegram.plus", 0, STORE), signed("org.telegram.plus", FOREIGN)];
    assert_eq!(one(facts), told(Strength::Note, package, "org.telegram.plus"));
}

/// A brand with an icon, made up; and an app that has the icon, with this label and signer.
fn with_icon(label: &str, signer: &str) -> Vec<Finding> {
    use crate::support::{intel, judge_with};
    use detect::{Brands, Limits, RuleSet};
    let brand = format!(
        "package: org.example.genuine\nnames: ['Genuine Messenger']\nimitated: true\n\
         icons: ['00ff00ff00ff00ff']\ncertificates: ['{SIGNAL}']\nsources: ['made up']\n"
    );
    let brands = Brands::parse(&[("brands/genuine.yaml", &brand)]);
    let Fact::AppDescribed(mut app) = described("com.other.app", label, Some(signer)) else {
        panic!("not an app")
    };
    app.icon = Some("00ff00ff00ff00fe".into());
    let seen = stream(vec![Fact::AppDescribed(app)]);
    judge_with(&intel(&[]), &RuleSet::default(), &brands, Limits::default(), &[&seen]).findings
}

#[test]
fn an_icon_alone_is_a_note_and_with_the_label_it_is_named() {
    let alone = with_icon("Weather", FOREIGN);
    assert_eq!(alone.len(), 1, "{alone:#?}");
    assert_eq!(alone[0].strength, Strength::Note);
    let both = with_icon("Genuine Messenger", FOREIGN);
    assert_eq!(both[0].strength, Strength::Review);
    assert!(both[0].title.contains("its icon is nearly the same"), "{}", both[0].title);
    assert_eq!(with_icon("Weather", SIGNAL).len(), 0);
}

#[test]
fn a_genuine_certificate_whose_signature_does_not_hold_shows_nothing() {
    let package = "org.thoughtcrime.securesms";
    let with = |verified: Option<bool>| {
        let Fact::AppDescribed(mut app) = described(package, "Signal", Some(SIGNAL)) else {
            panic!("not an app")
        };
        app.verified = verified;
        vec![Fact::AppDescribed(app)]
    };
    assert_eq!(one(with(Some(false))), told(Strength::Review, package, package));
    assert_eq!(one(with(Some(true))), None);
    assert_eq!(one(with(None)), None);
}
