//! Programs and processes: starting some, and code that was brought along.

use crate::attempt::Control::{Depends, Seen, Succeeds};
use crate::attempt::{Attempt, Try, attempt, refused};
use crate::ground::{Ground, opened, text};
use escapes::{Mapping, call};
use libc::*;
use std::ffi::CString;
use std::io;

const SHELL: &std::ffi::CStr = c"/bin/sh";

/// A list of pointers as execve(2) takes it.
fn list(words: &[&CString]) -> Vec<u8> {
    let pointers = words.iter().map(|word| word.as_ptr() as usize).chain([0]);
    pointers.flat_map(usize::to_ne_bytes).collect()
}

/// Hands the words of a shell that leaves a file to `start`.
fn with_words(ground: &Ground, start: impl Fn(&[u8], &[u8]) -> io::Result<usize>) -> Try {
    let (name, flag, program) = (text("sh"), text("-c"), ground.program());
    start(&list(&[&name, &flag, &program]), &list(&[])).map(|_| "started".into())
}

/// Ends the child of a fork; tells of it in the parent.
fn forked(child: io::Result<usize>) -> Try {
    match child? {
        0 => {
            let _ = call!(SYS_exit_group, 0);
            refused("it did not end")
        }
        child => {
            let _ = call!(SYS_wait4, child, 0, 0, 0);
            Ok(format!("process {child}"))
        }
    }
}

fn clone(flags: i32) -> io::Result<usize> {
    call!(SYS_clone, flags, 0, 0, 0, 0)
}

/// Memory with code in it, protected by `protection` at last.
fn injected(first: i32, last: Option<i32>, flags: i32) -> Try {
    let mut memory = Mapping::new(4096, first, flags, -1)?;
    memory.inject();
    if let Some(last) = last {
        memory.protect(last)?;
    }
    match memory.run() {
        Mapping::ANSWER => Ok("code that was brought along has run".into()),
        other => refused(format!("it gave {other}")),
    }
}

const PRIVATE: i32 = MAP_PRIVATE | MAP_ANONYMOUS;
const SHARED: i32 = MAP_SHARED | MAP_ANONYMOUS;
const WRITTEN: i32 = PROT_READ | PROT_WRITE;

pub(crate) const ATTEMPTS: &[&[Attempt]] = &[START, PROCESSES, CODE, OLD];

const START: &[Attempt] = &[
    attempt("execve", Seen, |g| with_words(g, |words, none| call!(SYS_execve, SHELL, words, none))),
    attempt("execveat", Seen, |g| {
        with_words(g, |words, none| call!(SYS_execveat, AT_FDCWD, SHELL, words, none, 0))
    }),
    attempt("the_evidence", Seen, |g| {
        // A script is opened again by its interpreter, so that it must stay open.
        let _ = call!(SYS_fcntl, g.evidence, F_SETFD, 0);
        with_words(g, |words, none| {
            call!(SYS_execveat, g.evidence, c"", words, none, AT_EMPTY_PATH)
        })
    }),
    attempt("the_evidence_by_its_number", Seen, |g| {
        let _ = call!(SYS_fcntl, g.evidence, F_SETFD, 0);
        let path = text(&format!("/proc/self/fd/{}", g.evidence));
        with_words(g, |words, none| call!(SYS_execve, &*path, words, none))
    }),
    attempt("a_file_in_memory", Seen, |g| {
        let file = call!(SYS_memfd_create, c"x", 0)?;
        let script = format!("#!/bin/sh\n{}\n", g.program().to_string_lossy());
        call!(SYS_write, file, script.as_bytes(), script.len())?;
        with_words(g, |words, none| call!(SYS_execveat, file, c"", words, none, AT_EMPTY_PATH))
    }),
    attempt("the_standard_library_starts_one", Seen, |g| {
        let program = g.program().to_string_lossy().into_owned();
        std::process::Command::new("/bin/sh")
            .args(["-c", &program])
            .status()
            .map(|status| status.to_string())
    }),
    attempt("a_library", Succeeds, |_| {
        let libraries = [
            "/lib/x86_64-linux-gnu/libc.so.6",
            "/lib64/libc.so.6",
            "/usr/lib/libc.so.6",
            "/lib/aarch64-linux-gnu/libc.so.6",
            "/bin/sh",
        ];
        let mut opened = libraries.iter().map(|path| opened(&text(path), O_RDONLY));
        let file = opened.find_map(Result::ok).ok_or(io::ErrorKind::NotFound)?;
        let file = i32::try_from(file).unwrap_or(-1);
        Mapping::new(4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file).map(|_| "mapped".into())
    }),
];

