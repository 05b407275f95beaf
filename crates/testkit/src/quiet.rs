//! Ordinary phones in makers' shapes and versions of Android, with the traces of apps that such phones
//! really have: keyboards, launchers, password managers, VPNs, watches, managed profiles, parental
//! controls, aids, banks. No rule may say more than a note of any of them.
//!
//! Names and installers are those of published apps; everything else is made up.

use crate::androidqf::{Acquisition, Process};
use crate::app::App;
use crate::bugreport::Bugreport;
use crate::traces::Traces;

/// What differs from maker to maker.
struct Shape {
    name: &'static str,
    maker: &'static str,
    android: &'static str,
    sdk: u32,
    patch: &'static str,
    zone: &'static str,
    /// Whether services dump as Android 8 does.
    elder: bool,
    /// Apps of the maker: package, app id, installer (`None`: part of the system).
    apps: &'static [(&'static str, u32, Option<&'static str>)],
}

const PLAY: &str = "com.android.vending";
const GALAXY: &str = "com.sec.android.app.samsungapps";
const FDROID: &str = "org.fdroid.fdroid";

const SHAPES: [Shape; 10] = [
    Shape {
        name: "pixel-16",
        maker: "Google",
        android: "16",
        sdk: 36,
        patch: "2026-11-05",
        zone: "America/New_York",
        elder: false,
        apps: &[
            ("com.google.android.apps.nexuslauncher", 10_201, None),
            ("com.google.android.as", 10_202, None),
            ("com.google.android.dialer", 10_203, None),
            ("com.google.android.apps.messaging", 10_204, None),
        ],
    },
    Shape {
        name: "pixel-11",
        maker: "Google",
        android: "11",
        sdk: 30,
        patch: "2026-10-05",
        zone: "Europe/Berlin",
        elder: false,
        apps: &[("com.google.android.apps.nexuslauncher", 10_201, None)],
    },
    Shape {
        name: "samsung-14",
        maker: "samsung",
        android: "14",
        sdk: 34,
        patch: "2026-10-01",
        zone: "Asia/Seoul",
        elder: false,
        apps: &[
            ("com.sec.android.app.launcher", 10_301, None),
            ("com.samsung.android.app.watchmanager", 10_302, Some(GALAXY)),
            (
                "com.samsung.android.waterplugin",
                10_303,
                Some("com.samsung.android.app.watchmanager"),
            ),
            ("com.samsung.android.honeyboard", 10_304, None),
            ("com.facebook.katana", 10_305, Some("com.facebook.system")),
            ("com.samsung.android.bixby.agent", 10_306, None),
        ],
    },
    Shape {
        name: "xiaomi-14",
        maker: "Xiaomi",
        android: "14",
        sdk: 34,
        patch: "2026-10-01",
        zone: "Asia/Shanghai",
        elder: false,
        apps: &[
            ("com.miui.home", 10_401, None),
            ("com.miui.securitycenter", 10_402, None),
            ("com.tencent.mm", 10_403, Some("com.xiaomi.market")),
            ("com.sohu.inputmethod.sogou.xiaomi", 10_404, None),
            ("com.mi.health", 10_405, Some("com.xiaomi.market")),
        ],
    },
    Shape {
        name: "huawei-10",
        maker: "HUAWEI",
        android: "10",
        sdk: 29,
        patch: "2026-09-01",
        zone: "Asia/Urumqi",
        elder: false,
        apps: &[
            ("com.huawei.android.launcher", 10_501, None),
            ("com.huawei.health", 10_502, Some("com.huawei.appmarket")),
            ("com.tencent.mm", 10_503, Some("com.huawei.appmarket")),
            ("com.huawei.hwid", 10_504, None),
        ],
    },
    Shape {
        name: "grapheneos-16",
        maker: "Google",
        android: "16",
        sdk: 36,
        patch: "2026-11-05",
        zone: "Etc/UTC",
        elder: false,
        apps: &[
            ("app.vanadium.browser", 10_601, None),
            ("app.grapheneos.camera", 10_602, None),
            ("com.aurora.store", 10_603, Some(FDROID)),
            ("org.schabi.newpipe", 10_604, Some(FDROID)),
            ("ch.threema.app", 10_605, Some("com.aurora.store")),
        ],
    },
    Shape {
        name: "hyperos-15",
        maker: "Xiaomi",
        android: "15",
        sdk: 35,
        patch: "2026-10-01",
        zone: "Asia/Kolkata",
        elder: false,
        apps: &[
            ("com.miui.home", 10_401, None),
            ("com.miui.securitycenter", 10_402, None),
            ("com.xiaomi.mipicks", 10_403, None),
            ("com.truecaller.lite", 10_404, Some("com.xiaomi.mipicks")),
        ],
    },
    Shape {
        name: "oppo-13",
        maker: "OPPO",
        android: "13",
        sdk: 33,
        patch: "2026-06-05",
        zone: "Asia/Jakarta",
        elder: false,
        apps: &[
            ("com.oppo.launcher", 10_801, None),
            ("com.coloros.phonemanager", 10_802, None),
            ("com.heytap.market", 10_803, None),
            ("com.heytap.health.international", 10_804, Some("com.heytap.market")),
        ],
    },
    Shape {
        name: "elder-8",
        maker: "motorola",
        android: "8.1.0",
        sdk: 27,
        patch: "2026-08-01",
        zone: "America/Sao_Paulo",
        elder: true,
        apps: &[("com.motorola.launcher3", 10_701, None)],
    },
    Shape {
        name: "work-profile-14",
        maker: "Google",
        android: "14",
        sdk: 34,
        patch: "2026-11-05",
        zone: "Europe/Paris",
        elder: false,
        apps: &[("com.google.android.apps.nexuslauncher", 10_201, None)],
    },
];

