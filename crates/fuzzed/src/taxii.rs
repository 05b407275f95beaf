//! What a TAXII server answers, and sightings that somebody hands over.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sightings::{Month, PublicKey, Sighting};
use std::fmt::Debug;
use taxii::wire::{ApiRoot, Collections, Discovery, Envelope, ErrorMessage, Status};

/// What is read is written as the same.
fn again<T: Serialize + DeserializeOwned + PartialEq + Debug>(data: &[u8]) {
    if let Ok(first) = serde_json::from_slice::<T>(data) {
        let written = serde_json::to_vec(&first).expect("it can be written");
        assert_eq!(serde_json::from_slice::<T>(&written).expect("what is written"), first);
    }
}

/// As an answer of any kind.
pub(crate) fn answer(data: &[u8]) {
    again::<Discovery>(data);
    again::<ApiRoot>(data);
    again::<Collections>(data);
    again::<Status>(data);
    again::<ErrorMessage>(data);
    let Ok(page) = serde_json::from_slice::<Envelope>(data) else { return };
    let written = serde_json::to_vec(&page).expect("it can be written");
    let second: Envelope = serde_json::from_slice(&written).expect("what is written");
    assert_eq!(second.objects.len(), page.objects.len());
    for (object, other) in page.objects.iter().zip(&second.objects) {
        assert_eq!(object.get(), other.get(), "an object stays as it was written");
        let _ = stix::validate(object.get());
    }
}

pub(crate) fn sighting(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(sighting) = Sighting::read(text) {
        let written = sighting.to_json();
        assert_eq!(Sighting::read(&written).expect("what is written"), sighting);
        assert!(written.contains(&sighting.indicator), "it says what was seen");
    }
    for line in text.lines() {
        if let Ok(month) = line.parse::<Month>() {
            assert_eq!(month.to_string().parse(), Ok(month));
        }
        if let Ok(key) = PublicKey::parse(line) {
            assert_eq!(PublicKey::parse(&key.to_string()).expect("what is written"), key);
        }
    }
}
