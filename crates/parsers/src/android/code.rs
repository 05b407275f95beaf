//! The code of an APK: what it can be shown to do, and the hosts and words of interest in it.

pub(super) use super::addresses::Addresses;
use super::addresses::Told;
use super::constants::{Cover, constants_in, plain};
use abilities::{Abilities, Component, Examined, Found, Trigger, Words, uncovered};
use apk::{Apk, CodeFile, ComponentKind};
use dex::container::{self, Container};
use dex::{Bounds, Dex, OddityKind};
use evidence::Emitter;
use fingerprint::{sketches, tlsh};
use model::Position;
use model::fact::{CodeFile as CodeFileFact, CodeReaches, CodeSketch, PackageAnomaly};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// The pages that are compiled in; the same for every APK.
static ABILITIES: LazyLock<Abilities> = LazyLock::new(Abilities::built_in);
static WORDS: LazyLock<Words> = LazyLock::new(Words::built_in);

/// Steps of a path that are told, half of them from its start.
const MOST_STEPS: usize = 40;
/// A text longer than this is a document, not a name, an address or a certificate.
const MOST_TEXT: usize = 8_192;

/// The code of an app, read once for all that is asked of it.
pub struct Code<'f> {
    files: &'f [CodeFile],
    /// Every DEX of it, with the file that holds it.
    read: Vec<(&'f CodeFile, Dex<'f>)>,
    unread: Vec<(&'f CodeFile, String)>,
}

impl<'f> Code<'f> {
    /// Reads what the files of code of an app hold.
    #[must_use]
    pub fn read(files: &'f [CodeFile]) -> Self {
        let mut code = Self { files, read: Vec::new(), unread: Vec::new() };
        for file in files {
            let inside = container::inside(&file.bytes);
            for problem in inside.problems {
                code.unread.push((file, format!("byte {}: {}", problem.at, problem.what)));
            }
            if inside.is_quickened {
                let what =
                    "its compiler may have replaced calls by quicker forms that name no method";
                code.unread.push((file, what.to_owned()));
            }
            for bytes in inside.files {
                match Dex::all(bytes) {
                    Ok(all) => code.read.extend(all.into_iter().map(|dex| (file, dex))),
                    Err(error) => code.unread.push((file, error.to_string())),
                }
            }
        }
        code
    }

