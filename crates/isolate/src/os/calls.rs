//! The system calls that reading needs, and those that only an attack would try.

use libc::{c_long, *};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};
use std::collections::BTreeMap;

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Allowed with whatever arguments: they act on memory, on time, or on descriptors that are held.
const PLAIN: &[c_long] = &[
    SYS_read,
    SYS_pread64,
    SYS_lseek,
    SYS_close,
    SYS_fstat,
    SYS_munmap,
    SYS_mremap,
    SYS_brk,
    SYS_futex,
    SYS_set_robust_list,
    SYS_rseq,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_sigaltstack,
    SYS_getrandom,
    SYS_clock_gettime,
    SYS_clock_nanosleep,
    SYS_nanosleep,
    SYS_sched_yield,
    SYS_sched_getaffinity,
    SYS_gettid,
    SYS_getpid,
    SYS_exit,
    SYS_exit_group,
    SYS_restart_syscall,
    // Answered with ENOSYS by a filter of its own: its arguments cannot be looked at, and the C
    // library then takes `clone`, whose can.
    SYS_clone3,
];

/// What neither workers nor the host ever do: the host opens files, writes reports and starts workers,
/// and nothing else.
const NEVER: &[c_long] = &[
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_pidfd_getfd,
    SYS_socket,
    SYS_connect,
    SYS_bind,
    SYS_listen,
    SYS_accept4,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_unshare,
    SYS_setns,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_io_uring_setup,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    SYS_userfaultfd,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_open_by_handle_at,
    SYS_init_module,
    SYS_finit_module,
    SYS_kexec_load,
    SYS_reboot,
];

/// What no reader of files ever does beside; whoever tries is stopped at once, so that it shows. (What is
/// neither here nor allowed fails with EPERM: the C library tries this and that.)
const NEVER_IN_WORKER: &[c_long] = &[
    SYS_execve,
    SYS_execveat,
    SYS_kcmp,
    SYS_pidfd_open,
    SYS_pidfd_send_signal,
    SYS_socketpair,
    SYS_sendto,
    SYS_sendmsg,
    SYS_memfd_create,
    SYS_personality,
    SYS_setuid,
    SYS_setgid,
    SYS_mkdirat,
    SYS_mknodat,
    SYS_linkat,
    SYS_symlinkat,
    SYS_renameat2,
    SYS_unlinkat,
    SYS_fchmodat,
    SYS_fchownat,
    SYS_truncate,
];

/// The same for calls that only the older architecture has.
#[cfg(target_arch = "x86_64")]
const NEVER_OLD: &[c_long] = &[
    SYS_fork,
    SYS_vfork,
    SYS_rename,
    SYS_unlink,
    SYS_mkdir,
    SYS_rmdir,
    SYS_link,
    SYS_symlink,
    SYS_creat,
    SYS_chmod,
    SYS_chown,
    SYS_mknod,
    SYS_accept,
];
#[cfg(not(target_arch = "x86_64"))]
const NEVER_OLD: &[c_long] = &[];

/// Where the numbers of the x32 ABI begin, by which a kernel may have each call once more.
#[cfg(target_arch = "x86_64")]
const X32: Option<c_long> = Some(0x4000_0000);
#[cfg(not(target_arch = "x86_64"))]
const X32: Option<c_long> = None;

/// What makes other views of the system: no thread is given one.
const NAMESPACES: i32 = CLONE_NEWNS
    | CLONE_NEWCGROUP
    | CLONE_NEWUTS
    | CLONE_NEWIPC
    | CLONE_NEWUSER
    | CLONE_NEWPID
    | CLONE_NEWNET;

/// The filters of a worker whose scratch file is descriptor `scratch`, in the order in which they
/// are to be installed; the last one leaves no way to install another.
pub(super) fn of_worker(
    scratch: Option<i32>,
) -> Result<Vec<BpfProgram>, seccompiler::BackendError> {
    let never = of_none().map(|call| (call, Vec::new())).collect();
    let no_clone3 = Rules::from([(SYS_clone3, Vec::new())]);
    Ok(vec![
        filter(never, SeccompAction::Allow, SeccompAction::KillProcess)?,
        filter(no_clone3, SeccompAction::Allow, errno(ENOSYS))?,
        filter(allowed(scratch)?, errno(EPERM), SeccompAction::Allow)?,
    ])
}

