//! Why an order earned what it earned, in numbers and in sentences; what a draft would do; what runs now and soon.

use fidela_api_tests::bodies::{base_program, guest_order};
use fidela_api_tests::{Server, Store, With, cart, line, order, program};
use serde_json::{Value, json};

/// The base program; a double one for shoes that begins next week; cashback for members; one that is off.
fn several() -> Value {
    let named = |id: &str, name: &str| base_program().with("id", id).with("name", name);
    let shoes = named("shoes", "Shoe days")
        .with("from", "2026-03-20")
        .with("until", "2026-03-25")
        .with("categories", json!({ "match": "any_of", "ids": ["shoes"] }));
    let members = named("members", "Members").with("groups", json!(["members"])).with(
        "rate",
        json!({ "type": "cashback", "levels": [{ "name": "Silver", "spend_from": 0, "bps": 300 }] }),
    );
    let off = named("off", "Switched off").with("enabled", false);
    let large = named("large", "Large orders").with("order_min", 50_000);
    program().with("/earning/programs", json!([named("base", "Base"), shoes, members, off, large]))
}

async fn in_language(store: &Store, language: &str, path: &str) -> Value {
    store.merchant("GET", path).header("accept-language", language).send().await.ok(200)
}

#[tokio::test]
async fn each_program_says_what_it_gave_or_why_nothing_s2_6() {
    let store = Store::open(several()).await;
    store.tell(&order("1", "c-7", 10_000).with("status", "delivered")).await;
    let told = in_language(&store, "en", "/v1/orders/1").await;
    let award = &told["award"];
    assert_eq!(json!([award["points"], award["applied"]]), json!([2, [{ "program": "base", "points": 2 }]]));
    let outcomes: Vec<_> = award["considered"]
        .as_array()
        .expect("a trace")
        .iter()
        .map(|one| json!([one["program"], one["outcome"]]))
        .collect();
    assert_eq!(
        outcomes,
        [
            json!(["base", "evaluated"]),
            json!(["shoes", "outside_window"]),
            json!(["members", "group_not_eligible"]),
            json!(["off", "switched_off"]),
            json!(["large", "order_below_minimum"]),
        ]
    );
    let explained: Vec<_> = award["explained"].as_array().expect("sentences").iter().map(plain).collect();
    assert_eq!(
        explained,
        [
            "Base: 1 point for each lei 50.00; lei 100.00 count, which makes 2 points.",
            "Shoe days: runs from March 20 to March 25; the order is of March 10.",
            "Members: for other groups of customers.",
            "Switched off: switched off.",
            "Large orders: for orders from lei 500.00; this one has lei 100.00.",
        ]
    );
    let romanian = in_language(&store, "ro", "/v1/orders/1").await;
    let first = plain(&romanian["award"]["explained"][0]);
    assert_eq!(first, "Base: 1 punct la fiecare 50,00 lei; se socotesc 100,00 lei, adică 2 puncte.");
    // The shopper reads the same, and nobody else's.
    let mine = store.shopper("c-7", "GET", "/v1/me/orders/1").send().await.ok(200);
    assert_eq!(json!([mine["id"], mine["award"]["points"]]), json!(["1", 2]));
    assert_eq!(mine["award"]["explained"], award["explained"]);
    store.shopper("c-8", "GET", "/v1/me/orders/1").send().await.refused("not_found");
    let page = store.shopper("c-7", "GET", "/v1/me/orders?limit=1").send().await.ok(200);
    assert_eq!(page["items"][0]["award"]["explained"], award["explained"]);
    // Another one gives more: the base loses to it.
    let member = json!({ "groups": ["members"] });
    store.put_customer("c-7", member).await;
    store.tell(&order("2", "c-7", 10_000).with("status", "delivered")).await;
    let told = in_language(&store, "en", "/v1/orders/2").await;
    let explained: Vec<_> =
        told["award"]["explained"].as_array().expect("sentences").iter().map(plain).collect();
    assert_eq!(
        (&explained[0][..], &explained[2][..]),
        (
            "Base: Members gives 3 points, and the better one counts.",
            "Members: 3% back of lei 100.00, which makes 3 points."
        )
    );
}

/// Without the spaces that do not break.
fn plain(text: &Value) -> String {
    text.as_str().expect("a sentence").replace(['\u{a0}', '\u{202f}'], " ")
}

