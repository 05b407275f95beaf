//! Keys of kinds that this version cannot verify.

use crate::support::*;
use advisory::{Code, Json};

#[test]
fn a_key_of_another_kind_or_scheme() {
    for (kind, scheme) in
        [("rsa", "rsassa-pss-sha256"), ("ed25519", "none"), ("ed448", "ed448"), ("", "")]
    {
        let mut publication = Publication::default();
        let id = public("publisher").id().to_owned();
        set(&mut publication.roots[0], &["keys", &id, "keytype"], kind.into());
        set(&mut publication.roots[0], &["keys", &id, "scheme"], scheme.into());
        assert_eq!(refused(&publication, Code::UnknownKeyType).role, "root");
    }
}

#[test]
fn no_key_at_all() {
    let mut publication = Publication::default();
    let id = public("publisher").id().to_owned();
    set(&mut publication.roots[0], &["keys", &id], Json::Null);
    refused(&publication, Code::UnknownKeyType);
    let mut publication = Publication::default();
    set(&mut publication.roots[0], &["keys"], Json::map::<&str>([]));
    refused(&publication, Code::Malformed);
}
