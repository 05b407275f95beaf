//! Where bytes go that are too many for memory: temporary files without names, or one file that
//! was handed over, in which several such texts lie behind each other.

use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

/// Where bytes go that are too many for memory. By default each text gets a temporary file of its
/// own; a process that may open none is given one for all.
#[derive(Clone, Debug, Default)]
pub struct Scratch(Option<Arc<Shared>>);

/// It is a place, and no limit: limits that differ in nothing else are equal.
impl PartialEq for Scratch {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Scratch {}

/// A file that several texts share.
#[derive(Debug)]
struct Shared {
    file: Arc<File>,
    taken: Mutex<Taken>,
}

/// How far the file is written, and how many texts lie in it.
#[derive(Debug, Default)]
struct Taken {
    end: u64,
    parts: usize,
}

impl Scratch {
    /// All go into this file, opened for reading and writing.
    #[must_use]
    pub fn within(file: File) -> Self {
        Self(Some(Arc::new(Shared { file: Arc::new(file), taken: Mutex::default() })))
    }

    /// A place for one more text.
    pub(crate) fn part(&self) -> io::Result<Part> {
        let file = match &self.0 {
            None => Arc::new(tempfile::tempfile()?),
            Some(shared) => {
                shared.taken.lock().unwrap_or_else(PoisonError::into_inner).parts += 1;
                Arc::clone(&shared.file)
            }
        };
        Ok(Part { file, shared: self.0.clone(), len: 0, runs: Vec::new() })
    }
}

/// One text: written once from start to end, then read at any place.
pub(crate) struct Part {
    file: Arc<File>,
    shared: Option<Arc<Shared>>,
    len: u64,
    /// Where its bytes lie in the file, in order: offset in the text, offset in the file, length.
    runs: Vec<(u64, u64, u64)>,
}

impl Part {
    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let count = bytes.len() as u64;
        let at = match &self.shared {
            None => self.len,
            Some(shared) => {
                let mut taken = shared.taken.lock().unwrap_or_else(PoisonError::into_inner);
                let at = taken.end;
                taken.end += count;
                at
            }
        };
        crate::os::write_all_at(&self.file, at, bytes)?;
        match self.runs.last_mut() {
            Some((_, start, len)) if *start + *len == at => *len += count,
            _ => self.runs.push((self.len, at, count)),
        }
        self.len += count;
        Ok(())
    }

    /// Reads at `offset`, at least one byte unless that is at or behind the end.
    pub(crate) fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let run = self.runs.partition_point(|(first, ..)| *first <= offset).checked_sub(1);
        let Some((first, start, len)) = run.and_then(|run| self.runs.get(run)) else {
            return Ok(0);
        };
        let within = offset - first;
        let left = len.saturating_sub(within);
        let want = usize::try_from(left).unwrap_or(usize::MAX).min(into.len());
        match into.get_mut(..want) {
            Some(into) if want > 0 => crate::os::read_at(&self.file, start + within, into),
            _ => Ok(0),
        }
    }
}

impl Drop for Part {
    /// The room is given back when no text needs it any more.
    fn drop(&mut self) {
        let Some(shared) = &self.shared else { return };
        let mut taken = shared.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.parts = taken.parts.saturating_sub(1);
        if taken.parts == 0 {
            taken.end = 0;
            // Where it fails, the room is only given back later.
            let _ = shared.file.set_len(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_in_one_file_do_not_mix_and_leave_nothing() {
        let file = tempfile::tempfile().unwrap();
        let scratch = Scratch::within(file.try_clone().unwrap());
        let (mut one, mut two) = (scratch.part().unwrap(), scratch.part().unwrap());
        for (a, b) in [("ab", "12"), ("cd", "345")] {
            one.append(a.as_bytes()).unwrap();
            two.append(b.as_bytes()).unwrap();
        }
        two.append(b"6").unwrap();
        assert_eq!(whole(&one), "abcd");
        assert_eq!(whole(&two), "123456");
        drop(one);
        assert_eq!(file.metadata().unwrap().len(), 10);
        drop(two);
        assert_eq!(file.metadata().unwrap().len(), 0);
        let mut again = scratch.part().unwrap();
        again.append(b"x").unwrap();
        assert_eq!(whole(&again), "x");
    }

    fn whole(part: &Part) -> String {
        let mut text = Vec::new();
        let mut buffer = [0; 3];
        loop {
            match part.read_at(text.len() as u64, &mut buffer).unwrap() {
                0 => return String::from_utf8(text).unwrap(),
                count => text.extend_from_slice(&buffer[..count]),
            }
        }
    }
}
