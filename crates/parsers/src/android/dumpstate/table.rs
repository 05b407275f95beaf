//! Every block that this version reads: one line each, services and then sections, by name.

use super::block::{Dump, Expected, Open, Row, with};
use super::facts;
use dumpsys::{
    AccessibilityReader, AccountReader, ActivityReader, AdbReader, AlarmReader, AppopsReader,
    AudioPolicyReader, AudioReader, AutofillReader, BatteryCheckin, BatteryReader, BlockKind,
    CameraReader, CompanionReader, CompatReader, ConnectivityReader, ContentReader, DbinfoReader,
    DeviceIdleReader, DevicePolicyReader, DropboxReader, InputMethodReader, JobReader,
    KernelReader, LocationReader, MeminfoReader, NetpolicyReader, NetstatsReader,
    NotificationReader, OverlayReader, PackageReader, ProcstatsReader, ProjectionReader,
    PropertyReader, RoleReader, SensorPrivacyReader, SensorServiceReader, SettingsReader,
    StorageReader, TelecomReader, TrustReader, UsageReader, UserReader, VoiceInteractionReader,
    VpnReader, WifiReader, WifiScannerReader, WindowReader,
};

use Expected::{InDumpstate, Nowhere, Since};
use facts::processes::ProcessReader;

/// The services of dumpsys.
pub(super) static SERVICES: &[Row] = &[
    service(&["accessibility"], Since(5), false, "services and their state", |_| {
        with::<AccessibilityReader>(AccessibilityReader::default(), facts::accessibility::fact)
    }),
    service(
        &["account"],
        Nowhere,
        false,
        "types of accounts, changes, authenticators; no names",
        |_| with::<AccountReader>(AccountReader::default(), facts::account::fact),
    ),
    service(
        &["activity"],
        Nowhere,
        false,
        "services, providers, recent tasks, processes, starts and ends, broadcasts sent and received, grants of content, pending intents",
        |_| with::<ActivityReader>(ActivityReader::default(), facts::activity::fact),
    ),
    service(&["adb"], Nowhere, false, "keys that may debug the phone", |_| {
        with::<AdbReader>(AdbReader::default(), facts::adb::fact)
    }),
    service(&["alarm"], Nowhere, false, "alarms set, alarms that went off", |_| {
        with::<AlarmReader>(AlarmReader::default(), facts::alarm::fact)
    }),
    service(
        &["appops"],
        Since(5),
        true,
        "modes that are no default, uses, single accesses, sums over periods",
        |_| with::<AppopsReader>(AppopsReader::default(), facts::appops::fact),
    ),
    service(&["audio"], Nowhere, false, "recordings now and since the start", |_| {
        with::<AudioReader>(AudioReader::default(), facts::sensor::fact)
    }),
    service(&["autofill"], Nowhere, false, "service selected", |_| {
        with::<AutofillReader>(AutofillReader::default(), facts::privilege::fact)
    }),
    service(
        &["batterystats"],
        Since(5),
        false,
        "history, daily changes of packages, use by uid",
        |_| with::<BatteryReader>(BatteryReader::default(), facts::batterystats::fact),
    ),
    service(&["companiondevice"], Nowhere, false, "apps of paired devices", |_| {
        with::<CompanionReader>(CompanionReader::default(), facts::privilege::fact)
    }),
    service(&["connectivity"], Nowhere, false, "owners of VPN networks", |_| {
        with::<ConnectivityReader>(ConnectivityReader, facts::privilege::fact)
    }),
    service(&["content"], Nowhere, false, "sync adapters, planned syncs; no names", |_| {
        with::<ContentReader>(ContentReader::default(), facts::trace::content)
    }),
    service(&["dbinfo"], Nowhere, false, "databases in use", |_| {
        with::<DbinfoReader>(DbinfoReader::default(), facts::dbinfo::fact)
    }),
    service(
        &["device_policy"],
        Nowhere,
        false,
        "owners, admins, their policies, delegates",
        |_| with::<DevicePolicyReader>(DevicePolicyReader::default(), facts::privilege::fact),
    ),
    service(&["deviceidle"], Nowhere, false, "battery exemptions", |_| {
        with::<DeviceIdleReader>(DeviceIdleReader::default(), facts::privilege::fact)
    }),
    service(&["dropbox"], Nowhere, false, "crashes, hangs and starts, kept over restarts", |_| {
        with::<DropboxReader>(DropboxReader::default(), facts::dropbox::fact)
    }),
    service(&["input_method"], Nowhere, false, "input methods", |_| {
        with::<InputMethodReader>(InputMethodReader::default(), facts::privilege::fact)
    }),
    service(&["jobscheduler"], Nowhere, false, "planned jobs, history", |_| {
        with::<JobReader>(JobReader::default(), facts::jobscheduler::fact)
    }),
    service(&["location"], Nowhere, false, "requests by app since the start", |_| {
        with::<LocationReader>(LocationReader::default(), facts::sensor::fact)
    }),
    service(&["media.audio_policy"], Nowhere, false, "uids that record", |_| {
        with::<AudioPolicyReader>(AudioPolicyReader::default(), facts::sensor::fact)
    }),
    service(&["media.camera"], Nowhere, false, "clients now and since the start", |_| {
        with::<CameraReader>(CameraReader::default(), facts::sensor::fact)
    }),
    service(&["media_projection"], Nowhere, false, "app that sees the screen", |_| {
        with::<ProjectionReader>(ProjectionReader::default(), facts::privilege::fact)
    }),
    service(&["meminfo"], Nowhere, false, "names of processes", |_| {
        with::<MeminfoReader>(MeminfoReader::default(), facts::trace::meminfo)
    }),
    service(&["mount"], Nowhere, false, "volumes of cards and drives; no labels", |_| {
        with::<StorageReader>(StorageReader::default(), facts::trace::volume)
    }),
    service(&["netpolicy"], Nowhere, false, "apps exempt from Data Saver", |_| {
        with::<NetpolicyReader>(NetpolicyReader::default(), facts::netpolicy::fact)
    }),
    service(
        &["netstats"],
        Nowhere,
        false,
        "bytes of each uid by network and set, in the kernel and stored",
        |_| with::<NetstatsReader>(NetstatsReader::default(), facts::netstats::fact),
    ),
    service(
        &["notification"],
        Nowhere,
        false,
        "listeners, assistants, do not disturb; apps with settings or notifications, no texts",
        |_| with::<NotificationReader>(NotificationReader::default(), facts::notification::fact),
    ),
    service(&["overlay"], Nowhere, false, "themes switched on", |_| {
        with::<OverlayReader>(OverlayReader::default(), facts::trace::overlay)
    }),
    service(
        &["package"],
        Since(5),
        true,
        "packages, users, permissions, signatures, parts and their intents, hosts of links, apps asked about, verifiers, install sessions, compiled code",
        |_| with::<PackageReader>(PackageReader::default(), facts::package::fact),
    ),
    service(&["platform_compat"], Nowhere, false, "overrides of packages", |_| {
        with::<CompatReader>(CompatReader::default(), facts::platform_compat::fact)
    }),
    service(&["procstats"], Nowhere, false, "processes and versions of the last hours", |_| {
        with::<ProcstatsReader>(ProcstatsReader::default(), facts::trace::procstats)
    }),
    service(&["role"], Nowhere, false, "holders", |_| {
        with::<RoleReader>(RoleReader::default(), facts::privilege::fact)
    }),
    service(&["sensor_privacy"], Nowhere, false, "microphone and camera switched off", |_| {
        with::<SensorPrivacyReader>(SensorPrivacyReader::default(), facts::sensor_privacy::fact)
    }),
    service(&["sensorservice"], Nowhere, false, "apps that listened", |_| {
        with::<SensorServiceReader>(SensorServiceReader::default(), facts::trace::sensorservice)
    }),
    service(&["settings"], Nowhere, false, "all settings, who wrote them, history", |_| {
        with::<SettingsReader>(SettingsReader::default(), facts::settings::fact)
    }),
    service(
        &["telecom"],
        Nowhere,
        false,
        "phone accounts, screening, redirection; no calls",
        |_| with::<TelecomReader>(TelecomReader::default(), facts::privilege::fact),
    ),
    service(&["trust"], Nowhere, false, "agents", |_| {
        with::<TrustReader>(TrustReader::default(), facts::privilege::fact)
    }),
    service(&["usagestats"], Nowhere, false, "use by interval, events, standby buckets", |_| {
        with::<UsageReader>(UsageReader::default(), facts::usagestats::fact)
    }),
    service(&["usb"], Nowhere, false, "keys that may debug the phone (up to Android 9)", |_| {
        with::<AdbReader>(AdbReader::default(), facts::adb::fact)
    }),
    service(&["user"], Nowhere, false, "users and profiles", |_| {
        with::<UserReader>(UserReader::default(), facts::trace::user)
    }),
    service(&["voiceinteraction"], Nowhere, false, "service selected", |_| {
        with::<VoiceInteractionReader>(VoiceInteractionReader::default(), facts::privilege::fact)
    }),
    service(&["vpn_management"], Nowhere, false, "apps", |_| {
        with::<VpnReader>(VpnReader::default(), facts::privilege::fact)
    }),
    service(&["wifi"], Nowhere, false, "apps that suggest networks or switch; no names", |_| {
        with::<WifiReader>(WifiReader::default(), facts::trace::wifi)
    }),
    service(&["wifiscanner"], Nowhere, false, "apps that looked for networks", |_| {
        with::<WifiScannerReader>(WifiScannerReader::default(), facts::trace::wifi)
    }),
    service(&["window"], Nowhere, false, "windows over other apps", |_| {
        with::<WindowReader>(WindowReader::default(), facts::sensor::fact)
    }),
];