/// The phones by name.
#[must_use]
pub fn phones() -> Vec<(&'static str, Acquisition)> {
    SHAPES.iter().map(|shape| (shape.name, phone(shape).0)).collect()
}

/// Their bug reports as the makers' own tools leave them: phone, name of the file, bytes.
#[must_use]
pub fn bug_reports() -> Vec<(&'static str, String, Vec<u8>)> {
    let packed = SHAPES.iter().map(|shape| (shape.name, phone(shape).1.packed(shape.maker)));
    packed.map(|(name, (file, bytes))| (name, file, bytes)).collect()
}

fn phone(shape: &Shape) -> (Acquisition, Bugreport) {
    let managed = shape.name.starts_with("work-profile");
    let (apps, traces) = (apps(shape, managed), traces(shape, managed));
    let properties = [
        ("persist.sys.timezone", shape.zone),
        ("ro.build.version.release", shape.android),
        ("ro.build.version.sdk", &shape.sdk.to_string()),
        ("ro.build.version.security_patch", shape.patch),
        ("ro.product.manufacturer", shape.maker),
        ("ro.product.model", shape.name),
    ];
    let processes: Vec<Process> = std::iter::once(process(1, "root", 0, "/system/bin/init"))
        .chain(apps.iter().zip(2000..).filter(|(app, _)| app.app_id >= 10_000).map(|(app, pid)| {
            let user = app.users.first().copied().unwrap_or_default();
            let name = format!("u{user}_a{}", app.app_id - 10_000);
            process(pid, &name, user * 100_000 + app.app_id, &app.package)
        }))
        // Apps name their processes as they like.
        .chain([process(1500, "u0_a120", 10_120, "com.google.process.gapps")])
        // A terminal's shell, and a proxy that lies in its app's package.
        .chain([
            process(1600, "u0_a172", 10_172, "/data/data/com.termux/files/usr/bin/bash"),
            process(
                1601,
                "u0_a153",
                10_153,
                "/data/app/~~Zx==/ch.protonvpn.android-Qw==/lib/arm64/libovpnexec.so",
            ),
        ])
        .collect();
    let report = Bugreport {
        taken: "2026-11-20 10:12:00".into(),
        build: "TEST.000000.001".into(),
        properties: properties.map(|(name, value)| (name.into(), value.into())).into(),
        processes: processes.iter().map(|p| (p.user.clone(), p.pid, p.name.clone())).collect(),
        accessibility: vec![
            (0, "com.google.android.marvin.talkback/.TalkBackService".into()),
            (
                0,
                "com.x8bit.bitwarden/com.x8bit.bitwarden.Accessibility.AccessibilityService".into(),
            ),
        ],
        updates: vec![
            ("2026-11-17".into(), "org.example.tried".into(), 0),
            ("2026-11-18".into(), "com.whatsapp".into(), 252_470_000),
            ("2026-11-18".into(), "com.google.android.gms".into(), 254_412_000),
            ("2026-11-19".into(), "com.google.android.gms".into(), 254_333_000),
        ],
        apps: apps.clone(),
        traces,
        elder: shape.elder,
        // WhatsApp unpacks its own libraries there.
        crashes: vec![(
            "com.whatsapp".into(),
            3120,
            10_151,
            "/data/data/com.whatsapp/files/decompressed/libs.spo/libwhatsapp.so".into(),
        )],
    };
    let talkback = "com.google.android.marvin.talkback/.TalkBackService";
    let acquisition = Acquisition::new()
        .apps(&apps)
        .properties(&properties)
        .settings("system", &[("screen_brightness", "88")])
        .settings(
            "secure",
            &[("accessibility_enabled", "1"), ("enabled_accessibility_services", talkback)],
        )
        .settings("global", &[("adb_enabled", "1"), ("development_settings_enabled", "1")])
        .processes(&processes)
        .listing(&[
            ("/sdcard/Download/ticket.pdf", 90_211, 1_794_000_000),
            // Kept, never installed.
            ("/sdcard/Download/F-Droid.apk", 12_004_321, 1_780_000_000),
        ])
        .root_binaries(&[])
        .mounts(&["/dev/block/dm-4 on / type ext4 (ro,seclabel,nodev,relatime)"])
        .file("bugreport.zip", report.zip());
    (acquisition, report)
}

