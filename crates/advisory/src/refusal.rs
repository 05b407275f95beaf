//! Why an advisory is not taken: each reason has a name, and the attack it answers.

use std::fmt;

/// The reason, as scripts see it. `docs/design/trust.md` has a section on each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Code {
    /// Nothing that could be trusted to begin with was given.
    NoRoot,
    /// A file of metadata is not there.
    Missing,
    /// A file could not be read at all: the disk, the network.
    Unreadable,
    /// A file came too slowly.
    SlowRetrieval,
    /// A file is longer than it may be.
    Oversized,
    /// A file of metadata is no JSON, or lacks what it must have.
    Malformed,
    /// An object in it has a key twice.
    DuplicateKey,
    /// A key, id or signature is written in another way than the one that there is.
    MalleableEncoding,
    /// A key of a kind that this version cannot verify.
    UnknownKeyType,
    /// A key's id is not the hash of the key.
    KeyIdMismatch,
    /// One key is listed, or signs, twice.
    SameKeyTwice,
    /// One key speaks for two agencies.
    KeyUnderTwoNames,
    /// Metadata of another role than the one asked for, or a role that speaks of what is not its own.
    WrongRole,
    /// Delegations that leave open who speaks for what.
    UnclearDelegation,
    /// Fewer valid signatures than the role needs.
    ThresholdNotMet,
    /// A new root that does not follow from the one before.
    RootRotation,
    /// Older than what was accepted before.
    Rollback,
    /// A version so far ahead that no later one could follow.
    FastForward,
    /// Metadata that do not belong together.
    MixAndMatch,
    /// Past its date, and not accepted before that.
    Expired,
    /// A file that is not the one that was signed.
    ArbitrarySoftware,
    /// A name that leads out of the place it belongs to.
    PathTraversal,
}

impl Code {
    /// Every code, in the order of the documentation.
    pub const ALL: [Code; 22] = [
        Code::NoRoot,
        Code::Missing,
        Code::Unreadable,
        Code::SlowRetrieval,
        Code::Oversized,
        Code::Malformed,
        Code::DuplicateKey,
        Code::MalleableEncoding,
        Code::UnknownKeyType,
        Code::KeyIdMismatch,
        Code::SameKeyTwice,
        Code::KeyUnderTwoNames,
        Code::WrongRole,
        Code::UnclearDelegation,
        Code::ThresholdNotMet,
        Code::RootRotation,
        Code::Rollback,
        Code::FastForward,
        Code::MixAndMatch,
        Code::Expired,
        Code::ArbitrarySoftware,
        Code::PathTraversal,
    ];

    /// The name, for scripts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Code::NoRoot => "no_root",
            Code::Missing => "missing",
            Code::Unreadable => "unreadable",
            Code::SlowRetrieval => "slow_retrieval",
            Code::Oversized => "oversized",
            Code::Malformed => "malformed",
            Code::DuplicateKey => "duplicate_key",
            Code::MalleableEncoding => "malleable_encoding",
            Code::UnknownKeyType => "unknown_key_type",
            Code::KeyIdMismatch => "key_id_mismatch",
            Code::SameKeyTwice => "same_key_twice",
            Code::KeyUnderTwoNames => "key_under_two_names",
            Code::WrongRole => "wrong_role",
            Code::UnclearDelegation => "unclear_delegation",
            Code::ThresholdNotMet => "threshold_not_met",
            Code::RootRotation => "root_rotation",
            Code::Rollback => "rollback",
            Code::FastForward => "fast_forward",
            Code::MixAndMatch => "mix_and_match",
            Code::Expired => "expired",
            Code::ArbitrarySoftware => "arbitrary_software",
            Code::PathTraversal => "path_traversal",
        }
    }

    /// What it may mean, in a sentence for people.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Code::NoRoot => {
                "There is nothing to begin trust with: give the root metadata as a file whose \
                 words were compared, or a trust folder that holds one."
            }
            Code::Missing => "The copy is incomplete, or somebody withholds a part of it.",
            Code::Unreadable => "The copy cannot be read: the medium may be damaged.",
            Code::SlowRetrieval => {
                "Whoever serves it may be keeping this machine waiting on purpose; try another copy."
            }
            Code::Oversized => {
                "It is larger than it may be: an attempt to fill memory or disk, or another file."
            }
            Code::Malformed => "It is damaged, or was not made by a tool that follows the format.",
            Code::DuplicateKey => {
                "Two programs could read two different things in it under one signature."
            }
            Code::MalleableEncoding => {
                "Somebody rewrote it without the signer, or a tool does not keep to the format."
            }
            Code::UnknownKeyType => "A newer version of this program may know this kind of key.",
            Code::KeyIdMismatch => "A key was put in the place of another one.",
            Code::SameKeyTwice => "One signer would count as several.",
            Code::KeyUnderTwoNames => "One agency would count as two.",
            Code::WrongRole => "A key was used for something that it was not given for.",
            Code::UnclearDelegation => "It is left open who may speak for what.",
            Code::ThresholdNotMet => {
                "Too few of those who must sign have signed this: forged, or not finished."
            }
            Code::RootRotation => {
                "The keys were not changed by those who may change them: an attempt to take over."
            }
            Code::Rollback => {
                "An older state is presented as the newest: somebody may want this machine not to \
                 know what was published or revoked since."
            }
            Code::FastForward => {
                "A number so high would keep this machine from taking any later one: a key may be \
                 in the wrong hands."
            }
            Code::MixAndMatch => {
                "Parts of different times, or of different copies, were put together."
            }
            Code::Expired => {
                "It is too old to say that nothing newer exists: the copy is stale, or somebody \
                 holds it still (a freeze)."
            }
            Code::ArbitrarySoftware => "The file was changed after it was signed.",
            Code::PathTraversal => "A name would lead out of the folder that it belongs to.",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// What was refused, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {role}: {detail}")]
pub struct Refusal {
    /// The reason, for scripts.
    pub code: Code,
    /// The role or file that it is about.
    pub role: String,
    /// What was found, and what was expected.
    pub detail: String,
}

impl Refusal {
    /// A refusal of `role`.
    pub fn new(code: Code, role: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { code, role: role.into(), detail: detail.into() }
    }

    pub(crate) fn malformed(role: &str, detail: impl Into<String>) -> Self {
        Self::new(Code::Malformed, role, detail)
    }
}
