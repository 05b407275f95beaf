//! The app for a person. Texts of the app are shown so that nothing acts on them.

use super::Shown;
use apk::{Apk, Component, Label};
use record::harmless;
use std::io::{self, Write};

/// Lines of one list that are shown; `--format json` has all.
const MOST_LINES: usize = 60;
/// Characters of one text that are shown.
const MOST_CHARS: usize = 200;

pub(super) fn write(shown: &Shown, out: &mut impl Write) -> io::Result<()> {
    let app = &shown.app.apk;
    let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "not known".to_owned());
    writeln!(out, "{}", safe(&known(&app.package)))?;
    field(out, "Label", &labels(&app.labels))?;
    if !app.launcher_labels.is_empty() {
        field(out, "In the launcher", &labels(&app.launcher_labels))?;
    }
    let code = app.version_code.map_or_else(|| "not stated".to_owned(), |code| code.to_string());
    field(out, "Version", &format!("{} ({code})", known(&app.version_name)))?;
    field(out, "SDK", &sdk(app))?;
    field(out, "SHA-256", &shown.sha256)?;
    field(out, "Size", &format!("{} bytes, {} members", shown.size, app.members.len()))?;
    if let Some(base) = &shown.app.base {
        field(out, "Read from", base)?;
    }
    if let Some(name) = &app.split.name {
        field(out, "Split", name)?;
    }
    if let Some(user) = &app.shared_user {
        field(out, "Shared user", user)?;
    }
    flags(app, out)?;
    signatures(shown, out)?;
    anomalies(shown, out)?;
    let special = app.components.iter().filter_map(|component| {
        Some(format!("{}: {}", component.special?.name().replace('_', " "), component.name))
    });
    list(out, "Services that Android binds it as", special)?;
    let asked = app.permissions.iter().map(|asked| match asked.max_sdk {
        Some(sdk) => format!("{} (up to SDK {sdk})", asked.name),
        None => asked.name.clone(),
    });
    list(out, "Permissions it asks for", asked)?;
    let declared = app.declared_permissions.iter();
    let declared = declared.map(|one| format!("{} ({})", one.name, one.protection));
    list(out, "Permissions it declares", declared)?;
    let abilities = shown.code.found.iter().filter_map(|found| {
        let ability = parsers::code::abilities().get(found.ability)?;
        let from = parsers::code::java_name(&found.path.root.class);
        let steps = found.path.steps.len();
        let far = if steps == 1 { "at once".to_owned() } else { format!("by {steps} methods") };
        Some(format!("{}: from {} {from}, {far}", ability.title, found.trigger.name()))
    });
    list(
        out,
        "What its code can reach: reachability, not what it did and no data flow",
        abilities,
    )?;
    let natives = shown.code.natives.iter().filter(|native| native.is_reached).map(|native| {
        let class = parsers::code::java_name(&native.class);
        let place = match shown.app.binding(native).as_slice() {
            [] => "in no library by its name".to_owned(),
            places => format!("in {}", places.join(", ")),
        };
        format!("{class}.{}: {place}", native.method)
    });
    list(out, "Native methods that its code can reach; what lies behind is not seen", natives)?;
    list(out, "Components", app.components.iter().map(component))?;
    list(out, "Packages it may see", app.queries.packages.iter().cloned())?;
    network(app, out)?;
    list(
        out,
        "Native libraries",
        app.native.iter().map(|library| {
            let id = library.build_id.as_deref().map(|id| format!(", build id {id}"));
            format!(
                "{}{}, {} JNI functions",
                library.member,
                id.unwrap_or_default(),
                library.jni.len()
            )
        }),
    )?;
    list(
        out,
        "Other packages of this app",
        shown.app.splits.iter().map(|(member, apk)| {
            let name = apk.split.name.as_deref().unwrap_or("no split");
            format!(
                "{member}: {name} of {}",
                apk.package.as_deref().unwrap_or("an unknown package")
            )
        }),
    )
}

fn safe(text: &str) -> String {
    harmless::cut(text, MOST_CHARS).to_string()
}

fn field(out: &mut impl Write, name: &str, value: &str) -> io::Result<()> {
    writeln!(out, "  {name:<16} {}", safe(value))
}

fn list(out: &mut impl Write, title: &str, lines: impl Iterator<Item = String>) -> io::Result<()> {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title} ({})", lines.len())?;
    for line in lines.iter().take(MOST_LINES) {
        writeln!(out, "  {}", safe(line))?;
    }
    if lines.len() > MOST_LINES {
        writeln!(out, "  … and {} more (--format json has all)", lines.len() - MOST_LINES)?;
    }
    Ok(())
}

