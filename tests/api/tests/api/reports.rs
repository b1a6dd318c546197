//! `/v1/reports/…`: their numbers are those of the ledgers, whatever has happened to them.

use std::collections::BTreeMap;

use fidela_api_tests::{Ask, Server, Store, With, cart, order, program};
use serde_json::{Value, json};

use crate::imports::{does, uploaded};
use crate::referrals::{code_of, register, settle, tell};

async fn report(store: &Store, name: &str, query: &str) -> Value {
    store.merchant("GET", &format!("/v1/reports/{name}?{query}")).send().await.ok(200)
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("no number: {value}"))
}

/// Numbers that look random, and are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn amount(&mut self, sides: u64) -> i64 {
        i64::try_from(self.roll(sides)).expect("a small number")
    }
}

fn full_program() -> Value {
    let mission = |id: &str, points: i64| json!({ "id": id, "kind": "custom", "name": id.to_uppercase(), "points": { "type": "fixed", "points": points }, "limit_per_shopper": 3 });
    program()
        .with("/earning/pending_days", 3)
        .with(
            "/earning/programs",
            json!([{ "id": "levels", "rate": { "type": "cashback", "levels": [
            { "name": "Bronze", "spend_from": 0, "bps": 100 },
            { "name": "Silver", "spend_from": 100_000, "bps": 500 },
            { "name": { "en": "Gold", "ro": "Aur" }, "spend_from": 500_000, "bps": 1_000 },
        ] } }]),
        )
        .with("/redemption/max_bps", 10_000)
        .with("expiry", json!({ "type": "after_earning", "days": 60 }))
        .with("refunds", json!({ "shortfall": "negative", "grace_days": 5 }))
        .with("missions", json!([mission("review", 50), mission("visit", 5)]))
        .with(
            "referrals",
            json!({ "enabled": true, "inviter_points": 100, "invitee_points": 50, "review_days": 5 }),
        )
        .with("bonuses", json!({ "birthday": { "points": 20, "since": "2026-01-01T00:00:00Z" } }))
}

/// Sends what may be refused, and may not fail.
async fn sent(ask: Ask) {
    let answer = ask.send().await;
    assert!(answer.status < 500, "{}", answer.text());
}

/// One thing that happens to one shopper.
async fn happens(store: &Store, dice: &mut Dice, step: u64) {
    let customer = format!("c-{}", dice.roll(12));
    match dice.roll(11) {
        0..=3 => {
            let placed = order(&format!("o-{step}"), &customer, 10_000 + dice.amount(9) * 20_000);
            store.tell(&placed.with("placed_at", store.now().to_string()).with("status", "delivered")).await;
        }
        4 => {
            // An order of before is called off, wholly or in part, or comes again.
            let id = format!("o-{}", dice.roll(step.max(1)));
            let known = store.merchant("GET", &format!("/v1/orders/{id}")).send().await;
            if known.status == 200 {
                let told = known.json()["order"].clone().with("updated_at", store.now().to_string());
                let told = match dice.roll(3) {
                    0 => told.with("status", "cancelled"),
                    1 => told.with("refunds", json!([{ "id": "r", "line_id": "1", "amount": 5_000 }])),
                    _ => told.with("status", "delivered"),
                };
                sent(store.put_order(&told)).await;
            }
        }
        5 => {
            let points = [40, 7, -3, -20][usize::try_from(dice.roll(4)).expect("small")];
            sent(store.adjust(&customer, &json!({ "points": points, "reason": "r" }))).await;
        }
        6 => {
            let held = store.hold(&customer, 1 + dice.amount(30), &cart(100_000)).send().await;
            if held.status == 201 && dice.roll(3) > 0 {
                let held = held.json();
                let placed = order(&format!("o-{step}"), &customer, 100_000)
                    .with("placed_at", store.now().to_string())
                    .with("redemption_id", held["id"].clone())
                    .with("points_discount", held["discount"].clone());
                sent(store.put_order(&placed)).await;
            }
        }
        7 => {
            let told = json!({ "customer_id": customer, "reference": format!("r-{}", dice.roll(5)) });
            let mission = if dice.roll(2) == 0 { "review" } else { "visit" };
            sent(store.merchant("POST", &format!("/v1/missions/{mission}/completions")).json(&told)).await;
        }
        8 => {
            // Points that nobody has are taken off an order: they are owed.
            let placed = order(&format!("o-{step}"), &customer, 100_000)
                .with("placed_at", store.now().to_string())
                .with("points_discount", 2_000);
            sent(store.put_order(&placed)).await;
        }
        9 => {
            let friend = format!("f-{step}");
            let code = code_of(store, &customer).await;
            register(store, &friend, &code, &format!("{friend}@example.com")).await;
            if dice.roll(3) > 0 {
                let placed = order(&format!("o-{step}"), &friend, 30_000).with("status", "delivered");
                tell(store, &placed.with("placed_at", store.now().to_string())).await;
            }
        }
        _ => {
            let hours = 20 + dice.amount(400);
            let to = store.now() + jiff::SignedDuration::from_hours(hours);
            store.advance(&to.to_string()).await;
        }
    }
}

