//! One import: every list that was given, in one model.

use crate::broad::{Genuine, too_broad};
use crate::formats::{FORMATS, Format, Found};
use crate::{Head, Limits, Publication, Record, Suppressions, decode};
use std::io::{self, Read};
use std::sync::Arc;

/// Bytes by which a file is recognised.
const HEAD: u64 = 64 << 10;

/// What of a list was not understood that is told one by one; the rest is counted.
const MAX_TOLD: usize = 1000;

/// What the caller knows of a list that does not say it itself.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Who published it.
    pub publication: Option<Publication>,
    /// The day of publication, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// The family that its values belong to.
    pub family: Option<String>,
}

/// Why a file gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It could not be read.
    #[error("reading failed: {0}")]
    Io(#[from] io::Error),
    /// It is of no format that is known.
    #[error("it is no list that this version knows (see `tamarisk indicators formats`)")]
    Unknown,
    /// It is too large to be read whole.
    #[error("more than {0} bytes; only STIX bundles may be larger")]
    TooLarge(u64),
    /// It is broken in a way that leaves nothing.
    #[error("{format}: {reason}")]
    Broken {
        /// The format it was recognised as.
        format: &'static str,
        /// What is wrong, and where.
        reason: String,
    },
}

/// Something in a list that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The file.
    pub file: Arc<str>,
    /// Where in it, as far as known: a line, a record.
    pub place: String,
    /// Why.
    pub reason: String,
}

/// What one file came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadList {
    /// The file, as it was given.
    pub file: Arc<str>,
    /// Id of the format it was recognised as.
    pub format: &'static str,
    /// Values read, those for context included.
    pub values: u64,
    /// STIX objects taken over as they are.
    pub objects: u64,
    /// Entries of warning lists.
    pub suppressions: u64,
    /// What was not understood.
    pub skipped: u64,
    /// What else is to be said of the file (its encoding, a rule set that needs another tool).
    pub remarks: Vec<String>,
}

/// A STIX object that is taken over as it is.
#[derive(Clone, Debug)]
pub struct StixObject {
    /// The file it stands in.
    pub file: Arc<str>,
    /// Its JSON text.
    pub json: String,
    /// Why it must not alert, where it is an indicator that would match half the world.
    pub mark: Option<String>,
}

/// All lists that were read.
#[derive(Default)]
pub struct Import {
    pub(crate) records: Vec<Record>,
    pub(crate) objects: Vec<StixObject>,
    /// Bytes of their texts.
    object_bytes: usize,
    limits: Limits,
    suppressions: Suppressions,
    skipped: Vec<Skipped>,
    skipped_total: u64,
    lists: Vec<ReadList>,
    genuine: Genuine,
}

impl Import {
    /// An import that also refuses what belongs to genuine apps.
    #[must_use]
    pub fn with_genuine(genuine: Genuine) -> Self {
        Self { genuine, ..Self::default() }
    }

    /// An import with other bounds than [`Limits::default`].
    #[must_use]
    pub fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// What may still be taken.
    fn room(&self) -> Limits {
        Limits {
            values: self.limits.values.saturating_sub(self.records.len()),
            object_bytes: self.limits.object_bytes.saturating_sub(self.object_bytes),
            ..self.limits
        }
    }

    /// Reads one file. `name` is how it was given; it is kept as the origin of every value.
    ///
    /// # Errors
    /// When the file gives nothing at all. What of it was read before stays out.
    pub fn read(
        &mut self,
        name: &str,
        mut reader: impl Read,
        given: &Given,
    ) -> Result<(), ReadError> {
        let mut head = Vec::new();
        reader.by_ref().take(HEAD).read_to_end(&mut head)?;
        let format = format_of(name, &head).ok_or(ReadError::Unknown)?;
        let mut found = Found::new(name, given, self.room());
        let all = head.chain(reader);
        let read = if format.streams() {
            format.stream(Box::new(all), &mut found)
        } else {
            let mut bytes = Vec::new();
            let most = self.limits.list_bytes;
            all.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
            if bytes.len() as u64 > most {
                return Err(ReadError::TooLarge(most));
            }
            let (text, encoding) = decode::text(&bytes);
            drop(bytes);
            found.remarks.extend(encoding.map(|name| format!("its text is {name}")));
            format.read(&text, &mut found)
        };
        read.map_err(|reason| ReadError::Broken { format: format.id(), reason })?;
        self.take(name, format.id(), found);
        Ok(())
    }

