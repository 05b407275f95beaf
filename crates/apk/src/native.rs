//! Native libraries (`lib/<ABI>/*.so`): what they export to Java, and what they need.

use crate::remarks::Remarks;
use object::read::elf::{Dyn, FileHeader, ProgramHeader, SectionHeader, Sym};
use object::{Endianness, elf};

/// Symbols of one library that are looked at, and JNI functions that are kept.
const MOST_SYMBOLS: usize = 200_000;
const MOST_JNI: usize = 2000;
const MOST_NEEDED: usize = 500;
/// Bytes of one name that are kept.
const MOST_NAME: usize = 512;

/// A native library.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NativeLibrary {
    /// Its member.
    pub member: String,
    /// The ABI by its folder (`arm64-v8a` …).
    pub abi: String,
    /// The machine that its header names (`aarch64`, `arm`, `x86_64`, `x86`, `riscv64`); `None`
    /// where it is another, or no ELF file.
    pub machine: Option<&'static str>,
    /// `DT_SONAME`.
    pub soname: Option<String>,
    /// GNU build id, lower-case hex.
    pub build_id: Option<String>,
    /// Libraries that it needs (`DT_NEEDED`), in the order written.
    pub needed: Vec<String>,
    /// Functions that Java calls by name (`Java_…`, `JNI_OnLoad`, `JNI_OnUnload`), sorted.
    pub jni: Vec<String>,
}

/// The ABI of a member that is a native library: Android takes `lib/<ABI>/<name>`.
pub(crate) fn abi_of(member: &str) -> Option<&str> {
    let (abi, file) = member.strip_prefix("lib/")?.split_once('/')?;
    (file.ends_with(".so") && !file.contains('/')).then_some(abi)
}

/// Reads a library; what cannot be read of it is a problem.
pub(crate) fn read(member: &str, abi: &str, bytes: &[u8], remarks: &mut Remarks) -> NativeLibrary {
    let library = NativeLibrary {
        member: member.to_owned(),
        abi: abi.to_owned(),
        ..NativeLibrary::default()
    };
    let class = bytes.get(4).filter(|_| bytes.starts_with(b"\x7fELF"));
    let read = match class {
        Some(1) => parse::<elf::FileHeader32<Endianness>>(bytes, library.clone()),
        Some(2) => parse::<elf::FileHeader64<Endianness>>(bytes, library.clone()),
        // Many apps carry other files under such a name; Android only copies them.
        _ => Ok(library.clone()),
    };
    read.unwrap_or_else(|error| {
        remarks.add(member, format!("this library cannot be read: {error}"));
        library
    })
}

fn parse<Elf: FileHeader<Endian = Endianness>>(
    bytes: &[u8],
    mut library: NativeLibrary,
) -> Result<NativeLibrary, String> {
    let header = Elf::parse(bytes).map_err(|error| error.to_string())?;
    let endian = header.endian().map_err(|error| error.to_string())?;
    library.machine = match header.e_machine(endian) {
        elf::EM_AARCH64 => Some("aarch64"),
        elf::EM_ARM => Some("arm"),
        elf::EM_X86_64 => Some("x86_64"),
        elf::EM_386 => Some("x86"),
        elf::EM_RISCV => Some("riscv64"),
        _ => None,
    };
    // The loader goes by segments; sections may be stripped, and only shorten the way.
    let segments = header.program_headers(endian, bytes).map_err(|error| error.to_string())?;
    for segment in segments {
        if let Ok(Some(mut notes)) = segment.notes(endian, bytes) {
            while let Ok(Some(note)) = notes.next() {
                if let Some(id) = note.n_type(endian).eq(&elf::NT_GNU_BUILD_ID).then(|| note.desc())
                    && note.name() == elf::ELF_NOTE_GNU
                    && id.len() <= 64
                {
                    library.build_id = Some(const_hex::encode(id));
                }
            }
        }
    }
    let dynamic = segments.iter().find_map(|segment| segment.dynamic(endian, bytes).ok().flatten());
    let table = |tag: u32| {
        let entries = dynamic.unwrap_or_default().iter();
        let mut found = entries.filter(|entry| entry.tag32(endian) == Some(tag));
        found.next().map(|entry| -> u64 { entry.d_val(endian).into() })
    };
    let at = |address: u64| -> Option<&[u8]> {
        segments.iter().find_map(|segment| {
            let from: u64 = segment.p_vaddr(endian).into();
            let size: u64 = segment.p_filesz(endian).into();
            let place: u64 = segment.p_offset(endian).into();
            let inside = segment.p_type(endian) == elf::PT_LOAD
                && (from..from.checked_add(size)?).contains(&address);
            let start = inside.then(|| place.checked_add(address - from)).flatten()?;
            bytes.get(usize::try_from(start).ok()?..)
        })
    };
    let strings = table(elf::DT_STRTAB).and_then(at).unwrap_or_default();
    let length = table(elf::DT_STRSZ).and_then(|size| usize::try_from(size).ok());
    let strings = strings.get(..length.unwrap_or(0)).unwrap_or(strings);
    let name = |offset: u64| {
        let rest = strings.get(usize::try_from(offset).ok()?..)?;
        let rest = rest.get(..MOST_NAME).unwrap_or(rest);
        let name = rest.split(|byte| *byte == 0).next()?;
        (!name.is_empty()).then(|| String::from_utf8_lossy(name).into_owned())
    };
    for entry in dynamic.unwrap_or_default() {
        let value: u64 = entry.d_val(endian).into();
        match entry.tag32(endian) {
            Some(elf::DT_NEEDED) if library.needed.len() < MOST_NEEDED => {
                library.needed.extend(name(value));
            }
            Some(elf::DT_SONAME) => library.soname = name(value),
            Some(elf::DT_NULL) => break,
            _ => {}
        }
    }
    library.jni = symbols::<Elf>(header, endian, bytes, &name, table(elf::DT_SYMTAB).and_then(at));
    Ok(library)
}

/// Names of the functions that Java calls. The dynamic symbols have no length of their own: where
/// the section that has one is gone, they end where the texts begin or make no sense.
fn symbols<Elf: FileHeader<Endian = Endianness>>(
    header: &Elf,
    endian: Endianness,
    bytes: &[u8],
    name: &dyn Fn(u64) -> Option<String>,
    table: Option<&[u8]>,
) -> Vec<String> {
    let sections = header.sections(endian, bytes).ok();
    let section = sections.and_then(|sections| {
        sections.iter().find(|s| s.sh_type(endian) == elf::SHT_DYNSYM)?.data(endian, bytes).ok()
    });
    let table = section.or(table).unwrap_or_default();
    let size = size_of::<Elf::Sym>();
    let mut jni: Vec<String> = table
        .chunks_exact(size)
        .take(MOST_SYMBOLS)
        .filter_map(|symbol| object::pod::from_bytes::<Elf::Sym>(symbol).ok())
        .filter(|(symbol, _)| {
            symbol.st_type() == elf::STT_FUNC && symbol.st_shndx(endian) != elf::SHN_UNDEF
        })
        .filter_map(|(symbol, _)| name(u64::from(symbol.st_name(endian))))
        .filter(|name| {
            name.starts_with("Java_") || matches!(name.as_str(), "JNI_OnLoad" | "JNI_OnUnload")
        })
        .take(MOST_JNI)
        .collect();
    jni.sort_unstable();
    jni.dedup();
    jni
}
