//! Asking a server.

use crate::agent::{agent, folder};
use crate::auth::Credentials;
use crate::error::ClientError;
use crate::retry::{Patience, Pause, asked, is_passing};
use crate::tls::Trust;
use crate::wire::{
    ApiRoot, Collection, Collections, DISCOVERY, Discovery, Envelope, ErrorMessage, MEDIA_TYPE,
    Status,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use ureq::http::Response;
use ureq::{Agent, Body};
use url::{Host, Url};

/// What an answer may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one answer.
    pub answer_bytes: u64,
    /// How long connecting may take.
    pub connect: Duration,
    /// How long a request and its answer may take.
    pub request: Duration,
}

impl Default for Limits {
    /// 64 MiB, 15 seconds, 5 minutes.
    fn default() -> Self {
        Self {
            answer_bytes: 64 << 20,
            connect: Duration::from_secs(15),
            request: Duration::from_secs(300),
        }
    }
}

/// A client of one server.
pub struct Client<'a> {
    agent: Agent,
    address: Url,
    credentials: Credentials,
    limits: Limits,
    patience: Patience,
    pause: &'a dyn Pause,
}

/// An API root with its address.
#[derive(Clone, Debug)]
pub struct Root {
    /// Its address, with a slash at the end.
    pub url: Url,
    /// What it says of itself.
    pub about: ApiRoot,
}

/// A collection with its address.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its API root.
    pub root: Root,
    /// What the server says of it.
    pub collection: Collection,
}

/// Which objects are wanted (TAXII 2.1, section 3.4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Added later than this.
    pub added_after: Option<String>,
    /// At most so many on a page.
    pub limit: Option<u32>,
    /// Names and values of `match[…]`: `("type", "indicator")`.
    pub matches: Vec<(String, String)>,
}

/// A page, with what its header says.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) envelope: Envelope,
    pub(crate) last: Option<String>,
}

/// Discovery or an API root: what an address that was given turns out to be.
#[derive(Deserialize)]
struct Either {
    #[serde(default)]
    api_roots: Option<Vec<String>>,
    #[serde(flatten)]
    root: ApiRoot,
}

impl<'a> Client<'a> {
    /// A client of the server at `address`: its name alone, its discovery address, an API root, or
    /// a collection. Nothing is asked yet.
    ///
    /// # Errors
    /// When the address is none of HTTP, holds credentials, or would carry credentials over HTTP
    /// in the clear to another machine; when there are no certificates to trust.
    pub fn new(
        address: &str,
        credentials: Credentials,
        trust: &Trust,
        limits: Limits,
        patience: Patience,
        pause: &'a dyn Pause,
    ) -> Result<Self, ClientError> {
        let no = |why: String| Err(ClientError::Address(why));
        let url = parsed(address)?;
        if credentials.header().is_some_and(|header| header.chars().any(char::is_control)) {
            return no(
                "the password or token holds a line break or another control character".to_owned()
            );
        }
        match url.scheme() {
            "https" => {}
            "http" if !credentials.is_some() || is_loopback(&url) => {}
            "http" => {
                return no(format!("{url}: credentials would be readable on the way; use https"));
            }
            other => return no(format!("“{other}” is no way to reach a TAXII server; https is")),
        }
        let mut url = folder(url);
        if url.path() == "/" {
            url.set_path(DISCOVERY);
        }
        Ok(Self {
            agent: agent(&url, trust, &limits, None)?,
            address: url,
            credentials,
            limits,
            patience,
            pause,
        })
    }

    /// Every API root that the address leads to.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses.
    pub fn roots(&self) -> Result<Vec<Root>, ClientError> {
        let (start, _) = split_collection(&self.address);
        let either: Either = self.get(&start)?;
        let Some(roots) = either.api_roots else {
            return Ok(vec![Root { url: start, about: either.root }]);
        };
        roots
            .iter()
            .map(|root| {
                let url = self.within(&start, root)?;
                Ok(Root { about: self.get(&url)?, url })
            })
            .collect()
    }

    /// What the server says of itself, where the address is its discovery address.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses.
    pub fn discovery(&self) -> Result<Discovery, ClientError> {
        self.get(&self.address)
    }

    /// Every collection of an API root.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses.
    pub fn collections(&self, root: &Root) -> Result<Vec<Collection>, ClientError> {
        let url = self.within(&root.url, "collections/")?;
        Ok(self.get::<Collections>(&url)?.collections)
    }

    /// The one collection that is meant: by id, alias or title; where none is named, the only one
    /// that `fits`.
    ///
    /// # Errors
    /// When there is none or more than one, or the server cannot be asked.
    pub fn place(
        &self,
        name: Option<&str>,
        fits: fn(&Collection) -> bool,
    ) -> Result<Place, ClientError> {
        let (_, in_address) = split_collection(&self.address);
        let name = name.map(str::to_owned).or(in_address);
        let mut found = Vec::new();
        for root in self.roots()? {
            for collection in self.collections(&root)? {
                let meant = match &name {
                    Some(name) => {
                        collection.id == *name
                            || collection.alias.as_ref() == Some(name)
                            || collection.title == *name
                    }
                    None => fits(&collection),
                };
                if meant {
                    found.push(Place { root: root.clone(), collection });
                }
            }
        }
        let (first, further) = (found.pop(), found.len());
        match (first, further) {
            (Some(place), 0) => Ok(place),
            (None, _) => Err(ClientError::Collection(match name {
                Some(name) => format!("the server shows this account no collection “{name}”"),
                None => "the server shows this account no collection for this".to_owned(),
            })),
            (Some(_), _) => Err(ClientError::Collection(
                "more than one collection fits; name one by its id (`tamarisk taxii collections` lists them)".to_owned(),
            )),
        }
    }

