//! Each role's metadata past its date on arrival.

use crate::support::*;
use advisory::metadata::JOINT;
use advisory::{Code, Json};

const PAST: &str = "2026-11-22T08:59:59Z";

#[test]
fn the_root() {
    let mut publication = Publication::default();
    set(&mut publication.roots[0], &["expires"], PAST.into());
    assert_eq!(refused(&publication, Code::Expired).role, "root");
}

#[test]
fn timestamp_and_snapshot() {
    for name in ["timestamp", "snapshot"] {
        let mut publication = Publication::default();
        publication.expires.insert(name, PAST.into());
        assert_eq!(refused(&publication, Code::Expired).role, name);
    }
}

#[test]
fn targets_and_what_agencies_say_together() {
    for name in ["targets", JOINT] {
        let mut publication = Publication::default();
        set(publication.roles.get_mut(name).unwrap(), &["expires"], PAST.into());
        assert_eq!(refused(&publication, Code::Expired).role, name);
    }
}

#[test]
fn an_older_root_may_have_expired_where_a_newer_one_follows() {
    let mut publication = Publication::default();
    set(&mut publication.roots[0], &["expires"], PAST.into());
    publication.rotate(&root_roles(), &["alder", "birch"]);
    assert!(everything(&mut publication.trusted(), &publication.mirror()).is_ok());
}

#[test]
fn a_date_of_another_form() {
    for date in ["never", "2027-11-22", "2027-11-22T09:00:00+00:00", "2027-11-22T09:00:00.5Z"] {
        let mut publication = Publication::default();
        set(publication.roles.get_mut(JOINT).unwrap(), &["expires"], Json::text(date));
        refused(&publication, Code::Malformed);
    }
}
