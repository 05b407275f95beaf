//! Artifacts of Android phones.

mod acquisition;
mod apk;
mod dumpstate;
mod entry;
mod files;
mod getprop;
mod intrusion_events;
pub(crate) mod intrusion_log;
pub(crate) mod lines;
pub mod links;
mod message_backup;
mod messages;
mod mounts;
mod packages;
mod processes;
mod ps;
pub(crate) mod records;
mod root_binaries;
mod settings;
mod shorteners;

pub use acquisition::Acquisition;
pub use apk::Apk;
pub use dumpstate::Dumpstate;
pub use files::Files;
pub use getprop::Getprop;
pub use intrusion_log::IntrusionLog;
pub use message_backup::MessageBackup;
pub use mounts::Mounts;
pub use packages::Packages;
pub use processes::Processes;
pub use root_binaries::RootBinaries;
pub use settings::Settings;
