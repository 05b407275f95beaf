//! Keys of computers that debug phones over adb: 524 bytes in base64 and a name
//! (AOSP `system/core/libcrypto_utils/android_pubkey.c`, `adb/client/auth.cpp`).

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use md5::{Digest, Md5};

/// Keys come with and without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The fingerprint that Android shows when it asks whether to allow a computer: the MD5 of the key,
/// upper-case hex with colons (`AdbDebuggingManager.getFingerprints`). `None` where it is no key.
pub(crate) fn fingerprint(key: &str) -> Option<String> {
    let key = BASE64.decode(key).ok().filter(|key| !key.is_empty())?;
    let pairs: Vec<String> = Md5::digest(key).iter().map(|byte| format!("{byte:02X}")).collect();
    Some(pairs.join(":"))
}

/// Fingerprint and name of `KEY user@host`, as `adbkey.pub` has it.
pub(crate) fn of_line(line: &str) -> Option<String> {
    let (key, name) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
    let fingerprint = fingerprint(key)?;
    Some(format!("{fingerprint} {}", name.trim()).trim_end().to_owned())
}
