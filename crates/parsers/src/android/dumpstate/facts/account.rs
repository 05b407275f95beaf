//! The service `account` as facts.

use super::{Out, device_time};
use dumpsys::AccountEvent;
use model::fact::{AccountPresent, AppTraced, PrivilegeHeld};

pub(in super::super) fn fact(event: &AccountEvent<'_>, out: &mut Out<'_, '_>) {
    match *event {
        AccountEvent::Present { kind, package, user } => {
            let (account_type, package) = (kind.into(), package.into());
            out.fact(AccountPresent { account_type, name: None, package, user }, None);
        }
        AccountEvent::Changed { action, at, uid, user } => {
            let fact = AppTraced {
                uid,
                user: uid.map(|uid| uid / 100_000).or(user),
                store: "account".into(),
                what: Some(action.into()),
                last: Some(at.into()),
                ..AppTraced::default()
            };
            out.fact(fact, Some(device_time(at, "Accounts History")));
        }
        AccountEvent::Authenticator { kind, package, component, uid, user } => {
            let fact = PrivilegeHeld {
                package: package.into(),
                uid,
                user: user.or(uid.map(|uid| uid / 100_000)),
                privilege: "account_authenticator".into(),
                component: Some(component.into()),
                state: Some(kind.into()),
                since: None,
            };
            out.fact(fact, None);
        }
    }
}