    /// The DEX files that Android loads when the app starts, in its order; what is no DEX is left out,
    /// and so is code that the app must load itself.
    #[must_use]
    pub fn loaded(&self) -> Vec<Dex<'f>> {
        self.started().map(|(_, dex)| dex.clone()).collect()
    }

    fn started(&self) -> impl Iterator<Item = &(&'f CodeFile, Dex<'f>)> {
        self.read.iter().filter(|(file, _)| {
            file.order().is_some() && Container::of(&file.bytes) == Some(Container::Dex)
        })
    }

    /// What of the files could not be read: the member, and why.
    pub fn unread(&self) -> impl Iterator<Item = (&'f str, &str)> {
        self.unread.iter().map(|(file, why)| (file.member.as_str(), why.as_str()))
    }

    /// What the code can be shown to do when Android starts these components; [`abilities()`] lists
    /// what the numbers in it mean.
    #[must_use]
    pub fn examine(&self, components: &[Component]) -> Examined {
        abilities::examine(&self.loaded(), components, &ABILITIES, Bounds::default())
    }

    /// Tells the sample of the code that Android loads, at the place of the first file of it.
    pub(super) fn tell_sketch(
        &self,
        apk: &Apk,
        place: &dyn Fn(&str) -> Position,
        out: &mut Emitter<'_>,
    ) {
        let dexes = self.loaded();
        let Some((first, _)) = self.started().next() else { return };
        let found = sketches(&dexes, Bounds::default());
        let fact = CodeSketch {
            package: apk.package.clone().unwrap_or_default(),
            classes: found.classes,
            class_sketch: found.class_sketch.to_string(),
            bodies: found.bodies,
            body_sketch: found.body_sketch.to_string(),
        };
        out.fact(fact, place(&first.member), None);
    }

    /// Tells what the code shows. `place` gives the position of a member.
    pub(super) fn tell(&self, apk: &Apk, place: &dyn Fn(&str) -> Position, out: &mut Emitter<'_>) {
        let package = apk.package.clone().unwrap_or_default();
        for (file, error) in &self.unread {
            out.gap(Some(place(&file.member)), format!("{}: {error}", file.member));
        }
        for (file, dex) in &self.read {
            for problem in dex.problems() {
                let what = format!("{}, byte {}: {}", file.member, problem.at, problem.what);
                out.gap(Some(place(&file.member)), what);
            }
        }
        for odd in self.odd() {
            let fact = PackageAnomaly {
                package: package.clone(),
                id: odd.kind.id().to_owned(),
                offset: odd.at as u64,
                meaning: odd.meaning(),
                member: Some(odd.member.clone()),
            };
            out.fact(fact, place(&odd.member), None);
        }
        for file in self.files {
            out.fact(self.file(&package, apk, file), place(&file.member), None);
        }
        texts(&package, &self.read, place, out);
        let loaded: Vec<&CodeFile> = self.started().map(|(file, _)| *file).collect();
        if loaded.is_empty() {
            return;
        }
        let examined = self.examine(&components(apk));
        if examined.is_cut {
            out.gap(None, "the app has more code than is looked at");
        }
        tell_abilities(&package, &examined, &loaded, place, out);
    }

    /// What is odd about the code, by file. What Android loads at the start is looked at as one app, any
    /// other file by itself. Of what a compiler has worked on, checksum and end are its own.
    #[must_use]
    pub fn odd(&self) -> Vec<Odd> {
        let mut apps: Vec<Vec<&(&CodeFile, Dex<'_>)>> = vec![Vec::new()];
        for one in &self.read {
            let last = apps.len() - 1;
            match apps.get_mut(last) {
                _ if one.0.order().is_some() => apps[0].push(one),
                Some(app)
                    if last > 0 && app.iter().all(|(file, _)| file.member == one.0.member) =>
                {
                    app.push(one);
                }
                _ => apps.push(vec![one]),
            }
        }
        let mut all = Vec::new();
        for app in apps {
            let dexes: Vec<Dex<'_>> = app.iter().map(|(_, dex)| dex.clone()).collect();
            for (number, odd) in dex::oddities(&dexes) {
                let Some((file, _)) = app.get(number) else { continue };
                let of_file = matches!(odd.kind, OddityKind::Checksum | OddityKind::Trailing);
                if of_file && Container::of(&file.bytes) != Some(Container::Dex) {
                    continue;
                }
                let member = file.member.clone();
                all.push(Odd { member, kind: odd.kind, at: odd.at, detail: odd.what });
            }
        }
        all
    }

    /// What a file of code is. TLSH only where Android does not load it at the start: it costs as
    /// much as all else together, and loaded code is compared by its sketches, which are sharper.
    fn file(&self, package: &str, apk: &Apk, file: &CodeFile) -> CodeFileFact {
        let member = apk.members.iter().find(|member| member.name == file.member);
        let known = member.and_then(|member| member.sha256.clone());
        let own = self.read.iter().filter(|(of, _)| of.member == file.member);
        let is_loaded = file.order().is_some();
        CodeFileFact {
            package: package.to_owned(),
            member: file.member.clone(),
            format: Container::of(&file.bytes).map_or("unknown", Container::name).to_owned(),
            sha256: known.unwrap_or_else(|| const_hex::encode(Sha256::digest(&file.bytes))),
            tlsh: if is_loaded { None } else { tlsh(&file.bytes) },
            loaded: is_loaded,
            classes: own.map(|(_, dex)| u64::from(dex.class_count())).sum(),
        }
    }
}

/// Something odd about code.
#[derive(Clone, Debug)]
pub struct Odd {
    /// The member that holds it.
    pub member: String,
    /// What it is.
    pub kind: OddityKind,
    /// Byte of its DEX file, or of the container of several.
    pub at: usize,
    /// What exactly was found.
    pub detail: String,
}

impl Odd {
    /// What was found and what it may mean, with what exactly it was.
    #[must_use]
    pub fn meaning(&self) -> String {
        format!("{} ({})", self.kind.meaning(), self.detail)
    }
}

