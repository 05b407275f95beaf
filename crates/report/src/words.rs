//! The words that every rendering shares.

use crate::sentence::thousands;
use model::{
    Attribution, Because, BecauseKind, FindingSubject, Knowledge, KnowledgeStatus, Outcome, Source,
    SourceKind, Status, Strength,
};

/// The outcome in two or three words.
pub(crate) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::StrongMatch => "Strong match",
        Outcome::NeedsReview => "Needs review",
        Outcome::ExposureOnly => "Exposure only",
        Outcome::NoMatchAllRead => "No match, all read",
        Outcome::NoMatchNotAllRead => "No match, not all read",
    }
}

/// What a person can do now, whatever was found in detail.
pub(crate) fn advice(outcome: Outcome) -> &'static [&'static str] {
    match outcome {
        Outcome::StrongMatch => &[
            "Do not reset the phone and do not delete anything from it: what is on it is evidence.",
            "Use another device for anything private, and to ask for help.",
            "Take this report and the acquisition to a helpdesk or an expert you trust, such as \
             Access Now's Digital Security Helpline or Amnesty International's Security Lab.",
        ],
        Outcome::NeedsReview => &[
            "Read each finding with its innocent explanations; many turn out to have one.",
            "Do not reset the phone and do not delete anything before somebody has looked at it.",
            "If you cannot tell, ask a helpdesk you trust.",
        ],
        Outcome::ExposureOnly => &[
            "Do not open the links listed below.",
            "Ask the owner whether one of them was opened, and when.",
            "If one was, or if you cannot tell, ask a helpdesk you trust.",
        ],
        Outcome::NoMatchAllRead => &[
            "Keep the acquisition: what is published later can be held against it again.",
            "If there is a reason to worry, ask a helpdesk you trust, whatever this report says.",
        ],
        Outcome::NoMatchNotAllRead => &[
            "See below what was not read, and acquire it again where that is possible.",
            "Keep the acquisition: what is published later can be held against it again.",
            "If there is a reason to worry, ask a helpdesk you trust, whatever this report says.",
        ],
    }
}

/// Heading for the findings of one strength.
pub(crate) fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Strong => "Strong",
        Strength::Review => "To review",
        Strength::Exposure => "Exposure",
        Strength::Note => "Note",
    }
}

/// What a strength means.
pub(crate) fn strength_meaning(strength: Strength) -> &'static str {
    match strength {
        Strength::Strong => "What was seen is hard to explain by chance.",
        Strength::Review => "Worth a person's look; each can have an innocent cause.",
        Strength::Exposure => {
            "A published link or host stands in a text. Nothing shows that it was opened."
        }
        Strength::Note => "Worth knowing. Notes do not change the outcome.",
    }
}

/// Every strength, the strongest first.
pub(crate) const STRENGTHS: [Strength; 4] =
    [Strength::Strong, Strength::Review, Strength::Exposure, Strength::Note];

/// Every status, in the order reports list them.
pub(crate) const STATUSES: [Status; 6] = [
    Status::Read,
    Status::Partly,
    Status::Failed,
    Status::Missing,
    Status::NotSupported,
    Status::Unknown,
];

/// A status in a word or two.
pub(crate) fn status(status: Status) -> &'static str {
    match status {
        Status::Read => "read",
        Status::Partly => "partly read",
        Status::Failed => "not readable",
        Status::Missing => "missing",
        Status::NotSupported => "not supported",
        Status::Unknown => "unknown",
    }
}

/// A kind of source.
pub(crate) fn source_kind(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Androidqf => "AndroidQF acquisition",
        SourceKind::Bugreport => "Android bug report",
        SourceKind::Apk => "Android package (APK)",
        SourceKind::AndroidBackup => "Android backup",
        SourceKind::IntrusionLogs => "Android intrusion logs",
        SourceKind::Messages => "messages or database of an app",
        SourceKind::Folder => "Folder",
    }
}

/// The phone as its evidence states it, in parts; untrusted text.
pub(crate) fn device(source: &Source) -> Vec<String> {
    let Some(device) = &source.device else { return Vec::new() };
    let parts = [
        ("", &device.model),
        ("Android ", &device.android),
        ("patch level ", &device.patch_level),
        ("time zone ", &device.timezone),
    ];
    parts.iter().filter_map(|(name, value)| Some(format!("{name}{}", value.as_ref()?))).collect()
}

