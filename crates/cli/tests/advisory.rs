//! A year in the life of an advisory: five agencies on machines of their own (folders between which
//! only named files are carried), a publisher, and a helpdesk that checks a phone.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // A test that fails here has failed, and is told of.

mod support;

use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use support::{Run, keeps_to_schema, schema_is_tight, tamarisk};

const AGENCIES: [&str; 5] = ["alder", "birch", "cedar", "dogwood", "elm"];
const SPRING: &str = "2026-03-01T09:00:00Z";
const NOW: &str = "2026-03-02T09:00:00Z";
/// A package of the sample phone, in which nothing else is wrong; the bundle only pretends.
const PACKAGE: &str = "com.android.systemui";

/// The folder that all machines lie in.
struct World {
    folder: tempfile::TempDir,
    /// What each subcommand answered last, by `schema`.
    answers: RefCell<BTreeMap<String, Value>>,
}

impl World {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// Carries a file from one machine to another.
    fn carry(&self, from: &str, to: &str) {
        fs::create_dir_all(self.path(to).parent().unwrap()).unwrap();
        fs::copy(self.path(from), self.path(to)).unwrap();
    }

    /// Runs `tamarisk advisory`; arguments that begin with `@` are paths.
    fn run(&self, args: &[&str]) -> Run {
        let args = args.iter().map(|arg| match arg.strip_prefix('@') {
            Some(name) => self.text(name),
            None => match arg.split_once("=@") {
                Some((id, name)) => format!("{id}={}", self.text(name)),
                None => (*arg).to_owned(),
            },
        });
        let all: Vec<String> = ["advisory".to_owned()].into_iter().chain(args).collect();
        tamarisk(&all)
    }

    #[track_caller]
    fn done(&self, code: i32, args: &[&str]) -> Value {
        let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
        let run = self.run(&args);
        assert_eq!(run.code, code, "{args:?}\n{}\n{}", run.stdout, run.stderr);
        let told: Value = serde_json::from_str(&run.stdout).unwrap();
        keeps_to_schema("advisory", &told);
        if let Some(schema) = told["schema"].as_str() {
            self.answers.borrow_mut().insert(schema.to_owned(), told.clone());
        }
        told
    }

    #[track_caller]
    fn refused(&self, code: &str, args: &[&str]) {
        let told = self.done(2, args);
        assert_eq!(told["error"]["code"], code, "{told}");
    }

    fn key(&self, name: &str) {
        let (file, passphrase) = (format!("@{name}/key"), format!("@{name}/passphrase"));
        fs::create_dir_all(self.path(name)).unwrap();
        fs::write(self.path(&format!("{name}/passphrase")), format!("the words of {name}\n"))
            .unwrap();
        let called = format!("Agency {name}");
        let args = ["keygen", &file, "--name", &called, "--work-factor", "2"];
        self.done(0, &[&args[..], &["--passphrase-file", &passphrase]].concat());
        self.carry(&format!("{name}/key.pub"), &format!("office/{name}.pub"));
    }

    /// The agency gets the request, looks at it, signs, and gives its signatures back.
    #[track_caller]
    fn sign(&self, name: &str) -> Value {
        self.carry("office/request", &format!("{name}/request"));
        let at = |what: &str| format!("@{name}/{what}");
        let (request, key, passphrase) = (at("request"), at("key"), at("passphrase"));
        let answer = at("answer");
        let args = ["sign", &request, "--key", &key, "--passphrase-file", &passphrase, "--yes"];
        let told = self.done(0, &[&args[..], &["--out", &answer, "--now", NOW]].concat());
        self.carry(&format!("{name}/answer"), &format!("office/{name}.answer"));
        told
    }

    #[track_caller]
    fn assemble(&self, code: i32, names: &[&str]) -> Value {
        let answers: Vec<String> =
            names.iter().map(|name| format!("@office/{name}.answer")).collect();
        let mut args = vec!["assemble", "@office/work"];
        args.extend(answers.iter().map(|name| &**name));
        self.done(code, &args)
    }

