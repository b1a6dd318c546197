//! Invitations: from the link or the letter to the points of both, and what is shown of them on the way.

use fidela_api_tests::mail::arrived;
use fidela_api_tests::{Listener, Server, Store, With, order, program};
use serde_json::{Value, json};

use crate::events::subscribe;

/// The usual program with invitations: 100 points for the inviter, 50 for the friend, 14 days of review.
pub(crate) fn inviting(more: &Value) -> Value {
    let mut referrals = json!({ "enabled": true, "inviter_points": 100, "invitee_points": 50 });
    for (name, value) in more.as_object().expect("fields") {
        referrals[name] = value.clone();
    }
    program().with("referrals", referrals)
}

/// What a shopper sees of their invitations.
pub(crate) async fn invitations(store: &Store, customer: &str) -> Value {
    let ask = store.shopper(customer, "GET", "/v1/me/invitations").header("accept-language", "en");
    ask.send().await.ok(200)
}

/// The code of a shopper's link.
pub(crate) async fn code_of(store: &Store, customer: &str) -> String {
    invitations(store, customer).await["code"].as_str().expect("a code").to_owned()
}

/// A friend registers with a code: the shop tells it in the token.
pub(crate) async fn register(store: &Store, friend: &str, code: &str, email: &str) {
    let claims = store.claims(friend).with("referral_code", code).with("email", email);
    store.with_token(&store.sign(&claims), "GET", "/v1/me").send().await.ok(200);
    settle(store).await;
}

/// What shards tell each other has arrived.
pub(crate) async fn settle(store: &Store) {
    store.advance(&store.now().to_string()).await;
}

/// A delivered order.
pub(crate) fn delivered(store: &Store, id: &str, customer: &str, amount: i64) -> Value {
    order(id, customer, amount).with("placed_at", store.now().to_string()).with("status", "delivered")
}

pub(crate) async fn tell(store: &Store, order: &Value) {
    store.tell(order).await;
    settle(store).await;
}

/// The merchant's list: inviter, friend, state, reason.
pub(crate) async fn listed(store: &Store, query: &str) -> Vec<Value> {
    let page = store.merchant("GET", &format!("/v1/referrals{query}")).send().await.ok(200);
    let items = page["items"].as_array().expect("items").clone();
    let shown = |item: Value| json!([item["inviter_id"], item["friend_id"], item["state"], item["reason"]]);
    items.into_iter().map(shown).collect()
}

/// A store with an inviter, Ana, and her code.
pub(crate) async fn with_ana(program: Value) -> (Store, String) {
    let store = Store::open(program).await;
    store.put_customer("ana", json!({ "name": "Ana Pop", "email": "ana@example.com" })).await;
    let code = code_of(&store, "ana").await;
    (store, code)
}

pub(crate) async fn points(store: &Store, customer: &str) -> i64 {
    store.balance(customer).await.0
}

