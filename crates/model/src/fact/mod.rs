//! Facts: what was seen, named by forensic meaning and not by the file it stood in.
//!
//! The list below is closed. A rule page names a fact and its fields exactly as written
//! here (`app_installed`, `installer`); so does `tamarisk.record/1`. A new variant needs a
//! note in `docs/design/facts.md`.
//!
//! The whole coupling between reading and judging: [`Fact::subject`], [`Fact::atoms`],
//! [`Fact::objects`] for patterns that ask for more than a value, and [`Fact::field`] for the
//! conditions of rule pages.

mod atoms;
mod field;
mod objects;
mod subject;
mod text;
mod traces;

use field::Field;
pub use field::{FactSpec, FieldSpec, FieldType, Value};
pub use objects::{OBJECT_TYPES, Object, Property};
use serde::{Deserialize, Serialize};

macro_rules! facts {
    ($(
        $(#[$doc:meta])* $name:ident = $kind:literal {
            $( $(#[$fdoc:meta])* $field:ident : $ty:ty, )*
        }
    )*) => {
        /// Something seen in the evidence; see the [module](self).
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", content = "fields")]
        pub enum Fact {
            $( $(#[$doc])* #[serde(rename = $kind)] $name($name), )*
        }

        $(
            $(#[$doc])*
            #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
            #[serde(default)]
            pub struct $name { $( $(#[$fdoc])* pub $field: $ty, )* }

            impl From<$name> for Fact {
                fn from(fact: $name) -> Fact { Fact::$name(fact) }
            }
        )*

        impl Fact {
            /// Every kind of fact with its fields, in the order of this file.
            pub const ALL: &'static [FactSpec] = &[
                $( FactSpec {
                    kind: $kind,
                    fields: &[ $( FieldSpec {
                        name: stringify!($field),
                        kind: <$ty as Field>::TYPE,
                        optional: <$ty as Field>::OPTIONAL,
                    }, )* ],
                }, )*
            ];

            /// The kind in snake_case, as rule pages and records name it.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self { $( Fact::$name(_) => $kind, )* }
            }

            /// The value of a field, `Value::Absent` where it is not stated or does not exist.
            #[must_use]
            pub fn field(&self, name: &str) -> Value<'_> {
                match self {
                    $( Fact::$name(fact) => match name {
                        $( stringify!($field) => Field::value(&fact.$field), )*
                        _ => Value::Absent,
                    }, )*
                }
            }
        }
    };
}

facts! {
    /// A package that the phone knows, in one user.
    AppInstalled = "app_installed" {
        /// Package name.
        package: String,
        /// Linux uid in this user (user × 100,000 + app id).
        uid: Option<u32>,
        /// Android user; 0 is the owner, 10 usually a work profile, 150 and 999 makers' clones.
        user: Option<u32>,
        /// Whether it is installed for this user (a package can be known and not installed).
        installed: Option<bool>,
        /// Whether it came with the system.
        system: Option<bool>,
        /// Whether it is enabled.
        enabled: Option<bool>,
        /// Version name.
        version_name: Option<String>,
        /// Version code.
        version_code: Option<i64>,
        /// Target SDK version.
        target_sdk: Option<u32>,
        /// Whether the source states an installer at all ("null" and "" state that there is none).
        installer_known: bool,
        /// Package that installed it; absent when there is none or it is not stated.
        installer: Option<String>,
        /// Package that asked for the installation.
        initiating: Option<String>,
        /// Package or site the APK came from, as claimed by the installer.
        originating: Option<String>,
        /// Directory or file of the code on the phone.
        code_path: Option<String>,
        /// First installation, as written.
        first_install: Option<String>,
        /// Last update, as written.
        last_update: Option<String>,
        /// Package that alone may update it without asking (Android 14 and later).
        update_owner: Option<String>,
        /// Where the installer says the APK came from: `store`, `local_file`, `downloaded_file`,
        /// `other` or `unspecified` (Android 13 and later).
        package_source: Option<String>,
        /// Whether it is hidden from the person for this user.
        hidden: Option<bool>,
        /// Shared user id (`android.uid.system`), where it has one.
        shared_user: Option<String>,
        /// Why it was installed for this user, as the installer says: `user`, `policy`,
        /// `device_restore`, `device_setup`, `rollback` or `unknown`.
        install_reason: Option<String>,
    }
    /// A package was updated (version code 0: removed), as battery statistics remember it:
    /// by day. What the phone logged as it happened is `install_event`.
    AppUpdated = "app_updated" {
        /// Package name.
        package: String,
        /// Version code; 0 stands for a removal.
        version_code: Option<i64>,
        /// Start of the day it is listed under, as written.
        period_start: Option<String>,
        /// End of that day, as written.
        period_end: Option<String>,
    }
    /// An APK file of a package, as the phone or the acquisition tool hashed it.
    AppFile = "app_file" {
        /// Package name.
        package: String,
        /// Linux uid, where stated.
        uid: Option<u32>,
        /// Android user, where stated.
        user: Option<u32>,
        /// Path on the phone.
        path: Option<String>,
        /// SHA-256 of the file.
        sha256: Option<String>,
        /// SHA-1 of the file.
        sha1: Option<String>,
        /// MD5 of the file.
        md5: Option<String>,
    }
    /// A certificate that signs a package.
    AppSigned = "app_signed" {
        /// Package name.
        package: String,
        /// Linux uid, where stated.
        uid: Option<u32>,
        /// Android user, where stated.
        user: Option<u32>,
        /// SHA-256 of the certificate (DER).
        cert_sha256: Option<String>,
        /// SHA-1 of the certificate.
        cert_sha1: Option<String>,
        /// MD5 of the certificate.
        cert_md5: Option<String>,
        /// Subject name.
        cert_subject: Option<String>,
        /// Issuer name.
        cert_issuer: Option<String>,
        /// Start of validity, as written.
        not_before: Option<String>,
        /// End of validity, as written.
        not_after: Option<String>,
        /// Where the certificate was read: `v1`, `v2`, `v3`, `v31`, or `acquisition`.
        scheme: Option<String>,
        /// Whether its key is shown to have signed this package, on every Android version that
        /// the package is for; absent where that was not checked.
        verified: Option<bool>,
    }
    /// What an APK says of itself.
    AppDescribed = "app_described" {
        /// Package name.
        package: String,
        /// Label in the default locale.
        label: Option<String>,
        /// Labels of all locales, sorted, without repeats.
        labels: Vec<String>,
        /// Version name.
        version_name: Option<String>,
        /// Version code.
        version_code: Option<i64>,
        /// Least SDK version.
        min_sdk: Option<u32>,
        /// Target SDK version.
        target_sdk: Option<u32>,
        /// Whether it can be debugged.
        debuggable: Option<bool>,
        /// SHA-256 of the APK.
        sha256: Option<String>,
        /// SHA-1 of the APK.
        sha1: Option<String>,
        /// MD5 of the APK.
        md5: Option<String>,
        /// SHA-256 of each signing certificate, all schemes, sorted; as stated, see `verified`.
        signers: Vec<String>,
        /// Whether its signatures hold, on every Android version that it is for.
        verified: Option<bool>,
        /// Name of the split, where it is one of an app in several packages.
        split: Option<String>,
        /// Shared user id, where it asks for one.
        shared_user: Option<String>,
        /// Perceptual hash of the launcher icon, where one could be drawn.
        icon: Option<String>,
    }
    /// A package asks for a permission.
    PermissionRequested = "permission_requested" {
        /// Package name.
        package: String,
        /// Permission, full name.
        permission: String,
        /// SDK version up to which it asks, where stated.
        max_sdk: Option<u32>,
    }
    /// A permission's state for a package in one user.
    PermissionGranted = "permission_granted" {
        /// Package name.
        package: String,
        /// Linux uid, where stated.
        uid: Option<u32>,
        /// Android user, where stated.
        user: Option<u32>,
        /// Permission, full name.
        permission: String,
        /// Whether it is granted.
        granted: bool,
        /// Whether the person grants it at run time (else at installation).
        runtime: bool,
        /// Flags as written (`USER_SET`, `SYSTEM_FIXED` …).
        flags: Vec<String>,
    }
    /// An app exercised (or was refused) a permission-guarded operation.
    PermissionUsed = "permission_used" {
        /// Package name.
        package: String,
        /// Linux uid, where stated.
        uid: Option<u32>,
        /// Android user, where stated.
        user: Option<u32>,
        /// Operation as Android names it (`CAMERA`, `RECORD_AUDIO`, `FINE_LOCATION` …).
        op: String,
        /// `accessed`, `rejected` or `running`.
        outcome: String,
        /// State of the process as written (`top`, `fgsvc`, `bg`, `cch` …; without `-s` and the like).
        process_state: Option<String>,
        /// Whether that state is one in which the person does not see the app (`bg`, `cch`).
        background: bool,
        /// How long, in milliseconds.
        duration_ms: Option<u64>,
        /// Attribution tag of the app's part.
        attribution: Option<String>,
        /// Which of several, as written: the camera, the source of sound (`MIC`, `VOICE_CALL`),
        /// the location provider.
        part: Option<String>,
        /// Package that did so on behalf of this one, where stated.
        proxy: Option<String>,
    }
    /// An operation's mode differs from its default for an app.
    OpModeSet = "op_mode_set" {
        /// Package name.
        package: String,
        /// Linux uid, where stated.
        uid: Option<u32>,
        /// Android user, where stated.
        user: Option<u32>,
        /// Operation as Android names it.
        op: String,
        /// `allow`, `ignore`, `deny`, `default`, `foreground` …
        mode: String,
    }
    /// A component that an APK declares.
    ComponentDeclared = "component_declared" {
        /// Package name.
        package: String,
        /// `activity`, `activity_alias`, `service`, `receiver` or `provider`.
        component: String,
        /// Class name, full.
        name: String,
        /// Whether other apps can reach it, where stated.
        exported: Option<bool>,
        /// Permission that guards it.
        permission: Option<String>,
        /// Actions of its intent filters, where read.
        actions: Vec<String>,
        /// Categories of its intent filters, where read; a launcher icon needs
        /// `android.intent.category.LAUNCHER`.
        categories: Vec<String>,
        /// Whether other apps can reach it, as Android decides for the target SDK where nothing is
        /// stated.
        reachable: Option<bool>,
        /// Name of the process it runs in, full, where it has one of its own.
        process: Option<String>,
        /// Types of foreground service that it may be (`microphone`, `location` …).
        foreground_types: Vec<String>,
        /// What Android binds it as (`accessibility`, `notification_listener`, `device_admin`,
        /// `vpn` …), told from permission and action together.
        special: Option<String>,
        /// Data its intent filters take, where read: a scheme (`https:`, `package:`) or a MIME type
        /// (`text/plain`).
        data: Vec<String>,
    }
    /// Something odd in a package that Android overlooks or that misleads tools; what each kind is
    /// stands in `docs/design/anomalies.md`.
    PackageAnomaly = "package_anomaly" {
        /// Package name; empty where it could not be read.
        package: String,
        /// Which anomaly (`zip-janus-dex` …).
        id: String,
        /// The member concerned; absent where it is the zip as a whole.
        member: Option<String>,
        /// Byte of the file for anomalies of the zip, of the inflated member for others.
        offset: u64,
        /// What it may mean.
        meaning: String,
    }
    /// A native library in a package.
    NativeLibrary = "native_library" {
        /// Package name.
        package: String,
        /// Its member (`lib/arm64-v8a/libx.so`).
        member: String,
        /// ABI by its folder.
        abi: String,
        /// GNU build id.
        build_id: Option<String>,
        /// Libraries that it needs.
        needed: Vec<String>,
        /// Functions that Java calls by name.
        jni: Vec<String>,
    }
    /// The hash of a file inside a package.
    PackageMember = "package_member" {
        /// Package name.
        package: String,
        /// Its path in the package.
        member: String,
        /// Size in bytes, inflated.
        size: u64,
        /// SHA-256, inflated.
        sha256: String,
    }
    /// A chain of calls leads from where Android calls into an app to a call that shows an ability.
    /// Reachability: nothing shows that the chain was ever taken, nor that data flows along it.
    CodeReaches = "code_reaches" {
        /// Package name.
        package: String,
        /// The ability: a page of `rules/capabilities/`.
        ability: String,
        /// What it is for: `collect`, `send`, `load`, `control`, `hide` or `persist`.
        role: String,
        /// Technique of ATT&CK Mobile.
        technique: String,
        /// What starts the chain: `activity`, `service`, `receiver`, `provider` or `application`.
        trigger: String,
        /// Whether a person sees what starts it (`activity`).
        seen: bool,
        /// Class that the manifest names.
        component: String,
        /// The methods on the way: class, method, and the code unit at which it goes on
        /// (`org.example.Main.onCreate+001c`), at most 40; what is between is told by `…`.
        path: Vec<String>,
        /// What stands at its end, as the page names it.
        call: String,
        /// Member of the APK that holds the last step.
        member: String,
    }
    /// A text, class or host of interest stands in an app's code.
    CodeContains = "code_contains" {
        /// Package name.
        package: String,
        /// `text`, `class`, `method`, `host`, `url` or `certificate`.
        what: String,
        /// It, as it stands; a host in normal form; of a certificate the SHA-256.
        value: String,
        /// The port of a host or URL, where stated.
        port: Option<u32>,
        /// Member of the APK.
        member: String,
    }
    /// An accessibility service and its state in one user.
    AccessibilityService = "accessibility_service" {
        /// Package name.
        package: String,
        /// Android user, where stated.
        user: Option<u32>,
        /// Component, full (`com.example/com.example.Service`).
        component: String,
        /// `installed`, `enabled`, `bound`, `binding` or `crashed`.
        state: String,
    }
    /// A process that ran while the evidence was collected.
    ProcessRunning = "process_running" {
        /// Name without directories; Linux cuts it to 15 characters, see `truncated`.
        name: String,
        /// Process id.
        pid: Option<u32>,
        /// Parent's process id.
        ppid: Option<u32>,
        /// Linux uid, where it can be told.
        uid: Option<u32>,
        /// Android user, where it can be told.
        user: Option<u32>,
        /// User as written (`u0_a123`, `root` …).
        user_name: Option<String>,
        /// Path of the executable.
        path: Option<String>,
        /// Command line.
        command_line: Vec<String>,
        /// SELinux context.
        context: Option<String>,
        /// Working directory.
        cwd: Option<String>,
        /// Whether the name may have been cut (it has 15 characters and no longer form is known).
        truncated: bool,
        /// Package that Android says it runs for, where a source says so.
        package: Option<String>,
        /// Variables of its environment that load code (`LD_PRELOAD=…`, `CLASSPATH=…`), as
        /// `NAME=value`; no others.
        environment: Vec<String>,
    }
    /// An Android system property.
    PropertySet = "property_set" {
        /// Name.
        name: String,
        /// Value.
        value: String,
    }
    /// A row of Android's settings.
    SettingSet = "setting_set" {
        /// `system`, `secure`, `global` or `config`; or what keeps it (`sensor_privacy`, `selinux`,
        /// `environment` of the shell); `acquisition` for what its tool says of the acquisition.
        namespace: String,
        /// Name.
        name: String,
        /// Value.
        value: String,
        /// Android user, where stated.
        user: Option<u32>,
        /// Package that wrote it, where stated.
        package: Option<String>,
        /// What an entry of its history did (`insert`, `update`, `delete`, `reset` …); absent for
        /// the value in force. When it did so is the observation's time.
        action: Option<String>,
    }
    /// A mounted file system.
    MountSeen = "mount_seen" {
        /// Device or source.
        device: String,
        /// Mount point.
        mount_point: String,
        /// File-system type.
        filesystem: String,
        /// Options.
        options: Vec<String>,
        /// Whether it is mounted for writing.
        writable: bool,
    }
    /// A program that gives root, found on the phone.
    RootBinaryFound = "root_binary_found" {
        /// Path on the phone.
        path: String,
        /// Name.
        name: String,
    }
    /// A file on the phone, as the acquisition lists it.
    FileSeen = "file_seen" {
        /// Path on the phone.
        path: String,
        /// Size in bytes.
        size: Option<u64>,
        /// Mode as written.
        mode: Option<String>,
        /// Owner's uid.
        user_id: Option<u32>,
        /// Group's gid.
        group_id: Option<u32>,
        /// SELinux context.
        context: Option<String>,
        /// Inode change, seconds since 1970 (UTC).
        changed: Option<i64>,
        /// Modification, seconds since 1970 (UTC).
        modified: Option<i64>,
        /// Access, seconds since 1970 (UTC).
        accessed: Option<i64>,
        /// SHA-256, where the tool computed it.
        sha256: Option<String>,
        /// SHA-1, where the tool computed it.
        sha1: Option<String>,
        /// MD5, where the tool computed it.
        md5: Option<String>,
        /// URL it was downloaded from, as the phone or the file keeps it.
        origin: Option<String>,
        /// URL of the page that led there.
        referrer: Option<String>,
        /// Package that brought it, where stated.
        package: Option<String>,
    }
    /// The hash of an artifact of the evidence itself.
    FileHashed = "file_hashed" {
        /// File name within the evidence.
        name: String,
        /// Size in bytes.
        size: u64,
        /// SHA-256.
        sha256: String,
    }
    /// The acquisition's own list names a file of the evidence and its hash. What the file has is
    /// `file_hashed`.
    FileListed = "file_listed" {
        /// Path as the list writes it.
        path: String,
        /// SHA-256 as the list states it.
        sha256: String,
    }
    /// A host or URL that stands in a text; nothing shows that it was contacted
    /// (`endpoint_contacted` does).
    LinkSeen = "link_seen" {
        /// The URL as written, where it is one.
        url: Option<String>,
        /// The host.
        host: String,
        /// The port, where stated.
        port: Option<u32>,
        /// What text it stands in, in a few words (`setting global http_proxy`).
        place: String,
        /// Package concerned, where known.
        package: Option<String>,
        /// `incoming` or `outgoing`, where it stands in a message.
        direction: Option<String>,
        /// Whether the host is one of the known shorteners of links, where looked up. They are
        /// never expanded.
        shortener: Option<bool>,
    }
    /// A store that outlives apps names a package; it may be gone from the phone.
    AppTraced = "app_traced" {
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
    ComponentRan = "component_ran" {
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
    PrivilegeHeld = "privilege_held" {
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
    DataTransferred = "data_transferred" {
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
    EndpointContacted = "endpoint_contacted" {
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
    ProcessEnded = "process_ended" {
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
    InstallEvent = "install_event" {
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
    AdbKeyAuthorised = "adb_key_authorised" {
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
    SecurityEvent = "security_event" {
        /// Name in snake_case, of the security log as intrusion logs write it
        /// (`adb_shell_cmd`, `app_process_start`, `cert_authority_installed` …), or
        /// `play_protect_warning`, `verification_disabled`, `verification_enabled`,
        /// `clock_changed`, `sensor_privacy_changed`, `selinux_denied`.
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
    AccountPresent = "account_present" {
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
    CodeCompiled = "code_compiled" {
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
    UserPresent = "user_present" {
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
