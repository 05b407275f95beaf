//! System calls by their numbers, memory that is run, and the older ways into the kernel: what code that
//! took over a worker has, and Rust's library has not.
//!
//! This is the one crate of the workspace with `unsafe`, and no other uses it: it exists for its test
//! (`tests/escapes/`), which turns a worker against its host and looks what it achieves. It is no part of
//! any program, and does nothing by itself.

#![cfg(target_os = "linux")]
#![allow(unsafe_code)] // See above.

mod mapping;

pub use mapping::Mapping;

use libc::c_long;
use std::ffi::CStr;
use std::io;

/// What a system call can be given: a number, or memory that lives for as long as the call.
pub trait Word {
    /// As a register holds it.
    fn word(self) -> usize;
}

macro_rules! numbers {
    ($($number:ty),*) => { $(impl Word for $number {
        fn word(self) -> usize {
            self as usize
        }
    })* };
}

numbers!(i32, u32, i64, u64, isize, usize);

impl Word for &CStr {
    fn word(self) -> usize {
        self.as_ptr() as usize
    }
}

impl Word for &[u8] {
    fn word(self) -> usize {
        self.as_ptr() as usize
    }
}

impl Word for &mut [u8] {
    fn word(self) -> usize {
        self.as_mut_ptr() as usize
    }
}

/// Makes a system call with up to six words: `call!(SYS_read, 0, &mut buffer[..], 16)`.
#[macro_export]
macro_rules! call {
    ($number:expr $(, $word:expr)* $(,)?) => {
        $crate::call($number, &[$($crate::Word::word($word)),*])
    };
}

/// Makes the system call `number`; see [`call!`]. Pointers among the words have to point to what the
/// call expects there.
///
/// # Errors
/// What the kernel answers.
pub fn call(number: c_long, words: &[usize]) -> io::Result<usize> {
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    // SAFETY: none can be proved, the call may do anything at all; callers are attempts on the
    // confinement, each of which gives the words that its call is specified with.
    let answer =
        unsafe { libc::syscall(number, word(0), word(1), word(2), word(3), word(4), word(5)) };
    usize::try_from(answer).map_err(|_| io::Error::last_os_error())
}

/// vfork(2); the child ends at once.
///
/// # Errors
/// What the kernel answers.
#[cfg(target_arch = "x86_64")]
pub fn vfork() -> io::Result<usize> {
    begin(libc::SYS_vfork, 0, std::ptr::null_mut())
}

/// A thread by clone(2) with these flags beside those that a thread needs; it ends at once.
///
/// # Errors
/// What the kernel answers.
#[cfg(target_arch = "x86_64")]
pub fn thread(flags: i32) -> io::Result<usize> {
    use libc::{CLONE_FILES, CLONE_FS, CLONE_SIGHAND, CLONE_THREAD, CLONE_VM};
    let flags = flags | CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
    let stack = Box::leak(Box::new([0_u8; 4096]));
    begin(libc::SYS_clone, flags, stack.as_mut_ptr_range().end)
}

/// Begins a process or thread that ends at once. vfork(2) looks at neither `flags` nor `stack`.
#[cfg(target_arch = "x86_64")]
fn begin(call: libc::c_long, flags: i32, stack: *mut u8) -> io::Result<usize> {
    let answer: isize;
    // SAFETY: what begins ends by exit(2) without touching a stack, be it its own, which stays, or ours.
    unsafe {
        std::arch::asm!(
            "syscall",
            "test rax, rax",
            "jnz 2f",
            "mov eax, 60",
            "xor edi, edi",
            "syscall",
            "2:",
            inlateout("rax") call as isize => answer,
            inlateout("rdi") flags as isize => _,
            in("rsi") stack,
            in("rdx") 0,
            in("r10") 0,
            in("r8") 0,
            out("rcx") _,
            out("r11") _,
        );
    }
    told(answer)
}

/// A system call of 32-bit programs, by their numbers; pointers have to lie below 4 GiB.
///
/// # Errors
/// What the kernel answers. One that runs no such programs ends the process.
#[cfg(target_arch = "x86_64")]
pub fn call_of_i386(number: u32, words: [u32; 3]) -> io::Result<usize> {
    let answer: i32;
    let [first, second, third] = words;
    // SAFETY: as of `call`. `rbx` is the compiler's, and given back.
    unsafe {
        std::arch::asm!(
            "xchg rbx, {first}",
            "int 0x80",
            "xchg rbx, {first}",
            first = inout(reg) u64::from(first) => _,
            inlateout("eax") number => answer,
            in("ecx") second,
            in("edx") third,
            out("r8") _,
            out("r9") _,
            out("r10") _,
            out("r11") _,
        );
    }
    told(answer as isize)
}

#[cfg(target_arch = "x86_64")]
fn told(answer: isize) -> io::Result<usize> {
    usize::try_from(answer)
        .map_err(|_| io::Error::from_raw_os_error(i32::try_from(-answer).unwrap_or(libc::EINVAL)))
}
