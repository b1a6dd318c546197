//! Every case beside this crate passes.

use serde_json::Value;
use std::path::Path;

#[test]
fn every_case_is_answered_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut cases_seen = 0;
    let mut wrong = Vec::new();
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let document: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        for case in document["cases"].as_array().unwrap() {
            cases_seen += 1;
            let answer = fidela_vectors::answer(case["suite"].as_str().unwrap(), &case["given"]);
            if answer.as_ref() != Ok(&case["expect"]) {
                wrong.push(format!(
                    "{}: {} expected {} got {answer:?}",
                    file.display(),
                    case["id"],
                    case["expect"]
                ));
            }
        }
    }
    assert!(cases_seen > 40, "only {cases_seen} cases were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
