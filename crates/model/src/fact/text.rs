//! One line per fact for people: what the evidence column of a report shows.

use super::{Fact, traces};
use std::fmt::{self, Display, Formatter};

/// Writes ` name value` for each part that is stated.
pub(super) fn parts(out: &mut Formatter<'_>, list: &[(&str, Option<&dyn Display>)]) -> fmt::Result {
    for (name, value) in list {
        match value {
            Some(value) if name.is_empty() => write!(out, ", {value}")?,
            Some(value) => write!(out, ", {name} {value}")?,
            None => {}
        }
    }
    Ok(())
}

/// An optional value as something to show.
pub(super) fn shown<T: Display>(value: &Option<T>) -> Option<&dyn Display> {
    value.as_ref().map(|v| v as &dyn Display)
}

/// What is said of a signature that was checked and does not hold.
fn broken(verified: Option<bool>) -> Option<&'static dyn Display> {
    (verified == Some(false)).then_some(&"does not hold" as &dyn Display)
}

fn yes(flag: Option<bool>, name: &'static str) -> &'static str {
    if flag == Some(true) { name } else { "" }
}

impl Display for Fact {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Fact::AppInstalled(f) => {
                let state =
                    if f.installed == Some(false) { "known, not installed" } else { "installed" };
                write!(out, "{} {state}{}", f.package, yes(f.system, ", system app"))?;
                if f.installer_known && f.installer.is_none() {
                    out.write_str(", no installer")?;
                }
                parts(
                    out,
                    &[
                        ("installer", shown(&f.installer)),
                        ("version", shown(&f.version_name)),
                        ("first installed", shown(&f.first_install)),
                        ("updated", shown(&f.last_update)),
                        ("user", shown(&f.user)),
                    ],
                )
            }
            Fact::AppUpdated(f) => match f.version_code {
                Some(0) => write!(out, "{} removed", f.package),
                code => {
                    write!(out, "{} updated", f.package)?;
                    parts(out, &[("version code", shown(&code))])
                }
            },
            Fact::AppFile(f) => {
                write!(out, "file of {}", f.package)?;
                parts(out, &[("path", shown(&f.path)), ("SHA-256", shown(&f.sha256))])
            }
            Fact::AppSigned(f) => {
                write!(out, "{} signed", f.package)?;
                parts(
                    out,
                    &[
                        ("certificate SHA-256", shown(&f.cert_sha256)),
                        ("SHA-1", shown(&f.cert_sha1)),
                        ("subject", shown(&f.cert_subject)),
                        ("scheme", shown(&f.scheme)),
                        ("signature", broken(f.verified)),
                    ],
                )
            }
            Fact::AppDescribed(f) => {
                write!(out, "APK of {}", f.package)?;
                parts(
                    out,
                    &[
                        ("split", shown(&f.split)),
                        ("label", shown(&f.label)),
                        ("version", shown(&f.version_name)),
                        ("SHA-256", shown(&f.sha256)),
                        ("signer SHA-256", shown(&f.signers.first())),
                        ("signature", broken(f.verified)),
                    ],
                )
            }
            Fact::PermissionRequested(f) => write!(out, "{} asks for {}", f.package, f.permission),
            Fact::PermissionGranted(f) => {
                let state = if f.granted { "holds" } else { "does not hold" };
                write!(out, "{} {state} {}", f.package, f.permission)?;
                parts(out, &[("user", shown(&f.user))])
            }
            Fact::PermissionUsed(f) => {
                write!(out, "{} {} {}", f.package, f.outcome, f.op)?;
                parts(
                    out,
                    &[
                        ("of", shown(&f.part)),
                        ("process state", shown(&f.process_state)),
                        ("milliseconds", shown(&f.duration_ms)),
                        ("user", shown(&f.user)),
                    ],
                )
            }
            Fact::OpModeSet(f) => write!(out, "{}: {} set to {}", f.package, f.op, f.mode),
            Fact::ComponentDeclared(f) => {
                write!(out, "{} declares {} {}", f.package, f.component, f.name)?;
                parts(
                    out,
                    &[
                        ("bound as", shown(&f.special)),
                        ("guarded by", shown(&f.permission)),
                        ("process", shown(&f.process)),
                    ],
                )
            }
            Fact::PackageAnomaly(f) => {
                write!(out, "{} in the package of {}", f.id, f.package)?;
                parts(out, &[("member", shown(&f.member))])?;
                write!(out, ", byte {}: {}", f.offset, f.meaning)
            }
            Fact::NativeLibrary(f) => {
                write!(out, "{} has native library {}", f.package, f.member)?;
                parts(out, &[("build id", shown(&f.build_id))])
            }
            Fact::PackageMember(f) => {
                write!(out, "{} holds {}, SHA-256 {}", f.package, f.member, f.sha256)
            }
            Fact::CodeReaches(f) => {
                let from = f.component.as_str();
                write!(
                    out,
                    "code of {}: {} {from} leads to {} ({}; reachability, not data flow)",
                    f.package, f.trigger, f.call, f.ability
                )?;
                let path = (f.path.len() > 1).then(|| f.path.join(" → "));
                parts(out, &[("by", shown(&path))])
            }
            Fact::CodeContains(f) => {
                write!(
                    out,
                    "code of {} ({}) holds the {} {}",
                    f.package, f.member, f.what, f.value
                )?;
                parts(out, &[("covered by", shown(&f.cover))])
            }
            Fact::CodeSketch(f) => write!(
                out,
                "code of {}: {} names of classes, {} distinct method bodies",
                f.package, f.classes, f.bodies
            ),
            Fact::CodeFile(f) => {
                let loaded = if f.loaded { "loaded at start" } else { "not loaded at start" };
                write!(out, "{} of {}: {}, {loaded}", f.format, f.package, f.member)?;
                parts(out, &[("SHA-256", Some(&f.sha256 as &dyn Display))])
            }
            Fact::YaraMatched(f) => {
                let member = f.member.as_ref().map(|member| format!("!/{member}"));
                let member = member.unwrap_or_default();
                write!(out, "YARA rule {} of {} matches {}{member}", f.rule, f.rules, f.file)?;
                if f.strings.is_empty() {
                    return Ok(());
                }
                write!(out, ": {}", f.strings.join("; "))?;
                match f.strings_total.saturating_sub(f.strings.len() as u64) {
                    0 => Ok(()),
                    more => write!(out, "; and {more} more places"),
                }
            }
            Fact::AccessibilityService(f) => {
                write!(out, "accessibility service {} {}", f.component, f.state)?;
                parts(out, &[("user", shown(&f.user))])
            }
            Fact::ProcessRunning(f) => {
                write!(out, "process {}", f.name)?;
                parts(
                    out,
                    &[
                        ("pid", shown(&f.pid)),
                        ("user", shown(&f.user_name)),
                        ("executable", shown(&f.path)),
                        ("environment", shown(&f.environment.first())),
                    ],
                )
            }
            Fact::PropertySet(f) => write!(out, "property {} = {}", f.name, f.value),
            Fact::SettingSet(f) => {
                write!(out, "setting {} {} = {}", f.namespace, f.name, f.value)?;
                parts(
                    out,
                    &[
                        ("in its history:", shown(&f.action)),
                        ("by", shown(&f.package)),
                        ("user", shown(&f.user)),
                    ],
                )
            }
            Fact::MountSeen(f) => {
                let mode = if f.writable { "for writing" } else { "read-only" };
                write!(out, "{} ({}) mounted on {} {mode}", f.device, f.filesystem, f.mount_point)
            }
            Fact::RootBinaryFound(f) => write!(out, "root program {}", f.path),
            Fact::FileSeen(f) => {
                write!(out, "file {}", f.path)?;
                parts(
                    out,
                    &[
                        ("size", shown(&f.size)),
                        ("mode", shown(&f.mode)),
                        ("from", shown(&f.origin)),
                        ("by", shown(&f.package)),
                    ],
                )
            }
            Fact::FileHashed(f) => write!(out, "artifact {}, SHA-256 {}", f.name, f.sha256),
            Fact::FileListed(f) => {
                write!(out, "listed by the acquisition: {}, SHA-256 {}", f.path, f.sha256)
            }
            Fact::LinkSeen(f) => {
                write!(out, "{} in {}", f.url.as_deref().unwrap_or(&f.host), f.place)?;
                if f.shortener == Some(true) {
                    out.write_str(", a link shortener (not expanded)")?;
                }
                parts(out, &[("", shown(&f.direction)), ("package", shown(&f.package))])
            }
            _ => traces::write(self, out),
        }
    }
}