/// How far the origin of knowledge is proved.
pub(crate) fn knowledge_status(status: KnowledgeStatus) -> &'static str {
    match status {
        KnowledgeStatus::BuiltInUnsigned => "built in, not signed by any agency",
        KnowledgeStatus::Unsigned => "given by the user, signatures not checked",
        KnowledgeStatus::Verified => "signatures verified",
        KnowledgeStatus::Expired => "signatures verified, expired",
    }
}

/// What is known of the signatures of an advisory, a line each; untrusted text.
pub(crate) fn signatures(knowledge: &Knowledge) -> Vec<String> {
    let Some(signed) = &knowledge.signed else { return Vec::new() };
    let mut lines = Vec::new();
    if let Some(expired) = &signed.expired {
        lines.push(format!(
            "EXPIRED on {expired}: accepted before that; what was published or revoked since is not known"
        ));
    }
    let by = knowledge.signed_by.join(", ");
    lines.push(format!("signed by {by} ({} had to sign)", signed.threshold));
    if !signed.not_signed_by.is_empty() {
        lines.push(format!("not signed by {}", signed.not_signed_by.join(", ")));
    }
    if let (Some(issued), Some(days)) = (&signed.issued, signed.age_days) {
        lines.push(format!("signed on {issued}, {days} days before this examination"));
    }
    if !signed.rollback_seen {
        lines.push(
            "no trust folder was given: whether this is older than what was known before cannot be seen"
                .into(),
        );
    }
    lines
}

/// An attribution as its advisory makes it, and what others say of it; untrusted text.
pub(crate) fn attribution(one: &Attribution) -> Vec<String> {
    let by = one.by.as_deref().unwrap_or("The advisory");
    let sure = match (one.confidence, &one.likelihood) {
        (Some(number), Some(word)) => format!("confidence {number} of 100, “{word}”"),
        _ => "confidence not stated".into(),
    };
    let mut first = format!("{by} attributes {} to {} ({sure})", one.what, one.to);
    if let Some(text) = &one.text {
        first.push_str(&format!(": “{text}”"));
    }
    let mut lines = vec![first];
    if !one.references.is_empty() {
        lines.push(format!("source: {}", one.references.join("; ")));
    }
    for opinion in &one.opinions {
        let who = opinion.by.as_deref().unwrap_or("Somebody");
        let why = opinion.explanation.as_ref().map(|why| format!(": “{why}”")).unwrap_or_default();
        lines.push(format!("{who} on this: {}{why}", opinion.opinion));
    }
    lines
}

/// What an advisory holds that is not matched in this version, by type: `173 string, 14 url_path`.
/// Empty where there is nothing.
pub(crate) fn kept_aside(knowledge: &Knowledge) -> String {
    let by_type = knowledge.kept_aside.iter();
    let named: Vec<String> =
        by_type.map(|(kind, number)| format!("{} {kind}", thousands(*number))).collect();
    named.join(", ")
}

/// What kind of knowledge a finding rests on.
pub(crate) fn because(because: &Because) -> &'static str {
    match because.kind {
        BecauseKind::Indicator => "Indicator",
        BecauseKind::Rule => "Rule",
        BecauseKind::Impersonation => "Imitation of a genuine app",
        BecauseKind::Yara => "YARA rule of the user's own",
    }
}

/// What a finding is about; untrusted text.
pub(crate) fn subject(subject: &FindingSubject) -> String {
    let user = subject.user.map(|user| format!(" (user {user})")).unwrap_or_default();
    match subject.kind.as_str() {
        "device" => "The phone itself".into(),
        "app" => format!("App {}{user}", subject.value),
        "file" => format!("File {}{user}", subject.value),
        "process" => format!("Process {}{user}", subject.value),
        "endpoint" => format!("Host or link {}{user}", subject.value),
        kind => format!("{kind} {}{user}", subject.value),
    }
}

/// How sure the knowledge is.
pub(crate) fn confidence(confidence: Option<u8>) -> String {
    confidence.map_or_else(|| "not stated".into(), |percent| format!("{percent} of 100"))
}
