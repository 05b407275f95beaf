//! Lists of indicators in any of their formats, and the STIX bundle that is written of them.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use lists::{Given, Import};

fuzz_target!(|data: &[u8]| -> Corpus {
    // A few formats go by the name of the file: the first line is the name.
    let mut parts = data.splitn(2, |byte| *byte == b'\n');
    let (Some(name), Some(text)) = (parts.next(), parts.next()) else { return Corpus::Reject };
    let Ok(name) = std::str::from_utf8(name) else { return Corpus::Reject };
    let mut import = Import::default();
    if import.read(name, text, &Given::default()).is_err() {
        return Corpus::Keep;
    }
    import.suppress();
    import.mark_objects();
    let mut bundle = Vec::new();
    lists::bundle::write(&import, jiff::Timestamp::UNIX_EPOCH, &mut bundle)
        .expect("memory can be written to");
    let read = stix::read(&bundle[..], stix::Bounds::default(), &mut |_| {});
    read.expect("what is written can be read");
    let _ = lists::flatten(&import);
    Corpus::Keep
});
