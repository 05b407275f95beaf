//! How a server is reached, and who asks. Secrets come from files, the environment or a prompt,
//! never from the command line, which other programs see.

use super::failed;
use crate::failure::Failure;
use crate::input::{first_line, prompted};
use ::taxii::{Client, Credentials, Limits, Patience, Pause, Trust};
use clap::Args;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::time::Duration;
use zeroize::Zeroizing;

#[derive(Debug, Args)]
pub(super) struct ConnectArgs {
    /// The server, one of its API roots, or a collection: https://…
    #[arg(value_name = "URL")]
    url: String,

    /// Account. Its password comes from --password-file, $TAMARISK_TAXII_PASSWORD or a prompt
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    /// File whose first line is the password; - for standard input
    #[arg(long, value_name = "FILE", requires = "user")]
    password_file: Option<PathBuf>,

    /// File whose first line is a bearer token ($TAMARISK_TAXII_TOKEN is another way)
    #[arg(long, value_name = "FILE", conflicts_with = "user")]
    token_file: Option<PathBuf>,

    /// Certificates (PEM) that alone are trusted, instead of the system's
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,

    /// How often to try what may pass: no answer, or one that says to come again
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    tries: u32,

    /// The longest answer that is taken, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=4096))]
    max_answer: u32,
}

/// Waits, and looks at the clock.
pub(super) struct Waits;

impl Pause for Waits {
    fn pause(&self, how_long: Duration) {
        if how_long >= Duration::from_secs(2) {
            crate::terminal::complain(&format!(
                "waiting {} s before trying again",
                how_long.as_secs()
            ));
        }
        std::thread::sleep(how_long);
    }

    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

impl ConnectArgs {
    pub(super) fn client(&self) -> Result<Client<'static>, Failure> {
        let trust = match &self.ca {
            None => Trust::System,
            Some(file) => Trust::Only(read(file)?),
        };
        let limits = Limits { answer_bytes: u64::from(self.max_answer) << 20, ..Limits::default() };
        let patience = Patience { tries: self.tries, ..Patience::default() };
        Client::new(&self.url, self.credentials()?, &trust, limits, patience, &Waits)
            .map_err(failed)
    }

    fn credentials(&self) -> Result<Credentials, Failure> {
        let variable = |name: &str| {
            std::env::var(name).ok().filter(|text| !text.is_empty()).map(Zeroizing::new)
        };
        if let Some(user) = &self.user {
            if user.contains(':') {
                return Err(Failure::usage("an account's name holds no colon"));
            }
            let password = match (&self.password_file, variable("TAMARISK_TAXII_PASSWORD")) {
                (Some(file), _) => first_line(file)?,
                (None, Some(password)) => password,
                (None, None) => prompted(&format!("Password of {user}"), "--password-file")?,
            };
            return Ok(Credentials::Basic { user: user.clone(), password });
        }
        Ok(match (&self.token_file, variable("TAMARISK_TAXII_TOKEN")) {
            (Some(file), _) => Credentials::Bearer(first_line(file)?),
            (None, Some(token)) => Credentials::Bearer(token),
            (None, None) => Credentials::Nobody,
        })
    }
}

pub(super) fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file)
        .map_err(|error| Failure::new("input", format!("{}: {error}", file.display())))
}
