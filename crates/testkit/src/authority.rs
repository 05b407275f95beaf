//! A time-stamping authority of one's own (RFC 3161), set up as `man openssl-ts` does it: OpenSSL makes and
//! reads what is stamped, and is not ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const CONFIGURATION: &str = "\
[req]
distinguished_name=dn
x509_extensions=tsa
prompt=no
[dn]
CN=Test
[tsa]
extendedKeyUsage=critical,timeStamping
keyUsage=critical,digitalSignature
[tsa_config]
serial=serial
signer_cert=tsa.pem
signer_key=tsa.key
certs=tsa.pem
signer_digest=sha256
default_policy=1.2.3.4
digests=sha256
";

/// An authority with a key that nobody trusts.
pub struct Authority(TempDir);

impl Authority {
    /// Makes its key. `None` where OpenSSL is not installed; the caller tells the skip.
    ///
    /// # Panics
    /// Where OpenSSL fails, with what it says.
    #[must_use]
    pub fn new() -> Option<Self> {
        let made = Self(tempfile::tempdir().expect("a temporary folder"));
        fs::write(made.at("ca.cnf"), CONFIGURATION).expect("room");
        fs::write(made.at("serial"), "01\n").expect("room");
        let words = "req -x509 -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.pem -config ca.cnf -days 10";
        match made.run(words) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
            made => succeeded(words, &made.expect("openssl runs")),
        };
        Some(made)
    }

    /// Its answer (`TimeStampResp`) to a request, in DER.
    ///
    /// # Panics
    /// Where OpenSSL does not understand the request.
    #[must_use]
    pub fn answer(&self, request: &[u8]) -> Vec<u8> {
        fs::write(self.at("asked.tsq"), request).expect("room");
        self.openssl(
            "ts -reply -queryfile asked.tsq -config ca.cnf -section tsa_config -out given.tsr",
        );
        fs::read(self.at("given.tsr")).expect("openssl has written it")
    }

    /// Whether OpenSSL takes an answer for one of this authority to a request.
    ///
    /// # Panics
    /// Where OpenSSL cannot be run.
    #[must_use]
    pub fn has_given(&self, answer: &[u8], request: &[u8]) -> bool {
        fs::write(self.at("held.tsr"), answer).expect("room");
        fs::write(self.at("held.tsq"), request).expect("room");
        let words = "ts -verify -in held.tsr -queryfile held.tsq -CAfile tsa.pem";
        self.run(words).expect("openssl runs").status.success()
    }

    /// A file in the folder that [`Self::openssl`] works in.
    #[must_use]
    pub fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs OpenSSL in a folder of its own, and gives what it prints.
    ///
    /// # Panics
    /// Where it fails, with what it says.
    pub fn openssl(&self, words: &str) -> String {
        succeeded(words, &self.run(words).expect("openssl runs"))
    }

    fn run(&self, words: &str) -> std::io::Result<Output> {
        let folder: &Path = self.0.path();
        Command::new("openssl").current_dir(folder).args(words.split(' ')).output()
    }
}

fn succeeded(words: &str, run: &Output) -> String {
    assert!(run.status.success(), "openssl {words}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8_lossy(&run.stdout).into_owned()
}
