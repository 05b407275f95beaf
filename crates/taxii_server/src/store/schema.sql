-- Layout 1. `added` is the row id: microseconds since 1970, unique and rising over the whole store, so that a
-- page walk is a range of it and a later commit never lands before an earlier one.
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE root (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL, description TEXT,
  max_content_length INTEGER NOT NULL
);
CREATE TABLE collection (
  id INTEGER PRIMARY KEY, root INTEGER NOT NULL REFERENCES root, uuid TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL, description TEXT, alias TEXT, unmarked INTEGER NOT NULL, UNIQUE (root, alias)
);
CREATE TABLE account (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, hash TEXT NOT NULL,
  ceiling INTEGER NOT NULL, changed INTEGER NOT NULL
);
CREATE TABLE may (
  account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  collection INTEGER NOT NULL REFERENCES collection ON DELETE CASCADE,
  can_read INTEGER NOT NULL, can_write INTEGER NOT NULL, PRIMARY KEY (account, collection)
) WITHOUT ROWID;
-- `newer`: the lowest TLP among versions of the same object that are newer, 9 where there is none; `older` the same
-- among older ones. An account with ceiling c has this version as its last one where tlp <= c < newer.
CREATE TABLE object (
  added INTEGER PRIMARY KEY, collection INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
  spec INTEGER NOT NULL, version INTEGER NOT NULL, stamp TEXT NOT NULL, tlp INTEGER NOT NULL,
  newer INTEGER NOT NULL, older INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE UNIQUE INDEX object_identity ON object (collection, id, version);
CREATE INDEX object_page ON object (collection, added, tlp, newer, older, spec, version);
CREATE INDEX object_type ON object (collection, type, added, tlp, newer, older, spec, version);
CREATE TABLE status (
  id TEXT PRIMARY KEY, root INTEGER NOT NULL, account INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX status_at ON status (at);
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, account TEXT NOT NULL, address TEXT NOT NULL,
  action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL
);
-- Which reports name which indicators, and what was seen of indicators.
CREATE TABLE member (
  collection INTEGER NOT NULL, report TEXT NOT NULL, indicator TEXT NOT NULL, PRIMARY KEY (indicator, report, collection)
) WITHOUT ROWID;
CREATE TABLE helpdesk (name TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE) WITHOUT ROWID;
CREATE TABLE seen (
  sighting TEXT NOT NULL, key TEXT NOT NULL, indicator TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (sighting, key)
) WITHOUT ROWID;
CREATE INDEX seen_indicator ON seen (indicator);
