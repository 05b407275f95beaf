//! The world outside as the host sees it, before and after.

use crate::ground::Ground;
use escapes::call;
use libc::*;
use std::collections::BTreeMap;
use std::ffi::CString;
use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::os::fd::AsRawFd;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// What nobody outside of the host may come to know.
pub(crate) const SECRET: &str = "TAMARISK_ESCAPES_SECRET";

/// The signal that attempts send to the host, which blocks it and looks whether it came.
const SIGNAL: i32 = SIGUSR1;

/// Blocks [`SIGNAL`] in this thread and in those that it starts.
pub(crate) fn block_signals() {
    let set = (1_u64 << (SIGNAL - 1)).to_ne_bytes();
    call!(SYS_rt_sigprocmask, SIG_BLOCK, &set[..], 0, 8).unwrap();
}

/// Whether [`SIGNAL`] came; it is taken.
fn pending() -> bool {
    let set = (1_u64 << (SIGNAL - 1)).to_ne_bytes();
    let at_once = [0_u8; 16];
    call!(SYS_rt_sigtimedwait, &set[..], 0, &at_once[..], 8).is_ok()
}

/// A folder with evidence in it and another that is nobody's business, listeners, and a process.
pub(crate) struct Watch {
    folder: TempDir,
    tcp: TcpListener,
    udp: UdpSocket,
    by_path: UnixListener,
    abstract_name: UnixListener,
    canary: Child,
    /// An address within the canary, which holds nothing.
    canary_at: u64,
    /// A descriptor that is handed to whatever program is started, by mistake.
    _decoy: File,
    /// What the host holds in its memory.
    secret: Box<[u8; 32]>,
    before: BTreeMap<String, String>,
}

impl Watch {
    pub(crate) fn begin(told: &[(&str, String)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let open_to_all = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        open_to_all(folder.path(), 0o755);
        let outside = folder.path().join("outside");
        for path in [outside.clone(), outside.join("folder"), outside.join("mount")] {
            fs::create_dir(&path).unwrap();
            open_to_all(&path, 0o777);
        }
        for (name, text) in [("secret", "a secret"), ("report.json", "{}")] {
            fs::write(outside.join(name), text).unwrap();
            open_to_all(&outside.join(name), 0o666);
        }
        symlink("secret", outside.join("link")).unwrap();

        let local = (Ipv4Addr::LOCALHOST, 0);
        let (tcp, udp) = (TcpListener::bind(local).unwrap(), UdpSocket::bind(local).unwrap());
        let by_path = UnixListener::bind(outside.join("socket")).unwrap();
        open_to_all(&outside.join("socket"), 0o777);
        let name = format!("tamarisk-escapes-{}", random());
        let abstract_name =
            UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
        tcp.set_nonblocking(true).unwrap();
        udp.set_nonblocking(true).unwrap();
        by_path.set_nonblocking(true).unwrap();
        abstract_name.set_nonblocking(true).unwrap();

        let decoy = File::open(outside.join("secret")).unwrap();
        call!(SYS_fcntl, decoy.as_raw_fd(), F_SETFD, 0).unwrap();
        let quiet = Stdio::null;
        let canary = Command::new("sleep")
            .arg("600")
            .stdin(quiet())
            .stdout(quiet())
            .stderr(quiet())
            .spawn()
            .unwrap();
        let canary_at = end_of_stack(canary.id());
        let mut secret = Box::new([0; 32]);
        getrandom::fill(&mut secret[..]).unwrap();

        let mut all = vec![
            ("host", std::process::id().to_string()),
            ("canary", canary.id().to_string()),
            ("canary_at", canary_at.to_string()),
            ("secret_at", (secret.as_ptr() as usize).to_string()),
            ("tcp", tcp.local_addr().unwrap().port().to_string()),
            ("udp", udp.local_addr().unwrap().port().to_string()),
            ("abstract", name),
        ];
        all.extend(told.iter().cloned());
        let evidence = folder.path().join("evidence");
        fs::write(&evidence, Ground::write(&all, &outside)).unwrap();
        open_to_all(&evidence, 0o777);
        let before = BTreeMap::new();
        let mut watch = Self {
            folder,
            tcp,
            udp,
            by_path,
            abstract_name,
            canary,
            canary_at,
            _decoy: decoy,
            secret,
            before,
        };
        watch.before = watch.now();
        watch
    }

    /// The evidence.
    pub(crate) fn evidence(&self) -> PathBuf {
        self.folder.path().join("evidence")
    }

    /// What has changed since the beginning.
    pub(crate) fn changes(&mut self) -> Vec<String> {
        let now = self.now();
        let names: std::collections::BTreeSet<_> = self.before.keys().chain(now.keys()).collect();
        let changed = names.into_iter().filter(|name| self.before.get(*name) != now.get(*name));
        let mut all: Vec<String> = changed
            .map(|name| format!("{name}: {:?}, and was {:?}", now.get(name), self.before.get(name)))
            .collect();
        let mut came = |what: &str, result: io::Result<()>| {
            if result.is_ok() {
                all.push(format!("{what} came"));
            }
        };
        came("a TCP connection", self.tcp.accept().map(drop));
        came("a datagram", self.udp.recv(&mut [0; 64]).map(drop));
        came("a connection to the socket's path", self.by_path.accept().map(drop));
        came("a connection to the abstract socket", self.abstract_name.accept().map(drop));
        if std::hint::black_box(&self.secret).iter().all(|byte| *byte == b'!') {
            all.push("the host's memory was written".to_owned());
        }
        self.before = now;
        all
    }

    fn now(&mut self) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        list(self.folder.path(), &mut all);
        all.insert("the other process".to_owned(), self.canary());
        all.insert("signals to the host".to_owned(), pending().to_string());
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        all.insert("limits of the host".to_owned(), limits);
        all
    }

