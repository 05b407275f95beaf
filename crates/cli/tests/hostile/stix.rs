//! `stix match`, `stix format`, `stix validate`.

use crate::support::{tamarisk, tamarisk_fed};
use crate::{carried, carries, document, marked, nothing_acts, quoted, shown};
use serde_json::{Value, json};

#[test]
fn patterns() {
    let texts = marked(|text| !text.contains('\0'));
    let all: Vec<String> =
        texts.iter().map(|text| format!("file:name = '{}'", quoted(text))).collect();
    let pattern = format!("[{}]", all.join(" OR "));
    let json = tamarisk(&["stix", "format", "--pattern", &pattern, "--format", "json"]);
    let told = document("stix format", &json.stdout);
    let again = told["pattern"].as_str().unwrap();
    for text in &texts {
        assert!(again.contains(&quoted(text)), "{text:?}");
    }
    let text = tamarisk(&["stix", "format", "--pattern", &pattern]).stdout;
    nothing_acts("stix format", &text);
    assert_eq!(shown(&text, &texts), texts.len());
}

#[test]
fn observed_data() {
    let texts = marked(|_| true);
    let data: Vec<Value> = texts
        .iter()
        .map(|text| {
            json!({
                "type": "observed-data", "id": text, "number_observed": 1,
                "first_observed": "2020-01-01T00:00:00Z", "last_observed": "2020-01-01T00:00:00Z",
                "objects": {"0": {"type": "file", "name": "a"}},
            })
        })
        .collect();
    for one in &data {
        let args = ["stix", "match", "--pattern", "[file:name = 'a']", "--observed", "-"];
        let run =
            tamarisk_fed(&[&args[..], &["--format", "json"]].concat(), one.to_string().as_bytes());
        let told = document("stix match", &run.stdout);
        assert_eq!(told["observed"][0], one["id"]);
    }
    let twice = "[file:name = 'a'] AND [file:name = 'a']";
    let args = ["stix", "match", "--pattern", twice, "--observed", "-"];
    let run = tamarisk_fed(&args, Value::from(data).to_string().as_bytes());
    nothing_acts("stix match", &run.stdout);
    assert!(shown(&run.stdout, &texts) >= 1, "{}", run.stdout);
}

#[test]
fn objects() {
    let texts = marked(|_| true);
    let objects: Vec<Value> = texts.iter().flat_map(|text| [
        json!({"type": "malware", "id": text, "spec_version": "2.1", "is_family": true, "name": text, text: text}),
        json!({"type": text, "id": "x", "spec_version": text}),
    ]).collect();
    let bundle = json!({"type": "bundle", "id": "bundle--x", "objects": objects}).to_string();
    let json = tamarisk_fed(&["stix", "validate", "-", "--format", "json"], bundle.as_bytes());
    let told = document("stix validate", &json.stdout);
    carries("stix validate", &told, &texts);
    let text = tamarisk_fed(&["stix", "validate", "-"], bundle.as_bytes()).stdout;
    nothing_acts("stix validate", &text);
    assert!(shown(&text, &texts) >= 200);
    assert!(carried(&told, &texts).len() >= 200);
}
