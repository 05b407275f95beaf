//! What the host can do no more. Landlock and seccomp hold for the thread that asks for them and
//! those it starts, so that each test gives up the rights of a thread of its own.

#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.
#![allow(clippy::print_stdout)] // What is skipped is told.

use isolate::{Rights, confine_host};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

/// Runs `work` with `rights` and no others; not at all where this system cannot take them.
fn confined(rights: &Rights<'_>, work: impl FnOnce() + Send) {
    std::thread::scope(|scope| {
        let done = scope.spawn(|| {
            let missing = confine_host(rights);
            if missing.is_empty() {
                work();
            } else {
                println!("skipped: this system lacks {}", missing.join(", "));
            }
        });
        done.join().unwrap();
    });
}

fn refused<T>(result: std::io::Result<T>, what: &str) {
    match result {
        Ok(_) => panic!("{what} was not refused"),
        // What may not be moved between folders is refused as if they lay on two file systems.
        Err(error) => assert!(
            matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::CrossesDevices),
            "{what}: {error}"
        ),
    }
}

#[test]
fn it_reads_and_writes_where_it_must_and_nowhere_else() {
    let here = tempfile::tempdir().unwrap();
    let at = |name: &str| here.path().join(name);
    for folder in ["evidence", "out", "earlier", "temporary"] {
        fs::create_dir(at(folder)).unwrap();
        fs::write(at(folder).join("report.json"), "{}").unwrap();
    }
    let (evidence, out, earlier) = (at("evidence"), at("out"), at("earlier"));
    let rights = Rights { read: vec![&evidence], write: vec![&out], ..Rights::default() };
    confined(&rights, || {
        assert_eq!(fs::read(evidence.join("report.json")).unwrap(), b"{}");
        assert_eq!(fs::read_dir(&evidence).unwrap().count(), 1);
        refused(File::create(evidence.join("report.json")), "changing the evidence");
        refused(fs::remove_file(evidence.join("report.json")), "removing evidence");
        refused(File::create(evidence.join("new")), "a file beside the evidence");

        fs::write(out.join(".part"), "{}").unwrap();
        fs::rename(out.join(".part"), out.join("new.json")).unwrap();
        refused(fs::rename(out.join("new.json"), earlier.join("report.json")), "a move to there");
        refused(fs::hard_link(out.join("new.json"), earlier.join("x")), "a link from there");

        refused(fs::read(earlier.join("report.json")), "reading an earlier report");
        refused(OpenOptions::new().append(true).open(earlier.join("report.json")), "adding to it");
        refused(fs::remove_file(earlier.join("report.json")), "removing it");
        refused(fs::read("/etc/passwd"), "/etc/passwd");
        refused(fs::read_dir("/"), "listing /");
    });
    assert_eq!(fs::read(at("earlier").join("report.json")).unwrap(), b"{}");
}

/// What a taken-over host would try on a folder of earlier results: `out` itself, and what lies in it.
fn attempts(out: &Path, stage: &Path) {
    let earlier = out.join("report.json");
    refused(fs::read(&earlier), "reading an earlier report");
    refused(fs::read_dir(out), "listing earlier reports");
    for (how, options) in [
        ("writing", OpenOptions::new().write(true)),
        ("adding to", OpenOptions::new().append(true)),
        ("emptying", OpenOptions::new().write(true).truncate(true)),
    ] {
        refused(options.open(&earlier), &format!("{how} an earlier report"));
    }
    // An empty file stays of it, since names may be given.
    refused(File::create(out.join("empty")), "a file that is not staged");
    refused(fs::create_dir(out.join("new")), "a folder");
    refused(std::os::unix::fs::symlink(stage, out.join("new")), "a link");
    refused(UnixListener::bind(out.join("new")), "a socket");
    for kind in [FileType::Fifo, FileType::CharacterDevice, FileType::BlockDevice] {
        let made = mknodat(CWD, out.join("new"), kind, Mode::RWXU, 0x103);
        refused(made.map_err(Into::into), "a pipe or device");
    }
    refused(fs::rename(out.join("below"), stage.join("below")), "moving a folder");
    refused(Command::new(out.join("program")).status(), "a program in it");
    refused(
        fs::rename(&earlier, stage.join("x")),
        "moving an earlier report to where it can be changed",
    );
    refused(fs::hard_link(&earlier, stage.join("x")), "linking it to there");
}

