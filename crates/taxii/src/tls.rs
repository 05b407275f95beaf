//! Whose certificates are trusted.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::sync::Arc;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

/// Whom a server's certificate must come from.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// Whom the system trusts.
    #[default]
    System,
    /// Only these, in PEM.
    Only(Vec<u8>),
}

/// Why there is nobody to trust.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The system's certificates could not be found or read.
    #[error("the system's certificates cannot be read: {0}; give those to trust with --ca")]
    System(String),
    /// The given file holds none.
    #[error("the certificates to trust cannot be read: {0}")]
    Given(String),
}

impl Trust {
    pub(crate) fn config(&self) -> Result<TlsConfig, TlsError> {
        let roots = match self {
            Self::System => {
                let found = rustls_native_certs::load_native_certs();
                if found.certs.is_empty() {
                    let reasons: Vec<String> =
                        found.errors.iter().map(ToString::to_string).collect();
                    let reason = if reasons.is_empty() {
                        "none were found".to_owned()
                    } else {
                        reasons.join("; ")
                    };
                    return Err(TlsError::System(reason));
                }
                found.certs
            }
            Self::Only(pem) => {
                let read = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
                let roots = read.map_err(|error| TlsError::Given(error.to_string()))?;
                if roots.is_empty() {
                    return Err(TlsError::Given("the file holds none".to_owned()));
                }
                roots
            }
        };
        let roots: Vec<Certificate<'static>> =
            roots.iter().map(|root| Certificate::from_der(root.as_ref()).to_owned()).collect();
        Ok(TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .root_certs(RootCerts::from(roots))
            .build())
    }
}