/// The sections of dumpstate that are no service.
pub(super) static SECTIONS: &[Row] = &[
    section(&["CHECKIN BATTERYSTATS"], Nowhere, false, "bytes of each uid", |_| {
        with::<BatteryCheckin>(BatteryCheckin::default(), facts::batterystats::checkin)
    }),
    section(&["CHECKIN NETSTATS"], Nowhere, false, "as the service", |_| {
        with::<NetstatsReader>(NetstatsReader::default(), facts::netstats::fact)
    }),
    section(&["CHECKIN USAGESTATS"], Nowhere, false, "as the service", |_| {
        with::<UsageReader>(UsageReader::default(), facts::usagestats::fact)
    }),
    section(&["DROPBOX *"], Nowhere, false, "as the service, with texts", |_| {
        with::<DropboxReader>(DropboxReader::default(), facts::dropbox::fact)
    }),
    section(&["KERNEL LOG", "LAST KMSG"], Nowhere, false, "SELinux denials, kills", |_| {
        with::<KernelReader>(KernelReader, facts::kernel::fact)
    }),
    section(&["PROCESSES AND THREADS", "PROCESSES"], Nowhere, false, "processes", |_| {
        with::<ProcessReader>(ProcessReader::default(), facts::processes::fact)
    }),
    log(&["EVENT LOG"]),
    log(&["LAST LOGCAT"]),
    log(&["RADIO LOG"]),
    log(&["SYSTEM LOG"]),
    section(&["SYSTEM PROPERTIES"], InDumpstate, true, "all", |_| {
        with::<PropertyReader>(PropertyReader::default(), facts::properties::fact)
    }),
];

