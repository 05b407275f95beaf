//! From the arguments that say what to look at, to a plan of what to read.

use crate::args::InputArgs;
use crate::failure::Failure;
use evidence::{AgeError, AgeLock, FileKey, Limits, Passwords, Secrets};
use examine::{Plan, Reader, Survey, Unlock};
use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::Path;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Longest identity file or passphrase taken, in bytes.
const LONGEST_SECRET: u64 = 1 << 20;

/// Finds out what the PATHs are and plans their reading. Fails when none of them can be opened
/// and recognised; those that cannot be, beside others that can, are gaps.
pub(crate) fn plan(
    args: &InputArgs,
    limits: &Limits,
    reader: &dyn Reader,
) -> Result<Plan, Failure> {
    let mut keys = Keys::new(args)?;
    let survey = Survey { limits, threads: args.thread_count(), reader };
    let plan = survey.plan(&args.paths, &mut keys);
    if let Some(failure) = keys.cannot_ask {
        return Err(failure);
    }
    if plan.source_count() == 0 {
        let why: Vec<String> =
            plan.refused.iter().map(|r| format!("{}: {}", r.path, r.reason)).collect();
        let hint = "run `tamarisk formats` for what this version reads";
        return Err(Failure::nothing_readable(format!("{}; {hint}", why.join("; "))));
    }
    Ok(plan)
}

/// The secrets of the user, and asking for more.
struct Keys {
    secrets: Secrets,
    /// Passphrases, which may be passwords of Android backups.
    passphrases: Vec<Zeroizing<String>>,
    /// A passphrase is needed and there is nobody to ask.
    cannot_ask: Option<Failure>,
}

impl Keys {
    fn new(args: &InputArgs) -> Result<Self, Failure> {
        let mut secrets = Secrets::default();
        for file in &args.identity {
            let text = small_text(file)?;
            secrets
                .add_identities(&text)
                .map_err(|e| Failure::locked(format!("{}: {e}", file.display())))?;
        }
        let mut passphrases = Vec::new();
        for file in &args.passphrase_file {
            let passphrase = first_line(file)?;
            secrets.add_passphrase(passphrase.as_str());
            passphrases.push(passphrase);
        }
        Ok(Self { secrets, passphrases, cannot_ask: None })
    }

    fn ask(&mut self, name: &str) -> Result<(), String> {
        if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
            let why = "it is encrypted with a passphrase, and there is no terminal to ask for it; \
                       give it with --passphrase-file FILE (- for standard input)";
            self.cannot_ask = Some(Failure::locked(format!("{name}: {why}")));
            return Err(why.into());
        }
        let prompt = format!("Passphrase of {}: ", record::harmless::line(name));
        let passphrase = rpassword::prompt_password(prompt)
            .map_err(|error| format!("the passphrase could not be read: {error}"))?;
        self.passphrases.push(Zeroizing::new(passphrase.clone()));
        self.secrets.add_passphrase(passphrase);
        Ok(())
    }
}

impl Unlock for Keys {
    /// Unlocks one encrypted input; asks for its passphrase if that is what opens it.
    fn file_key(&mut self, file: &Arc<File>, name: &str) -> Result<FileKey, String> {
        let lock = evidence::age_lock(file).map_err(|error| error.to_string())?;
        if lock == AgeLock::Passphrase && self.passphrases.is_empty() {
            self.ask(name)?;
        }
        evidence::unlock(file, &self.secrets).map_err(|error| match error {
            AgeError::NeedsIdentity => format!("{error}; give its file with --identity"),
            error => error.to_string(),
        })
    }

    fn passwords(&mut self, asked: Option<&str>) -> Result<Passwords, String> {
        if let Some(name) = asked.filter(|_| self.passphrases.is_empty()) {
            self.ask(name)?;
        }
        Ok(Passwords::new(self.passphrases.clone()))
    }
}

/// The text of a small file that the user names; wiped after use.
pub(crate) fn small_text(file: &Path) -> Result<Zeroizing<String>, Failure> {
    let failed = |error: String| Failure::locked(format!("{}: {error}", file.display()));
    let opened = File::open(file).map_err(|error| failed(error.to_string()))?;
    let text = secret_text(opened).map_err(|error| failed(error.to_string()))?;
    match text.len() as u64 {
        LONGEST_SECRET.. => Err(failed("it is too large for an identity file".into())),
        _ => Ok(text),
    }
}

/// The first line of a file, or of standard input for `-`; wiped after use.
pub(crate) fn first_line(file: &Path) -> Result<Zeroizing<String>, Failure> {
    let failed = |error| Failure::locked(format!("passphrase file {}: {error}", file.display()));
    let text = match file == Path::new("-") {
        true => secret_text(std::io::stdin().lock()),
        false => File::open(file).and_then(secret_text),
    };
    let text = text.map_err(failed)?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

/// Reads at most [`LONGEST_SECRET`] bytes.
fn secret_text(from: impl Read) -> std::io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    from.take(LONGEST_SECRET).read_to_string(&mut text)?;
    Ok(text)
}

/// Asks for a secret at the terminal: `what`, and a colon. `instead` is the option that gives it where
/// there is no terminal.
pub(crate) fn prompted(what: &str, instead: &str) -> Result<Zeroizing<String>, Failure> {
    let what = record::harmless::line(what);
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        let why = "there is no terminal to ask at; give it with";
        return Err(Failure::locked(format!(
            "{what}: {why} {instead} FILE (- for standard input)"
        )));
    }
    let answer = rpassword::prompt_password(format!("{what}: "));
    let failed = |error| Failure::locked(format!("{what}: it could not be read: {error}"));
    answer.map(Zeroizing::new).map_err(failed)
}
