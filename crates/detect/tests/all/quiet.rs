//! An ordinary phone gives notes and nothing more.

use crate::support::{described, fact, installed, judge, signed, stream};
use model::{Fact, Strength};
use serde_json::json;

const WHATSAPP: &str = "3987d043d10aefaf5a8710b3671418fe57e0e19b653c9df82558feb5ffce5d44";
const PLAY: Option<&str> = Some("com.android.vending");

fn all_permissions(package: &str, user: u32) -> Vec<Fact> {
    [
        "CAMERA",
        "RECORD_AUDIO",
        "ACCESS_FINE_LOCATION",
        "ACCESS_COARSE_LOCATION",
        "READ_CONTACTS",
        "WRITE_CONTACTS",
        "GET_ACCOUNTS",
        "READ_CALL_LOG",
        "READ_PHONE_STATE",
        "RECEIVE_SMS",
        "READ_EXTERNAL_STORAGE",
    ]
    .map(|name| {
        let permission = format!("android.permission.{name}");
        fact(
            "permission_granted",
            json!({"package": package, "user": user, "permission": permission, "granted": true}),
        )
    })
    .into()
}

#[test]
fn an_ordinary_phone_gives_notes_only() {
    let mut facts = vec![
        installed("com.whatsapp", 0, PLAY),
        signed("com.whatsapp", WHATSAPP),
        described("com.whatsapp", "WhatsApp", Some(WHATSAPP)),
        installed("com.whatsapp", 10, PLAY),
        installed("com.whatsapp.w4b", 0, PLAY),
        installed("org.fdroid.fdroid", 0, Some("com.android.chrome")),
        installed("net.osmand.plus", 0, Some("org.fdroid.fdroid")),
        installed("com.huawei.health", 0, Some("com.huawei.appmarket")),
        fact(
            "app_installed",
            json!({"package": "com.android.phone", "user": 0, "system": true,
            "installed": true, "installer_known": true}),
        ),
        fact(
            "accessibility_service",
            json!({"package": "com.google.android.marvin.talkback",
            "user": 0, "component": "x/y", "state": "enabled"}),
        ),
        fact(
            "accessibility_service",
            json!({"package": "net.osmand.plus", "user": 0,
            "component": "net.osmand.plus/S", "state": "enabled"}),
        ),
        fact("setting_set", json!({"namespace": "global", "name": "adb_enabled", "value": "1"})),
        fact(
            "setting_set",
            json!({"namespace": "global", "name": "package_verifier_enable", "value": "1"}),
        ),
        fact(
            "property_set",
            json!({"name": "ro.build.version.security_patch", "value": "2025-01-05"}),
        ),
        fact("mount_seen", json!({"mount_point": "/system", "writable": false})),
        fact("mount_seen", json!({"mount_point": "/data", "writable": true})),
        fact("file_seen", json!({"path": "/data/local/tmp/collector"})),
        fact("app_updated", json!({"package": "com.example.game", "version_code": 0})),
    ];
    for user in [0, 10] {
        facts.extend(all_permissions("com.whatsapp", user));
        facts.push(fact(
            "permission_used",
            json!({"package": "com.whatsapp", "user": user,
            "op": "RECORD_AUDIO", "outcome": "accessed", "background": true}),
        ));
    }
    facts.extend(all_permissions("com.huawei.health", 0));
    facts.push(fact(
        "permission_used",
        json!({"package": "net.osmand.plus", "user": 0,
        "op": "FINE_LOCATION", "outcome": "accessed", "background": true}),
    ));
    let found = judge(&stream(facts));
    let loud: Vec<_> = found.iter().filter(|f| f.strength != Strength::Note).collect();
    assert!(loud.is_empty(), "{loud:#?}");
    let ids: std::collections::BTreeSet<_> = found.iter().map(|f| &*f.because.id).collect();
    let expected = [
        "accessibility-service",
        "app-removed",
        "background-microphone-or-camera",
        "developer-settings",
        "many-permissions",
        "old-patch-level",
        "sideloaded-app",
    ];
    assert_eq!(ids.into_iter().collect::<Vec<_>>(), expected);
    for note in &found {
        assert!(!note.innocent.is_empty() && !note.next.is_empty());
    }
}
