//! The rest of the kernel: namespaces, mounts, keys, modules, the clock, messages.

use crate::attempt::Control::{Depends, Omitted, Succeeds};
use crate::attempt::{Attempt, attempt};
use escapes::call;
use libc::*;

const HARM: &str = "it would change this computer";
const ROOT: &str = "root (CAP_SYS_ADMIN)";
const KEYS: &str = "a kernel with keys, and no container that refuses them";

fn done(what: &str) -> impl Fn(usize) -> String {
    move |_| what.to_owned()
}

pub(crate) const ATTEMPTS: &[&[Attempt]] = &[NAMES, INNER, MESSAGES];

const NAMES: &[Attempt] = &[
    attempt("another_table_of_files", Succeeds, |_| {
        call!(SYS_unshare, CLONE_FILES).map(done("own"))
    }),
    attempt("other_users", Depends("a kernel that lets anybody"), |_| {
        call!(SYS_unshare, CLONE_NEWUSER).map(done("own"))
    }),
    attempt("other_mounts", Depends(ROOT), |_| call!(SYS_unshare, CLONE_NEWNS).map(done("own"))),
    attempt("another_network", Depends(ROOT), |_| {
        call!(SYS_unshare, CLONE_NEWNET).map(done("own"))
    }),
    attempt("enter_those_of_the_host", Depends(ROOT), |g| {
        let host = call!(SYS_pidfd_open, g.number("host"), 0).unwrap_or(3);
        call!(SYS_setns, host, CLONE_NEWUTS).map(done("entered"))
    }),
    attempt("mount", Depends(ROOT), |g| {
        let at = g.path("mount");
        call!(SYS_mount, c"none", &*at, c"tmpfs", 0, 0)?;
        call!(SYS_umount2, &*at, MNT_DETACH).map(done("mounted"))
    }),
    attempt("unmount", Omitted(HARM), |_| {
        call!(SYS_umount2, c"/proc", MNT_DETACH).map(done("unmounted"))
    }),
    attempt("mount_anew", Depends(ROOT), |_| call!(SYS_fsopen, c"tmpfs", 0).map(done("opened"))),
    attempt("take_up_a_mount", Depends(ROOT), |_| {
        // OPEN_TREE_CLONE
        call!(SYS_open_tree, AT_FDCWD, c"/", 1).map(done("taken"))
    }),
    attempt("move_a_mount", Omitted(HARM), |g| {
        let to = g.path("mount");
        call!(SYS_move_mount, g.evidence, c"", AT_FDCWD, &*to, 4).map(done("moved"))
    }),
    attempt("settings_of_a_mount", Omitted(HARM), |_| {
        let none = [0_u8; 32];
        call!(SYS_mount_setattr, AT_FDCWD, c"/", 0, &none[..], 32).map(done("set"))
    }),
    attempt("another_root", Depends(ROOT), |g| call!(SYS_chroot, &*g.path(".")).map(done("set"))),
    attempt("pivot_the_root", Omitted(HARM), |g| {
        let new = g.path("mount");
        call!(SYS_pivot_root, &*new, &*new).map(done("set"))
    }),
    attempt("name_of_the_computer", Succeeds, |_| {
        let mut about = [0; 390];
        call!(SYS_uname, &mut about[..])
            .map(|_| String::from_utf8_lossy(&about[65..130]).into_owned())
    }),
    attempt("another_name_for_the_computer", Omitted(HARM), |_| {
        call!(SYS_sethostname, c"x", 1).map(done("set"))
    }),
];

