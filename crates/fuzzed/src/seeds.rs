//! What fuzzing begins from: fixtures of the crates, and what testkit builds; inert.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use testkit::apk::{Apk, Component, Digesting, Scheme, Signer};
use testkit::backup::Backup;
use testkit::dex::{Call, Class, Dex, Op};

/// A pair made for this; it opens nothing else.
pub const IDENTITY: &str =
    "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

/// Longest seed: short inputs are quick.
const LONGEST: usize = 16 << 10;

/// The files below folders of the project, less what is expected of them.
fn files(folders: &[&str]) -> Vec<(PathBuf, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut all = Vec::new();
    for folder in folders {
        let below = testkit::cases::files_below(&root.join(folder)).expect("a folder of fixtures");
        all.extend(below.into_iter().map(|(_, path)| path));
    }
    all.retain(|path| path.file_name().is_some_and(|name| name != "expected.json"));
    all.into_iter()
        .filter_map(|path| Some((fs::read(&path).ok()?, path)))
        .filter(|(bytes, _)| !bytes.is_empty() && bytes.len() <= LONGEST)
        .map(|(bytes, path)| (path, bytes))
        .collect()
}

fn bytes(folders: &[&str]) -> Vec<Vec<u8>> {
    files(folders).into_iter().map(|(_, bytes)| bytes).collect()
}

/// With the name of the file as first line.
fn named(folders: &[&str]) -> Vec<Vec<u8>> {
    let with_name = |(path, bytes): (PathBuf, Vec<u8>)| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        [name.as_bytes(), b"\n", &bytes].concat()
    };
    files(folders).into_iter().map(with_name).collect()
}

/// Each line, from a character on.
fn lines(folders: &[&str], from: char) -> Vec<Vec<u8>> {
    let all = bytes(folders);
    let texts = all.iter().map(|bytes| String::from_utf8_lossy(bytes));
    texts
        .flat_map(|text| {
            let parts = text.lines().filter_map(|line| line.get(line.find(from)?..));
            parts.map(|part| part.as_bytes().to_vec()).collect::<Vec<_>>()
        })
        .collect()
}

pub(crate) fn lists() -> Vec<Vec<u8>> {
    named(&["crates/lists/fixtures"])
}

pub(crate) fn stix_pattern() -> Vec<Vec<u8>> {
    lines(&["crates/stix/fixtures/patterns"], '[')
}

pub(crate) fn stix_bundle() -> Vec<Vec<u8>> {
    let mut all = lines(&["crates/stix/fixtures/objects"], '{');
    all.extend(bytes(&["crates/lists/fixtures/stix2-broken"]));
    all
}

pub(crate) fn tuf_metadata() -> Vec<Vec<u8>> {
    bytes(&["crates/advisory/fixtures"])
}

pub(crate) fn dumpstate() -> Vec<Vec<u8>> {
    bytes(&["crates/parsers/fixtures/dumpstate", "crates/dumpsys/fixtures"])
}

/// Artifacts of acquisitions, with their names.
pub(crate) fn by_path() -> Vec<Vec<u8>> {
    let mut all = named(&["crates/parsers/fixtures/androidqf", "cases/base/androidqf"]);
    for path in ["FS/data/anr/anr_0", "logs/logcat.txt", "env.txt", "selinux.txt", "services.txt"] {
        all.push(
            [path.as_bytes(), b"\n11-20 10:00:00.000  1000  1000 I am_kill : [0,1,x,0,y]\n"]
                .concat(),
        );
    }
    all.push([b"FS/data/tombstones/tombstone_00.pb\n", &tombstone()[0][..]].concat());
    all
}

fn with_name(name: &str) -> Vec<Vec<u8>> {
    let all = files(&["crates/parsers/fixtures/androidqf", "cases/base/androidqf"]);
    let is =
        |path: &Path| path.file_name().is_some_and(|one| one.to_string_lossy().starts_with(name));
    all.into_iter().filter(|(path, _)| is(path)).map(|(_, bytes)| bytes).collect()
}

pub(crate) fn packages() -> Vec<Vec<u8>> {
    with_name("packages")
}

pub(crate) fn processes() -> Vec<Vec<u8>> {
    with_name("processes")
}

