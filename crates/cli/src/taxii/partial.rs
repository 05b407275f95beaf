//! A bundle that is being fetched: its objects so far and how far the fetch has come, beside the
//! file that it will be. Whatever happens, what lies there fits together or is fetched again.

use super::PullArgs;
use crate::failure::Failure;
use ::taxii::{Place, Progress, Query, Sink};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const SCHEMA: &str = "tamarisk.taxii.pull/1";

/// What is written down after each page.
#[derive(Serialize, Deserialize)]
struct State {
    schema: String,
    /// What is fetched: another fetch must not be taken up by mistake.
    what: What,
    /// Bytes of the objects' file that belong to it; what is behind them was cut off.
    bytes: u64,
    progress: Progress,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct What {
    root: String,
    collection: String,
    added_after: Option<String>,
    limit: Option<u32>,
    matches: Vec<(String, String)>,
}

pub(super) struct Partial {
    output: PathBuf,
    objects_at: PathBuf,
    state_at: PathBuf,
    objects: File,
    state: State,
}

impl Partial {
    /// Takes up what was interrupted, or begins.
    pub(super) fn open(args: &PullArgs, place: &Place, query: &Query) -> Result<Self, Failure> {
        let output = args.output.clone();
        let (objects_at, state_at) = (beside(&output, "objects"), beside(&output, "state"));
        let failed =
            |error: io::Error| Failure::new("output", format!("{}: {error}", objects_at.display()));
        let what = What {
            root: place.root.url.to_string(),
            collection: place.collection.id.clone(),
            added_after: query.added_after.clone(),
            limit: query.limit,
            matches: query.matches.clone(),
        };
        let known: Option<State> = match fs::read(&state_at) {
            Ok(bytes) if !args.restart => serde_json::from_slice(&bytes).ok(),
            _ => None,
        };
        let known = known.filter(|state| state.schema == SCHEMA);
        if known.as_ref().is_some_and(|state| state.what != what) {
            return Err(Failure::new(
                "other_pull",
                format!(
                    "{} tells of an interrupted fetch of something else; run that again to finish it, or forget it with --restart",
                    state_at.display()
                ),
            ));
        }
        let mut options = OpenOptions::new();
        let mut objects = options
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .open(&objects_at)
            .map_err(failed)?;
        let length = objects.metadata().map_err(failed)?.len();
        let begin =
            || State { schema: SCHEMA.to_owned(), what, bytes: 0, progress: Progress::default() };
        // Objects that are missing cannot be made up for: begin anew.
        let state = known.filter(|state| state.bytes <= length).unwrap_or_else(begin);
        objects.set_len(state.bytes).map_err(failed)?;
        objects.seek(SeekFrom::End(0)).map_err(failed)?;
        Ok(Self { output, objects_at, state_at, objects, state })
    }

    pub(super) fn progress(&self) -> &Progress {
        &self.state.progress
    }

    /// Makes the bundle of it; it appears when it is whole.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        let failed = |error: io::Error| {
            Failure::new(
                "output",
                format!("{} could not be written: {error}", self.output.display()),
            )
        };
        let whole = beside(&self.output, "whole");
        let written = File::create(&whole).and_then(|file| {
            let mut out = BufWriter::with_capacity(1 << 16, file);
            writeln!(
                out,
                "{{\"type\":\"bundle\",\"id\":\"bundle--{}\",\"objects\":[",
                uuid::Uuid::new_v4()
            )?;
            self.objects.seek(SeekFrom::Start(0))?;
            io::copy(&mut BufReader::with_capacity(1 << 16, &self.objects), &mut out)?;
            out.write_all(b"\n]}\n")?;
            out.flush()?;
            out.get_ref().sync_all()?;
            fs::rename(&whole, &self.output)
        });
        written.map_err(failed)?;
        for used in [&self.state_at, &self.objects_at] {
            let _ = fs::remove_file(used); // The bundle is whole; what is left over does no harm.
        }
        Ok(())
    }
}

impl Sink for Partial {
    fn page(&mut self, objects: &[Box<RawValue>], so_far: &Progress) -> io::Result<()> {
        let mut text = Vec::new();
        for object in objects {
            if self.state.bytes > 0 || !text.is_empty() {
                text.extend_from_slice(b",\n");
            }
            // Somebody else's JSON: the same meaning, with nothing in it that acts on a terminal.
            text.extend_from_slice(record::json::text(object.get()).as_bytes());
        }
        self.objects.write_all(&text)?;
        self.objects.sync_data()?;
        self.state.bytes += text.len() as u64;
        self.state.progress = so_far.clone();
        let next = beside(&self.output, "state.new");
        let mut file = File::create(&next)?;
        record::json::write_line(&mut file, &self.state)?;
        file.sync_all()?;
        fs::rename(&next, &self.state_at)
    }
}

fn beside(output: &Path, kind: &str) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(output.file_name().unwrap_or_default());
    name.push(".pull.");
    name.push(kind);
    output.with_file_name(name)
}