#[test]
fn results_appear_beside_earlier_ones_which_stay_as_they_are() {
    if !isolate::moves_files() {
        println!("skipped: this system's Landlock moves no files");
        return;
    }
    for replaces in [false, true] {
        let here = tempfile::tempdir().unwrap();
        let (out, stage) = (here.path().join("out"), here.path().join("out/.partial"));
        fs::create_dir_all(&stage).unwrap();
        fs::create_dir(out.join("below")).unwrap();
        for (name, text) in [("report.json", "earlier"), ("below/report.json", "earlier")] {
            fs::write(out.join(name), text).unwrap();
        }
        fs::copy("/bin/true", out.join("program")).unwrap();
        let libraries = ["/lib", "/lib64", "/usr/lib", "/etc/ld.so.cache"].map(Path::new);
        let mut rights = Rights {
            write: vec![&stage],
            tidy: vec![&out],
            run: libraries.to_vec(),
            ..Rights::default()
        };
        match replaces {
            false => rights.receive.push(&out),
            true => rights.replace.push(&out),
        }
        confined(&rights, || {
            fs::write(stage.join("whole"), "new").unwrap();
            attempts(&out, &stage);
            if !replaces {
                refused(fs::remove_file(out.join("report.json")), "removing an earlier report");
                let over = fs::rename(stage.join("whole"), out.join("report.json"));
                refused(over, "putting another in its place");
                let below = fs::rename(stage.join("whole"), out.join("below/report.json"));
                refused(below, "the same in a folder there");
            }
            let name = if replaces { "report.json" } else { "new.json" };
            fs::rename(stage.join("whole"), out.join(name)).unwrap();
            refused(OpenOptions::new().append(true).open(out.join(name)), "what is published");
            fs::remove_dir(&stage).unwrap();
            assert!(fs::remove_dir(out.join("below")).is_err(), "it is not empty");
        });
        let now = |name: &str| fs::read_to_string(out.join(name)).unwrap();
        assert_eq!(now("below/report.json"), "earlier");
        assert_eq!(now("report.json"), if replaces { "new" } else { "earlier" });
    }
}

/// A pipe that was named by its descriptor (`/dev/stdin`, `<(…)`) leaves all else in force.
#[test]
fn a_pipe_can_be_named() {
    let (mut from, mut to) = std::io::pipe().unwrap();
    std::io::Write::write_all(&mut to, b"a list").unwrap();
    drop(to);
    let named = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&from));
    let rights = Rights { read: vec![Path::new(&named)], ..Rights::default() };
    confined(&rights, || {
        refused(fs::read("/etc/passwd"), "/etc/passwd");
        let mut text = String::new();
        std::io::Read::read_to_string(&mut from, &mut text).unwrap();
        assert_eq!(text, "a list");
    });
}

#[test]
fn it_reaches_no_network_and_starts_no_other_program() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap();
    let libraries = ["/lib", "/lib64", "/usr/lib", "/etc/ld.so.cache"].map(Path::new);
    // The libraries of programs may be run, and none of the programs.
    let rights = Rights { run: libraries.to_vec(), ..Rights::default() };
    confined(&rights, || {
        refused(TcpStream::connect(port), "a connection");
        refused(TcpListener::bind("127.0.0.1:0"), "a listener");
        refused(UdpSocket::bind("127.0.0.1:0"), "a datagram");
        refused(Command::new("/bin/true").status(), "a program");
    });
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    let program = [Path::new("/bin/true")];
    let rights = Rights { run: [&libraries[..], &program].concat(), ..Rights::default() };
    confined(&rights, || assert!(Command::new("/bin/true").status().unwrap().success()));
}