/// What the ledgers of all shoppers say.
#[derive(Debug, Default, PartialEq, Eq)]
struct Books {
    totals: BTreeMap<&'static str, i64>,
    outstanding: i64,
    owed: i64,
    shoppers: i64,
    spent: i64,
    completions: BTreeMap<String, (i64, i64, i64)>,
}

async fn books(store: &Store) -> Books {
    let mut books = Books::default();
    let mut after = String::new();
    loop {
        let page = store.merchant("GET", &format!("/v1/customers?limit=50{after}")).send().await.ok(200);
        for row in page["items"].as_array().expect("items") {
            let id = row["id"].as_str().expect("an id");
            let export = store.merchant("GET", &format!("/v1/customers/{id}/export")).send().await.ok(200);
            let account = &export["account"];
            for (name, of) in [
                ("earned", "earned"),
                ("clawed_back", "clawed"),
                ("adjusted", "adjusted"),
                ("used", "spent"),
                ("expired", "lapsed"),
            ] {
                *books.totals.entry(name).or_default() += number(&account["totals"][of]);
            }
            let detail = store.detail(id).await;
            let owed = number(&account["owed"]);
            books.owed += owed;
            books.outstanding +=
                owed + number(&detail["available"]) + number(&detail["pending"]) + number(&detail["held"]);
            assert_eq!(row["balance"]["available"], detail["available"], "{id}: {row}");
            books.shoppers += 1;
            books.spent += number(&detail["spent"]);
            let mut known = Vec::new();
            for done in export["completions"].as_array().expect("completions") {
                if number(&done["taken_back"]) == 0 {
                    let mission = done["mission"].as_str().expect("a mission").to_owned();
                    let sums = books.completions.entry(mission.clone()).or_default();
                    sums.0 += 1;
                    sums.1 += number(&done["points"]);
                    sums.2 += i64::from(!known.contains(&mission));
                    known.push(mission);
                }
            }
        }
        let Some(next) = page["next"].as_str() else { return books };
        after = format!("&after={next}");
    }
}

const ALL: &str = "from=2026-03-01&until=2027-03-31";

