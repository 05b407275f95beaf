//! The service `adb` as facts. A key's fingerprint is the MD5 that Android shows when it asks
//! whether to allow a computer (`AdbDebuggingManager.getFingerprints`).

use super::{Out, unix_millis};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use dumpsys::AdbKey;
use md5::{Digest, Md5};
use model::fact::AdbKeyAuthorised;

/// Keys come with and without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

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

fn fingerprint(key: &str) -> Option<String> {
    let key = BASE64.decode(key).ok()?;
    let pairs: Vec<String> = Md5::digest(key).iter().map(|byte| format!("{byte:02X}")).collect();
    Some(pairs.join(":"))
}
