//! Memory as mmap(2) gives it, to be written, protected otherwise, and run.

use std::io;
use std::ptr;

/// Mapped memory; it stays mapped until the process ends.
pub struct Mapping {
    at: *mut u8,
    length: usize,
}

/// Machine code that gives back [`Mapping::ANSWER`].
#[cfg(target_arch = "x86_64")]
const CODE: &[u8] = &[0xb8, 42, 0, 0, 0, 0xc3]; // mov eax, 42; ret
#[cfg(target_arch = "aarch64")]
const CODE: &[u8] = &[0x40, 0x05, 0x80, 0x52, 0xc0, 0x03, 0x5f, 0xd6]; // mov w0, #42; ret
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const CODE: &[u8] = &[];

impl Mapping {
    /// What the code of [`Mapping::inject`] gives back.
    pub const ANSWER: u32 = 42;

    /// Maps `length` bytes of the descriptor `file`, or of nothing where it is -1.
    ///
    /// # Errors
    /// What the kernel answers.
    pub fn new(length: usize, protection: i32, flags: i32, file: i32) -> io::Result<Self> {
        // SAFETY: the kernel chooses a place where nothing is mapped.
        let at = unsafe { libc::mmap(ptr::null_mut(), length, protection, flags, file, 0) };
        if at == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(Self { at: at.cast(), length })
    }

    /// Where it lies.
    #[must_use]
    pub fn address(&self) -> usize {
        self.at as usize
    }

    /// Protects it otherwise.
    ///
    /// # Errors
    /// What the kernel answers.
    pub fn protect(&self, protection: i32) -> io::Result<()> {
        // SAFETY: it is our own mapping, and nothing refers to what lies in it.
        match unsafe { libc::mprotect(self.at.cast(), self.length, protection) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// Writes a byte into each page. Memory that cannot be written ends the process.
    pub fn fill(&mut self) {
        for at in (0..self.length).step_by(4096) {
            // SAFETY: within the mapping.
            unsafe { self.at.add(at).write_volatile(1) };
        }
    }

    /// Writes `bytes` to its beginning. Memory that cannot be written ends the process.
    pub fn write(&mut self, bytes: &[u8]) {
        let length = bytes.len().min(self.length);
        // SAFETY: within both.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), self.at, length) };
    }

    /// Writes machine code to its beginning.
    pub fn inject(&mut self) {
        self.write(CODE);
    }

    /// Runs what lies at its beginning, which [`Mapping::inject`] wrote. Memory that cannot be run ends
    /// the process.
    #[must_use]
    pub fn run(&self) -> u32 {
        if CODE.is_empty() {
            return 0;
        }
        // SAFETY: the code takes nothing, gives back a number, and touches neither stack nor memory.
        let code: extern "C" fn() -> u32 = unsafe { std::mem::transmute(self.at) };
        code()
    }
}
