//! Other processes, and what this one is: tracing, signals, limits, rights, secrets.

use crate::attempt::Control::{Depends, Omitted, Seen, Succeeds};
use crate::attempt::{Attempt, attempt, refused};
use crate::ground::Ground;
use escapes::call;
use libc::*;
use std::io;

const YAMA: &str = "whether Yama lets a process trace one that is not its child";

fn done(what: &str) -> impl Fn(usize) -> String {
    move |_| what.to_owned()
}

fn canary(ground: &Ground) -> usize {
    ground.number("canary")
}

fn host(ground: &Ground) -> usize {
    ground.number("host")
}

/// A descriptor that stands for the host.
fn of_host(ground: &Ground) -> io::Result<usize> {
    call!(SYS_pidfd_open, host(ground), 0)
}

fn pair(first: usize, second: usize) -> Vec<u8> {
    [first.to_ne_bytes(), second.to_ne_bytes()].concat()
}

/// `siginfo_t` as rt_sigqueueinfo(2) takes it: sent by sigqueue(3).
fn told(signal: i32) -> [u8; 128] {
    let mut about = [0; 128];
    about[..4].copy_from_slice(&signal.to_ne_bytes());
    about[8..12].copy_from_slice(&(-1_i32).to_ne_bytes());
    about
}

pub(crate) const ATTEMPTS: &[&[Attempt]] = &[TRACE, SIGNAL, BEND, SELF];

const TRACE: &[Attempt] = &[
    attempt("trace", Depends(YAMA), |g| {
        call!(SYS_ptrace, PTRACE_SEIZE, canary(g), 0, 0).map(done("traced"))
    }),
    attempt("trace_and_stop", Depends(YAMA), |g| {
        call!(SYS_ptrace, PTRACE_ATTACH, canary(g), 0, 0).map(done("traced"))
    }),
    attempt("trace_the_host", Depends(YAMA), |g| {
        call!(SYS_ptrace, PTRACE_SEIZE, host(g), 0, 0).map(done("traced"))
    }),
    attempt("be_traced", Succeeds, |_| {
        call!(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0).map(done("traced"))
    }),
    attempt("read_the_hosts_memory", Depends(YAMA), |g| {
        let mut bytes = [0_u8; 32];
        let (here, there) =
            (pair(bytes.as_mut_ptr() as usize, 32), pair(g.number("secret_at"), 32));
        call!(SYS_process_vm_readv, host(g), &here[..], 1, &there[..], 1, 0)
            .map(|_| format!("{bytes:x?}"))
    }),
    attempt("write_the_hosts_memory", Depends(YAMA), |g| {
        let bytes = [b'!'; 32];
        let (here, there) = (pair(bytes.as_ptr() as usize, 32), pair(g.number("secret_at"), 32));
        call!(SYS_process_vm_writev, host(g), &here[..], 1, &there[..], 1, 0).map(done("written"))
    }),
    attempt("write_anothers_memory", Depends(YAMA), |g| {
        let bytes = *b"escaped!";
        let (here, there) = (pair(bytes.as_ptr() as usize, 8), pair(g.number("canary_at"), 8));
        call!(SYS_process_vm_writev, canary(g), &here[..], 1, &there[..], 1, 0).map(done("written"))
    }),
    attempt("advise_the_hosts_memory", Depends("root (CAP_SYS_NICE)"), |g| {
        let there = pair(g.number("secret_at") & !4095, 4096);
        call!(SYS_process_madvise, of_host(g)?, &there[..], 1, MADV_COLD, 0).map(done("advised"))
    }),
    attempt("stand_for_the_host", Succeeds, |g| of_host(g).map(done("opened"))),
    attempt("descriptor_of_the_host", Depends(YAMA), |g| {
        call!(SYS_pidfd_getfd, of_host(g)?, 0, 0).map(done("taken"))
    }),
    attempt("compare_with_the_host", Depends(YAMA), |g| {
        // KCMP_FILE
        call!(SYS_kcmp, host(g), call!(SYS_getpid)?, 0, 0, 0).map(done("compared"))
    }),
    attempt("locks_of_the_host", Depends(YAMA), |g| {
        let (mut head, mut length) = ([0; 8], [0; 8]);
        call!(SYS_get_robust_list, host(g), &mut head[..], &mut length[..]).map(done("told"))
    }),
    attempt("pages_of_the_host", Depends("root (CAP_SYS_NICE)"), |g| {
        let nodes = [1_u8, 0, 0, 0, 0, 0, 0, 0];
        call!(SYS_migrate_pages, host(g), 8, &nodes[..], &nodes[..]).map(done("moved"))
    }),
];

