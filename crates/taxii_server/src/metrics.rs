//! Figures for operators, in Prometheus' text format 0.0.4. No account or address is in them.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Upper ends of the latency buckets, in microseconds.
const BUCKETS: [u64; 9] =
    [500, 1_000, 2_500, 5_000, 10_000, 25_000, 100_000, 1_000_000, 10_000_000];

/// What an address is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Discovery,
    Root,
    Status,
    Collections,
    Objects,
    Manifest,
    Versions,
    Other,
}

const ENDPOINTS: [(Endpoint, &str); 8] = [
    (Endpoint::Discovery, "discovery"),
    (Endpoint::Root, "root"),
    (Endpoint::Status, "status"),
    (Endpoint::Collections, "collections"),
    (Endpoint::Objects, "objects"),
    (Endpoint::Manifest, "manifest"),
    (Endpoint::Versions, "versions"),
    (Endpoint::Other, "other"),
];

/// Counters since the server started.
#[derive(Default)]
pub(crate) struct Metrics {
    /// By endpoint and by hundreds of the status: 1xx to 5xx.
    requests: [[AtomicU64; 5]; 8],
    buckets: [AtomicU64; BUCKETS.len()],
    micros: AtomicU64,
    count: AtomicU64,
    logins: AtomicU64,
    refused: AtomicU64,
    throttled: AtomicU64,
    added: AtomicU64,
    open: AtomicU64,
    turned_away: AtomicU64,
}

impl Metrics {
    pub(crate) fn answered(&self, endpoint: Endpoint, status: u16, took: Duration) {
        let at = ENDPOINTS.iter().position(|(one, _)| *one == endpoint).unwrap_or(7);
        let class = usize::from((status / 100).clamp(1, 5)) - 1;
        self.requests[at][class].fetch_add(1, Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.micros.fetch_add(micros, Relaxed);
        self.count.fetch_add(1, Relaxed);
        if let Some(bucket) = BUCKETS.iter().position(|end| micros <= *end) {
            self.buckets[bucket].fetch_add(1, Relaxed);
        }
    }

    pub(crate) fn logged_in(&self) {
        self.logins.fetch_add(1, Relaxed);
    }

    pub(crate) fn login_failed(&self) {
        self.refused.fetch_add(1, Relaxed);
    }

    pub(crate) fn throttled(&self) {
        self.throttled.fetch_add(1, Relaxed);
    }

    pub(crate) fn added(&self, objects: u64) {
        self.added.fetch_add(objects, Relaxed);
    }

    pub(crate) fn opened(&self) {
        self.open.fetch_add(1, Relaxed);
    }

    pub(crate) fn closed(&self) {
        self.open.fetch_sub(1, Relaxed);
    }

    pub(crate) fn turned_away(&self) {
        self.turned_away.fetch_add(1, Relaxed);
    }

    /// The figures as text. `store_bytes` is asked of the store by the caller.
    pub(crate) fn text(&self, store_bytes: i64) -> String {
        let mut text = String::new();
        text.push_str("# TYPE taxii_requests_total counter\n");
        for (at, (_, name)) in ENDPOINTS.iter().enumerate() {
            for (class, counter) in self.requests[at].iter().enumerate() {
                let count = counter.load(Relaxed);
                if count > 0 {
                    let class = class + 1;
                    let _ = writeln!(
                        text,
                        "taxii_requests_total{{endpoint=\"{name}\",status=\"{class}xx\"}} {count}"
                    );
                }
            }
        }
        text.push_str("# TYPE taxii_request_seconds histogram\n");
        let mut below = 0;
        for (end, counter) in BUCKETS.iter().zip(&self.buckets) {
            below += counter.load(Relaxed);
            let end = *end as f64 / 1e6;
            let _ = writeln!(text, "taxii_request_seconds_bucket{{le=\"{end}\"}} {below}");
        }
        let count = self.count.load(Relaxed);
        let seconds = self.micros.load(Relaxed) as f64 / 1e6;
        let _ = writeln!(text, "taxii_request_seconds_bucket{{le=\"+Inf\"}} {count}");
        let _ = writeln!(
            text,
            "taxii_request_seconds_sum {seconds}\ntaxii_request_seconds_count {count}"
        );
        for (name, kind, value) in [
            ("taxii_passwords_right_total", "counter", self.logins.load(Relaxed)),
            ("taxii_passwords_wrong_total", "counter", self.refused.load(Relaxed)),
            ("taxii_passwords_throttled_total", "counter", self.throttled.load(Relaxed)),
            ("taxii_objects_added_total", "counter", self.added.load(Relaxed)),
            ("taxii_connections_turned_away_total", "counter", self.turned_away.load(Relaxed)),
            ("taxii_connections_open", "gauge", self.open.load(Relaxed)),
            ("taxii_store_bytes", "gauge", store_bytes.max(0) as u64),
        ] {
            let _ = writeln!(text, "# TYPE {name} {kind}\n{name} {value}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_cumulative() {
        let metrics = Metrics::default();
        metrics.answered(Endpoint::Objects, 200, Duration::from_micros(400));
        metrics.answered(Endpoint::Objects, 404, Duration::from_micros(2_000));
        metrics.answered(Endpoint::Other, 500, Duration::from_secs(60));
        let text = metrics.text(4096);
        for line in [
            "taxii_requests_total{endpoint=\"objects\",status=\"2xx\"} 1",
            "taxii_requests_total{endpoint=\"objects\",status=\"4xx\"} 1",
            "taxii_request_seconds_bucket{le=\"0.0005\"} 1",
            "taxii_request_seconds_bucket{le=\"0.0025\"} 2",
            "taxii_request_seconds_bucket{le=\"10\"} 2",
            "taxii_request_seconds_bucket{le=\"+Inf\"} 3",
            "taxii_store_bytes 4096",
        ] {
            assert!(text.lines().any(|one| one == line), "{line} is not in\n{text}");
        }
    }
}
