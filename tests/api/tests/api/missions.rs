//! Missions: told by the shop, claimed by shoppers, seen by themselves; each counts once and no more often than it
//! may, however completions arrive.

use fidela_api_tests::server::OPERATOR_KEY;
use fidela_api_tests::{Ask, Server, Store, With, load, order, program};
use serde_json::{Value, json};

fn mission(id: &str, more: Value) -> Value {
    let mut mission = json!({
        "id": id, "kind": "custom", "name": { "en": "Write a review", "ro": "Scrie o recenzie" },
        "points": { "type": "fixed", "points": 50 }, "limit_per_shopper": 3,
    });
    for (name, value) in more.as_object().expect("fields") {
        mission[name] = value.clone();
    }
    mission
}

fn with(missions: &[Value]) -> Value {
    program().with("missions", missions.to_vec())
}

fn telling(store: &Store, mission: &str, completion: &Value) -> Ask {
    store.merchant("POST", &format!("/v1/missions/{mission}/completions")).json(completion)
}

async fn told(store: &Store, mission: &str, completion: Value) -> Value {
    telling(store, mission, &completion).send().await.ok(200)
}

fn by(customer: &str, reference: &str) -> Value {
    json!({ "customer_id": customer, "reference": reference })
}

async fn available(store: &Store, customer: &str) -> i64 {
    store.balance(customer).await.0
}

async fn me(store: &Store, customer: &str) -> Value {
    let ask = store.shopper(customer, "GET", "/v1/me").header("accept-language", "en");
    ask.send().await.ok(200)
}

/// A mission as somebody sees it, by its id.
fn seen<'m>(page: &'m Value, id: &str) -> Option<&'m Value> {
    page["missions"].as_array().expect("missions").iter().find(|mission| mission["id"] == id)
}

async fn sign_in(store: &Store, customer: &str, email: &str) {
    let claims = store.claims(customer).with("email", email).with("email_verified", true);
    store.with_token(&store.sign(&claims), "GET", "/v1/me").send().await.ok(200);
}

// S0.1, S0.4
#[tokio::test]
async fn a_completion_gives_points_once_and_is_seen_where_its_shopper_looks() {
    let store = Store::open(with(&[mission("review", json!({}))])).await;
    let first = told(&store, "review", by("ana", "r-1")).await;
    assert_eq!(
        first,
        json!({ "status": "granted", "points": 50, "customer_id": "ana", "reference": "r-1", "done": 1, "left": 2 })
    );
    let again = told(&store, "review", by("ana", "r-1")).await;
    assert_eq!(again, first.clone().with("status", "replayed"));
    told(&store, "review", by("ana", "r-2")).await;
    told(&store, "review", by("ana", "r-3")).await;
    let refused = telling(&store, "review", &by("ana", "r-4")).send().await.refused("mission_limit_reached");
    assert_eq!(json!([refused["limit"], refused["done"]]), json!([3, 3]));
    assert_eq!(told(&store, "review", by("ana", "r-2")).await["status"], "replayed", "also at the limit");
    assert_eq!(available(&store, "ana").await, 150);
    for (body, code) in [
        (json!({ "customer_id": "ana" }), "reference_required"),
        (json!({ "reference": "x" }), "invalid_body"),
        (json!({ "customer_id": "ana", "email": "a@example.com", "reference": "x" }), "invalid_body"),
        (json!({ "email": "nobody", "reference": "x" }), "invalid_body"),
        (json!({ "customer_id": "ana", "reference": "" }), "invalid_body"),
        (json!({ "customer_id": "bob", "reference": "x", "amount": -1 }), "invalid_amount"),
    ] {
        telling(&store, "review", &body).send().await.refused(code);
    }
    telling(&store, "nothing", &by("ana", "r-1")).send().await.refused("mission_not_found");
    // Where she looks: the mission with how far she is, the history, and a toast for each.
    let page = me(&store, "ana").await;
    let shown = seen(&page, "review").expect("it is shown");
    assert_eq!(
        json!([
            shown["title"],
            shown["gives"],
            shown["state"],
            shown["done"],
            shown["left"],
            shown["details"]
        ]),
        json!(["Write a review", "50 points", "done", 3, 0, ["Done 3 of 3"]])
    );
    let toasts = page["toasts"].as_array().expect("toasts");
    assert_eq!(toasts.len(), 3);
    assert_eq!(toasts[0]["title"], "50 points for you: Write a review");
    let ids: Vec<_> = toasts.iter().map(|toast| toast["id"].as_i64().expect("an id")).collect();
    assert!(ids.is_sorted(), "oldest first");
    let ledger = store.merchant("GET", "/v1/customers/ana/ledger").header("accept-language", "ro");
    let ledger = ledger.send().await.ok(200);
    let newest = &ledger["items"][0];
    assert_eq!(
        json!([newest["about"], newest["mission"], newest["reference"], newest["title"]]),
        json!(["mission", "review", "r-3", "Misiune: Scrie o recenzie"])
    );
    // The merchant reads the same.
    let detail =
        store.merchant("GET", "/v1/customers/ana").header("accept-language", "ro").send().await.ok(200);
    assert_eq!(seen(&detail, "review").expect("it is told")["title"], "Scrie o recenzie");
    // Two weeks later it is no news any more.
    store.set_time("2026-03-24T09:00:01Z");
    assert_eq!(me(&store, "ana").await["toasts"], json!([]));
}