    #[track_caller]
    fn publish(&self, now: &str) {
        let args = ["publish", "@office/work", "--to", "@mirror", "--key", "@publisher/key"];
        let rest = ["--passphrase-file", "@publisher/passphrase", "--now", now];
        self.done(0, &[&args[..], &rest].concat());
    }

    /// The helpdesk checks the phone.
    #[track_caller]
    fn check(&self, code: i32, now: &str, more: &[&str]) -> Value {
        let phone = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/quiet");
        let mut args = vec!["check".to_owned(), phone.to_str().unwrap().to_owned()];
        let more = more.iter().map(|arg| match arg.strip_prefix('@') {
            Some(name) => self.text(name),
            None => (*arg).to_owned(),
        });
        args.extend(more);
        args.extend(["--no-builtin", "--format", "json", "--now", now].map(str::to_owned));
        let run = tamarisk(&args);
        assert_eq!(run.code, code, "{args:?}\n{}\n{}", run.stdout, run.stderr);
        serde_json::from_str(&run.stdout).unwrap()
    }
}

const ONE: &str = "indicator--7e36d3a1-3c5b-4b0a-9a53-0c5d3b8a6f01";
const TWO: &str = "indicator--7e36d3a1-3c5b-4b0a-9a53-0c5d3b8a6f02";

fn indicator(id: &str, pattern: &str) -> Value {
    json!({
        "type": "indicator", "spec_version": "2.1", "id": id, "created": "2026-02-01T00:00:00.000Z",
        "modified": "2026-02-01T00:00:00.000Z", "name": "Synthetic", "pattern": pattern,
        "pattern_type": "stix", "valid_from": "2020-01-01T00:00:00Z", "confidence": 85,
        "indicator_types": ["malicious-activity"],
        "external_references": [{"source_name": "Synthetic report", "url": "https://example.org/1"}],
    })
}

fn bundle() -> Value {
    let common = |kind: &str, number: u8, name: &str| {
        json!({
            "type": kind, "spec_version": "2.1", "name": name, "created": "2026-02-01T00:00:00.000Z",
            "id": format!("{kind}--7e36d3a1-3c5b-4b0a-9a53-0c5d3b8a6f{number}"),
            "modified": "2026-02-01T00:00:00.000Z",
        })
    };
    let (mut malware, actor, agency) = (
        common("malware", 10, "Sparrow"),
        common("threat-actor", 11, "Somebody"),
        common("identity", 12, "Agency alder"),
    );
    malware["is_family"] = json!(true);
    let mut says = common("relationship", 13, "");
    says.as_object_mut().unwrap().remove("name");
    for (key, value) in [
        ("relationship_type", json!("attributed-to")),
        ("source_ref", malware["id"].clone()),
        ("target_ref", actor["id"].clone()),
        ("created_by_ref", agency["id"].clone()),
        ("confidence", json!(70)),
        ("description", json!("We judge so.")),
        (
            "external_references",
            json!([{"source_name": "Synthetic report", "url": "https://example.org/1"}]),
        ),
    ] {
        says[key] = value;
    }
    let mut opinion = common("opinion", 14, "");
    opinion.as_object_mut().unwrap().remove("name");
    opinion["opinion"] = json!("disagree");
    opinion["authors"] = json!(["Agency elm"]);
    opinion["explanation"] = json!("Tools are shared.");
    opinion["object_refs"] = json!([says["id"]]);
    let objects = [
        indicator(ONE, &format!("[app:id = '{PACKAGE}']")),
        indicator(TWO, "[domain-name:value = 'c2.tamarisk.invalid']"),
        malware,
        actor,
        agency,
        says,
        opinion,
    ];
    json!({"type": "bundle", "id": "bundle--7e36d3a1-3c5b-4b0a-9a53-0c5d3b8a6f00", "objects": objects})
}

