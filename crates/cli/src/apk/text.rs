//! A verdict for a person. Text from the app is made harmless where it is shown.

use apk::Certificate;
use apk::Scheme;
use apk::signature::{Issue, LineageNode, SDK_OPEN, SchemeState, StampStatus, Verdict};
use record::harmless::line;
use std::io::{self, Write};

/// Problems of one name that are shown one by one.
const SHOWN: usize = 3;

/// What a certificate may still do after it was replaced, by the bit that says so.
const CAPABILITIES: [(u32, &str); 5] = [
    (1, "keep data"),
    (2, "share a user id"),
    (4, "hold permissions"),
    (8, "be rolled back to"),
    (16, "authenticate"),
];

/// Prints what was found of the signatures.
pub(crate) fn signatures(verdict: &Verdict, out: &mut impl Write) -> io::Result<()> {
    let asked = range(verdict.min_sdk, verdict.max_sdk);
    let verified = if verdict.verified { "verified" } else { "NOT verified" };
    writeln!(out, "Signatures: {verified} for {asked}")?;
    for decision in &verdict.decided_by {
        let versions = range(decision.min_sdk, decision.max_sdk);
        writeln!(out, "  {} decides on {versions}", name(decision.scheme))?;
    }
    if verdict.decided_by.is_empty() {
        writeln!(out, "  no signature is there that any of these versions looks at")?;
    }
    schemes(verdict, out)?;
    signers(verdict, out)?;
    lineage(&verdict.lineage, out)?;
    stamp(verdict, out)?;
    issues("Errors", &verdict.errors, out)?;
    issues("Warnings", &verdict.warnings, out)
}

fn schemes(verdict: &Verdict, out: &mut impl Write) -> io::Result<()> {
    let found = &verdict.schemes;
    writeln!(out, "\nSchemes")?;
    for (scheme, state) in [
        (Scheme::V1, found.v1),
        (Scheme::V2, found.v2),
        (Scheme::V3, found.v3),
        (Scheme::V31, found.v31),
        (Scheme::V4, found.v4),
    ] {
        writeln!(out, "  {:<5} {}", name(scheme), told(state))?;
    }
    writeln!(out, "  stamp {}", verdict.stamp.status)
}

fn told(state: SchemeState) -> &'static str {
    match state {
        SchemeState { verified: Some(true), .. } => "verified",
        SchemeState { present: true, verified: Some(false) } => "NOT verified",
        SchemeState { present: true, verified: None } => "there, not looked at",
        SchemeState { present: false, .. } => "not there",
    }
}

fn signers(verdict: &Verdict, out: &mut impl Write) -> io::Result<()> {
    if verdict.signers.is_empty() {
        return Ok(());
    }
    let heading = match verdict.verified {
        true => "Signers",
        false => "Signers as stated; nothing shows that their keys signed this app",
    };
    writeln!(out, "\n{heading}")?;
    for signer in &verdict.signers {
        let versions = range(signer.min_sdk, signer.max_sdk);
        writeln!(out, "  {}, for {versions}", name(signer.scheme))?;
        certificate(&signer.certificate, out)?;
    }
    Ok(())
}

fn certificate(certificate: &Certificate, out: &mut impl Write) -> io::Result<()> {
    let or_not = |text: &Option<String>| match text {
        Some(text) => line(text).to_string(),
        None => "cannot be read".to_owned(),
    };
    let (from, to) = (or_not(&certificate.not_before), or_not(&certificate.not_after));
    writeln!(out, "    subject  {}", or_not(&certificate.subject))?;
    writeln!(out, "    issuer   {}", or_not(&certificate.issuer))?;
    writeln!(out, "    valid    {from} to {to}")?;
    writeln!(out, "    SHA-256  {}", certificate.sha256)?;
    writeln!(out, "    SHA-1    {}", certificate.sha1)?;
    writeln!(out, "    MD5      {}", certificate.md5)
}

fn lineage(nodes: &[LineageNode], out: &mut impl Write) -> io::Result<()> {
    if nodes.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nProof of rotation, oldest first")?;
    for node in nodes {
        let may = CAPABILITIES.iter().filter(|(bit, _)| node.capabilities & bit != 0);
        let may: Vec<&str> = may.map(|(_, what)| *what).collect();
        let subject = node.certificate.subject.as_deref().unwrap_or("a name that cannot be read");
        writeln!(out, "  {}", line(subject))?;
        writeln!(out, "    SHA-256  {}", node.certificate.sha256)?;
        let may = if may.is_empty() { "nothing".to_owned() } else { may.join(", ") };
        writeln!(out, "    may      {may}")?;
    }
    Ok(())
}

fn stamp(verdict: &Verdict, out: &mut impl Write) -> io::Result<()> {
    let stamp = &verdict.stamp;
    let Some(own) = &stamp.certificate else { return Ok(()) };
    let by = match stamp.status {
        StampStatus::Verified => "Source stamp",
        _ => "Source stamp, as stated",
    };
    writeln!(out, "\n{by}")?;
    certificate(own, out)?;
    if let Ok(time) = i64::try_from(stamp.timestamp)
        && time > 0
        && let Ok(time) = jiff::Timestamp::from_second(time)
    {
        writeln!(out, "    time     {time}")?;
    }
    Ok(())
}

/// Problems, a few of each name.
fn issues(heading: &str, issues: &[Issue], out: &mut impl Write) -> io::Result<()> {
    // That there is no source stamp is usual, and told above.
    let usual = |issue: &&Issue| issue.name != "SOURCE_STAMP_CERT_DIGEST_AND_SIG_BLOCK_MISSING";
    let issues: Vec<&Issue> = issues.iter().filter(usual).collect();
    if issues.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{heading}")?;
    let mut names: Vec<&str> = Vec::new();
    for issue in &issues {
        if names.contains(&issue.name) {
            continue;
        }
        names.push(issue.name);
        let alike: Vec<&&Issue> = issues.iter().filter(|one| one.name == issue.name).collect();
        let scheme = issue.scheme.map(|scheme| format!(" ({})", name(scheme))).unwrap_or_default();
        writeln!(out, "  {}{scheme}", issue.name)?;
        for one in alike.iter().take(SHOWN) {
            writeln!(out, "    {}", line(&one.message))?;
        }
        if alike.len() > SHOWN {
            writeln!(out, "    and {} more", alike.len() - SHOWN)?;
        }
    }
    Ok(())
}

fn name(scheme: Scheme) -> String {
    match scheme {
        Scheme::V31 => "v3.1".to_owned(),
        scheme => scheme.to_string(),
    }
}

fn range(min: u32, max: u32) -> String {
    match max {
        _ if min == max => format!("SDK {min}"),
        SDK_OPEN.. => format!("SDK {min} and later"),
        _ => format!("SDK {min} to {max}"),
    }
}
