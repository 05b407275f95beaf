//! The network and other sockets.

use crate::attempt::Control::{Depends, Omitted, Seen, Succeeds};
use crate::attempt::{Attempt, Try, attempt};
use crate::ground::Ground;
use escapes::call;
use libc::*;
use std::io;

fn socket(family: i32, kind: i32) -> io::Result<usize> {
    call!(SYS_socket, family, kind, 0)
}

fn opened(family: i32, kind: i32) -> Try {
    socket(family, kind).map(|number| format!("socket {number}"))
}

/// 127.0.0.1 and a port, as `sockaddr_in`.
fn local(port: usize) -> [u8; 16] {
    let mut address = [0; 16];
    address[..2].copy_from_slice(&(AF_INET as u16).to_ne_bytes());
    address[2..4].copy_from_slice(&u16::try_from(port).unwrap_or_default().to_be_bytes());
    address[4..8].copy_from_slice(&[127, 0, 0, 1]);
    address
}

/// `sockaddr_un`: a path, or a name behind a zero.
fn unix(name: &[u8]) -> Vec<u8> {
    [&(AF_UNIX as u16).to_ne_bytes()[..], name].concat()
}

fn abstract_name(ground: &Ground) -> Vec<u8> {
    unix(&[b"\0", ground.word("abstract").as_bytes()].concat())
}

/// `struct msghdr` with one descriptor beside one byte, and what it points to.
struct Message {
    head: Vec<u8>,
    _parts: (Vec<u8>, Box<[u8; 1]>, Vec<u8>),
}

fn with_descriptor(descriptor: i32) -> Message {
    let byte = Box::new([b'x']);
    let part = [(byte.as_ptr() as usize).to_ne_bytes(), 1_usize.to_ne_bytes()].concat();
    let mut beside = 20_usize.to_ne_bytes().to_vec(); // cmsg_len
    beside.extend(SOL_SOCKET.to_ne_bytes());
    beside.extend(SCM_RIGHTS.to_ne_bytes());
    beside.extend(descriptor.to_ne_bytes());
    beside.extend([0; 4]);
    let words = [0, 0, part.as_ptr() as usize, 1, beside.as_ptr() as usize, beside.len(), 0];
    let head = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
    Message { head, _parts: (part, byte, beside) }
}

pub(crate) const ATTEMPTS: &[&[Attempt]] = &[SOCKETS, REACH, INPUT];

const SOCKETS: &[Attempt] = &[
    attempt("inet_stream", Succeeds, |_| opened(AF_INET, SOCK_STREAM)),
    attempt("inet_datagram", Succeeds, |_| opened(AF_INET, SOCK_DGRAM)),
    attempt("inet_raw", Depends("root (CAP_NET_RAW)"), |_| {
        call!(SYS_socket, AF_INET, SOCK_RAW, 1).map(|number| format!("socket {number}"))
    }),
    attempt("inet6", Depends("a kernel with IPv6"), |_| opened(AF_INET6, SOCK_STREAM)),
    attempt("unix", Succeeds, |_| opened(AF_UNIX, SOCK_STREAM)),
    attempt("netlink", Depends("the kernel, and who filters it"), |_| opened(AF_NETLINK, SOCK_RAW)),
    attempt("packet", Depends("root (CAP_NET_RAW)"), |_| opened(AF_PACKET, SOCK_RAW)),
    attempt("vsock", Depends("a kernel with it"), |_| opened(AF_VSOCK, SOCK_STREAM)),
    attempt("alg", Depends("a kernel with it"), |_| opened(AF_ALG, SOCK_SEQPACKET)),
    attempt("bluetooth", Depends("a kernel with it"), |_| opened(AF_BLUETOOTH, SOCK_RAW)),
    attempt("pair", Succeeds, |_| {
        let mut ends = [0; 8];
        call!(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, &mut ends[..]).map(|_| "made".into())
    }),
];

