//! Metadata of signed advisories, of every role, and keys.

use advisory::metadata::{Envelope, Files, Root, Targets};
use advisory::{Json, canonical};

pub(crate) fn read(data: &[u8]) {
    let Ok(json) = Json::parse(data) else { return };
    let again = Json::parse(&json.to_file()).expect("what is written can be read");
    assert_eq!(again, json);
    assert_eq!(canonical(&again), canonical(&json));
    for (role, kind) in [
        ("root", "root"),
        ("timestamp", "timestamp"),
        ("snapshot", "snapshot"),
        ("joint", "targets"),
        ("targets", "targets"),
    ] {
        let Ok(envelope) = Envelope::parse(data, role, kind) else { continue };
        let written = Envelope::parse(&envelope.to_file(), role, kind);
        assert_eq!(written.expect("what is written can be read"), envelope);
        let _ = Root::read(&envelope);
        let _ = Files::read(&envelope, role);
        if let Ok(targets) = Targets::read(&envelope, role) {
            assert!(targets.files.iter().all(|file| file.path.starts_with(role)));
        }
    }
    if json.member("keyval").is_some() {
        let _ = advisory::PublicKey::parse(&json).map(|key| key.verify(data, "00"));
    }
    let _ = advisory::client::given_root(data);
}
