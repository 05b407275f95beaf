//! What there is: discovery, API roots, collections (sections 4.1, 4.2, 5.1 and 5.2).

use super::{App, Login};
use crate::answer::{Refusal, resource};
use crate::store::CollectionView;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use std::sync::Arc;
use taxii::wire::{ApiRoot, Collection, Collections, Discovery, MEDIA_TYPE, STIX_20, STIX_21};

/// Roots are given relative to the server, which works behind any proxy and name.
pub(super) async fn discovery(
    State(app): State<Arc<App>>,
    Extension(login): Extension<Login>,
) -> Response {
    let roots: Vec<String> =
        login.snapshot.roots.iter().map(|root| format!("/{}/", root.name)).collect();
    resource(&Discovery {
        title: app.title.clone(),
        description: app.description.clone(),
        contact: app.contact.clone(),
        default: roots.first().cloned(),
        api_roots: roots,
    })
}

pub(super) async fn root(
    Path(root): Path<String>,
    Extension(login): Extension<Login>,
) -> Result<Response, Refusal> {
    let root = login.root(&root)?;
    Ok(resource(&ApiRoot {
        title: root.title.clone(),
        description: root.description.clone(),
        versions: vec![MEDIA_TYPE.to_owned()],
        max_content_length: root.max_content_length as u64,
    }))
}

pub(super) async fn collections(
    Path(root): Path<String>,
    Extension(login): Extension<Login>,
) -> Result<Response, Refusal> {
    let root = login.root(&root)?;
    let views = root.collections.iter().map(|one| (one, login.account.rights(one)));
    let seen = views.filter(|(_, rights)| *rights != (false, false));
    Ok(resource(&Collections {
        collections: seen.map(|(one, rights)| shown(one, rights)).collect(),
    }))
}

pub(super) async fn collection(
    Path((root, collection)): Path<(String, String)>,
    Extension(login): Extension<Login>,
) -> Result<Response, Refusal> {
    let (_, collection, rights) = login.collection(&root, &collection)?;
    Ok(resource(&shown(collection, rights)))
}

fn shown(collection: &CollectionView, (can_read, can_write): (bool, bool)) -> Collection {
    Collection {
        id: collection.uuid.clone(),
        title: collection.title.clone(),
        description: collection.description.clone(),
        alias: collection.alias.clone(),
        can_read,
        can_write,
        media_types: vec![STIX_21.to_owned(), STIX_20.to_owned()],
    }
}
