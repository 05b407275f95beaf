//! What the run judges by: the built-in advisory, rules and brands, and the user's advisories.

use crate::advisory;
use crate::args::CheckArgs;
use crate::failure::Failure;
use crate::indicators::{Files, ListFile, genuine};
use detect::{Brands, RuleSet};
use intel::{Builder, Intel};
use jiff::Timestamp;
use lists::{Given, Import, Suppressions, bundle};
use model::KnowledgeStatus;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The advisory that is compiled in, and what was kept beside it.
const ADVISORY: &[u8] = include_bytes!("../../../advisories/tamarisk.json");
const ASIDE: &[u8] = include_bytes!("../../../advisories/tamarisk.aside.json");

/// All that the run judges by.
pub(crate) struct Loaded {
    pub(crate) intel: Intel,
    pub(crate) rules: RuleSet,
    pub(crate) brands: Brands,
}

/// Loads it. An advisory of the user's that cannot be opened or is of no known format ends the
/// run.
pub(crate) fn load(args: &CheckArgs, now: Timestamp) -> Result<Loaded, Failure> {
    let mut builder = Builder::new();
    if !args.no_builtin {
        builder
            .add_bundle("Tamarisk built-in advisory", KnowledgeStatus::BuiltInUnsigned, ADVISORY)
            .and_then(|()| builder.add_aside(ASIDE))
            .map_err(|error| Failure::advisory(format!("built-in advisory: {error}")))?;
    }
    let others = advisory::add_signed(&mut builder, args, now)?;
    add(&mut builder, &others, now)?;
    let brands = brands(&args.brands)?;
    Ok(Loaded { intel: builder.build(), rules: RuleSet::builtin(), brands })
}

/// Bytes of a file about a genuine app; one with ten versions of its code has some 400 kB.
const BRAND_BYTES: u64 = 16 << 20;

/// The genuine apps that are built in, and those that these paths tell of.
fn brands(paths: &[PathBuf]) -> Result<Brands, Failure> {
    let mut brands = Brands::builtin();
    if paths.is_empty() {
        return Ok(brands);
    }
    let failed = |path: &Path, error: &dyn std::fmt::Display| {
        Failure::new("brands", format!("{}: {error}", path.display()))
    };
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = std::fs::read_dir(path).map_err(|error| failed(path, &error))?;
        for entry in entries {
            let file = entry.map_err(|error| failed(path, &error))?.path();
            if file.extension().is_some_and(|kind| kind == "yaml") {
                files.push(file);
            }
        }
    }
    files.sort();
    if files.is_empty() {
        let given: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let message = format!("no .yaml file in {}", given.join(", "));
        return Err(Failure::new("brands", message));
    }
    let mut texts = Vec::new();
    for path in &files {
        let mut text = String::new();
        File::open(path)
            .and_then(|file| file.take(BRAND_BYTES).read_to_string(&mut text))
            .map_err(|error| failed(path, &error))?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        texts.push((name, text));
    }
    let texts: Vec<(&str, &str)> =
        texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    brands.add(&texts);
    Ok(brands)
}

/// Adds what these paths name: prepared indexes as they lie, STIX as it is, all else as lists.
pub(crate) fn add(builder: &mut Builder, paths: &[PathBuf], now: Timestamp) -> Result<(), Failure> {
    let mut given = Vec::new();
    for path in paths {
        match prepared(path)? {
            Some(file) => {
                let failed = |error| Failure::advisory(format!("{}: {error}", path.display()));
                builder.add_prepared(file, true).map_err(failed)?;
            }
            None => given.push(Advisory::open(path)?),
        }
    }
    let suppressions = suppressions(&given)?;
    given.into_iter().try_for_each(|advisory| advisory.add(builder, &suppressions, now))
}

/// The file, where it is a prepared index.
fn prepared(path: &Path) -> Result<Option<File>, Failure> {
    if path.is_dir() {
        return Ok(None);
    }
    let failed = |error| Failure::advisory(format!("{}: {error}", path.display()));
    let mut file = File::open(path).map_err(failed)?;
    let mut head = Vec::new();
    Read::by_ref(&mut file)
        .take(intel::MAGIC.len() as u64)
        .read_to_end(&mut head)
        .map_err(failed)?;
    Ok((head == intel::MAGIC).then_some(file))
}

