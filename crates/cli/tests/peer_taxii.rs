//! OASIS' own client (taxii2-client, PyPI) against our server, and our client against OASIS' own
//! server (medallion, PyPI). Without them the tests say that they skip.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

mod support;

use serde_json::{Value, json};
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use support::taxii::{PASSWORD, Serving, bundle, indicator, is_built, peers};
use support::{tamarisk, tamarisk_fed};

/// Walks the server with every method that OASIS' client has, and prints what it saw.
const WALK: &str = r#"
import json, sys
from taxii2client.v21 import Server, as_pages
url, password = sys.argv[1], sys.stdin.read().strip()
server = Server(url, user="agency", password=password)
root = server.default
seen = {"title": server.title, "roots": len(server.api_roots), "root": root.title, "versions": root.versions}
names = {c.title: c for c in root.collections}
warnings = names["warnings"]
seen["rights"] = [warnings.can_read, warnings.can_write, warnings.alias, warnings.media_types]
pages = list(as_pages(warnings.get_objects, per_request=60))
seen["pages"] = [len(p["objects"]) for p in pages]
seen["ids"] = [o["id"] for p in pages for o in p["objects"]]
seen["manifest"] = sum(len(p["objects"]) for p in as_pages(warnings.get_manifest, per_request=100))
one = seen["ids"][3]
seen["object"] = warnings.get_object(one)["objects"][0]["id"]
seen["versions_of"] = warnings.object_versions(one)["versions"]
seen["by_type"] = len(warnings.get_objects(type=["indicator", "malware"], limit=5)["objects"])
seen["by_id"] = [o["id"] for o in warnings.get_objects(id=one)["objects"]]
added = json.loads(sys.argv[2])
status = warnings.add_objects({"objects": [added]})
seen["status"] = [status.status, status.success_count, status.failure_count, len(status.successes)]
status.refresh()
seen["again"] = root.get_status(status.id).status
warnings.delete_object(one)
seen["left"] = len([o for p in as_pages(warnings.get_objects, per_request=60) for o in p["objects"]])
print(json.dumps(seen))
"#;

#[test]
fn oasis_client_walks_our_server() {
    if !is_built() {
        return;
    }
    let Some(programs) = peers() else { return };
    let mut serving = Serving::new();
    serving.start();
    let given = serving.path("given.json");
    fs::write(&given, bundle(0..250)).unwrap();
    let pushed = serving.taxii("push", &["--collection", "warnings", given.to_str().unwrap()]);
    assert_eq!(pushed.code, 0, "{}", pushed.stderr);
    let mut child = Command::new(programs.join("python"))
        .args(["-c", WALK, &serving.url, &indicator(999)])
        .env_remove("http_proxy")
        .env("NO_PROXY", "127.0.0.1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), PASSWORD.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let seen: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&seen["title"], &seen["roots"], &seen["root"]),
        (&json!("Tamarisk TAXII server"), &json!(1), &json!("Warnings"))
    );
    assert_eq!(seen["versions"], json!(["application/taxii+json;version=2.1"]));
    let media = json!(["application/stix+json;version=2.1", "application/stix+json;version=2.0"]);
    assert_eq!(seen["rights"], json!([true, true, "warnings", media]));
    assert_eq!(seen["pages"], json!([60, 60, 60, 60, 10]));
    let expected: Vec<String> =
        (0..250).map(|n| format!("indicator--00000000-0000-4000-8000-{n:012}")).collect();
    assert_eq!(seen["ids"], json!(expected));
    assert_eq!(seen["manifest"], 250);
    assert_eq!((&seen["object"], &seen["by_id"][0]), (&json!(expected[3]), &json!(expected[3])));
    assert_eq!(seen["versions_of"], json!(["2020-01-01T00:00:00.000Z"]));
    assert_eq!(seen["by_type"], 5);
    assert_eq!(seen["status"], json!(["complete", 1, 0, 1]));
    assert_eq!((&seen["again"], &seen["left"]), (&json!("complete"), &json!(250)));
}

/// A server that is ended with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn our_client_walks_oasis_server() {
    let Some(programs) = peers() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/");
    let id = "91a7b528-80eb-42ed-a74d-c6fbd5a26116";
    let objects: Vec<Value> =
        (0..250).map(|n| serde_json::from_str(&indicator(n)).unwrap()).collect();
    let manifest: Vec<Value> = (0..250)
        .map(|n| json!({"id": objects[n]["id"], "version": objects[n]["modified"], "date_added": format!("2020-02-01T00:00:00.{n:06}Z"), "media_type": "application/stix+json;version=2.1"}))
        .collect();
    let data = json!({
        "/discovery": {"title": "M", "default": format!("{url}api/"), "api_roots": [format!("{url}api/")]},
        "api": {
            "information": {"title": "A", "versions": ["application/taxii+json;version=2.1"], "max_content_length": 100_000},
            "status": [],
            "collections": [{"id": id, "title": "W", "can_read": true, "can_write": true, "media_types": ["application/stix+json;version=2.1"], "objects": objects, "manifest": manifest}],
        },
    });
    fs::write(path("data.json"), data.to_string()).unwrap();
    let config = json!({
        "backend": {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend", "filename": path("data.json")},
        "users": {"agency": PASSWORD}, "taxii": {"max_page_size": 40},
    });
    fs::write(path("config.json"), config.to_string()).unwrap();
    let child = Command::new(programs.join("medallion"))
        .args(["--port", &port.to_string()])
        .arg(path("config.json"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let server = Ended(child);
    // Python takes a while to start: at most a minute.
    let up = (0..600).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        TcpStream::connect(("127.0.0.1", port)).is_ok()
    });
    assert!(up, "medallion did not start");
    fs::write(path("password"), PASSWORD).unwrap();
    let password = path("password").display().to_string();
    let who = ["--user", "agency", "--password-file", &password];
    let output = path("out.json").display().to_string();
    let pull = [&["taxii", "pull", &url], &who[..], &["-o", &output, "--format", "json"]].concat();
    let run = tamarisk(&pull);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((told["objects"].as_u64(), told["pages"].as_u64()), (Some(250), Some(7)), "{told}");
    let pulled: Value = serde_json::from_slice(&fs::read(&output).unwrap()).unwrap();
    let ids: Vec<&Value> =
        pulled["objects"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    let expected: Vec<&Value> = objects.iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, expected);
    // It takes what we hand over, in more than one envelope.
    let given = path("given.json").display().to_string();
    fs::write(&given, bundle(1000..1500)).unwrap();
    let run =
        tamarisk(&[&["taxii", "push", &url], &who[..], &[&given, "--format", "json"]].concat());
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(told["added"], 500);
    assert!(told["statuses"].as_array().unwrap().len() > 1);
    let wrong = tamarisk_fed(
        &["taxii", "collections", &url, "--user", "agency", "--password-file", "-"],
        b"x\n",
    );
    assert_eq!(wrong.code, 2, "{}", wrong.stdout);
    drop(server);
}