/// Each report against the books.
async fn adds_up(store: &Store, erased: i64) -> Vec<Value> {
    let books = books(store).await;
    let activity = report(store, "activity", ALL).await;
    let totals = &activity["totals"];
    let sum = |name: &str| number(&totals[name]);
    let net = sum("earned") - sum("clawed_back") + sum("adjusted") - sum("used") - sum("expired");
    assert_eq!(sum("erased"), erased);
    let by_what = ["orders", "missions", "invitations", "bonuses"].map(|by| sum(&format!("earned_by_{by}")));
    assert_eq!(sum("earned"), by_what.iter().sum::<i64>() + sum("brought_along"), "{totals}");
    let days = activity["days"].as_array().expect("days");
    for name in ["earned", "clawed_back", "adjusted", "used", "expired", "erased"] {
        assert_eq!(days.iter().map(|day| number(&day[name])).sum::<i64>(), sum(name), "{name}");
    }
    if erased == 0 {
        for (name, total) in &books.totals {
            assert_eq!(sum(name), *total, "{name}: {totals}");
        }
    }
    let liability = report(store, "liability", ALL).await;
    assert_eq!(
        liability["outstanding"],
        json!({ "points": books.outstanding, "value": books.outstanding * 100 })
    );
    assert_eq!(number(&liability["owed"]), books.owed);
    let ages = liability["ages"].as_array().expect("ages");
    assert_eq!(ages.iter().map(|age| number(&age["points"])).sum::<i64>(), books.outstanding);
    let last = liability["days"].as_array().and_then(|days| days.last()).expect("a day").clone();
    assert_eq!([number(&last["points"]), number(&last["owed"])], [books.outstanding, books.owed]);
    assert_eq!(net - erased, books.outstanding - books.owed, "{totals}");

    let levels = report(store, "levels", "").await;
    let of_levels = |name: &str| -> i64 {
        levels["items"].as_array().expect("levels").iter().map(|level| number(&level[name])).sum()
    };
    assert_eq!([of_levels("shoppers"), of_levels("spent")], [books.shoppers, books.spent]);

    let missions = report(store, "missions", ALL).await;
    let referrals = report(store, "referrals", ALL).await;
    if erased == 0 {
        for item in missions["items"].as_array().expect("missions") {
            let counted = ["completions", "points", "shoppers"].map(|name| number(&item[name]));
            let (done, points, first) =
                books.completions.get(item["mission"].as_str().expect("an id")).copied().unwrap_or_default();
            assert_eq!(counted, [done, points, first], "{item}");
        }
        let mut reached: BTreeMap<String, i64> = BTreeMap::new();
        let known = store.merchant("GET", "/v1/referrals?limit=200").send().await.ok(200);
        for referral in known["items"].as_array().expect("items") {
            let mut states: Vec<&str> = referral["steps"]
                .as_array()
                .expect("steps")
                .iter()
                .filter_map(|step| step["state"].as_str())
                .collect();
            states.sort_unstable();
            states.dedup();
            for state in states {
                *reached.entry(state.to_owned()).or_default() += 1;
            }
        }
        for step in referrals["funnel"].as_array().expect("steps") {
            let state = step["state"].as_str().expect("a state");
            assert_eq!(number(&step["count"]), reached.get(state).copied().unwrap_or(0), "{state}");
        }
        assert_eq!(number(&referrals["points"]), sum("earned_by_invitations"));
    }
    vec![activity, liability, levels, missions, referrals]
}

// S1.4, S3.10, S3.14
#[tokio::test]
async fn reports_add_up_with_every_ledger_after_whatever_has_happened() {
    let request = json!({ "shards": 16, "program": full_program() });
    let store = Store::on(Server::shared(), request).await;
    for customer in 0..12 {
        let update = json!({ "name": format!("Shopper {customer}"), "birthday": format!("1990-{:02}-11", 1 + customer), "email": format!("c-{customer}@example.com") });
        store.put_customer(&format!("c-{customer}"), update).await;
    }
    let balances = "customer_id,points\nc-1,300\nc-2,45\nbrought,17\n";
    let import = uploaded(&store, "kind=balances", balances).await;
    does(&store, &import, "start").await;
    let taken =
        uploaded(&store, "kind=completions&mission=visit", "customer_id,reference\nc-3,i1\nc-4,i2\n").await;
    does(&store, &taken, "start").await;
    let mut dice = Dice(20_261_122);
    for step in 0..160 {
        happens(&store, &mut dice, step).await;
        if step == 40 {
            does(&store, &taken, "revert").await;
        }
    }
    // So that whatever is due has been booked.
    settle(&store).await;
    let reports = adds_up(&store, 0).await;
    let totals = &reports[0]["totals"];
    for name in
        ["earned", "clawed_back", "adjusted", "used", "expired", "brought_along", "earned_by_missions"]
    {
        assert_ne!(number(&totals[name]), 0, "{name} did not happen: {totals}");
    }
    assert!(
        number(&totals["earned_by_invitations"]) > 0 && number(&totals["earned_by_bonuses"]) > 0,
        "{totals}"
    );
    assert!(number(&reports[1]["owed"]) > 0, "nobody owes anything");
    // Counted anew from the accounts, as a store does that was there before: every number is the same; also where
    // something happens to an account before it is counted.
    let recount = async || {
        let body = json!({ "store": store.id, "to": store.now().to_string(), "recount": true });
        store.anyone("POST", "/v1/test/advance").json(&body).send().await.ok(200);
    };
    recount().await;
    assert!(adds_up(&store, 0).await == reports, "counted anew, reports are others");
    recount().await;
    store.adjust("c-1", &json!({ "points": 9, "reason": "before all are counted" })).send().await.ok(201);
    let reports = adds_up(&store, 0).await;
    recount().await;
    assert!(adds_up(&store, 0).await == reports, "counted anew after a change, reports are others");
    // Whoever is erased takes along what they had; what was told before stays.
    let before = store.detail("c-1").await;
    let gone = ["available", "pending", "held"].map(|name| number(&before[name])).iter().sum();
    store.merchant("DELETE", "/v1/customers/c-1").send().await.ok(204);
    adds_up(&store, gone).await;
}

