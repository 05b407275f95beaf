//! Files that were not handed over: their bytes, their names, new ones.

use crate::attempt::Control::{Depends, Seen, Succeeds};
use crate::attempt::{Attempt, attempt};
use crate::ground::{Ground, opened, taken, text};
use escapes::call;
use libc::*;
use std::io;

const HERE: i32 = AT_FDCWD;

/// Reads from a path of the system.
fn read_path(path: &str) -> io::Result<String> {
    taken(opened(&text(path), O_RDONLY)?)
}

fn write(descriptor: usize, words: &[u8]) -> io::Result<usize> {
    call!(SYS_write, descriptor, words, words.len())
}

fn done(what: &str) -> impl Fn(usize) -> String {
    move |_| what.to_owned()
}

/// `struct open_how` of openat2(2).
fn open_how(flags: i32, mode: u64) -> [u8; 24] {
    let mut how = [0; 24];
    how[..8].copy_from_slice(&u64::from(flags.unsigned_abs()).to_ne_bytes());
    how[8..16].copy_from_slice(&mode.to_ne_bytes());
    how
}

fn of_host(ground: &Ground, name: &str) -> String {
    format!("/proc/{}/{name}", ground.word("host"))
}

pub(crate) const ATTEMPTS: &[&[Attempt]] = &[READ, CHANGE, ASK, OLD];

const READ: &[Attempt] = &[
    attempt("open", Succeeds, |g| taken(opened(&g.path("secret"), O_RDONLY)?)),
    attempt("openat2", Succeeds, |g| {
        let how = open_how(O_RDONLY, 0);
        taken(call!(SYS_openat2, HERE, &*g.path("secret"), &how[..], how.len())?)
    }),
    attempt("open_through_a_link", Succeeds, |g| taken(opened(&g.path("link"), O_RDONLY)?)),
    attempt("open_as_a_place", Succeeds, |g| opened(&g.path("secret"), O_PATH).map(done("opened"))),
    attempt("open_the_root", Succeeds, |_| {
        opened(c"/", O_RDONLY | O_DIRECTORY).map(done("opened"))
    }),
    attempt("list_a_folder", Succeeds, |g| {
        let folder = opened(&g.path("."), O_RDONLY | O_DIRECTORY)?;
        let mut names = [0; 4096];
        call!(SYS_getdents64, folder, &mut names[..], 4096).map(|length| format!("{length} bytes"))
    }),
    attempt("passwords_of_the_system", Succeeds, |_| read_path("/etc/passwd")),
    attempt("own_environment_by_path", Succeeds, |_| read_path("/proc/self/environ")),
    attempt("own_memory_map", Succeeds, |_| read_path("/proc/self/maps")),
    attempt("own_memory_for_writing", Succeeds, |_| {
        opened(c"/proc/self/mem", O_RDWR).map(done("opened"))
    }),
    attempt("environment_of_the_host", Succeeds, |g| read_path(&of_host(g, "environ"))),
    attempt("arguments_of_the_host", Succeeds, |g| read_path(&of_host(g, "cmdline"))),
    attempt("memory_of_the_host", Depends("whether Yama lets a process read its parent"), |g| {
        let memory = opened(&text(&of_host(g, "mem")), O_RDONLY)?;
        let mut bytes = [0; 32];
        call!(SYS_pread64, memory, &mut bytes[..], 32, g.number("secret_at"))
            .map(|_| format!("{bytes:x?}"))
    }),
    attempt("descriptor_of_the_host", Succeeds, |g| {
        let how = O_RDONLY | O_NONBLOCK;
        opened(&text(&of_host(g, "fd/0")), how)
            .or_else(|_| opened(&text(&of_host(g, "fd/2")), how))
            .map(done("opened"))
    }),
    attempt("root_of_the_host", Succeeds, |g| read_path(&of_host(g, "root/etc/passwd"))),
    attempt("memory_of_the_computer", Depends("root, and a kernel with /dev/mem"), |_| {
        opened(c"/dev/mem", O_RDONLY).map(done("opened"))
    }),
    attempt("terminal", Depends("a terminal"), |_| opened(c"/dev/tty", O_RDWR).map(done("opened"))),
    attempt("by_a_handle", Depends("root (CAP_DAC_READ_SEARCH), and the file system"), |g| {
        let mut handle = [0_u8; 136];
        handle[..4].copy_from_slice(&128_u32.to_ne_bytes());
        let mut mount = [0; 4];
        let path = g.path("secret");
        // Where names have no handles, any will do: it is to be refused as well.
        let _ = call!(SYS_name_to_handle_at, HERE, &*path, &mut handle[..], &mut mount[..], 0);
        let folder = opened(&g.path("."), O_RDONLY | O_DIRECTORY).unwrap_or(usize::MAX);
        taken(call!(SYS_open_by_handle_at, folder, &handle[..], O_RDONLY)?)
    }),
    attempt("by_a_handle_without_a_folder", Depends("root, and the file system"), |g| {
        let handle = [0_u8; 136];
        call!(SYS_open_by_handle_at, g.evidence, &handle[..], O_RDONLY).map(done("opened"))
    }),
    attempt("handle_of_a_name", Depends("the file system"), |g| {
        let mut handle = [0_u8; 136];
        handle[..4].copy_from_slice(&128_u32.to_ne_bytes());
        let mut mount = [0; 4];
        let path = g.path("secret");
        call!(SYS_name_to_handle_at, HERE, &*path, &mut handle[..], &mut mount[..], 0)
            .map(done("a handle"))
    }),
];

