//! The dumpstate text of a bug report: its blocks, every reader of them, and the facts.

use evidence::{Blob, Emitter, Input, Limits, Parser};
use model::{Item, Status};
use parsers::android::Dumpstate;

pub(crate) fn read(data: &[u8]) {
    let (mut gaps, limits) = (0, Limits::default());
    let mut sink = |item| {
        if let Item::Gap(_) = item {
            gaps += 1;
        }
    };
    let mut input = Input::from_blob(Blob::from_bytes(data.to_vec()), &limits, 0);
    let mut out = Emitter::new("dumpstate.txt".into(), "dumpstate", &mut sink);
    let status = Dumpstate.parse(&mut input, &mut out);
    out.finish();
    assert_eq!(gaps > 0, status != Status::Read, "what is not read whole leaves a gap");
}
