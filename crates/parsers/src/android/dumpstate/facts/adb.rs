//! The service `adb` as facts.

use super::super::super::adb_key::fingerprint;
use super::{Out, unix_millis};
use dumpsys::AdbKey;
use model::fact::AdbKeyAuthorised;

pub(in super::super) fn fact(key: &AdbKey, out: &mut Out<'_, '_>) {
    let fingerprint = fingerprint(&key.key);
    let connected = key.connected.map(|connected| connected && fingerprint == key.last_received);
    let time = key.last_connection.map(|millis| unix_millis(millis, "lastConnection"));
    let fact = AdbKeyAuthorised {
        connected: connected.filter(|_| key.last_received.is_some()),
        fingerprint,
        name: key.name.clone(),
        last_connected: key.last_connection.map(|millis| millis.to_string()),
    };
    out.fact(fact, time);
}
