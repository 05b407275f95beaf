//! Byte code: everything that a DEX file holds is asked for, and what is odd about it.

use dex::Dex;

pub(crate) fn read(data: &[u8]) {
    let files = Dex::all(data).unwrap_or_default();
    for (file, odd) in dex::oddities(&files) {
        assert!(file < files.len() && odd.at <= data.len(), "{}: {}", odd.kind.id(), odd.what);
    }
    for dex in &files {
        for class in dex.classes() {
            let _ = class.name();
            for index in dex.interfaces_of(&class) {
                let _ = dex.type_name(index);
            }
            for field in dex.fields_of(&class) {
                let _ = dex.field(field.index);
            }
            dex.annotations(&class, &mut |_, _| {});
            let _ = dex.static_values(&class);
            let _ = dex.hidden_api_flags(&class);
            for method in dex.methods_of(&class) {
                code(dex, method.code_at);
            }
        }
    }
}

fn code(dex: &Dex<'_>, at: usize) {
    let Some(code) = dex.code(at) else { return };
    let _ = dex.lines(&code);
    code.tries().count();
    for one in code.instructions() {
        let Some(to) = one.reference else { continue };
        dex.string(to.index).map(|text| text.text().len());
        dex.method(to.index).and_then(|method| dex.descriptor(method.proto));
        dex.field(to.index).and_then(|field| dex.type_name(field.kind));
    }
}

/// The files in a VDEX, ODEX or OAT, each read as far as its classes.
pub(crate) fn container(data: &[u8]) {
    let inside = dex::container::inside(data);
    assert!(!inside.files.is_empty() || !inside.problems.is_empty(), "no code, and no word on it");
    for file in inside.files {
        assert!(file.len() <= data.len());
        for dex in Dex::all(file).unwrap_or_default() {
            for class in dex.classes() {
                let _ = class.name();
                dex.methods_of(&class).count();
            }
        }
    }
}
