//! What a client proves who it is with; never shown.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use zeroize::Zeroizing;

/// Credentials. Wiped from memory when they go, and left out of every message.
#[derive(Clone, Default)]
pub enum Credentials {
    /// None.
    #[default]
    Nobody,
    /// HTTP Basic (RFC 7617).
    Basic {
        /// The account's name; no colon.
        user: String,
        /// Its password.
        password: Zeroizing<String>,
    },
    /// A bearer token (RFC 6750).
    Bearer(Zeroizing<String>),
}

impl Credentials {
    /// The value of `Authorization`, and whether it can be sent as it is.
    pub(crate) fn header(&self) -> Option<Zeroizing<String>> {
        match self {
            Self::Nobody => None,
            Self::Basic { user, password } => {
                let plain = Zeroizing::new(format!("{user}:{}", password.as_str()));
                Some(Zeroizing::new(format!("Basic {}", STANDARD.encode(plain.as_bytes()))))
            }
            Self::Bearer(token) => Some(Zeroizing::new(format!("Bearer {}", token.as_str()))),
        }
    }

    /// Whether there are any.
    #[must_use]
    pub fn is_some(&self) -> bool {
        !matches!(self, Self::Nobody)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nobody => "Nobody",
            Self::Basic { .. } => "Basic(…)",
            Self::Bearer(_) => "Bearer(…)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_those_of_the_rfcs_and_are_not_shown() {
        let password = Zeroizing::new("open sesame".to_owned());
        let basic = Credentials::Basic { user: "Aladdin".to_owned(), password };
        // RFC 7617, section 2.
        assert_eq!(basic.header().unwrap().as_str(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(format!("{basic:?}"), "Basic(…)");
        // RFC 6750, section 2.1.
        let bearer = Credentials::Bearer(Zeroizing::new("mF_9.B5f-4.1JqM".to_owned()));
        assert_eq!(bearer.header().unwrap().as_str(), "Bearer mF_9.B5f-4.1JqM");
    }
}