// S0.1: in the widget, on the landing page, both, or neither.
#[tokio::test]
async fn it_is_shown_where_the_merchant_says() {
    let shown = |id: &str, places: Value| mission(id, json!({ "show_in": places }));
    let store = Store::open(with(&[
        shown("both", json!(["widget", "landing"])),
        shown("widget", json!(["widget"])),
        shown("landing", json!(["landing"])),
        shown("nowhere", json!([])),
        mission("off", json!({ "enabled": false })),
        mission("over", json!({ "until": "2026-03-09" })),
        mission("soon", json!({ "from": "2026-04-01" })),
        mission("far", json!({ "from": "2026-04-20" })),
    ]))
    .await;
    let ids = |page: &Value| -> Vec<String> {
        let missions = page["missions"].as_array().expect("missions").iter();
        missions.map(|mission| mission["id"].as_str().expect("an id").to_owned()).collect()
    };
    let public =
        store.anyone("GET", &format!("/v1/stores/{}/public?locale=ro", store.id)).send().await.ok(200);
    assert_eq!(ids(&public), ["both", "widget", "soon"]);
    assert_eq!(public["missions"][0]["title"], "Scrie o recenzie");
    let page = me(&store, "ana").await;
    assert_eq!(ids(&page), ["both", "widget", "soon"]);
    let soon = seen(&page, "soon").expect("it is shown");
    assert_eq!(soon["state"], "soon");
    assert!(soon["details"][0].as_str().is_some_and(|detail| detail.starts_with("From ")), "{soon}");
    let landing =
        store.anyone("GET", &format!("/s/{}", store.id)).header("accept-language", "ro").send().await;
    let shown = landing.text().matches("Scrie o recenzie").count();
    assert_eq!((landing.status, shown), (200, 3), "both, the landing page alone, and the one that is soon");
    // What is not shown can be told all the same; what is not shown in the widget cannot be claimed.
    assert_eq!(told(&store, "nowhere", by("ana", "r")).await["points"], 50);
}

// S0.5: the limit holds, however completions race.
#[tokio::test]
async fn completions_that_race_grant_no_more_than_the_limit() {
    let store = Store::open(with(&[mission("review", json!({}))])).await;
    let asks =
        (0..40).map(|number| telling(&store, "review", &by("ana", &format!("r-{}", number % 10)))).collect();
    let answers = load::at_once(20, asks).await;
    let granted =
        answers.iter().filter(|answer| answer.status == 200 && answer.json()["status"] == "granted");
    assert_eq!(granted.count(), 3);
    assert_eq!(available(&store, "ana").await, 150);
    // The same, in batches that name her several times each, by id and by e-mail.
    sign_in(&store, "bob", "bob@example.com").await;
    let batch = |round: usize| {
        let completions: Vec<_> = (0..20)
            .map(|number| {
                let reference = format!("r-{}", (number + round) % 10);
                if number % 2 == 0 {
                    by("bob", &reference)
                } else {
                    json!({ "email": "bob@example.com", "reference": reference })
                }
            })
            .collect();
        telling(&store, "review", &json!({ "completions": completions }))
    };
    let answers = load::at_once(6, (0..6).map(batch).collect()).await;
    let granted: i64 =
        answers.iter().map(|answer| answer.ok(200)["granted"].as_i64().expect("a number")).sum();
    assert_eq!(granted, 3);
    assert_eq!(available(&store, "bob").await, 150);
}

