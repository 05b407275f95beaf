//! Reading pages: the objects of a collection behind a place, in the order in which they were added.

use super::snapshot::{Account, CollectionView};
use super::{Store, StoreError};
use crate::filter::{Filter, Which};
use crate::tlp::Tlp;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

/// One object of a page.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Microseconds since 1970.
    pub(crate) added: i64,
    pub(crate) id: String,
    pub(crate) stamp: String,
    pub(crate) spec: i64,
    /// The object as it was written; empty where only the manifest was asked for.
    pub(crate) body: Vec<u8>,
}

/// What a request is answered with.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) entries: Vec<Entry>,
    /// Behind which place the next page begins; `None` where nothing is left.
    pub(crate) next: Option<i64>,
}

/// Bytes of the objects of a page; a page holds one object at least.
const PAGE_BYTES: usize = 8 << 20;

/// Rows of an index that are looked at for a page. Where so many pass no filter, superseded versions
/// or what a ceiling hides, the page ends early and says where to go on.
const ROWS: usize = 100_000;

impl Store {
    /// One page. `bodies` is whether the objects themselves are wanted.
    pub(crate) fn page(
        &self,
        collection: &CollectionView,
        account: &Account,
        filter: &Filter,
        limit: usize,
        bodies: bool,
    ) -> Result<Page, StoreError> {
        self.page_within(ROWS, collection, account, filter, limit, bodies)
    }

    fn page_within(
        &self,
        rows: usize,
        collection: &CollectionView,
        account: &Account,
        filter: &Filter,
        limit: usize,
        bodies: bool,
    ) -> Result<Page, StoreError> {
        self.read(|connection| {
            let (condition, values) = condition(filter, account.ceiling, 4);
            let query = Query {
                connection,
                collection: collection.id,
                after: filter.after,
                condition,
                values,
                rows,
                limit,
                bodies,
            };
            let mut found = match (&filter.ids, &filter.types) {
                (Some(ids), types) => {
                    let wanted = ids.iter().filter(|id| {
                        types.as_ref().is_none_or(|types| {
                            id.split_once("--").is_some_and(|(kind, _)| types.contains(kind))
                        })
                    });
                    query.merged("id", wanted, ids.len())?
                }
                (None, Some(types)) => query.merged("type", types.iter(), types.len())?,
                (None, None) => query.run(None, rows)?,
            };
            found.cut(limit);
            Ok(Page { entries: found.entries, next: found.known_to })
        })
    }

    /// Whether the account is shown any version of this object.
    pub(crate) fn shows(
        &self,
        collection: &CollectionView,
        account: &Account,
        id: &str,
    ) -> Result<bool, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM object WHERE collection = ? AND id = ? AND tlp <= ?)",
            )?;
            Ok(statement.query_row((collection.id, id, account.ceiling), |row| row.get(0))?)
        })
    }
}

struct Query<'a> {
    connection: &'a Connection,
    collection: i64,
    after: i64,
    condition: String,
    values: Vec<Value>,
    rows: usize,
    limit: usize,
    bodies: bool,
}

/// The first objects of one or more streams.
#[derive(Default)]
struct Found {
    entries: Vec<Entry>,
    /// The place behind which nothing was looked at; `None` where all was.
    known_to: Option<i64>,
}

impl Found {
    /// Ends at this place.
    fn end(&mut self, place: i64) {
        self.known_to = Some(self.known_to.map_or(place, |known| known.min(place)));
    }

    /// Keeps what is in its right order for certain, and no more than a page holds.
    fn cut(&mut self, limit: usize) {
        self.entries.sort_unstable_by_key(|entry| entry.added);
        if let Some(place) = self.known_to {
            self.entries.retain(|entry| entry.added <= place);
        }
        let mut bytes = 0;
        let fitting = self.entries.iter().take(limit).take_while(|entry| {
            let first = bytes == 0;
            bytes += entry.body.len();
            first || bytes <= PAGE_BYTES
        });
        let fitting = fitting.count();
        if fitting < self.entries.len() {
            self.entries.truncate(fitting);
            if let Some(last) = self.entries.last().map(|entry| entry.added) {
                self.end(last);
            }
        }
    }
}

