//! Facts about the phone: processes, properties, settings, mounts, files and links.

use super::kind;

kind! {
    /// A process that ran while the evidence was collected.
    ProcessRunning {
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
        /// Path of the executable; where the source does not state it, the first word of the
        /// command line if that is a path.
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
    PropertySet {
        /// Name.
        name: String,
        /// Value.
        value: String,
    }
    /// A row of Android's settings.
    SettingSet {
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
    MountSeen {
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
    RootBinaryFound {
        /// Path on the phone.
        path: String,
        /// Name.
        name: String,
    }
    /// A file on the phone, as the acquisition lists it.
    FileSeen {
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
    FileHashed {
        /// File name within the evidence.
        name: String,
        /// Size in bytes.
        size: u64,
        /// SHA-256.
        sha256: String,
    }
    /// The acquisition's own list names a file of the evidence and its hash. What the file has is
    /// `file_hashed`.
    FileListed {
        /// Path as the list writes it.
        path: String,
        /// SHA-256 as the list states it.
        sha256: String,
    }
    /// A host or URL that stands in a text; nothing shows that it was contacted
    /// (`endpoint_contacted` does).
    LinkSeen {
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
}
