//! `tamarisk brand add`: what a genuine app is made of, from one that the user holds.

use super::AddArgs;
use super::note::Note;
use crate::confine;
use crate::failure::Failure;
use crate::stage::Target;
use apk::signature::Verdict;
use apk::{Apk, CodeFile, SdkRange};
use detect::{Brand, Brands, GenuineFile};
use fingerprint::{Libraries, Own, Profile, tlsh};
use parsers::code::Code;
use record::harmless::line;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Own bodies below which a share says too little to be told.
const LEAST: u64 = 20;

/// Reads the app, holds its signature against what is known, and writes the note.
pub(crate) fn run(args: &AddArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let builtin = Brands::builtin();
    let there = args.output.as_deref().map(Existing::read).transpose()?.flatten();
    let target = args.output.as_deref().map_or(Ok(Target::Standard), Target::of)?;
    // No other file is opened from here on, whatever the app brings about.
    let _confined = confine::reading(&[&args.file], target.stage())?;
    let note = note(args, &builtin, there.as_ref())?;
    if let Some(known) = builtin.named(&note.package) {
        signed_by_maker(&note, known)?;
    }
    let whole = || {
        let head = note.head(&sources(args, &note), args.imitated);
        let text = format!("{head}code:\n{}", note.entry());
        checked(&text, &note, 1).map(|()| text)
    };
    let Some(output) = &args.output else {
        out.write_all(whole()?.as_bytes()).map_err(Failure::output)?;
        return Ok(0);
    };
    let text = match &there {
        None => whole()?,
        Some(existing) => {
            signed_by_maker(&note, &existing.brand)?;
            if existing.brand.code.iter().any(|one| one.apk == note.sha256) {
                let told = writeln!(out, "{} tells of this APK already", output.display());
                return told.map(|()| 0).map_err(Failure::output);
            }
            let key = if existing.brand.code.is_empty() { "code:\n" } else { "" };
            let text = format!("{}\n{key}{}", existing.text.trim_end(), note.entry());
            checked(&text, &note, existing.brand.code.len() + 1)?;
            text
        }
    };
    target.save(out, |file| file.write_all(text.as_bytes()))?;
    told(&note, output, out).map_err(Failure::output)?;
    Ok(0)
}

fn note(args: &AddArgs, builtin: &Brands, there: Option<&Existing>) -> Result<Note, Failure> {
    let path = args.file.display();
    let unreadable =
        |error: &dyn std::fmt::Display| Failure::nothing_readable(format!("{path}: {error}"));
    let mut file = File::open(&args.file).map_err(|error| unreadable(&error))?;
    let (sha256, _) = custody::hash(&mut file).map_err(|error| unreadable(&error))?;
    let verdict =
        apk::verify(&mut file, SdkRange::default()).map_err(|error| unreadable(&error))?;
    let certificates = certificates(&verdict);
    if !verdict.verified || certificates.is_empty() {
        let why = verdict.errors.first().map_or("no signature is there".to_owned(), |issue| {
            format!("{}: {}", issue.name, line(&issue.message))
        });
        let message =
            format!("{path} is not taken for genuine: its signature does not hold ({why})");
        return Err(Failure::new("not_verified", message));
    }
    let (app, files) = Apk::read_with_code(file).map_err(|error| unreadable(&error))?;
    let package =
        app.package.clone().filter(|name| model::normal::package(name) == Some(name.as_str()));
    let package = package.ok_or_else(|| unreadable(&"its manifest names no package"))?;
    let namespaces = || {
        let known = builtin.named(&package).map(|brand| &brand.namespaces);
        known.filter(|names| !names.is_empty()).map(|names| Own::new(names))
    };
    let before = || {
        let first = there.and_then(|existing| existing.brand.code.first());
        first.map(|version| Own::new(&version.own))
    };
    let own = match args.own.as_slice() {
        [] => before().or_else(namespaces).unwrap_or_else(|| Own::of_package(&package)),
        own => Own::new(own),
    };
    let libraries = Libraries::built_in().map_err(|error| Failure::new("brands", error))?;
    let profile = Profile::of(&Code::read(&files).loaded(), &own, &libraries);
    Ok(Note {
        label: app.label().map(str::to_owned),
        version_name: app.version_name.clone(),
        version_code: app.version_code,
        sha256,
        certificates,
        profile,
        files: code_files(&app, &files),
        package,
    })
}