#[tokio::test]
async fn days_are_the_stores_own_and_ages_count_from_when_points_can_be_used() {
    let program = program().with("/earning/pending_days", 10);
    let store = Store::open(program).await;
    // 23:30 in Bucharest, and half an hour later.
    for (id, at) in [("1", "2026-03-20T21:30:00Z"), ("2", "2026-03-20T22:00:00Z")] {
        store.advance(at).await;
        store.tell(&order(id, "ana", 50_000).with("placed_at", at).with("status", "delivered")).await;
    }
    let activity = report(&store, "activity", "from=2026-03-20&until=2026-03-22").await;
    let earned: Vec<i64> = activity["days"]
        .as_array()
        .expect("days")
        .iter()
        .map(|day| number(&day["earned_by_orders"]))
        .collect();
    assert_eq!(earned, [10, 10, 0]);
    let ages = async |store: &Store| -> Vec<i64> {
        let liability = report(store, "liability", "").await;
        liability["ages"].as_array().expect("ages").iter().map(|age| number(&age["points"])).collect()
    };
    assert_eq!(ages(&store).await, [20, 0, 0, 0, 0, 0], "none can be used yet");
    store.advance("2026-03-29T22:00:00Z").await;
    assert_eq!(ages(&store).await, [10, 10, 0, 0, 0, 0], "the first half can");
    store.advance("2026-05-01T00:00:00Z").await;
    assert_eq!(ages(&store).await, [0, 0, 20, 0, 0, 0]);
    let liability = report(&store, "liability", "from=2026-03-19&until=2026-03-21").await;
    let points: Vec<i64> =
        liability["days"].as_array().expect("days").iter().map(|day| number(&day["points"])).collect();
    assert_eq!(points, [0, 10, 20]);
    assert_eq!(liability["currency"], "RON");
    for wrong in
        ["from=2026-03-02&until=2026-03-01", "from=2025-01-01&until=2026-03-01", "from=x", "format=pdf"]
    {
        store.merchant("GET", &format!("/v1/reports/activity?{wrong}")).send().await.refused("invalid_query");
    }
    store.merchant("GET", "/v1/reports/secrets").send().await.refused("not_found");
}

#[tokio::test]
async fn as_files_they_are_in_the_readers_language_and_run_nothing() {
    let mission = json!({ "id": "=cmd|' /C calc'!A0", "kind": "custom", "name": "+SUM(A1:A9)",
        "points": { "type": "fixed", "points": 50 }, "limit_per_shopper": 3 });
    let store = Store::open(program().with("missions", json!([mission]))).await;
    store.customer_with("ana", 12).await;
    let file = async |name: &str, language: &str| {
        let ask =
            store.merchant("GET", &format!("/v1/reports/{name}?format=csv&from=2026-03-10&until=2026-03-10"));
        let answer = ask.header("accept-language", language).send().await;
        assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
        assert!(answer.header("content-disposition").contains(".csv"));
        answer.text()
    };
    let english = file("liability", "en").await;
    assert!(english.starts_with('\u{feff}'), "a mark, so that spreadsheets read it as what it is");
    assert!(english.contains("2026-03-10,12,12.00,0\r\n"), "{english}");
    let romanian = file("liability", "ro").await;
    assert!(romanian.contains("Zi;") && romanian.contains("2026-03-10;12;12,00;0\r\n"), "{romanian}");
    let missions = file("missions", "en").await;
    assert!(missions.contains("\"'+SUM(A1:A9)\",\"'=cmd|' /C calc'!A0\",0,0,0"), "{missions}");
    for name in ["activity", "referrals", "levels"] {
        assert!(file(name, "fr").await.lines().count() >= 2, "{name}");
    }
}
