//! What comes in the body: of another form, too large, by chunks.

use fidela_api_tests::{Server, With};
use fidela_protocol::routes::Id;
use serde_json::{Value, json};

use super::scene::{has_case, raw, refused, scene, writing};

/// Bodies that no route takes.
#[tokio::test]
async fn bodies_that_are_wrong_are_refused_with_a_stable_code() {
    let scene = scene().await;
    for route in writing().filter(|route| route.request.is_some()) {
        let case = has_case(route, &scene);
        let body = case.body.clone().expect("a body");
        let text = body.to_string();
        let too_large = format!("{text}{}", " ".repeat((1 << 20) + 1 - text.len()));
        let wrong_type =
            |place: Option<&'static str>, value: Value| place.map(|place| body.clone().with(place, value));
        let bodies = [
            ("too large", Some(too_large), &["body_too_large"][..]),
            ("empty", Some(String::new()), &["invalid_json"]),
            ("broken JSON", Some(text[..text.len() - 1].to_owned()), &["invalid_json"]),
            ("JSON and more", Some(format!("{text}{text}")), &["invalid_json"]),
            ("not UTF-8", None, &["invalid_json", "invalid_body"]),
            ("deep JSON", Some("[".repeat(100_000)), &["invalid_json", "invalid_body"]),
            ("a list", Some("[]".to_owned()), &["invalid_body", "invalid_program"]),
            ("its fields as a list", Some(as_list(&body)), &["invalid_body", "invalid_program"]),
            ("null", Some("null".to_owned()), &["invalid_body", "invalid_program"]),
            ("a text", Some("\"x\"".to_owned()), &["invalid_body", "invalid_program"]),
            (
                "an unknown field",
                Some(body.clone().with("surprise", 1).to_string()),
                &["invalid_body", "invalid_program"],
            ),
            (
                "a field twice",
                Some(format!("{},{}", &text[..text.len() - 1], &text[1..])),
                &["invalid_body", "invalid_program"],
            ),
            (
                "a number as text",
                wrong_type(case.number, json!("7")).map(|body| body.to_string()),
                &["invalid_body", "invalid_program"],
            ),
            (
                "a fraction",
                wrong_type(case.number, json!(1.5)).map(|body| body.to_string()),
                &["invalid_body", "invalid_program"],
            ),
            (
                "a list as text",
                wrong_type(case.text, json!(["x"])).map(|body| body.to_string()),
                &["invalid_body", "invalid_program"],
            ),
            (
                "null as text",
                wrong_type(case.text, Value::Null).map(|body| body.to_string()),
                &["invalid_body", "invalid_program"],
            ),
            (
                "2^53",
                wrong_type(case.number, json!(9_007_199_254_740_992_i64)).map(|body| body.to_string()),
                &[],
            ),
            ("the largest i64", wrong_type(case.number, json!(i64::MAX)).map(|body| body.to_string()), &[]),
            ("the smallest i64", wrong_type(case.number, json!(i64::MIN)).map(|body| body.to_string()), &[]),
            (
                "2^64",
                wrong_type(case.number, json!("NUMBER"))
                    .map(|body| body.to_string().replace("\"NUMBER\"", "18446744073709551616")),
                &[],
            ),
            (
                "1e400",
                wrong_type(case.number, json!("NUMBER"))
                    .map(|body| body.to_string().replace("\"NUMBER\"", "1e400")),
                &[],
            ),
        ];
        for (how, body, codes) in bodies {
            // A name, or a note, is optional: null says nothing of it.
            let may_miss = [Id::PutCustomer, Id::ApproveReferral, Id::RefuseReferral];
            let optional = how == "null as text" && may_miss.contains(&route.id);
            // A program is read as a document: a field told twice is told last.
            let last_wins = how == "a field twice" && matches!(route.id, Id::PutProgram | Id::PutOrder);
            let body = match (how, body) {
                ("not UTF-8", _) => b"{\"name\":\"\xff\"}".to_vec(),
                (_, None) => continue,
                (_, Some(_)) if optional || last_wins => continue,
                (_, Some(body)) => body.into_bytes(),
            };
            let answer = refused(&scene, route, how, raw(&scene, route, &case, Some(body))).await;
            let code = answer.problem()["code"].as_str().expect("a code").to_owned();
            let fits =
                codes.is_empty() && matches!(answer.status, 400 | 422) || codes.contains(&code.as_str());
            assert!(fits, "{} {how}: {}", route.name, answer.text());
        }
    }
}

/// An object's values without their names.
fn as_list(body: &Value) -> String {
    Value::Array(body.as_object().expect("an object").values().cloned().collect()).to_string()
}

/// What is too large is refused before it has come, and also if it does not say how large it is.
#[tokio::test]
async fn a_body_too_large_is_refused_also_in_chunks() {
    let scene = scene().await;
    // A spreadsheet may be larger: `imports.rs`.
    for route in writing().filter(|route| route.id != Id::CreateImport) {
        let case = has_case(route, &scene);
        let before = scene.store.everything().await;
        let answer =
            in_chunks(&scene.store.server, route.method, &case.path, &scene.store.secret_key, 17, 1 << 16)
                .await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{}: {answer}", route.name);
        assert!(
            answer.contains("application/problem+json") && answer.contains("body_too_large"),
            "{}: {answer}",
            route.name
        );
        assert_eq!(scene.store.everything().await, before);
    }
    // Exactly 1 MiB is read, and refused for what is in it only.
    let answer =
        in_chunks(&scene.store.server, "POST", "/v1/keys", &scene.store.secret_key, 16, 1 << 16).await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    let padded = format!("{}{}", json!({ "name": "Padded" }), " ".repeat(1 << 20));
    scene.store.merchant("POST", "/v1/keys").raw(&padded.as_bytes()[..1 << 20]).send().await.ok(201);
}

/// Sends a body of blanks by chunks, without a length, and answers what comes back.
async fn in_chunks(
    server: &Server,
    method: &str,
    path: &str,
    key: &str,
    chunks: usize,
    size: usize,
) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", server.port())).await.expect("a connection");
    let (mut from, mut to) = stream.into_split();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\nidempotency-key: chunks\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    let sending = tokio::spawn(async move {
        // The server may have answered and hung up before all of it was sent.
        let _ = to.write_all(head.as_bytes()).await;
        for _ in 0..chunks {
            let chunk = format!("{size:x}\r\n{}\r\n", " ".repeat(size));
            let _ = to.write_all(chunk.as_bytes()).await;
        }
        let _ = to.write_all(b"0\r\n\r\n").await;
        to
    });
    let mut answer = Vec::new();
    let _ = from.read_to_end(&mut answer).await;
    drop(sending.await);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Within a body as well, an object is not the list of its values.
#[tokio::test]
async fn no_object_is_told_as_a_list() {
    let store = scene().await.store;
    let lines = json!([["1", "sku", [], 1, 10_000, 0, 0, 0, 0, null]]);
    let told = fidela_api_tests::order("1001", "c-1", 0).with("lines", lines);
    store.put_order(&told).send().await.refused("invalid_body");
}
