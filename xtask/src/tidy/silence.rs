//! What the core must not do: print, or look at the clock, the environment or the network; and
//! reading opens no path by name. Tests are free to.

use super::Outcome;
use super::source::{Token, in_crate, is_test_file, places, rust_files, tokens};
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fs;

/// Crates that face people or the build; all others are the core.
const OUTSIDE: &[&str] = &["cli", "testkit", "fuzzed", "xtask"];

/// Files of the core, by the beginning of their path, that may open paths, and why.
const MAY_OPEN: &[(&str, &str)] =
    &[("crates/examine/src/", "opens the PATHs given and what was found below them")];

/// Files of the core that may use the network, and why. Nothing but `cli` may use these crates.
const MAY_CONNECT: &[(&str, &str)] = &[
    ("crates/taxii/src/", "fetches and hands over when a person asks for it"),
    ("crates/taxii_server/src/", "serves when an operator starts it"),
];

/// Files of the core, by the beginning of their path, that may do what is named here, and why.
const MAY_DO: &[(&str, &[&str], &str)] = &[(
    "crates/isolate/src/os/",
    &[
        "reads standard input",
        "prints",
        "looks at the clock",
        "starts a program",
        "opens a path by name",
        "looks at the environment",
    ],
    "starts workers, talks to them, and waits no longer than it may",
)];

/// What some files may do and others may not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Never,
    Opens,
    Connects,
}

/// A run of tokens that breaks the rule, what it does, and which files may.
struct Forbidden {
    tokens: &'static [&'static str],
    does: &'static str,
    kind: Kind,
}

const fn forbidden(tokens: &'static [&'static str], does: &'static str) -> Forbidden {
    Forbidden { tokens, does, kind: Kind::Never }
}

const fn opening(tokens: &'static [&'static str]) -> Forbidden {
    Forbidden { tokens, does: "opens a path by name", kind: Kind::Opens }
}

const fn connecting(tokens: &'static [&'static str]) -> Forbidden {
    Forbidden { tokens, does: "uses the network", kind: Kind::Connects }
}

const FORBIDDEN: &[Forbidden] = &[
    forbidden(&["println", "!"], "prints"),
    forbidden(&["eprintln", "!"], "prints"),
    forbidden(&["print", "!"], "prints"),
    forbidden(&["eprint", "!"], "prints"),
    forbidden(&["dbg", "!"], "prints"),
    forbidden(&["stdout", "("], "prints"),
    forbidden(&["stderr", "("], "prints"),
    forbidden(&["stdin", "("], "reads standard input"),
    forbidden(&["todo", "!"], "is a placeholder"),
    forbidden(&["unimplemented", "!"], "is a placeholder"),
    forbidden(&["env", ":", ":"], "looks at the environment"),
    forbidden(&["SystemTime", ":", ":", "now"], "looks at the clock"),
    forbidden(&["Instant", ":", ":", "now"], "looks at the clock"),
    forbidden(&["Timestamp", ":", ":", "now"], "looks at the clock"),
    forbidden(&["Zoned", ":", ":", "now"], "looks at the clock"),
    connecting(&["TcpStream"]),
    connecting(&["TcpListener"]),
    connecting(&["UdpSocket"]),
    connecting(&["UnixStream"]),
    connecting(&["ToSocketAddrs"]),
    connecting(&["ureq"]),
    connecting(&["axum"]),
    connecting(&["hyper"]),
    connecting(&["tokio"]),
    forbidden(&["Command", ":", ":", "new"], "starts a program"),
    opening(&["File", ":", ":", "open"]),
    opening(&["File", ":", ":", "create"]),
    opening(&["OpenOptions"]),
    opening(&["fs", ":", ":", "read"]),
    opening(&["fs", ":", ":", "read_to_string"]),
    opening(&["fs", ":", ":", "read_dir"]),
    opening(&["fs", ":", ":", "write"]),
    opening(&["fs", ":", ":", "metadata"]),
    opening(&["fs", ":", ":", "create_dir_all"]),
    opening(&["fs", ":", ":", "remove_file"]),
];

pub(super) fn check(workspace: &Workspace) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    for path in rust_files(workspace)? {
        let shown = workspace.show(&path);
        let in_core = in_crate(&shown).is_some_and(|name| !OUTSIDE.contains(&name));
        if !in_core || is_test_file(&shown) {
            continue;
        }
        let among = |list: &[(&str, &str)]| list.iter().any(|(start, _)| shown.starts_with(start));
        let may = |kind| match kind {
            Kind::Never => false,
            Kind::Opens => among(MAY_OPEN),
            Kind::Connects => among(MAY_CONNECT),
        };
        let tokens = tokens(&fs::read_to_string(&path)?).with_context(|| shown.clone())?;
        let allowed = MAY_DO.iter().filter(|(start, ..)| shown.starts_with(start));
        let allowed: Vec<&str> = allowed.flat_map(|(_, does, _)| does.iter().copied()).collect();
        for (line, found) in broken(&tokens, may) {
            if allowed.contains(&found.does) {
                continue;
            }
            outcome.problems.push(format!(
                "{shown}:{line}: `{}` {}",
                found.tokens.concat(),
                found.does
            ));
        }
    }
    let told = |list: &[(&str, &str)]| {
        let files: Vec<_> = list.iter().map(|(file, why)| format!("{file} ({why})")).collect();
        files.join(", ")
    };
    let (open, connect) = (told(MAY_OPEN), told(MAY_CONNECT));
    let more: Vec<_> = MAY_DO.iter().map(|(file, _, why)| format!("{file} ({why})")).collect();
    let more = more.join(", ");
    outcome.note = Some(format!(
        "may open paths: {open}; may use the network: {connect}; may start workers: {more}"
    ));
    Ok(outcome)
}

/// The places in `tokens` that break the rule, in order of line.
fn broken(tokens: &[Token], may: impl Fn(Kind) -> bool) -> Vec<(usize, &'static Forbidden)> {
    let in_force = FORBIDDEN.iter().filter(|forbidden| !may(forbidden.kind));
    let mut found: Vec<_> = in_force
        .flat_map(|forbidden| places(tokens, forbidden.tokens).map(move |line| (line, forbidden)))
        .collect();
    found.sort_by_key(|(line, _)| *line);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, may: Kind) -> Vec<usize> {
        broken(&tokens(text).unwrap(), |kind| kind == may && may != Kind::Never)
            .into_iter()
            .map(|(line, _)| line)
            .collect()
    }

    #[test]
    fn printing_clock_environment_and_paths_are_seen() {
        let text = "fn a() { println!(\"x\"); }\nuse std::env::var;\nfn b() { let t = Instant :: now(); }\nfn c() { std::fs::read(\"p\"); }";
        assert_eq!(lines(text, Kind::Never), [1, 2, 3, 4]);
        assert_eq!(lines(text, Kind::Opens), [1, 2, 3]);
    }

    #[test]
    fn the_network_is_for_few() {
        let text = "use std::net::TcpStream;\nfn a() { ureq::get(1); }\nfn b() { Instant::now(); }";
        assert_eq!(lines(text, Kind::Never), [1, 2, 3]);
        assert_eq!(lines(text, Kind::Connects), [3]);
    }

    #[test]
    fn text_tests_and_compile_time_values_are_not() {
        let text = "// println!\nconst A: &str = \"File::open\";\nconst V: &str = env!(\"X\");\n#[cfg(test)] mod t { fn f() { dbg!(1); } }\nuse std::os::unix::fs::FileExt; use std::net::Ipv4Addr;";
        assert!(lines(text, Kind::Never).is_empty());
    }
}
