//! What the host can do no more. Landlock and seccomp hold for the thread that asks for them and
//! those it starts, so that each test gives up the rights of a thread of its own.

#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.
#![allow(clippy::print_stdout)] // What is skipped is told.

use isolate::{Rights, confine_host};
use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream, UdpSocket};
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
        Err(error) => assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{what}: {error}"),
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
