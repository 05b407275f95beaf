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
    SYS_madvise,
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

/// What no reader of files ever does; whoever tries is stopped at once, so that it shows. (What is
/// neither here nor allowed fails with EPERM: the C library tries this and that.)
const NEVER: &[c_long] = &[
    SYS_execve,
    SYS_execveat,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_kcmp,
    SYS_pidfd_open,
    SYS_pidfd_getfd,
    SYS_pidfd_send_signal,
    SYS_socket,
    SYS_socketpair,
    SYS_connect,
    SYS_bind,
    SYS_listen,
    SYS_accept4,
    SYS_sendto,
    SYS_sendmsg,
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
    SYS_memfd_create,
    SYS_init_module,
    SYS_finit_module,
    SYS_kexec_load,
    SYS_reboot,
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

/// What is refused to the host as well, which opens files, writes reports and starts workers, and
/// nothing else.
const NEVER_IN_HOST: &[c_long] = &[
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

/// The filters of a worker whose scratch file is descriptor `scratch`, in the order in which they
/// are to be installed; the last one leaves no way to install another.
pub(super) fn of_worker(
    scratch: Option<i32>,
) -> Result<Vec<BpfProgram>, seccompiler::BackendError> {
    let never = NEVER.iter().chain(NEVER_OLD).map(|call| (*call, Vec::new())).collect();
    let no_clone3 = Rules::from([(SYS_clone3, Vec::new())]);
    Ok(vec![
        filter(never, SeccompAction::Allow, SeccompAction::KillProcess)?,
        filter(no_clone3, SeccompAction::Allow, errno(ENOSYS))?,
        filter(allowed(scratch)?, errno(EPERM), SeccompAction::Allow)?,
    ])
}

/// The filter of the host.
pub(super) fn of_host() -> Result<BpfProgram, seccompiler::BackendError> {
    let never = NEVER_IN_HOST.iter().map(|call| (*call, Vec::new())).collect();
    filter(never, SeccompAction::Allow, errno(EPERM))
}

fn allowed(scratch: Option<i32>) -> Result<Rules, seccompiler::BackendError> {
    let mut rules: Rules = PLAIN.iter().map(|call| (*call, Vec::new())).collect();
    // Memory that is written is never run.
    let no_exec = || masked(2, PROT_EXEC, 0);
    rules.insert(SYS_mmap, vec![rule(no_exec()?)?]);
    rules.insert(SYS_mprotect, vec![rule(no_exec()?)?]);
    // Threads, and no processes.
    rules.insert(SYS_clone, vec![rule(masked(0, CLONE_THREAD, CLONE_THREAD)?)?]);
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
    fn the_filters_can_be_compiled_and_nothing_is_in_both_lists() {
        assert_eq!(of_worker(Some(7)).unwrap().len(), 3);
        assert!(!of_host().unwrap().is_empty());
        let allowed = allowed(Some(7)).unwrap();
        for call in NEVER.iter().chain(NEVER_OLD) {
            assert!(!allowed.contains_key(call), "system call {call}");
        }
    }
}
