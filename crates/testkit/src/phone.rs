//! The two sample phones of `samples/`. Everything about them is made up but the names,
//! certificates and package names of published apps; nothing in them can run.

use crate::androidqf::{Acquisition, Process};
use crate::apk::{Apk, Component, Scheme, Signer};
use crate::app::App;
use crate::backup::Backup;
use crate::bugreport::Bugreport;
use crate::traces::Traces;
use serde_json::{Value, json};
use std::io;
use std::path::Path;

/// Package of the trojanised Signal, as published (see `samples/README.md`).
pub const LOOK_ALIKE: &str = "org.thoughtcrime.securesmsplus";
/// A made-up prayer app.
pub const PRAYER: &str = "com.example.prayertimes";

/// A phone with an inert look-alike of the trojanised Signal and its traces.
#[must_use]
pub fn troubled() -> Acquisition {
    let apps = troubled_apps();
    let service = format!("{PRAYER}/{PRAYER}.ReminderService");
    let properties = [
        ("persist.sys.timezone", "Asia/Taipei"),
        ("ro.build.fingerprint", "example/seven/seven:14/UP1A.231005.007/1:user/release-keys"),
        ("ro.build.version.release", "14"),
        ("ro.build.version.sdk", "34"),
        ("ro.build.version.security_patch", "2025-11-05"),
        ("ro.product.manufacturer", "Example"),
        ("ro.product.model", "Example Seven"),
    ];
    let processes = [
        process(1, "root", 0, "/system/bin/init"),
        process(812, "u0_a120", 10_120, "com.google.android.gms"),
        process(2210, "u0_a151", 10_151, "com.whatsapp"),
        process(4031, "u0_a287", 10_287, LOOK_ALIKE),
        process(4188, "u0_a291", 10_291, PRAYER),
    ];
    let report = Bugreport {
        taken: "2026-11-20 10:12:00".into(),
        build: "UP1A.231005.007".into(),
        properties: owned(&properties),
        processes: processes.iter().map(|p| (p.user.clone(), p.pid, p.name.clone())).collect(),
        accessibility: vec![(0, service.clone())],
        updates: [
            ("2026-11-11", LOOK_ALIKE, 1_223),
            ("2026-11-12", "com.whatsapp", 252_470_000),
            ("2026-11-16", PRAYER, 7),
        ]
        .map(|(day, package, version)| (day.into(), package.into(), version))
        .into(),
        apps: apps.clone(),
        traces: troubled_traces(),
        ..Bugreport::default()
    };
    // 2026-11-11T13:58:20Z and 2026-11-16T04:40:00Z, minutes before the installations.
    let files = [
        ("/sdcard/Download/Signal Plus Messenger.apk", 18_000, 1_794_405_500),
        ("/sdcard/Telegram/Telegram Files/Prayer Times.apk", 12_000, 1_794_804_000),
        ("/sdcard/DCIM/Camera/IMG_20261018_074212.jpg", 3_114_220, 1_792_280_532),
        ("/sdcard/Android/data/com.whatsapp/files/log.txt", 2_210, 1_794_880_000),
        ("/system/bin/app_process64", 64_000, 1_230_768_000),
    ];
    Acquisition::new()
        .apps(&apps)
        .properties(&properties)
        .settings("system", &[("screen_brightness", "102"), ("time_12_24", "24")])
        .settings(
            "secure",
            &[
                ("accessibility_enabled", "1"),
                ("default_input_method", "com.google.android.inputmethod.latin/.LatinIME"),
                ("enabled_accessibility_services", &service),
                ("install_non_market_apps", "1"),
            ],
        )
        .settings(
            "global",
            &[
                ("adb_enabled", "1"),
                ("development_settings_enabled", "1"),
                ("package_verifier_enable", "0"),
                ("package_verifier_user_consent", "-1"),
                ("verifier_verify_adb_installs", "0"),
            ],
        )
        .processes(&processes)
        .listing(&files)
        .root_binaries(&[])
        .mounts(&MOUNTS)
        .file("backup.ab", messages().plain(5))
        .file("bugreport.zip", report.zip())
}

/// Text messages as AndroidQF has them backed up; one brings the link to the look-alike.
fn messages() -> Backup {
    // 2026-11-10T08:15:00Z, 2026-11-11T13:41:00Z and a minute later; the host does not exist.
    let told = [
        ("+886900000001", 1, 1_794_298_500_000_u64, "Your parcel is at the counter until Friday."),
        (
            "+886900000002",
            1,
            1_794_404_460_000,
            "This Signal has more features, we all use it: https://signalplus.example/download",
        ),
        ("+886900000002", 2, 1_794_404_520_000, "Thanks, I will try it"),
    ];
    let told: Vec<Value> = told
        .iter()
        .map(|(address, kind, date, body)| {
            json!({
                "address": address, "body": body, "date": date.to_string(),
                "date_sent": (date - 2_000).to_string(), "status": "-1", "type": kind.to_string(),
                "read": "1",
            })
        })
        .collect();
    Backup::new().messages("sms", &Value::from(told))
}