/// What one `--advisory` named: a file, or the files of a folder.
struct Advisory {
    name: String,
    files: Files,
    formats: Vec<Option<&'static str>>,
}

impl Advisory {
    fn open(path: &Path) -> Result<Self, Failure> {
        let failed = |failure: Failure| Failure::advisory(failure.message);
        let files = Files::below(&[path.to_path_buf()]).map_err(failed)?;
        let formats = files.files.iter().map(format_of).collect::<Result<Vec<_>, _>>()?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Ok(Self { name, files, formats })
    }

    /// Adds STIX as it is, and all other lists as one bundle made of them.
    fn add(
        mut self,
        builder: &mut Builder,
        suppressions: &Suppressions,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let mut import = Import::with_genuine(genuine());
        let files = std::mem::take(&mut self.files.files);
        let mut lists = 0_usize;
        for (file, format) in files.into_iter().zip(&self.formats) {
            let failed = |error: &dyn std::fmt::Display| {
                Failure::advisory(format!("{}: {error}", file.path.display()))
            };
            let opened = File::open(&file.path).map_err(|error| failed(&error))?;
            // Warning lists were given to be applied, also to what STIX says.
            if *format == Some("stix2") && suppressions.names().is_empty() {
                let added = builder.add_bundle(&file.name, KnowledgeStatus::Unsigned, opened);
                added.map_err(|error| failed(&error))?;
                continue;
            }
            match import.read(&file.name, opened, &Given::default()) {
                Ok(()) => lists += usize::from(*format != Some("misp-warninglist")),
                Err(error) if file.named => return Err(failed(&error)),
                Err(error) => self.files.not_read(file, &error),
            }
        }
        if lists > 0 {
            import.suppress_by(suppressions);
            let mut made = tempfile::spooled_tempfile(64 << 20);
            let written = bundle::write(&import, now, &mut made)
                .and_then(|_| made.flush())
                .and_then(|()| made.seek(SeekFrom::Start(0)));
            written.map_err(|error| Failure::advisory(format!("{}: {error}", self.name)))?;
            builder
                .add_bundle(&self.name, KnowledgeStatus::Unsigned, made)
                .map_err(|error| Failure::advisory(format!("{}: {error}", self.name)))?;
        }
        self.told(&import, builder);
        Ok(())
    }

    /// What of the lists is not in use makes the report incomplete.
    fn told(&self, import: &Import, builder: &mut Builder) {
        let told = import.skipped().len() as u64;
        for one in import.skipped() {
            builder.not_understood(&one.file, format!("{}: {}", one.place, one.reason), 1);
        }
        if let Some(more @ 1..) = import.skipped_total().checked_sub(told) {
            let reason = format!("{more} more values are not understood");
            builder.not_understood(&self.name, reason, more);
        }
        for list in import.lists() {
            let rules =
                list.remarks.iter().filter(|remark| remark.contains("needs --yara")).count();
            if rules > 0 {
                let reason = format!("{rules} YARA rules are not run; give them with --yara");
                builder.not_understood(&list.file, reason, rules as u64);
            }
        }
        for (file, reason) in &self.files.unread {
            builder.not_understood(file, reason.clone(), 1);
        }
    }
}

/// The format of a file by its beginning; `None` where none recognises it.
fn format_of(file: &ListFile) -> Result<Option<&'static str>, Failure> {
    let mut head = Vec::new();
    File::open(&file.path)
        .and_then(|opened| opened.take(64 << 10).read_to_end(&mut head))
        .map_err(|error| Failure::advisory(format!("{}: {error}", file.path.display())))?;
    Ok(lists::recognise(&file.name, &head))
}

/// The warning lists among all advisories: each is applied to all of them.
fn suppressions(given: &[Advisory]) -> Result<Suppressions, Failure> {
    let mut warnings = Import::default();
    for advisory in given {
        for (file, format) in advisory.files.files.iter().zip(&advisory.formats) {
            if *format == Some("misp-warninglist") {
                let failed = |error: &dyn std::fmt::Display| {
                    Failure::advisory(format!("{}: {error}", file.path.display()))
                };
                let opened = File::open(&file.path).map_err(|error| failed(&error))?;
                let read = warnings.read(&file.name, opened, &Given::default());
                read.map_err(|error| failed(&error))?;
            }
        }
    }
    Ok(warnings.suppressions().clone())
}
