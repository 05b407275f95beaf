//! Handing objects over, in envelopes no longer than the server takes.

use crate::client::{Client, Place};
use crate::error::ClientError;
use crate::wire::{Status, StatusDetail};
use std::time::Duration;

/// What became of what was handed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pushed {
    /// How many objects the server has now.
    pub added: u64,
    /// How many it refused.
    pub refused: u64,
    /// Which, and why, as far as it says.
    pub failures: Vec<StatusDetail>,
    /// Ids of the statuses, for who asks the operator.
    pub statuses: Vec<String>,
}

/// Objects and bytes of an envelope, where the server allows more.
const OBJECTS: usize = 1000;
const BYTES: u64 = 4 << 20;
/// How often a status that is pending is asked for, a second apart at first.
const ASKED: u32 = 60;
/// Failures that are kept.
const FAILURES: usize = 1000;

/// Hands over what `next` gives, one object at a time; `None` ends it.
///
/// # Errors
/// When an object is longer than the server takes, the server cannot be asked or refuses, or
/// `next` fails. Objects of earlier envelopes are with the server then; sending them again does no
/// harm.
pub fn push(
    client: &Client<'_>,
    place: &Place,
    next: &mut dyn FnMut() -> std::io::Result<Option<Vec<u8>>>,
) -> Result<Pushed, ClientError> {
    let limit = match place.root.about.max_content_length {
        0 => BYTES,
        most => most.min(BYTES),
    };
    let mut pushed = Pushed::default();
    let mut envelope = Envelope::new();
    while let Some(object) = next()? {
        if envelope.count > 0 && envelope.with(&object) > limit || envelope.count == OBJECTS {
            send(client, place, envelope, &mut pushed)?;
            envelope = Envelope::new();
        }
        if envelope.with(&object) > place.root.about.max_content_length.max(limit) {
            return Err(ClientError::Address(format!(
                "an object of {} bytes is longer than the server takes ({limit})",
                object.len()
            )));
        }
        envelope.add(&object);
    }
    if envelope.count > 0 {
        send(client, place, envelope, &mut pushed)?;
    }
    Ok(pushed)
}

struct Envelope {
    bytes: Vec<u8>,
    count: usize,
}

impl Envelope {
    fn new() -> Self {
        Self { bytes: b"{\"objects\":[".to_vec(), count: 0 }
    }

    /// How long it is with this object too.
    fn with(&self, object: &[u8]) -> u64 {
        (self.bytes.len() + object.len() + 3) as u64
    }

    fn add(&mut self, object: &[u8]) {
        if self.count > 0 {
            self.bytes.push(b',');
        }
        self.bytes.extend_from_slice(object);
        self.count += 1;
    }
}

fn send(
    client: &Client<'_>,
    place: &Place,
    mut envelope: Envelope,
    pushed: &mut Pushed,
) -> Result<(), ClientError> {
    envelope.bytes.extend_from_slice(b"]}");
    let mut status = client.add(place, &envelope.bytes)?;
    let mut asked = 0;
    while status.status != "complete" && asked < ASKED {
        client.pause(Duration::from_secs(1 << asked.min(4)));
        status = client.status(place, &status.id)?;
        asked += 1;
    }
    let Status { id, success_count, failure_count, pending_count, failures, .. } = status;
    pushed.added += success_count;
    pushed.refused += failure_count;
    pushed.failures.extend(failures);
    pushed.failures.truncate(FAILURES);
    if pending_count > 0 {
        let message = Some(format!("{pending_count} objects are still pending in status {id}"));
        pushed.failures.push(StatusDetail { message, ..StatusDetail::default() });
        pushed.refused += pending_count;
    }
    pushed.statuses.push(id);
    Ok(())
}
