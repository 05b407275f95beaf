//! Fetching a collection page by page, so that it can be taken up again where it stopped.

use crate::client::{Client, Place, Query};
use crate::error::ClientError;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::io;

/// How far a fetch has come: what is written down between pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What the server gave for the next page.
    pub next: Option<String>,
    /// When the last object so far was added, by the server's clock.
    pub last_added: Option<String>,
    /// How many objects there are so far.
    pub objects: u64,
    /// How many pages.
    pub pages: u64,
}

/// Where objects go.
pub trait Sink {
    /// Keeps a page. It must be kept for good when this returns: a fetch that is taken up again
    /// begins behind it.
    ///
    /// # Errors
    /// When it cannot be kept; the fetch ends.
    fn page(&mut self, objects: &[Box<RawValue>], so_far: &Progress) -> io::Result<()>;
}

/// How a fetch ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// How far it has come: to the end.
    pub progress: Progress,
    /// Whether the server no longer knew its `next`, so that the fetch went on by time.
    pub by_time: bool,
}

/// Pages without an object that are put up with in a row, and objects at most, so that no server
/// keeps a client for ever.
const EMPTY_PAGES: u32 = 100;
const MAX_OBJECTS: u64 = 50_000_000;

/// Fetches what `query` asks for, from where `from` has come to.
///
/// # Errors
/// When the server cannot be asked, refuses, or goes round in circles; when the sink fails.
pub fn pull(
    client: &Client<'_>,
    place: &Place,
    query: &Query,
    from: Progress,
    sink: &mut dyn Sink,
) -> Result<Pulled, ClientError> {
    let mut query = query.clone();
    let mut progress = from;
    let mut by_time = false;
    let mut empty = 0;
    let mut last_head = None;
    let resumed = progress.pages > 0;
    let begun = progress.pages;
    if resumed && progress.next.is_none() {
        query.added_after = progress.last_added.clone().or(query.added_after);
    }
    loop {
        let answer = match client.page(place, &query, progress.next.as_deref()) {
            // `next` may live for a while only; when objects were added is known for good.
            Err(ClientError::Refused { status: 400 | 404 | 410 | 422, .. })
                if resumed
                    && !by_time
                    && progress.pages == begun
                    && progress.last_added.is_some() =>
            {
                by_time = true;
                progress.next = None;
                query.added_after.clone_from(&progress.last_added);
                continue;
            }
            answer => answer?,
        };
        let envelope = answer.envelope;
        empty = if envelope.objects.is_empty() { empty + 1 } else { 0 };
        let before = progress.next.take();
        let head = envelope.objects.first().map(|first| first.get().to_owned());
        progress.objects += envelope.objects.len() as u64;
        progress.pages += 1;
        progress.last_added = answer.last.or(progress.last_added);
        let circles = |reason: &str| ClientError::Answer {
            url: place.root.url.to_string(),
            reason: reason.to_owned(),
        };
        if envelope.more {
            match (&envelope.next, &progress.last_added) {
                // medallion's `next` stays the same while what it gives goes on.
                (Some(next), _) if Some(next) == before.as_ref() && head == last_head => {
                    return Err(circles("the next page is the same page again"));
                }
                (Some(_), _) => progress.next = envelope.next,
                // Section 3.4: `next` may be missing; then the time of the last object leads on.
                (None, Some(last)) if query.added_after.as_ref() != Some(last) => {
                    query.added_after = Some(last.clone());
                }
                (None, _) => {
                    return Err(circles("there is more, but it does not say how to ask for it"));
                }
            }
        }
        last_head = head;
        sink.page(&envelope.objects, &progress)?;
        if !envelope.more {
            return Ok(Pulled { progress, by_time });
        }
        if empty > EMPTY_PAGES || progress.objects > MAX_OBJECTS {
            return Err(circles("it does not come to an end"));
        }
    }
}