/// What services remember of the two apps, and of one that is gone.
fn troubled_traces() -> Traces {
    let own = |text: &str| text.to_owned();
    Traces {
        listeners: vec![(0, format!("{LOOK_ALIKE}/{LOOK_ALIKE}.Notices"))],
        exempt: vec![own("com.whatsapp"), own(LOOK_ALIKE)],
        keyboard: Some(own(
            "com.google.android.inputmethod.latin/com.android.inputmethod.latin.LatinIME",
        )),
        shown: vec![
            (0, format!("{LOOK_ALIKE}/{LOOK_ALIKE}.MainActivity"), own("2026-11-20 08:30:12")),
            (0, own("com.whatsapp/com.whatsapp.HomeActivity"), own("2026-11-20 09:58:01")),
        ],
        used: vec![
            (0, own("com.whatsapp"), own("2026-11-20 09:58:01")),
            (0, own("com.example.torchlight"), own("2026-06-02 20:11:40")),
        ],
        compat: vec![own("com.example.torchlight")],
        databases: vec![(2210, own("com.whatsapp"), own("msgstore.db"))],
        recordings: vec![
            (own("com.whatsapp"), 10_151, own("11-19 21:03:40"), own("VOICE_COMMUNICATION")),
            (own(LOOK_ALIKE), 10_287, own("11-20 02:51:07"), own("MIC")),
        ],
        accounts: vec![(0, own("com.google")), (0, own("com.whatsapp"))],
        ..Traces::default()
    }
}

/// An ordinary phone.
#[must_use]
pub fn quiet() -> Acquisition {
    let apps = quiet_apps();
    let properties = [
        ("persist.sys.timezone", "Europe/Zurich"),
        ("ro.build.fingerprint", "example/nine/nine:16/BP2A.250605.031/1:user/release-keys"),
        ("ro.build.version.release", "16"),
        ("ro.build.version.sdk", "36"),
        ("ro.build.version.security_patch", "2026-11-05"),
        ("ro.product.manufacturer", "Example"),
        ("ro.product.model", "Example Nine"),
    ];
    let processes = [
        process(1, "root", 0, "/system/bin/init"),
        process(790, "u0_a120", 10_120, "com.google.android.gms"),
        process(1904, "u0_a151", 10_151, "com.whatsapp"),
        process(2218, "u0_a152", 10_152, "org.thoughtcrime.securesms"),
    ];
    let report = Bugreport {
        taken: "2026-11-20 10:12:00".into(),
        build: "BP2A.250605.031".into(),
        properties: owned(&properties),
        processes: processes.iter().map(|p| (p.user.clone(), p.pid, p.name.clone())).collect(),
        accessibility: Vec::new(),
        updates: vec![("2026-11-18".into(), "com.whatsapp".into(), 252_470_000)],
        apps: apps.clone(),
        ..Bugreport::default()
    };
    let files = [
        ("/sdcard/DCIM/Camera/IMG_20261102_171009.jpg", 2_804_991, 1_793_632_209),
        ("/sdcard/Documents/shopping.md", 312, 1_794_000_000),
        ("/system/bin/app_process64", 64_000, 1_230_768_000),
    ];
    Acquisition::new()
        .apps(&apps)
        .properties(&properties)
        .settings("system", &[("screen_brightness", "88"), ("time_12_24", "24")])
        .settings(
            "secure",
            &[
                ("accessibility_enabled", "0"),
                ("default_input_method", "com.google.android.inputmethod.latin/.LatinIME"),
            ],
        )
        .settings(
            "global",
            // Every phone that AndroidQF can reach has debugging switched on.
            &[("adb_enabled", "1"), ("development_settings_enabled", "1")],
        )
        .processes(&processes)
        .listing(&files)
        .root_binaries(&[])
        .mounts(&MOUNTS)
        .file("bugreport.zip", report.zip())
}

/// Writes both phones: `DIR/phone` and `DIR/quiet`; what stood there is replaced.
///
/// # Errors
/// When a file cannot be written.
pub fn write_samples(dir: &Path) -> io::Result<()> {
    for (name, phone) in [("phone", troubled()), ("quiet", quiet())] {
        let folder = dir.join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        phone.write_to(&folder)?;
    }
    Ok(())
}