const SIGNAL: &[Attempt] = &[
    attempt("kill", Seen, |g| call!(SYS_kill, canary(g), SIGKILL).map(done("killed"))),
    attempt("stop", Seen, |g| call!(SYS_kill, canary(g), SIGSTOP).map(done("stopped"))),
    attempt("signal_the_host", Seen, |g| call!(SYS_kill, host(g), SIGUSR1).map(done("sent"))),
    attempt("signal_the_hosts_thread", Seen, |g| {
        call!(SYS_tgkill, host(g), host(g), SIGUSR1).map(done("sent"))
    }),
    attempt("signal_by_tkill", Seen, |g| call!(SYS_tkill, canary(g), SIGKILL).map(done("killed"))),
    attempt("signal_with_words", Seen, |g| {
        call!(SYS_rt_sigqueueinfo, host(g), SIGUSR1, &told(SIGUSR1)[..]).map(done("sent"))
    }),
    attempt("signal_a_thread_with_words", Seen, |g| {
        call!(SYS_rt_tgsigqueueinfo, host(g), host(g), SIGUSR1, &told(SIGUSR1)[..])
            .map(done("sent"))
    }),
    attempt("signal_by_descriptor", Seen, |g| {
        call!(SYS_pidfd_send_signal, of_host(g)?, SIGUSR1, 0, 0).map(done("sent"))
    }),
    attempt("signal_all", Omitted("it would end whatever else runs here"), |_| {
        call!(SYS_kill, -1, SIGTERM).map(done("sent"))
    }),
    attempt("is_the_host_there", Succeeds, |g| call!(SYS_kill, host(g), 0).map(done("it is"))),
];

const BEND: &[Attempt] = &[
    attempt("limits_of_another", Depends("root, or one and the same user"), |g| {
        let limits = pair(64, 64);
        call!(SYS_prlimit64, canary(g), RLIMIT_NOFILE, &limits[..], 0).map(done("set"))
    }),
    attempt("nice_value_of_another", Seen, |g| {
        call!(SYS_setpriority, PRIO_PROCESS, canary(g), 19).map(done("set"))
    }),
    attempt("schedule_of_another", Seen, |g| {
        let priority = [0; 4];
        call!(SYS_sched_setscheduler, canary(g), SCHED_BATCH, &priority[..]).map(done("set"))
    }),
    attempt("cores_of_another", Depends("more cores than one"), |g| {
        let one = [1_u8, 0, 0, 0, 0, 0, 0, 0];
        call!(SYS_sched_setaffinity, canary(g), 8, &one[..]).map(done("set"))
    }),
    attempt("disk_of_another", Succeeds, |g| {
        // IOPRIO_WHO_PROCESS; the idle class
        call!(SYS_ioprio_set, 1, canary(g), 3 << 13).map(done("set"))
    }),
    attempt("own_limits_up", Succeeds, |_| {
        let (soft, hard) = current(RLIMIT_NOFILE)?;
        let raised = pair(hard, hard);
        call!(SYS_prlimit64, 0, RLIMIT_NOFILE, &raised[..], 0).map(|_| format!("{soft} to {hard}"))
    }),
    attempt("own_memory_up", Succeeds, |_| {
        let raised = pair(usize::MAX, usize::MAX);
        call!(SYS_prlimit64, 0, RLIMIT_DATA, &raised[..], 0).map(done("set"))
    }),
    attempt("own_limits_by_setrlimit", Succeeds, |_| {
        let raised = pair(usize::MAX, usize::MAX);
        call!(SYS_setrlimit, RLIMIT_DATA, &raised[..]).map(done("set"))
    }),
    attempt("own_limits_told", Succeeds, |_| {
        current(RLIMIT_DATA).map(|limits| format!("{limits:?}"))
    }),
    attempt("own_schedule", Depends("root (CAP_SYS_NICE)"), |_| {
        let priority = 1_u32.to_ne_bytes();
        call!(SYS_sched_setscheduler, 0, SCHED_RR, &priority[..]).map(done("set"))
    }),
];

