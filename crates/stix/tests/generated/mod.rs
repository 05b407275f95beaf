//! Patterns and observed data made up from numbers: the same numbers, the same pattern.

use std::fmt::Write;

/// Numbers that look like chance (Vigna's splitmix64); the same seed gives the same numbers.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len() as u64) as usize]
    }
}

/// A pattern over the objects of [`observed`]. It keeps to where the reference matcher and the
/// specification agree (`docs/design/stix-patterns.md` lists where they do not).
pub(crate) fn pattern(chance: &mut Chance) -> String {
    let mut out = String::new();
    observations(chance, 2, &mut out);
    out
}

fn observations(chance: &mut Chance, depth: u32, out: &mut String) {
    let count = 1 + chance.below(3);
    for number in 0..count {
        if number > 0 {
            out.push_str(chance.pick(&[" AND ", " OR ", " FOLLOWEDBY "]));
        }
        if depth > 0 && chance.below(4) == 0 {
            out.push('(');
            observations(chance, depth - 1, out);
            out.push(')');
        } else {
            out.push('[');
            comparisons(chance, 2, out);
            out.push(']');
        }
        match chance.below(9) {
            0 => write!(out, " WITHIN {} SECONDS", 1 + chance.below(8)).unwrap(),
            1 => write!(out, " REPEATS {} TIMES", 1 + chance.below(3)).unwrap(),
            2 => {
                let start = chance.below(8);
                let stop = start + 1 + chance.below(6);
                write!(
                    out,
                    " START t'2020-01-01T00:00:{start:02}Z' STOP t'2020-01-01T00:00:{stop:02}Z'"
                )
                .unwrap();
            }
            _ => {}
        }
    }
}

fn comparisons(chance: &mut Chance, depth: u32, out: &mut String) {
    let count = 1 + chance.below(2);
    for number in 0..count {
        if number > 0 {
            out.push_str(chance.pick(&[" AND ", " OR "]));
        }
        if depth > 0 && chance.below(5) == 0 {
            out.push('(');
            comparisons(chance, depth - 1, out);
            out.push(')');
        } else {
            comparison(chance, out);
        }
    }
}

fn comparison(chance: &mut Chance, out: &mut String) {
    let (path, literals): (&str, &[&str]) = match chance.below(8) {
        0 => ("t:word", &["'a'", "'b'", "'c'", "'ab'", "''"]),
        1 => ("t:size", &["0", "1", "2", "3", "1.5", "-1"]),
        2 => ("t:ratio", &["0.5", "1.5", "2", ".25"]),
        3 => ("t:list[*]", &["1", "2", "3"]),
        4 => ("t:list[0]", &["1", "2", "3"]),
        5 => ("u:word", &["'a'", "'b'"]),
        6 => ("t:data_hex", &["h'01'", "h'0102'", "b'AQ=='"]),
        _ => ("t:friend_ref.word", &["'a'", "'b'", "'c'"]),
    };
    let not = if chance.below(4) == 0 { "NOT " } else { "" };
    match chance.below(9) {
        0 if path.ends_with("word") => {
            let template = chance.pick(&["'%'", "'a%'", "'_'", "'%b'", "'_b'"]);
            write!(out, "{path} {not}LIKE {template}").unwrap();
        }
        1 if path.ends_with("word") => {
            let expression = chance.pick(&["'a'", "'^b$'", "'[bc]'", "'^.{2}$'", "'a|c'"]);
            write!(out, "{path} {not}MATCHES {expression}").unwrap();
        }
        2 if !path.ends_with("hex") => {
            let (one, other) = (chance.pick(literals), chance.pick(literals));
            write!(out, "{path} {not}IN ({one}, {other})").unwrap();
        }
        3 | 4 => {
            let sign = chance.pick(&["<", ">", "<=", ">="]);
            write!(out, "{path} {not}{sign} {}", chance.pick(literals)).unwrap();
        }
        5 => write!(out, "{path} {not}!= {}", chance.pick(literals)).unwrap(),
        _ => write!(out, "{path} {not}= {}", chance.pick(literals)).unwrap(),
    }
}

/// A bundle of observed data, as STIX 2.1 has it.
pub(crate) fn observed(chance: &mut Chance) -> String {
    let mut objects = Vec::new();
    for number in 0..1 + chance.below(4) {
        let mut refs = Vec::new();
        for member in 0..1 + chance.below(3) {
            let kind = chance.pick(&["t", "t", "u"]);
            let id = format!("{kind}--{number}{member}");
            let mut object = format!("{{\"type\":\"{kind}\",\"id\":\"{id}\"");
            let mut add = |chance: &mut Chance, key: &str, values: &[&str]| {
                if chance.below(4) > 0 {
                    write!(object, ",\"{key}\":{}", chance.pick(values)).unwrap();
                }
            };
            add(chance, "word", &["\"a\"", "\"b\"", "\"c\"", "\"ab\"", "\"\""]);
            add(chance, "size", &["0", "1", "2", "3", "2.0"]);
            add(chance, "ratio", &["0.5", "1.5", "2.0"]);
            add(chance, "list", &["[1]", "[1,2]", "[3]", "[2,3]"]);
            add(chance, "data_hex", &["\"01\"", "\"0102\""]);
            add(chance, "friend_ref", &[&format!("\"t--{number}0\""), "\"t--none\""]);
            object.push('}');
            objects.push(object);
            refs.push(format!("\"{id}\""));
        }
        let first = chance.below(10);
        let last = first + chance.below(3);
        objects.push(format!(
            "{{\"type\":\"observed-data\",\"id\":\"observed-data--{number}\",\"spec_version\":\"2.1\",\
             \"first_observed\":\"2020-01-01T00:00:{first:02}Z\",\
             \"last_observed\":\"2020-01-01T00:00:{last:02}Z\",\
             \"number_observed\":{},\"object_refs\":[{}]}}",
            1 + chance.below(2),
            refs.join(",")
        ));
    }
    format!("{{\"type\":\"bundle\",\"id\":\"bundle--0\",\"objects\":[{}]}}", objects.join(","))
}
