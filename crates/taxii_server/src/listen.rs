//! Connections: taken, encrypted, served, and let go when they keep the server waiting.

use crate::clock::Clock;
use crate::log::{Line, Log};
use crate::login::Gate;
use crate::metrics::Metrics;
use crate::patient::Patient;
use crate::routes::{self, App, Peer};
use crate::store::{Store, StoreError};
use crate::{operators, os};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower::Service;

/// Connections at once; further ones wait to be taken.
const CONNECTIONS: usize = 1024;
/// How long a client may take for its TLS handshake, and for the head of a request.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long nothing may be taken of what is written.
const WRITING: Duration = Duration::from_secs(30);
/// How long requests that are under way may take once the server is told to stop.
const GRACE: Duration = Duration::from_secs(20);
/// Bytes of a connection's buffer: the head of a request must fit.
const BUFFER: usize = 32 << 10;

/// A certificate and its key, which the server shows.
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

/// How to serve.
pub struct Settings {
    /// Where clients connect.
    pub listener: TcpListener,
    /// What the server shows; without it, it speaks HTTP, as behind a proxy.
    pub identity: Option<Identity>,
    /// Where operators ask for health and metrics. No account is asked for there.
    pub operators: Option<TcpListener>,
    /// The server's name.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// The largest page, in objects.
    pub page: usize,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where requests are written down.
    pub log: Log,
    /// Ends the server from within the program; signals end it anyway.
    pub stop: Stop,
}

/// Tells a server to stop. Copies tell the same server.
#[derive(Clone, Default)]
pub struct Stop(Arc<Notify>);

impl Stop {
    /// Requests under way are answered, then [`run`] returns.
    pub fn stop(&self) {
        self.0.notify_one();
    }
}

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A socket or the runtime.
    #[error("the server cannot run: {0}")]
    Io(#[from] io::Error),
    /// The certificate or its key.
    #[error("the certificate: {0}")]
    Certificate(String),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(String),
}

impl Identity {
    /// Reads PEM: the certificate with those that lead to its root, and its key.
    ///
    /// # Errors
    /// When either is none.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, ServeError> {
        let certificate =
            |error: rustls::pki_types::pem::Error| ServeError::Certificate(error.to_string());
        let chain = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<Vec<_>, _>>()
            .map_err(certificate)?;
        if chain.is_empty() {
            return Err(ServeError::Certificate("the file holds none".to_owned()));
        }
        let key = PrivateKeyDer::from_pem_slice(key).map_err(certificate)?;
        Ok(Self { chain, key })
    }

    fn acceptor(self) -> Result<TlsAcceptor, ServeError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map(|builder| builder.with_no_client_auth())
            .and_then(|builder| builder.with_single_cert(self.chain, self.key));
        let mut config = config.map_err(|error| ServeError::Certificate(error.to_string()))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

/// Serves until the process is told to stop; then requests under way are answered.
///
/// # Errors
/// When the server cannot begin.
pub fn run(store: Store, settings: Settings) -> Result<(), ServeError> {
    let readers = store.readers();
    let workers = readers + std::thread::available_parallelism().map_or(2, usize::from);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build()?;
    let result = runtime.block_on(serve(store, settings));
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
}

async fn serve(store: Store, settings: Settings) -> Result<(), ServeError> {
    let acceptor = settings.identity.map(Identity::acceptor).transpose()?;
    let metrics = Arc::new(Metrics::default());
    let log = settings.log.clone();
    let clock = Arc::clone(&settings.clock);
    let gate = Gate::new().map_err(|error| ServeError::Random(error.to_string()))?;
    let app = Arc::new(App {
        store: store.clone(),
        gate,
        metrics: Arc::clone(&metrics),
        clock: Arc::clone(&settings.clock),
        log: settings.log,
        title: settings.title,
        description: settings.description,
        contact: settings.contact,
        page: settings.page.max(1),
        pushes: Semaphore::new(routes::PUSHES),
        reads: Semaphore::new(store.readers()),
    });
    let operators = match settings.operators {
        Some(listener) => {
            let listener = tokio_listener(listener)?;
            let router = operators::router(store.clone(), Arc::clone(&metrics));
            Some(tokio::spawn(async move { axum::serve(listener, router).await }))
        }
        None => None,
    };
    let listener = tokio_listener(settings.listener)?;
    let router = routes::router(app);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let switch = settings.stop;
    let stop = async move {
        tokio::select! {
            () = os::told_to_stop() => {}
            () = switch.0.notified() => {}
        }
    };
    tokio::pin!(stop);
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            () = &mut stop => break,
        };
        let Ok(place) = place else { break };
        let (stream, peer) = tokio::select! {
            taken = listener.accept() => match taken {
                Ok(taken) => taken,
                Err(error) => {
                    // Out of file handles, most often: wait until some are free again.
                    metrics.turned_away();
                    let at = taxii::wire::stamp(clock.now());
                    log.line(Line::Trouble { at, message: format!("a connection was not taken: {error}") });
                    sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        // Small answers are not to wait for more.
        let _ = stream.set_nodelay(true);
        let stream = Patient::new(stream, WRITING);
        let router = router.clone();
        let watcher = graceful.watcher();
        let (acceptor, metrics) = (acceptor.clone(), Arc::clone(&metrics));
        tokio::spawn(async move {
            metrics.opened();
            match acceptor {
                None => talk(stream, router, peer, watcher).await,
                Some(acceptor) => {
                    if let Ok(Ok(stream)) = timeout(HANDSHAKE, acceptor.accept(stream)).await {
                        talk(stream, router, peer, watcher).await;
                    }
                }
            }
            metrics.closed();
            drop(place);
        });
    }
    drop(listener);
    // Whoever is not done by then is cut off; what was answered is on the disk.
    let _ = timeout(GRACE, graceful.shutdown()).await;
    if let Some(operators) = operators {
        operators.abort();
    }
    tokio::task::spawn_blocking(move || store.checkpoint()).await.map_err(io::Error::other)??;
    Ok(())
}

fn tokio_listener(listener: TcpListener) -> io::Result<tokio::net::TcpListener> {
    listener.set_nonblocking(true)?;
    tokio::net::TcpListener::from_std(listener)
}

/// Serves one connection to its end.
async fn talk<S>(
    stream: S,
    router: Router,
    peer: SocketAddr,
    watcher: hyper_util::server::graceful::Watcher,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer.ip()));
        router.clone().call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HANDSHAKE)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), service);
    // What the client did wrong ends its connection and concerns nobody else.
    let _ = watcher.watch(connection).await;
}