/// `tombstone.proto` of AOSP (system/core/debuggerd/proto): arch, fingerprint, timestamp, pid, uid,
/// command line, signal, causes and threads, encoded by hand.
pub(crate) fn tombstone() -> Vec<Vec<u8>> {
    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, u8::try_from(bytes.len()).expect("a short field")], bytes].concat()
    }
    let signal = [&[0x08, 11][..], &field(2, b"SIGSEGV")].concat();
    let frame =
        [&[0x08, 0x10][..], &field(4, b"main"), &field(6, b"/system/lib64/libc.so")].concat();
    let thread = [&[0x08, 0x01][..], &field(2, b"main"), &field(4, &frame)].concat();
    let entry = [&[0x08, 0x01][..], &field(2, &thread)].concat();
    let whole = [
        &[0x08, 0x01][..],
        &field(2, b"google/panther/panther:14/X/1:user/release-keys"),
        &field(4, b"2026-09-30 10:00:00.000000000+0000"),
        &[0x28, 0x7b, 0x30, 0x7b, 0x38, 0xe8, 0x07],
        &field(9, b"org.example.app"),
        &field(10, &signal),
        &field(14, b"abort"),
        &field(15, &field(1, b"null pointer dereference")),
    ]
    .concat();
    let threads = [&[0x82, 0x01, u8::try_from(entry.len()).expect("short")][..], &entry].concat();
    vec![whole.clone(), [whole, threads].concat(), b"pid: 1, tid: 1, name: x  >>> y <<<\n".to_vec()]
}

/// Lines as Android's intrusion logging exports them.
pub(crate) fn intrusion_log() -> Vec<Vec<u8>> {
    let mut all = bytes(&["crates/parsers/fixtures/sources"]);
    for text in [
        r#"{"security_event":{"tag":210005,"time":1763600000000,"data":["org.example",1,2,3,"x","y"]}}"#,
        r#"{"dns_event":{"hostname":"evil.example","addresses":["198.51.100.1"],"package_name":"a","time":1}}"#,
        r#"{"connect_event":{"ip":"198.51.100.1","port":443,"package_name":"a","time":1763600000000}}"#,
    ] {
        all.push(format!("{text}\n{text}\n").into_bytes());
    }
    all
}

/// Manifests are stored, not deflated, so that a mutation of one byte stays one.
pub(crate) fn apk() -> Vec<Vec<u8>> {
    use Scheme::{V1, V2, V3, V31};
    let small = || Apk::new("org.example.app").manifest_stored();
    let listener = Component::new("Listener")
        .exported(true)
        .permission("android.permission.BIND_ACCESSIBILITY_SERVICE")
        .action("android.accessibilityservice.AccessibilityService");
    vec![
        small().sign(Signer::A, &[V1]).build(),
        small().sign(Signer::A, &[V2]).protected().build(),
        small().rotated(&[Signer::A, Signer::B]).sign(Signer::A, &[V1, V2, V3, V31]).build(),
        small().sign(Signer::A, &[V2]).stamp(Signer::C).build(),
        small().digesting(Digesting::Verity).sign(Signer::B, &[V2]).build(),
        small()
            .label("Example")
            .label_in("zh-TW", "範例")
            .service(listener)
            .provider(".Files")
            .build(),
    ]
}

/// The member of a signed app whose name ends so; signed once, since that takes time.
pub(crate) fn member_of_app(ends: &str) -> Vec<u8> {
    static APP: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let app = Apk::new("org.example.app").label("Example").label_in("ug", "مىسال");
        let app =
            app.permission("android.permission.CAMERA").activity(Component::launcher(".Main"));
        app.sign(Signer::A, &[Scheme::V1]).build()
    });
    members(&APP, ends).remove(0)
}

fn members(file: &[u8], ends: &str) -> Vec<Vec<u8>> {
    use evidence::Tree;
    let limits = evidence::Limits::default();
    let blob = evidence::Blob::from_bytes(file.to_vec());
    let (tree, _) = evidence::ZipTree::open(blob, &limits).expect("a zip");
    let wanted = tree.members().iter().filter(|member| member.path.ends_with(ends));
    wanted
        .map(|member| {
            tree.blob(member, &limits).and_then(|blob| blob.to_vec(1 << 20)).expect("a member")
        })
        .collect()
}

pub(crate) fn manifest() -> Vec<Vec<u8>> {
    let mut all: Vec<_> =
        apk().iter().flat_map(|app| members(app, "AndroidManifest.xml")).collect();
    all.push(member_of_app("AndroidManifest.xml"));
    all
}

pub(crate) fn resources() -> Vec<Vec<u8>> {
    let mut all: Vec<_> = apk().iter().flat_map(|app| members(app, "resources.arsc")).collect();
    all.push(member_of_app("resources.arsc"));
    all
}

pub(crate) fn cms() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for ends in [".RSA", ".EC", ".DSA"] {
        all.extend(apk().iter().flat_map(|app| members(app, ends)));
    }
    all
}

