//! Pages visited, and files that browsers downloaded.

use super::Told;
use crate::android::links::{Link, links_in};
use crate::android::shorteners::is_shortener;
use model::fact::{EndpointContacted, FileSeen, LinkSeen};
use model::{Position, Time};
use sqlite::{Database, SqliteError};
use std::collections::HashMap;

/// From 1601-01-01, where Chrome counts from, to 1970-01-01, in seconds.
const SINCE_1601: i64 = 11_644_473_600;

/// URLs of downloads remembered, to name where each came from.
const MOST_CHAINS: usize = 1 << 20;

fn webkit(micros: i64, name: &str) -> Time {
    Time::unix_millis((micros / 1_000).saturating_sub(SINCE_1601 * 1_000), name)
}

/// A page that was visited: the host was contacted, and the URL is a link that was followed.
fn visited(url: &str, time: Option<Time>, at: &Position, told: &mut Told<'_, '_>) {
    let package = Some(told.package.clone());
    let mut first = true;
    links_in(url, |Link { url, host, port }| {
        // URLs inside the query of the page's own were not visited.
        if std::mem::take(&mut first) {
            let fact = EndpointContacted {
                host: Some(host.clone()),
                port,
                via: "http".into(),
                package: package.clone(),
                ..EndpointContacted::default()
            };
            told.out.fact(fact, at.clone(), time.clone());
        }
        let link = LinkSeen {
            shortener: Some(is_shortener(&host)),
            url,
            host,
            port,
            place: "history of a browser".into(),
            package: package.clone(),
            ..LinkSeen::default()
        };
        told.out.fact(link, at.clone(), time.clone());
    });
}

/// Chromium `components/history/core/browser/{url_database, download_database}.cc`.
pub(super) fn chrome(database: &Database, told: &mut Told<'_, '_>) -> Result<(), SqliteError> {
    let rows = database.rows("urls", &["url", "last_visit_time"], |row| {
        let Some(url) = row.cell(0).text() else { return };
        let time = row.cell(1).integer().filter(|time| *time > 0);
        let time = time.map(|time| webkit(time, "last_visit_time"));
        visited(&url, time, &Told::at("urls", row.number), told);
    })?;
    told.rows += rows;
    // The last URL of a chain is the one that the bytes came from.
    let mut chains: HashMap<i64, (i64, String)> = HashMap::new();
    told.rows += database.rows("downloads_url_chains", &["id", "chain_index", "url"], |row| {
        let (Some(id), Some(url)) = (row.cell(0).integer(), row.cell(2).text()) else { return };
        let index = row.cell(1).integer().unwrap_or(0);
        if chains.len() < MOST_CHAINS && chains.get(&id).is_none_or(|(known, _)| *known <= index) {
            chains.insert(id, (index, url));
        }
    })?;
    let columns = ["id", "target_path", "start_time", "tab_url", "referrer", "total_bytes"];
    let rows = database.rows("downloads", &columns, |row| {
        let Some(path) = row.cell(1).text() else { return };
        let origin = row.cell(0).integer().and_then(|id| chains.remove(&id)).map(|(_, url)| url);
        let fact = FileSeen {
            path,
            size: row.cell(5).integer().and_then(|size| u64::try_from(size).ok()),
            referrer: row.cell(3).text().or_else(|| row.cell(4).text()),
            origin,
            package: Some(told.package.clone()),
            ..FileSeen::default()
        };
        let time = row.cell(2).integer().filter(|time| *time > 0);
        let time = time.map(|time| webkit(time, "start_time"));
        told.out.fact(fact, Told::at("downloads", row.number), time);
    })?;
    told.rows += rows;
    Ok(())
}

/// Mozilla `toolkit/components/places`: `moz_places`, microseconds since 1970.
pub(super) fn firefox(database: &Database, told: &mut Told<'_, '_>) -> Result<(), SqliteError> {
    let rows = database.rows("moz_places", &["url", "last_visit_date"], |row| {
        let Some(url) = row.cell(0).text() else { return };
        // A place without a visit is a bookmark or a redirect's target.
        let Some(time) = row.cell(1).integer().filter(|time| *time > 0) else { return };
        let time = Time::unix_millis(time / 1_000, "last_visit_date");
        visited(&url, Some(time), &Told::at("moz_places", row.number), told);
    })?;
    told.rows += rows;
    Ok(())
}
