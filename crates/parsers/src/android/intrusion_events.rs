//! The 46 events of Android's security log, as Google Play services names them and their parts
//! (version 26.32.34, inventoried in MVT's `docs/android/intrusion_log_format.md`); tags 210001
//! to 210046 of AOSP `core/java/android/app/admin/SecurityLogTags.logtags`.

/// The name under which an event is told: elder spellings are taken for the present ones.
pub(crate) fn name(written: &str) -> &str {
    match written {
        "media_mount" => "media_mounted",
        "media_unmount" => "media_unmounted",
        other => other,
    }
}

/// The parts of an event, in the log's order; none where the event is not known.
pub(crate) fn fields(event: &str) -> &'static [&'static str] {
    EVENTS.iter().find(|(_, name, _)| *name == event).map_or(&[], |(_, _, fields)| fields)
}

const KEY: &[&str] = &["success", "key_id", "uid"];
const MEDIA: &[&str] = &["path", "label"];
const PACKAGE: &[&str] = &["package_name", "version_code", "user_id"];
const RESTRICTION: &[&str] = &["package", "admin_user", "restriction"];
const CERTIFICATE: &[&str] = &["success", "subject", "target_user"];
const TIMEOUT: &[&str] = &["package", "admin_user", "target_user", "timeout"];

/// Tag, name, parts.
const EVENTS: &[(u32, &str, &[&str])] = &[
    (210_001, "adb_shell_interactive", &[]),
    (210_002, "adb_shell_cmd", &["command"]),
    (210_003, "adb_sync_recv_file", &["path"]),
    (210_004, "adb_sync_send_file", &["path"]),
    (210_005, "app_process_start", &["process", "start_time", "uid", "pid", "seinfo", "sha256"]),
    (210_006, "keyguard_dismissed", &[]),
    (210_007, "keyguard_dismiss_auth_attempt", &["success", "method_strength"]),
    (210_008, "keyguard_secured", &[]),
    (210_009, "os_startup", &["boot_state", "verity_mode"]),
    (210_010, "os_shutdown", &[]),
    (210_011, "logging_started", &[]),
    (210_012, "logging_stopped", &[]),
    (210_013, "media_mounted", MEDIA),
    (210_014, "media_unmounted", MEDIA),
    (210_015, "log_buffer_size_critical", &[]),
    (210_016, "password_expiration_set", TIMEOUT),
    (
        210_017,
        "password_complexity_set",
        &[
            "package",
            "admin_user",
            "target_user",
            "length",
            "quality",
            "num_letters",
            "num_non_letters",
            "num_numeric",
            "num_uppercase",
            "num_lowercase",
            "num_symbols",
        ],
    ),
    (210_018, "password_history_length_set", &["package", "admin_user", "target_user", "length"]),
    (210_019, "max_screen_lock_timeout_set", TIMEOUT),
    (
        210_020,
        "max_password_attempts_set",
        &["package", "admin_user", "target_user", "num_failures"],
    ),
    (
        210_021,
        "keyguard_disabled_features_set",
        &["package", "admin_user", "target_user", "features"],
    ),
    (210_022, "remote_lock", &["package", "admin_user", "target_user"]),
    (210_023, "wipe_failure", &[]),
    (210_024, "key_generated", KEY),
    (210_025, "key_imported", KEY),
    (210_026, "key_destruction", KEY),
    (210_027, "user_restriction_added", RESTRICTION),
    (210_028, "user_restriction_removed", RESTRICTION),
    (210_029, "cert_authority_installed", CERTIFICATE),
    (210_030, "cert_authority_removed", CERTIFICATE),
    (210_031, "crypto_self_test_completed", &["success"]),
    (210_032, "key_integrity_violation", &["key_id", "uid"]),
    (210_033, "cert_validation_failure", &["reason"]),
    (210_034, "camera_policy_set", &["package", "admin_user", "target_user", "disabled"]),
    (
        210_035,
        "password_complexity_required",
        &["package", "admin_user", "target_user", "complexity"],
    ),
    (210_036, "password_changed", &["password_complexity", "target_user"]),
    (210_037, "wifi_connection", &["bssid", "event_type", "reason"]),
    (210_038, "wifi_disconnection", &["bssid", "reason"]),
    (210_039, "bluetooth_connection", &["addr", "success", "reason"]),
    (210_040, "bluetooth_disconnection", &["addr", "reason"]),
    (210_041, "package_installed", PACKAGE),
    (210_042, "package_updated", PACKAGE),
    (210_043, "package_uninstalled", PACKAGE),
    (210_044, "backup_service_toggled", &["package", "admin_user", "enabled"]),
    (210_045, "nfc_enabled", &[]),
    (210_046, "nfc_disabled", &[]),
];