/// Signers, and those that the proof of rotation names: older versions bear them.
fn certificates(verdict: &Verdict) -> Vec<String> {
    let signers = verdict.signers.iter().map(|signer| &signer.certificate);
    let lineage = verdict.lineage.iter().map(|node| &node.certificate);
    let mut all: Vec<String> = signers.chain(lineage).map(|one| one.sha256.clone()).collect();
    all.sort();
    all.dedup();
    all
}

/// Every DEX, and every native library.
fn code_files(app: &Apk, files: &[CodeFile]) -> Vec<GenuineFile> {
    let hash_of = |member: &str| {
        app.members.iter().find(|one| one.name == member).and_then(|one| one.sha256.clone())
    };
    let dex = files.iter().map(|file| GenuineFile {
        member: file.member.clone(),
        sha256: hash_of(&file.member)
            .unwrap_or_else(|| const_hex::encode(Sha256::digest(&file.bytes))),
        tlsh: tlsh(&file.bytes),
    });
    let native = app.native.iter().filter_map(|library| {
        let sha256 = hash_of(&library.member)?;
        Some(GenuineFile { member: library.member.clone(), sha256, tlsh: None })
    });
    dex.chain(native).collect()
}

/// Refuses an app under a known name whose signer is not the one that is known.
fn signed_by_maker(note: &Note, known: &Brand) -> Result<(), Failure> {
    let other_package = known.package != note.package;
    let knows = known.certificates.is_empty()
        || note.certificates.iter().any(|one| known.certificates.contains(one));
    if other_package || !knows {
        let why = if other_package {
            format!("the file tells of {}, the app is {}", known.package, note.package)
        } else {
            format!(
                "its signer ({}) is none of those known of {} ({})",
                note.certificates.join(", "),
                known.title(),
                known.package
            )
        };
        return Err(Failure::new("not_genuine", format!("not taken for genuine: {why}")));
    }
    Ok(())
}

/// The file as it would be read again.
fn checked(text: &str, note: &Note, versions: usize) -> Result<(), Failure> {
    let read = Brands::parse(&[("the note", text)]);
    let noted = read.named(&note.package).map_or(0, |brand| brand.code.len());
    if let (Some(error), _) | (None, Some(error)) =
        (read.errors().first().map(ToString::to_string), wrong_count(noted, versions))
    {
        return Err(Failure::new("brands", format!("the file would not be understood: {error}")));
    }
    Ok(())
}

fn wrong_count(noted: usize, versions: usize) -> Option<String> {
    (noted != versions).then(|| "`code` must be the last key of the file".to_owned())
}

fn sources(args: &AddArgs, note: &Note) -> Vec<String> {
    match args.source.as_slice() {
        [] => vec![format!("an APK with SHA-256 {}, held by whoever wrote this file", note.sha256)],
        sources => sources.to_vec(),
    }
}

/// A file that is there already.
struct Existing {
    text: String,
    brand: Brand,
}

impl Existing {
    fn read(path: &Path) -> Result<Option<Self>, Failure> {
        let failed = |error: &dyn std::fmt::Display| {
            Failure::new("brands", format!("{}: {error}", path.display()))
        };
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(&error)),
        };
        let name = path.display().to_string();
        let read = Brands::parse(&[(&name, &text)]);
        if let Some(error) = read.errors().first() {
            return Err(failed(error));
        }
        let brand = read.brands().first().cloned();
        let brand = brand.ok_or_else(|| failed(&"it tells of no app"))?;
        Ok(Some(Self { text, brand }))
    }
}

fn told(note: &Note, output: &Path, out: &mut impl Write) -> io::Result<()> {
    let profile = &note.profile;
    let version = note.version_name.as_deref().unwrap_or("not stated");
    let native = note.files.iter().filter(|file| file.member.starts_with("lib/")).count();
    writeln!(out, "Noted in {}", output.display())?;
    writeln!(out, "  app      {}, version {}", line(&note.package), line(version))?;
    for certificate in &note.certificates {
        writeln!(out, "  signer   {certificate}")?;
    }
    let own: Vec<String> = profile.own.iter().map(|name| line(name).to_string()).collect();
    writeln!(
        out,
        "  own      {} of {} classes (below {}), {} method bodies",
        profile.classes,
        profile.all_classes,
        own.join(", "),
        profile.bodies
    )?;
    writeln!(out, "  carries  {} DEX files, {native} native libraries", note.files.len() - native)?;
    if profile.bodies.max(profile.classes) < LEAST {
        writeln!(
            out,
            "  too little of its own code to compare others with: name its classes with --own"
        )?;
    }
    if profile.is_cut {
        writeln!(out, "  the app has more code than is looked at")?;
    }
    Ok(())
}