    fn canary(&mut self) -> String {
        if let Some(ended) = self.canary.try_wait().unwrap() {
            return format!("ended: {ended}");
        }
        let process = self.canary.id().to_string();
        let read = |name: &str| fs::read_to_string(format!("/proc/{process}/{name}"));
        let stat = read("stat").unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or("").split(' ').collect();
        // proc_pid_stat(5): state, group, nice value, policy. It sleeps, unless somebody stops it.
        let field = |number: usize| fields.get(number - 3).copied().unwrap_or_default();
        let state = field(3).replace(['R', 'D'], "S");
        let mut memory = [0; 8];
        let read_memory = File::open(format!("/proc/{process}/mem"))
            .and_then(|file| file.read_exact_at(&mut memory, self.canary_at));
        let told = status(&process, &["TracerPid", "Cpus_allowed", "SigPnd", "ShdPnd"]);
        format!(
            "{state} {} {} {} {told} {memory:?} {:?} {}",
            field(5),
            field(19),
            field(41),
            read_memory.is_ok(),
            read("limits").unwrap_or_default(),
        )
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // It may have been ended by an attempt without confinement.
        let _ = self.canary.kill();
        let _ = self.canary.wait();
    }
}

/// Everything below a folder: what it is, who may do what with it, and what it holds.
fn list(folder: &Path, into: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let meta = fs::symlink_metadata(&path).unwrap();
        let holds = match () {
            () if meta.is_symlink() => format!("{:?}", fs::read_link(&path)),
            () if meta.is_file() => format!("{:?}", fs::read(&path).map_err(|error| error.kind())),
            () => String::new(),
        };
        let (mode, owner, links) = (meta.mode(), (meta.uid(), meta.gid()), meta.nlink());
        let changed = (meta.mtime(), meta.mtime_nsec());
        let about = format!("{mode:o} {owner:?} {links} {changed:?} {} {holds}", attributes(&path));
        into.insert(path.display().to_string(), about);
        if meta.is_dir() {
            list(&path, into);
        }
    }
}

/// The names of a file's extended attributes.
fn attributes(path: &Path) -> String {
    let path = CString::new(path.to_string_lossy().as_bytes()).unwrap();
    let mut names = [0; 1024];
    let length = call!(SYS_llistxattr, &*path, &mut names[..], 1024).unwrap_or_default();
    String::from_utf8_lossy(&names[..length]).into_owned()
}

fn status(process: &str, names: &[&str]) -> String {
    let text = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let of = |line: &&str| names.iter().any(|name| line.starts_with(name));
    text.lines().filter(of).collect::<Vec<_>>().join(" ")
}

/// The last eight bytes but eight of a process's stack.
fn end_of_stack(process: u32) -> u64 {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap_or_default();
    let line = maps.lines().find(|line| line.ends_with("[stack]")).unwrap_or_default();
    let end = line.split(['-', ' ']).nth(1).unwrap_or_default();
    u64::from_str_radix(end, 16).map_or(0, |end| end - 8)
}

fn random() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).unwrap();
    u64::from_ne_bytes(bytes)
}
