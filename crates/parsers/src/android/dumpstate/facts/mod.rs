//! What the readers of `dumpsys` give, as facts: one file a block.

pub(super) mod accessibility;
pub(super) mod account;
pub(super) mod activity;
pub(super) mod adb;
pub(super) mod alarm;
pub(super) mod appops;
pub(super) mod batterystats;
pub(super) mod dbinfo;
pub(super) mod dropbox;
pub(super) mod jobscheduler;
pub(super) mod kernel;
pub(super) mod log;
pub(super) mod netpolicy;
pub(super) mod netstats;
pub(super) mod notification;
pub(super) mod package;
pub(super) mod platform_compat;
pub(super) mod privilege;
pub(super) mod processes;
pub(super) mod properties;
pub(super) mod sensor;
pub(super) mod sensor_privacy;
pub(super) mod settings;
pub(super) mod trace;
pub(super) mod usagestats;

use super::block::{Out, device_time, time_of, unix_millis, user_of};