impl Query<'_> {
    /// The first objects of each value, merged: every stream is read off its own index, so that a
    /// page costs what it holds and not what the collection holds.
    fn merged<'v>(
        &self,
        column: &str,
        values: impl Iterator<Item = &'v String>,
        count: usize,
    ) -> Result<Found, StoreError> {
        let mut found = Found::default();
        let rows = (self.rows / count.max(1)).max(1);
        for value in values {
            let stream = self.run(Some((column, value)), rows)?;
            found.entries.extend(stream.entries);
            if let Some(place) = stream.known_to {
                found.end(place);
            }
            found.cut(self.limit);
        }
        Ok(found)
    }

    /// One object more than the limit, which tells whether there is more; but no more bytes than
    /// a page may hold and one object, and no more than `most` rows of the index.
    fn run(&self, only: Option<(&str, &String)>, most: usize) -> Result<Found, StoreError> {
        let body = if self.bodies { "body" } else { "x''" };
        let and = only.map_or(String::new(), |(column, _)| format!("AND {column} = ?2 "));
        let fits = &self.condition;
        let by = |index| {
            format!("FROM object INDEXED BY {index} WHERE collection = ?1 {and}AND added > ?3")
        };
        // What does not fit is passed over by the index alone: its row is not touched.
        let of_index = |index| {
            let case = |column| format!("CASE WHEN {fits} THEN {column} END");
            let columns = ["id", "stamp", "spec", body].map(case).join(", ");
            format!("SELECT added, {columns} {} ORDER BY added", by(index))
        };
        let sql = match only {
            None => of_index("object_page"),
            // The versions of one id, which are few, have to be sorted: without what they hold.
            Some(("id", _)) => format!(
                "SELECT added, id, stamp, spec, {body} FROM object WHERE added IN \
                 (SELECT added {} AND {fits}) ORDER BY added",
                by("object_identity")
            ),
            Some(_) => of_index("object_type"),
        };
        let mut statement = self.connection.prepare_cached(&sql)?;
        let value = only.map_or(Value::Null, |(_, value)| Value::from(value.clone()));
        let mut values: Vec<Value> = vec![self.collection.into(), value, self.after.into()];
        values.extend(self.values.iter().cloned());
        let mut rows = statement.query(params_from_iter(values))?;
        let mut found = Found::default();
        let (mut seen, mut bytes) = (0, 0);
        while let Some(row) = rows.next()? {
            seen += 1;
            let fitting = entry(row)?;
            if let Some(entry) = fitting {
                bytes += entry.body.len();
                found.entries.push(entry);
            }
            if found.entries.len() > self.limit {
                break;
            }
            if seen == most || bytes > PAGE_BYTES {
                found.end(row.get(0)?);
                break;
            }
        }
        Ok(found)
    }
}

/// `None` where the filter does not take the row.
fn entry(row: &Row<'_>) -> rusqlite::Result<Option<Entry>> {
    let Some(id) = row.get(1)? else { return Ok(None) };
    Ok(Some(Entry {
        added: row.get(0)?,
        id,
        stamp: row.get(2)?,
        spec: row.get(3)?,
        body: row.get(4)?,
    }))
}

/// What the filter asks of a version beside its place, id and type, and what the ceiling hides. Its
/// parameters are numbered from `first`.
pub(super) fn condition(filter: &Filter, ceiling: Tlp, first: usize) -> (String, Vec<Value>) {
    let mut values = vec![Value::from(ceiling.rank())];
    let mut any = Vec::new();
    let default = [Which::Last].into();
    let versions = if filter.versions.is_empty() { &default } else { &filter.versions };
    for version in versions {
        any.push(match version {
            Which::All => "1".to_owned(),
            Which::Last => format!("newer > ?{first}"),
            Which::First => format!("older > ?{first}"),
            Which::At(time) => {
                values.push((*time).into());
                format!("version = ?{}", first + values.len() - 1)
            }
        });
    }
    let mut text = format!("tlp <= ?{first} AND ({})", any.join(" OR "));
    if !filter.specs.is_empty() {
        let marks: Vec<String> = filter
            .specs
            .iter()
            .map(|spec| {
                values.push(Value::from(*spec));
                format!("?{}", first + values.len() - 1)
            })
            .collect();
        text.push_str(&format!(" AND spec IN ({})", marks.join(", ")));
    }
    (text, values)
}

#[cfg(test)]
mod tests {
    use super::super::{Actor, NewCollection};
    use super::*;
    use serde_json::value::RawValue;

    const API: &str = "api";