    /// A page of objects.
    pub(crate) fn page(
        &self,
        place: &Place,
        query: &Query,
        next: Option<&str>,
    ) -> Result<Answer, ClientError> {
        let mut url = self.objects(place)?;
        {
            let mut pairs = url.query_pairs_mut();
            let limit = query.limit.map(|limit| limit.to_string());
            let own = [
                ("added_after", query.added_after.as_deref()),
                ("limit", limit.as_deref()),
                ("next", next),
            ];
            for (name, value) in own {
                if let Some(value) = value {
                    pairs.append_pair(name, value);
                }
            }
            for (name, value) in &query.matches {
                pairs.append_pair(&format!("match[{name}]"), value);
            }
        }
        if url.query() == Some("") {
            url.set_query(None);
        }
        let mut response = self.answer(&url, None)?;
        let last = response.headers().get(crate::wire::DATE_ADDED_LAST);
        let last = last.and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok(Answer { envelope: self.read(&url, &mut response)?, last })
    }

    /// Hands an envelope in, written already.
    pub(crate) fn add(&self, place: &Place, envelope: &[u8]) -> Result<Status, ClientError> {
        let url = self.objects(place)?;
        let mut response = self.answer(&url, Some(envelope))?;
        self.read(&url, &mut response)
    }

    /// What has become of objects that were handed in.
    pub(crate) fn status(&self, place: &Place, id: &str) -> Result<Status, ClientError> {
        let url = self.within(&place.root.url, &format!("status/{}/", encoded(id)))?;
        self.get(&url)
    }

    pub(crate) fn pause(&self, how_long: Duration) {
        self.pause.pause(how_long);
    }

    fn objects(&self, place: &Place) -> Result<Url, ClientError> {
        self.within(
            &place.root.url,
            &format!("collections/{}/objects/", encoded(&place.collection.id)),
        )
    }

    /// An address that the server names, relative to `base`. Credentials are for the server that
    /// was given: another one is refused.
    fn within(&self, base: &Url, path: &str) -> Result<Url, ClientError> {
        let url = base
            .join(path)
            .map_err(|error| ClientError::Address(format!("“{path}” is no address: {error}")))?;
        if url.origin() == self.address.origin() && url.username().is_empty() {
            return Ok(url);
        }
        Err(ClientError::Address(format!(
            "the server points to {}, which is another server; give that address if you trust it",
            shown(&url)
        )))
    }

    fn get<T: DeserializeOwned>(&self, url: &Url) -> Result<T, ClientError> {
        let mut response = self.answer(url, None)?;
        self.read(url, &mut response)
    }

    /// Asks until there is an answer that stays as it is.
    fn answer(&self, url: &Url, body: Option<&[u8]>) -> Result<Response<Body>, ClientError> {
        let mut tried = 0;
        loop {
            tried += 1;
            let again = tried < self.patience.tries;
            let wait = match self.once(url, body) {
                Ok(response) if response.status().is_success() => return Ok(response),
                Ok(mut response) => {
                    let status = response.status().as_u16();
                    if !again || !is_passing(status) {
                        let message = self.message(&mut response);
                        return Err(ClientError::Refused {
                            url: shown(url),
                            status,
                            message: Box::new(message),
                        });
                    }
                    let header =
                        response.headers().get("Retry-After").and_then(|value| value.to_str().ok());
                    let asked = header.and_then(|header| asked(header, self.pause.now()));
                    if let Some(wait) = asked.filter(|wait| *wait > self.patience.longest_wait) {
                        return Err(ClientError::TooLongWait { url: shown(url), wait });
                    }
                    self.patience.wait(tried, asked)
                }
                Err(error) if again && may_pass(&error) => self.patience.wait(tried, None),
                Err(error) => {
                    return Err(ClientError::Unreachable {
                        url: shown(url),
                        reason: error.to_string(),
                    });
                }
            };
            self.pause.pause(wait);
        }
    }

    fn once(&self, url: &Url, body: Option<&[u8]>) -> Result<Response<Body>, ureq::Error> {
        let header = self.credentials.header();
        match body {
            None => {
                let mut request = self.agent.get(url.as_str()).header("Accept", MEDIA_TYPE);
                if let Some(header) = &header {
                    request = request.header("Authorization", header.as_str());
                }
                request.call()
            }
            Some(body) => {
                let request = self.agent.post(url.as_str()).header("Accept", MEDIA_TYPE);
                let mut request = request.header("Content-Type", MEDIA_TYPE);
                if let Some(header) = &header {
                    request = request.header("Authorization", header.as_str());
                }
                request.send(body)
            }
        }
    }

