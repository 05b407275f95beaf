//! The file itself: header, tables, data, map.

use super::pool::{Pool, shorty};
use super::{Dex, Method};
use sha1::{Digest, Sha1};

const HEADER: usize = 0x70;
/// Registers that every method has.
const REGISTERS: u16 = 16;

/// What grows behind the tables, and the map's rows for it: kind, count, offset.
struct Data {
    start: usize,
    bytes: Vec<u8>,
    map: Vec<(u16, usize, usize)>,
}

impl Data {
    fn at(&self) -> u32 {
        number(self.start + self.bytes.len())
    }

    fn align(&mut self) {
        while !self.at().is_multiple_of(4) {
            self.bytes.push(0);
        }
    }

    fn u16(&mut self, value: u16) {
        self.bytes.extend(value.to_le_bytes());
    }

    fn u32(&mut self, value: u32) {
        self.bytes.extend(value.to_le_bytes());
    }

    fn uleb(&mut self, mut value: u32) {
        while value > 0x7f {
            self.bytes.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// A row of the map for `count` items written from `from` on.
    fn row(&mut self, kind: u16, count: usize, from: u32) {
        if count > 0 {
            self.map.push((kind, count, from as usize));
        }
    }
}

pub(super) fn bytes(dex: &Dex) -> Vec<u8> {
    let pool = Pool::of(dex);
    let counts = [
        (0x0001, pool.strings.len(), 4),
        (0x0002, pool.types.len(), 4),
        (0x0003, pool.protos.len(), 12),
        (0x0004, pool.fields.len(), 8),
        (0x0005, pool.methods.len(), 8),
        (0x0006, dex.classes.len(), 32),
    ];
    let mut map = vec![(0x0000, 1, 0)];
    let mut at = HEADER;
    let mut places = Vec::new();
    for (kind, count, size) in counts {
        places.push(if count == 0 { 0 } else { at });
        if count > 0 {
            map.push((kind, count, at));
        }
        at += count * size;
    }
    let mut data = Data { start: at, bytes: Vec::new(), map };
    let lists = type_lists(dex, &pool, &mut data);
    let list_at =
        |list: &[String]| lists.iter().find(|(one, _)| one == list).map_or(0, |(_, at)| *at);
    let codes = codes(dex, &pool, &mut data);
    let class_data = class_data(dex, &pool, &codes, &mut data);
    let string_data = string_data(&pool, &mut data);
    let map_at = write_map(&mut data);

    let mut file = vec![0; HEADER];
    string_data.iter().for_each(|at| file.extend(at.to_le_bytes()));
    pool.types.iter().for_each(|name| file.extend(pool.string(name).to_le_bytes()));
    for proto in &pool.protos {
        let row = [pool.string(&shorty(proto)), pool.kind(&proto.0), list_at(&proto.1)];
        row.iter().for_each(|value| file.extend(value.to_le_bytes()));
    }
    for (class, name, kind_or_proto) in pool.fields.iter().chain(&pool.methods) {
        let short = |index: u32| u16::try_from(index).expect("a small file");
        file.extend(short(*class).to_le_bytes());
        file.extend(short(*kind_or_proto).to_le_bytes());
        file.extend(name.to_le_bytes());
    }
    for (class, data_at) in dex.classes.iter().zip(&class_data) {
        let (kind, above) = (pool.kind(&class.name), pool.kind(&class.superclass));
        let interfaces = list_at(&class.interfaces);
        let row = [kind, class.access, above, interfaces, u32::MAX, 0, *data_at, 0];
        row.iter().for_each(|value| file.extend(value.to_le_bytes()));
    }
    file.extend(&data.bytes);
    let tables = counts.iter().zip(&places).map(|((_, count, _), at)| (*count, *at)).collect();
    finish(file, tables, map_at, data.start)
}

/// Fills in the header.
fn finish(mut file: Vec<u8>, tables: Vec<(usize, usize)>, map_at: u32, data: usize) -> Vec<u8> {
    let len = number(file.len());
    let mut put = |at: usize, value: u32| file[at..at + 4].copy_from_slice(&value.to_le_bytes());
    put(32, len);
    put(36, number(HEADER));
    put(40, 0x1234_5678);
    put(52, map_at);
    // Strings, types, prototypes, fields, methods, classes.
    for ((count, at), field) in tables.iter().zip([56, 64, 72, 80, 88, 96]) {
        put(field, number(*count));
        put(field + 4, number(*at));
    }
    put(104, len - number(data));
    put(108, number(data));
    file[..8].copy_from_slice(b"dex\n035\0");
    let signature = Sha1::digest(&file[32..]);
    file[12..32].copy_from_slice(&signature);
    let checksum = adler32(&file[12..]);
    file[8..12].copy_from_slice(&checksum.to_le_bytes());
    file
}

/// Each list of parameters or interfaces once, with its offset.
fn type_lists(dex: &Dex, pool: &Pool, data: &mut Data) -> Vec<(Vec<String>, u32)> {
    let mut lists: Vec<(Vec<String>, u32)> = Vec::new();
    let parameters = pool.protos.iter().map(|(_, parameters)| parameters);
    data.align();
    let from = data.at();
    for list in parameters.chain(dex.classes.iter().map(|class| &class.interfaces)) {
        if list.is_empty() || lists.iter().any(|(one, _)| one == list) {
            continue;
        }
        data.align();
        lists.push((list.clone(), data.at()));
        data.u32(number(list.len()));
        for kind in list {
            data.u16(u16::try_from(pool.kind(kind)).expect("a small file"));
        }
    }
    data.row(0x1001, lists.len(), from);
    lists
}

/// The offset of each method's code, class by class; 0 where it has none.
fn codes(dex: &Dex, pool: &Pool, data: &mut Data) -> Vec<Vec<u32>> {
    const RETURN_VOID: u16 = 0x0e;
    data.align();
    let from = data.at();
    let mut count = 0;
    let mut all = Vec::new();
    for class in &dex.classes {
        let mut places = Vec::new();
        for method in &class.methods {
            let Some(code) = &method.code else {
                places.push(0);
                continue;
            };
            let mut units: Vec<u16> = code.iter().flat_map(|op| op.units(pool)).collect();
            units.push(RETURN_VOID);
            data.align();
            places.push(data.at());
            let words = super::pool::parameters(&method.descriptor).len();
            let object = usize::from(method.access & 8 == 0);
            data.u16(REGISTERS);
            data.u16(u16::try_from(words + object).expect("few parameters"));
            data.u16(5);
            data.u16(0);
            data.u32(0);
            data.u32(number(units.len()));
            units.iter().for_each(|unit| data.u16(*unit));
            count += 1;
        }
        all.push(places);
    }
    data.row(0x2001, count, from);
    all
}

/// The offset of each class's data; 0 where it has no methods.
fn class_data(dex: &Dex, pool: &Pool, codes: &[Vec<u32>], data: &mut Data) -> Vec<u32> {
    let from = data.at();
    let mut places = Vec::new();
    for (class, codes) in dex.classes.iter().zip(codes) {
        let mut methods: Vec<(u32, &Method, u32)> = class
            .methods
            .iter()
            .zip(codes)
            .map(|(one, code)| (pool.method(&class.name, &one.name, &one.descriptor), one, *code))
            .collect();
        methods.sort_by_key(|(index, ..)| *index);
        if methods.is_empty() {
            places.push(0);
            continue;
        }
        places.push(data.at());
        let of = |direct: bool| methods.iter().filter(move |(_, one, _)| one.is_direct() == direct);
        let counts = [0, 0, of(true).count(), of(false).count()];
        counts.iter().for_each(|count| data.uleb(number(*count)));
        for direct in [true, false] {
            let mut last = 0;
            for (index, method, code) in of(direct) {
                data.uleb(index - last);
                data.uleb(method.access);
                data.uleb(*code);
                last = *index;
            }
        }
    }
    data.row(0x2000, places.iter().filter(|at| **at != 0).count(), from);
    places
}

/// MUTF-8: NUL in two bytes, each half of a surrogate pair in three ("Dalvik Executable format").
fn mutf8(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for unit in text.encode_utf16() {
        let [high, middle, low] =
            [unit >> 12, unit >> 6 & 0x3f, unit & 0x3f].map(|bits| bits as u8);
        match unit {
            1..=0x7f => bytes.push(low | middle << 6),
            0 | 0x80..=0x7ff => bytes.extend([0xc0 | middle, 0x80 | low]),
            _ => bytes.extend([0xe0 | high, 0x80 | middle, 0x80 | low]),
        }
    }
    bytes
}

fn string_data(pool: &Pool, data: &mut Data) -> Vec<u32> {
    let from = data.at();
    let mut places = Vec::new();
    for text in &pool.strings {
        places.push(data.at());
        data.uleb(number(text.encode_utf16().count()));
        data.bytes.extend(mutf8(text));
        data.bytes.push(0);
    }
    data.row(0x2002, pool.strings.len(), from);
    places
}

fn write_map(data: &mut Data) -> u32 {
    data.align();
    let at = data.at();
    data.row(0x1000, 1, at);
    let mut rows = std::mem::take(&mut data.map);
    rows.sort_by_key(|(_, _, at)| *at);
    data.u32(number(rows.len()));
    for (kind, count, at) in rows {
        data.u16(kind);
        data.u16(0);
        data.u32(number(count));
        data.u32(number(at));
    }
    at
}

fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}

fn number(value: usize) -> u32 {
    u32::try_from(value).expect("a small file")
}