/// From the first of its two sizes to the end of its magic.
pub(crate) fn signing_block() -> Vec<Vec<u8>> {
    const MAGIC: &[u8] = b"APK Sig Block 42";
    let block = |file: Vec<u8>| {
        let end = file.windows(MAGIC.len()).rposition(|window| window == MAGIC)? + MAGIC.len();
        let size = u64::from_le_bytes(file.get(end - 24..end - 16)?.try_into().ok()?);
        file.get(end.checked_sub(usize::try_from(size).ok()?.checked_add(8)?)?..end)
            .map(<[u8]>::to_vec)
    };
    apk().into_iter().filter_map(block).collect()
}

pub(crate) fn dex() -> Vec<Vec<u8>> {
    const RECORD: &str = "Landroid/media/MediaRecorder;";
    const MAIN: &str = "Lorg/example/Main;";
    const OTHER: &str = "Lorg/example/Other;";
    let start = "(Landroid/content/Intent;II)I";
    let service =
        |code| Class::new(MAIN, "Landroid/app/Service;").method("onStartCommand", start, code);
    let uri = "Landroid/net/Uri;";
    let reads = Op::ReadField(
        1,
        "Landroid/provider/CallLog$Calls;".into(),
        "CONTENT_URI".into(),
        uri.into(),
    );
    let creates = vec![
        Op::New(3, OTHER.into()),
        Op::call(Call::Direct, OTHER, "<init>", "()V"),
        Op::call(Call::Interface, "Ljava/lang/Runnable;", "run", "()V"),
        Op::ConstString(1, "content://sms/inbox 微信 😀".into()),
        Op::ConstClass(4, MAIN.into()),
        Op::Result(2),
    ];
    let other = Class::new(OTHER, "Ljava/lang/Object;")
        .implements("Ljava/lang/Runnable;")
        .method("<init>", "()V", vec![])
        .method(
            "run",
            "()V",
            vec![Op::New(0, RECORD.into()), Op::call(Call::Virtual, RECORD, "start", "()V")],
        );
    // Branches, a switch with its table, an array's data (AOSP, "Dalvik bytecode format").
    let odd = vec![Op::Raw(vec![
        0x0028, 0x0038, 0x0002, 0x002b, 0x0003, 0, 0x0100, 0x0002, 0, 0, 3, 0, 5, 0,
    ])];
    [
        vec![],
        vec![service(vec![reads, Op::ConstString(2, "su".into())])],
        vec![service(creates), other],
        vec![service(odd)],
    ]
    .map(|classes| Dex { classes }.bytes())
    .into()
}

pub(crate) fn zip() -> Vec<Vec<u8>> {
    let inner = testkit::archive::zip([("a/b.txt", &b"text text text text"[..])]);
    let outer = testkit::archive::zip([("x.zip", &inner[..]), ("ü", b"y"), ("../z", b"")]);
    vec![inner, outer, testkit::archive::zip([]), apk().remove(0)]
}

pub(crate) fn backup() -> Vec<Vec<u8>> {
    let backup = Backup::new()
        .file("apps/org.example/f/a", "text")
        .file("apps/org.example/_manifest", "1\n");
    vec![backup.plain(5), backup.plain(1), backup.tar(), backup.locked(5, "x")]
}

pub(crate) fn age() -> Vec<Vec<u8>> {
    let identity: age::x25519::Identity = IDENTITY.parse().expect("an identity");
    let recipient = identity.to_public();
    [0, 5, 70_000]
        .map(|size| {
            let recipients = std::iter::once(&recipient as &dyn age::Recipient);
            let encryptor = age::Encryptor::with_recipients(recipients).expect("a recipient");
            let mut file = Vec::new();
            let mut out = encryptor.wrap_output(&mut file).expect("memory");
            out.write_all(&vec![7; size]).and_then(|()| out.finish()).expect("memory");
            file
        })
        .into()
}

pub(crate) fn sqlite() -> Vec<Vec<u8>> {
    let made = rusqlite::Connection::open_in_memory().and_then(|mut db| {
        db.execute_batch(
            "PRAGMA page_size = 512; CREATE TABLE urls(url TEXT, title TEXT, n INTEGER);
             CREATE INDEX i ON urls(n); INSERT INTO urls VALUES('https://evil.example', 'x', 1);
             INSERT INTO urls VALUES(zeroblob(2000), NULL, 2.5);",
        )?;
        db.serialize("main").map(|bytes| bytes.to_vec())
    });
    vec![made.expect("a database")]
}

