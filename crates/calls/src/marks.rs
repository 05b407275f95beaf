//! What is looked for in the code: each mark is a number of the caller's, at methods, fields,
//! texts and types.

use crate::names::Map;

/// Marked methods by their names.
pub(crate) type ByName<'m> = Map<&'m [u8], Vec<(&'m str, u16)>>;

/// What is looked for. Classes are descriptors (`Landroid/media/MediaRecorder;`).
#[derive(Clone, Debug, Default)]
pub struct Marks {
    methods: Map<String, Map<String, Vec<u16>>>,
    fields: Map<String, Map<String, Vec<u16>>>,
    texts: Map<String, Vec<u16>>,
    prefixes: Vec<(String, u16)>,
    above: Map<String, Vec<String>>,
    /// Marks that count on some ways only: the class below which these begin.
    from: Map<u16, String>,
    count: u16,
}

impl Marks {
    /// A call of this method, whatever its prototype, of the class or one below it.
    pub fn method(&mut self, class: &str, name: &str, mark: u16) {
        self.note(mark);
        let names = self.methods.entry(class.into()).or_default();
        names.entry(name.into()).or_default().push(mark);
    }

    /// A read or write of this field.
    pub fn field(&mut self, class: &str, name: &str, mark: u16) {
        self.note(mark);
        let names = self.fields.entry(class.into()).or_default();
        names.entry(name.into()).or_default().push(mark);
    }

    /// A text that equals this one.
    pub fn text(&mut self, text: &str, mark: u16) {
        self.note(mark);
        self.texts.entry(text.into()).or_default().push(mark);
    }

    /// A text that begins with this one.
    pub fn prefix(&mut self, text: &str, mark: u16) {
        self.note(mark);
        self.prefixes.push((text.into(), mark));
    }

    /// A class of the system that lies below another one of the system: a mark at a method of
    /// the one above is a mark at that of the one below.
    pub fn below(&mut self, class: &str, above: &str) {
        self.above.entry(class.into()).or_default().push(above.into());
    }

    /// This mark counts only where the shortest way to the method that has it begins at a class below
    /// this one.
    pub fn only_from(&mut self, class: &str, mark: u16) {
        self.from.insert(mark, class.into());
    }

    pub(crate) fn from(&self) -> impl Iterator<Item = (u16, &str)> {
        self.from.iter().map(|(mark, class)| (*mark, class.as_str()))
    }

    fn note(&mut self, mark: u16) {
        self.count = self.count.max(mark.saturating_add(1));
    }

    /// One more than the highest mark.
    #[must_use]
    pub fn count(&self) -> u16 {
        self.count
    }

    pub(crate) fn of_method(&self, class: &[u8], name: &[u8]) -> Vec<u16> {
        let (Ok(class), Ok(name)) = (std::str::from_utf8(class), std::str::from_utf8(name)) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        // The system's classes lie a few deep; the bound holds against a list that goes in circles.
        let mut classes = vec![class];
        let mut next = 0;
        while let Some(class) = classes.get(next).copied().filter(|_| next < 32) {
            next += 1;
            found.extend(
                self.methods.get(class).and_then(|names| names.get(name)).into_iter().flatten(),
            );
            classes.extend(self.above.get(class).into_iter().flatten().map(String::as_str));
        }
        found
    }

    /// The marked methods by their names: descriptor of the class, mark.
    pub(crate) fn by_name(&self) -> ByName<'_> {
        let mut by_name = ByName::default();
        for (class, names) in &self.methods {
            for (name, marks) in names {
                let of_name = by_name.entry(name.as_bytes()).or_default();
                of_name.extend(marks.iter().map(|mark| (class.as_str(), *mark)));
            }
        }
        by_name.values_mut().for_each(|list| list.sort_unstable());
        by_name
    }

    pub(crate) fn of_field(&self, class: &[u8], name: &[u8]) -> &[u16] {
        let text = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
        let names = self.fields.get(text(class));
        names.and_then(|names| names.get(text(name))).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn of_text(&self, bytes: &[u8]) -> Vec<u16> {
        let Ok(text) = std::str::from_utf8(bytes) else { return Vec::new() };
        let whole = self.texts.get(text).into_iter().flatten().copied();
        let starts = self.prefixes.iter().filter(|(start, _)| text.starts_with(start.as_str()));
        whole.chain(starts.map(|(_, mark)| *mark)).collect()
    }
}
