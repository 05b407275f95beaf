//! A worker that was taken over tries to get out, in more ways than anybody needs, and achieves nothing.
//!
//! Each attempt is a row of a table (`files.rs` and the others like it), and is made twice: by a worker of
//! [`isolate`], in the confinement that every reading has, and by a process without confinement. The first
//! must achieve nothing: not by its own word, and not as far as the host can see (a file changed, a
//! connection came, a process was harmed). The second must succeed, or the row would show nothing.
//!
//! `pipe.rs` lets such a worker say to its host what no worker says; `endings.rs` lets workers crash, hang
//! and use too much.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // All of this is a test, though not the harness's.

#[cfg(target_os = "linux")]
mod attempt;
#[cfg(target_os = "linux")]
mod descriptors;
#[cfg(target_os = "linux")]
mod endings;
#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod ground;
#[cfg(target_os = "linux")]
mod kernel;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
mod network;
#[cfg(target_os = "linux")]
mod pipe;
#[cfg(target_os = "linux")]
mod processes;
#[cfg(target_os = "linux")]
mod programs;
#[cfg(target_os = "linux")]
mod run;
#[cfg(target_os = "linux")]
mod watch;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [isolate::WORKER] => std::process::ExitCode::from(isolate::serve_with(run::compromised)),
        ["--unconfined", name, evidence] => run::unconfined(name, evidence),
        _ => {
            watch::block_signals();
            let attempts = attempt::all().map(run::trial);
            let tests = attempts.chain(pipe::trials()).chain(endings::trials()).collect();
            // One at a time: what one of them does to this process, another would take for its own.
            let mut arguments = libtest_mimic::Arguments::from_args();
            arguments.test_threads = Some(1);
            libtest_mimic::run(&arguments, tests).exit_code()
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {}
