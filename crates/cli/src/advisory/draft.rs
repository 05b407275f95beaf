//! A draft: `advisory.json` (what it is called, for whom, which files), the bundle, and what belongs
//! to it.

use super::files::{json_file, read, write};
use super::workshop::Open;
use crate::failure::Failure;
use ::advisory::Json;
use ::advisory::metadata::{TargetFile, is_plain};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::{Path, PathBuf};

pub(crate) const BUNDLE: &str = "bundle.json";

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct About {
    pub(crate) title: String,
    /// `TLP:CLEAR` …
    pub(crate) tlp: String,
    pub(crate) files: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Piece {
    pub(crate) name: String,
    /// `bundle`, `translation` or `rule`.
    pub(crate) kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<String>,
}

/// A draft that is open.
pub(crate) struct Draft {
    pub(crate) advisory: String,
    pub(crate) folder: PathBuf,
    pub(crate) about: About,
}

impl Draft {
    pub(crate) fn open(work: &Open, advisory: &str) -> Result<Self, Failure> {
        let folder = work.draft(advisory)?;
        let path = folder.join("advisory.json");
        let about = serde_json::from_slice(&read(&path)?)
            .map_err(|error| Failure::advisory(format!("{}: {error}", path.display())))?;
        Ok(Self { advisory: advisory.to_owned(), folder, about })
    }

    pub(crate) fn save(&self) -> Result<(), Failure> {
        write(&self.folder.join("advisory.json"), &json_file(&self.about)?)
    }

    pub(crate) fn role(&self) -> &str {
        self.advisory.split('/').next().unwrap_or("")
    }

    pub(crate) fn bundle(&self) -> Result<Vec<u8>, Failure> {
        read(&self.folder.join(BUNDLE))
    }

    /// Takes a file in under a plain name.
    pub(crate) fn take(&mut self, file: &Path, piece: Piece) -> Result<(), Failure> {
        if !is_plain(&piece.name) || piece.name.contains('/') {
            let message = format!("`{}` cannot be the name of a file that travels", piece.name);
            return Err(Failure::usage(message));
        }
        write(&self.folder.join(&piece.name), &read(file)?)?;
        self.about.files.retain(|one| one.name != piece.name);
        self.about.files.push(piece);
        Ok(())
    }

    /// The files as a role lists them, kept in the workshop by their hashes; the version is one more
    /// than what was published, where anything is other.
    pub(crate) fn listed(&self, work: &Open) -> Result<Vec<TargetFile>, Failure> {
        let published = super::published_files(work, self.role())?;
        let folder = format!("{}/", self.advisory);
        let before: Vec<&TargetFile> =
            published.iter().filter(|file| file.path.starts_with(&folder)).collect();
        let version =
            before.iter().filter_map(|file| file.custom.member("version")?.as_integer()).max();
        let mut files = self.files(work, version.unwrap_or(0))?;
        let same = files.len() == before.len() && files.iter().all(|file| before.contains(&file));
        if !same {
            files = self.files(work, version.unwrap_or(0) + 1)?;
        }
        Ok(files)
    }

    fn files(&self, work: &Open, version: i64) -> Result<Vec<TargetFile>, Failure> {
        let mut files = Vec::new();
        for piece in &self.about.files {
            let bytes = read(&self.folder.join(&piece.name))?;
            let mut custom = vec![
                ("advisory", Json::text(&*self.advisory)),
                ("title", Json::text(&*self.about.title)),
                ("version", Json::Integer(version)),
                ("kind", Json::text(&*piece.kind)),
                ("tlp", Json::text(&*self.about.tlp)),
            ];
            custom.extend(piece.language.as_deref().map(|tag| ("language", Json::text(tag))));
            files.push(TargetFile {
                path: format!("{}/{}", self.advisory, piece.name),
                length: bytes.len() as u64,
                sha256: work.keep(&bytes)?,
                custom: Json::map(custom),
            });
        }
        Ok(files)
    }

    /// Changes the bundle, object by object, and writes it one object a line.
    pub(crate) fn rewrite(
        &self,
        change: impl FnOnce(&mut Vec<Value>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let path = self.folder.join(BUNDLE);
        let mut bundle: Value = serde_json::from_slice(&self.bundle()?)
            .map_err(|error| Failure::advisory(format!("{}: {error}", path.display())))?;
        let objects = bundle.get_mut("objects").and_then(Value::as_array_mut);
        change(objects.ok_or_else(|| {
            Failure::advisory(format!("{}: it has no list of objects", path.display()))
        })?)?;
        write(&path, &lines(&bundle)?)
    }
}

/// A bundle as text, one object a line.
pub(crate) fn lines(bundle: &Value) -> Result<Vec<u8>, Failure> {
    let text = |value: &Value| {
        let mut bytes = Vec::new();
        record::harmless::json::write(&mut bytes, value).map_err(Failure::output)?;
        String::from_utf8(bytes).map_err(Failure::advisory)
    };
    let head = text(bundle.get("id").unwrap_or(&Value::Null))?;
    let objects = bundle.get("objects").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut out = format!("{{\"type\":\"bundle\",\"id\":{head},\"objects\":[\n");
    for (index, object) in objects.iter().enumerate() {
        out.push_str(&text(object)?);
        out.push_str(if index + 1 < objects.len() { ",\n" } else { "\n" });
    }
    out.push_str("]}\n");
    Ok(out.into_bytes())
}
