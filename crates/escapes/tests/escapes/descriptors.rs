//! Descriptors: the evidence, of which nothing is to be changed; those of others; many; standard input,
//! a socket whose other end is the host.

use crate::attempt::Control::{Depends, Omitted, Seen, Succeeds};
use crate::attempt::{Attempt, attempt, refused};
use crate::ground::{Ground, opened, text};
use escapes::{Mapping, call};
use libc::*;
use std::io;

fn done(what: &str) -> impl Fn(usize) -> String {
    move |_| what.to_owned()
}

/// Opens the evidence once more by its descriptor.
fn again(ground: &Ground, flags: i32) -> io::Result<usize> {
    opened(&text(&format!("/proc/self/fd/{}", ground.evidence)), flags)
}

/// The scratch file: what is open for reading and writing, and is no socket.
fn scratch() -> io::Result<i32> {
    for descriptor in 3..64 {
        if call!(SYS_fcntl, descriptor, F_GETFL).is_ok_and(|flags| flags & 3 == 2) {
            return Ok(descriptor);
        }
    }
    refused("no scratch file")
}

const READ_ONLY: &str = "a descriptor that is open for reading can be written to by nobody";

pub(crate) const ATTEMPTS: &[&[Attempt]] = &[EVIDENCE, OTHERS, SETTINGS];

const EVIDENCE: &[Attempt] = &[
    attempt("write_to_the_evidence", Omitted(READ_ONLY), |g| {
        call!(SYS_write, g.evidence, &b"x"[..], 1).map(done("written"))
    }),
    attempt("write_into_the_evidence", Omitted(READ_ONLY), |g| {
        call!(SYS_pwrite64, g.evidence, &b"x"[..], 1, 0).map(done("written"))
    }),
    attempt("write_parts_into_the_evidence", Omitted(READ_ONLY), |g| {
        let words = b"x";
        let part = [(words.as_ptr() as usize).to_ne_bytes(), 1_usize.to_ne_bytes()].concat();
        call!(SYS_pwritev, g.evidence, &part[..], 1, 0, 0).map(done("written"))
    }),
    attempt("truncate_the_evidence", Omitted(READ_ONLY), |g| {
        call!(SYS_ftruncate, g.evidence, 0).map(done("truncated"))
    }),
    attempt("punch_the_evidence", Omitted(READ_ONLY), |g| {
        let how = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
        call!(SYS_fallocate, g.evidence, how, 0, 16).map(done("punched"))
    }),
    attempt("map_the_evidence_for_writing", Omitted(READ_ONLY), |g| {
        Mapping::new(4096, PROT_READ | PROT_WRITE, MAP_SHARED, g.evidence).map(|_| "mapped".into())
    }),
    attempt("map_the_evidence_and_ask_for_more", Omitted(READ_ONLY), |g| {
        let mapped = Mapping::new(4096, PROT_READ, MAP_SHARED, g.evidence)?;
        mapped.protect(PROT_READ | PROT_WRITE).map(|()| "mapped".into())
    }),
    attempt("open_the_evidence_for_writing", Seen, |g| {
        let file = again(g, O_WRONLY)?;
        call!(SYS_pwrite64, file, &b"x"[..], 1, 0).map(done("written"))
    }),
    attempt("open_the_evidence_and_empty_it", Seen, |g| {
        again(g, O_WRONLY | O_TRUNC).map(done("emptied"))
    }),
    attempt("chmod_the_evidence", Seen, |g| {
        call!(SYS_fchmod, g.evidence, 0o600).map(done("changed"))
    }),
    attempt("chown_the_evidence", Succeeds, |g| {
        call!(SYS_fchown, g.evidence, -1, -1).map(done("changed"))
    }),
    attempt("set_the_time_of_the_evidence", Seen, |g| {
        let times = [1_u64; 4].map(u64::to_ne_bytes).concat();
        call!(SYS_utimensat, g.evidence, 0, &times[..], 0).map(done("set"))
    }),
    attempt("set_an_attribute_of_the_evidence", Depends("the file system"), |g| {
        call!(SYS_fsetxattr, g.evidence, c"user.x", &b"y"[..], 1, 0).map(done("set"))
    }),
    attempt("link_the_evidence", Depends("root (CAP_DAC_READ_SEARCH)"), |g| {
        let to = g.path("new");
        call!(SYS_linkat, g.evidence, c"", AT_FDCWD, &*to, AT_EMPTY_PATH).map(done("linked"))
    }),
    attempt("link_the_evidence_by_its_number", Seen, |g| {
        let (from, to) = (text(&format!("/proc/self/fd/{}", g.evidence)), g.path("new"));
        call!(SYS_linkat, AT_FDCWD, &*from, AT_FDCWD, &*to, AT_SYMLINK_FOLLOW).map(done("linked"))
    }),
    attempt("what_lies_beside_the_evidence", Omitted("no file is a folder"), |g| {
        call!(SYS_openat, g.evidence, c"..", O_RDONLY).map(done("opened"))
    }),
    attempt("flags_of_the_evidence", Depends("the file system"), |g| {
        // FS_IOC_GETFLAGS, then FS_IOC_SETFLAGS with the same.
        let mut flags = [0; 8];
        call!(SYS_ioctl, g.evidence, 0x8008_6601_u32, &mut flags[..])?;
        call!(SYS_ioctl, g.evidence, 0x4008_6602_u32, &flags[..]).map(done("set"))
    }),
    attempt("lock_the_evidence", Succeeds, |g| {
        call!(SYS_flock, g.evidence, LOCK_EX | LOCK_NB).map(done("locked"))
    }),
    attempt("lock_a_range_of_the_evidence", Succeeds, |g| {
        let lock = [0_u8; 32]; // F_RDLCK, of all
        call!(SYS_fcntl, g.evidence, F_SETLK, &lock[..]).map(done("locked"))
    }),
    attempt("lease_of_the_evidence", Depends("the file system, and nobody who writes"), |g| {
        call!(SYS_fcntl, g.evidence, F_SETLEASE, F_RDLCK).map(done("leased"))
    }),
    attempt("path_of_the_evidence", Succeeds, |g| {
        let mut into = [0; 256];
        let link = text(&format!("/proc/self/fd/{}", g.evidence));
        call!(SYS_readlinkat, AT_FDCWD, &*link, &mut into[..], 256).map(done("read"))
    }),
];

