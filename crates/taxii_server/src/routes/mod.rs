//! The addresses of TAXII 2.1 (section 1.2.1), each behind the same gate.

mod about;
mod objects;
mod push;

use crate::answer::Refusal;
use crate::clock::Clock;
use crate::log::{Line, Log};
use crate::login::Gate;
use crate::media;
use crate::metrics::{Endpoint, Metrics};
use crate::store::{Account, CollectionView, RootView, Snapshot, Store, StoreError};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::net::IpAddr;
use std::sync::Arc;
use taxii::wire::stamp;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Bodies that are taken in at once, which bounds what they hold in memory.
pub(crate) const PUSHES: usize = 16;

/// What every request needs.
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) gate: Gate,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) log: Log,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) contact: Option<String>,
    pub(crate) page: usize,
    pub(crate) pushes: Semaphore,
    /// Reads of the store at once.
    pub(crate) reads: Semaphore,
}

/// Where a request comes from.
#[derive(Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Who asks, and what there is, at the moment of asking.
#[derive(Clone)]
struct Login {
    account: Arc<Account>,
    snapshot: Arc<Snapshot>,
    address: IpAddr,
}

pub(crate) fn router(app: Arc<App>) -> Router {
    let collection = "/{root}/collections/{collection}/";
    let object = "/{root}/collections/{collection}/objects/{object}/";
    Router::new()
        .route("/taxii2/", get(about::discovery))
        .route("/{root}/", get(about::root))
        .route("/{root}/status/{status}/", get(push::status))
        .route("/{root}/collections/", get(about::collections))
        .route(collection, get(about::collection))
        .route(&format!("{collection}objects/"), get(objects::objects).post(push::add))
        .route(&format!("{collection}manifest/"), get(objects::manifest))
        .route(object, get(objects::object).delete(push::delete))
        .route(&format!("{object}versions/"), get(objects::versions))
        .fallback(async || Refusal::NotFound("address; those of TAXII end with a slash"))
        .method_not_allowed_fallback(async || Refusal::Method)
        .layer(from_fn_with_state(Arc::clone(&app), guard))
        .with_state(app)
}

/// Who asks, whether the answer can be given as wanted, and what is written down of it.
async fn guard(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let start = app.clock.elapsed();
    let endpoint = endpoint(request.uri().path());
    let address = request.extensions().get::<Peer>().map_or(IpAddr::from([0; 4]), |peer| peer.0);
    let told =
        app.log.is_on().then(|| (request.method().to_string(), request.uri().path().to_owned()));
    let (credentials, accepts) = asked(request.headers());
    let login = enter(&app, credentials, accepts, address).await;
    let account = login.as_ref().ok().map(|login| Arc::clone(&login.account));
    let response = match login {
        Ok(login) => {
            request.extensions_mut().insert(login);
            next.run(request).await
        }
        Err(refusal) => refusal.into_response(),
    };
    let took = app.clock.elapsed().saturating_sub(start);
    let status = response.status().as_u16();
    app.metrics.answered(endpoint, status, took);
    if let Some((method, path)) = told {
        app.log.line(Line::Request {
            at: stamp(app.clock.now()),
            account: account.map(|account| account.name.clone()),
            address: address.to_string(),
            method,
            path,
            status,
            bytes: axum::body::HttpBody::size_hint(response.body()).exact(),
            micros: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        });
    }
    response
}

/// What a request says of who asks, and whether our media type is taken.
fn asked(headers: &HeaderMap) -> (Option<Zeroizing<String>>, bool) {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let credentials = header(header::AUTHORIZATION).map(|text| Zeroizing::new(text.to_owned()));
    (credentials, media::accepts(header(header::ACCEPT)))
}

async fn enter(
    app: &App,
    credentials: Option<Zeroizing<String>>,
    accepts: bool,
    address: IpAddr,
) -> Result<Login, Refusal> {
    let snapshot = app.store.snapshot().map_err(|error| app.trouble(&error))?;
    let credentials = credentials.as_ref().map(|text| text.as_str());
    let account = app
        .gate
        .enter(&snapshot, &app.store, &*app.clock, &app.metrics, credentials, address)
        .await?;
    if !accepts {
        return Err(Refusal::NotAcceptable);
    }
    Ok(Login { account, snapshot, address })
}

impl App {
    /// The store failed: its reason is written down, and not told to who asked.
    fn trouble(&self, error: &StoreError) -> Refusal {
        self.log.line(Line::Trouble { at: stamp(self.clock.now()), message: error.to_string() });
        Refusal::Internal
    }

    /// Reads the store where we are: a read is bounded, most take less time than another thread would take to
    /// wake up, and there are more workers than reads at once, so that others go on.
    async fn reading<T>(
        &self,
        read: impl FnOnce(&Store) -> Result<T, StoreError>,
    ) -> Result<T, Refusal> {
        let _place = self.reads.acquire().await.map_err(|_| Refusal::Busy)?;
        read(&self.store).map_err(|error| self.trouble(&error))
    }

    /// Runs what waits for the disk where waiting does no harm.
    async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&App) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Refusal> {
        let app = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || work(&app)).await;
        done.map_err(|_| Refusal::Internal)?.map_err(|error| self.trouble(&error))
    }
}

impl Login {
    fn root(&self, name: &str) -> Result<&RootView, Refusal> {
        self.snapshot.root(name).ok_or(Refusal::NotFound("API root"))
    }

    /// The collection with what the account may do. One that it may neither read nor write is
    /// not there for it.
    fn collection(
        &self,
        root: &str,
        name: &str,
    ) -> Result<(&RootView, &CollectionView, (bool, bool)), Refusal> {
        let root = self.root(root)?;
        let collection = root.collection(name).ok_or(Refusal::NotFound("collection"))?;
        match self.account.rights(collection) {
            (false, false) => Err(Refusal::NotFound("collection")),
            rights => Ok((root, collection, rights)),
        }
    }
}

fn endpoint(path: &str) -> Endpoint {
    let mut parts = path.trim_matches('/').split('/');
    match (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("taxii2"), None, ..) => Endpoint::Discovery,
        (Some(_), None, ..) => Endpoint::Root,
        (Some(_), Some("status"), ..) => Endpoint::Status,
        (Some(_), Some("collections"), _, None, ..) => Endpoint::Collections,
        (Some(_), Some("collections"), _, Some("manifest"), ..) => Endpoint::Manifest,
        (Some(_), Some("collections"), _, Some("objects"), _, Some("versions")) => {
            Endpoint::Versions
        }
        (Some(_), Some("collections"), _, Some("objects"), ..) => Endpoint::Objects,
        _ => Endpoint::Other,
    }
}
