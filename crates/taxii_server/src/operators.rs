//! For operators, on an address of their own: `/health`, `/metrics`, and `/events`, which sends
//! the figures every five seconds (server-sent events, WHATWG HTML, section 9.2).

use crate::metrics::Metrics;
use crate::store::Store;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::body::{Body as HttpBody, Frame};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Interval, interval};

const EVERY: Duration = Duration::from_secs(5);

#[derive(Clone)]
struct Figures {
    store: Store,
    metrics: Arc<Metrics>,
}

impl Figures {
    fn text(&self) -> Option<String> {
        Some(self.metrics.text(self.store.bytes().ok()?))
    }
}

pub(crate) fn router(store: Store, metrics: Arc<Metrics>) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/metrics", get(figures))
        .route("/events", get(events))
        .with_state(Figures { store, metrics })
}

/// 200 where the store can be read, 503 where it cannot.
async fn health(State(figures): State<Figures>) -> Response {
    let read = tokio::task::spawn_blocking(move || figures.store.bytes());
    match read.await {
        Ok(Ok(_)) => "serving\n".into_response(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the store cannot be read\n").into_response(),
    }
}

async fn figures(State(figures): State<Figures>) -> Response {
    let text = tokio::task::spawn_blocking(move || figures.text()).await;
    match text {
        Ok(Some(text)) => typed("text/plain; version=0.0.4; charset=utf-8", Body::from(text)),
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn events(State(figures): State<Figures>) -> Response {
    typed("text/event-stream", Body::new(Events { figures, next: interval(EVERY) }))
}

fn typed(kind: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A body that never ends: an event now, and one at each tick.
struct Events {
    figures: Figures,
    next: Interval,
}

impl HttpBody for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        ready!(self.next.poll_tick(context));
        // Two page counts: not worth a thread of its own.
        let (event, text) = match self.figures.text() {
            Some(text) => ("figures", text),
            None => ("trouble", "the store cannot be read".to_owned()),
        };
        let mut message = format!("event: {event}\n");
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            message.push_str("data: ");
            message.push_str(line);
            message.push('\n');
        }
        message.push('\n');
        Poll::Ready(Some(Ok(Frame::data(Bytes::from(message)))))
    }
}
