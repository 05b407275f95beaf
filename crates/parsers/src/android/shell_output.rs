//! What AndroidQF kept of three commands: `getenforce` (`selinux.txt`), `env` (`env.txt`) and
//! `service list` (`services.txt`).

use super::lines::each_line;
use super::links::tell_links;
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::SettingSet;
use model::{SourceKind, Status};

/// Reads `selinux.txt`.
pub struct Selinux;

/// Reads `env.txt`.
pub struct Environment;

/// Reads `services.txt`.
pub struct ServiceList;

const SOURCES: &[SourceKind] = &[SourceKind::Androidqf];

fn setting(namespace: &str, name: &str, value: &str) -> SettingSet {
    SettingSet {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        value: value.to_owned(),
        ..SettingSet::default()
    }
}

impl Parser for Selinux {
    fn id(&self) -> &'static str {
        "androidqf_selinux"
    }

    fn reads(&self) -> Reads {
        let takes = "whether SELinux enforces its policy";
        Reads { sources: SOURCES, artifacts: "selinux.txt", takes }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        source == SourceKind::Androidqf && path == "selinux.txt"
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        each_line(input, out, "this file states no mode of SELinux", |line, out| {
            let Some(line) = line.filter(|line| !line.text.trim().is_empty()) else { return 0 };
            // `external/selinux/…/getenforce`: one of three words.
            let mode = line.text.trim();
            if !matches!(mode, "Enforcing" | "Permissive" | "Disabled") {
                out.gap(Some(line.position()), "this line is no mode of SELinux");
                return 0;
            }
            out.fact(setting("selinux", "mode", mode), line.position(), None);
            1
        })
    }
}

impl Parser for Environment {
    fn id(&self) -> &'static str {
        "androidqf_environment"
    }

    fn reads(&self) -> Reads {
        let takes = "variables of the shell that load code or name a proxy; links in all";
        Reads { sources: SOURCES, artifacts: "env.txt", takes }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        source == SourceKind::Androidqf && path == "env.txt"
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let mut any = false;
        each_line(input, out, "this file states no variable", |line, out| {
            let Some(line) = line else { return u64::from(any) };
            let Some((name, value)) = line.text.split_once('=') else { return 0 };
            any = true;
            // The others are the same on every phone of a model.
            let loads = name.starts_with("LD_")
                || matches!(name, "CLASSPATH" | "http_proxy" | "https_proxy");
            if loads && !value.is_empty() {
                out.fact(setting("environment", name, value), line.position(), None);
            }
            let place = || format!("variable {name} of the shell");
            tell_links(name, value, place, &line.position(), out);
            0
        })
    }
}

impl Parser for ServiceList {
    fn id(&self) -> &'static str {
        "androidqf_services"
    }

    fn reads(&self) -> Reads {
        let takes =
            "that Android's services are listed; services of makers and apps are no fact yet";
        Reads { sources: SOURCES, artifacts: "services.txt", takes }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        source == SourceKind::Androidqf && path == "services.txt"
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let mut listed = 0;
        each_line(input, out, "this file lists no service", |line, _| {
            let Some(line) = line else { return listed };
            // `frameworks/native/cmds/service/service.cpp`: `0<TAB>name: [interface]`.
            let entry = line.text.split_once('\t').is_some_and(|(number, rest)| {
                number.trim().parse::<u32>().is_ok() && rest.contains(": [")
            });
            listed += u64::from(entry);
            0
        })
    }
}