    /// A store with an account up to GREEN, and these objects: number, day, and whether it is RED.
    fn store(objects: &[(u32, u32, bool)]) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("store.db")).unwrap();
        let by = Actor::operator("2026-11-01T00:00:00Z".parse().unwrap());
        store.add_root(API, "A", None, by).unwrap();
        let new = NewCollection {
            root: API.to_owned(),
            title: "W".to_owned(),
            description: None,
            alias: Some("w".to_owned()),
            unmarked: Tlp::Clear,
        };
        store.add_collection(&new, by).unwrap();
        store.add_account("a", "a password", Tlp::Green, by).unwrap();
        let red = r#","object_marking_refs":["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"]"#;
        let texts: Vec<String> = objects
            .iter()
            .map(|(n, day, hidden)| {
                let kind = if n % 2 == 0 { "indicator" } else { "malware" };
                let marking = if *hidden { red } else { "" };
                format!(
                    r#"{{"type":"{kind}","spec_version":"2.1","id":"{kind}--00000000-0000-4000-8000-{n:012}","created":"2020-01-01T00:00:00Z","modified":"2020-01-01T00:{:02}:{:02}Z"{marking}}}"#,
                    day / 60, day % 60
                )
            })
            .collect();
        let raw: Vec<&RawValue> =
            texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
        let snapshot = store.snapshot().unwrap();
        let root = snapshot.root(API).unwrap();
        let account = snapshot.account("a").unwrap();
        let added = store.add(root, root.collection("w").unwrap(), account, &raw, by).unwrap();
        assert_eq!(added.status.failure_count, 0);
        (folder, store)
    }

    /// The last four digits of what a walk gives, and its pages.
    fn walk(store: &Store, rows: usize, limit: usize, query: &str) -> (Vec<u32>, usize) {
        let snapshot = store.snapshot().unwrap();
        let collection = snapshot.root(API).unwrap().collection("w").unwrap();
        let account = snapshot.account("a").unwrap();
        let mut filter = Filter::read(query, crate::filter::Takes::All).unwrap();
        let mut seen = Vec::new();
        for pages in 1..10_000 {
            let page = store.page_within(rows, collection, account, &filter, limit, true).unwrap();
            assert!(page.entries.len() <= limit);
            seen.extend(
                page.entries.iter().map(|one| one.id[one.id.len() - 4..].parse::<u32>().unwrap()),
            );
            match page.next {
                Some(place) => {
                    assert!(place > filter.after, "a page leads on");
                    filter.after = place;
                }
                None => return (seen, pages),
            }
        }
        panic!("no end");
    }

    #[test]
    fn superseded_versions_and_hidden_objects_end_a_page_and_not_the_walk() {
        // Three hundred versions of one object, and a hundred that the account is not shown.
        let mut objects: Vec<(u32, u32, bool)> = (0..300).map(|day| (2, day, false)).collect();
        objects.extend((100..200).map(|n| (n, 0, true)));
        objects.extend((10..20).map(|n| (n, 0, false)));
        let (_folder, store) = store(&objects);
        let expected: Vec<u32> = std::iter::once(2).chain(10..20).collect();
        for (rows, limit) in [(100_000, 1000), (50, 4), (7, 3), (1, 1)] {
            assert_eq!(walk(&store, rows, limit, "").0, expected, "{rows} rows, {limit} objects");
            let even = walk(&store, rows, limit, "match[type]=indicator").0;
            assert_eq!(even, expected.iter().copied().filter(|n| n % 2 == 0).collect::<Vec<_>>());
            assert_eq!(walk(&store, rows, limit, "match[type]=indicator,malware").0, expected);
        }
        // 410 rows in pages of 50 rows: nine pages at most, whatever they give.
        assert_eq!(walk(&store, 50, 1000, "").1, 9);
        assert_eq!(walk(&store, 100_000, 1000, "match[version]=all").0.len(), 310);
        assert_eq!(walk(&store, 7, 1000, "match[version]=first").0, expected);
        let one = "match[id]=indicator--00000000-0000-4000-8000-000000000002";
        assert_eq!(walk(&store, 7, 1000, one).0, [2]);
        assert_eq!(walk(&store, 7, 10, &format!("{one}&match[version]=all")).0.len(), 300);
    }

    #[test]
    fn of_one_object_no_more_versions_are_kept_than_can_be_sorted() {
        let objects: Vec<(u32, u32, bool)> = (0..1000).map(|day| (2, day, false)).collect();
        let (_folder, store) = store(&objects);
        let snapshot = store.snapshot().unwrap();
        let root = snapshot.root(API).unwrap();
        let (collection, account) = (root.collection("w").unwrap(), snapshot.account("a").unwrap());
        let by = Actor::operator("2026-11-01T00:00:00Z".parse().unwrap());
        let one = r#"{"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-000000000002","created":"2020-01-01T00:00:00Z","modified":"2021-01-01T00:00:00Z"}"#;
        let raw: &RawValue = serde_json::from_str(one).unwrap();
        let refused = store.add(root, collection, account, &[raw], by).unwrap().status;
        assert_eq!((refused.success_count, refused.failure_count), (0, 1));
        let why = refused.failures[0].message.as_deref().unwrap();
        assert!(why.starts_with("1000 versions of this object are here"), "{why}");
    }
}