const CHANGE: &[Attempt] = &[
    attempt("make", Seen, |g| {
        opened(&g.path("new"), O_WRONLY | O_CREAT | O_EXCL).map(done("made"))
    }),
    attempt("make_by_openat2", Seen, |g| {
        let how = open_how(O_WRONLY | O_CREAT, 0o600);
        call!(SYS_openat2, HERE, &*g.path("new"), &how[..], how.len()).map(done("made"))
    }),
    attempt("make_without_a_name", Depends("the file system"), |g| {
        opened(&g.path("."), O_TMPFILE | O_WRONLY).map(done("made"))
    }),
    attempt("make_in_memory", Succeeds, |_| {
        let file = call!(SYS_memfd_create, c"x", 0)?;
        write(file, b"anything").map(done("made"))
    }),
    attempt("make_secret_memory", Depends("a kernel with memfd_secret"), |_| {
        call!(SYS_memfd_secret, 0).map(done("made"))
    }),
    attempt("write_to_an_earlier_report", Seen, |g| {
        write(opened(&g.path("report.json"), O_WRONLY)?, b"[]").map(done("written"))
    }),
    attempt("append_to_an_earlier_report", Seen, |g| {
        write(opened(&g.path("report.json"), O_WRONLY | O_APPEND)?, b"[]").map(done("written"))
    }),
    attempt("empty_an_earlier_report", Seen, |g| {
        opened(&g.path("report.json"), O_WRONLY | O_TRUNC).map(done("emptied"))
    }),
    attempt("truncate", Seen, |g| {
        call!(SYS_truncate, &*g.path("report.json"), 1).map(done("truncated"))
    }),
    attempt("rename", Seen, |g| {
        let (from, to) = (g.path("report.json"), g.path("gone"));
        call!(SYS_renameat2, HERE, &*from, HERE, &*to, 0).map(done("renamed"))
    }),
    attempt("exchange", Depends("the file system"), |g| {
        let (from, to) = (g.path("report.json"), g.path("secret"));
        call!(SYS_renameat2, HERE, &*from, HERE, &*to, RENAME_EXCHANGE).map(done("exchanged"))
    }),
    attempt("remove", Seen, |g| {
        call!(SYS_unlinkat, HERE, &*g.path("report.json"), 0).map(done("removed"))
    }),
    attempt("remove_a_folder", Seen, |g| {
        call!(SYS_unlinkat, HERE, &*g.path("folder"), AT_REMOVEDIR).map(done("removed"))
    }),
    attempt("link", Seen, |g| {
        call!(SYS_linkat, HERE, &*g.path("secret"), HERE, &*g.path("new"), 0).map(done("linked"))
    }),
    attempt("symlink", Seen, |g| {
        call!(SYS_symlinkat, c"/etc/passwd", HERE, &*g.path("new")).map(done("linked"))
    }),
    attempt("make_a_folder", Seen, |g| {
        call!(SYS_mkdirat, HERE, &*g.path("new"), 0o700).map(done("made"))
    }),
    attempt("make_a_pipe", Seen, |g| {
        call!(SYS_mknodat, HERE, &*g.path("new"), S_IFIFO | 0o600, 0).map(done("made"))
    }),
    attempt("make_a_device", Depends("root (CAP_MKNOD)"), |g| {
        call!(SYS_mknodat, HERE, &*g.path("new"), S_IFCHR | 0o600, 0x101).map(done("made"))
    }),
    attempt("chmod", Seen, |g| {
        call!(SYS_fchmodat, HERE, &*g.path("report.json"), 0o777).map(done("changed"))
    }),
    attempt("chmod_anew", Depends("Linux 6.6"), |g| {
        call!(SYS_fchmodat2, HERE, &*g.path("report.json"), 0o777, 0).map(done("changed"))
    }),
    attempt("chown", Succeeds, |g| {
        call!(SYS_fchownat, HERE, &*g.path("report.json"), -1, -1, 0).map(done("changed"))
    }),
    attempt("set_an_attribute", Depends("the file system"), |g| {
        call!(SYS_setxattr, &*g.path("report.json"), c"user.x", &b"y"[..], 1, 0).map(done("set"))
    }),
    attempt("read_an_attribute", Depends("the file system"), |g| {
        let mut names = [0; 64];
        call!(SYS_listxattr, &*g.path("report.json"), &mut names[..], 64).map(done("listed"))
    }),
    attempt("set_its_time", Seen, |g| {
        let times = [1_u64; 4].map(u64::to_ne_bytes).concat();
        call!(SYS_utimensat, HERE, &*g.path("report.json"), &times[..], 0).map(done("set"))
    }),
];

