//! Privileges as facts: of all services that state any.

use super::Out;
use dumpsys::Privilege;
use model::fact::PrivilegeHeld;

pub(in super::super) fn fact(held: &Privilege<'_>, out: &mut Out<'_, '_>) {
    // A role's name belongs to what is held, and no component holds it.
    let (privilege, component) = match (held.kind, held.component) {
        ("role", Some(name)) => (format!("role:{name}"), None),
        (kind, component) => (kind.to_owned(), component),
    };
    let fact = PrivilegeHeld {
        package: held.package.into(),
        uid: held.uid,
        user: held.user.or(held.uid.map(|uid| uid / 100_000)),
        privilege,
        component: component.map(str::to_owned),
        state: Some(held.state.to_owned()),
        since: None,
    };
    out.fact(fact, None);
}