/// The row of a block, if it is read.
pub(super) fn row(kind: BlockKind, name: &str) -> Option<&'static Row> {
    let table = match kind {
        BlockKind::Service => SERVICES,
        BlockKind::Section => SECTIONS,
    };
    table.iter().find(|row| row.is(kind, name))
}

const fn service(
    names: &'static [&'static str],
    expected: Expected,
    never_empty: bool,
    takes: &'static str,
    open: Opener,
) -> Row {
    Row { kind: BlockKind::Service, names, expected, never_empty, takes, open }
}

const fn section(
    names: &'static [&'static str],
    expected: Expected,
    never_empty: bool,
    takes: &'static str,
    open: Opener,
) -> Row {
    Row { kind: BlockKind::Section, names, expected, never_empty, takes, open }
}

/// A section that logcat printed.
const fn log(names: &'static [&'static str]) -> Row {
    section(names, Nowhere, false, "events, crashes, sensors, links", |_| facts::log::open())
}

type Opener = fn(&Dump) -> Box<dyn Open>;

/// What is read, in words, for `tamarisk formats`.
pub(super) fn takes() -> String {
    let list = |rows: &[Row]| {
        let each = rows.iter().map(|row| format!("{} ({})", row.names.join(", "), row.takes));
        each.collect::<Vec<_>>().join(", ")
    };
    let (services, sections) = (list(SERVICES), list(SECTIONS));
    format!("services {services}; sections {sections}; all others are listed")
}
