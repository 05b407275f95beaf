//! Why asking a server came to nothing.

use crate::tls::TlsError;
use crate::wire::ErrorMessage;
use std::time::Duration;

/// What went wrong. No message holds credentials.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is none that can be asked.
    #[error("{0}")]
    Address(String),
    /// The system's or the given certificates.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Nobody answered, or the connection broke, as often as was tried.
    #[error("{url}: {reason}")]
    Unreachable {
        /// The address, without a query.
        url: String,
        /// The last reason.
        reason: String,
    },
    /// The server answered that it will not.
    #[error("{url}: {}", refused(*.status, .message))]
    Refused {
        /// The address, without a query.
        url: String,
        /// The status of HTTP.
        status: u16,
        /// What the server says of it; empty where it says nothing that can be read.
        message: Box<ErrorMessage>,
    },
    /// The server asks for a longer wait than is granted.
    #[error("{url}: the server asks to wait {} seconds", .wait.as_secs())]
    TooLongWait {
        /// The address, without a query.
        url: String,
        /// How long it asks to wait.
        wait: Duration,
    },
    /// The answer is no resource of TAXII 2.1.
    #[error("{url}: the answer is none of TAXII 2.1: {reason}")]
    Answer {
        /// The address, without a query.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No collection, or more than one, is meant.
    #[error("{0}")]
    Collection(String),
    /// What was received could not be kept, or what is to be sent could not be read.
    #[error("{0}")]
    Local(#[from] std::io::Error),
}

/// Words for a status, with what the server says. Its text is for people and may hold anything.
fn refused(status: u16, message: &ErrorMessage) -> String {
    let means = match status {
        300..=399 => "the server points to another address; give that one",
        400 => "the server did not understand the request",
        401 => "the server asks for credentials, or does not know these",
        403 => "the account has not the right",
        404 => "there is no such thing, or the account may not know of it",
        406 => "the server does not speak TAXII 2.1",
        413 => "what was sent is too long",
        415 => "the server does not take TAXII 2.1",
        422 => "the server could not make use of what was sent",
        429 => "the server asks to come back later",
        500.. => "the server failed",
        _ => "the server refused",
    };
    let said = [Some(message.title.as_str()), message.description.as_deref()];
    let said: Vec<&str> = said.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    match said.is_empty() {
        true => format!("{means} (status {status})"),
        false => {
            let said = said.join(": ");
            let said = harmless::cut(&said, 300);
            format!("{means} (status {status}; it says: {said})")
        }
    }
}
