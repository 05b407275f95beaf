//! The service `dbinfo` as facts: each database once, with the first and last of the operations
//! that are listed.

use super::Out;
use dumpsys::Database;
use model::Time;
use model::fact::AppTraced;

pub(in super::super) fn fact(database: &Database, out: &mut Out<'_, '_>) {
    // A database outside of apps' directories is told for the process that has it open.
    let process = database.process.split(':').next().unwrap_or_default();
    let (package, user) = match database.package() {
        Some((package, user)) => (package, Some(user)),
        None => (process, None),
    };
    let name = "Most recently executed operations";
    let dated = |at: &Option<String>| at.as_deref().map(|at| out.dump.dated(at, name));
    let (first, time) = (dated(&database.first), dated(&database.last));
    let value = |time: &Option<Time>| time.as_ref().map(|time| time.value.clone());
    let (first, last) = (value(&first), value(&time));
    let fact = AppTraced {
        package: package.into(),
        user,
        store: "dbinfo".into(),
        what: Some(database.path.clone()),
        first,
        last,
        count: Some(database.operations),
        ..AppTraced::default()
    };
    out.fact(fact, time);
}
