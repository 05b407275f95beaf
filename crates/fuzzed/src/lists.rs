//! Lists of indicators in any of their formats, and the STIX bundle that is written of them.

use lists::{Given, Import};

pub(crate) fn read(data: &[u8]) {
    // A few formats go by the name of the file: the first line is the name.
    let mut parts = data.splitn(2, |byte| *byte == b'\n');
    let (Some(name), Some(text)) = (parts.next(), parts.next()) else { return };
    let Ok(name) = std::str::from_utf8(name) else { return };
    let mut import = Import::default();
    if import.read(name, text, &Given::default()).is_err() {
        return;
    }
    import.suppress();
    import.mark_objects();
    let mut bundle = Vec::new();
    lists::bundle::write(&import, jiff::Timestamp::UNIX_EPOCH, &mut bundle)
        .expect("memory can be written to");
    let read = stix::read(&bundle[..], stix::Bounds::default(), &mut |_| {});
    read.expect("what is written can be read");
    let _ = lists::flatten(&mut import);
}
