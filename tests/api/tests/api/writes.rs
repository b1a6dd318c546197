//! Every route that writes, from the router's own table: told again, told differently, told by others, told
//! wrongly. A route that writes and has no case here fails, and what is refused changes nothing.

use fidela_api_tests::{Answer, Ask, Server, Store, With, cart, order, program, sign};
use fidela_protocol::routes::{Caller, Id, ROUTES, Repeat, Route};
use serde_json::{Value, json};

/// A good request of a route, in a store that has what it needs.
struct Case {
    path: String,
    body: Option<Value>,
    /// Where a number stands in the body.
    number: Option<&'static str>,
    /// Where a text stands in the body.
    text: Option<&'static str>,
}

impl Case {
    fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), body: None, number: None, text: None }
    }

    fn body(mut self, body: Value, number: Option<&'static str>, text: Option<&'static str>) -> Self {
        self.body = Some(body);
        (self.number, self.text) = (number, text);
        self
    }
}

/// A store with two customers, each with points, an order and a redemption, and a second key.
struct Scene {
    store: Store,
    redemption: Value,
    key: String,
}

async fn scene() -> Scene {
    let store = Store::open(program()).await;
    for customer in ["c-1", "c-2"] {
        store.customer_with(customer, 1_000).await;
        store.tell(&order(&format!("of-{customer}"), customer, 10_000).with("status", "delivered")).await;
    }
    let redemption = store.held("c-1", 10, &cart(10_000)).await;
    store.held("c-2", 10, &cart(10_000)).await;
    let key = store.merchant("POST", "/v1/keys").json(&json!({ "name": "Second" })).send().await.ok(201);
    let key = key["id"].as_str().expect("an id").to_owned();
    Scene { store, redemption, key }
}

/// What a route is asked, or nothing where it does not write.
fn case(id: Id, scene: &Scene) -> Option<Case> {
    let redemption = scene.redemption["id"].as_str().expect("an id");
    let hold = json!({ "points": 5, "cart": cart(10_000) });
    Some(match id {
        Id::CreateStore => {
            let body = json!({ "name": "Another", "shards": 1, "program": program() });
            Case::new("/v1/stores").body(body, Some("/shards"), Some("/name"))
        }
        Id::PutProgram => {
            let body = program().with("/redemption/max_bps", 3_000);
            Case::new("/v1/program").body(body, Some("/points/value/minor"), Some("/currency"))
        }
        Id::CreateKey => Case::new("/v1/keys").body(json!({ "name": "Third" }), None, Some("/name")),
        Id::RevokeKey => Case::new(format!("/v1/keys/{}", scene.key)),
        Id::PutOrder => {
            let body = order("1001", "c-1", 10_000).with("status", "delivered");
            Case::new("/v1/orders/1001").body(body, Some("/lines/0/unit_price"), Some("/status"))
        }
        Id::PutCustomer => {
            let body = json!({ "name": "Ana", "updated_at": "2026-03-10T09:00:00Z" });
            Case::new("/v1/customers/c-1").body(body, None, Some("/name"))
        }
        Id::EraseCustomer => Case::new("/v1/customers/c-1"),
        Id::AdjustCustomer => {
            let body = json!({ "points": 7, "reason": "a present" });
            Case::new("/v1/customers/c-1/adjustments").body(body, Some("/points"), Some("/reason"))
        }
        Id::CreateRedemption => Case::new("/v1/redemptions").body(
            hold.with("customer_id", "c-1"),
            Some("/cart/lines/0/unit_price"),
            Some("/cart/currency"),
        ),
        Id::ConfirmRedemption => Case::new(format!("/v1/redemptions/{redemption}/confirm")).body(
            json!({ "cart": cart(10_000) }),
            Some("/cart/lines/0/quantity"),
            Some("/cart/lines/0/product_id"),
        ),
        Id::CommitRedemption => Case::new(format!("/v1/redemptions/{redemption}/commit")),
        Id::ReleaseRedemption => Case::new(format!("/v1/redemptions/{redemption}/release")),
        Id::CreateMyRedemption => {
            Case::new("/v1/me/redemptions").body(hold, Some("/points"), Some("/cart/currency"))
        }
        Id::ReleaseMyRedemption => Case::new(format!("/v1/me/redemptions/{redemption}")),
        Id::PlatformWebhook => {
            let data = order("1001", "c-1", 10_000).with("status", "delivered");
            let body = json!({ "type": "order.updated", "data": data });
            let path = format!("/v1/webhooks/{}/generic", scene.store.id);
            Case::new(path).body(body, Some("/data/lines/0/unit_price"), Some("/data/status"))
        }
        Id::AdvanceClock => {
            let body = json!({ "store": scene.store.id, "to": "2026-03-10T09:00:00Z" });
            Case::new("/v1/test/advance").body(body, None, Some("/store"))
        }
        // It only reads; or it is new, and then it has no case yet and fails below.
        _ => return None,
    })
}