/// Five agencies, three of whom must sign jointly; the first advisory published.
fn spring() -> World {
    let world = World { folder: tempfile::tempdir().unwrap(), answers: RefCell::default() };
    for name in AGENCIES.iter().chain(&["publisher"]) {
        world.key(name);
    }
    let mut args = vec!["init".to_owned(), "@office/work".into(), "--threshold".into(), "3".into()];
    for name in AGENCIES {
        args.extend(["--agency".into(), format!("{name}=@office/{name}.pub")]);
    }
    let args: Vec<&str> = args.iter().map(|arg| &**arg).collect();
    let rest = ["--publisher", "@office/publisher.pub", "--now", SPRING];
    let told = world.done(0, &[&args[..], &rest].concat());
    assert_eq!(told["root_threshold"], 3);
    fs::write(world.path("office/first.json"), bundle().to_string()).unwrap();
    let new = ["new", "@office/work", "joint/2026-001", "--title", "Synthetic spyware"];
    world.done(0, &[&new[..], &["--from", "@office/first.json", "--now", SPRING]].concat());
    world
}

fn request(world: &World, advisories: &[&str]) -> Value {
    let mut args = vec!["request-signatures", "@office/work"];
    args.extend(advisories);
    args.extend(["--out", "@office/request", "--now", SPRING]);
    world.done(0, &args)
}

fn published() -> World {
    let world = spring();
    request(&world, &["joint/2026-001"]);
    for name in ["alder", "cedar", "elm"] {
        world.sign(name);
    }
    world.assemble(0, &["elm", "alder", "cedar"]);
    world.publish(SPRING);
    world.carry("mirror/metadata/1.root.json", "helpdesk/root.json");
    world
}

fn findings(report: &Value, id: &str) -> usize {
    let all = report["findings"].as_array().unwrap();
    all.iter().filter(|finding| finding["because"]["id"] == id).count()
}

fn known(report: &Value) -> &Value {
    let all = report["knowledge"].as_array().unwrap();
    all.iter().find(|one| one["name"] == "Synthetic spyware").unwrap()
}

const HELPDESK: [&str; 6] =
    ["--advisory", "@mirror", "--trust", "@helpdesk/trust", "--root", "@helpdesk/root.json"];