// S3.13, S3.14
#[tokio::test]
async fn both_get_their_points_once_the_friend_has_ordered_and_the_review_is_over() {
    let (store, code) = with_ana(inviting(&json!({}))).await;
    let listener = Listener::start().await;
    subscribe(&store, &listener, json!(["referral.rewarded"])).await;
    register(&store, "bob", &code, "bob@example.com").await;
    let mine = invitations(&store, "ana").await;
    assert_eq!(mine["items"][0]["state"], "registered");
    assert_eq!(mine["items"][0]["via"], "link");
    // Placed, and not delivered yet.
    tell(&store, &delivered(&store, "1", "bob", 10_000).with("status", "new")).await;
    assert_eq!(invitations(&store, "ana").await["items"][0]["state"], "ordered");
    tell(&store, &delivered(&store, "1", "bob", 10_000)).await;
    let item = invitations(&store, "ana").await["items"][0].clone();
    assert_eq!(item["state"], "in_review");
    assert_eq!(item["review_until"], "2026-03-24");
    assert!(item["text"].as_str().expect("a text").contains("Mar"), "{item}");
    let earned = points(&store, "bob").await;
    store.advance("2026-03-23T21:59:59Z").await;
    assert_eq!((points(&store, "ana").await, points(&store, "bob").await), (0, earned));
    // The local midnight that ends the review, in Bucharest.
    store.advance("2026-03-23T22:00:00Z").await;
    assert_eq!((points(&store, "ana").await, points(&store, "bob").await), (100, earned + 50));
    let item = invitations(&store, "ana").await["items"][0].clone();
    assert_eq!(
        json!([item["state"], item["points"], item["text"]]),
        json!(["rewarded", 100, "100 points earned"])
    );
    assert_eq!(listed(&store, "?state=rewarded").await, [json!(["ana", "bob", "rewarded", null])]);
    let told = listener.received();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].event()["at"], "2026-03-23T22:00:00Z");
    let data = told[0].event()["data"].clone();
    assert_eq!(
        data,
        json!({ "referral_id": item["id"], "friend_id": "bob", "points": 100, "friend_points": 50 })
    );
    // Nothing of it happens twice, and what becomes of the order afterwards changes nothing of it.
    tell(&store, &delivered(&store, "1", "bob", 10_000).with("status", "cancelled")).await;
    tell(&store, &delivered(&store, "2", "bob", 10_000)).await;
    store.advance("2026-06-01T00:00:00Z").await;
    assert_eq!(points(&store, "ana").await, 100);
    // Both see what for.
    for (customer, about, title) in
        [("ana", "referral", "For inviting a friend"), ("bob", "invited", "For coming by an invitation")]
    {
        let history = store.merchant("GET", &format!("/v1/customers/{customer}/ledger?limit=200"));
        let history = history.header("accept-language", "en").send().await.ok(200);
        let lines = history["items"].as_array().expect("items");
        let told = lines.iter().filter(|line| line["about"] == about && line["title"] == title);
        assert_eq!(told.count(), 1, "{history}");
    }
    let of_ana = store.merchant("GET", "/v1/customers/ana/invitations").send().await.ok(200);
    let steps: Vec<&str> = of_ana["items"][0]["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .filter_map(|s| s["state"].as_str())
        .collect();
    assert_eq!(steps, ["registered", "ordered", "in_review", "rewarded"]);
}