/// Each route that writes.
fn writing() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| route.repeat != Repeat::Read)
}

/// A request of whoever may call the route, with a key if it takes one.
fn ask(scene: &Scene, route: &Route, case: &Case) -> Ask {
    let body = case.body.as_ref().map(|body| body.to_string().into_bytes());
    raw(scene, route, case, body)
}

fn raw(scene: &Scene, route: &Route, case: &Case, body: Option<Vec<u8>>) -> Ask {
    let store = &scene.store;
    let ask = store.anyone(route.method, &case.path);
    let ask = if route.repeat == Repeat::Keyed { ask.key(store.new_key()) } else { ask };
    let ask = match route.caller {
        Caller::Anyone | Caller::TestClock => ask,
        Caller::Operator => ask.bearer(fidela_api_tests::server::OPERATOR_KEY).key(format!(
            "{}-{}",
            store.id,
            store.new_key()
        )),
        Caller::Merchant => ask.bearer(&store.secret_key),
        Caller::Shopper => ask.bearer(&store.token("c-1")),
        Caller::Platform => {
            let at = store.now().as_second().to_string();
            let signature =
                sign::webhook(&store.webhook_secret, "msg_1", &at, body.as_deref().unwrap_or_default());
            ask.header("webhook-id", "msg_1")
                .header("webhook-timestamp", at)
                .header("webhook-signature", signature)
        }
    };
    match body {
        Some(body) => ask.raw(body),
        None => ask,
    }
}

/// Asserts that something is refused and changes nothing.
async fn refused(scene: &Scene, route: &Route, how: &str, ask: Ask) -> Answer {
    let before = scene.store.everything().await;
    let answer = ask.send().await;
    println!("{} {how}: {} {}", route.name, answer.status, answer.text());
    answer.problem();
    assert_eq!(scene.store.everything().await, before, "{} {how} has changed something", route.name);
    answer
}

fn has_case(route: &Route, scene: &Scene) -> Case {
    case(route.id, scene).unwrap_or_else(|| panic!("{} writes and has no case", route.name))
}

/// The request of each case is a good one, and has the status that the table says.
#[tokio::test]
async fn every_route_that_writes_has_a_good_request_here() {
    for route in writing() {
        let scene = scene().await;
        let case = has_case(route, &scene);
        assert_eq!(route.request.is_some(), case.body.is_some(), "{}", route.name);
        ask(&scene, route, &case).send().await.ok(route.status);
    }
    let scene = scene().await;
    for route in ROUTES.iter().filter(|route| route.repeat == Repeat::Read) {
        assert!(case(route.id, &scene).is_none(), "{} only reads", route.name);
    }
}

#[tokio::test]
async fn the_same_again_answers_the_same_and_is_done_once() {
    for route in writing() {
        let scene = scene().await;
        let case = has_case(route, &scene);
        let good = ask(&scene, route, &case);
        let first = good.send().await;
        first.ok(route.status);
        let done = scene.store.everything().await;
        for _ in 0..3 {
            let again = good.send().await;
            assert_eq!(again.status, first.status, "{}", route.name);
            assert_eq!(without_news(&again), without_news(&first), "{}", route.name);
        }
        assert_eq!(scene.store.everything().await, done, "{} was done again", route.name);
    }
}