const MOUNTS: [&str; 4] = [
    "/dev/block/dm-4 on / type ext4 (ro,seclabel,nodev,relatime)",
    "/dev/block/dm-6 on /vendor type ext4 (ro,seclabel,relatime)",
    "/dev/block/dm-40 on /data type f2fs (rw,lazytime,seclabel,nosuid,nodev,noatime)",
    "/dev/fuse on /storage/emulated type fuse (rw,lazytime,nosuid,nodev,noexec,noatime)",
];

/// Certificates of genuine apps: AppVerifier's database (ISC), commit ccd58cc.
mod genuine {
    pub(super) const WHATSAPP: &str =
        "3987d043d10aefaf5a8710b3671418fe57e0e19b653c9df82558feb5ffce5d44";
    pub(super) const SIGNAL: &str =
        "29f34e5f27f211b424bc5bf9d67162c0eafba2da35af35c16416fc446276ba26";
    pub(super) const TELEGRAM: &str =
        "49c1522548ebacd46ce322b6fd47f6092bb745d0f88082145caf35e14dcc38e1";
    pub(super) const GOOGLE: &str =
        "f0fd6c5b410f25cb25c3b53346c8972fae30f8ee7411df910480ad6b2d60db83";
    pub(super) const YOUTUBE: &str =
        "3d7a1223019aa39d9ea0e3436ab7c0896bfb4fb679f4de5fe7c23f326c8f994a";
    pub(super) const FDROID: &str =
        "43238d512c1e5eb2d6569f4a3afbf5523418b82e0a3ed1552770abb9a9c9ccab";
    pub(super) const AEGIS_FDROID: &str =
        "09cfde62e2a81c8050d3be4c20e3f8d8ddd01531be1b47cb3b0eec213f641f89";
}

/// What both phones have.
fn common_apps() -> Vec<App> {
    vec![
        App::new("android", 1000).system(),
        App::new("com.android.settings", 1000).system(),
        App::new("com.android.systemui", 10_110).system(),
        App::new("com.google.android.gms", 10_120)
            .system()
            .users(&[0, 10])
            .signed_by(genuine::GOOGLE)
            .granted(&["ACCESS_FINE_LOCATION", "ACCESS_BACKGROUND_LOCATION"])
            .used("FINE_LOCATION", "bg", "2026-11-20 08:02:11.310", None),
        App::new("com.android.vending", 10_121).system().users(&[0, 10]).signed_by(genuine::GOOGLE),
        App::new("com.google.android.inputmethod.latin", 10_130)
            .system()
            .signed_by(genuine::GOOGLE)
            .granted(&["RECORD_AUDIO"])
            .used("RECORD_AUDIO", "fgsvc", "2026-11-19 19:40:02.004", Some("+4s210ms")),
        App::new("com.google.android.apps.maps", 10_131)
            .users(&[0, 10])
            .signed_by(genuine::GOOGLE)
            .version("26.44.03", 1_067_000_000)
            .granted(&["ACCESS_FINE_LOCATION"])
            .used("FINE_LOCATION", "top", "2026-11-18 12:22:51.870", Some("+9m2s0ms")),
        App::new("com.google.android.youtube", 10_132)
            .signed_by(genuine::YOUTUBE)
            .version("20.44.38", 1_557_000_000),
        App::new("com.whatsapp", 10_151)
            .signed_by(genuine::WHATSAPP)
            .version("2.26.40.70", 252_470_000)
            .granted(&["CAMERA", "RECORD_AUDIO", "READ_CONTACTS"])
            .used("RECORD_AUDIO", "top", "2026-11-19 21:03:40.500", Some("+2m11s20ms")),
    ]
}

fn troubled_apps() -> Vec<App> {
    let mut apps = common_apps();
    apps.push(
        App::new("org.telegram.messenger", 10_160)
            .signed_by(genuine::TELEGRAM)
            .version("11.4.2", 54_329)
            .granted(&["READ_CONTACTS"]),
    );
    // In the work profile only: its administrator.
    apps.push(
        App::new("com.example.workportal", 10_250).users(&[10]).installed_at("2026-05-04 08:30:00"),
    );
    apps.push(
        App::new(LOOK_ALIKE, 10_287)
            .installed_by("com.google.android.packageinstaller")
            .installed_at("2026-11-11 22:04:31")
            .version("6.17.3", 1_223)
            .signed_by(&Signer::A.certificate_sha256())
            .holds(&["RECEIVE_BOOT_COMPLETED", "FOREGROUND_SERVICE"])
            .granted(&[
                "CAMERA",
                "RECORD_AUDIO",
                "READ_CONTACTS",
                "READ_SMS",
                "ACCESS_FINE_LOCATION",
                "ACCESS_BACKGROUND_LOCATION",
            ])
            .used("RECORD_AUDIO", "bg", "2026-11-19 03:12:44.120", Some("+1m30s0ms"))
            .used("RECORD_AUDIO", "bg", "2026-11-20 02:51:07.902", Some("+58s400ms"))
            .used("FINE_LOCATION", "cch", "2026-11-20 04:00:00.015", None)
            .used("READ_SMS", "bg", "2026-11-20 04:00:03.411", None)
            .used("READ_CONTACTS", "top", "2026-11-11 22:06:10.230", None)
            .apk(look_alike_apk()),
    );
    apps.push(
        App::new(PRAYER, 10_291)
            .installed_by("org.telegram.messenger")
            .installed_at("2026-11-16 12:41:09")
            .version("1.7", 7)
            .signed_by(&Signer::B.certificate_sha256())
            .granted(&["RECORD_AUDIO", "ACCESS_FINE_LOCATION", "ACCESS_BACKGROUND_LOCATION"])
            .used("FINE_LOCATION", "bg", "2026-11-20 05:10:00.000", Some("+12s0ms"))
            .used("RECORD_AUDIO", "cch", "2026-11-20 05:10:14.660", Some("+20s5ms"))
            .apk(prayer_apk()),
    );
    apps
}