const ASK: &[Attempt] = &[
    attempt("read_a_link", Succeeds, |g| {
        let mut into = [0; 256];
        call!(SYS_readlinkat, HERE, &*g.path("link"), &mut into[..], 256).map(done("read"))
    }),
    attempt("which_program", Succeeds, |_| {
        let mut into = [0; 256];
        call!(SYS_readlinkat, HERE, c"/proc/self/exe", &mut into[..], 256).map(done("read"))
    }),
    attempt("size_by_statx", Succeeds, |g| {
        let mut about = [0; 256];
        call!(SYS_statx, HERE, &*g.path("secret"), 0, 0x7ff, &mut about[..]).map(done("told"))
    }),
    attempt("size_by_newfstatat", Succeeds, |g| {
        let mut about = [0; 256];
        call!(SYS_newfstatat, HERE, &*g.path("secret"), &mut about[..], 0).map(done("told"))
    }),
    attempt("is_it_there", Succeeds, |g| {
        call!(SYS_faccessat, HERE, &*g.path("secret"), R_OK).map(done("told"))
    }),
    attempt("is_it_there_anew", Succeeds, |g| {
        call!(SYS_faccessat2, HERE, &*g.path("secret"), R_OK, 0).map(done("told"))
    }),
    attempt("file_system_by_statfs", Succeeds, |g| {
        let mut about = [0; 256];
        call!(SYS_statfs, &*g.path("."), &mut about[..]).map(done("told"))
    }),
    attempt("change_the_folder", Succeeds, |g| {
        call!(SYS_chdir, &*g.path(".")).map(done("changed"))
    }),
    attempt("own_folder", Succeeds, |_| {
        let mut into = [0; 256];
        call!(SYS_getcwd, &mut into[..], 256).map(done("told"))
    }),
    attempt("watch_by_inotify", Succeeds, |g| {
        let watch = call!(SYS_inotify_init1, 0)?;
        call!(SYS_inotify_add_watch, watch, &*g.path("."), IN_MODIFY).map(done("watched"))
    }),
    attempt("watch_by_fanotify", Depends("the kernel"), |_| {
        call!(SYS_fanotify_init, FAN_REPORT_FID, O_RDONLY).map(done("watched"))
    }),
];

#[cfg(not(target_arch = "x86_64"))]
const OLD: &[Attempt] = &[];

/// Calls that only the older architecture has.
#[cfg(target_arch = "x86_64")]
const OLD: &[Attempt] = &[
    attempt("old_open", Succeeds, |g| taken(call!(SYS_open, &*g.path("secret"), O_RDONLY)?)),
    attempt("old_creat", Seen, |g| call!(SYS_creat, &*g.path("new"), 0o600).map(done("made"))),
    attempt("old_rename", Seen, |g| {
        call!(SYS_rename, &*g.path("report.json"), &*g.path("gone")).map(done("renamed"))
    }),
    attempt("old_unlink", Seen, |g| {
        call!(SYS_unlink, &*g.path("report.json")).map(done("removed"))
    }),
    attempt("old_rmdir", Seen, |g| call!(SYS_rmdir, &*g.path("folder")).map(done("removed"))),
    attempt("old_mkdir", Seen, |g| call!(SYS_mkdir, &*g.path("new"), 0o700).map(done("made"))),
    attempt("old_link", Seen, |g| {
        call!(SYS_link, &*g.path("secret"), &*g.path("new")).map(done("linked"))
    }),
    attempt("old_symlink", Seen, |g| {
        call!(SYS_symlink, c"/etc/passwd", &*g.path("new")).map(done("linked"))
    }),
    attempt("old_chmod", Seen, |g| {
        call!(SYS_chmod, &*g.path("report.json"), 0o777).map(done("changed"))
    }),
    attempt("old_mknod", Seen, |g| {
        call!(SYS_mknod, &*g.path("new"), S_IFIFO | 0o600, 0).map(done("made"))
    }),
    attempt("old_stat", Succeeds, |g| {
        let mut about = [0; 256];
        call!(SYS_stat, &*g.path("secret"), &mut about[..]).map(done("told"))
    }),
    attempt("old_readlink", Succeeds, |g| {
        let mut into = [0; 256];
        call!(SYS_readlink, &*g.path("link"), &mut into[..], 256).map(done("read"))
    }),
    // The same kernel by other doors, whose calls have other numbers.
    attempt("open_as_x32", Depends("a kernel with the x32 ABI"), |g| {
        taken(call!(SYS_open | 0x4000_0000, &*g.path("secret"), O_RDONLY)?)
    }),
    attempt("make_as_i386", Depends("a kernel that runs 32-bit programs"), |g| {
        // Such a program's pointers lie below 4 GiB; `creat` is its call 8.
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT;
        let mut low = escapes::Mapping::new(4096, PROT_READ | PROT_WRITE, flags, -1)?;
        low.write(g.path("new").as_bytes_with_nul());
        let at = u32::try_from(low.address()).unwrap_or_default();
        escapes::call_of_i386(8, [at, 0o600, 0]).map(done("made"))
    }),
];