/// A body without what is shown once, and without whether the snapshot told anything new.
fn without_news(answer: &Answer) -> Value {
    if answer.body.is_empty() {
        return Value::Null;
    }
    let mut body = answer.json();
    for news in ["secret_key", "identity_secret", "webhook_secret", "changed", "accounts"] {
        if let Some(fields) = body.as_object_mut() {
            fields.remove(news);
        }
    }
    body
}

#[tokio::test]
async fn a_keyed_write_needs_its_key_and_a_key_is_good_for_one_body() {
    for route in writing().filter(|route| route.repeat == Repeat::Keyed) {
        let scene = scene().await;
        let case = has_case(route, &scene);
        let good = ask(&scene, route, &case);
        refused(&scene, route, "without a key", good.clone().no_header("idempotency-key"))
            .await
            .refused("idempotency_key_missing");
        for (how, key) in [
            ("with an empty key", vec![]),
            ("with a long key", vec![b'k'; 256]),
            ("with a strange key", vec![0xe9]),
        ] {
            let answer = refused(&scene, route, how, good.clone().key(key)).await;
            let code = answer.problem()["code"].clone();
            assert!(
                code == "idempotency_key_invalid"
                    || (how.contains("empty") && code == "idempotency_key_missing"),
                "{code}"
            );
        }
        let longest = format!("{}{}", scene.store.id, "k".repeat(255 - scene.store.id.len()));
        let keyed = good.key(&longest);
        keyed.send().await.ok(route.status);
        let body = case.body.as_ref().expect("a keyed write has a body").to_string();
        // The same document in other bytes is another body: nobody has to guess what counts.
        let other = keyed.clone().raw(format!("{body} "));
        refused(&scene, route, "with another body", other).await.refused("idempotency_key_reused");
        keyed.send().await.ok(route.status);
    }
}

/// Who may not call: nobody, strangers, and other callers' credentials.
#[tokio::test]
async fn whoever_may_not_write_changes_nothing() {
    let (mut scene, mut other) = (scene().await, scene().await);
    for route in writing() {
        let case = has_case(route, &scene);
        let good = ask(&scene, route, &case);
        let store = &scene.store;
        let (shopper, secret) = (store.token("c-1"), &store.secret_key);
        let unknown_secret = format!("{}zz", &secret[..secret.len() - 2]);
        let no_such_store = format!("sk_0000000000000000_{}", "0".repeat(32));
        let wrong: Vec<(&str, Ask, &str)> = match route.caller {
            Caller::Anyone | Caller::TestClock => continue,
            Caller::Operator => vec![
                ("without a token", good.clone().no_header("authorization"), "unauthorized"),
                ("with a wrong key", good.clone().bearer("0perator"), "unauthorized"),
                ("as a merchant", good.clone().bearer(secret), "unauthorized"),
            ],
            Caller::Merchant => vec![
                ("without a token", good.clone().no_header("authorization"), "unauthorized"),
                ("with an unknown secret", good.clone().bearer(&unknown_secret), "unauthorized"),
                ("of no store", good.clone().bearer(&no_such_store), "unauthorized"),
                ("as a shopper", good.clone().bearer(&shopper), "unauthorized"),
                ("as the operator", good.clone().bearer("operator"), "unauthorized"),
                (
                    "by another scheme",
                    good.clone().header("authorization", format!("Basic {secret}")),
                    "unauthorized",
                ),
                (
                    "with a signed store id",
                    good.clone().bearer(&format!("sk_{}_", &store.id[3..])),
                    "unauthorized",
                ),
            ],
            Caller::Shopper => {
                let mut wrong = vec![
                    ("without a token", good.clone().no_header("authorization"), "unauthorized"),
                    ("as a merchant", good.clone().bearer(secret), "token_invalid"),
                ];
                wrong.extend(
                    bad_tokens(store, &other.store)
                        .into_iter()
                        .map(|(how, token, code)| (how, good.clone().bearer(&token), code)),
                );
                wrong
            }
            Caller::Platform => {
                let body = case.body.as_ref().expect("a body").to_string();
                let at = store.now().as_second().to_string();
                let by_other = sign::webhook(&other.store.webhook_secret, "msg_1", &at, body.as_bytes());
                vec![
                    ("without a signature", good.clone().no_header("webhook-signature"), "signature_invalid"),
                    ("without an id", good.clone().no_header("webhook-id"), "signature_invalid"),
                    ("without a time", good.clone().no_header("webhook-timestamp"), "signature_invalid"),
                    (
                        "by another store",
                        good.clone().header("webhook-signature", by_other),
                        "signature_invalid",
                    ),
                    (
                        "with another body",
                        good.clone().raw(body.replace("10000", "99000")),
                        "signature_invalid",
                    ),
                ]
            }
        };
        for (how, ask, code) in wrong {
            refused(&scene, route, how, ask).await.refused(code);
        }
        std::mem::swap(&mut scene, &mut other);
    }
}

