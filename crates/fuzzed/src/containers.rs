//! What other bytes lie in: zip, age, Android backups, SQLite databases and their logs.

use evidence::{BackupTree, Blob, Limits, Passwords, Secrets, Tree, ZipTree};
use std::fs::File;
use std::io::{Read, Seek, Write, copy, sink};
use std::sync::Arc;

/// What a small input may come to.
fn limits() -> Limits {
    Limits { inflated_bytes: 1 << 20, whole_bytes: 1 << 20, members: 1000, ..Limits::default() }
}

fn members(tree: &dyn Tree, limits: &Limits) {
    for member in tree.members().iter().take(50) {
        let Ok(mut stream) = tree.stream(member, limits) else { continue };
        let count = copy(&mut stream, &mut sink());
        assert!(
            count.unwrap_or(0) <= limits.inflated_bytes + (1 << 20),
            "more than it may inflate to"
        );
    }
}

pub(crate) fn zip(data: &[u8]) {
    let limits = limits();
    if let Ok((tree, _)) = ZipTree::open(Blob::from_bytes(data.to_vec()), &limits) {
        assert!(tree.members().is_sorted_by(|a, b| a.path <= b.path), "members are in path order");
        members(&tree, &limits);
    }
}

pub(crate) fn backup(data: &[u8]) {
    let limits = limits();
    // Without a password to try: stretching keys takes time.
    let passwords = Passwords::default();
    if let Ok((tree, _)) = BackupTree::open(&Blob::from_bytes(data.to_vec()), &passwords, &limits) {
        members(&tree, &limits);
    }
}

pub(crate) fn age(data: &[u8]) {
    let Ok(mut file) = tempfile::tempfile() else { return };
    if file.write_all(data).and_then(|()| file.rewind()).is_err() {
        return;
    }
    let file: Arc<File> = Arc::new(file);
    let mut secrets = Secrets::default();
    secrets.add_identities(crate::seeds::IDENTITY).expect("an identity");
    let _ = evidence::age_lock(&file);
    let Ok(key) = evidence::unlock(&file, &secrets) else { return };
    let opened = Blob::from_file(file, Arc::default());
    let Ok(open) = opened.and_then(|blob| evidence::decrypted(blob, &key)) else { return };
    let _ = open.reader().take(1 << 20).read_to_end(&mut Vec::new());
}

pub(crate) fn sqlite(data: &[u8]) {
    let _ = sqlite::frames(data, |_, _| {});
    let mut pages = data.to_vec();
    let middle = data.len() / 2;
    let (_, log) = data.split_at(middle);
    let _ = sqlite::apply(&mut pages, log, 1 << 20);
    let Ok(database) = sqlite::Database::open(data, data.len() as u64, 1 << 20) else { return };
    for table in ["urls", "sqlite_master", "sms", "none"] {
        let _ = database.has(table);
        let _ = database.has_column(table, "url");
    }
    let _ = database.rows("urls", &["url", "title", "n", "none"], |row| {
        for at in 0..4 {
            let _ = (row.cell(at).text(), row.cell(at).integer(), row.cell(at).bytes().is_some());
        }
    });
}