// S0.6: the donated amount makes points.
#[tokio::test]
async fn a_donation_gives_points_by_its_amount() {
    let by_amount =
        json!({ "points": { "type": "per_amount", "every": 100, "points": 2 }, "limit_per_shopper": null });
    let store = Store::open(with(&[mission("gift", by_amount)])).await;
    let donate = |reference: &str, amount: i64| by("ana", reference).with("amount", amount);
    assert_eq!(told(&store, "gift", donate("d-1", 1_299)).await["points"], 24);
    assert_eq!(told(&store, "gift", donate("d-2", 100)).await["points"], 2);
    assert_eq!(told(&store, "gift", donate("d-2", 900)).await["points"], 2, "told again");
    telling(&store, "gift", &by("ana", "d-3")).send().await.refused("amount_required");
    let refused = telling(&store, "gift", &donate("d-3", 99)).send().await.refused("amount_too_small");
    assert_eq!(refused["required"], 100);
    assert_eq!(told(&store, "gift", donate("d-3", 100)).await["status"], "granted", "nothing was lost");
    assert_eq!(available(&store, "ana").await, 28);
    let page = me(&store, "ana").await;
    let shown = seen(&page, "gift").expect("it is shown");
    assert!(shown["gives"].as_str().is_some_and(|gives| gives.starts_with("2 points for each ")), "{shown}");
    assert_eq!(shown["details"], json!(["Done so far: 3"]));
}

// S0.7: for a time, and up to the grants of the plan.
#[tokio::test]
async fn a_mission_runs_for_its_days_and_grants_stop_exactly_at_the_plans_limit() {
    let store = Store::on(
        Server::shared(),
        json!({ "program": with(&[mission("fair", json!({ "from": "2026-03-12", "until": "2026-03-14" }))]) }),
    )
    .await;
    for (at, runs) in [
        ("2026-03-11T21:59:59Z", false),
        ("2026-03-11T22:00:00Z", true),
        ("2026-03-14T21:59:59Z", true),
        ("2026-03-14T22:00:00Z", false),
    ] {
        store.set_time(at);
        let answer = telling(&store, "fair", &by("ana", at)).send().await;
        if runs {
            answer.ok(200)
        } else {
            answer.refused("mission_not_running")
        };
    }
    store.set_time("2026-03-13T09:00:00Z");
    let plan = json!({ "name": "Growth", "quotas": { "grants_per_month": 500 } });
    let path = format!("/v1/stores/{}/plan", store.id);
    store.anyone("PUT", &path).bearer(OPERATOR_KEY).json(&plan).send().await.ok(204);
    let batch = |from: usize| {
        let completions: Vec<_> = (from..from + 300).map(|number| by(&format!("c-{number}"), "r")).collect();
        telling(&store, "fair", &json!({ "completions": completions }))
    };
    // Two were granted above: 300 and 198 are left of 500.
    assert_eq!(batch(0).send().await.ok(200)["granted"], 300);
    let answers = load::at_once(2, vec![batch(0), batch(300)]).await;
    let (again, rest) = (answers[0].ok(200), answers[1].ok(200));
    assert_eq!(json!([again["replayed"], again["granted"]]), json!([300, 0]));
    assert_eq!(json!([rest["granted"], rest["refused"]]), json!([198, 102]));
    let refused =
        rest["results"].as_array().expect("results").iter().filter(|one| one["status"] == "refused");
    assert!(refused.clone().all(|one| one["code"] == "plan_limit_reached" && one["title"].is_string()));
    let used = store.merchant("GET", "/v1/plan").send().await.ok(200)["used"]["grants_this_month"].clone();
    assert_eq!(used, 500);
    telling(&store, "fair", &by("new", "r")).send().await.refused("plan_limit_reached");
}