#[test]
fn from_the_draft_to_the_phone_and_through_a_revocation_and_a_lost_key() {
    let world = spring();
    // The draft has one fault, which the test is in need of: it names a part of Android.
    let linted = world.done(1, &["lint", "@office/work", "joint/2026-001", "--now", SPRING]);
    let codes: Vec<&Value> =
        linted["diagnostics"].as_array().unwrap().iter().map(|one| &one["code"]).collect();
    assert_eq!(codes, ["L006"]);
    let quiet = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/quiet");
    let quiet = quiet.to_str().unwrap();
    let preview = ["preview", "@office/work", "joint/2026-001", quiet, "--quiet", "--now", NOW];
    assert_eq!(world.done(0, &preview)["found"][0]["object"], ONE);

    // What is asked for is said before anybody signs, and again on the machine of each who does.
    let asked = request(&world, &["joint/2026-001"]);
    let roles: Vec<&str> = asked["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["role"].as_str().unwrap())
        .collect();
    assert_eq!(roles, ["root", "targets", "joint"]);
    let said = &asked["parts"][2]["says"]["files"][0];
    assert_eq!((&said["tlp"], &said["change"]), (&json!("TLP:CLEAR"), &json!("added")));
    assert_eq!(said["bundle"]["added"].as_array().unwrap().len(), 7);

    // Two sign: that is not enough. Evidence of ordinary phones stops the third, who then looks again.
    assert_eq!(world.sign("alder")["parts"], asked["parts"]);
    world.sign("elm");
    let told = world.assemble(1, &["elm", "alder"]);
    let joint =
        told["roles"].as_array().unwrap().iter().find(|role| role["role"] == "joint").unwrap();
    assert_eq!(joint["signed"], json!(["Agency alder", "Agency elm"]));
    assert_eq!(joint["lacks"], json!(["1 more of the agencies"]));
    let publish = ["publish", "@office/work", "--to", "@mirror", "--key", "@publisher/key"];
    let with = ["--passphrase-file", "@publisher/passphrase", "--now", SPRING];
    world.refused("threshold_not_met", &[&publish[..], &with].concat());
    world.carry("office/request", "cedar/request");
    let sign =
        ["sign", "@cedar/request", "--key", "@cedar/key", "--passphrase-file", "@cedar/passphrase"];
    let rest = ["--yes", "--out", "@cedar/none", "--ordinary", quiet, "--now", NOW];
    assert_eq!(world.done(1, &[&sign[..], &rest].concat())["ordinary"][0]["object"], ONE);
    assert!(!world.path("cedar/none").exists());
    world.sign("cedar");
    world.assemble(0, &["cedar"]);
    world.publish(SPRING);

    // The helpdesk has the root by another way, its words by telephone.
    world.carry("mirror/metadata/1.root.json", "helpdesk/root.json");
    let root = world.done(0, &["show", "@helpdesk/root.json"]);
    let words = root["root"]["words"].as_str().unwrap().to_owned();
    let report = world.check(1, NOW, &[&HELPDESK[..], &["--root-words", &words]].concat());
    assert_eq!(findings(&report, ONE), 1);
    let one = known(&report);
    assert_eq!((&one["status"], &one["version"]), (&json!("verified"), &json!("1")));
    assert_eq!(one["signed_by"], json!(["Agency alder", "Agency cedar", "Agency elm"]));
    let signed = &one["signed"];
    assert_eq!(signed["not_signed_by"], json!(["Agency birch", "Agency dogwood"]));
    assert_eq!((&signed["threshold"], &signed["age_days"]), (&json!(3), &json!(1)));
    assert_eq!(signed["rollback_seen"], true);
    let says = &signed["attributions"][0];
    assert_eq!((&says["by"], &says["likelihood"]), (&json!("Agency alder"), &json!("likely")));
    assert_eq!(says["opinions"][0]["by"], "Agency elm");

    // One indicator was wrong, and is revoked by three others.
    fs::create_dir(world.path("old")).unwrap();
    copy(&world.path("mirror"), &world.path("old/mirror"));
    let revoke = ["revoke", "@office/work", "joint/2026-001", "--object", ONE, "--now", NOW];
    assert_eq!(world.done(0, &revoke)["revoked"], json!([ONE]));
    let asked = request(&world, &["joint/2026-001"]);
    let said = &asked["parts"][0]["says"]["files"][0];
    assert_eq!((&said["version"], &said["bundle"]["withdrawn"]), (&json!(2), &json!([ONE])));
    for name in ["birch", "cedar", "dogwood"] {
        world.sign(name);
    }
    world.assemble(0, &["birch", "cedar", "dogwood"]);
    world.publish(NOW);
    let report = world.check(0, NOW, &HELPDESK);
    assert_eq!(findings(&report, ONE), 0);
    assert_eq!((&known(&report)["revoked"], &known(&report)["version"]), (&json!(1), &json!("2")));

    // Cedar's key is lost. It is replaced, and what it signed is signed anew.
    world.key("cedar two");
    let rotate =
        ["rotate-key", "@office/work", "--agency", "cedar", "--new", "@office/cedar two.pub"];
    let staged = world.done(0, &[&rotate[..], &["--now", NOW]].concat());
    assert_eq!(staged["staged"].as_array().unwrap().len(), 3);
    request(&world, &[]);
    for name in ["alder", "birch", "elm", "cedar two", "cedar"] {
        world.sign(name);
    }
    world.refused("wrong_role", &["assemble", "@office/work", "@office/cedar.answer"]);
    world.assemble(0, &["alder", "birch", "elm", "cedar two"]);
    world.publish(NOW);
    let report = world.check(0, NOW, &HELPDESK);
    assert_eq!(
        known(&report)["signed_by"],
        json!(["Agency alder", "Agency birch", "Agency cedar", "Agency elm"])
    );

    // An older copy is noticed, also by who knows nothing but the folder.
    let old = ["--advisory", "@old/mirror", "--trust", "@helpdesk/trust"];
    let told = world.check(2, NOW, &old);
    assert_eq!(told["error"]["code"], "rollback");
    assert_eq!(findings(&world.check(0, NOW, &["--trust", "@helpdesk/trust"]), ONE), 0);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => drop(fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}

#[test]
fn what_expires_is_refused_on_arrival_and_told_when_it_was_known() {
    let world = published();
    let late = "2026-06-01T00:00:00Z";
    let told = world.check(2, late, &HELPDESK);
    assert_eq!(told["error"]["code"], "expired");
    world
        .refused("expired", &["verify", "@mirror", "--root", "@helpdesk/root.json", "--now", late]);
    // A helpdesk that had pulled in time goes on, and says so; here on a phone without that app.
    let pull = ["pull", "@mirror", "--trust", "@helpdesk/trust", "--root", "@helpdesk/root.json"];
    world.done(0, &[&pull[..], &["--now", NOW]].concat());
    let revoke = ["revoke", "@office/work", "joint/2026-001", "--object", ONE, "--now", NOW];
    world.done(0, &revoke);
    request(&world, &["joint/2026-001"]);
    for name in ["alder", "cedar", "elm"] {
        world.sign(name);
    }
    world.assemble(0, &["elm", "alder", "cedar"]);
    world.publish(NOW);
    world.check(0, NOW, &["--advisory", "@mirror", "--trust", "@helpdesk/trust"]);
    for more in [
        &["--trust", "@helpdesk/trust"][..],
        &["--advisory", "@mirror", "--trust", "@helpdesk/trust"],
    ] {
        let report = world.check(3, late, more);
        assert_eq!(known(&report)["status"], "expired");
        assert_eq!(known(&report)["signed"]["expired"], "2026-04-01T09:00:00Z");
        assert_eq!(report["outcome"], "no_match_not_all_read");
    }
    // A clock that is behind is told, and nothing found is not all there is.
    let report = world.check(3, "2026-02-01T00:00:00Z", &["--trust", "@helpdesk/trust"]);
    let gaps = report["coverage"]["gaps"].as_array().unwrap();
    assert!(
        gaps.iter().any(|gap| gap["reason"].as_str().unwrap().contains("the clock is earlier"))
    );
}

/// Every subcommand answers scripts in a shape that is written down, and so is what travels.
#[test]
fn answers_and_files_keep_to_their_schemas() {
    let world = published();
    let draft = ["@office/work", "joint/2026-001"];
    world.done(1, &["lint", draft[0], draft[1], "--now", SPRING]);
    let more = json!({"type": "bundle", "id": "bundle--7e36d3a1-3c5b-4b0a-9a53-0c5d3b8a6f09",
        "objects": [indicator(ONE, "[domain-name:value = 'later.tamarisk.invalid']")]});
    fs::write(world.path("office/more.json"), more.to_string()).unwrap();
    fs::write(world.path("office/uyghur.md"), "text").unwrap();
    let translation = ["--translation", "ug=@office/uyghur.md"];
    let edit = ["edit", draft[0], draft[1], "--add", "@office/more.json", "--tlp", "green"];
    let edited = world.done(0, &[&edit[..], &translation].concat());
    assert_eq!(edited["bundle"]["changed"], json!([ONE]));
    let quiet = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/quiet");
    let quiet = quiet.to_str().unwrap();
    world.done(0, &["preview", draft[0], draft[1], quiet, "--quiet", "--now", NOW]);
    world.done(1, &["diff", "@office/first.json", "@office/more.json"]);
    world.done(0, &["revoke", draft[0], draft[1], "--object", TWO, "--now", NOW]);
    world.done(0, &["verify", "@mirror", "--root", "@helpdesk/root.json", "--now", NOW]);
    let root = ["--root", "@helpdesk/root.json", "--now", NOW];
    world.done(0, &[&["pull", "@mirror", "--trust", "@helpdesk/trust"][..], &root].concat());
    world.key("elm two");
    let new = ["--new", "@office/elm two.pub", "--now", NOW];
    let rotated = world.done(0, &[&["rotate-key", draft[0], "--agency", "elm"][..], &new].concat());
    assert_eq!(rotated["name"], "Agency elm two");
    let asked = request(&world, &["joint/2026-001"]);
    let agencies = asked["parts"][1]["says"]["agencies"].as_array().unwrap();
    let changes: Vec<&str> = agencies.iter().map(|one| one["change"].as_str().unwrap()).collect();
    assert_eq!(changes, ["none", "none", "none", "none", "changed"]);
    for shown in
        ["office/work", "office/request", "helpdesk/trust", "helpdesk/root.json", "elm/key.pub"]
    {
        let told = world.done(0, &["show", &format!("@{shown}"), "--now", NOW]);
        schema_is_tight("advisory", &told, &[]);
    }
    let answers = world.answers.borrow();
    for (name, answer) in answers.iter() {
        println!("{name}");
        let optional = ["roles", "keyid", "signatures"];
        let signs = name.contains(".sign/");
        schema_is_tight("advisory", answer, if signs { &optional } else { &[] });
    }
    let all = "assemble diff edit init keygen lint new preview publish pull request-signatures revoke \
               rotate-key show sign verify";
    let expected: Vec<String> =
        all.split_whitespace().map(|one| format!("tamarisk.advisory.{one}/1")).collect();
    assert_eq!(answers.keys().cloned().collect::<Vec<_>>(), expected);
    for file in ["elm/key.pub", "office/request", "elm/answer"] {
        let file: Value = serde_json::from_slice(&fs::read(world.path(file)).unwrap()).unwrap();
        schema_is_tight("signing", &file, &[]);
    }
}

/// The folders of `crates/advisory/fixtures/zoo`, whose expectations stand in their `case.json`.
#[test]
fn each_attack_of_the_zoo_is_refused_by_name() {
    let zoo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../advisory/fixtures/zoo");
    let mut seen = 0;
    for folder in fs::read_dir(zoo).unwrap().map(|entry| entry.unwrap().path()) {
        let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
        let case: Value = serde_json::from_slice(&fs::read(at("case.json")).unwrap()).unwrap();
        let world = World { folder: tempfile::tempdir().unwrap(), answers: RefCell::default() };
        let (root, known, mirror) = (at("root.json"), at("known"), at("mirror"));
        let now = ["--now", case["now"].as_str().unwrap(), "--root", &root];
        let trust = ["--trust", "@trust"];
        if Path::new(&known).exists() {
            world.done(0, &[&["pull", &known], &trust[..], &now].concat());
        }
        let code = case["code"].as_str().unwrap();
        world.refused(code, &[&["verify", &mirror], &trust[..], &now].concat());
        world.refused(code, &[&["pull", &mirror], &trust[..], &now].concat());
        seen += 1;
    }
    assert!(seen >= 20, "{seen}");
}

#[test]
fn nothing_is_trusted_that_was_not_given() {
    let world = published();
    let told = world.check(2, NOW, &["--advisory", "@mirror", "--trust", "@helpdesk/trust"]);
    assert_eq!(told["error"]["code"], "no_root");
    let zero = format!("{}art", "abandon ".repeat(23));
    let told = world.check(2, NOW, &[&HELPDESK[..], &["--root-words", &zero]].concat());
    assert_eq!(told["error"]["code"], "no_root");
    let told = world.check(2, NOW, &[&HELPDESK[..], &["--root-words", "abandon"]].concat());
    assert_eq!(told["error"]["code"], "usage");
    // Without a folder to remember by, it is verified, and the report says what cannot be seen.
    let without = ["--advisory", "@mirror", "--root", "@helpdesk/root.json"];
    let report = world.check(1, NOW, &without);
    assert_eq!(known(&report)["signed"]["rollback_seen"], false);
    // One bit of the bundle.
    let folder = world.path("mirror/targets/joint/2026-001");
    let file = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&file).unwrap();
    bytes[30] ^= 1;
    fs::write(&file, bytes).unwrap();
    let told = world.check(2, NOW, &without);
    assert_eq!(told["error"]["code"], "arbitrary_software");
}

#[test]
fn a_mirror_travels_as_a_zip() {
    let world = published();
    let mut entries = Vec::new();
    for folder in ["metadata", "targets/joint/2026-001"] {
        for entry in fs::read_dir(world.path("mirror").join(folder)).unwrap() {
            let entry = entry.unwrap();
            let name = format!("stick/{folder}/{}", entry.file_name().to_str().unwrap());
            entries.push((name, fs::read(entry.path()).unwrap()));
        }
    }
    fs::write(world.path("stick.zip"), testkit::cases::zip(&entries).unwrap()).unwrap();
    let verify = ["verify", "@stick.zip", "--root", "@helpdesk/root.json", "--now", NOW];
    assert_eq!(world.done(0, &verify)["rollback_seen"], false);
    let args =
        ["--advisory", "@stick.zip", "--trust", "@helpdesk/trust", "--root", "@helpdesk/root.json"];
    assert_eq!(findings(&world.check(1, NOW, &args), ONE), 1);
}

/// A web server that gives the files of a folder, one connection after the other, until it is asked
/// for `stop`; the test asks for it in the end.
fn web(folder: std::path::PathBuf) -> (String, std::thread::JoinHandle<usize>) {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let served = std::thread::spawn(move || {
        let mut served = 0;
        loop {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
                head.push(byte[0]);
            }
            let head = String::from_utf8(head).unwrap();
            let path = head.split(' ').nth(1).unwrap().trim_start_matches('/').to_owned();
            let body = std::fs::read(folder.join(&path));
            let status = if body.is_ok() { 200 } else { 404 };
            let body = body.unwrap_or_default();
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
            );
            // Who asked for `stop` does not wait for the answer.
            let written = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
            assert!(written.is_ok() || path == "stop", "{written:?}");
            served += usize::from(status == 200);
            if path == "stop" {
                return served;
            }
        }
    });
    (address, served)
}

