//! What went wrong with a worker, in words for a report.

use crate::os::Ended;
use evidence::Limits;

/// Why a job came to no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The worker ended.
    Ended(Ended),
    /// It took longer than it may.
    TooLong,
    /// It sent what no worker sends, or what its job cannot yield.
    Rules(&'static str),
}

impl Trouble {
    /// Whether another try, by itself and in a new worker, may come to another end.
    pub(crate) fn may_pass(self) -> bool {
        self != Trouble::TooLong
    }

    /// What a gap says.
    pub(crate) fn words(self, limits: &Limits) -> String {
        let suspicious = "that may be an attack on the reader: keep the file, and report it";
        match self {
            Trouble::TooLong | Trouble::Ended(Ended::Processor) => {
                format!("reading it took more than the limit of {} seconds", limits.seconds)
            }
            Trouble::Ended(Ended::Memory) => {
                format!("reading it takes more memory than the limit of {} bytes", limits.memory)
            }
            Trouble::Ended(Ended::Scratch) => {
                "reading it writes more to temporary files than it may".to_owned()
            }
            Trouble::Ended(Ended::Forbidden) => format!(
                "its reading was stopped, since it asked the system for what no reading needs; {suspicious}"
            ),
            Trouble::Ended(Ended::Signal(signal)) => {
                format!("the process that read it crashed (signal {signal})")
            }
            Trouble::Ended(Ended::Exit(code)) => {
                format!("the process that read it ended before it was done (code {code})")
            }
            Trouble::Rules(what) => {
                format!("the process that read it answered with {what}; {suspicious}")
            }
        }
    }
}