/// The filter of the host.
pub(super) fn of_host() -> Result<BpfProgram, seccompiler::BackendError> {
    let again = X32.into_iter().flat_map(|from| NEVER.iter().map(move |call| from + call));
    let never = NEVER.iter().copied().chain(again).map(|call| (call, Vec::new())).collect();
    filter(never, SeccompAction::Allow, errno(EPERM))
}

/// Whatever ends a worker.
fn of_none() -> impl Iterator<Item = c_long> {
    NEVER.iter().chain(NEVER_IN_WORKER).chain(NEVER_OLD).copied()
}

fn allowed(scratch: Option<i32>) -> Result<Rules, seccompiler::BackendError> {
    let mut rules: Rules = PLAIN.iter().map(|call| (*call, Vec::new())).collect();
    // Memory that is written is never run, and all of it counts against RLIMIT_DATA: what is shared, what
    // counts as a stack and what lies in huge pages does not.
    let no_exec = || masked(2, PROT_EXEC, 0);
    let counted = masked(3, MAP_SHARED | MAP_GROWSDOWN | MAP_HUGETLB, 0)?;
    rules.insert(SYS_mmap, vec![SeccompRule::new(vec![no_exec()?, counted])?]);
    rules.insert(SYS_mprotect, vec![rule(no_exec()?)?]);
    // Any advice but that memory is broken, which root's would be believed.
    let advice = |how, limit| SeccompCondition::new(2, SeccompCmpArgLen::Dword, how, limit);
    let below = advice(SeccompCmpOp::Lt, u64::from(MADV_HWPOISON.unsigned_abs()))?;
    let above = advice(SeccompCmpOp::Gt, u64::from(MADV_SOFT_OFFLINE.unsigned_abs()))?;
    rules.insert(SYS_madvise, vec![rule(below)?, rule(above)?]);
    // Threads, and no processes.
    let thread = masked(0, CLONE_THREAD | NAMESPACES, CLONE_THREAD)?;
    rules.insert(SYS_clone, vec![rule(thread)?]);
    // Letters come on standard input; items and complaints leave on the other two.
    rules.insert(SYS_recvmsg, vec![rule(equal(0, STDIN_FILENO)?)?]);
    let mut written = vec![rule(equal(0, STDOUT_FILENO)?)?, rule(equal(0, STDERR_FILENO)?)?];
    if let Some(scratch) = scratch {
        written.push(rule(equal(0, scratch)?)?);
        rules.insert(SYS_pwrite64, vec![rule(equal(0, scratch)?)?]);
        rules.insert(SYS_ftruncate, vec![rule(equal(0, scratch)?)?]);
    }
    rules.insert(SYS_write, written);
    // The standard library looks whether what it closes is open.
    rules.insert(SYS_fcntl, vec![rule(equal(1, F_GETFD)?)?, rule(equal(1, F_GETFL)?)?]);
    // How a process ends itself that has run out of memory.
    let own = i32::try_from(std::process::id()).unwrap_or_default();
    rules.insert(SYS_tgkill, vec![rule(equal(0, own)?)?]);
    Ok(rules)
}

fn rule(condition: SeccompCondition) -> Result<SeccompRule, seccompiler::BackendError> {
    SeccompRule::new(vec![condition])
}

fn equal(argument: u8, value: i32) -> Result<SeccompCondition, seccompiler::BackendError> {
    let value = u64::from(value.unsigned_abs());
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)
}

fn masked(
    argument: u8,
    mask: i32,
    value: i32,
) -> Result<SeccompCondition, seccompiler::BackendError> {
    let (mask, value) = (u64::from(mask.unsigned_abs()), u64::from(value.unsigned_abs()));
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(mask), value)
}

fn errno(number: i32) -> SeccompAction {
    SeccompAction::Errno(number.unsigned_abs())
}

fn filter(
    rules: Rules,
    otherwise: SeccompAction,
    then: SeccompAction,
) -> Result<BpfProgram, seccompiler::BackendError> {
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    SeccompFilter::new(rules, otherwise, then, arch)?.try_into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filters_can_be_compiled_and_nothing_is_in_two_lists() {
        assert_eq!(of_worker(Some(7)).unwrap().len(), 3);
        assert!(!of_host().unwrap().is_empty());
        let allowed = allowed(Some(7)).unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for call in of_none() {
            assert!(!allowed.contains_key(&call) && seen.insert(call), "system call {call}");
        }
    }
}