pub(crate) fn custody() -> Vec<Vec<u8>> {
    let artifact =
        custody::Artifact { path: "a/b".into(), sha256: Some("ab".repeat(32)), size: Some(7) };
    let manifest = custody::Manifest {
        schema: custody::SCHEMA.into(),
        version: "0.1.0".into(),
        examined_at: "2026-01-01T00:00:00Z".into(),
        outputs: vec![custody::Output {
            name: "report.json".into(),
            sha256: "cd".repeat(32),
            size: 9,
        }],
        artifacts: vec![artifact],
    };
    let key = advisory::SecretKey::from_seed(advisory::Kind::Ed25519, &[3; 32]).expect("a key");
    let signature = custody::Signature::make(&"ef".repeat(32), &key).expect("a signature");
    vec![manifest.bytes(), signature.bytes()]
}

/// A `TimeStampResp` as RFC 3161 builds it, without the signature that is not looked at.
pub(crate) fn time_stamp() -> Vec<Vec<u8>> {
    fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let inner = parts.concat();
        [&[tag, 0x81, u8::try_from(inner.len()).expect("short")][..], &inner].concat()
    }
    let algorithm =
        [0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00];
    let imprint = der(0x30, &[&algorithm, &der(0x04, &[&[0xab; 32]])]);
    let time = der(0x18, &[b"20260101000000Z"]);
    let info = der(0x30, &[&[2, 1, 1], &[6, 3, 0x2a, 3, 4], &imprint, &[2, 1, 9], &time]);
    let content_type = [6, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];
    let content = der(0x30, &[&content_type, &der(0xa0, &[&der(0x04, &[&info])])]);
    let signed = der(0x30, &[&[2, 1, 3], &[0x31, 0], &content]);
    let kind = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
    let token = der(0x30, &[&kind, &der(0xa0, &[&signed])]);
    vec![der(0x30, &[&[0x30, 3, 2, 1, 0], &token]), custody::time_stamp_request(&[1; 32])]
}

/// VDEX of the versions that are read, ODEX and OAT, laid out after AOSP's `vdex_file.h` and
/// `DexFile.h`.
pub(crate) fn dex_container() -> Vec<Vec<u8>> {
    let words = |numbers: &[usize]| -> Vec<u8> {
        let word = |number: &usize| u32::try_from(*number).expect("a short file").to_le_bytes();
        numbers.iter().flat_map(word).collect()
    };
    let (one, two) = (dex().remove(1), dex().remove(2));
    let plain = [&one[..], &two].concat();
    let with_offsets = [&words(&[7])[..], &one, &words(&[9]), &two].concat();
    let (checksums, section) = (words(&[1, 2]), words(&[with_offsets.len(), 0, 3]));
    let early = words(&[2, plain.len(), 5, 3]);
    let table = words(&[3, 0, 48, 8, 1, 60, plain.len(), 2, 0, 0]);
    let odex = words(&[40, one.len(), 0, 0, 0, 0, 0, 0]);
    vec![
        [b"vdex006\0", &early[..], &checksums, &plain, &[0; 8]].concat(),
        [b"vdex010\0", &early[..], &checksums, &plain].concat(),
        [b"vdex019\x00002\0", &words(&[2, 5])[..], &checksums, &section, &with_offsets].concat(),
        [b"vdex021\x00002\0", &words(&[2, 5, 0, 0])[..], &checksums, &section, &with_offsets]
            .concat(),
        [b"vdex027\0", &table[..], &checksums, &[0; 4], &plain].concat(),
        [b"dey\n036\0", &odex[..], &one].concat(),
        [b"\x7fELF\x01\x01\x01\0oat\n064\0", &one[..], b"dex\n", &[0; 64]].concat(),
    ]
}

/// Frames written by hand, and what the readers of a few artifacts send.
pub(crate) fn worker_pipe() -> Vec<Vec<u8>> {
    use evidence::Role;
    use model::{Item, SourceKind};
    let mut all = bytes(&["crates/isolate/fixtures/frames"]);
    let mut send = |first: u8, role: Role, artifact: &[u8]| {
        let mut input = tempfile::tempfile().expect("a file without a name");
        input.write_all(artifact).expect("a written file");
        let mut encoder = isolate::wire::Encoder::default();
        parsers::read(&crate::worker_pipe::job(input, role), &mut |mut item| {
            if let Item::Artifact(row) = &mut item {
                row.size = Some(crate::worker_pipe::LENGTH);
            }
            encoder.push(&item);
        });
        all.push([&[first], encoder.bytes()].concat());
    };
    let artifacts = [
        ("packages.json", packages()),
        ("processes.json", processes()),
        ("FS/data/tombstones/tombstone_00.pb", tombstone()),
        ("getprop.txt", with_name("getprop")),
        ("files.json", with_name("files")),
    ];
    for (path, seeds) in artifacts {
        for seed in seeds {
            let (kind, path) = (SourceKind::Androidqf, path.to_owned());
            send(2, Role::File { kind, path }, &seed);
        }
    }
    for archive in zip().iter().chain(&apk()) {
        send(0, Role::Survey, archive);
        send(1, Role::Container, archive);
    }
    all.retain(|frame| frame.len() <= LONGEST);
    all
}

