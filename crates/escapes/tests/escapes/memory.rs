//! Memory, the scratch file and threads, beyond what was given.

use crate::attempt::Control::{Depends, Omitted, Succeeds};
use crate::attempt::{Attempt, Try, attempt, refused};
use crate::ground::Ground;
use escapes::{Mapping, call};
use libc::*;
use std::io;

const WRITTEN: i32 = PROT_READ | PROT_WRITE;
const NOTHING: i32 = MAP_ANONYMOUS | MAP_NORESERVE;

/// Takes more than was given, of one piece, and writes to each page.
fn more(ground: &Ground, flags: i32) -> Try {
    let mut memory = Mapping::new(ground.number("memory") + (64 << 20), WRITTEN, flags, -1)?;
    memory.fill();
    Ok("more than the limit".into())
}

fn scratch(ground: &Ground) -> io::Result<i32> {
    let mine = |number: &i32| {
        *number != ground.evidence
            && call!(SYS_fcntl, *number, F_GETFL).is_ok_and(|flags| flags & 3 == 2)
    };
    (3..64).find(mine).ok_or_else(|| io::Error::other("no scratch file"))
}

const SCRATCH: &str = "a process by itself has no scratch file";

pub(crate) const ATTEMPTS: &[&[Attempt]] = &[&[
    attempt("of_one_piece", Succeeds, |g| more(g, NOTHING | MAP_PRIVATE)),
    attempt("of_many_pieces", Succeeds, |g| {
        let mut held = Vec::new();
        for _ in 0..=(g.number("memory") >> 20) {
            let mut piece = Mapping::new(1 << 20, WRITTEN, NOTHING | MAP_PRIVATE, -1)?;
            piece.fill();
            held.push(piece);
        }
        Ok("more than the limit".into())
    }),
    attempt("by_the_allocator", Succeeds, |g| {
        let mut held: Vec<Vec<u8>> = Vec::new();
        for _ in 0..=(g.number("memory") >> 20) {
            held.push(vec![1; 1 << 20]);
        }
        Ok(format!("{} MiB", held.len()))
    }),
    attempt("that_is_shared", Succeeds, |g| more(g, NOTHING | MAP_SHARED)),
    attempt("that_is_shared_and_checked", Depends("the kernel"), |g| {
        more(g, MAP_ANONYMOUS | MAP_SHARED_VALIDATE)
    }),
    attempt("that_counts_as_stack", Succeeds, |g| more(g, NOTHING | MAP_PRIVATE | MAP_GROWSDOWN)),
    attempt("in_huge_pages", Depends("huge pages that are set aside"), |g| {
        more(g, NOTHING | MAP_PRIVATE | MAP_HUGETLB)
    }),
    attempt("that_is_first_only_read", Succeeds, |g| {
        let length = g.number("memory") + (64 << 20);
        let mut memory = Mapping::new(length, PROT_READ, NOTHING | MAP_PRIVATE, -1)?;
        memory.protect(WRITTEN)?;
        memory.fill();
        Ok("more than the limit".into())
    }),
    attempt("behind_the_programs_own", Succeeds, |g| {
        let end = call!(SYS_brk, 0)?;
        let wanted = end + g.number("memory") + (64 << 20);
        if call!(SYS_brk, wanted)? < wanted { refused("it stays") } else { Ok("it grew".into()) }
    }),
    attempt("a_mapping_that_grows", Succeeds, |g| {
        let piece = Mapping::new(4096, WRITTEN, NOTHING | MAP_PRIVATE, -1)?;
        let wanted = g.number("memory") + (64 << 20);
        call!(SYS_mremap, piece.address(), 4096, wanted, MREMAP_MAYMOVE, 0)
            .map(|_| "more than the limit".into())
    }),
    attempt("for_tables_of_pages", Succeeds, |_| {
        // Pages of nothing count as none; the tables that name them do not either.
        Mapping::new(8 << 40, PROT_READ, NOTHING | MAP_PRIVATE, -1)
            .map(|_| "8 TiB, whose tables would take 16 GiB".into())
    }),
    attempt("of_system_v", Succeeds, |g| {
        let segment = call!(SYS_shmget, 0, g.number("memory") + (64 << 20), IPC_CREAT | 0o600)?;
        let at = call!(SYS_shmat, segment, 0, 0);
        let _ = call!(SYS_shmctl, segment, IPC_RMID, 0);
        at.map(|_| "more than the limit".into())
    }),
    attempt("that_is_locked", Succeeds, |_| {
        let piece = Mapping::new(4096, WRITTEN, NOTHING | MAP_PRIVATE, -1)?;
        call!(SYS_mlock, piece.address(), 4096).map(|_| "locked".into())
    }),
    attempt("that_faults_to_us", Depends("root, or a kernel that lets anybody"), |_| {
        call!(SYS_userfaultfd, 0).map(|_| "made".into())
    }),
    attempt(
        "that_is_said_to_be_broken",
        Omitted("it would take memory from this computer"),
        |_| {
            let mut piece = Mapping::new(4096, WRITTEN, NOTHING | MAP_PRIVATE, -1)?;
            piece.fill();
            call!(SYS_madvise, piece.address(), 4096, MADV_HWPOISON).map(|_| "poisoned".into())
        },
    ),
    attempt("that_is_taken_out_of_use", Omitted("it would take memory from this computer"), |_| {
        let mut piece = Mapping::new(4096, WRITTEN, NOTHING | MAP_PRIVATE, -1)?;
        piece.fill();
        call!(SYS_madvise, piece.address(), 4096, MADV_SOFT_OFFLINE).map(|_| "offline".into())
    }),
    attempt("ever_more_threads", Depends("how many the system lets a user have"), |_| {
        let mut threads = 0;
        while threads < 5000 {
            let thread = std::thread::Builder::new().stack_size(16 << 10);
            thread.spawn(std::thread::park)?;
            threads += 1;
        }
        Ok(format!("{threads} threads"))
    }),
    attempt("a_byte_behind_the_scratch_files_end", Omitted(SCRATCH), |g| {
        call!(SYS_pwrite64, scratch(g)?, &b"x"[..], 1, g.number("scratch"))
            .map(|_| "written".into())
    }),
    attempt("a_longer_scratch_file", Omitted(SCRATCH), |g| {
        call!(SYS_ftruncate, scratch(g)?, g.number("scratch") + 1).map(|_| "made longer".into())
    }),
    attempt("room_for_a_longer_scratch_file", Omitted(SCRATCH), |g| {
        call!(SYS_fallocate, scratch(g)?, 0, 0, g.number("scratch") + 1)
            .map(|_| "made longer".into())
    }),
    attempt("a_scratch_file_that_is_mapped", Omitted(SCRATCH), |g| {
        Mapping::new(4096, WRITTEN, MAP_SHARED, scratch(g)?).map(|_| "mapped".into())
    }),
    attempt("a_name_for_the_scratch_file", Omitted(SCRATCH), |g| {
        let to = g.path("new");
        call!(SYS_linkat, scratch(g)?, c"", AT_FDCWD, &*to, AT_EMPTY_PATH).map(|_| "named".into())
    }),
]];
