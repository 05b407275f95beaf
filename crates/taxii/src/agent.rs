//! How servers are asked: no redirects are followed, no proxy is taken from the environment, and
//! https stays https.

use crate::client::Limits;
use crate::error::ClientError;
use crate::tls::Trust;
use std::time::Duration;
use ureq::Agent;
use url::Url;

/// `url` as a folder that other addresses are below: without query and fragment, with a slash at its end.
pub(crate) fn folder(mut url: Url) -> Url {
    url.set_query(None);
    url.set_fragment(None);
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    url
}

/// What asks below `url`. `answer` is how long the head of an answer may take; `None` is as long as the
/// whole request.
///
/// # Errors
/// When there are no certificates to trust.
pub(crate) fn agent(
    url: &Url,
    trust: &Trust,
    limits: &Limits,
    answer: Option<Duration>,
) -> Result<Agent, ClientError> {
    let mut config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        // From the environment otherwise, which is not this crate's to look at.
        .proxy(None)
        .user_agent(concat!("tamarisk/", env!("CARGO_PKG_VERSION")))
        .timeout_connect(Some(limits.connect))
        .timeout_recv_response(answer)
        .timeout_global(Some(limits.request));
    if url.scheme() == "https" {
        config = config.https_only(true).tls_config(trust.config()?);
    }
    Ok(config.build().into())
}
