//! Android's dumpstate and dumpsys text, read once from a stream in flat memory.
//!
//! [`read`] walks over the text and tells a [`Visitor`] about each [`Block`] (a section of
//! dumpstate, a service of dumpsys); the visitor says whether it wants the block's lines.
//! Each [`Reader`] (one file a service) takes such lines and gives what they state.
//!
//! ```
//! use dumpsys::{Block, BlockKind, Closed, Line, Visitor};
//! #[derive(Default)]
//! struct Count(usize);
//! impl Visitor for Count {
//!     fn open(&mut self, block: &Block<'_>) -> bool {
//!         block.kind == BlockKind::Service && block.name == "appops"
//!     }
//!     fn line(&mut self, _: &Line<'_>) { self.0 += 1; }
//!     fn close(&mut self, _: &Closed) {}
//! }
//! let mut count = Count::default();
//! let text = b"DUMP OF SERVICE appops:\nCurrent AppOps Service state:\n";
//! dumpsys::read(&text[..], &mut count);
//! assert_eq!(count.0, 1);
//! ```
//!
//! Sources of the formats: AOSP `frameworks/native/cmds/{dumpstate,dumpsys}` and the `dump`
//! methods named in each reader; the versions compared are listed in `fixtures/NOTES.md`.
//!
//! Invariant: reading never fails and never panics; what is not understood is counted with
//! its first place ([`Unread`]).

mod accessibility;
mod activity;
mod adb;
mod alarm;
mod appops;
mod batterystats;
mod block;
mod component;
mod dbinfo;
mod dropbox;
mod encoding;
mod field;
mod jobscheduler;
mod kernel;
mod line;
mod log;
mod netpolicy;
mod netstats;
mod package;
mod platform_compat;
mod privilege;
mod properties;
mod reader;
mod scan;
mod sensor;
mod settings;
mod storage;
mod trace;
mod usagestats;

pub use accessibility::{AccessibilityReader, ServiceState};
pub use activity::{ActivityKind, ActivityReader, ActivityRecord};
pub use adb::{AdbKey, AdbReader};
pub use alarm::{AlarmEvent, AlarmReader};
pub use appops::{AppopsEvent, AppopsReader, OpUse, Outcome};
pub use batterystats::{
    BatteryCheckin, BatteryEvent, BatteryReader, Happened, Moment, PackageChange, Repeated,
    UidBytes, UidUse, UseKind,
};
pub use block::{Block, BlockKind, Closed, Ending, Priority};
pub use component::Component;
pub use dbinfo::{Database, DbinfoReader};
pub use dropbox::{DropboxEntry, DropboxReader};
pub use encoding::TextEncoding;
pub use field::ascii_digits;
pub use jobscheduler::{JobEvent, JobReader};
pub use kernel::{KernelEvent, KernelReader};
pub use line::{Line, Place, Unread};
pub use log::{LogEvent, LogReader, LogWhat};
pub use netpolicy::{NetpolicyReader, UidPolicy};
pub use netstats::{NetstatsReader, Traffic};
pub use package::{ComponentKind, InstallSession, Package, PackageEvent, PackageReader, UserState};
pub use platform_compat::{CompatOverride, CompatReader};
pub use privilege::{
    AccountEvent, AccountReader, AutofillReader, CompanionReader, ConnectivityReader,
    DeviceIdleReader, DevicePolicyReader, InputMethodReader, NotificationEvent, NotificationReader,
    Privilege, ProjectionReader, RoleReader, TelecomReader, TrustReader, VoiceInteractionReader,
    VpnReader,
};
pub use properties::{Property, PropertyReader};
pub use reader::{Reader, Tell};
pub use scan::{MAX_LINE, Summary, Visitor, read};
pub use sensor::{
    AudioPolicyReader, AudioReader, CameraReader, LocationReader, SensorPrivacyReader,
    SensorSwitch, SensorUse, WindowReader,
};
pub use settings::{SettingsEvent, SettingsReader};
pub use storage::{StorageReader, Volume};
pub use trace::{
    ContentReader, MeminfoReader, OverlayReader, Process, ProcstatsReader, SensorServiceReader,
    Trace, User, UserReader, WifiReader, WifiScannerReader,
};
pub use usagestats::{UsageEvent, UsageReader};
