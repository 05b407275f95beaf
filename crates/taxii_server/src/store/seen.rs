//! Sightings, counted: how often what an advisory publishes was seen.

use super::{Store, StoreError};
use crate::object::Incoming;
use rusqlite::Connection;
use serde::Serialize;
use sightings::{EXTENSION, Sighting};

/// What was seen of one advisory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenRow {
    /// Id of the report or grouping; `None` for indicators that none names.
    pub advisory: Option<String>,
    /// How many of its indicators were seen.
    pub indicators: u64,
    /// How many sightings there are of them.
    pub sightings: u64,
    /// The sum of their counts.
    pub count: u64,
    /// How many known helpdesks say so.
    pub helpdesks: u64,
    /// The counts of helpdesks that are not known here, which are not in the sum.
    pub unknown: u64,
}

/// Takes a sighting of ours into account. The error is for who sent it: a sighting whose signature
/// does not fit is not kept at all. All other objects pass.
pub(super) fn count(
    connection: &Connection,
    object: &Incoming<'_>,
) -> Result<Result<(), String>, StoreError> {
    if object.kind != "sighting" || !object.body.contains(EXTENSION) {
        return Ok(Ok(()));
    }
    let sighting = match Sighting::read(object.body) {
        Ok(sighting) => sighting,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let count = i64::try_from(sighting.count).unwrap_or(i64::MAX);
    connection.prepare_cached("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)")?.execute((
        &sighting.id,
        sighting.key.to_string(),
        &sighting.indicator,
        count,
    ))?;
    Ok(Ok(()))
}

impl Store {
    /// Counts of sightings, by advisory: every report and grouping that names a seen indicator,
    /// and last what no report names.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn seen(&self) -> Result<Vec<SeenRow>, StoreError> {
        self.read(|connection| {
            // An indicator that a report names in several collections is counted once for it.
            let mut statement = connection.prepare(
                "SELECT report, count(DISTINCT seen.indicator), count(*),
                   coalesce(sum(CASE WHEN name IS NOT NULL THEN count END), 0), count(DISTINCT name),
                   coalesce(sum(CASE WHEN name IS NULL THEN count END), 0)
                 FROM seen LEFT JOIN helpdesk ON helpdesk.key = seen.key LEFT JOIN (SELECT DISTINCT report, indicator FROM member) AS named
                   ON named.indicator = seen.indicator
                 GROUP BY report ORDER BY report IS NULL, report",
            )?;
            let rows = statement.query_map([], |row| {
                let number = |at| row.get::<_, i64>(at).map(|value| value.max(0) as u64);
                Ok(SeenRow {
                    advisory: row.get(0)?,
                    indicators: number(1)?,
                    sightings: number(2)?,
                    count: number(3)?,
                    helpdesks: number(4)?,
                    unknown: number(5)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}