// S0.4: up to 1,000 at once, each with its own answer.
#[tokio::test]
async fn a_batch_answers_each_in_its_place() {
    let store =
        Store::on(Server::shared(), json!({ "program": with(&[mission("review", json!({}))]) })).await;
    let mut completions: Vec<Value> =
        (0..1_000).map(|number| by(&format!("c-{}", number % 500), &format!("r-{}", number / 500))).collect();
    completions[7] = json!("c-7");
    completions[8] = json!({ "customer_id": "c-8", "reference": "r", "surprise": 1 });
    completions[9] = json!({ "customer_id": "c-9" });
    completions[10] = json!({ "email": "new@example.com", "reference": "r" });
    completions[11] = by("c-12", "r-0");
    let answer = told(&store, "review", json!({ "completions": completions })).await;
    assert_eq!(
        json!([answer["granted"], answer["replayed"], answer["waiting"], answer["refused"]]),
        json!([995, 1, 1, 3]),
        "{:?}",
        &answer["results"].as_array().expect("results")[..14]
    );
    let results = answer["results"].as_array().expect("results");
    let code = |index: usize| results[index]["code"].as_str().unwrap_or_default().to_owned();
    assert_eq!([code(7), code(8), code(9)], ["invalid_body", "invalid_body", "reference_required"]);
    assert!(results[8]["detail"].as_str().is_some_and(|detail| detail.contains("surprise")));
    assert_eq!(results[10]["status"], "waiting");
    assert_eq!(results[12]["status"], "replayed");
    for (index, result) in results.iter().enumerate().skip(13) {
        assert_eq!(result["customer_id"], format!("c-{}", index % 500), "{index}");
    }
    for wrong in [json!([]), json!(vec![by("a", "r"); 1_001])] {
        telling(&store, "review", &json!({ "completions": wrong })).send().await.refused("invalid_body");
    }
    telling(&store, "review", &json!({ "completions": [by("a", "r")], "more": 1 }))
        .send()
        .await
        .refused("invalid_body");
}

// S0.4: points wait for somebody who is not known by that address yet.
#[tokio::test]
async fn points_wait_for_whoever_proves_the_address_and_come_once() {
    let store =
        Store::on(Server::shared(), json!({ "program": with(&[mission("review", json!({}))]) })).await;
    let email = |address: &str, reference: &str| json!({ "email": address, "reference": reference });
    let waits = told(&store, "review", email("ana@example.com", "r-1")).await;
    assert_eq!(waits, json!({ "status": "waiting", "points": 50, "reference": "r-1", "done": 1, "left": 2 }));
    assert_eq!(told(&store, "review", email("ANA@example.com", "r-1")).await["status"], "replayed");
    told(&store, "review", email("ana@example.com", "r-2")).await;
    told(&store, "review", email("ana@example.com", "r-3")).await;
    telling(&store, "review", &email("ana@example.com", "r-4")).send().await.refused("mission_limit_reached");
    let guest = store.merchant("GET", "/v1/guests/ana%40example.com").send().await.ok(200);
    assert_eq!(guest["completions"].as_array().map(Vec::len), Some(3));
    assert_eq!(guest["completions"][0], json!({ "mission": "review", "reference": "r-1", "points": 50 }));
    // The shop knows her by id as well: what is told both ways counts once, and the limit holds for both together.
    told(&store, "review", by("ana", "r-2")).await;
    told(&store, "review", by("ana", "r-9")).await;
    let unverified = store.claims("thief").with("email", "ana@example.com");
    store.with_token(&store.sign(&unverified), "GET", "/v1/me").send().await.ok(200);
    assert_eq!(available(&store, "thief").await, 0);
    sign_in(&store, "ana", "ana@example.com").await;
    assert_eq!(available(&store, "ana").await, 150, "two by id, one that waited, and the limit");
    for customer in ["ana", "thief"] {
        sign_in(&store, customer, "ana@example.com").await;
    }
    assert_eq!((available(&store, "ana").await, available(&store, "thief").await), (150, 0));
    // From now on the address is hers.
    assert_eq!(told(&store, "review", email("ana@example.com", "r-2")).await["customer_id"], "ana");
    telling(&store, "review", &email("ana@example.com", "r-5")).send().await.refused("mission_limit_reached");
    // What waits can be erased.
    told(&store, "review", email("bob@example.com", "r-1")).await;
    store.merchant("DELETE", "/v1/guests/bob%40example.com").send().await.ok(204);
    sign_in(&store, "bob", "bob@example.com").await;
    assert_eq!(available(&store, "bob").await, 0);
}

