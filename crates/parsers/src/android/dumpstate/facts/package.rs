//! The service `package` as facts.

use super::Out;
use dumpsys::{Package, PackageEvent, UserState};
use model::fact::{AppInstalled, AppSigned, PermissionGranted, PermissionRequested};
use model::{Precision, Time, normal};

pub(in super::super) fn fact(event: &PackageEvent<'_>, out: &mut Out<'_, '_>) {
    match *event {
        PackageEvent::Known { package, user } => {
            let (fact, time) = installed(package, user);
            out.fact(fact, time);
        }
        PackageEvent::Requested { package, permission } => {
            let (package, permission) = (package.into(), permission.into());
            out.fact(PermissionRequested { package, permission, max_sdk: None }, None);
        }
        PackageEvent::Granted { package, app_id, user, permission, granted, runtime, flags } => {
            let fact = PermissionGranted {
                package: package.into(),
                uid: uid(user, app_id),
                user,
                permission: permission.into(),
                granted,
                runtime,
                flags: words(flags),
            };
            out.fact(fact, None);
        }
        PackageEvent::Signed { package, sha256 } => {
            let Some(sha256) = normal::hex(sha256, 64) else { return };
            let cert_sha256 = Some(sha256.into_owned());
            let fact = AppSigned { package: package.into(), cert_sha256, ..AppSigned::default() };
            out.fact(fact, None);
        }
    }
}

fn installed(package: &Package, user: Option<&UserState>) -> (AppInstalled, Option<Time>) {
    let first_install = user.and_then(|user| user.first_install.clone());
    let first_install = first_install.or_else(|| package.first_install.clone());
    let at = |value: &Option<String>, name| {
        value.as_ref().map(|value| Time::device(value, Precision::Second, name))
    };
    let time = at(&first_install, "firstInstallTime")
        .or_else(|| at(&package.last_update, "lastUpdateTime"));
    let fact = AppInstalled {
        package: package.name.clone(),
        uid: uid(user.map(|user| user.user), package.app_id),
        user: user.map(|user| user.user),
        installed: user.and_then(|user| user.installed),
        system: package.system,
        enabled: user.and_then(UserState::enabled),
        version_name: package.version_name.clone(),
        version_code: package.version_code,
        target_sdk: package.target_sdk,
        installer_known: package.installer.is_some(),
        installer: package.installer.clone().flatten(),
        initiating: package.initiating.clone(),
        originating: package.originating.clone(),
        code_path: package.code_path.clone(),
        first_install,
        last_update: package.last_update.clone(),
        ..AppInstalled::default()
    };
    (fact, time)
}

/// The uid in a user; not known without the user.
fn uid(user: Option<u32>, app_id: Option<u32>) -> Option<u32> {
    user?.checked_mul(100_000)?.checked_add(app_id?)
}

fn words(flags: &str) -> Vec<String> {
    let apart = |c: char| c == '|' || c.is_whitespace();
    flags.split(apart).filter(|flag| !flag.is_empty()).map(str::to_owned).collect()
}
