//! Files that Android's providers know, and where they came from.

use super::Told;
use model::Time;
use model::fact::FileSeen;
use sqlite::{Database, SqliteError};

/// AOSP `DownloadProvider/…/DownloadProvider.java`: table `downloads`.
pub(super) fn provider(database: &Database, told: &mut Told<'_, '_>) -> Result<(), SqliteError> {
    let columns =
        ["_data", "hint", "uri", "referer", "notificationpackage", "lastmod", "total_bytes"];
    let rows = database.rows("downloads", &columns, |row| {
        let path = row.cell(0).text().or_else(|| row.cell(1).text()).unwrap_or_default();
        let origin = row.cell(2).text();
        if path.is_empty() && origin.is_none() {
            return;
        }
        let fact = FileSeen {
            path: path.strip_prefix("file://").map_or(path.clone(), str::to_owned),
            size: row.cell(6).integer().and_then(|size| u64::try_from(size).ok()),
            origin,
            referrer: row.cell(3).text(),
            package: row.cell(4).text(),
            ..FileSeen::default()
        };
        let time = row.cell(5).integer().filter(|time| *time > 0);
        let time = time.map(|time| Time::unix_millis(time, "lastmod"));
        told.out.fact(fact, Told::at("downloads", row.number), time);
    })?;
    told.rows += rows;
    Ok(())
}

/// AOSP `MediaProvider/…/DatabaseHelper.java` (Android 10 on): table `files`. Of the many pictures
/// and songs only what was downloaded is told, and every APK.
pub(super) fn media(database: &Database, told: &mut Told<'_, '_>) -> Result<(), SqliteError> {
    let columns = [
        "_data",
        "download_uri",
        "referer_uri",
        "owner_package_name",
        "date_added",
        "_size",
        "date_modified",
    ];
    let rows = database.rows("files", &columns, |row| {
        let Some(path) = row.cell(0).text() else { return };
        let origin = row.cell(1).text();
        let app = path
            .get(path.len().saturating_sub(4)..)
            .is_some_and(|end| end.eq_ignore_ascii_case(".apk"));
        if origin.is_none() && !app {
            return;
        }
        let fact = FileSeen {
            path,
            size: row.cell(5).integer().and_then(|size| u64::try_from(size).ok()),
            modified: row.cell(6).integer(),
            origin,
            referrer: row.cell(2).text(),
            package: row.cell(3).text(),
            ..FileSeen::default()
        };
        let time = row.cell(4).integer().filter(|time| *time > 0);
        let time = time.map(|time| Time::unix_seconds(time, "date_added"));
        told.out.fact(fact, Told::at("files", row.number), time);
    })?;
    told.rows += rows;
    Ok(())
}
