//! Every parser, one line each. The first that claims an artifact reads it.

use crate::android;
use evidence::Parser;

/// The parsers of this version.
pub static PARSERS: &[&dyn Parser] = &[
    &android::Packages,
    &android::Processes,
    &android::Getprop,
    &android::Settings,
    &android::Files,
    &android::RootBinaries,
    &android::MagiskModules,
    &android::Mounts,
    &android::Acquisition,
    &android::Hashes,
    &android::HostKey,
    &android::CommandLog,
    &android::IntrusionLog,
    &android::Selinux,
    &android::Environment,
    &android::ServiceList,
    &android::Tombstone,
    &android::AnrTraces,
    &android::Logcat,
    &android::MessageBackup,
    &android::Databases,
    &android::Journal,
    &android::SmsExport,
    &android::Apk,
    &android::Dumpstate,
    &android::Mountinfo,
    &android::ReportVersion,
];
