//! The service `accessibility` as facts.

use super::Out;
use dumpsys::ServiceState;
use model::fact::AccessibilityService;

pub(in super::super) fn fact(state: &ServiceState<'_>, out: &mut Out<'_, '_>) {
    let fact = AccessibilityService {
        package: state.package.into(),
        user: state.user,
        component: format!("{}/{}", state.package, state.class),
        state: state.state.into(),
    };
    out.fact(fact, None);
}
