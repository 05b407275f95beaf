//! An app's code held against all abilities.

use crate::ability::Abilities;
use calls::{Bounds, NativeMethod, Path, Program, Reach, Root, descriptor};
use dex::Dex;

/// What makes Android call into an app. Whether a person sees it is what matters most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trigger {
    /// A screen that a person opens.
    Activity,
    /// Work without a screen.
    Service,
    /// An announcement: the phone started, a message arrived.
    Receiver,
    /// Another app asked for data; it is also created whenever the app starts.
    Provider,
    /// The app starts, for whatever reason.
    Application,
}

impl Trigger {
    /// Its name, as facts write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Trigger::Activity => "activity",
            Trigger::Service => "service",
            Trigger::Receiver => "receiver",
            Trigger::Provider => "provider",
            Trigger::Application => "application",
        }
    }

    /// Whether the person sees that the app is at work.
    #[must_use]
    pub fn is_seen(self) -> bool {
        self == Trigger::Activity
    }

    const ALL: [Trigger; 5] = [
        Trigger::Activity,
        Trigger::Service,
        Trigger::Receiver,
        Trigger::Provider,
        Trigger::Application,
    ];

    fn group(self) -> u16 {
        Self::ALL.iter().zip(0..).find(|(one, _)| **one == self).map_or(0, |(_, group)| group)
    }
}

/// A class that the manifest names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Its name as Java writes it: `com.example.Main`.
    pub class: String,
    /// What starts it.
    pub trigger: Trigger,
}

/// An ability, and the way to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Number of the ability in [`Abilities::list`].
    pub ability: usize,
    /// Number of the call among the ability's.
    pub call: usize,
    /// What starts the component that the way begins at.
    pub trigger: Trigger,
    /// The way.
    pub path: Path,
}

/// Native methods that are told; the largest libraries that apps bundle declare some 1,000.
pub const MOST_NATIVES: usize = 4_000;

/// What was found in an app's code, and how much code that was.
#[derive(Clone, Debug, Default)]
pub struct Examined {
    /// For each ability the shortest way, and where that begins at a screen also the shortest
    /// that does not. In order of the abilities.
    pub found: Vec<Found>,
    /// Classes that the app defines.
    pub classes: usize,
    /// Methods that the app defines.
    pub methods: usize,
    /// Methods that its components lead to.
    pub reached: usize,
    /// Calls in its code.
    pub calls: usize,
    /// Calls that were not followed to each implementation, see [`calls::WIDE`].
    pub capped: usize,
    /// Whether the bounds were reached and the rest of the code was not looked at.
    pub is_cut: bool,
    /// Components whose code is not there: it is loaded from elsewhere, or the manifest names more
    /// than the app has.
    pub without_code: Vec<Component>,
    /// Classes defined a second time under a name that was taken.
    pub repeated: usize,
    /// Its native methods: those that its components lead to first, no more than [`MOST_NATIVES`].
    pub natives: Vec<NativeMethod>,
    /// How many native methods there are.
    pub native_methods: usize,
}

/// Finds which abilities the code of an app can be shown to have.
#[must_use]
pub fn examine(
    files: &[Dex<'_>],
    components: &[Component],
    abilities: &Abilities,
    bounds: Bounds,
) -> Examined {
    let program = Program::build(files, abilities.wanted(), bounds);
    let roots: Vec<Root> = components
        .iter()
        .map(|one| Root { class: descriptor(&one.class), group: one.trigger.group() })
        .collect();
    let mut all = program.reach(&roots);
    let mut found = nearest(&mut all, abilities);
    let (natives, native_methods) = program.natives(&all, MOST_NATIVES);
    let mut examined = Examined {
        classes: program.classes(),
        methods: program.methods(),
        reached: all.methods(),
        calls: program.calls(),
        capped: program.capped(),
        is_cut: program.is_cut(),
        without_code: all.missing().iter().filter_map(component).collect(),
        repeated: program.repeated(),
        natives,
        native_methods,
        found: Vec::new(),
    };
    if found.iter().any(|one| one.trigger.is_seen()) {
        let unseen: Vec<u16> =
            Trigger::ALL.iter().filter(|one| !one.is_seen()).map(|one| one.group()).collect();
        let further = nearest(&mut program.reach_some(all, &unseen), abilities);
        let fresh = further.into_iter().filter(|one| {
            found.iter().any(|known| known.ability == one.ability && known.trigger.is_seen())
        });
        let fresh: Vec<Found> = fresh.collect();
        found.extend(fresh);
    }
    found.sort_by_key(|one| (one.ability, !one.trigger.is_seen()));
    examined.found = found;
    examined
}

fn component(root: &Root) -> Option<Component> {
    let class = root.class.strip_prefix('L')?.strip_suffix(';')?.replace('/', ".");
    Some(Component { class, trigger: trigger(root)? })
}

fn trigger(root: &Root) -> Option<Trigger> {
    Trigger::ALL.into_iter().find(|one| one.group() == root.group)
}

/// The shortest way to each ability, over all its calls.
fn nearest(reach: &mut Reach<'_, '_>, abilities: &Abilities) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (mark, ability, call) in abilities.marks() {
        let Some(path) = reach.path(mark) else { continue };
        let Some(trigger) = trigger(&path.root) else { continue };
        let one = Found { ability, call, trigger, path };
        match found.last_mut().filter(|last| last.ability == ability) {
            Some(last) if last.path.steps.len() <= one.path.steps.len() => {}
            Some(last) => *last = one,
            None => found.push(one),
        }
    }
    found
}
