//! A mirror holds still: it offers for ever what was valid once.

use crate::support::*;
use advisory::Code;

#[test]
fn a_newcomer_does_not_take_what_is_past_its_date() {
    let publication = Publication::default();
    let mut trusted = publication.trusted();
    let refusal =
        update_at(&mut trusted, &publication.mirror(), "2026-12-20T09:00:00Z").unwrap_err();
    assert_eq!((refusal.code, &*refusal.role), (Code::Expired, "timestamp"));
    assert!(!trusted.has_accepted());
}

#[test]
fn who_knew_it_is_told_that_it_stands_still() {
    let publication = Publication::default();
    let mut trusted = publication.trusted();
    update(&mut trusted, &publication.mirror()).unwrap();
    let repository =
        update_at(&mut trusted, &publication.mirror(), "2026-12-21T09:00:00Z").unwrap();
    assert_eq!(repository.expired.unwrap().role, "timestamp");
}

#[test]
fn a_newer_state_that_arrives_late_is_refused_also_by_who_knew_an_older_one() {
    let mut publication = Publication::default();
    let mut trusted = publication.trusted();
    update(&mut trusted, &publication.mirror()).unwrap();
    publication.tick();
    let refusal =
        update_at(&mut trusted, &publication.mirror(), "2026-12-21T09:00:00Z").unwrap_err();
    assert_eq!((refusal.code, &*refusal.role), (Code::Expired, "timestamp"));
}