fn labels(labels: &[Label]) -> String {
    let Some(first) = labels.first() else { return "none".to_owned() };
    let others = labels.iter().skip(1).filter(|label| label.text != first.text);
    let others: Vec<String> =
        others.take(8).map(|label| format!("{}: {}", label.locale, label.text)).collect();
    match others.as_slice() {
        [] => first.text.clone(),
        others => format!("{} ({})", first.text, others.join(", ")),
    }
}

fn sdk(app: &Apk) -> String {
    let stated =
        |sdk: Option<u32>| sdk.map_or_else(|| "not stated".to_owned(), |sdk| sdk.to_string());
    format!("least {}, target {}", stated(app.min_sdk), stated(app.target_sdk))
}

fn flags(app: &Apk, out: &mut impl Write) -> io::Result<()> {
    let application = &app.application;
    let on = |flag: Option<bool>, text: &'static str| (flag == Some(true)).then_some(text);
    let flags: Vec<&str> = [
        on(application.debuggable, "can be debugged"),
        on(application.test_only, "for tests only"),
        on(application.persistent, "persistent"),
        on(application.cleartext, "traffic in the clear allowed"),
        on(application.legacy_storage, "legacy storage"),
        on(application.allow_backup, "backup allowed"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if flags.is_empty() { Ok(()) } else { field(out, "States", &flags.join(", ")) }
}

fn signatures(shown: &Shown, out: &mut impl Write) -> io::Result<()> {
    let verdict = &shown.verdict;
    let word = if verdict.verified { "verified" } else { "not verified" };
    writeln!(out, "\nSignatures: {word}")?;
    for signer in &verdict.signers {
        let certificate = &signer.certificate;
        let subject = certificate.subject.as_deref().unwrap_or("a name that cannot be read");
        writeln!(out, "  {} {} ({})", signer.scheme, certificate.sha256, safe(subject))?;
    }
    for issue in verdict.errors.iter().take(MOST_LINES) {
        writeln!(out, "  {}: {}", issue.name, safe(&issue.message))?;
    }
    Ok(())
}

fn anomalies(shown: &Shown, out: &mut impl Write) -> io::Result<()> {
    let odd = shown.app.anomalies.iter().map(|anomaly| {
        let member = anomaly.member.as_deref().unwrap_or("the zip");
        format!("{} in {member}, byte {}: {}", anomaly.kind, anomaly.offset, anomaly.meaning())
    });
    let of_code = shown
        .odd
        .iter()
        .map(|odd| format!("{} in {}, byte {}: {}", odd.kind, odd.member, odd.at, odd.meaning()));
    let odd: Vec<String> = odd.chain(of_code).collect();
    if !odd.is_empty() {
        writeln!(out, "\nOdd, though it was read ({})", odd.len())?;
        for line in &odd {
            writeln!(out, "  {}", harmless::cut(line, 600))?;
        }
    }
    let damaged =
        shown.app.problems.iter().map(|problem| format!("{}: {}", problem.place, problem.what));
    list(out, "Damaged, and not read", damaged)
}

fn component(component: &Component) -> String {
    let mut text = format!("{} {}", component.kind.name().replace('_', " "), component.name);
    if component.is_launcher() {
        text.push_str(", in the launcher");
    } else if component.reachable {
        text.push_str(", exported");
    }
    if let Some(permission) = &component.permission {
        text = format!("{text}, guarded by {permission}");
    }
    if let Some(process) = &component.process {
        text = format!("{text}, in process {process}");
    }
    if !component.foreground_types.is_empty() {
        text = format!("{text}, in the foreground for {}", component.foreground_types.join(", "));
    }
    text
}

fn network(app: &Apk, out: &mut impl Write) -> io::Result<()> {
    let Some(network) = &app.application.network_security else { return Ok(()) };
    list(
        out,
        "Network security",
        network.configs.iter().map(|config| {
            let mut text = config.part.clone();
            if !config.domains.is_empty() {
                text = format!("{text} {}", config.domains.join(" "));
            }
            if let Some(clear) = config.cleartext {
                let word = if clear { "allowed" } else { "not allowed" };
                text = format!("{text}, traffic in the clear {word}");
            }
            if !config.trust_anchors.is_empty() {
                text = format!("{text}, trusts {}", config.trust_anchors.join(" "));
            }
            if !config.pins.is_empty() {
                text = format!("{text}, {} pinned keys", config.pins.len());
            }
            text
        }),
    )
}
