//! Giving up rights: what a worker can do no more once it begins to read.

use super::calls;
use crate::Rights;
use crate::job::Setup;
use landlock::{
    ABI, Access, AccessFs, AccessNet, AddRuleError, AddRulesError, CompatLevel, Compatible,
    PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError,
    RulesetStatus, Scope,
};
use rustix::process::{
    DumpableBehavior, Gid, Resource, Rlimit, Uid, geteuid, getrlimit, set_dumpable_behavior,
    setrlimit,
};
use rustix::thread::{
    CapabilitySet, CapabilitySets, set_capabilities, set_thread_groups, set_thread_res_gid,
    set_thread_res_uid,
};
use std::fs::File;
use std::os::fd::AsRawFd;

/// The newest Landlock whose rules are asked for; of an older kernel's, as many as it has.
const NEWEST: ABI = ABI::V7;

/// Descriptors that a worker may hold: those of one letter, and a few of its own.
const DESCRIPTORS: u64 = super::post::MOST_HANDLES as u64 + 16;

/// Bytes of address space beside the memory that a worker may use: what is only reserved. (They bound the
/// tables of pages, which count as nobody's memory: a 512th.)
const RESERVED: u64 = 16 << 30;

/// Bytes of stack, which do not count as memory.
const STACK: u64 = 64 << 20;

/// Processes and threads of the user all together, beyond which a worker starts no thread. Reading
/// needs one, and goes without.
const THREADS: u64 = 4096;

/// The user and the group that nothing belongs to.
const NOBODY: u32 = 65_534;

/// Gives up all that reading does not need, for good; to be called while there is one thread. Tells what
/// could not be set in force.
pub(crate) fn confine(setup: &Setup, scratch: Option<&File>) -> Vec<String> {
    let mut missing = Vec::new();
    if !no_root() {
        missing.push("giving up capabilities".to_owned());
    }
    if set_dumpable_behavior(DumpableBehavior::NotDumpable).is_err() {
        missing.push("hiding from debuggers".to_owned());
    }
    if !resources(setup) {
        missing.push("resource limits".to_owned());
    }
    missing.extend(without_files().err());
    if let Err(reason) = filtered(scratch) {
        missing.push(reason);
    }
    missing
}

/// A worker that root has started becomes nobody where there is such a user, and has no capability left
/// in any case.
fn no_root() -> bool {
    if geteuid().is_root() {
        let (user, group) = (Uid::from_raw(NOBODY), Gid::from_raw(NOBODY));
        // In a container there may be no other user; capabilities are what counts.
        let _ = set_thread_groups(&[]);
        let _ = set_thread_res_gid(group, group, group);
        let _ = set_thread_res_uid(user, user, user);
    }
    let none = CapabilitySet::empty();
    let none = CapabilitySets { effective: none, permitted: none, inheritable: none };
    set_capabilities(None, none).is_ok()
}

/// Limits of resources.
fn resources(setup: &Setup) -> bool {
    let limits = [
        (Resource::Data, setup.memory),
        (Resource::As, setup.memory.saturating_add(RESERVED)),
        (Resource::Stack, STACK),
        (Resource::Fsize, setup.scratch),
        (Resource::Cpu, setup.processor),
        (Resource::Nofile, DESCRIPTORS),
        (Resource::Nproc, THREADS),
        (Resource::Core, 0),
        (Resource::Memlock, 0),
        (Resource::Msgqueue, 0),
    ];
    let set = |(resource, most): (Resource, u64)| {
        // What is lower already stays so.
        let most = getrlimit(resource).maximum.map_or(most, |there| most.min(there));
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) }).is_ok()
    };
    // Each is tried, whatever became of the one before.
    limits.into_iter().map(set).filter(|done| !done).count() == 0
}

/// Landlock (<https://docs.kernel.org/userspace-api/landlock.html>): no file, no port, no signal
/// and no abstract socket outside; what is open stays open.
fn without_files() -> Result<(), String> {
    enforce(ruleset()?)
}

