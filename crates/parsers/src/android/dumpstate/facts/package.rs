//! The service `package` as facts.

use super::{Out, device_time, unix_millis, user_of};
use dumpsys::{ComponentKind, InstallSession, Package, PackageEvent, UserState};
use model::fact::{
    AppInstalled, AppSigned, CodeCompiled, ComponentDeclared, InstallEvent, LinkSeen,
    PermissionGranted, PermissionRequested, PrivilegeHeld,
};
use model::{Time, normal};

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
        PackageEvent::Component { package, kind, class, action, data, categories } => {
            let component = match kind {
                ComponentKind::Activity => "activity",
                ComponentKind::Receiver => "receiver",
                ComponentKind::Service => "service",
                ComponentKind::Provider => "provider",
            };
            let fact = ComponentDeclared {
                package: package.into(),
                component: component.into(),
                name: class.into(),
                actions: action.into_iter().map(str::to_owned).collect(),
                categories: categories.to_vec(),
                data: data.into_iter().map(str::to_owned).collect(),
                ..ComponentDeclared::default()
            };
            out.fact(fact, None);
        }
        PackageEvent::Compiled { package, path, isa, filter, reason, used_by } => {
            let others = used_by.split(',').map(str::trim);
            let others = others.map(|one| one.split(' ').next().unwrap_or(one));
            let others = others.filter(|other| !other.is_empty() && *other != package);
            let fact = CodeCompiled {
                package: package.into(),
                path: path.map(str::to_owned),
                isa: isa.map(str::to_owned),
                filter: filter.map(str::to_owned),
                reason: reason.map(str::to_owned),
                status: None,
                used_by: others.map(str::to_owned).collect(),
            };
            if fact.filter.is_some() || !fact.used_by.is_empty() {
                out.fact(fact, None);
            }
        }
        PackageEvent::Link { package, host, state, user } => link(package, host, state, user, out),
        PackageEvent::AsksAbout { package, names } => {
            held(package, None, "app_visibility", names, out);
        }
        PackageEvent::Verifier { package, uid, links } => {
            let privilege = if links { "domain_verifier" } else { "package_verifier" };
            held(package, uid, privilege, "", out);
        }
        PackageEvent::Session(session) => self::session(session, out),
    }
}

/// A host that stands in a package's list: nothing shows that it was contacted.
fn link(package: &str, host: &str, state: &str, user: Option<u32>, out: &mut Out<'_, '_>) {
    let plain = host.strip_prefix("*.").unwrap_or(host);
    let Some(atom) = normal::host(plain) else { return };
    let user = user.map(|user| format!(" (user {user})")).unwrap_or_default();
    let fact = LinkSeen {
        host: atom.value.into_owned(),
        place: format!("link that the app opens, {state}{user}"),
        package: Some(package.into()),
        ..LinkSeen::default()
    };
    out.fact(fact, None);
}

fn held(package: &str, uid: Option<u32>, privilege: &str, state: &str, out: &mut Out<'_, '_>) {
    let fact = PrivilegeHeld {
        package: package.into(),
        uid,
        user: uid.map(user_of),
        privilege: privilege.into(),
        state: Some(state.to_owned()).filter(|state| !state.is_empty()),
        ..PrivilegeHeld::default()
    };
    out.fact(fact, None);
}

fn session(session: &InstallSession, out: &mut Out<'_, '_>) {
    let failed = session.failed == Some(true);
    if let Some(origin) = &session.origin {
        out.links("originatingUri", origin, || format!("install session {}", session.id));
    }
    let fact = InstallEvent {
        package: session.package.clone().unwrap_or_default(),
        user: session.user,
        action: if failed { "failed" } else { "session" }.into(),
        installer: session.installer.clone(),
        initiating: session.initiating.clone(),
        origin: session.origin.clone(),
        ..InstallEvent::default()
    };
    let time = session.created.map(|millis| unix_millis(millis, "createdMillis"));
    out.fact(fact, time);
}

/// `PackageInstaller.PACKAGE_SOURCE_*` as the fact names them.
fn source(number: u32) -> Option<String> {
    let names = ["unspecified", "other", "store", "local_file", "downloaded_file"];
    names.get(usize::try_from(number).ok()?).map(|name| (*name).to_owned())
}

/// `PackageManager.INSTALL_REASON_*` as the fact names them.
fn reason(number: u32) -> Option<String> {
    let names = ["unknown", "policy", "device_restore", "device_setup", "user", "rollback"];
    names.get(usize::try_from(number).ok()?).map(|name| (*name).to_owned())
}

fn installed(package: &Package, user: Option<&UserState>) -> (AppInstalled, Option<Time>) {
    let first_install = user.and_then(|user| user.first_install.clone());
    let first_install = first_install.or_else(|| package.first_install.clone());
    let at = |value: &Option<String>, name| value.as_ref().map(|value| device_time(value, name));
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
        update_owner: package.update_owner.clone(),
        package_source: package.source.and_then(source),
        hidden: user.and_then(|user| user.hidden),
        shared_user: package.shared_user.clone(),
        install_reason: user.and_then(|user| user.install_reason).and_then(reason),
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