    fn read<T: DeserializeOwned>(
        &self,
        url: &Url,
        response: &mut Response<Body>,
    ) -> Result<T, ClientError> {
        let answer = |reason: String| ClientError::Answer { url: shown(url), reason };
        let limited = response.body_mut().with_config().limit(self.limits.answer_bytes);
        let bytes = match limited.read_to_vec() {
            Ok(bytes) => bytes,
            Err(ureq::Error::BodyExceedsLimit(limit)) => {
                return Err(answer(format!(
                    "it is longer than {limit} bytes; ask for smaller pages"
                )));
            }
            Err(error) => {
                return Err(ClientError::Unreachable {
                    url: shown(url),
                    reason: error.to_string(),
                });
            }
        };
        serde_json::from_slice(&bytes).map_err(|error| answer(error.to_string()))
    }

    /// What the server says of its refusal, if it can be read.
    fn message(&self, response: &mut Response<Body>) -> ErrorMessage {
        let bytes = response.body_mut().with_config().limit(64 << 10).read_to_vec();
        bytes.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }
}

/// Whether another try may go better.
fn may_pass(error: &ureq::Error) -> bool {
    matches!(
        error,
        ureq::Error::Io(_)
            | ureq::Error::Timeout(_)
            | ureq::Error::ConnectionFailed
            | ureq::Error::HostNotFound
    )
}

/// The address that a person gave.
///
/// # Errors
/// When it is none, or holds credentials.
pub(crate) fn parsed(address: &str) -> Result<Url, ClientError> {
    let no = |why: String| Err(ClientError::Address(why));
    let url = match Url::parse(address) {
        Ok(url) => url,
        Err(error) => return no(format!("“{address}” is no address: {error}")),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return no(
            "credentials do not belong into the address: programs and logs show it".to_owned()
        );
    }
    Ok(url)
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(four)) => four.is_loopback(),
        Some(Host::Ipv6(six)) => six.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// `…/collections/ID/` taken apart into the API root and the id.
fn split_collection(url: &Url) -> (Url, Option<String>) {
    let Some((root, rest)) = url.path().split_once("/collections/") else {
        return (url.clone(), None);
    };
    let id = rest.split('/').next().filter(|id| !id.is_empty()).map(str::to_owned);
    let mut start = url.clone();
    start.set_path(&format!("{root}/"));
    (start, id)
}

/// A part of a path: everything but letters, digits and `-._~` is escaped.
fn encoded(part: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    // A dot alone would lead elsewhere.
    if part.bytes().all(|byte| byte == b'.') {
        return part.replace('.', "%2E");
    }
    part.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// An address as messages show it: without its query.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    struct Never;

    impl Pause for Never {
        fn pause(&self, _: Duration) {}
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }
    }

    fn client(address: &str, credentials: Credentials) -> Result<String, String> {
        let made = Client::new(
            address,
            credentials,
            &Trust::System,
            Limits::default(),
            Patience::default(),
            &Never,
        );
        made.map(|client| client.address.to_string()).map_err(|error| error.to_string())
    }

    fn basic() -> Credentials {
        Credentials::Basic { user: "a".to_owned(), password: "b".to_owned().into() }
    }

    #[test]
    fn credentials_stay_where_they_belong() {
        assert!(client("http://192.0.2.1/", basic()).unwrap_err().contains("https"));
        assert!(
            client("http://user:secret@127.0.0.1/", basic()).unwrap_err().contains("do not belong")
        );
        assert!(!client("http://user:secret@127.0.0.1/", basic()).unwrap_err().contains("secret"));
        assert!(client("ftp://127.0.0.1/", basic()).is_err());
        assert_eq!(client("http://127.0.0.1:1/", basic()).unwrap(), "http://127.0.0.1:1/taxii2/");
        assert_eq!(
            client("http://192.0.2.1/api", Credentials::Nobody).unwrap(),
            "http://192.0.2.1/api/"
        );
    }

    #[test]
    fn another_server_is_not_followed() {
        let client = Client::new(
            "http://127.0.0.1:1/",
            basic(),
            &Trust::System,
            Limits::default(),
            Patience::default(),
            &Never,
        )
        .unwrap();
        assert!(client.within(&client.address, "/api1/").is_ok());
        for other in [
            "http://127.0.0.1:2/api/",
            "https://127.0.0.1:1/",
            "//192.0.2.1/api/",
            "http://x@127.0.0.1:1/",
        ] {
            assert!(client.within(&client.address, other).is_err(), "{other}");
        }
    }

    #[test]
    fn addresses_of_collections_are_taken_apart() {
        let url = Url::parse("http://h/api/collections/abc/objects/").unwrap();
        let (root, id) = split_collection(&url);
        assert_eq!((root.as_str(), id.as_deref()), ("http://h/api/", Some("abc")));
        assert_eq!(encoded("../a b"), "..%2Fa%20b");
        assert_eq!(encoded(".."), "%2E%2E");
    }
}