/// The abilities that are looked for.
#[must_use]
pub fn abilities() -> &'static [abilities::Ability] {
    ABILITIES.list()
}

/// The classes that the manifest names, as far as Android starts them.
#[must_use]
pub fn components(apk: &Apk) -> Vec<Component> {
    let declared = apk.components.iter().filter_map(|one| {
        let trigger = match one.kind {
            ComponentKind::Activity => Trigger::Activity,
            ComponentKind::Service => Trigger::Service,
            ComponentKind::Receiver => Trigger::Receiver,
            ComponentKind::Provider => Trigger::Provider,
            // It has no class of its own.
            ComponentKind::ActivityAlias => return None,
        };
        Some(Component { class: one.name.clone(), trigger })
    });
    // Android makes these before any other, or when it backs the app up; a person sees none of it.
    let own = &apk.application;
    let own = own.component_factory.iter().chain(&own.class).chain(&own.backup_agent);
    let own = own.map(|class| Component { class: class.clone(), trigger: Trigger::Application });
    own.chain(declared).collect()
}

fn tell_abilities(
    package: &str,
    examined: &Examined,
    loaded: &[&CodeFile],
    place: &dyn Fn(&str) -> Position,
    out: &mut Emitter<'_>,
) {
    for Found { ability, call, trigger, path } in &examined.found {
        let Some(ability) = ABILITIES.list().get(*ability) else { continue };
        let last = path.steps.last().and_then(|step| loaded.get(step.file as usize));
        let member = last.map_or("", |file| file.member.as_str());
        let fact = CodeReaches {
            package: package.to_owned(),
            ability: ability.id.clone(),
            role: ability.role.name().to_owned(),
            technique: ability.technique.clone(),
            trigger: trigger.name().to_owned(),
            seen: trigger.is_seen(),
            component: java_name(&path.root.class),
            path: steps(path),
            call: ability.calls.get(*call).map(|call| call.written.clone()).unwrap_or_default(),
            member: member.to_owned(),
            shows: Some("reachability".to_owned()),
        };
        out.fact(fact, place(member), None);
    }
}

/// The steps of a path as text; of a long one the first and last.
fn steps(path: &calls::Path) -> Vec<String> {
    let all = path.steps.iter();
    let mut steps: Vec<String> = all
        .map(|step| format!("{}.{}+{:04x}", java_name(&step.class), step.method, step.at))
        .collect();
    if steps.len() > MOST_STEPS {
        let between = MOST_STEPS / 2..steps.len() - MOST_STEPS / 2;
        steps.splice(between, ["…".to_owned()]);
    }
    steps
}

/// The name of a class as Java writes it, of its descriptor (`Lorg/example/Main;`).
#[must_use]
pub fn java_name(descriptor: &str) -> String {
    let name = descriptor.strip_prefix('L').and_then(|name| name.strip_suffix(';'));
    name.unwrap_or(descriptor).replace('/', ".")
}

/// Tells the hosts, URLs and words of interest that stand in the code, each once.
fn texts(
    package: &str,
    files: &[(&CodeFile, Dex<'_>)],
    place: &dyn Fn(&str) -> Position,
    out: &mut Emitter<'_>,
) {
    let mut told = Told::new(package);
    for (file, dex) in files {
        let member = file.member.as_str();
        WORDS.in_dex(dex, &mut |kind, word| {
            told.fact(kind.name(), None, word, None, member, &place(member), out);
        });
        for index in 0..dex.string_count() {
            let Some(text) = dex.string(index) else { break };
            if text.as_bytes().len() > MOST_TEXT || told.is_full() {
                continue;
            }
            let Ok(text) = std::str::from_utf8(text.as_bytes()) else { continue };
            constants_in(text, &mut |found, cover| {
                told.constant(&found, cover, member, &place(member), out);
            });
        }
    }
    let dexes: Vec<Dex<'_>> = files.iter().map(|(_, dex)| dex.clone()).collect();
    uncovered(&dexes, &mut |number, text| {
        let Some((file, _)) = files.get(number).filter(|_| !told.is_full()) else { return };
        let place = place(&file.member);
        plain(text, &mut |found| {
            told.constant(&found, Some(Cover::Xor), &file.member, &place, out);
        });
    });
    told.end("in the code", out);
}