/// Tokens that are not good, and why.
fn bad_tokens(store: &Store, other: &Store) -> Vec<(&'static str, String, &'static str)> {
    let claims = store.claims("c-1");
    let good = store.sign(&claims);
    let now = store.now().as_second();
    let header = |alg: &str| json!({ "alg": alg, "typ": "JWT" });
    let (signed, signature) = good.rsplit_once('.').expect("three parts");
    let tampered = sign::unsigned(&header("HS256"), &claims.clone().with("sub", "c-2"));
    let strange = |claim: &str, value: Value| store.sign(&claims.clone().with(claim, value));
    vec![
        (
            "with an expired token",
            store.sign(&claims.clone().with("iat", now - 10).with("exp", now)),
            "token_expired",
        ),
        (
            "with another store's audience",
            store.sign(&claims.clone().with("aud", other.id.clone())),
            "token_invalid",
        ),
        ("with no store's audience", strange("aud", json!("st_0000000000000000")), "token_invalid"),
        (
            "with another store's token",
            other.sign(&other.claims("c-1").with("aud", store.id.clone())),
            "token_invalid",
        ),
        ("with an unknown secret", sign::jwt("secret", &claims), "token_invalid"),
        ("with an empty secret", sign::jwt("", &claims), "token_invalid"),
        ("with alg none", format!("{}.", sign::unsigned(&header("none"), &claims)), "token_invalid"),
        (
            "with alg None and a signature",
            sign::jwt_with_header(&store.identity_secret, &header("None"), &claims),
            "token_invalid",
        ),
        (
            "with HS512",
            sign::jwt_with_header(&store.identity_secret, &header("HS512"), &claims),
            "token_invalid",
        ),
        ("without alg", sign::jwt_with_header(&store.identity_secret, &json!({}), &claims), "token_invalid"),
        ("without a signature", signed.to_owned(), "token_invalid"),
        ("with an empty signature", format!("{signed}."), "token_invalid"),
        ("with half a signature", format!("{signed}.{}", &signature[..signature.len() / 2]), "token_invalid"),
        ("with other claims", format!("{tampered}.{signature}"), "token_invalid"),
        ("good for more than a day", strange("exp", json!(now + 86_401)), "token_invalid"),
        ("from the future", store.sign(&claims.clone().with("iat", now + 61)), "token_invalid"),
        ("without a subject", store.sign(&claims.clone().without("sub")), "token_invalid"),
        ("with an empty subject", strange("sub", json!("")), "token_invalid"),
        ("with a number as subject", strange("sub", json!(1)), "token_invalid"),
        ("without exp", store.sign(&claims.clone().without("exp")), "token_invalid"),
        ("with a text as exp", strange("exp", json!("tomorrow")), "token_invalid"),
        ("with a list of audiences", strange("aud", json!([store.id])), "token_invalid"),
        ("with 65 groups", strange("groups", json!(vec!["g"; 65])), "token_invalid"),
        ("with a long token", strange("name", json!("x".repeat(20_000))), "token_invalid"),
        ("with one word", "x".to_owned(), "token_invalid"),
        ("with dots", "..".to_owned(), "token_invalid"),
    ]
}