fn create_account(points: i64) -> Value {
    json!({
        "id": "join", "kind": "create_account", "points": { "type": "fixed", "points": points }, "verify": "automatic",
    })
}

// S4.1, S4.3, S4.4: an account that is created completes it; who had one before, at the first visit; never both.
#[tokio::test]
async fn creating_an_account_is_seen_and_who_had_one_gets_it_at_the_first_visit() {
    let store = Store::open(program()).await;
    store.put_customer("old", json!({ "registered_at": "2020-01-01T00:00:00Z" })).await;
    store.set_time("2026-03-11T09:00:00Z");
    store.put_program(&with(&[create_account(20)])).await;
    // A synchronisation of those who were there pays nobody; a new account is paid at once.
    store.put_customer("old", json!({ "registered_at": "2020-01-01T00:00:00Z", "name": "Old" })).await;
    store.put_customer("unknown", json!({})).await;
    assert_eq!((available(&store, "old").await, available(&store, "unknown").await), (0, 0));
    store.put_customer("new", json!({ "registered_at": "2026-03-11T09:00:00Z" })).await;
    assert_eq!(available(&store, "new").await, 20);
    let page = me(&store, "old").await;
    assert_eq!(json!([page["available"], page["toasts"][0]["points"]]), json!([20, 20]));
    assert_eq!(seen(&page, "join").expect("it is shown")["state"], "done");
    for customer in ["old", "new", "old"] {
        assert_eq!(me(&store, customer).await["available"], 20, "{customer}");
        store.put_customer(customer, json!({ "registered_at": "2026-03-11T09:00:00Z" })).await;
    }
    telling(&store, "join", &json!({ "customer_id": "new" })).send().await.ok(200);
    assert_eq!((available(&store, "old").await, available(&store, "new").await), (20, 20));
    // Changed: what was earned stays. Switched off and on again with other points: nobody gets it twice.
    store.put_program(&with(&[create_account(70)])).await;
    assert_eq!(me(&store, "old").await["available"], 20);
    assert_eq!(me(&store, "later").await["available"], 70);
    store.put_program(&with(&[create_account(70).with("enabled", false)])).await;
    assert_eq!(me(&store, "while-off").await["available"], 0);
    store.put_program(&with(&[create_account(5)])).await;
    assert_eq!(me(&store, "while-off").await["available"], 5, "the first visit since it is on");
    assert_eq!(me(&store, "old").await["available"], 20);
}

// S4.2: it can be added once.
#[tokio::test]
async fn the_mission_to_create_an_account_is_added_once() {
    let store = Store::open(program()).await;
    let twice = with(&[create_account(5), create_account(5).with("id", "join-2")]);
    let refused = store.merchant("PUT", "/v1/program").json(&twice).send().await.refused("invalid_program");
    assert_eq!(refused["faults"][0]["code"], "mission_already_exists");
    assert_eq!(refused["faults"][0]["path"], "missions[1].kind");
    store.put_program(&with(&[create_account(5)])).await;
}

// S4.3: many visits at once, and the platform's word at the same time.
#[tokio::test]
async fn visits_that_race_complete_it_once() {
    let store = Store::open(with(&[create_account(20)])).await;
    let asks = (0..24)
        .map(|number| match number % 3 {
            0 => store
                .merchant("PUT", "/v1/customers/ana")
                .json(&json!({ "registered_at": "2026-03-10T09:00:00Z" })),
            1 => store.shopper("ana", "GET", "/v1/me"),
            _ => telling(&store, "join", &json!({ "customer_id": "ana" })),
        })
        .collect();
    for answer in load::at_once(12, asks).await {
        answer.ok(200);
    }
    assert_eq!(available(&store, "ana").await, 20);
}

#[tokio::test]
async fn a_profile_that_is_complete_is_seen() {
    let profile = json!({ "kind": "complete_profile", "verify": "automatic", "limit_per_shopper": null });
    let store = Store::open(with(&[mission("profile", profile)])).await;
    for (told, points) in [
        (json!({ "name": "Ana" }), 0),
        (json!({ "birthday": "1990-06-01" }), 0),
        (json!({ "email": "ana@example.com" }), 50),
        (json!({ "name": "Ana Maria" }), 50),
    ] {
        store.put_customer("ana", told).await;
        assert_eq!(available(&store, "ana").await, points);
    }
}