    fn take(&mut self, name: &str, format: &'static str, found: Found<'_>) {
        let file: Arc<str> = name.into();
        let before = self.suppressions.entries();
        let mut unusable = found.skipped_total;
        for list in found.warning_lists {
            self.suppressions.begin(&list.name);
            for (compare, entry) in list.entries {
                unusable += u64::from(!self.suppressions.add(compare, &entry));
            }
        }
        self.lists.push(ReadList {
            file,
            format,
            values: found.records.len() as u64,
            objects: found.objects.len() as u64,
            suppressions: self.suppressions.entries() - before,
            skipped: unusable,
            remarks: found.remarks,
        });
        self.skipped_total += unusable;
        let room = MAX_TOLD.saturating_sub(self.skipped.len());
        self.skipped.extend(found.skipped.into_iter().take(room));
        self.object_bytes += found.objects.iter().map(|one| one.json.len()).sum::<usize>();
        self.objects.extend(found.objects);
        let start = self.records.len();
        self.records.extend(found.records);
        for record in self.records.iter_mut().skip(start) {
            if record.context.is_none() {
                let why = too_broad(&record.value).or_else(|| self.genuine.why(&record.value));
                record.context = why.map(str::to_owned);
            }
        }
    }

    /// Holds every value against the warning lists that were read; call it once all lists are.
    /// Gives how many values are for context now that were not before.
    pub fn suppress(&mut self) -> u64 {
        let own = std::mem::take(&mut self.suppressions);
        let count = self.suppress_by(&own);
        self.suppressions = own;
        count
    }

    /// As [`Import::suppress`], by warning lists that were read elsewhere.
    pub fn suppress_by(&mut self, warnings: &Suppressions) -> u64 {
        if warnings.names().is_empty() {
            return 0;
        }
        let mut count = 0;
        for record in self.records.iter_mut().filter(|record| record.context.is_none()) {
            if let Some(list) = warnings.name(&record.value) {
                record.context = Some(format!("it stands on the warning list {list}"));
                count += 1;
            }
        }
        for object in self.objects.iter_mut().filter(|object| object.mark.is_none()) {
            let values = values_of(&object.json).into_iter();
            object.mark =
                values.filter_map(|value| warnings.name(&value).map(str::to_owned)).next();
            if let Some(list) = &mut object.mark {
                list.insert_str(0, "it stands on the warning list ");
                count += 1;
            }
        }
        count
    }

    /// Marks STIX indicators that would match half the world; gives how many.
    pub fn mark_objects(&mut self) -> u64 {
        let mut count = 0;
        let Self { objects, genuine, .. } = self;
        for object in objects.iter_mut().filter(|object| object.mark.is_none()) {
            let values = values_of(&object.json).into_iter();
            let broad = |value: crate::Value| too_broad(&value).or_else(|| genuine.why(&value));
            object.mark = values.filter_map(broad).next().map(str::to_owned);
            count += u64::from(object.mark.is_some());
        }
        count
    }

    /// The values read, which are no longer here then, and for how many more there is room.
    pub(crate) fn take_records(&mut self) -> (Vec<Record>, usize) {
        let room = self.limits.values.saturating_sub(self.records.len());
        (std::mem::take(&mut self.records), room)
    }

    /// The STIX objects taken over, which are no longer here then.
    pub(crate) fn take_objects(&mut self) -> Vec<StixObject> {
        self.object_bytes = 0;
        std::mem::take(&mut self.objects)
    }

    /// The values read, in the order of the files.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The STIX objects taken over, in the order of the files.
    #[must_use]
    pub fn objects(&self) -> &[StixObject] {
        &self.objects
    }

    /// The warning lists read.
    #[must_use]
    pub fn suppressions(&self) -> &Suppressions {
        &self.suppressions
    }

    /// What was not understood, at most 1,000.
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// How much was not understood.
    #[must_use]
    pub fn skipped_total(&self) -> u64 {
        self.skipped_total
    }

    /// The files read.
    #[must_use]
    pub fn lists(&self) -> &[ReadList] {
        &self.lists
    }
}

/// The id of the format that a file is of, by its name and its first 64 KiB.
#[must_use]
pub fn recognise(name: &str, head: &[u8]) -> Option<&'static str> {
    format_of(name, head).map(|format| format.id())
}

fn format_of(name: &str, head: &[u8]) -> Option<&'static dyn Format> {
    let (beginning, _) = decode::text(head);
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let seen = Head { name, text: beginning.trim_start_matches('\u{feff}') };
    FORMATS.iter().copied().find(|format| format.recognises(&seen))
}

/// The values that the pattern of an indicator names, as far as they are equalities.
fn values_of(json: &str) -> Vec<crate::Value> {
    let mut values = Vec::new();
    if !json.contains("\"indicator\"") {
        return values;
    }
    let bounds = stix::Bounds { item_bytes: json.len().max(1), depth: 64 };
    // An object that is no STIX names nothing; whoever loads it says so.
    let _ = stix::read(json.as_bytes(), bounds, &mut |object| {
        if let Ok(stix::Object::Indicator(one)) = object
            && let Ok(equalities) = stix::pattern::equalities(&one.pattern)
        {
            values.extend(equalities.iter().filter_map(|one| crate::of_equality(one).ok()));
        }
    });
    values
}
