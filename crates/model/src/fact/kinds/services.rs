//! Facts that the services of Android remember.

use super::kind;

kind! {
    /// A store that outlives apps names a package; it may be gone from the phone.
    AppTraced {
        /// Package name; empty where only the uid is known.
        package: String,
        /// Linux uid, where stated.
        uid: Option<u32>,
        /// Android user, where stated.
        user: Option<u32>,
        /// What remembers it: `batterystats`, `usagestats`, `platform_compat`, `dbinfo`,
        /// `netstats`, `jobscheduler`, `alarm`, `notification`, `logcat`, `dexopt`, `broadcasts`
        /// (it sent one), `pending_intents` …
        store: String,
        /// What it remembers, in a few words (a database's path, a job's component …).
        what: Option<String>,
        /// First time, as written.
        first: Option<String>,
        /// Last time, as written.
        last: Option<String>,
        /// How often, where counted.
        count: Option<u64>,
    }
    /// A part of an app ran or was started. What is only planned is `app_traced`.
    ComponentRan {
        /// Package name; empty where only the uid is known.
        package: String,
        /// Linux uid, where stated.
        uid: Option<u32>,
        /// Android user, where stated.
        user: Option<u32>,
        /// Component, full (`com.example/com.example.Service`), or the name of a process, job or
        /// wake lock; absent where only the app is named.
        component: Option<String>,
        /// `activity`, `service`, `foreground_service`, `receiver`, `provider`, `job`, `alarm`,
        /// `process` or `wakelock`.
        how: String,
        /// Whether the person could see it; absent where not stated.
        foreground: Option<bool>,
        /// State or type as written (`fgs type=microphone`, `cch` …).
        state: Option<String>,
        /// Package that started it, where stated.
        starter: Option<String>,
        /// What it was started by, as written (an intent's action, a reason).
        trigger: Option<String>,
        /// How long in all, in milliseconds.
        duration_ms: Option<u64>,
        /// How often, where counted.
        count: Option<u64>,
        /// Process id, where stated.
        pid: Option<u32>,
    }
    /// An app holds a power that a person or a manager gives apart from permissions.
    PrivilegeHeld {
        /// Package name.
        package: String,
        /// Linux uid, where stated.
        uid: Option<u32>,
        /// Android user, where stated.
        user: Option<u32>,
        /// Which: `device_admin`, `device_admin_policy` (what an admin may do or did, as its
        /// state), `device_owner`, `profile_owner`, `device_policy_delegate` (its scope as the
        /// component), `notification_listener`, `notification_assistant`, `vpn`,
        /// `always_on_vpn`, `role:android.app.role.SMS` …, `autofill`, `input_method`,
        /// `credential_provider`, `trust_agent`, `voice_interaction`, `usage_access`, `overlay`,
        /// `install_packages`, `all_files`, `battery_exemption`, `data_saver_exemption`,
        /// `restricted_settings_allowed`, `call_screening`, `companion_device`,
        /// `media_projection`, `condition_provider`, `phone_account`, `account_authenticator` (the
        /// type of account as its state), `package_verifier` (looks at each app before it is
        /// installed), `domain_verifier` (decides which links open in which app), `uri_grant`
        /// (may open another app's content: its authority, the mode and the giver as its state),
        /// `app_visibility` (names of apps that it asks about, as its state). (Accessibility is
        /// `accessibility_service`.)
        privilege: String,
        /// Component, full, where it is held by one.
        component: Option<String>,
        /// State as written (`enabled`, `bound`, `active`, `user` …).
        state: Option<String>,
        /// Since when, as written.
        since: Option<String>,
    }
    /// Bytes that an app, or a uid, sent and received.
    DataTransferred {
        /// Package name; empty where only the uid is known.
        package: String,
        /// Linux uid, where stated.
        uid: Option<u32>,
        /// Android user, where stated.
        user: Option<u32>,
        /// Bytes received.
        rx_bytes: u64,
        /// Bytes sent.
        tx_bytes: u64,
        /// Whether the app was on the screen (netstats: `set=FOREGROUND`), where stated.
        foreground: Option<bool>,
        /// Network: `mobile`, `wifi`, `vpn` …, where stated.
        network: Option<String>,
        /// Start of the period, as written.
        period_start: Option<String>,
        /// End of the period, as written.
        period_end: Option<String>,
    }
    /// The phone asked for a host's address or opened a connection.
    EndpointContacted {
        /// Host name, where stated.
        host: Option<String>,
        /// Addresses: of the other side, or those that a DNS answer gave.
        addresses: Vec<String>,
        /// The port of the other side, where stated.
        port: Option<u32>,
        /// `dns`, `connect`, `tls` or `http`.
        via: String,
        /// Package that did so, where stated.
        package: Option<String>,
        /// Its Linux uid, where stated.
        uid: Option<u32>,
        /// Its Android user, where stated.
        user: Option<u32>,
    }
    /// A process ended, or stopped answering.
    ProcessEnded {
        /// Name of the process as written.
        process: String,
        /// Package it ran for, where stated.
        package: Option<String>,
        /// Process id.
        pid: Option<u32>,
        /// Linux uid, where stated.
        uid: Option<u32>,
        /// Android user, where stated.
        user: Option<u32>,
        /// `native_crash`, `java_crash`, `anr`, `watchdog`, `killed` or `exit`.
        how: String,
        /// Signal (`SIGSEGV`), where one ended it.
        signal: Option<String>,
        /// Reason as written (exception, abort message, exit reason), one line.
        reason: Option<String>,
        /// Where it happened: top frame of the stack, mapped file, faulting address.
        place: Option<String>,
    }
    /// The phone logged that a package was installed, updated or removed.
    InstallEvent {
        /// Package name.
        package: String,
        /// Linux uid, where stated.
        uid: Option<u32>,
        /// Android user, where stated.
        user: Option<u32>,
        /// `session` (begun), `installed`, `updated`, `downgraded`, `replaced` (updated or
        /// installed again, not told apart), `removed`, `failed` or `verified`.
        action: String,
        /// Version code it came to.
        version_code: Option<i64>,
        /// Version name it came to.
        version_name: Option<String>,
        /// Version code it had before, where stated.
        previous_version_code: Option<i64>,
        /// Package that installed it.
        installer: Option<String>,
        /// Package that asked for it (`com.android.shell` for adb).
        initiating: Option<String>,
        /// Path or URL of what was installed, where stated.
        origin: Option<String>,
    }
    /// A computer that may debug the phone over adb.
    AdbKeyAuthorised {
        /// Fingerprint of its key as Android shows it: MD5, upper-case hex with colons.
        fingerprint: Option<String>,
        /// Name that stands behind the key (`user@host`).
        name: Option<String>,
        /// Last connection, as written.
        last_connected: Option<String>,
        /// Whether it is connected, where stated.
        connected: Option<bool>,
    }
    /// An event of Android's security log, or one that changes what guards the phone.
    SecurityEvent {
        /// Name in snake_case, of the security log as intrusion logs write it
        /// (`adb_shell_cmd`, `app_process_start`, `cert_authority_installed` …), or
        /// `play_protect_warning`, `verification_disabled`, `verification_enabled`,
        /// `clock_changed`, `sensor_privacy_changed`, `selinux_denied`, `adb_connected`,
        /// `crash_recorded` (of a process that the source does not name).
        event: String,
        /// What it says, in the log's order, each `name=value` where the parts are known.
        details: Vec<String>,
        /// Package concerned, where stated.
        package: Option<String>,
        /// Its Linux uid, where stated.
        uid: Option<u32>,
        /// Android user, where stated.
        user: Option<u32>,
        /// Whether it succeeded, where stated.
        success: Option<bool>,
    }
    /// An account on the phone.
    AccountPresent {
        /// Type (`com.google`).
        account_type: String,
        /// Name, where the source does not hide it.
        name: Option<String>,
        /// Package that provides accounts of this type; empty where not stated.
        package: String,
        /// Android user, where stated.
        user: Option<u32>,
    }
    /// How the code of an app is compiled, or which compiled code belongs to it.
    CodeCompiled {
        /// Package name.
        package: String,
        /// Path of the APK or of the compiled file.
        path: Option<String>,
        /// Instruction set (`arm64`).
        isa: Option<String>,
        /// Compiler filter (`verify`, `speed-profile`, `run-from-apk` …).
        filter: Option<String>,
        /// Reason as written (`install`, `bg-dexopt`, `unknown` …).
        reason: Option<String>,
        /// State as written (`up-to-date`, `error` …).
        status: Option<String>,
        /// Packages that load it as a secondary dex file or library, other than its own.
        used_by: Vec<String>,
    }
    /// An Android user of the phone.
    UserPresent {
        /// Number; 0 is the owner.
        user: Option<u32>,
        /// Name as written.
        name: Option<String>,
        /// Type (`android.os.usertype.profile.MANAGED`), where stated.
        user_type: Option<String>,
        /// Flags as written, split at `|`.
        flags: Vec<String>,
        /// Whether it runs.
        running: Option<bool>,
        /// Creation, as written.
        created: Option<String>,
        /// Last log-in, as written.
        last_login: Option<String>,
    }
}