#[test]
fn a_mirror_is_pulled_from_the_web() {
    use std::io::Write;
    let world = published();
    let (address, served) = web(world.path("mirror"));
    world.done(
        0,
        &[
            "pull",
            &address,
            "--trust",
            "@helpdesk/trust",
            "--root",
            "@helpdesk/root.json",
            "--now",
            NOW,
        ],
    );
    // What was pulled is judged by without the web, and `verify` does not go there.
    world.check(1, NOW, &["--trust", "@helpdesk/trust", "--root", "@helpdesk/root.json"]);
    assert_eq!(
        world.run(&["verify", &address, "--root", "@helpdesk/root.json", "--now", NOW]).code,
        2
    );
    let host = address.trim_start_matches("http://").trim_end_matches('/').to_owned();
    write!(std::net::TcpStream::connect(host).unwrap(), "GET /stop HTTP/1.1\r\n\r\n").unwrap();
    assert!(served.join().unwrap() >= 4, "root, timestamp, snapshot and targets at least");
}

/// Serves the folder it runs in over TLS, and prints the port.
const SERVE: &str = r#"
import http.server, ssl, sys
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
"#;

/// A program that ends with the test.
struct Ended(std::process::Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_mirror_is_pulled_over_tls_from_a_server_that_is_trusted() {
    use std::io::BufRead;
    use std::process::{Command, Stdio};
    let there = |program: &str, word: &str| {
        Command::new(program).arg(word).output().is_ok_and(|output| output.status.success())
    };
    if !there("python3", "--version") || !there("openssl", "version") {
        support::skipped("python3 or openssl is not there to serve over TLS");
        return;
    }
    let world = published();
    let (cert, key) = (world.text("cert.pem"), world.text("key.pem"));
    support::taxii::certificate(Path::new(&cert), Path::new(&key));
    let child = Command::new("python3")
        .args(["-c", SERVE, &cert, &key])
        .current_dir(world.path("mirror"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut server = Ended(child);
    let mut port = String::new();
    std::io::BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut port).unwrap();
    let address = format!("https://127.0.0.1:{}/", port.trim());
    let pull = ["pull", &address, "--root", "@helpdesk/root.json", "--now", NOW];
    // Nobody vouches for the certificate: nothing is taken, though signatures would show what it is.
    let others = world.run(&[&pull[..], &["--trust", "@helpdesk/none"]].concat());
    assert_eq!(others.code, 2, "{}", others.stdout);
    let told =
        world.done(0, &[&pull[..], &["--trust", "@helpdesk/trust", "--ca", "@cert.pem"]].concat());
    assert_eq!(told["files"][0]["signed_by"].as_array().unwrap().len(), 3);
    world.check(1, NOW, &["--trust", "@helpdesk/trust"]);
}
