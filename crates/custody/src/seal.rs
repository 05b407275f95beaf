//! Results that only the holder of a key can read: age (<https://c2sp.org/age>) to X25519 recipients.

use std::io::{self, Write};

/// Who may read: the recipients named on the command line.
#[derive(Clone, Debug)]
pub struct Recipients(Vec<age::x25519::Recipient>);

/// Why somebody cannot be a recipient, or nothing can be encrypted.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// It is no recipient.
    #[error("{0} is no age recipient (age1…)")]
    Recipient(String),
    /// age refused.
    #[error("age: {0}")]
    Age(String),
}

/// The writer that encrypts.
pub type Sealing<W> = age::stream::StreamWriter<W>;

impl Recipients {
    /// Reads recipients (`age1…`).
    ///
    /// # Errors
    /// When one is none, or there is none.
    pub fn parse<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<Self, SealError> {
        let parse =
            |text: &str| text.trim().parse().map_err(|_| SealError::Recipient(text.to_owned()));
        let all = texts.into_iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        if all.is_empty() { Err(SealError::Recipient("nothing".into())) } else { Ok(Self(all)) }
    }

    /// Encrypts what is written to it. The file is whole only after `finish`.
    ///
    /// # Errors
    /// When its header cannot be written.
    pub fn seal<W: Write>(&self, out: W) -> io::Result<Sealing<W>> {
        let recipients = self.0.iter().map(|one| one as &dyn age::Recipient);
        let refused =
            |error: &dyn std::fmt::Display| io::Error::other(SealError::Age(error.to_string()));
        let encryptor = age::Encryptor::with_recipients(recipients).map_err(|e| refused(&e))?;
        encryptor.wrap_output(out)
    }
}