const REACH: &[Attempt] = &[
    attempt("connect", Seen, |g| {
        let stream = socket(AF_INET, SOCK_STREAM)?;
        call!(SYS_connect, stream, &local(g.number("tcp"))[..], 16).map(|_| "connected".into())
    }),
    attempt("the_standard_library_connects", Seen, |g| {
        let port = u16::try_from(g.number("tcp")).unwrap_or_default();
        std::net::TcpStream::connect(("127.0.0.1", port)).map(|_| "connected".into())
    }),
    attempt("datagram", Seen, |g| {
        let socket = socket(AF_INET, SOCK_DGRAM)?;
        call!(SYS_sendto, socket, &b"x"[..], 1, 0, &local(g.number("udp"))[..], 16)
            .map(|_| "sent".into())
    }),
    attempt("socket_by_its_path", Seen, |g| {
        let address = unix(g.path("socket").as_bytes_with_nul());
        let stream = socket(AF_UNIX, SOCK_STREAM)?;
        call!(SYS_connect, stream, &address[..], address.len()).map(|_| "connected".into())
    }),
    attempt("abstract_socket", Seen, |g| {
        let address = abstract_name(g);
        let stream = socket(AF_UNIX, SOCK_STREAM)?;
        call!(SYS_connect, stream, &address[..], address.len()).map(|_| "connected".into())
    }),
    attempt("listen", Succeeds, |_| {
        let listener = socket(AF_INET, SOCK_STREAM)?;
        call!(SYS_bind, listener, &local(0)[..], 16)?;
        call!(SYS_listen, listener, 1).map(|_| "listening".into())
    }),
    attempt("make_a_socket_by_a_path", Seen, |g| {
        let address = unix(g.path("new").as_bytes_with_nul());
        let listener = socket(AF_UNIX, SOCK_STREAM)?;
        call!(SYS_bind, listener, &address[..], address.len()).map(|_| "bound".into())
    }),
];

const CONNECTED: &str = "a socket that is connected stays so, whoever asks";

/// Without a socket of one's own: by standard input, which is one.
const INPUT: &[Attempt] = &[
    attempt("input_connects_elsewhere", Omitted(CONNECTED), |g| {
        let address = abstract_name(g);
        call!(SYS_connect, 0, &address[..], address.len()).map(|_| "connected".into())
    }),
    attempt("input_takes_a_path", Seen, |g| {
        let address = unix(g.path("new").as_bytes_with_nul());
        call!(SYS_bind, 0, &address[..], address.len()).map(|_| "bound".into())
    }),
    attempt("input_listens", Omitted(CONNECTED), |_| {
        call!(SYS_listen, 0, 1).map(|_| "listening".into())
    }),
    attempt("write_to_input", Succeeds, |_| {
        call!(SYS_write, 0, &b"x"[..], 1).map(|_| "sent".into())
    }),
    attempt("send_to_input", Succeeds, |_| {
        call!(SYS_sendto, 0, &b"x"[..], 1, 0, 0, 0).map(|_| "sent".into())
    }),
    attempt("send_a_descriptor_to_the_host", Succeeds, |g| {
        let message = with_descriptor(g.evidence);
        call!(SYS_sendmsg, 0, &message.head[..], 0).map(|_| "sent".into())
    }),
    attempt("send_many_to_the_host", Succeeds, |g| {
        let mut message = with_descriptor(g.evidence);
        message.head.extend([0; 8]);
        call!(SYS_sendmmsg, 0, &message.head[..], 1, 0).map(|_| "sent".into())
    }),
    attempt("who_is_at_the_other_end", Succeeds, |_| {
        let (mut about, mut length) = ([0; 12], 12_u32.to_ne_bytes());
        call!(SYS_getsockopt, 0, SOL_SOCKET, SO_PEERCRED, &mut about[..], &mut length[..])
            .map(|_| format!("{about:?}"))
    }),
    attempt("settings_of_input", Succeeds, |_| {
        let size = 4096_u32.to_ne_bytes();
        call!(SYS_setsockopt, 0, SOL_SOCKET, SO_SNDBUF, &size[..], 4).map(|_| "set".into())
    }),
    attempt("shut_input_down", Succeeds, |_| {
        call!(SYS_shutdown, 0, SHUT_WR).map(|_| "done".into())
    }),
];