fn apps(shape: &Shape, managed: bool) -> Vec<App> {
    let system = |package: &str, id: u32| App::new(package, id).system();
    let mut apps = vec![
        system("android", 1000),
        system("com.android.settings", 1000),
        system("com.android.shell", 2000),
        system("com.android.systemui", 10_110),
        system("com.google.android.gms", 10_120)
            .granted(&["ACCESS_FINE_LOCATION", "ACCESS_BACKGROUND_LOCATION"])
            .used("FINE_LOCATION", "bg", "2026-11-20 08:02:11.310", None),
        system("com.android.vending", 10_121),
        system("com.google.android.inputmethod.latin", 10_130).granted(&["RECORD_AUDIO"]).used(
            "RECORD_AUDIO",
            "fgsvc",
            "2026-11-19 19:40:02.004",
            Some("+4s210ms"),
        ),
        system("com.google.android.marvin.talkback", 10_131),
        system("com.google.android.tts", 10_132),
        system("com.android.chrome", 10_133),
        system("com.android.providers.contacts", 10_134),
        system("com.android.providers.media.module", 10_135),
        App::new("com.whatsapp", 10_151)
            .granted(&["CAMERA", "RECORD_AUDIO", "READ_CONTACTS"])
            .used("RECORD_AUDIO", "bg", "2026-11-19 21:03:40.500", Some("+2m11s20ms"))
            .used("CAMERA", "top", "2026-11-19 21:03:40.500", Some("+2m11s20ms")),
        App::new("com.x8bit.bitwarden", 10_152),
        App::new("ch.protonvpn.android", 10_153),
        App::new("com.teslacoilsw.launcher", 10_154),
        App::new("com.google.android.wearable.app", 10_155)
            .granted(&["READ_CONTACTS", "READ_CALL_LOG", "READ_SMS", "READ_PHONE_STATE"])
            .used("READ_SMS", "bg", "2026-11-20 09:00:00.000", None),
        App::new("com.truecaller", 10_156)
            .granted(&["READ_CONTACTS", "READ_CALL_LOG", "READ_SMS", "RECORD_AUDIO"])
            .used("READ_CALL_LOG", "bg", "2026-11-20 07:00:00.000", None),
        App::new("com.google.android.apps.kids.familylinkhelper", 10_157)
            .granted(&["ACCESS_FINE_LOCATION", "ACCESS_BACKGROUND_LOCATION"])
            .used("FINE_LOCATION", "bg", "2026-11-20 09:10:00.000", None),
        App::new("com.strava", 10_158)
            .granted(&["ACCESS_FINE_LOCATION", "ACTIVITY_RECOGNITION"])
            .used("FINE_LOCATION", "fgsvc", "2026-11-18 18:00:00.000", Some("+41m0s0ms")),
        App::new("com.bank.mobile.example", 10_159).granted(&["CAMERA"]),
        App::new("com.urbandroid.sleep", 10_160)
            .granted(&["RECORD_AUDIO", "ACTIVITY_RECOGNITION"])
            .used("RECORD_AUDIO", "bg", "2026-11-20 03:00:00.000", Some("+4h0m0s0ms")),
        App::new("org.fdroid.fdroid", 10_170).installed_by(FDROID),
        App::new("de.danoeh.antennapod", 10_171).installed_by(FDROID),
        App::new("com.termux", 10_172).installed_by(FDROID),
    ];
    for (package, id, installer) in shape.apps {
        let app = App::new(package, *id);
        // Plug-ins of watches start with the phone and show no icon.
        let app = match *package == "com.samsung.android.waterplugin" {
            true => app.holds(&["RECEIVE_BOOT_COMPLETED"]).without_icon(),
            false => app,
        };
        apps.push(match installer {
            Some(installer) => app.installed_by(installer),
            None => app.system(),
        });
    }
    if managed {
        for app in &mut apps {
            if app.system {
                app.users.push(10);
            }
        }
        let portal = App::new("com.microsoft.windowsintune.companyportal", 10_250).users(&[10]);
        apps.push(portal.installed_by(PLAY));
        let mail = App::new("com.microsoft.office.outlook", 10_251).users(&[10]);
        apps.push(mail.installed_by("com.microsoft.windowsintune.companyportal"));
    }
    apps
}