fn ruleset() -> Result<RulesetCreated, String> {
    let none = |error: landlock::RulesetError| format!("Landlock ({error})");
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))
        .map_err(none)?
        .handle_access(AccessNet::from_all(NEWEST))
        .map_err(none)?
        .scope(Scope::from_all(NEWEST))
        .map_err(none)?
        .create()
        .map_err(none)
}

fn enforce(ruleset: RulesetCreated) -> Result<(), String> {
    match ruleset.restrict_self() {
        Ok(status) => match status.ruleset {
            RulesetStatus::FullyEnforced => Ok(()),
            RulesetStatus::PartiallyEnforced => {
                Err("parts of Landlock (this kernel's is older)".to_owned())
            }
            RulesetStatus::NotEnforced => Err("Landlock (this kernel has none)".to_owned()),
        },
        Err(error) => Err(format!("Landlock ({error})")),
    }
}

/// seccomp (seccomp(2)), with `no_new_privs`.
fn filtered(scratch: Option<&File>) -> Result<(), String> {
    let none = |error: String| format!("seccomp ({error})");
    let programs = calls::of_worker(scratch.map(AsRawFd::as_raw_fd))
        .map_err(|error| none(error.to_string()))?;
    for program in programs {
        seccompiler::apply_filter(&program).map_err(|error| none(error.to_string()))?;
    }
    Ok(())
}

/// Whether files can be moved between folders; see [`crate::moves_files`].
pub(crate) fn moves_files() -> bool {
    let asked = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::Refer);
    asked.is_ok()
}

/// Gives up what the host does not need; see [`crate::confine_host`].
pub(crate) fn confine_host(rights: &Rights<'_>) -> Vec<String> {
    let mut missing = Vec::new();
    if set_dumpable_behavior(DumpableBehavior::NotDumpable).is_err() {
        missing.push("hiding from debuggers".to_owned());
    }
    missing.extend(only_files(rights).err());
    let filtered = calls::of_host()
        .map_err(|error| error.to_string())
        .and_then(|program| seccompiler::apply_filter(&program).map_err(|error| error.to_string()));
    missing.extend(filtered.err().map(|error| format!("seccomp ({error})")));
    missing
}

fn only_files(rights: &Rights<'_>) -> Result<(), String> {
    let reading = AccessFs::ReadFile | AccessFs::ReadDir;
    let writing = reading
        | AccessFs::WriteFile
        | AccessFs::Truncate
        | AccessFs::MakeReg
        | AccessFs::RemoveFile;
    let receiving = AccessFs::MakeReg | AccessFs::Refer;
    let kinds = [
        (&rights.read, reading),
        (&rights.run, AccessFs::ReadFile | AccessFs::Execute),
        (&rights.write, writing),
        (&rights.receive, receiving),
        (&rights.replace, receiving | AccessFs::RemoveFile),
        (&rights.tidy, AccessFs::RemoveDir.into()),
        (&rights.terminal, AccessFs::ReadFile | AccessFs::WriteFile | AccessFs::IoctlDev),
        (&rights.list, AccessFs::ReadDir.into()),
    ];
    let mut ruleset = ruleset()?;
    for (paths, access) in kinds {
        for path in paths {
            // What is not there needs no rule.
            let Ok(opened) = PathFd::new(path) else { continue };
            let access = if path.is_dir() { access } else { access & AccessFs::from_file(NEWEST) };
            if access.is_empty() {
                continue;
            }
            match (&mut ruleset).add_rule(PathBeneath::new(opened, access)) {
                // A pipe by the name of its descriptor lies in no file system, and is not restricted.
                Err(RulesetError::AddRules(AddRulesError::Fs(AddRuleError::AddRuleCall {
                    source,
                    ..
                }))) if source.raw_os_error() == Some(libc::EBADFD) => {}
                Err(error) => return Err(format!("Landlock ({error})")),
                Ok(_) => {}
            }
        }
    }
    enforce(ruleset)
}
