//! What changes a collection: adding objects, deleting one, and the status of what was added
//! (sections 4.3, 5.5 and 5.7).

use super::{App, Login};
use crate::answer::{Refusal, json, resource};
use crate::filter::{Filter, Takes};
use crate::media;
use crate::store::Actor;
use axum::Extension;
use axum::body::{Body, HttpBody};
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long a body may pause, and how long it may take.
const PAUSE: Duration = Duration::from_secs(15);
const WHOLE: Duration = Duration::from_secs(300);
/// How long a push waits until others are taken in.
const TURN: Duration = Duration::from_secs(30);

/// An envelope as it is handed in; keys that are not known are left alone.
#[derive(Deserialize)]
struct Objects<'a> {
    #[serde(borrow)]
    objects: Vec<&'a RawValue>,
}

pub(super) async fn add(
    State(app): State<Arc<App>>,
    Path((root, collection)): Path<(String, String)>,
    Extension(login): Extension<Login>,
    request: Request,
) -> Result<Response, Refusal> {
    let (view, _, (_, may_write)) = login.collection(&root, &collection)?;
    if !may_write {
        return Err(Refusal::Forbidden("It may not write to this collection."));
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !media::is_taxii(kind) {
        return Err(Refusal::MediaType);
    }
    let limit = view.max_content_length;
    let _turn = timeout(TURN, app.pushes.acquire()).await.map_err(|_| Refusal::Busy)?;
    let body = match timeout(WHOLE, collected(request.into_body(), limit)).await {
        Ok(body) => body?,
        Err(_) => return Err(Refusal::TooSlow),
    };
    let within = Arc::clone(&app);
    let done = tokio::task::spawn_blocking(move || {
        let app = within;
        let text = std::str::from_utf8(&body).map_err(|_| unprocessable("it is not UTF-8"))?;
        let envelope: Objects<'_> = serde_json::from_str(text).map_err(unprocessable)?;
        if envelope.objects.is_empty() {
            return Err(unprocessable("it holds no objects"));
        }
        let (root, collection, _) = login.collection(&root, &collection)?;
        let address = login.address.to_string();
        let actor = Actor { account: &login.account.name, address: &address, at: app.clock.now() };
        let added = app.store.add(root, collection, &login.account, &envelope.objects, actor);
        added.map_err(|error| app.trouble(&error))
    });
    let added = done.await.map_err(|_| Refusal::Internal)??;
    app.metrics.added(added.new);
    let mut response = resource(&added.status);
    *response.status_mut() = StatusCode::ACCEPTED;
    Ok(response)
}

fn unprocessable(why: impl ToString) -> Refusal {
    Refusal::Unprocessable(why.to_string())
}

/// The body, if it is not longer than it may be and does not stop on the way.
async fn collected(mut body: Body, limit: usize) -> Result<Vec<u8>, Refusal> {
    if body.size_hint().lower() > limit as u64 {
        return Err(Refusal::TooLong(limit));
    }
    let mut bytes = Vec::new();
    loop {
        let frame = poll_fn(|context| Pin::new(&mut body).poll_frame(context));
        let frame = timeout(PAUSE, frame).await.map_err(|_| Refusal::TooSlow)?;
        let Some(frame) = frame else { return Ok(bytes) };
        let frame = frame.map_err(|_| Refusal::BadRequest("The body broke off.".to_owned()))?;
        if let Ok(data) = frame.into_data() {
            if bytes.len() + data.len() > limit {
                return Err(Refusal::TooLong(limit));
            }
            bytes.extend_from_slice(&data);
        }
    }
}

/// Deletes what the filter takes of an object; by default its last version. Both rights are needed.
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    Path((root, collection, object)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
    Extension(login): Extension<Login>,
) -> Result<Response, Refusal> {
    let (_, _, rights) = login.collection(&root, &collection)?;
    if rights != (true, true) {
        return Err(Refusal::Forbidden("It may not both read and write this collection."));
    }
    let query = query.unwrap_or_default();
    let filter = Filter::read(&query, Takes::Delete).map_err(Refusal::BadRequest)?;
    let count = app.blocking(move |app| match login.collection(&root, &collection) {
        Ok((_, collection, _)) => {
            let address = login.address.to_string();
            let actor =
                Actor { account: &login.account.name, address: &address, at: app.clock.now() };
            app.store.delete(collection, &login.account, &object, &filter, actor)
        }
        Err(_) => Ok(0),
    });
    match count.await? {
        0 => Err(Refusal::NotFound("object")),
        _ => Ok(StatusCode::OK.into_response()),
    }
}

/// The status of a push, for the account that made it.
pub(super) async fn status(
    State(app): State<Arc<App>>,
    Path((root, status)): Path<(String, String)>,
    Extension(login): Extension<Login>,
) -> Result<Response, Refusal> {
    let root = login.root(&root)?;
    let body = app.reading(|store| store.status(root, &login.account, &status));
    body.await?.map(|body| json(body.into_bytes())).ok_or(Refusal::NotFound("status"))
}