// S3.13
#[tokio::test]
async fn both_live_in_different_shards_and_the_shop_may_tell_the_code_by_put() {
    let request = json!({ "shards": 16, "program": inviting(&json!({ "review_days": 0 })) });
    let store = Store::on(Server::shared(), request).await;
    for pair in 0..8 {
        let (inviter, friend) = (format!("inviter-{pair}"), format!("friend-{pair}"));
        store.put_customer(&inviter, json!({ "email": format!("{inviter}@example.com") })).await;
        let code = code_of(&store, &inviter).await;
        let update = json!({ "referral_code": code, "email": format!("{friend}@example.com") });
        store.put_customer(&friend, update.clone()).await;
        store.put_customer(&friend, update).await;
        tell(&store, &delivered(&store, &format!("o-{pair}"), &friend, 10_000)).await;
        assert_eq!(points(&store, &inviter).await, 100, "pair {pair}");
    }
    assert_eq!(listed(&store, "?limit=200").await.len(), 8);
    // Page by page, newest first, each once.
    let mut seen = Vec::new();
    let mut path = "/v1/referrals?limit=3".to_owned();
    loop {
        let page = store.merchant("GET", &path).send().await.ok(200);
        seen.extend(page["items"].as_array().expect("items").iter().map(|item| item["id"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/referrals?limit=3&after={next}");
    }
    assert_eq!(seen.len(), 8);
    seen.sort_by_key(ToString::to_string);
    seen.dedup();
    assert_eq!(seen.len(), 8);
}

// S3.13
#[tokio::test]
async fn what_was_promised_at_the_registration_is_what_is_given() {
    let (store, code) = with_ana(inviting(&json!({}))).await;
    register(&store, "bob", &code, "bob@example.com").await;
    store
        .put_program(&inviting(&json!({ "enabled": false, "inviter_points": 1, "invitee_points": 1 })))
        .await;
    tell(&store, &delivered(&store, "1", "bob", 10_000)).await;
    store.advance("2026-04-01T00:00:00Z").await;
    assert_eq!(points(&store, "ana").await, 100);
    // Off, nobody new is invited; what was is still shown.
    let mine = invitations(&store, "ana").await;
    assert_eq!(
        json!([mine["enabled"], mine["code"], mine["items"][0]["state"]]),
        json!([false, "", "rewarded"])
    );
    register(&store, "carl", &code, "carl@example.com").await;
    assert_eq!(listed(&store, "").await.len(), 1);
    let friends = json!({ "friends": [{ "first_name": "Dan", "email": "dan@example.com" }] });
    let refused = store.shopper("ana", "POST", "/v1/me/invitations").json(&friends).send().await;
    refused.refused("referrals_disabled");
}

// S3.13
#[tokio::test]
async fn an_order_that_is_cancelled_or_refunded_in_review_is_not_paid_and_another_one_is() {
    let (store, code) = with_ana(inviting(&json!({ "order_min": 5_000 }))).await;
    for friend in ["bob", "carl", "dora"] {
        register(&store, friend, &code, &format!("{friend}@example.com")).await;
        tell(&store, &delivered(&store, &format!("small-{friend}"), friend, 4_999)).await;
        tell(&store, &delivered(&store, &format!("first-{friend}"), friend, 10_000)).await;
    }
    assert_eq!(listed(&store, "?state=in_review").await.len(), 3);
    store.set_time("2026-03-15T09:00:00Z");
    let later = |id: &str, friend: &str| {
        order(id, friend, 10_000)
            .with("placed_at", "2026-03-10T09:00:00Z")
            .with("updated_at", "2026-03-15T09:00:00Z")
            .with("status", "delivered")
    };
    tell(&store, &later("first-bob", "bob").with("status", "cancelled")).await;
    tell(&store, &later("first-carl", "carl").with("refunded", 10_000)).await;
    // What is left is below the smallest order.
    tell(&store, &later("first-dora", "dora").with("refunded", 6_000)).await;
    let refused = listed(&store, "?state=refused").await;
    assert_eq!(refused.len(), 3);
    assert!(refused.iter().all(|one| one[3] == "order_cancelled"), "{refused:?}");
    // Another order takes it up again, with a review of its own.
    tell(&store, &delivered(&store, "second-bob", "bob", 10_000)).await;
    store.advance("2026-03-28T00:00:00Z").await;
    assert_eq!(points(&store, "ana").await, 0);
    store.advance("2026-03-29T00:00:00Z").await;
    assert_eq!(points(&store, "ana").await, 100);
    assert_eq!(listed(&store, "?state=rewarded").await, [json!(["ana", "bob", "rewarded", null])]);
}

// S3.14
#[tokio::test]
async fn the_merchant_refuses_one_and_lets_another_pass() {
    let (store, code) = with_ana(inviting(&json!({}))).await;
    for friend in ["bob", "carl"] {
        register(&store, friend, &code, &format!("{friend}@example.com")).await;
    }
    let page = store.merchant("GET", "/v1/referrals").send().await.ok(200);
    let id_of = |friend: &str| {
        let items = page["items"].as_array().expect("items");
        let item = items.iter().find(|item| item["friend_id"] == friend).expect("the friend's");
        item["id"].as_str().expect("an id").to_owned()
    };
    let (bob, carl) = (id_of("bob"), id_of("carl"));
    let decide =
        |id: &str, how: &str| store.merchant("POST", &format!("/v1/referrals/{id}/{how}")).json(&json!({}));
    decide(&bob, "approve").send().await.refused("referral_not_in_review");
    for friend in ["bob", "carl"] {
        tell(&store, &delivered(&store, &format!("o-{friend}"), friend, 10_000)).await;
    }
    decide(&bob, "approve").json(&json!({ "note": "a good friend" })).send().await.ok(200);
    settle(&store).await;
    assert_eq!(points(&store, "ana").await, 100);
    let again = decide(&bob, "approve").send().await.ok(200);
    assert_eq!(again["state"], "rewarded");
    assert!(again["steps"].to_string().contains("a good friend"), "{again}");
    decide(&bob, "refuse").send().await.refused("referral_not_in_review");
    let refused = decide(&carl, "refuse").json(&json!({ "note": "the same house" })).send().await.ok(200);
    assert_eq!(json!([refused["state"], refused["reason"]]), json!(["refused", "refused_by_merchant"]));
    decide(&carl, "refuse").send().await.ok(200);
    decide(&carl, "approve").send().await.refused("referral_not_in_review");
    // Who it was has a name, in the list as in the one.
    let list = store.merchant("GET", "/v1/referrals?state=refused").send().await.ok(200);
    let one = store.merchant("GET", &format!("/v1/referrals/{carl}")).send().await.ok(200);
    for shown in [&list["items"][0], &one] {
        let last = shown["steps"].as_array().and_then(|steps| steps.last()).expect("a step");
        assert_eq!(last["who"]["name"], "First key", "{shown}");
    }
    store.advance("2026-06-01T00:00:00Z").await;
    settle(&store).await;
    assert_eq!(points(&store, "ana").await, 100);
    // Ids that are nobody's.
    for id in ["rf_0", "rf_00000000000000000000000000", "x"] {
        store.merchant("GET", &format!("/v1/referrals/{id}")).send().await.refused("referral_not_found");
        decide(id, "approve").send().await.refused("referral_not_found");
    }
    store.merchant("GET", "/v1/referrals?state=lost").send().await.refused("invalid_query");
    store.merchant("GET", "/v1/referrals?after=x").send().await.refused("invalid_query");
}

// S3.13
#[tokio::test]
async fn a_letter_is_recognized_by_its_link_or_by_the_address() {
    let (store, _) = with_ana(inviting(&json!({ "review_days": 0 }))).await;
    let friends = json!({ "friends": [
        { "first_name": "Bob", "last_name": "Marin", "email": "bob@example.com" },
        { "first_name": "Carla", "email": "Carla@Example.com" },
    ] });
    let answer = store.shopper("ana", "POST", "/v1/me/invitations").json(&friends).send().await.ok(200);
    assert_eq!(json!([answer["sent"], answer["left_today"]]), json!([2, 18]));
    settle(&store).await;
    let mine = invitations(&store, "ana").await;
    let names: Vec<&str> =
        mine["items"].as_array().expect("items").iter().filter_map(|item| item["name"].as_str()).collect();
    assert!(names.contains(&"Bob M.") && names.contains(&"Carla"), "{names:?}");
    // Recognized by the address alone: the shop tells no code.
    store.put_customer("bob", json!({ "email": "bob@example.com" })).await;
    settle(&store).await;
    tell(&store, &delivered(&store, "1", "bob", 10_000)).await;
    assert_eq!(points(&store, "ana").await, 100);
    // The merchant does not see the address; whoever invited sees what they wrote.
    let list = store.merchant("GET", "/v1/referrals").send().await.ok(200).to_string();
    assert!(!list.to_lowercase().contains("carla"), "{list}");
    // Nobody came: it expires, and the name is forgotten.
    store.advance("2026-07-01T00:00:00Z").await;
    let mine = invitations(&store, "ana").await;
    let expired = mine["items"].as_array().expect("items").iter().find(|item| item["state"] == "expired");
    assert_eq!(expired.expect("Carla's")["name"], Value::Null);
    store.put_customer("carla", json!({ "email": "carla@example.com" })).await;
    tell(&store, &delivered(&store, "2", "carla", 10_000)).await;
    assert_eq!(points(&store, "ana").await, 100);
    let exported = store.merchant("GET", "/v1/customers/ana/export").send().await.ok(200).to_string();
    assert!(!exported.to_lowercase().contains("carla"), "{exported}");
}

/// The code of the letter that was written to somebody, one of so many.
async fn code_of_letter(store: &Store, email: &str, sent: usize) -> String {
    let letters = arrived(store, sent).await;
    let text = &letters.iter().find(|letter| letter.to.1 == email).expect("a letter").text;
    let rest = text.split_once("/r/").expect("the link of an invitation").1;
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

// S3.13
#[tokio::test]
async fn a_letter_that_was_refused_or_is_over_brings_nothing() {
    let (store, _) = with_ana(inviting(&json!({ "review_days": 0, "expires_days": 10 }))).await;
    let invite = async |name: &str, email: &str, sent: usize| {
        let friends = json!({ "friends": [{ "first_name": name, "email": email }] });
        store.shopper("ana", "POST", "/v1/me/invitations").json(&friends).send().await.ok(200);
        settle(&store).await;
        code_of_letter(&store, email, sent).await
    };
    let bobs = invite("Bob", "bob@example.com", 1).await;
    let sent = store.merchant("GET", "/v1/referrals?state=sent").send().await.ok(200);
    let id = sent["items"][0]["id"].as_str().expect("an id");
    let refuse = store.merchant("POST", &format!("/v1/referrals/{id}/refuse"));
    refuse.json(&json!({ "note": "not him" })).send().await.ok(200);
    register(&store, "bob", &bobs, "bob@example.com").await;
    tell(&store, &delivered(&store, "1", "bob", 10_000)).await;
    let carls = invite("Carl", "carl@example.com", 2).await;
    store.advance("2026-03-21T09:00:00Z").await;
    register(&store, "carl", &carls, "other@example.com").await;
    tell(&store, &delivered(&store, "2", "carl", 10_000)).await;
    assert_eq!(points(&store, "ana").await, 0);
    let mut list = listed(&store, "").await;
    list.sort_by_key(ToString::to_string);
    assert_eq!(
        list,
        [json!(["ana", "bob", "refused", "refused_by_merchant"]), json!(["ana", "carl", "expired", null])]
    );
    // In time, and passed on: the first who comes is the friend, the second came by a link.
    let doras = invite("Dora", "dora@example.com", 3).await;
    for (friend, order) in [("dora", "3"), ("her-sister", "4")] {
        register(&store, friend, &doras, &format!("{friend}@example.com")).await;
        tell(&store, &delivered(&store, order, friend, 10_000)).await;
    }
    assert_eq!(points(&store, "ana").await, 200);
}

// S3.13
#[tokio::test]
async fn an_inviter_learns_nothing_about_an_address_and_writes_no_more_than_they_may() {
    let (store, _) = with_ana(inviting(&json!({}))).await;
    store.put_customer("known", json!({ "email": "known@example.com" })).await;
    let invite = async |friends: Value| {
        let ask = store.shopper("ana", "POST", "/v1/me/invitations");
        let answer = ask.json(&json!({ "friends": friends })).send().await.ok(200);
        settle(&store).await;
        answer
    };
    let friend = |email: &str| json!({ "first_name": "Bob", "last_name": "M", "email": email });
    let known = invite(json!([friend("known@example.com")])).await;
    let unknown = invite(json!([friend("unknown@example.com")])).await;
    let plain = |answer: &Value| answer.to_string().replace("unknown", "known").replace("18", "19");
    assert_eq!(plain(&known), plain(&unknown));
    let states = invitations(&store, "ana").await["items"].clone();
    assert_eq!(json!([states[0]["state"], states[1]["state"]]), json!(["sent", "sent"]));
    let page = store.merchant("GET", "/v1/referrals").send().await.ok(200);
    let not_sent: Vec<&Value> =
        page["items"].as_array().expect("items").iter().map(|i| &i["not_sent"]).collect();
    assert!(not_sent.contains(&&json!("already_customer")), "{not_sent:?}");
    let codes = async |friends: Value| {
        let answer = invite(friends).await;
        let results = answer["results"].as_array().expect("results").clone();
        results.into_iter().map(|one| one["code"].as_str().unwrap_or("sent").to_owned()).collect::<Vec<_>>()
    };
    let own =
        codes(json!([friend("Ana+me@example.com"), friend("UNKNOWN@example.com"), friend("c@example.com")]))
            .await;
    assert_eq!(own, ["self_referral", "already_invited", "sent"]);
    let mut sent = 3;
    for round in 0..3 {
        let friends: Vec<Value> = (0..10).map(|n| friend(&format!("f{round}-{n}@example.com"))).collect();
        sent += codes(json!(friends)).await.iter().filter(|code| *code == "sent").count();
    }
    assert_eq!(sent, 20, "in one day");
    store.advance("2026-03-11T09:00:00Z").await;
    assert_eq!(codes(json!([friend("tomorrow@example.com")])).await, ["sent"]);
    // Forms that are wrong say where, and write to nobody.
    let post = |body: Value| store.shopper("ana", "POST", "/v1/me/invitations").json(&body);
    let before = invitations(&store, "ana").await["left_today"].clone();
    for (friends, path) in [
        (json!([]), "friends"),
        (json!([friend("nobody")]), "friends[0].email"),
        (
            json!([friend("a@example.com"), { "first_name": "", "email": "b@example.com" }]),
            "friends[1].first_name",
        ),
        (json!([{ "first_name": "http://evil.example", "email": "b@example.com" }]), "friends[0].first_name"),
        (json!([{ "first_name": "Bob\r\nBcc: x@y.z", "email": "b@example.com" }]), "friends[0].first_name"),
        (json!((0..11).map(|n| friend(&format!("x{n}@example.com"))).collect::<Vec<_>>()), "friends"),
    ] {
        let refused = post(json!({ "friends": friends })).send().await.refused("invalid_body");
        assert_eq!(refused["faults"][0]["path"], path, "{refused}");
    }
    assert_eq!(invitations(&store, "ana").await["left_today"], before);
}

// S3.14
#[tokio::test]
async fn who_is_erased_is_nowhere_any_more() {
    let request = json!({ "shards": 16, "program": inviting(&json!({})) });
    let store = Store::on(Server::shared(), request).await;
    store.put_customer("ana", json!({ "name": "Ana", "email": "ana@example.com" })).await;
    let code = code_of(&store, "ana").await;
    let claims = store.claims("bob-1").with("referral_code", code.as_str()).with("email", "bob@example.com");
    store.with_token(&store.sign(&claims.with("name", "Bobby Marin")), "GET", "/v1/me").send().await.ok(200);
    settle(&store).await;
    assert_eq!(invitations(&store, "ana").await["items"][0]["name"], "Bobby");
    let exported = store.merchant("GET", "/v1/customers/bob-1/export").send().await.ok(200);
    assert_eq!(exported["invitations"]["invited_by"]["code"], code.as_str());
    store.merchant("DELETE", "/v1/customers/bob-1").send().await.ok(204);
    settle(&store).await;
    let left = store.everything().await.to_string() + &invitations(&store, "ana").await.to_string();
    assert!(!left.contains("bob-1") && !left.contains("Bobby"), "{left}");
    let list = store.merchant("GET", "/v1/referrals").send().await.ok(200).to_string();
    assert!(!list.contains("bob-1"), "{list}");
    // Coming back makes nobody a new friend.
    register(&store, "bob-2", &code, "bob@example.com").await;
    tell(&store, &delivered(&store, "1", "bob-2", 10_000)).await;
    store.advance("2026-06-01T00:00:00Z").await;
    assert_eq!(points(&store, "ana").await, 0);
    let reasons: Vec<Value> = listed(&store, "").await.iter().map(|one| one[3].clone()).collect();
    assert!(reasons.contains(&json!("already_referred")), "{reasons:?}");
    // Somebody who was written to asks to be forgotten.
    let friends = json!({ "friends": [{ "first_name": "Carla", "email": "carla@example.com" }] });
    store.shopper("ana", "POST", "/v1/me/invitations").json(&friends).send().await.ok(200);
    settle(&store).await;
    store.merchant("DELETE", "/v1/guests/carla@example.com").send().await.ok(204);
    settle(&store).await;
    let exported = store.merchant("GET", "/v1/customers/ana/export").send().await.ok(200).to_string();
    assert!(!exported.to_lowercase().contains("carla"), "{exported}");
    // Whoever invited goes, and the link leads nowhere.
    store.merchant("DELETE", "/v1/customers/ana").send().await.ok(204);
    register(&store, "dora", &code, "dora@example.com").await;
    assert_eq!(listed(&store, "").await, Vec::<Value>::new());
}
