//! Events out: what happened reaches the shop's server, signed, in order, and again until it was taken.

use std::time::Duration;

use fidela_api_tests::{Listener, Store, With, cart, order, program};
use serde_json::{Value, json};

/// Has events sent to a listener: the endpoint's id and its secret.
pub(crate) async fn subscribe(store: &Store, listener: &Listener, events: Value) -> (String, String) {
    let body = json!({ "url": listener.url(), "events": events });
    let made = store.merchant("POST", "/v1/webhook_endpoints").json(&body).send().await.ok(201);
    let text = |name: &str| made[name].as_str().expect("a text").to_owned();
    (text("id"), text("secret"))
}

/// What became of an endpoint's events, newest first.
async fn deliveries(store: &Store, endpoint: &str) -> Vec<Value> {
    let path = format!("/v1/webhook_endpoints/{endpoint}/deliveries");
    let page = store.merchant("GET", &path).send().await.ok(200);
    page["items"].as_array().expect("items").clone()
}

/// The only delivery, once it is no longer just under way.
async fn delivery(store: &Store, endpoint: &str, done: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..400 {
        let items = deliveries(store, endpoint).await;
        if items.len() == 1 && done(&items[0]) {
            return items[0].clone();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{:?}", deliveries(store, endpoint).await);
}

fn tried(times: u64) -> impl Fn(&Value) -> bool {
    move |delivery| delivery["tries"] == times
}

#[tokio::test]
async fn what_happens_is_told_signed_and_in_order() {
    let card =
        json!({ "id": "coffee", "orders_required": 1, "reward": { "type": "shipping", "bps": 5_000 } });
    let store = Store::open(program().with("stamp_cards", vec![card])).await;
    let listener = Listener::start().await;
    let (endpoint, secret) = subscribe(&store, &listener, Value::Null).await;
    store.tell(&order("1001", "c-7", 500_000).with("status", "delivered")).await;
    let received = listener.until(2).await;
    let earned = received[0].event();
    assert_eq!(earned["id"], received[0].id);
    assert!(received.iter().all(|one| one.is_signed_by(&secret)), "{received:?}");
    assert!(received.iter().all(|one| !one.is_signed_by(&store.webhook_secret)));
    assert_eq!(received[0].timestamp, store.now().as_second().to_string());
    assert_eq!(
        earned.clone().without("id"),
        json!({
            "type": "points.earned", "at": "2026-03-10T09:00:00Z", "store_id": store.id, "customer_id": "c-7",
            "data": { "points": 100, "source": "order:1001", "usable_from": "2026-03-10", "available": 100 },
        })
    );
    assert_eq!(received[1].kind(), "reward.issued");
    assert_eq!(received[1].event()["data"]["card_id"], "coffee");
    // Told again, it is not news.
    store.tell(&order("1001", "c-7", 500_000).with("status", "delivered")).await;

    let held = store.held("c-7", 10, &cart(100_000)).await;
    store.redemption(&held, "POST", "/commit").send().await.ok(200);
    store.adjust("c-7", &json!({ "points": 5, "reason": "for Ana" })).send().await.ok(201);
    let received = listener.until(4).await;
    let redeemed = received[2].event();
    assert_eq!(redeemed["type"], "points.redeemed");
    assert_eq!(
        redeemed["data"],
        json!({ "points": 10, "redemption_id": held["id"], "owed": 0, "available": 90 })
    );
    assert_eq!(
        received[3].event()["data"],
        json!({ "points": 5, "usable_from": "2026-03-10", "available": 95 })
    );
    assert!(!String::from_utf8_lossy(&received[3].body).contains("Ana"), "nothing that people wrote");

    let listed = deliveries(&store, &endpoint).await;
    assert_eq!(listed.len(), 4);
    assert!(listed.iter().all(|delivery| delivery["event"].is_string() && delivery["at"].is_string()));
    store.advance("2026-03-10T09:00:00Z").await;
    for delivery in deliveries(&store, &endpoint).await {
        assert_eq!(delivery["status"], "delivered", "{delivery}");
        assert_eq!((&delivery["tries"], &delivery["http_status"]), (&json!(1), &json!(200)));
    }
    assert_eq!(listener.received().len(), 4);
    // After 7 days the list forgets them.
    store.advance("2026-03-17T11:00:00Z").await;
    assert_eq!(deliveries(&store, &endpoint).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_level_that_is_reached_or_lost_is_told_s5_3() {
    let levels = json!([
        { "name": { "en": "Bronze" }, "spend_from": 0, "bps": 100 },
        { "name": { "en": "Gold" }, "spend_from": 50_000, "bps": 300 },
    ]);
    let cashback = json!({ "id": "cash", "rate": { "type": "cashback", "levels": levels } });
    let store = Store::open(program().with("/earning/programs/0", cashback)).await;
    let listener = Listener::start().await;
    subscribe(&store, &listener, json!(["level.changed"])).await;
    let gold = order("1", "c-7", 60_000).with("status", "delivered");
    store.tell(&gold).await;
    let told = listener.until(1).await[0].event();
    assert_eq!(told["data"]["from"], json!({ "name": { "en": "Bronze" }, "spend_from": 0 }));
    assert_eq!(told["data"]["to"], json!({ "name": { "en": "Gold" }, "spend_from": 50_000 }));
    store.tell(&order("2", "c-7", 1_000).with("status", "delivered")).await;
    store.set_time("2026-03-11T09:00:00Z");
    store.tell(&gold.with("status", "cancelled").with("updated_at", "2026-03-11T09:00:00Z")).await;
    let told = listener.until(2).await[1].event();
    assert_eq!(told["data"]["to"]["name"]["en"], "Bronze");
    assert_eq!(listener.kinds(), ["level.changed", "level.changed"], "it gets what it asked for");
}

#[tokio::test]
async fn what_fails_is_sent_again_with_the_same_id_until_it_is_taken() {
    let store = Store::open(program()).await;
    let listener = Listener::start().await;
    let (endpoint, secret) = subscribe(&store, &listener, Value::Null).await;
    listener.answer(500);
    store.customer_with("c-7", 10).await;
    let failed = delivery(&store, &endpoint, tried(1)).await;
    assert_eq!((&failed["status"], &failed["http_status"]), (&json!("pending"), &json!(500)));
    let next: jiff::Timestamp = failed["next_try"].as_str().expect("a moment").parse().expect("a moment");
    let wait = next.as_second() - store.now().as_second();
    assert!((10..=11).contains(&wait), "{wait} s");
    store.advance("2026-03-10T09:00:09Z").await;
    assert_eq!(listener.received().len(), 1, "it is not time yet");
    // A redirect is no place to take a signed event to.
    listener.answer(307);
    store.advance("2026-03-10T09:00:12Z").await;
    assert_eq!(delivery(&store, &endpoint, tried(2)).await["http_status"], 307);
    listener.answer(204);
    store.advance("2026-03-10T09:02:00Z").await;
    let done = delivery(&store, &endpoint, tried(3)).await;
    assert_eq!((&done["status"], &done["http_status"]), (&json!("delivered"), &json!(204)));
    let received = listener.received();
    assert_eq!(received.len(), 3);
    assert!(received.iter().all(|one| one.id == received[0].id && one.body == received[0].body));
    assert!(received.iter().all(|one| one.is_signed_by(&secret)), "each with its own time");
    assert_ne!(received[0].timestamp, received[1].timestamp);
    store.advance("2026-03-14T09:00:00Z").await;
    assert_eq!(listener.received().len(), 3);
}

#[tokio::test]
async fn after_three_days_it_is_given_up_and_can_be_replayed() {
    let store = Store::open(program()).await;
    let listener = Listener::start().await;
    let (endpoint, _) = subscribe(&store, &listener, Value::Null).await;
    listener.answer(503);
    store.customer_with("c-7", 10).await;
    listener.until(1).await;
    store.advance("2026-03-13T12:00:00Z").await;
    let given_up = delivery(&store, &endpoint, tried(10)).await;
    assert_eq!((&given_up["status"], &given_up["next_try"]), (&json!("given_up"), &Value::Null));
    let received = listener.received();
    assert_eq!(received.len(), 10);
    let times: Vec<i64> = received.iter().map(|one| one.timestamp.parse().expect("seconds")).collect();
    let waits: Vec<i64> = times.windows(2).map(|two| two[1] - two[0]).collect();
    for (wait, least) in waits.iter().zip([10, 60, 300, 1_800, 7_200, 21_600, 43_200, 86_400, 86_400]) {
        assert!((least..=least + least / 10 + 1).contains(wait), "{waits:?}");
    }

    listener.answer(200);
    let id = given_up["id"].as_str().expect("an id");
    let replay = |event: &str| {
        store.merchant("POST", &format!("/v1/webhook_endpoints/{endpoint}/deliveries/{event}/replay"))
    };
    let asked = replay(id).send().await.ok(202);
    assert_eq!((&asked["status"], &asked["tries"]), (&json!("pending"), &json!(0)));
    let received = listener.until(11).await;
    assert_eq!(received[10].id, received[0].id, "it is the same event");
    assert_eq!(received[10].body, received[0].body);
    assert_eq!(delivery(&store, &endpoint, tried(1)).await["status"], "delivered");
    replay("evt_000").send().await.refused("not_found");
    replay(&id.replace("evt_", "rd_")).send().await.refused("not_found");
}

#[tokio::test]
async fn one_endpoint_that_fails_does_not_hold_up_another() {
    let store = Store::open(program()).await;
    let (good, bad, gone) = (Listener::start().await, Listener::start().await, Listener::start().await);
    let (fine, _) = subscribe(&store, &good, json!(["points.earned"])).await;
    let (failing, _) = subscribe(&store, &bad, Value::Null).await;
    let (off, _) = subscribe(&store, &gone, Value::Null).await;
    let nobody = json!({ "url": "http://127.0.0.1:9/" });
    let nobody = store.merchant("POST", "/v1/webhook_endpoints").json(&nobody).send().await.ok(201);
    bad.answer(500);
    gone.answer(410);
    for number in 0..5 {
        store.customer_with(&format!("c-{number}"), 10).await;
    }
    good.until(5).await;
    store.advance("2026-03-10T09:00:00Z").await;
    let customers: Vec<Value> =
        good.received().iter().map(|one| one.event()["customer_id"].clone()).collect();
    assert_eq!(customers, ["c-0", "c-1", "c-2", "c-3", "c-4"], "in order, each once");
    assert_eq!(bad.received().len(), 5, "an event that fails does not hold up those after it");
    assert_eq!(gone.received().len(), 1, "who answers 410 is not asked again");
    let all = store.merchant("GET", "/v1/webhook_endpoints").send().await.ok(200);
    let row = |id: &str| {
        let items = all["items"].as_array().expect("items");
        items.iter().find(|row| row["id"] == id).expect("the endpoint").clone()
    };
    assert_eq!(row(&off)["off_since"], "2026-03-10T09:00:00Z");
    assert_eq!(row(&failing)["off_since"], Value::Null);
    assert!(row(&fine)["secret"].is_null() && !all.to_string().contains("whsec_"));
    let given_up = deliveries(&store, &off).await;
    assert!(given_up.iter().all(|delivery| delivery["status"] == "given_up"), "{given_up:?}");
    let event = given_up[0]["id"].as_str().expect("an id");
    let replay = format!("/v1/webhook_endpoints/{off}/deliveries/{event}/replay");
    store.merchant("POST", &replay).send().await.refused("endpoint_off");
    // Where nobody answers at all, one attempt stands for all of them.
    let waiting = deliveries(&store, nobody["id"].as_str().expect("an id")).await;
    assert_eq!(waiting.len(), 5);
    let tries: u64 = waiting.iter().filter_map(|delivery| delivery["tries"].as_u64()).sum();
    assert!((1..=5).contains(&tries), "{waiting:?}");
    assert!(waiting.iter().all(|delivery| delivery["http_status"].is_null()));
    // They come in pages.
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/v1/webhook_endpoints/{failing}/deliveries?limit=2{after}");
        let page = store.merchant("GET", &path).send().await.ok(200);
        seen.extend(page["items"].as_array().expect("items").iter().map(|one| one["id"].clone()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 5);
    let bad_cursor = format!("/v1/webhook_endpoints/{failing}/deliveries?after=x");
    store.merchant("GET", &bad_cursor).send().await.refused("invalid_query");
}

#[tokio::test]
async fn a_secret_is_shown_once_and_two_sign_while_it_is_changed() {
    let store = Store::open(program()).await;
    let listener = Listener::start().await;
    let body = json!({ "url": listener.url(), "description": "our ERP" });
    let create = store.merchant("POST", "/v1/webhook_endpoints").json(&body);
    let made = create.send().await.ok(201);
    let again = create.send().await.ok(201);
    assert_eq!(again, made.clone().with("secret", Value::Null));
    let (id, first) = (made["id"].as_str().expect("an id"), made["secret"].as_str().expect("a secret"));
    let rotate = async |keep_old: bool| {
        let path = format!("/v1/webhook_endpoints/{id}/rotate_secret");
        let made = store.merchant("POST", &path).json(&json!({ "keep_old": keep_old })).send().await.ok(200);
        made["secret"].as_str().expect("a secret").to_owned()
    };
    let second = rotate(true).await;
    store.customer_with("c-1", 10).await;
    let received = listener.until(1).await;
    assert!(received[0].is_signed_by(first) && received[0].is_signed_by(&second));
    let third = rotate(false).await;
    store.customer_with("c-2", 10).await;
    let received = listener.until(2).await;
    assert!(received[1].is_signed_by(&third));
    assert!(!received[1].is_signed_by(first) && !received[1].is_signed_by(&second));

    let delete = || store.merchant("DELETE", &format!("/v1/webhook_endpoints/{id}"));
    delete().send().await.ok(204);
    delete().send().await.ok(204);
    store.customer_with("c-3", 10).await;
    store.advance("2026-03-10T09:05:00Z").await;
    assert_eq!(listener.received().len(), 2, "who is removed is told nothing");
    let path = format!("/v1/webhook_endpoints/{id}/deliveries");
    store.merchant("GET", &path).send().await.refused("not_found");
}

#[tokio::test]
async fn endpoints_are_checked_and_limited() {
    let store = Store::open(program()).await;
    let create = |body: Value| store.merchant("POST", "/v1/webhook_endpoints").json(&body);
    for (body, path, code) in [
        (json!({ "url": "" }), "url", "empty"),
        (json!({ "url": "shop.example/hook" }), "url", "url_expected"),
        (json!({ "url": "ftp://shop.example/" }), "url", "https_expected"),
        (json!({ "url": "https://ana:secret@shop.example/" }), "url", "url_expected"),
        (json!({ "url": format!("https://shop.example/{}", "x".repeat(2_000)) }), "url", "too_long"),
        (json!({ "url": format!("{}/hook", store.server.url()) }), "url", "own_address"),
        (json!({ "url": "https://shop.example/", "events": [] }), "events", "empty"),
        (json!({ "url": "https://shop.example/", "events": ["points.lost"] }), "events[0]", "unknown_event"),
        (json!({ "url": "https://shop.example/", "description": "" }), "description", "empty"),
    ] {
        let problem = create(body.clone()).send().await.refused("invalid_body");
        assert_eq!(
            (&problem["faults"][0]["path"], &problem["faults"][0]["code"]),
            (&json!(path), &json!(code)),
            "{body}"
        );
    }
    for number in 0..10 {
        create(json!({ "url": format!("https://shop.example/{number}") })).send().await.ok(201);
    }
    let problem =
        create(json!({ "url": "https://shop.example/" })).send().await.refused("too_many_endpoints");
    assert_eq!(problem["limit"], 10);
}

/// Of somebody who was erased nothing is told any more; of a guest nothing is told before they have a name.
#[tokio::test]
async fn who_is_erased_or_unknown_is_not_told_about() {
    let store = Store::open(program()).await;
    let listener = Listener::start().await;
    let (endpoint, _) = subscribe(&store, &listener, Value::Null).await;
    listener.answer(500);
    store.customer_with("c-7", 10).await;
    delivery(&store, &endpoint, tried(1)).await;
    store.merchant("DELETE", "/v1/customers/c-7").send().await.ok(204);
    assert_eq!(deliveries(&store, &endpoint).await, Vec::<Value>::new());
    listener.answer(200);
    let guest = order("1", "x", 10_000)
        .with("status", "delivered")
        .with("customer", json!({ "email": "ana@example.com" }));
    store.tell(&guest).await;
    store.advance("2026-03-11T09:00:00Z").await;
    assert_eq!(listener.received().len(), 1);
    store.put_customer("c-8", json!({ "email": "ana@example.com", "email_verified": true })).await;
    let received = listener.until(2).await;
    assert_eq!(
        (received[1].event()["customer_id"].as_str(), received[1].kind().as_str()),
        (Some("c-8"), "points.earned")
    );
    assert!(!String::from_utf8_lossy(&received[1].body).contains("ana@"));
}
