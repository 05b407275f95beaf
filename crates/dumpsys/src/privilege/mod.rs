//! What an app may do beyond its permissions, as the services that hand it out state it.
//!
//! One file a service. Each reader takes the lines of its service, tells each [`Privilege`] that
//! they state, and counts what it should have understood and did not.

mod account;
mod companion;
mod device_policy;
mod deviceidle;
mod input;
mod notification;
mod projection;
mod role;
mod telecom;
mod trust;
mod vpn;

pub use account::{AccountEvent, AccountReader};
pub use companion::CompanionReader;
pub use device_policy::DevicePolicyReader;
pub use deviceidle::DeviceIdleReader;
pub use input::{AutofillReader, InputMethodReader, VoiceInteractionReader};
pub use notification::{NotificationEvent, NotificationReader};
pub use projection::ProjectionReader;
pub use role::RoleReader;
pub use telecom::TelecomReader;
pub use trust::TrustReader;
pub use vpn::{ConnectivityReader, VpnReader};

use crate::{Component, Place};

/// A privilege that an app holds, or could use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Privilege<'a> {
    /// Which: `device_admin`, `device_admin_policy`, `device_owner`, `profile_owner`,
    /// `device_policy_delegate`, `notification_listener`, `notification_assistant`,
    /// `condition_provider`, `role`, `vpn`, `always_on_vpn`, `phone_account`,
    /// `battery_exemption`, `trust_agent`, `autofill`, `input_method`, `voice_interaction`,
    /// `companion_device`, `media_projection`.
    pub kind: &'static str,
    /// Package name; empty where only the uid is stated.
    pub package: &'a str,
    /// Component, full; of a `role` its name, of a `device_policy_delegate` the scope.
    pub component: Option<&'a str>,
    /// Android user, where stated.
    pub user: Option<u32>,
    /// Linux uid, where stated.
    pub uid: Option<u32>,
    /// How far it goes (`allowed`, `enabled`, `live`, `held`, `active` …; each reader says).
    pub state: &'a str,
}

/// Takes what is read.
type Tell<'t> = dyn FnMut(&Privilege<'_>, Place) + 't;

/// Tells a privilege of a component.
fn tell_component(
    component: &Component<'_>,
    privilege: Privilege<'_>,
    place: Place,
    tell: &mut Tell<'_>,
) {
    let full = component.to_string();
    let package = component.package;
    tell(&Privilege { package, component: Some(&full), ..privilege }, place);
}