const INNER: &[Attempt] = &[
    attempt("io_uring", Depends("a kernel that lets anybody"), |_| {
        let mut about = [0; 120];
        call!(SYS_io_uring_setup, 4, &mut about[..]).map(done("made"))
    }),
    attempt("io_uring_enter", Omitted("there is no ring to enter"), |_| {
        call!(SYS_io_uring_enter, 3, 1, 0, 0, 0, 0).map(done("entered"))
    }),
    attempt("aio", Depends("the kernel"), |_| {
        let mut context = [0; 8];
        call!(SYS_io_setup, 1, &mut context[..]).map(done("made"))
    }),
    attempt("bpf", Depends(ROOT), |_| {
        // BPF_MAP_CREATE: an array of one
        let map = [2_u32, 4, 4, 1].map(u32::to_ne_bytes).concat();
        call!(SYS_bpf, 0, &map[..], map.len()).map(done("made"))
    }),
    attempt("performance_counters", Depends("a kernel that lets anybody"), |_| {
        let mut about = [0; 64];
        about[0] = 1; // PERF_TYPE_SOFTWARE
        about[4] = 64;
        call!(SYS_perf_event_open, &about[..], 0, -1, -1, 0).map(done("opened"))
    }),
    attempt("log_of_the_kernel", Depends("root, or a kernel that lets anybody"), |_| {
        let mut text = [0; 1024];
        call!(SYS_syslog, 3, &mut text[..], 1024).map(done("read"))
    }),
    attempt("key_ring", Depends(KEYS), |_| {
        call!(SYS_keyctl, 0, -3, 0, 0, 0).map(done("told")) // KEYCTL_GET_KEYRING_ID, of the session
    }),
    attempt("add_a_key", Depends(KEYS), |_| {
        call!(SYS_add_key, c"user", c"tamarisk-escapes", &b"x"[..], 1, -2).map(done("added"))
    }),
    attempt("ask_for_a_key", Omitted("there is no such key"), |_| {
        call!(SYS_request_key, c"user", c"x", 0, -2).map(done("given"))
    }),
    attempt("module", Omitted(HARM), |g| {
        call!(SYS_finit_module, g.evidence, c"", 0).map(done("loaded"))
    }),
    attempt("module_from_memory", Omitted(HARM), |_| {
        call!(SYS_init_module, &b"x"[..], 1, c"").map(done("loaded"))
    }),
    attempt("remove_a_module", Omitted(HARM), |_| {
        call!(SYS_delete_module, c"x", 0).map(done("removed"))
    }),
    attempt("another_kernel", Omitted(HARM), |_| {
        call!(SYS_kexec_load, 0, 0, 0, 0).map(done("loaded"))
    }),
    attempt("reboot", Omitted(HARM), |_| {
        // Without its magic numbers, which no kernel takes either.
        call!(SYS_reboot, 0, 0, 0, 0).map(done("done"))
    }),
    attempt("set_the_clock", Omitted(HARM), |_| {
        let never = [0xff_u8; 16];
        call!(SYS_clock_settime, CLOCK_REALTIME, &never[..]).map(done("set"))
    }),
    attempt("bend_the_clock", Omitted(HARM), |_| {
        let mut about = [0; 208];
        about[0] = 0x80; // nothing that counts
        call!(SYS_clock_adjtime, 99, &mut about[..]).map(done("set"))
    }),
    attempt("how_busy_the_computer_is", Succeeds, |_| {
        let mut about = [0; 128];
        call!(SYS_sysinfo, &mut about[..]).map(done("told"))
    }),
    attempt("accounts", Omitted(HARM), |_| call!(SYS_acct, c"/nowhere").map(done("set"))),
    attempt("swap", Omitted(HARM), |_| call!(SYS_swapon, c"/nowhere", 0).map(done("on"))),
    attempt("quota", Omitted(HARM), |_| call!(SYS_quotactl, 0, c"/nowhere", 0, 0).map(done("set"))),
    attempt("hang_up_the_terminal", Omitted(HARM), |_| call!(SYS_vhangup).map(done("done"))),
    attempt("write_all_to_the_disk", Succeeds, |_| call!(SYS_sync).map(done("done"))),
];

const MESSAGES: &[Attempt] = &[
    attempt("shared_memory", Succeeds, |_| {
        let segment = call!(SYS_shmget, 0, 4096, IPC_CREAT | 0o600)?;
        call!(SYS_shmctl, segment, IPC_RMID, 0).map(done("made"))
    }),
    attempt("queue", Succeeds, |_| {
        let queue = call!(SYS_msgget, 0, IPC_CREAT | 0o600)?;
        call!(SYS_msgctl, queue, IPC_RMID, 0).map(done("made"))
    }),
    attempt("semaphore", Succeeds, |_| {
        let one = call!(SYS_semget, 0, 1, IPC_CREAT | 0o600)?;
        call!(SYS_semctl, one, 0, IPC_RMID, 0).map(done("made"))
    }),
    attempt("queue_with_a_name", Depends("a kernel with such queues"), |g| {
        let name = crate::ground::text(g.word("abstract"));
        call!(SYS_mq_open, &*name, O_CREAT | O_RDWR, 0o600, 0)?;
        call!(SYS_mq_unlink, &*name).map(done("made"))
    }),
    attempt("segments_of_others", Depends("anybody has one"), |_| {
        let mut about = [0; 128];
        // SHM_INFO: how many there are, and how large
        call!(SYS_shmctl, 0, 14, &mut about[..]).map(done("told"))
    }),
];
