//! The service `netpolicy` as facts.

use super::{Out, user_of};
use dumpsys::UidPolicy;
use model::fact::PrivilegeHeld;

/// `NetworkPolicyManager.POLICY_ALLOW_METERED_BACKGROUND`.
const ALLOWED: u32 = 4;

pub(in super::super) fn fact(policy: &UidPolicy<'_>, out: &mut Out<'_, '_>) {
    if policy.policy & ALLOWED == 0 {
        return;
    }
    let fact = PrivilegeHeld {
        uid: Some(policy.uid),
        user: Some(user_of(policy.uid)),
        privilege: "data_saver_exemption".into(),
        state: Some(policy.names.into()),
        ..PrivilegeHeld::default()
    };
    out.fact(fact, None);
}