/// As the examples of the standard (TAXII 2.1, sections 3 to 5) have them.
pub(crate) fn taxii() -> Vec<Vec<u8>> {
    [
        r#"{"title":"Some server","description":"d","contact":"c","default":"https://example.org/api2/","api_roots":["https://example.org/api1/","/trustgroup1/"]}"#,
        r#"{"title":"Group","description":"d","versions":["application/taxii+json;version=2.1"],"max_content_length":10485760}"#,
        r#"{"collections":[{"id":"91a7b528-80eb-42ed-a74d-c6fbd5a26116","title":"High","description":"d","alias":"a","can_read":true,"can_write":false,"media_types":["application/stix+json;version=2.1"]}]}"#,
        r#"{"id":"2d086da7-4bdc-4f91-900e-d77486753710","status":"pending","request_timestamp":"2016-11-02T12:34:34.123456Z","total_count":4,"success_count":1,"successes":[{"id":"indicator--c410e480-e42b-47d1-9476-85307c12bcbf","version":"2018-05-27T12:02:41.312Z"}],"failure_count":1,"failures":[{"id":"malware--664fa29d-bf65-4f28-a667-bdb76f29ec98","version":"2018-05-28T14:03:42.543Z","message":"no"}],"pending_count":2}"#,
        r#"{"title":"Error condition","description":"d","error_id":"1","error_code":"581234","http_status":"409","external_details":"x","details":{"a":"b"}}"#,
        r#"{"more":true,"next":"123","objects":[{"type":"indicator","id":"indicator--252c7c11-daf2-42bd-843b-be65edca9f61","spec_version":"2.1","created":"2016-04-06T20:03:48.000Z","modified":"2016-04-06T20:03:48.000Z","pattern":"[file:name = 'a']","pattern_type":"stix","valid_from":"2016-01-01T00:00:00Z"},{"type":"x","n":1.10}]}"#,
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}

/// What a client sends to a TAXII server: queries, headers and objects.
pub(crate) fn taxii_server() -> Vec<Vec<u8>> {
    [
        "added_after=2016-01-01T00%3A00%3A01.000001Z&limit=5&match%5Btype%5D=indicator,malware",
        "match[id]=indicator--1&match[version]=first,2016-01-01T00:00:00Z&match[spec_version]=2.0,2.1",
        "next=00000000000f4241&limit=100",
        "application/taxii+json;version=2.1",
        "text/html, application/taxii+json; version=\"2.1\";q=0.5, */*;q=0",
        "Basic YWdlbmN5OmEgcGFzc3dvcmQ=",
        "amber+strict",
        r#"{"type":"indicator","id":"indicator--252c7c11-daf2-42bd-843b-be65edca9f61","spec_version":"2.1","created":"2016-04-06T20:03:48.000Z","modified":"2016-04-06T20:03:48.000Z","object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"],"granular_markings":[{"selectors":["name"],"marking_ref":"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"}],"name":"n"}"#,
        r#"{"type":"report","id":"report--252c7c11-daf2-42bd-843b-be65edca9f61","created":"2016-04-06T20:03:48.000Z","modified":"2016-04-06T20:03:48.000Z","object_refs":["indicator--252c7c11-daf2-42bd-843b-be65edca9f61","malware--1"]}"#,
        r#"{"type":"domain-name","id":"domain-name--252c7c11-daf2-52bd-843b-be65edca9f61","value":"example.org"}"#,
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}

/// A sighting, its key and its month.
pub(crate) fn sighting() -> Vec<Vec<u8>> {
    let secret = sightings::Secret::from_seed(&[7; 32]);
    let month: sightings::Month = "2026-11".parse().expect("a month");
    let indicator = "indicator--11111111-1111-4111-8111-111111111111";
    let one = sightings::Sighting::make(&secret, indicator, 2, month, b"x").expect("a sighting");
    let texts = format!("{}\n{month}\n", sightings::Signer::public(&secret));
    vec![one.to_json().into_bytes(), texts.into_bytes()]
}