fn current(resource: u32) -> io::Result<(usize, usize)> {
    let mut limits = [0; 16];
    call!(SYS_prlimit64, 0, resource, 0, &mut limits[..])?;
    let (soft, hard) = limits.split_at(8);
    let number = |bytes: &[u8]| bytes.try_into().map_or(0, usize::from_ne_bytes);
    Ok((number(soft), number(hard)))
}

const SELF: &[Attempt] = &[
    attempt("environment", Succeeds, |_| match std::env::vars_os().next() {
        Some((name, value)) => Ok(format!("{name:?}={value:?}")),
        None => refused("there is none"),
    }),
    attempt("arguments", Succeeds, |_| {
        let told: Vec<_> =
            std::env::args().skip(1).filter(|word| word != isolate::WORKER).collect();
        if told.is_empty() { refused("there are none") } else { Ok(format!("{told:?}")) }
    }),
    attempt("debuggers_again", Succeeds, |_| {
        call!(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0).map(done("set"))
    }),
    attempt("anybody_may_trace", Depends("a kernel with Yama"), |_| {
        call!(SYS_prctl, PR_SET_PTRACER, usize::MAX, 0, 0, 0).map(done("set"))
    }),
    attempt("another_name", Succeeds, |_| {
        call!(SYS_prctl, PR_SET_NAME, c"tamarisk", 0, 0, 0).map(done("set"))
    }),
    attempt("survive_the_host", Succeeds, |_| {
        call!(SYS_prctl, PR_SET_PDEATHSIG, 0, 0, 0, 0).map(done("set"))
    }),
    attempt("take_in_orphans", Succeeds, |_| {
        call!(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0).map(done("set"))
    }),
    attempt("another_filter", Depends("no_new_privs or root"), |_| {
        // SECCOMP_SET_MODE_FILTER: one that allows everything; it could only add to those there are.
        let allow = [6_u8, 0, 0, 0, 0, 0, 0xff, 0x7f];
        let program = pair(1, allow.as_ptr() as usize);
        call!(SYS_seccomp, 1, 0, &program[..]).map(done("installed"))
    }),
    attempt("other_rules_for_files", Depends("a kernel with Landlock"), |_| {
        let rules = [0xff_u8, 0x1f, 0, 0, 0, 0, 0, 0];
        call!(SYS_landlock_create_ruleset, &rules[..], 8, 0).map(done("made"))
    }),
    attempt("be_root", Depends("root"), |_| call!(SYS_setresuid, 0, 0, 0).map(done("root"))),
    attempt("another_user", Succeeds, |_| call!(SYS_setresuid, -1, -1, -1).map(done("set"))),
    attempt("another_group", Succeeds, |_| call!(SYS_setresgid, -1, -1, -1).map(done("set"))),
    attempt("other_groups", Depends("root (CAP_SETGID)"), |_| {
        call!(SYS_setgroups, 0, 0).map(done("set"))
    }),
    attempt("capabilities", Succeeds, |_| {
        let head = [0x2008_0522_u32.to_ne_bytes(), 0_u32.to_ne_bytes()].concat();
        let mut sets = [0; 24];
        call!(SYS_capget, &head[..], &mut sets[..])?;
        call!(SYS_capset, &head[..], &sets[..]).map(done("set"))
    }),
    attempt("out_of_the_session", Depends("who leads the group"), |_| {
        call!(SYS_setsid).map(done("left"))
    }),
    attempt("out_of_the_group", Succeeds, |_| call!(SYS_setpgid, 0, 0).map(done("left"))),
    attempt("who_the_host_is", Succeeds, |_| call!(SYS_getppid).map(|number| format!("{number}"))),
    attempt("who_runs_this", Succeeds, |_| call!(SYS_getuid).map(|number| format!("{number}"))),
    attempt("an_alarm", Succeeds, |_| {
        let timer = [pair(0, 0), pair(3600, 0)].concat();
        call!(SYS_setitimer, ITIMER_REAL, &timer[..], 0).map(done("set"))
    }),
    attempt("ever_more_timers", Succeeds, |_| {
        for _ in 0..1000 {
            let mut timer = [0; 8];
            call!(SYS_timer_create, CLOCK_MONOTONIC, 0, &mut timer[..])?;
        }
        Ok("1,000 timers".into())
    }),
];