/// Another store's things, and another shopper's, answer exactly as ones that do not exist.
#[tokio::test]
async fn what_is_anothers_is_as_if_it_did_not_exist() {
    let (scene, other) = (scene().await, scene().await);
    for route in writing() {
        let mine = case(route.id, &scene).expect("a case");
        let never_made = match route.id {
            Id::RevokeKey => scene.key.clone(),
            Id::ConfirmRedemption
            | Id::CommitRedemption
            | Id::ReleaseRedemption
            | Id::ReleaseMyRedemption => scene.redemption["id"].as_str().expect("an id").to_owned(),
            Id::AdjustCustomer => "/c-1/".to_owned(),
            // Ids of these are the shop's own: in another store they are other things, which the next test shows.
            // Or they name nothing that could be another's.
            Id::PutProgram
            | Id::CreateKey
            | Id::PutOrder
            | Id::PutCustomer
            | Id::EraseCustomer
            | Id::CreateRedemption
            | Id::CreateStore
            | Id::CreateMyRedemption
            | Id::PlatformWebhook
            | Id::AdvanceClock => continue,
            _ => panic!("{}: whose is it?", route.name),
        };
        let (stranger, nothing) = match route.id {
            // Another store's customer is nobody here, and so is one that never was.
            Id::AdjustCustomer => (mine.path.replace("/c-1/", "/c-3/"), mine.path.replace("/c-1/", "/c-4/")),
            _ => (mine.path.clone(), mine.path.replace(&never_made, &like(&never_made))),
        };
        let at =
            |path: &str| Case { path: path.to_owned(), body: mine.body.clone(), number: None, text: None };
        let before = scene.store.everything().await;
        let theirs = refused(&other, route, "of another store", ask(&other, route, &at(&stranger))).await;
        let nobodys = refused(&other, route, "of nobody", ask(&other, route, &at(&nothing))).await;
        theirs.same_as(&nobodys);
        assert_eq!(theirs.status, 404);
        assert_eq!(scene.store.everything().await, before, "{} reached into another store", route.name);
    }
    // Another shopper of the same store, in the same shard.
    let store = &scene.store;
    let id = scene.redemption["id"].as_str().expect("an id");
    let before = store.everything().await;
    let theirs = store.shopper("c-2", "DELETE", &format!("/v1/me/redemptions/{id}")).send().await;
    let nobodys = store.shopper("c-2", "DELETE", &format!("/v1/me/redemptions/{}", like(id))).send().await;
    theirs.refused("hold_not_found");
    theirs.same_as(&nobodys);
    assert_eq!(store.everything().await, before);
    for (theirs, nobodys) in [("c-3", "c-4"), (id, &like(id))] {
        let path = if theirs == id { "/v1/redemptions/" } else { "/v1/customers/" };
        let theirs = other.store.merchant("GET", &format!("{path}{theirs}")).send().await;
        let nobodys = other.store.merchant("GET", &format!("{path}{nobodys}")).send().await;
        theirs.problem();
        theirs.same_as(&nobodys);
    }
    let public = |store: &str| scene.store.anyone("GET", &format!("/v1/stores/{store}/public"));
    public(&like(&scene.store.id)).send().await.same_as(&public("st_x").send().await);
    public(&like(&scene.store.id)).send().await.refused("not_found");
}

/// An id of the same form that was never made.
fn like(id: &str) -> String {
    let (head, last) = id.split_at(id.len() - 6);
    format!("{head}{}", last.chars().rev().map(|c| if c == '0' { '4' } else { '0' }).collect::<String>())
}

/// The same ids in two stores are two things.
#[tokio::test]
async fn stores_share_nothing() {
    let (scene, other) = (scene().await, scene().await);
    let before = scene.store.everything().await;
    for id in [
        Id::PutOrder,
        Id::PutCustomer,
        Id::AdjustCustomer,
        Id::CreateRedemption,
        Id::CreateMyRedemption,
        Id::PutProgram,
        Id::CreateKey,
        Id::EraseCustomer,
    ] {
        let route = writing().find(|route| route.id == id).expect("it writes");
        ask(&other, route, &has_case(route, &other)).send().await.ok(route.status);
        assert_eq!(scene.store.everything().await, before, "{}", route.name);
    }
}

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
            // A name is optional: null says nothing of it.
            let optional = how == "null as text" && route.id == Id::PutCustomer;
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
    for route in writing() {
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