// S0.1: what shoppers may say themselves.
#[tokio::test]
async fn a_shopper_claims_what_may_be_claimed() {
    let claim = |id: &str, more: Value| {
        mission(id, json!({ "verify": "claim", "limit_per_shopper": 1 })).with("show_in", more)
    };
    let store = Store::open(with(&[
        claim("follow", json!(["widget"])),
        claim("hidden", json!(["landing"])),
        mission("review", json!({})),
    ]))
    .await;
    let claim = |id: &str, body: Value| {
        store.shopper("ana", "POST", &format!("/v1/me/missions/{id}/completions")).json(&body)
    };
    let done = claim("follow", json!({})).send().await.ok(200);
    assert_eq!(json!([done["status"], done["points"], done["left"]]), json!(["granted", 50, 0]));
    assert_eq!(claim("follow", json!({})).send().await.ok(200)["status"], "replayed");
    claim("follow", json!({ "reference": "again" })).send().await.refused("mission_limit_reached");
    claim("follow", json!({ "amount": 1 })).send().await.refused("invalid_body");
    claim("review", json!({ "reference": "r" })).send().await.refused("mission_not_claimable");
    claim("hidden", json!({})).send().await.refused("mission_not_found");
    claim("nothing", json!({})).send().await.refused("mission_not_found");
    assert_eq!(available(&store, "ana").await, 50);
}

#[tokio::test]
async fn the_first_order_and_a_review_go_with_their_order() {
    let first = mission("first", json!({ "kind": "first_order", "verify": "automatic" }));
    let review = mission("review", json!({ "kind": "review" }));
    let paused = with(&[first, review]).with("/earning/programs", json!([]));
    let store = Store::open(paused).await;
    let at = |id: &str, status: &str, day: u8| {
        order(id, "ana", 10_000)
            .with("status", status)
            .with("updated_at", format!("2026-03-{day:02}T09:00:00Z"))
    };
    store.tell(&at("1", "placed", 10)).await;
    assert_eq!(available(&store, "ana").await, 0);
    store.tell(&at("1", "delivered", 11)).await;
    store.tell(&at("2", "delivered", 11)).await;
    assert_eq!(available(&store, "ana").await, 50);
    let about = by("ana", "rev-2").with("order_id", "2");
    told(&store, "review", about.clone()).await;
    assert_eq!(available(&store, "ana").await, 100);
    store.tell(&at("2", "cancelled", 12)).await;
    assert_eq!(available(&store, "ana").await, 50, "the review's order went back");
    telling(&store, "review", &about).send().await.refused("order_cancelled");
    store.tell(&at("2", "delivered", 13)).await;
    assert_eq!(available(&store, "ana").await, 100, "it was not cancelled after all");
    store.tell(&at("1", "cancelled", 12)).await;
    assert_eq!(available(&store, "ana").await, 50);
    // The second order was not the first one then, and a third is not: one of them counts already.
    store.tell(&at("3", "delivered", 14)).await;
    assert_eq!(available(&store, "ana").await, 50);
    store.tell(&at("1", "delivered", 15)).await;
    assert_eq!(available(&store, "ana").await, 100);
    // Somebody whose only order was cancelled has their first one yet before them.
    let other = |id: &str, status: &str, day: u8| at(id, status, day).with("/customer/id", "bob");
    store.tell(&other("4", "delivered", 11)).await;
    store.tell(&other("4", "cancelled", 12)).await;
    assert_eq!(available(&store, "bob").await, 0);
    store.tell(&other("5", "delivered", 13)).await;
    store.tell(&other("4", "delivered", 14)).await;
    assert_eq!(available(&store, "bob").await, 50);
}

/// While the whole program is off, nothing is earned.
#[tokio::test]
async fn a_paused_program_completes_nothing() {
    let off = with(&[mission("review", json!({})), create_account(5)]).with("enabled", false);
    let store = Store::open(off.clone()).await;
    telling(&store, "review", &by("ana", "r")).send().await.refused("program_disabled");
    assert_eq!(me(&store, "ana").await["available"], 0);
    store.put_program(&off.with("enabled", true)).await;
    told(&store, "review", by("ana", "r")).await;
    assert_eq!(me(&store, "ana").await["available"], 55);
}
