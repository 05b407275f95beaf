//! A mirror of signed advisories on a web server: plain files below an address. Who verifies them
//! does so himself; here they are only fetched.

use crate::agent::{agent, folder};
use crate::client::{Limits, is_loopback, parsed, shown};
use crate::error::ClientError;
use crate::tls::Trust;
use std::io::{self, Read};
use ureq::Agent;
use url::Url;

/// Files below an address.
pub struct Mirror {
    agent: Agent,
    address: Url,
}

impl Mirror {
    /// The mirror at this address. Nothing is asked yet.
    ///
    /// # Errors
    /// When the address is none of https (or http on this machine), or holds credentials; when
    /// there are no certificates to trust.
    pub fn new(address: &str, trust: &Trust, limits: Limits) -> Result<Self, ClientError> {
        let no = |why: String| Err(ClientError::Address(why));
        let url = parsed(address)?;
        if !(url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url)) {
            return no(format!("{}: a mirror is reached by https", shown(&url)));
        }
        let url = folder(url);
        Ok(Self { agent: agent(&url, trust, &limits, Some(limits.connect))?, address: url })
    }

    /// Opens a file; `None` where the server has none of this name. How much is read of it is
    /// for the caller to limit.
    ///
    /// # Errors
    /// When the server cannot be reached, or answers anything but 200, 403, 404 and 410 (web
    /// servers and buckets say either of these for a file that is not there).
    pub fn open(&self, path: &str) -> io::Result<Option<Box<dyn Read>>> {
        let url = self.address.join(path).map_err(io::Error::other)?;
        if !url.as_str().starts_with(self.address.as_str()) {
            return Err(io::Error::other(format!("“{path}” leads out of the mirror")));
        }
        let response = self.agent.get(url.as_str()).call();
        let response =
            response.map_err(|error| io::Error::other(format!("{}: {error}", shown(&url))))?;
        match response.status().as_u16() {
            200 => {
                Ok(Some(Box::new(response.into_body().into_with_config().limit(u64::MAX).reader())))
            }
            403 | 404 | 410 => Ok(None),
            status => Err(io::Error::other(format!("{}: status {status}", shown(&url)))),
        }
    }
}
