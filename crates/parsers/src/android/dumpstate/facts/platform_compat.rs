//! The service `platform_compat` as facts.

use super::Out;
use dumpsys::CompatOverride;
use model::fact::AppTraced;

pub(in super::super) fn fact(one: &CompatOverride<'_>, out: &mut Out<'_, '_>) {
    let CompatOverride { package, change, name, value, raw } = *one;
    let of = if raw { "rawOverrides" } else { "packageOverrides" };
    let fact = AppTraced {
        package: package.into(),
        store: "platform_compat".into(),
        what: Some(format!("{of} of {}: {value}", name.unwrap_or(change))),
        ..AppTraced::default()
    };
    out.fact(fact, None);
}
