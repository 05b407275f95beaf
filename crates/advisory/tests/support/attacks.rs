//! The named attacks, each as a folder that any client can be held against: `fixtures/zoo/NAME/` has the root
//! that trust begins with, the mirror, the mirror that was known before it where there is one, and
//! `case.json`, which says what must come of it.

use super::*;
use advisory::compose::{self, delegations};
use advisory::metadata::Agency;
use serde_json::json;
use std::path::{Path, PathBuf};

/// A second before [`NOW`].
const PAST: &str = "2026-11-22T08:59:59Z";

/// One attack.
pub struct Attack {
    pub name: &'static str,
    /// What the attacker does.
    pub says: &'static str,
    /// What it must be refused as, and in which role.
    pub code: Code,
    pub role: &'static str,
    /// Whether The Update Framework itself refuses it; else the rule is ours.
    pub by_tuf: bool,
    pub root: Vec<u8>,
    pub known: Option<Memory>,
    pub mirror: Memory,
}

impl Attack {
    fn new(
        (name, says): (&'static str, &'static str),
        (code, role): (Code, &'static str),
        publication: &Publication,
    ) -> Self {
        let (root, mirror) = (publication.root(), publication.mirror());
        Self { name, says, code, role, by_tuf: true, root, known: None, mirror }
    }

    fn after(self, known: &Publication) -> Self {
        Self { known: Some(known.mirror()), ..self }
    }

    fn by_us_alone(self) -> Self {
        Self { by_tuf: false, ..self }
    }

    /// `case.json`.
    pub fn case(&self) -> String {
        let case = json!({
            "attack": self.says, "code": self.code.name(), "role": self.role,
            "refused_by_tuf": self.by_tuf, "now": NOW, "target": BUNDLE,
        });
        format!("{case:#}\n")
    }

    /// Its files, by their path in its folder.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::from([
            ("case.json".to_owned(), self.case().into_bytes()),
            ("root.json".to_owned(), self.root.clone()),
        ]);
        let known = self.known.iter().flat_map(|known| known.0.iter().map(|file| ("known", file)));
        let mirror = self.mirror.0.iter().map(|file| ("mirror", file));
        for (folder, (path, bytes)) in known.chain(mirror) {
            files.insert(format!("{folder}/{path}"), bytes.clone());
        }
        files
    }
}

/// Where the folders lie.
pub fn zoo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/zoo")
}

/// The signed part of a role changed.
fn bent(role: &str, path: &[&str], value: Json) -> Publication {
    let mut publication = Publication::default();
    set(publication.roles.get_mut(role).unwrap(), path, value);
    publication
}

/// One file of the mirror in other bytes, after all was signed.
fn rewritten(path: &str, change: impl Fn(String) -> String) -> Publication {
    let mut publication = Publication::default();
    let text = String::from_utf8(publication.mirror().0[path].clone()).unwrap();
    let other = change(text.clone());
    assert_ne!(text, other, "{path}");
    publication.instead.insert(path.into(), other.into_bytes());
    publication
}