const OTHERS: &[Attempt] = &[
    attempt("those_of_the_host", Succeeds, |g| {
        let scratch = scratch().unwrap_or(-1);
        let known = |number: &i32| *number == g.evidence || *number == scratch;
        let mut found = Vec::new();
        for number in (3..4096).filter(|number| !known(number)) {
            if call!(SYS_fcntl, number, F_GETFD).is_ok() {
                found.push(number);
            }
        }
        if found.is_empty() { refused("none is open") } else { Ok(format!("{found:?} are open")) }
    }),
    attempt("what_those_of_the_host_hold", Succeeds, |g| {
        for number in (3..4096).filter(|number| *number != g.evidence) {
            let mut bytes = [0; 8];
            if call!(SYS_pread64, number, &mut bytes[..], 8, 0).is_ok_and(|length| length > 0) {
                return Ok(format!("{number} holds {bytes:x?}"));
            }
        }
        refused("none holds anything")
    }),
    attempt("one_more", Succeeds, |g| call!(SYS_dup, g.evidence).map(done("made"))),
    attempt("one_in_the_place_of_another", Succeeds, |g| {
        call!(SYS_dup3, g.evidence, 900, 0).map(done("made"))
    }),
    attempt("ever_more", Succeeds, |g| {
        for _ in 0..300 {
            call!(SYS_fcntl, g.evidence, F_DUPFD, 3)?;
        }
        Ok("300 more".into())
    }),
    attempt("a_pipe", Succeeds, |_| {
        let mut ends = [0; 8];
        call!(SYS_pipe2, &mut ends[..], 0).map(done("made"))
    }),
    attempt("an_event", Succeeds, |_| call!(SYS_eventfd2, 0, 0).map(done("made"))),
    attempt("an_epoll", Succeeds, |_| call!(SYS_epoll_create1, 0).map(done("made"))),
    attempt("a_timer", Succeeds, |_| {
        call!(SYS_timerfd_create, CLOCK_MONOTONIC, 0).map(done("made"))
    }),
    attempt("signals_as_bytes", Succeeds, |_| {
        let set = [0_u8; 8];
        call!(SYS_signalfd4, -1, &set[..], 8, 0).map(done("made"))
    }),
    attempt("send_bytes_of_the_evidence_to_the_host", Succeeds, |g| {
        call!(SYS_sendfile, 0, g.evidence, 0, 16).map(done("sent"))
    }),
    attempt("copy_the_evidence_to_the_output", Depends("what the output is"), |g| {
        call!(SYS_copy_file_range, g.evidence, 0, 1, 0, 16, 0).map(done("copied"))
    }),
];

const SETTINGS: &[Attempt] = &[
    attempt("who_is_told_of_input", Succeeds, |g| {
        call!(SYS_fcntl, 0, F_SETOWN, g.number("host")).map(done("set"))
    }),
    attempt(
        "by_which_signal",
        Succeeds,
        |_| /* F_SETSIG */ call!(SYS_fcntl, 0, 10, SIGUSR1).map(done("set")),
    ),
    attempt("tell_me_of_changes", Depends("a folder"), |g| {
        let folder = opened(&g.path("."), O_RDONLY).unwrap_or(3);
        call!(SYS_fcntl, folder, F_NOTIFY, 2).map(done("set"))
    }),
    attempt("flags_of_input", Succeeds, |_| {
        call!(SYS_fcntl, 0, F_SETFL, O_NONBLOCK | O_ASYNC).map(done("set"))
    }),
    attempt("flags_that_the_host_shares", Succeeds, |g| {
        call!(SYS_fcntl, g.evidence, F_SETFL, O_NONBLOCK).map(done("set"))
    }),
    attempt("keep_it_over_a_start", Succeeds, |g| {
        call!(SYS_fcntl, g.evidence, F_SETFD, 0).map(done("set"))
    }),
    attempt("a_larger_pipe", Depends("what the output is"), |_| {
        call!(SYS_fcntl, 1, F_SETPIPE_SZ, 1 << 20).map(done("set"))
    }),
    attempt("how_much_lies_ready", Succeeds, |_| {
        let mut count = [0; 4];
        call!(SYS_ioctl, 0, FIONREAD, &mut count[..]).map(done("told"))
    }),
    attempt("keys_into_the_terminal", Omitted("a test has no terminal"), |_| {
        call!(SYS_ioctl, 2, TIOCSTI, &b"x"[..]).map(done("typed"))
    }),
    attempt("paste_into_the_terminal", Omitted("a test has no terminal"), |_| {
        call!(SYS_ioctl, 2, TIOCLINUX, &[3_u8, 0][..]).map(done("pasted"))
    }),
];
