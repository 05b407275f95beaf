//! Facts about apps: what is installed, what it may do and did, where its parts stand.

use super::kind;

kind! {
    /// A package that the phone knows, in one user.
    AppInstalled {
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
    AppUpdated {
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
    AppFile {
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
    AppSigned {
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
    AppDescribed {
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
    PermissionRequested {
        /// Package name.
        package: String,
        /// Permission, full name.
        permission: String,
        /// SDK version up to which it asks, where stated.
        max_sdk: Option<u32>,
    }
    /// A permission's state for a package in one user.
    PermissionGranted {
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
    PermissionUsed {
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
    OpModeSet {
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
    ComponentDeclared {
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
    /// An accessibility service and its state in one user.
    AccessibilityService {
        /// Package name.
        package: String,
        /// Android user, where stated.
        user: Option<u32>,
        /// Component, full (`com.example/com.example.Service`).
        component: String,
        /// `installed`, `enabled`, `bound`, `binding` or `crashed`.
        state: String,
    }
}