fn traces(shape: &Shape, managed: bool) -> Traces {
    let own = |text: &str| text.to_owned();
    let watch =
        shape.apps.iter().any(|(package, ..)| *package == "com.samsung.android.waterplugin");
    let mut listeners = vec![
        (
            0,
            own(
                "com.google.android.wearable.app/com.google.android.clockwork.stream.NotificationCollectorService",
            ),
        ),
        (0, own("com.teslacoilsw.launcher/com.teslacoilsw.launcher.NotificationListener")),
        (0, own("com.truecaller/com.truecaller.notifications.NotificationHandlerService")),
    ];
    if watch {
        listeners.push((0, own("com.samsung.android.waterplugin/com.samsung.android.waterplugin.NotificationListener")));
    }
    let admin =
        "com.google.android.gms/com.google.android.gms.mdm.receivers.MdmDeviceAdminReceiver";
    let portal = "com.microsoft.windowsintune.companyportal/com.microsoft.omadm.client.PolicyManagerReceiver";
    let mut admins = vec![
        (0, own(admin)),
        (
            0,
            own(
                "com.google.android.apps.kids.familylinkhelper/com.google.android.apps.kids.familylinkhelper.AdminReceiver",
            ),
        ),
    ];
    let mut accounts = vec![(0, own("com.google")), (0, own("com.whatsapp"))];
    if managed {
        admins.push((10, own(portal)));
        accounts.push((10, own("com.microsoft.office.outlook.USER_ACCOUNT")));
    }
    Traces {
        listeners,
        admins,
        profile_owner: managed.then(|| (10, own(portal))),
        vpn: Some(own("ch.protonvpn.android")),
        roles: [
            ("android.app.role.DIALER", "com.truecaller"),
            ("android.app.role.CALL_SCREENING", "com.truecaller"),
            ("android.app.role.SMS", "com.truecaller"),
            ("android.app.role.HOME", "com.teslacoilsw.launcher"),
        ]
        .map(|(role, holder)| (0, own(role), own(holder)))
        .into(),
        exempt: ["com.whatsapp", "com.google.android.wearable.app", "com.urbandroid.sleep"]
            .map(own)
            .into(),
        keyboard: Some(own(
            "com.google.android.inputmethod.latin/com.android.inputmethod.latin.LatinIME",
        )),
        autofill: Some(own("com.x8bit.bitwarden/com.x8bit.bitwarden.Autofill.AutofillService")),
        shown: vec![
            (0, own("com.whatsapp/com.whatsapp.HomeActivity"), own("2026-11-20 09:58:01")),
            (
                0,
                own("com.android.settings/com.android.settings.Settings"),
                own("2026-11-20 10:01:44"),
            ),
        ],
        used: vec![
            (0, own("org.example.tried"), own("2026-11-16 20:00:00")),
            (0, own("com.example.game"), own("2026-02-11 12:00:00")),
            (0, own("com.whatsapp"), own("2026-11-20 09:58:00")),
        ],
        compat: vec![own("com.example.game"), own("com.bank.mobile.example")],
        databases: vec![(2016, own("com.whatsapp"), own("msgstore.db"))],
        recordings: vec![
            (own("com.whatsapp"), 10_151, own("11-19 21:03:40"), own("VOICE_COMMUNICATION")),
            (own("com.urbandroid.sleep"), 10_160, own("11-20 03:00:00"), own("MIC")),
        ],
        cameras: vec![(own("com.whatsapp"), own("11-19 21:03:40"))],
        changes: vec![
            (0, own("secure"), own("2026-11-01 10:00:00"), own("enabled_accessibility_services")),
            (0, own("global"), own("2026-11-20 10:01:44"), own("adb_enabled")),
        ],
        accounts,
        services: vec![(
            0,
            own("com.strava/com.strava.recording.StravaActivityService"),
            own("-1d2h3m4s4ms"),
        )],
        traffic: vec![
            (10_120, false, 911_000_000, 74_000_000),
            (10_151, true, 402_000_000, 90_000_000),
            (10_151, false, 120_000_000, 230_000_000),
            (10_171, false, 800_000_000, 60_000_000),
        ],
        secondary: vec![
            (
                own("com.google.android.gms"),
                own("/data/user_de/0/com.google.android.gms/app_chimera/m/0000000a/dl-Module.apk"),
                vec![own("com.whatsapp"), own("com.bank.mobile.example")],
            ),
            (
                own("com.bank.mobile.example"),
                own("/data/user/0/com.bank.mobile.example/code_cache/secondary/1.jar"),
                vec![],
            ),
        ],
    }
}

fn process(pid: u32, user: &str, uid: u32, name: &str) -> Process {
    let path = if name.starts_with('/') { name } else { "/system/bin/app_process64" };
    Process { pid, user: user.into(), uid, name: name.into(), path: path.into() }
}