fn quiet_apps() -> Vec<App> {
    let mut apps = common_apps();
    for app in &mut apps {
        app.users = vec![0];
    }
    apps.push(
        App::new("org.thoughtcrime.securesms", 10_152)
            .signed_by(genuine::SIGNAL)
            .version("7.62.1", 161_401)
            .granted(&["CAMERA", "RECORD_AUDIO", "READ_CONTACTS"])
            .used("CAMERA", "top", "2026-11-17 18:20:09.101", Some("+41s0ms")),
    );
    apps.push(
        App::new("org.telegram.messenger", 10_153)
            .signed_by(genuine::TELEGRAM)
            .version("12.1.0", 61_002)
            .granted(&["READ_CONTACTS"]),
    );
    apps.push(
        App::new("org.fdroid.fdroid", 10_170)
            .installed_by("org.fdroid.fdroid")
            .signed_by(genuine::FDROID)
            .version("1.23.2", 1_023_052),
    );
    apps.push(
        App::new("com.beemdevelopment.aegis", 10_171)
            .installed_by("org.fdroid.fdroid")
            .signed_by(genuine::AEGIS_FDROID)
            .version("3.4.2", 81)
            .granted(&["CAMERA"])
            .used("CAMERA", "top", "2026-10-02 09:30:00.000", Some("+6s0ms")),
    );
    apps
}

/// An APK with the name and label of the trojanised Signal. It holds no code.
fn look_alike_apk() -> Vec<u8> {
    Apk::new(LOOK_ALIKE)
        .label("Signal Plus Messenger")
        .version("6.17.3", 1_223)
        .sdk(24, 33)
        .permission("android.permission.INTERNET")
        .permission("android.permission.CAMERA")
        .permission("android.permission.RECORD_AUDIO")
        .permission("android.permission.READ_CONTACTS")
        .permission("android.permission.READ_SMS")
        .permission("android.permission.ACCESS_FINE_LOCATION")
        .permission("android.permission.ACCESS_BACKGROUND_LOCATION")
        .permission("android.permission.RECEIVE_BOOT_COMPLETED")
        .permission("android.permission.FOREGROUND_SERVICE")
        .activity(Component::launcher(".MainActivity"))
        .service(Component::new(".SyncService"))
        .receiver(
            Component::new(".BootReceiver")
                .exported(true)
                .action("android.intent.action.BOOT_COMPLETED"),
        )
        .sign(Signer::A, &[Scheme::V2, Scheme::V3])
        .build()
}

/// An APK of a made-up prayer app. It holds no code.
fn prayer_apk() -> Vec<u8> {
    Apk::new(PRAYER)
        .label("Prayer Times")
        .version("1.7", 7)
        .permission("android.permission.INTERNET")
        .permission("android.permission.RECORD_AUDIO")
        .permission("android.permission.ACCESS_FINE_LOCATION")
        .permission("android.permission.ACCESS_BACKGROUND_LOCATION")
        .activity(Component::launcher(".MainActivity"))
        .service(
            Component::new(".ReminderService")
                .exported(true)
                .permission("android.permission.BIND_ACCESSIBILITY_SERVICE")
                .action("android.accessibilityservice.AccessibilityService"),
        )
        .sign(Signer::B, &[Scheme::V2, Scheme::V3])
        .build()
}

fn process(pid: u32, user: &str, uid: u32, name: &str) -> Process {
    let path = if name.starts_with('/') { name } else { "/system/bin/app_process64" };
    Process { pid, user: user.into(), uid, name: name.into(), path: path.into() }
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}
