//! Native methods: where calls lead out of byte code, and by which name the code behind them is found.

use crate::program::Program;
use crate::reach::{Parent, Reach};
use dex::Mutf8;

/// A native method that an app defines: its code lies in a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NativeMethod {
    /// Descriptor of its class.
    pub class: String,
    /// Its name.
    pub method: String,
    /// Whether the roots lead to it.
    pub is_reached: bool,
}

impl Program<'_> {
    /// The native methods of the app: those that a way leads to first, else in its order, no more than
    /// `most`; and how many there are.
    #[must_use]
    pub fn natives(&self, reach: &Reach<'_, '_>, most: usize) -> (Vec<NativeMethod>, usize) {
        let text = |bytes: &[u8]| Mutf8::new(bytes).text().into_owned();
        let all = self.hierarchy.defs.iter().zip(&reach.parent);
        let natives = all
            .filter(|(defined, _)| defined.is_native)
            .map(|(defined, parent)| (defined, *parent != Parent::None));
        let (reached, others): (Vec<_>, Vec<_>) = natives.partition(|(_, is_reached)| *is_reached);
        let count = reached.len() + others.len();
        let told = reached.into_iter().chain(others).take(most);
        let told = told.map(|(defined, is_reached)| NativeMethod {
            class: text(self.names.type_name(defined.class)),
            method: text(self.names.word(defined.selector)),
            is_reached,
        });
        (told.collect(), count)
    }
}

impl NativeMethod {
    /// Whether its code is found by its name in a library that exports these functions, which are
    /// sorted: the Java Native Interface Specification, *Resolving Native Method Names*. The longer
    /// names, which tell methods of one name apart, are taken for each of these.
    #[must_use]
    pub fn is_bound_by(&self, functions: &[String]) -> bool {
        let mut name = self.function();
        if functions.binary_search(&name).is_ok() {
            return true;
        }
        name.push_str("__");
        let at = functions.partition_point(|one| *one < name);
        functions.get(at).is_some_and(|one| one.starts_with(&name))
    }

    /// `Java_`, the class, `_`, the method, each escaped.
    fn function(&self) -> String {
        let class = self.class.strip_prefix('L').and_then(|name| name.strip_suffix(';'));
        let mut name = "Java_".to_owned();
        for letter in class.unwrap_or(&self.class).chars() {
            escape(letter, &mut name);
        }
        name.push('_');
        for letter in self.method.chars() {
            escape(letter, &mut name);
        }
        name
    }
}

fn escape(letter: char, name: &mut String) {
    match letter {
        '/' => name.push('_'),
        '_' => name.push_str("_1"),
        ';' => name.push_str("_2"),
        '[' => name.push_str("_3"),
        _ if letter.is_ascii_alphanumeric() => name.push(letter),
        _ => {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                name.push_str(&format!("_0{unit:04x}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::NativeMethod;

    /// The example of the specification (`p.q.r.A.f`), and its table of escapes.
    #[test]
    fn names_are_those_of_the_specification() {
        for (class, method, function, is_it) in [
            ("Lp/q/r/A;", "f", "Java_p_q_r_A_f__ILjava_lang_String_2", true),
            ("Lp/q/r/A;", "f", "Java_p_q_r_A_f", true),
            ("Lp/q/r/A;", "f", "Java_p_q_r_A_g", false),
            ("Lp/q/r/A;", "f", "Java_p_q_r_A_ff", false),
            ("Lp/q/r/A;", "f", "Java_p_q_r_A_f_1", false),
            ("Lp/a_b;", "c_d", "Java_p_a_1b_c_1d", true),
            ("Lp/A$B;", "é", "Java_p_A_00024B__000e9", true),
            ("Lp/A$B;", "é", "Java_p_A$B_é", false),
        ] {
            let native =
                NativeMethod { class: class.into(), method: method.into(), is_reached: false };
            let functions = ["JNI_OnLoad".to_owned(), function.to_owned()];
            assert_eq!(native.is_bound_by(&functions), is_it, "{class} {method} {function}");
        }
    }
}