const PROCESSES: &[Attempt] = &[
    attempt("clone", Succeeds, |_| forked(clone(SIGCHLD))),
    attempt("clone_that_waits", Succeeds, |_| forked(clone(SIGCHLD | CLONE_VFORK))),
    attempt("clone_of_the_same_parent", Succeeds, |_| match clone(SIGCHLD | CLONE_PARENT)? {
        0 => forked(Ok(0)),
        child => Ok(format!("process {child}")),
    }),
    attempt("clone3", Succeeds, |_| {
        let mut words = [0_u64; 11];
        words[4] = u64::from(SIGCHLD.unsigned_abs());
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
        forked(call!(SYS_clone3, &bytes[..], bytes.len()))
    }),
    attempt("ever_more_processes", Succeeds, |_| {
        for _ in 0..64 {
            forked(clone(SIGCHLD))?;
        }
        Ok("64 processes".into())
    }),
];

const CODE: &[Attempt] = &[
    attempt("code_in_memory_for_all", Succeeds, |_| injected(WRITTEN | PROT_EXEC, None, PRIVATE)),
    attempt("code_in_memory_protected_later", Succeeds, |_| {
        injected(WRITTEN, Some(PROT_READ | PROT_EXEC), PRIVATE)
    }),
    attempt("code_in_shared_memory", Succeeds, |_| {
        injected(WRITTEN, Some(PROT_READ | PROT_EXEC), SHARED)
    }),
    attempt("code_in_memory_with_a_key", Succeeds, |_| {
        let mut memory = Mapping::new(4096, WRITTEN, PRIVATE, -1)?;
        memory.inject();
        call!(SYS_pkey_mprotect, memory.address(), 4096, PROT_READ | PROT_EXEC, -1)?;
        (memory.run() == Mapping::ANSWER)
            .then(|| "it ran".into())
            .ok_or(io::ErrorKind::Other.into())
    }),
    attempt("code_that_lies_in_the_evidence", Succeeds, |g| {
        Mapping::new(4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, g.evidence).map(|_| "mapped".into())
    }),
    attempt("code_in_memory_that_is_read", Succeeds, |_| {
        // READ_IMPLIES_EXEC: what can be read can be run.
        call!(SYS_personality, 0x0040_0000)?;
        injected(WRITTEN, None, PRIVATE)
    }),
    attempt("code_in_a_file_in_memory", Succeeds, |_| {
        let file = i32::try_from(call!(SYS_memfd_create, c"x", 0)?).unwrap_or(-1);
        call!(SYS_ftruncate, file, 4096)?;
        let mut written = Mapping::new(4096, WRITTEN, MAP_SHARED, file)?;
        written.inject();
        let run = Mapping::new(4096, PROT_READ | PROT_EXEC, MAP_SHARED, file)?;
        (run.run() == Mapping::ANSWER).then(|| "it ran".into()).ok_or(io::ErrorKind::Other.into())
    }),
    attempt("code_in_memory_of_system_v", Succeeds, |_| {
        let segment = call!(SYS_shmget, 0, 4096, IPC_CREAT | 0o700)?;
        let at = call!(SYS_shmat, segment, 0, SHM_EXEC);
        let _ = call!(SYS_shmctl, segment, IPC_RMID, 0);
        at.map(|_| "mapped".into())
    }),
];

#[cfg(not(target_arch = "x86_64"))]
const OLD: &[Attempt] = &[];

/// Calls that only the older architecture has.
#[cfg(target_arch = "x86_64")]
const OLD: &[Attempt] = &[
    attempt("fork", Succeeds, |_| forked(call!(SYS_fork))),
    attempt("vfork", Succeeds, |_| escapes::vfork().map(|child| format!("process {child}"))),
    attempt("a_thread_in_other_names", Depends("root (CAP_SYS_ADMIN)"), |_| {
        escapes::thread(CLONE_NEWNET).map(|thread| format!("thread {thread}"))
    }),
    attempt("a_thread_among_other_hosts", Depends("root (CAP_SYS_ADMIN)"), |_| {
        escapes::thread(CLONE_NEWUTS).map(|thread| format!("thread {thread}"))
    }),
    attempt("a_segment_of_its_own", Depends("the kernel"), |_| {
        // modify_ldt(2): write an entry.
        let entry = [0_u8; 16];
        call!(SYS_modify_ldt, 1, &entry[..], 16).map(|_| "set".into())
    }),
    attempt("ports_of_the_processor", Depends("root (CAP_SYS_RAWIO)"), |_| {
        call!(SYS_ioperm, 0x80, 1, 1).map(|_| "granted".into())
    }),
];
