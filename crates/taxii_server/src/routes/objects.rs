//! What a collection holds: objects, manifest, versions (sections 5.3, 5.4, 5.6 and 5.8).

use super::{App, Login};
use crate::answer::{Refusal, json};
use crate::filter::{Filter, Takes, Which, cursor};
use crate::store::{Page, Store};
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderValue;
use axum::response::Response;
use std::sync::Arc;
use taxii::wire::{DATE_ADDED_FIRST, DATE_ADDED_LAST, STIX_20, STIX_21, from_micros, stamp};

type Place = Path<(String, String)>;
type ObjectPlace = Path<(String, String, String)>;

pub(super) async fn objects(
    State(app): State<Arc<App>>,
    Path((root, collection)): Place,
    RawQuery(query): RawQuery,
    Extension(login): Extension<Login>,
) -> Result<Response, Refusal> {
    let filter = filter(query.as_deref(), Takes::All)?;
    let page = page(&app, &login, &root, &collection, filter, true).await?;
    Ok(listed(&page, "objects", |out, entry| out.extend_from_slice(&entry.body)))
}

pub(super) async fn manifest(
    State(app): State<Arc<App>>,
    Path((root, collection)): Place,
    RawQuery(query): RawQuery,
    Extension(login): Extension<Login>,
) -> Result<Response, Refusal> {
    let filter = filter(query.as_deref(), Takes::All)?;
    let page = page(&app, &login, &root, &collection, filter, false).await?;
    Ok(listed(&page, "objects", |out, entry| {
        let media = if entry.spec == 20 { STIX_20 } else { STIX_21 };
        // Ids and times were checked when they came in: nothing in them needs escaping.
        let parts = [
            "{\"id\":\"",
            &entry.id,
            "\",\"date_added\":\"",
            &stamp(from_micros(entry.added)),
            "\",\"version\":\"",
            &entry.stamp,
            "\",\"media_type\":\"",
            media,
            "\"}",
        ];
        parts.iter().for_each(|part| out.extend_from_slice(part.as_bytes()));
    }))
}

/// One object. 404 where the account is shown no version of it; an empty envelope where the
/// filter leaves none.
pub(super) async fn object(
    State(app): State<Arc<App>>,
    Path((root, collection, object)): ObjectPlace,
    RawQuery(query): RawQuery,
    Extension(login): Extension<Login>,
) -> Result<Response, Refusal> {
    let filter = filter(query.as_deref(), Takes::OneObject)?;
    let page = one(&app, &login, &root, &collection, object, filter, true).await?;
    Ok(listed(&page, "objects", |out, entry| out.extend_from_slice(&entry.body)))
}

pub(super) async fn versions(
    State(app): State<Arc<App>>,
    Path((root, collection, object)): ObjectPlace,
    RawQuery(query): RawQuery,
    Extension(login): Extension<Login>,
) -> Result<Response, Refusal> {
    let mut filter = filter(query.as_deref(), Takes::Versions)?;
    filter.versions = [Which::All].into();
    let page = one(&app, &login, &root, &collection, object, filter, false).await?;
    Ok(listed(&page, "versions", |out, entry| {
        out.push(b'"');
        out.extend_from_slice(entry.stamp.as_bytes());
        out.push(b'"');
    }))
}

fn filter(query: Option<&str>, takes: Takes) -> Result<Filter, Refusal> {
    Filter::read(query.unwrap_or_default(), takes).map_err(Refusal::BadRequest)
}

async fn one(
    app: &App,
    login: &Login,
    root: &str,
    collection: &str,
    object: String,
    mut filter: Filter,
    bodies: bool,
) -> Result<Page, Refusal> {
    filter.ids = Some([object.clone()].into());
    let page = page(app, login, root, collection, filter, bodies).await?;
    if page.entries.is_empty() && page.next.is_none() {
        let (_, collection, _) = login.collection(root, collection)?;
        let shows = |store: &Store| store.shows(collection, &login.account, &object);
        if !app.reading(shows).await? {
            return Err(Refusal::NotFound("object"));
        }
    }
    Ok(page)
}

async fn page(
    app: &App,
    login: &Login,
    root: &str,
    collection: &str,
    filter: Filter,
    bodies: bool,
) -> Result<Page, Refusal> {
    let (_, collection, (may_read, _)) = login.collection(root, collection)?;
    if !may_read {
        return Err(Refusal::Forbidden("It may not read this collection."));
    }
    let limit = filter.limit.unwrap_or(app.page).min(app.page);
    app.reading(|store| store.page(collection, &login.account, &filter, limit, bodies)).await
}

/// Writes a page: an envelope, a manifest or a list of versions. The key of an empty list is left
/// out, as the standard has it.
fn listed(page: &Page, key: &str, each: impl Fn(&mut Vec<u8>, &crate::store::Entry)) -> Response {
    let bytes: usize = page.entries.iter().map(|entry| entry.body.len() + 200).sum();
    let mut out = Vec::with_capacity(bytes + 100);
    match page.next {
        Some(place) => {
            let head = format!("{{\"more\":true,\"next\":\"{}\"", cursor(place));
            out.extend_from_slice(head.as_bytes());
        }
        None => out.extend_from_slice(b"{\"more\":false"),
    }
    for (at, entry) in page.entries.iter().enumerate() {
        match at {
            0 => out.extend_from_slice(format!(",\"{key}\":[").as_bytes()),
            _ => out.push(b','),
        }
        each(&mut out, entry);
    }
    if !page.entries.is_empty() {
        out.push(b']');
    }
    out.push(b'}');
    let mut response = json(out);
    if let (Some(first), Some(last)) = (page.entries.first(), page.entries.last()) {
        for (name, entry) in [(DATE_ADDED_FIRST, first), (DATE_ADDED_LAST, last)] {
            if let Ok(value) = HeaderValue::try_from(stamp(from_micros(entry.added)))
                && let Ok(name) = axum::http::HeaderName::try_from(name)
            {
                response.headers_mut().insert(name, value);
            }
        }
    }
    response
}