#[tokio::test]
async fn what_gave_nothing_at_all_says_why() {
    let store = Store::on(Server::shared(), json!({ "program": program() })).await;
    let explained = async |id: &str| {
        let told = in_language(&store, "en", &format!("/v1/orders/{id}")).await;
        plain(&told["award"]["explained"][0])
    };
    store.tell(&order("1", "c-7", 10_000)).await;
    assert_eq!(explained("1").await, "Points come when the order is delivered.");
    store
        .tell(
            &order("1", "c-7", 10_000).with("status", "delivered").with("updated_at", "2026-03-11T09:00:00Z"),
        )
        .await;
    store
        .tell(
            &order("1", "c-7", 10_000).with("status", "cancelled").with("updated_at", "2026-03-12T09:00:00Z"),
        )
        .await;
    assert_eq!(explained("1").await, "The order was cancelled.");
    store.tell(&order("2", "c-7", 4_000).with("status", "delivered")).await;
    assert_eq!(explained("2").await, "1 point for every lei 50.00: lei 10.00 more would have made a point.");
    // A guest's waits where the e-mail leads, and is found there; claimed, it is found with its claimer.
    store.tell(&guest_order("3", "ana@example.com", 10_000).with("status", "delivered")).await;
    assert_eq!(
        explained("3").await,
        "The points wait until whoever ordered signs in with this e-mail address."
    );
    let claims = store.claims("ana").with("email", "ana@example.com").with("email_verified", true);
    store.with_token(&store.sign(&claims), "GET", "/v1/me").send().await.ok(200);
    assert_eq!(
        explained("3").await,
        "1 point for every lei 50.00: 1 point for each lei 50.00; lei 100.00 count, which makes 2 points."
    );
    store.merchant("GET", "/v1/orders/none").send().await.refused("not_found");
}

#[tokio::test]
async fn a_draft_says_what_it_would_do_and_changes_nothing() {
    let store = Store::open(program()).await;
    store.customer_with("c-7", 30).await;
    let before = store.everything().await;
    let ask = async |body: Value| store.merchant("POST", "/v1/program/preview").json(&body).send().await;
    let card =
        json!({ "id": "coffee", "orders_required": 3, "reward": { "type": "shipping", "bps": 10_000 } });
    let draft = several().with("stamp_cards", json!([card])).with("/redemption/max_bps", 5_000);
    let told = ask(json!({ "program": draft, "cart": cart(60_000), "account": { "available": 30, "groups": ["members"] } }))
        .await
        .ok(200);
    assert_eq!(json!([told["points"], told["applied"][0]["program"]]), json!([18, "members"]));
    assert_eq!(json!([told["quote"]["points"], told["quote"]["discount"]]), json!([30, 3_000]));
    assert_eq!(told["stamps"], json!([{ "card": "coffee", "outcome": "stamped" }]));
    assert_eq!(told["cards"][0]["sentences"][0], "Orders for a reward: 3");
    assert_eq!(told["explained"].as_array().map(Vec::len), Some(6));
    // The program in force, and a shopper of the store's.
    let told = ask(json!({ "order": order("1", "c-7", 10_000), "customer_id": "c-7" })).await.ok(200);
    assert_eq!(json!([told["points"], told["quote"]["points"]]), json!([2, 20]));
    let poor = ask(json!({ "cart": cart(10_000) })).await.ok(200);
    assert_eq!(poor["refusal"]["code"], "insufficient_points");
    assert_eq!(poor["refused"], "1 point more to go: you need at least 1 point.");
    let faults = ask(json!({ "program": several().with("currency", "lei"), "cart": cart(1) })).await;
    assert_eq!(faults.refused("invalid_program")["faults"][0]["path"], "currency");
    for wrong in [
        json!({}),
        json!({ "cart": cart(1), "order": order("1", "c-7", 1) }),
        json!({ "cart": cart(1), "customer_id": "c-7", "account": {} }),
        json!({ "cart": cart(1), "accounts": {} }),
        json!({ "cart": [] }),
    ] {
        ask(wrong).await.refused("invalid_body");
    }
    ask(json!({ "cart": cart(1), "customer_id": "nobody" })).await.refused("not_found");
    ask(json!({ "cart": cart(-1) })).await.refused("invalid_order");
    assert_eq!(store.everything().await, before);
}

#[tokio::test]
async fn a_card_is_summed_up_in_the_stores_language_before_it_goes_live_s1_1() {
    let card = json!({
        "id": "coffee", "name": { "ro": "Card de cafea" }, "enabled": false, "orders_required": 10,
        "categories": { "match": "any_of", "ids": ["espresso", "filter"] }, "order_min": 1_500,
        "reward": { "type": "product", "product_id": "mug", "bps": 5_000 }, "show_extras": false,
    });
    let request =
        json!({ "locale": "ro", "shards": 1, "program": program().with("stamp_cards", json!([card])) });
    let store = Store::on(Server::shared(), request).await;
    let told = in_language(&store, "en", "/v1/stamp_cards/coffee/summary").await;
    let sentences: Vec<_> = told["sentences"].as_array().expect("sentences").iter().map(plain).collect();
    assert_eq!(
        sentences,
        [
            "Comenzi pentru o recompensă: 10",
            "Se socotesc produsele din categoriile: espresso, filter",
            "O comandă se socotește de la 15,00 lei.",
            "Recompensă: 50 % reducere la un mug",
            "Cardul este oprit: nicio comandă nu îl ștampilează.",
            "Un card plin începe din nou.",
            "Extraopțiunile nu se arată și nu fac parte din recompensă.",
            "O recompensă cere comenzi de cel puțin 150,00 lei în total.",
        ]
    );
    assert_eq!(json!([told["name"], told["least_spent"]]), json!(["Card de cafea", 15_000]));
    store.merchant("GET", "/v1/stamp_cards/tea/summary").send().await.refused("card_not_found");
}

