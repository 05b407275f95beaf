//! Artifacts of a phone, each through its parser. What is not read whole leaves a gap.

use evidence::{Blob, Emitter, Input, Limits, Parser};
use model::{Item, SourceKind, Status};
use parsers::android::{IntrusionLog, Packages, Processes, Tombstone};

fn parse(parser: &dyn Parser, name: &str, data: &[u8]) {
    let (mut gaps, limits) = (0_u64, Limits { inflated_bytes: 1 << 20, ..Limits::default() });
    let mut sink = |item| match item {
        Item::Gap(_) => gaps += 1,
        Item::Artifact(part) if part.status.leaves_a_gap() => gaps += 1,
        _ => {}
    };
    let mut input = Input::from_blob(Blob::from_bytes(data.to_vec()), &limits, 0);
    let mut out = Emitter::new(name.into(), parser.id(), &mut sink);
    let status = parser.parse(&mut input, &mut out);
    out.finish();
    if matches!(status, Status::Partly | Status::Failed) {
        assert!(gaps > 0, "{}: {status:?}, and no gap says why", parser.id());
    }
}

pub(crate) fn packages(data: &[u8]) {
    parse(&Packages, "packages.json", data);
}

pub(crate) fn processes(data: &[u8]) {
    parse(&Processes, "processes.json", data);
}

pub(crate) fn tombstone(data: &[u8]) {
    parse(&Tombstone, "FS/data/tombstones/tombstone_00.pb", data);
}

pub(crate) fn intrusion_log(data: &[u8]) {
    parse(&IntrusionLog, "events.json", data);
}

/// Whichever parser claims the path that is the first line.
pub(crate) fn by_path(data: &[u8]) {
    let mut parts = data.splitn(2, |byte| *byte == b'\n');
    let (Some(path), Some(rest)) = (parts.next(), parts.next()) else { return };
    let Ok(path) = std::str::from_utf8(path) else { return };
    let kinds = [SourceKind::Androidqf, SourceKind::Bugreport, SourceKind::Messages];
    let claims = |kind| parsers::PARSERS.iter().find(|parser| parser.claims(kind, path));
    if let Some(parser) = kinds.into_iter().find_map(claims) {
        parse(*parser, path, rest);
    }
}