/// All that can be written down as files; what a server does with time or without end cannot.
pub fn attacks() -> Vec<Attack> {
    const JOINT_FILE: &str = "metadata/1.joint.json";
    let first = Publication::default();
    let mut newer = first.clone();
    newer.next(JOINT);

    let mut arbitrary = first.clone();
    let place = first.mirror().0.into_keys().find(|path| path.starts_with("targets/")).unwrap();
    let mut forged = first.contents[BUNDLE].clone();
    forged[20] ^= 1;
    arbitrary.instead.insert(place, forged);

    let mut leap = first.clone();
    leap.versions.insert("timestamp", 2_147_483_647);

    let mut frozen = first.clone();
    frozen.tick();
    frozen.expires.insert("timestamp", PAST.into());

    let changed = bent(JOINT, &["novel"], Json::Bool(true));
    let mut mixed = changed.mirror();
    let snapshot = "metadata/1.snapshot.json";
    mixed.0.insert(snapshot.into(), first.mirror().0[snapshot].clone());

    let mut few = first.clone();
    few.signers.insert(JOINT.into(), owned(&["alder", "elm"]));

    let mut twice = first.clone();
    twice.signers.insert(JOINT.into(), owned(&["alder", "alder", "alder"]));

    let mut second = agency("birch");
    second.role = role(&["alder"], 1);
    let agencies: Vec<Agency> = vec![agency("alder"), second, agency("cedar")];
    let mut two_names = first.clone();
    let year = stamp(1, "2027-11-20T09:00:00Z");
    two_names.roles.insert(
        "targets".into(),
        delegations(&year, &agencies, Some(&role(&["alder", "cedar"], 2))),
    );

    let mut speaks = first.clone();
    let bundle = first.contents[BUNDLE].clone();
    speaks.roles.insert("birch".into(), compose::targets(&year, &[file(BUNDLE, &bundle)]));
    speaks.signers.insert("birch".into(), owned(&["birch"]));

    let late = |name: &'static str| {
        let mut publication = first.clone();
        match name {
            "root" => set(&mut publication.roots[0], &["expires"], PAST.into()),
            "timestamp" | "snapshot" => drop(publication.expires.insert(name, PAST.into())),
            _ => set(publication.roles.get_mut(name).unwrap(), &["expires"], PAST.into()),
        }
        publication
    };

    let mut taken = first.clone();
    let mut roles = root_roles();
    roles.insert("root", role(&["eve", "mallory"], 2));
    taken.rotate(&roles, &["eve", "mallory"]);

    let large = rewritten("metadata/timestamp.json", |text| text + &" ".repeat(17 << 10));

    let mut leads_out = first.clone();
    let said = first.roles[JOINT].member("targets").unwrap().member(BUNDLE).unwrap().clone();
    let targets = Json::map([(BUNDLE, said.clone()), ("joint/../../x.json", said)]);
    set(leads_out.roles.get_mut(JOINT).unwrap(), &["targets"], targets);

    let mut unknown = first.clone();
    let id = public("publisher").id().to_owned();
    set(&mut unknown.roots[0], &["keys", &id, "keytype"], "ed448".into());
    set(&mut unknown.roots[0], &["keys", &id, "scheme"], "ed448".into());

    let doubled = rewritten(JOINT_FILE, |text| {
        text.replacen("\"version\":1", "\"version\":9,\"version\":1", 1)
    });
    let capitals = rewritten(JOINT_FILE, |text| {
        let from = text.find("\"sig\":\"").unwrap() + 7;
        format!("{}{}{}", &text[..from], text[from..from + 128].to_uppercase(), &text[from + 128..])
    });

    let mut all = vec![
        Attack::new(
            ("arbitrary_software", "The mirror serves a file that nobody signed."),
            (Code::ArbitrarySoftware, BUNDLE),
            &arbitrary,
        ),
        Attack::new(
            ("rollback", "The mirror offers an older state, validly signed."),
            (Code::Rollback, "timestamp"),
            &first,
        )
        .after(&newer),
        Attack::new(
            ("fast_forward", "The publisher's key sets a version that nothing honest can follow."),
            (Code::FastForward, "timestamp"),
            &leap,
        )
        .after(&first)
        .by_us_alone(),
        Attack::new(
            ("freeze", "The mirror held a newer state back until it was past its date."),
            (Code::Expired, "timestamp"),
            &frozen,
        )
        .after(&first),
        Attack {
            mirror: mixed,
            ..Attack::new(
                ("mix_and_match", "A snapshot of another time beside the timestamp."),
                (Code::MixAndMatch, "snapshot"),
                &changed,
            )
        },
        Attack::new(
            ("threshold_not_met", "Two of the three agencies that are needed have signed."),
            (Code::ThresholdNotMet, JOINT),
            &few,
        ),
        Attack::new(
            ("same_key_twice", "One agency's signature stands three times."),
            (Code::SameKeyTwice, JOINT),
            &twice,
        ),
        Attack::new(
            ("key_under_two_names", "One key is listed as that of two agencies."),
            (Code::KeyUnderTwoNames, "birch"),
            &two_names,
        )
        .by_us_alone(),
        Attack::new(
            ("wrong_role", "One agency alone signs for the folder of all."),
            (Code::WrongRole, "birch"),
            &speaks,
        )
        .by_us_alone(),
        Attack::new(
            ("root_rotated_badly", "A new root is signed by its own keys alone."),
            (Code::RootRotation, "root"),
            &taken,
        ),
        Attack::new(
            ("oversized", "A timestamp that is longer than any is."),
            (Code::Oversized, "metadata/timestamp.json"),
            &large,
        ),
        Attack::new(
            ("path_traversal", "A signed file is named so that it leads out of its folder."),
            (Code::PathTraversal, JOINT),
            &leads_out,
        )
        .by_us_alone(),
        Attack::new(
            ("unknown_key_types", "A key of a kind that nobody here can check."),
            (Code::UnknownKeyType, "root"),
            &unknown,
        ),
        Attack::new(
            ("duplicate_keys", "An object has a key twice, and two readers read two things."),
            (Code::DuplicateKey, JOINT),
            &doubled,
        )
        .by_us_alone(),
        Attack::new(
            ("malleable_encodings", "A signature is written in another way than it was made."),
            (Code::MalleableEncoding, JOINT),
            &capitals,
        )
        .by_us_alone(),
    ];
    for (name, role) in [
        ("expired_root", "root"),
        ("expired_timestamp", "timestamp"),
        ("expired_snapshot", "snapshot"),
        ("expired_targets", "targets"),
        ("expired_joint", JOINT),
    ] {
        let says = "What one role signed is past its date on arrival.";
        all.push(Attack::new((name, says), (Code::Expired, role), &late(role)));
    }
    all
}