#[tokio::test]
async fn what_runs_now_and_soon_is_told_s4_5() {
    let store = Store::open(several()).await;
    let bare = |mut offers: Value| {
        for offer in offers.as_array_mut().expect("offers") {
            let offer = offer.as_object_mut().expect("an offer");
            offer.remove("title");
            offer.remove("details");
        }
        offers
    };
    let mine = async || bare(store.shopper("c-7", "GET", "/v1/me").send().await.ok(200)["offers"].clone());
    let path = format!("/v1/stores/{}/public", store.id);
    let everybodys = async || store.anyone("GET", &path).send().await;
    let offer = |id: &str, name: &str, starts: i32, ends: Value| {
        let mut offer = json!({ "program": id, "name": name, "starts_in_days": starts });
        if !ends.is_null() {
            offer["ends_in_days"] = ends;
        }
        offer
    };
    let always = |id, name| offer(id, name, 0, Value::Null);
    let soon = json!([
        always("base", "Base"),
        always("large", "Large orders"),
        offer("shoes", "Shoe days", 10, json!(5))
    ]);
    assert_eq!(mine().await, soon);
    let public = everybodys().await;
    assert_eq!(bare(public.ok(200)["offers"].clone()), soon);
    let romanian = store.anyone("GET", &format!("{path}?locale=ro")).send().await.ok(200);
    let shoes = &romanian["offers"][2];
    let details: Vec<_> = shoes["details"].as_array().expect("details").iter().map(plain).collect();
    assert_eq!(plain(&shoes["title"]), "Shoe days");
    assert_eq!(
        details,
        ["1 punct la fiecare 50,00 lei", "din 20 martie", "până pe 25 martie", "la unele produse"]
    );
    // The last minute of 24 March in Bucharest; then the last day; then it is over.
    store.set_time("2026-03-24T21:59:59Z");
    assert_eq!(mine().await[1], offer("shoes", "Shoe days", 0, json!(1)));
    store.set_time("2026-03-24T22:00:00Z");
    assert_eq!(mine().await[1], offer("shoes", "Shoe days", 0, json!(0)));
    store.set_time("2026-03-25T22:00:00Z");
    assert_eq!(mine().await, json!([always("base", "Base"), always("large", "Large orders")]));
    // Who has read it before reads it anew on another day.
    let tag = public.header("etag");
    let again = store.anyone("GET", &path).header("if-none-match", tag).send().await;
    assert_eq!(again.ok(200)["offers"].as_array().map(Vec::len), Some(2));
    store.put_customer("c-7", json!({ "groups": ["members"] })).await;
    assert_eq!(mine().await[1], always("members", "Members"));
    store.put_program(&several().with("enabled", false)).await;
    assert_eq!(mine().await, json!([]));
}

#[tokio::test]
async fn who_has_points_that_expire_soon_is_told_as_early_as_the_store_says() {
    let expiring = program().with("expiry", json!({ "type": "after_earning", "days": 40 }));
    let store = Store::open(expiring).await;
    store
        .tell(
            &order("1", "c-7", 10_000).with("status", "delivered").with("lines", json!([line("1", 50_000)])),
        )
        .await;
    let soon = async |at: &str| {
        store.set_time(at);
        store.shopper("c-7", "GET", "/v1/me").send().await.ok(200)["expiring_soon"].clone()
    };
    // Their last day is 19 April: thirty days before it is 20 March, which begins at ten in the evening.
    assert_eq!(soon("2026-03-19T21:59:59Z").await, 0);
    assert_eq!(soon("2026-03-19T22:00:00Z").await, 10);
    let settings = json!({ "name": "Shop", "locale": "en", "origins": [], "expiring_days": 7 });
    store.merchant("PUT", "/v1/settings").json(&settings).send().await.ok(200);
    assert_eq!(soon("2026-03-19T22:00:00Z").await, 0);
    assert_eq!(soon("2026-04-11T21:00:00Z").await, 10);
}
