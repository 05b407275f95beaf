//! One line for people for each of the traces that a phone's services leave; see [`super::text`].

use super::Fact;
use super::text::{parts, shown};
use std::fmt::{self, Display, Formatter};

/// The app as named: its package, or its uid where only that is known.
struct Named<'a>(&'a str, Option<u32>);

impl Display for Named<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Named("", Some(uid)) => write!(out, "uid {uid}"),
            Named("", None) => out.write_str("unknown app"),
            Named(package, _) => out.write_str(package),
        }
    }
}

fn seen(foreground: Option<bool>) -> Option<&'static str> {
    foreground.map(|seen| if seen { "on the screen" } else { "in the background" })
}

/// Writes the line of a fact that [`super::text`] leaves to this module.
pub(super) fn write(fact: &Fact, out: &mut Formatter<'_>) -> fmt::Result {
    match fact {
        Fact::AppTraced(f) => {
            write!(out, "{} remembered by {}", Named(&f.package, f.uid), f.store)?;
            parts(
                out,
                &[
                    ("", shown(&f.what)),
                    ("first", shown(&f.first)),
                    ("last", shown(&f.last)),
                    ("times", shown(&f.count)),
                    ("user", shown(&f.user)),
                ],
            )
        }
        Fact::ComponentRan(f) => {
            let what = f.component.as_deref().unwrap_or("unnamed");
            write!(out, "{} of {} ran: {what}", f.how, Named(&f.package, f.uid))?;
            parts(
                out,
                &[
                    ("", shown(&seen(f.foreground))),
                    ("state", shown(&f.state)),
                    ("started by", shown(&f.starter)),
                    ("upon", shown(&f.trigger)),
                    ("times", shown(&f.count)),
                    ("milliseconds", shown(&f.duration_ms)),
                    ("user", shown(&f.user)),
                ],
            )
        }
        Fact::PrivilegeHeld(f) => {
            write!(out, "{} holds {}", f.package, f.privilege)?;
            parts(
                out,
                &[
                    ("component", shown(&f.component)),
                    ("state", shown(&f.state)),
                    ("since", shown(&f.since)),
                    ("user", shown(&f.user)),
                ],
            )
        }
        Fact::DataTransferred(f) => {
            let app = Named(&f.package, f.uid);
            write!(out, "{app} sent {} bytes, received {}", f.tx_bytes, f.rx_bytes)?;
            parts(
                out,
                &[
                    ("", shown(&seen(f.foreground))),
                    ("over", shown(&f.network)),
                    ("from", shown(&f.period_start)),
                    ("to", shown(&f.period_end)),
                ],
            )
        }
        Fact::EndpointContacted(f) => {
            let host = f.host.as_ref().or(f.addresses.first());
            write!(out, "{} contacted", host.map_or("unknown host", String::as_str))?;
            parts(
                out,
                &[
                    ("by", shown(&Some(&f.via))),
                    ("port", shown(&f.port)),
                    ("address", shown(&f.addresses.first().filter(|_| f.host.is_some()))),
                    ("package", shown(&f.package)),
                    ("uid", shown(&f.uid)),
                ],
            )
        }
        Fact::ProcessEnded(f) => {
            write!(out, "process {} ended: {}", f.process, f.how)?;
            parts(
                out,
                &[
                    ("pid", shown(&f.pid)),
                    ("signal", shown(&f.signal)),
                    ("reason", shown(&f.reason)),
                    ("at", shown(&f.place)),
                    ("package", shown(&f.package)),
                ],
            )
        }
        Fact::InstallEvent(f) => {
            write!(out, "{}: {}", f.package, f.action)?;
            parts(
                out,
                &[
                    ("version code", shown(&f.version_code)),
                    ("before", shown(&f.previous_version_code)),
                    ("installer", shown(&f.installer)),
                    ("asked for by", shown(&f.initiating)),
                    ("from", shown(&f.origin)),
                    ("user", shown(&f.user)),
                ],
            )
        }
        Fact::AdbKeyAuthorised(f) => {
            let name = f.name.as_deref().unwrap_or("unnamed");
            write!(out, "computer {name} may debug over adb")?;
            parts(
                out,
                &[("key", shown(&f.fingerprint)), ("last connected", shown(&f.last_connected))],
            )
        }
        Fact::SecurityEvent(f) => {
            write!(out, "security event {}", f.event)?;
            if f.success == Some(false) {
                out.write_str(" (failed)")?;
            }
            parts(out, &[("package", shown(&f.package)), ("user", shown(&f.user))])?;
            f.details.iter().try_for_each(|detail| write!(out, ", {detail}"))
        }
        Fact::AccountPresent(f) => {
            write!(out, "account of type {}", f.account_type)?;
            let package = (!f.package.is_empty()).then_some(&f.package);
            parts(
                out,
                &[("name", shown(&f.name)), ("package", shown(&package)), ("user", shown(&f.user))],
            )
        }
        Fact::CodeCompiled(f) => {
            write!(out, "compiled code of {}", f.package)?;
            parts(
                out,
                &[
                    ("path", shown(&f.path)),
                    ("filter", shown(&f.filter)),
                    ("reason", shown(&f.reason)),
                    ("status", shown(&f.status)),
                    ("used by", shown(&f.used_by.first())),
                ],
            )
        }
        Fact::UserPresent(f) => {
            write!(out, "Android user {}", f.user.map_or("?".into(), |n| n.to_string()))?;
            parts(
                out,
                &[
                    ("name", shown(&f.name)),
                    ("type", shown(&f.user_type)),
                    ("created", shown(&f.created)),
                    ("last log-in", shown(&f.last_login)),
                ],
            )
        }
        // Every other kind has its line in `text`.
        _ => Ok(()),
    }
}
