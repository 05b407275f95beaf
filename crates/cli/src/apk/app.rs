//! An app as it is given to `tamarisk apk show` and `graph`: one package, or a set of several.

use abilities::Component;
use apk::{Anomaly, Apk, ApkError, AppSet, CodeFile, NativeLibrary, Problem};
use calls::NativeMethod;
use parsers::code;
use std::io::{Read, Seek};

/// An app, and what was read of it.
pub(super) struct App {
    /// The package: of a set, its base.
    pub(super) apk: Apk,
    /// The member of the set that the base is, where the file is a set.
    pub(super) base: Option<String>,
    /// The other packages of the set.
    pub(super) splits: Vec<(String, Apk)>,
    /// What is odd; about a package of a set, with the member that it is.
    pub(super) anomalies: Vec<Anomaly>,
    pub(super) problems: Vec<Problem>,
    /// Its code, as Android loads it: that of the base, then that of its splits.
    pub(super) files: Vec<CodeFile>,
    /// What Android starts of it, by the manifests of the base and of its splits.
    pub(super) components: Vec<Component>,
}

impl App {
    /// The native libraries, also of its splits, that hold a method by its name.
    pub(super) fn binding(&self, native: &NativeMethod) -> Vec<String> {
        let libraries = self.libraries().filter(|(_, one)| native.is_bound_by(&one.jni));
        libraries.map(|(place, _)| place).collect()
    }

    /// Its native libraries, also those of its splits, each with its member.
    fn libraries(&self) -> impl Iterator<Item = (String, &NativeLibrary)> {
        let place = |package: Option<&str>, library: &NativeLibrary| match package {
            Some(package) => format!("{package}!/{}", library.member),
            None => library.member.clone(),
        };
        let of_base = self.apk.native.iter().map(move |one| (self.base.as_deref(), one));
        let of_splits = self.splits.iter().filter(|(_, apk)| apk.package == self.apk.package);
        let of_splits = of_splits
            .flat_map(|(package, apk)| apk.native.iter().map(|one| (Some(package.as_str()), one)));
        of_base.chain(of_splits).map(move |(package, one)| (place(package, one), one))
    }

    /// Reads a package or a set of packages.
    pub(super) fn read(mut file: impl Read + Seek) -> Result<Self, ApkError> {
        let whole = Apk::read_with_code(&mut file);
        let is_set = match &whole {
            // A set may hold a manifest that is none; then what lies in it is looked at.
            Ok((apk, _)) => {
                apk.package.is_none() && apk.members.iter().any(|m| m.name.ends_with(".apk"))
            }
            Err(ApkError::Container { .. }) => true,
            Err(_) => false,
        };
        if is_set {
            return Self::of_set(file);
        }
        let (mut apk, files) = whole?;
        Ok(Self {
            components: code::components(&apk),
            anomalies: std::mem::take(&mut apk.anomalies),
            problems: std::mem::take(&mut apk.problems),
            apk,
            base: None,
            splits: Vec::new(),
            files,
        })
    }

    fn of_set(mut file: impl Read + Seek) -> Result<Self, ApkError> {
        let mut set = AppSet::read(&mut file)?;
        let (files, unread) = set.code(&mut file);
        let mut components = set.base().map(code::components).unwrap_or_default();
        components.extend(set.splits().flat_map(|(_, split)| code::components(split)));
        let mut anomalies = std::mem::take(&mut set.anomalies);
        let mut problems = std::mem::take(&mut set.problems);
        problems.extend(unread);
        for (name, apk) in &mut set.packages {
            for mut anomaly in std::mem::take(&mut apk.anomalies) {
                anomaly.member = Some(match anomaly.member {
                    Some(member) => format!("{name}!/{member}"),
                    None => name.clone(),
                });
                anomalies.push(anomaly);
            }
            problems.extend(std::mem::take(&mut apk.problems).into_iter().map(|problem| Problem {
                place: format!("{name}!/{}", problem.place),
                what: problem.what,
            }));
        }
        let mut packages = set.packages.into_iter();
        let (base, apk) = packages.next().ok_or(ApkError::NoManifest)?;
        let splits = packages.collect();
        Ok(Self { apk, base: Some(base), splits, anomalies, problems, files, components })
    }
}
