//! Every block that this version reads: one line each, services and then sections, by name.

use super::block::{Dump, Expected, Open, Row, with};
use super::facts;
use dumpsys::{
    AccessibilityReader, ActivityReader, AdbReader, AlarmReader, AppopsReader, BatteryCheckin,
    BatteryReader, BlockKind, CompatReader, DbinfoReader, JobReader, NetpolicyReader,
    NetstatsReader, PackageReader, PropertyReader, SettingsReader, UsageReader,
};

use Expected::{InDumpstate, Nowhere, Since};

/// The services of dumpsys.
pub(super) static SERVICES: &[Row] = &[
    service(&["accessibility"], Since(5), false, "services and their state", |_| {
        with::<AccessibilityReader>(AccessibilityReader::default(), facts::accessibility::fact)
    }),
    service(
        &["activity"],
        Nowhere,
        false,
        "services, providers, recent tasks, processes, starts and ends",
        |_| with::<ActivityReader>(ActivityReader::default(), facts::activity::fact),
    ),
    service(&["adb"], Nowhere, false, "keys that may debug the phone", |_| {
        with::<AdbReader>(AdbReader::default(), facts::adb::fact)
    }),
    service(&["alarm"], Nowhere, false, "alarms set, alarms that went off", |_| {
        with::<AlarmReader>(AlarmReader::default(), facts::alarm::fact)
    }),
    service(&["appops"], Since(5), true, "modes that are no default, uses", |_| {
        with::<AppopsReader>(AppopsReader::default(), facts::appops::fact)
    }),
    service(
        &["batterystats"],
        Since(5),
        false,
        "history, daily changes of packages, use by uid",
        |_| with::<BatteryReader>(BatteryReader::default(), facts::batterystats::fact),
    ),
    service(&["dbinfo"], Nowhere, false, "databases in use", |_| {
        with::<DbinfoReader>(DbinfoReader::default(), facts::dbinfo::fact)
    }),
    service(&["jobscheduler"], Nowhere, false, "planned jobs, history", |_| {
        with::<JobReader>(JobReader::default(), facts::jobscheduler::fact)
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
    service(&["package"], Since(5), true, "packages, users, permissions, signatures", |_| {
        with::<PackageReader>(PackageReader::default(), facts::package::fact)
    }),
    service(&["platform_compat"], Nowhere, false, "overrides of packages", |_| {
        with::<CompatReader>(CompatReader::default(), facts::platform_compat::fact)
    }),
    service(&["settings"], Nowhere, false, "all settings, who wrote them, history", |_| {
        with::<SettingsReader>(SettingsReader::default(), facts::settings::fact)
    }),
    service(&["usagestats"], Nowhere, false, "use by interval, events, standby buckets", |_| {
        with::<UsageReader>(UsageReader::default(), facts::usagestats::fact)
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
