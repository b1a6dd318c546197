//! `/v1/customers`: list, detail, adjustments, export, erasure.

use fidela_api_tests::bodies::guest_order;
use fidela_api_tests::{Server, Store, With, cart, order, program};
use serde_json::{Value, json};

#[tokio::test]
async fn a_list_of_shoppers_with_their_points_s3_10() {
    let store = Store::on(Server::shared(), json!({ "program": program() })).await;
    for number in 0..25 {
        let customer = format!("c-{number:02}");
        let update =
            json!({ "name": format!("Shopper {number}"), "email": format!("s{number}@Example.com") });
        store.put_customer(&customer, update).await;
    }
    store.tell(&order("1", "c-07", 10_000).with("status", "delivered")).await;
    let list =
        async |query: &str| store.merchant("GET", &format!("/v1/customers?{query}")).send().await.ok(200);
    let ids = |page: &Value| -> Vec<String> {
        page["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|row| row["id"].as_str().unwrap_or("-").to_owned())
            .collect()
    };
    // Page by page, over all shards, in order, each once.
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = list(&format!("limit=10{after}")).await;
        assert!(ids(&page).len() <= 10);
        seen.extend(ids(&page));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(seen, (0..25).map(|number| format!("c-{number:02}")).collect::<Vec<_>>());
    let found = list("q=C-07").await;
    assert_eq!(ids(&found), ["c-07"]);
    let row = &found["items"][0];
    assert_eq!(row["balance"], json!({ "available": 2, "pending": 0, "held": 0 }));
    assert_eq!(
        (&row["spent"], &row["orders"], &row["name"]),
        (&json!(10_000), &json!(1), &json!("Shopper 7"))
    );
    assert_eq!(ids(&list("q=s19%40example").await), ["c-19"]);
    assert_eq!(ids(&list("q=shopper%202").await), ["c-02", "c-20", "c-21", "c-22", "c-23", "c-24"]);
    // What is searched for means nothing but itself.
    assert_eq!(ids(&list("q=%25").await), [""; 0]);
    for wrong in ["limit=0", "limit=201", "limit=x", "limit=-1"] {
        store.merchant("GET", &format!("/v1/customers?{wrong}")).send().await.refused("invalid_query");
    }
}

// S3.10
#[tokio::test]
async fn a_list_is_sorted_chosen_and_searched_over_all_shards() {
    let levels = json!([
        { "name": "Bronze", "spend_from": 10_000, "bps": 100 },
        { "name": "Silver", "spend_from": 100_000, "bps": 500 },
    ]);
    let program = program().with(
        "/earning/programs",
        json!([{ "id": "levels", "rate": { "type": "cashback", "levels": levels } }]),
    );
    let store = Store::on(Server::shared(), json!({ "program": program })).await;
    for number in 0..30_i64 {
        let customer = format!("k-{number:02}");
        let name = ["Ștefan Ionescu", "Zoë Ångström", "maría josé", "Bob"]
            [usize::try_from(number % 4).expect("small")];
        store
            .put_customer(&customer, json!({ "name": name, "email": format!("P{number}@Shop.example") }))
            .await;
        if number % 3 > 0 {
            let placed = order(&format!("o-{number}"), &customer, number * 5_000)
                .with("placed_at", format!("2026-03-{:02}T10:00:00Z", 1 + number % 9))
                .with("status", "delivered");
            store.tell(&placed).await;
        }
        if number % 5 == 0 {
            store.adjust(&customer, &json!({ "points": 1 + number % 7, "reason": "r" })).send().await.ok(201);
        }
    }
    let get =
        async |query: &str| store.merchant("GET", &format!("/v1/customers?{query}")).send().await.ok(200);
    let pages = async |query: &str| -> Vec<Value> {
        let (mut rows, mut after) = (Vec::new(), String::new());
        loop {
            let page = get(&format!("limit=7&{query}{after}")).await;
            rows.extend(page["items"].as_array().expect("items").clone());
            let Some(next) = page["next"].as_str() else { return rows };
            after = format!("&after={next}");
        }
    };
    let everybody = pages("").await;
    assert_eq!(everybody.len(), 30);
    let value = |row: &Value, by: &str| match by {
        "points" => row["balance"]["available"].clone(),
        "last_order" => row["last_order_at"].clone(),
        "created" => row["created_at"].clone(),
        other => row[other].clone(),
    };
    for by in ["points", "spent", "last_order", "created", "name", "id"] {
        let up = pages(&format!("sort={by}")).await;
        let ids: Vec<&str> = up.iter().map(|row| row["id"].as_str().expect("an id")).collect();
        assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), 30, "each once, by {by}");
        for pair in up.windows(2) {
            let (a, b) = (value(&pair[0], by), value(&pair[1], by));
            match (a.as_i64(), b.as_i64()) {
                (Some(a), Some(b)) => assert!(a <= b, "{by}: {a} before {b}"),
                _ if by != "name" => assert!(a.as_str() <= b.as_str(), "{by}: {a} before {b}"),
                _ => {}
            }
        }
        let mut down = pages(&format!("sort=-{by}")).await;
        down.reverse();
        assert_eq!(up, down, "{by}");
    }
    let names: Vec<String> =
        pages("sort=name").await.iter().map(|row| row["name"].as_str().unwrap_or("-").to_owned()).collect();
    let mut distinct = names.clone();
    distinct.dedup();
    assert_eq!(distinct, ["Bob", "maría josé", "Ștefan Ionescu", "Zoë Ångström"], "as people look names up");

    let chosen = async |query: &str, keep: &dyn Fn(&Value) -> bool| {
        for sort in ["", "&sort=-points", "&sort=last_order", "&sort=spent"] {
            let mut found: Vec<Value> = pages(&format!("{query}{sort}")).await;
            found.sort_by_key(|row| row["id"].to_string());
            let expected: Vec<Value> = everybody.iter().filter(|row| keep(row)).cloned().collect();
            assert_eq!(found, expected, "{query}{sort}");
            assert!(!expected.is_empty() && expected.len() < 30, "{query} chooses nothing");
        }
    };
    let spent = |row: &Value| row["spent"].as_i64().expect("money");
    let points = |row: &Value| row["balance"]["available"].as_i64().expect("points");
    chosen("level=0", &|row| spent(row) < 10_000).await;
    chosen("level=10000", &|row| (10_000..100_000).contains(&spent(row))).await;
    chosen("level=100000", &|row| spent(row) >= 100_000).await;
    chosen("points_min=3", &|row| points(row) >= 3).await;
    chosen("points_max=3&points_min=1", &|row| (1..=3).contains(&points(row))).await;
    let last = |row: &Value| row["last_order_at"].as_str().unwrap_or_default().to_owned();
    chosen("ordered_after=2026-03-05", &|row| last(row).as_str() >= "2026-03-04T22:00:00Z").await;
    chosen("ordered_before=2026-03-05T10:00:00Z", &|row| {
        !last(row).is_empty() && last(row).as_str() < "2026-03-05T10"
    })
    .await;
    chosen("q=STEFAN", &|row| row["name"] == "Ștefan Ionescu").await;
    chosen("q=jose%20mar", &|row| row["name"] == "maría josé").await;
    chosen("q=p1", &|row| row["email"].as_str().expect("an address").starts_with("P1")).await;
    chosen("q=angstr&level=10000", &|row| {
        row["name"] == "Zoë Ångström" && (10_000..100_000).contains(&spent(row))
    })
    .await;
    for (row, level) in everybody.iter().map(|row| (row, &row["level"])) {
        let expected = match spent(row) {
            ..10_000 => Value::Null,
            10_000..100_000 => json!({ "name": "Bronze", "spend_from": 10_000 }),
            _ => json!({ "name": "Silver", "spend_from": 100_000 }),
        };
        assert_eq!(*level, expected, "{row}");
    }
    // Someone is called another name, and goes.
    store.put_customer("k-00", json!({ "name": "Xenia" })).await;
    assert_eq!(get("q=xen").await["items"][0]["id"], "k-00");
    assert_eq!(pages("q=stefan").await.len(), 7);
    store.merchant("DELETE", "/v1/customers/k-00").send().await.ok(204);
    assert_eq!(get("q=xen").await["items"], json!([]));
    assert_eq!(pages("sort=-points").await.len(), 29);
    let next = get("limit=2&sort=-points").await["next"].as_str().expect("more").to_owned();
    for wrong in [
        "sort=age".to_owned(),
        "level=11".to_owned(),
        "level=x".to_owned(),
        "points_min=1.5".to_owned(),
        "ordered_after=yesterday".to_owned(),
        "sort=points&after=k-01".to_owned(),
        format!("sort=points&after={next}"),
    ] {
        store.merchant("GET", &format!("/v1/customers?{wrong}")).send().await.refused("invalid_query");
    }
}

#[tokio::test]
async fn points_by_hand_and_set_to_a_number_that_was_seen_s3_10() {
    let store = Store::open(program()).await;
    store.put_customer("c-7", json!({})).await;
    let adjust = async |adjustment: Value| store.adjust("c-7", &adjustment).send().await;
    let given = adjust(json!({ "points": 30, "reason": "sorry for the delay" })).await.ok(201);
    assert_eq!((&given["customer_id"], &given["available"]), (&json!("c-7"), &json!(30)));
    // An order paid on delivery, or taken by phone: the merchant names it.
    store.tell(&order("T-88", "c-7", 100).with("channel", "phone").with("payment_method", "card")).await;
    store.tell(&order("T-89", "c-7", 100).with("payment_method", "cash_on_delivery")).await;
    let set = json!({ "set_to": 50, "seen": 30, "reason": "Comanda telefonică", "order_id": "T-88" });
    assert_eq!(adjust(set.clone()).await.ok(201)["available"], 50);
    // Somebody else was faster.
    let changed = adjust(set).await.refused("balance_changed");
    assert_eq!([&changed["seen"], &changed["actual"]], [30, 50]);
    let set = json!({ "set_to": 0, "seen": 50, "reason": "r", "order_id": "T-89" });
    assert_eq!(adjust(set.clone()).await.ok(201)["available"], 0);
    // By card the shop's own order tells everything; and nobody sets points for an order that is not there, or is
    // somebody else's.
    store.tell(&order("1001", "c-7", 100).with("payment_method", "card")).await;
    store.tell(&order("1002", "c-8", 100).with("payment_method", "cash_on_delivery")).await;
    let set = set.with("seen", 0).with("set_to", 9);
    let by_card = adjust(set.clone().with("order_id", "1001")).await;
    let by_card = by_card.refused("adjustment_not_allowed_for_payment");
    assert_eq!([&by_card["payment_method"], &by_card["channel"]], ["card", "online"]);
    for unknown in ["1002", "1003"] {
        adjust(set.clone().with("order_id", unknown)).await.refused("order_not_found");
    }
    let nameless = adjust(set.without("order_id")).await.refused("invalid_body");
    assert_eq!(nameless["faults"], json!([{ "path": "order_id", "code": "required" }]));
    // More cannot be taken than is there; what is held is not there.
    let short = adjust(json!({ "points": -1, "reason": "r" })).await.refused("insufficient_points");
    assert_eq!([&short["required"], &short["actual"], &short["missing"]], [1, 0, 1]);
    adjust(json!({ "points": 0, "reason": "r" })).await.refused("invalid_points");
    for wrong in [
        json!({ "reason": "r" }),
        json!({ "points": 1, "set_to": 1, "seen": 0, "reason": "r" }),
        json!({ "set_to": 1, "reason": "r", "order_id": "T-89" }),
        json!({ "points": 1 }),
        json!({ "points": 1, "reason": " " }),
        json!({ "points": 1, "reason": "x".repeat(2_001) }),
    ] {
        adjust(wrong).await.refused("invalid_body");
    }
    for number in [9_007_199_254_740_992_i64, i64::MAX, i64::MIN] {
        adjust(json!({ "points": number, "reason": "r" })).await.refused("amount_out_of_range");
    }
    let ledger = store.merchant("GET", "/v1/customers/c-7/ledger").send().await.ok(200);
    let told: Vec<_> = ledger["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| json!([item["kind"], item["points"], item["available"]]))
        .collect();
    assert_eq!(told, [json!(["debited", -50, 0]), json!(["credited", 20, 50]), json!(["credited", 30, 30])]);
    let reason = ledger["items"][1]["reason"].as_str().expect("a reason");
    assert!(reason.contains("Comanda telefonică") && reason.contains("T-88"), "{reason}");
    store.adjust("nobody", &json!({ "points": 1, "reason": "r" })).send().await.refused("not_found");
}

#[tokio::test]
async fn the_newest_word_about_a_customer_wins() {
    let store = Store::open(program()).await;
    let told = json!({ "name": "Ana", "email": "ana@example.com", "birthday": "1990-02-28", "updated_at": "2026-03-10T08:00:00Z" });
    let known = store.put_customer("c-7", told.clone()).await;
    assert_eq!((&known["name"], &known["birthday"]), (&json!("Ana"), &json!("1990-02-28")));
    let newer = json!({ "name": "Ana Pop", "updated_at": "2026-03-10T08:30:00Z" });
    assert_eq!(store.put_customer("c-7", newer).await["name"], "Ana Pop");
    let late = store.put_customer("c-7", told).await;
    assert_eq!((&late["name"], &late["email"]), (&json!("Ana Pop"), &json!("ana@example.com")));
    for wrong in [
        json!({ "email": "not an address" }),
        json!({ "name": "x".repeat(201) }),
        json!({ "groups": vec!["g"; 65] }),
        json!({ "birthday": "1990-02-30" }),
        json!({ "groups": "vip" }),
    ] {
        let answer = store.merchant("PUT", "/v1/customers/c-7").json(&wrong).send().await;
        answer.refused("invalid_body");
    }
    assert_eq!(store.detail("c-7").await["name"], "Ana Pop");
}

#[tokio::test]
async fn the_history_comes_by_pages_newest_first() {
    let store = Store::open(program()).await;
    store.put_customer("c-7", json!({})).await;
    for points in 1..=7 {
        store.adjust("c-7", &json!({ "points": points, "reason": "r" })).send().await.ok(201);
    }
    let (mut points, mut after) = (Vec::new(), String::new());
    loop {
        let shop = store.merchant("GET", &format!("/v1/customers/c-7/ledger?limit=3{after}")).send().await;
        let own = store.shopper("c-7", "GET", &format!("/v1/me/ledger?limit=3{after}")).send().await;
        let (page, mut told) = (own.ok(200), shop.ok(200));
        // Whose hand it was, merchants alone read.
        for item in told["items"].as_array_mut().expect("items") {
            let by = item.as_object_mut().and_then(|item| item.remove("by"));
            assert_eq!(by.expect("whose hand")["kind"], "key");
        }
        assert_eq!(page, told);
        points.extend(page["items"].as_array().expect("items").iter().map(|item| item["points"].as_i64()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(points, [7, 6, 5, 4, 3, 2, 1].map(Some));
    store.merchant("GET", "/v1/customers/c-7/ledger?after=x").send().await.refused("invalid_query");
}

#[tokio::test]
async fn orders_come_by_pages_with_what_each_earned_and_why() {
    let store = Store::open(program()).await;
    for day in 10..=14 {
        let at = format!("2026-03-{day}T09:00:00Z");
        store
            .tell(
                &order(&format!("o-{day}"), "c-7", 10_000).with("placed_at", at).with("status", "delivered"),
            )
            .await;
    }
    let (mut ids, mut after) = (Vec::new(), String::new());
    loop {
        let page =
            store.merchant("GET", &format!("/v1/customers/c-7/orders?limit=2{after}")).send().await.ok(200);
        for item in page["items"].as_array().expect("items") {
            assert_eq!(
                (&item["award"]["points"], &item["award"]["considered"][0]["program"]),
                (&json!(2), &json!("base"))
            );
            ids.push(item["order"]["id"].as_str().expect("an id").to_owned());
        }
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(ids, ["o-14", "o-13", "o-12", "o-11", "o-10"]);
}

/// A person's data: all of it, and then none of it, in no file.
#[tokio::test]
async fn export_has_everything_and_erasure_leaves_nothing() {
    let server = Server::own(fidela_harness::EdgeConfig::test_clock);
    let store = Store::on(server.clone(), json!({ "program": program() })).await;
    let (email, name) = ("zaharia.unica@example.com", "Zaharia Nemaivazut");
    store.tell(&guest_order("guest-1", email, 10_000).with("status", "delivered")).await;
    let known = json!({ "name": name, "email": email, "email_verified": true, "birthday": "1991-07-13" });
    store.put_customer("c-unique-7", known).await;
    let token = store.sign(&store.claims("c-unique-7").with("email", email).with("name", name));
    let me = store.with_token(&token, "GET", "/v1/me").send().await.ok(200);
    assert_eq!(me["available"], 2, "the guest's points have come");
    let own = order("own-1", "c-unique-7", 50_000).with("/customer/email", email).with("status", "delivered");
    store.tell(&own).await;
    let reason = format!("a present for {name}");
    let adjust = store.adjust("c-unique-7", &json!({ "points": 9, "reason": reason }));
    adjust.send().await.ok(201);
    let held = store.held("c-unique-7", 5, &cart(10_000)).await;
    store.confirm(&held, &cart(10_000)).send().await.ok(200);
    store.held("c-unique-7", 3, &cart(10_000)).await;
    store.customer_with("c-other", 4).await;

    let path = "/v1/customers/c-unique-7";
    let export = store.merchant("GET", &format!("{path}/export")).send().await.ok(200);
    let text = export.to_string();
    for told in [email, name, "1991-07-13", "guest-1", "own-1", held["id"].as_str().expect("an id"), &reason]
    {
        assert!(text.contains(told), "the export lacks {told}: {text}");
    }
    assert_eq!(export["orders"].as_array().map(Vec::len), Some(2));
    assert_eq!(export["redemptions"].as_array().map(Vec::len), Some(2));
    assert!(export["ledger"].as_array().is_some_and(|entries| entries.len() >= 5), "{text}");

    for _ in 0..2 {
        store.merchant("DELETE", path).send().await.ok(204);
    }
    for gone in ["", "/export", "/ledger", "/orders"] {
        store.merchant("GET", &format!("{path}{gone}")).send().await.refused("not_found");
    }
    store.redemption(&held, "GET", "").send().await.refused("hold_not_found");
    // Nor do the answers that were kept for replays.
    adjust.send().await.refused("not_found");
    let list = store.merchant("GET", "/v1/customers").send().await.ok(200);
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(store.balance("c-other").await, (4, 0, 0));

    server.with_edge(fidela_harness::Edge::stop).expect("it stops");
    let known = |text: &str| {
        files(server.data())
            .into_iter()
            .any(|(_, bytes)| String::from_utf8_lossy(&living(bytes)).contains(text))
    };
    assert!(known("c-other"), "what lives is found");
    let mut left = Vec::new();
    for (file, bytes) in files(server.data()) {
        let text = String::from_utf8_lossy(&living(bytes)).to_lowercase();
        for person in [email, name, "1991-07-13"] {
            if text.contains(&person.to_lowercase()) {
                left.push(format!("{person} in {file}"));
            }
        }
    }
    assert!(left.is_empty(), "{left:#?}");
}

/// Every file below a directory with what is in it.
fn files(directory: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).expect("a file")));
        }
    }
    found
}

/// A database file without what `SQLite` has given up: pages on its free list, and within its pages the gap and
/// the free blocks. Those keep their bytes until they are used again; `PRAGMA secure_delete` and `VACUUM` are
/// not authorized in a durable object. Any other file is all alive. (<https://sqlite.org/fileformat2.html>)
fn living(mut file: Vec<u8>) -> Vec<u8> {
    if !file.starts_with(b"SQLite format 3\0") {
        return file;
    }
    let two = |file: &[u8], at: usize| usize::from(u16::from_be_bytes([file[at], file[at + 1]]));
    let four = |file: &[u8], at: usize| two(file, at) << 16 | two(file, at + 2);
    let size = match two(&file, 16) {
        1 => 65_536,
        size => size,
    };
    let mut free = Vec::new();
    let mut trunk = four(&file, 32);
    while trunk != 0 {
        let at = (trunk - 1) * size;
        free.push(trunk);
        free.extend((0..four(&file, at + 4)).map(|leaf| four(&file, at + 8 + 4 * leaf)));
        trunk = four(&file, at);
    }
    for page in free {
        file[(page - 1) * size..page * size].fill(0);
    }
    for start in (0..file.len()).step_by(size) {
        // The first page begins with the file's own header.
        let header = if start == 0 { 100 } else { start };
        let pointers = match file[header] {
            2 | 5 => header + 12,
            10 | 13 => header + 8,
            // A part of a row that is larger than a page.
            _ => continue,
        };
        let gap = pointers + 2 * two(&file, header + 3)..start + two(&file, header + 5);
        let mut block = two(&file, header + 1);
        while block != 0 {
            let (at, length) = (start + block, two(&file, start + block + 2));
            block = two(&file, at);
            file[at..at + length].fill(0);
        }
        file[gap].fill(0);
    }
    file
}

/// Whoever puts something right sees at once what they would see if they asked.
#[tokio::test]
async fn a_change_is_answered_as_the_customer_is_shown() {
    let card = json!({ "id": "coffee", "name": "Coffee card", "orders_required": 5, "reward": { "type": "shipping", "bps": 10_000 } });
    let mission = json!({ "id": "news", "kind": "newsletter", "points": { "type": "fixed", "points": 5 } });
    let rules = program().with("/stamp_cards", json!([card])).with("/missions", json!([mission]));
    let store = Store::open(rules).await;
    let path = "/v1/customers/ana";
    let put = store.merchant("PUT", path).json(&json!({ "name": "Ana" })).send().await.ok(200);
    let given = json!({ "points": 5, "reason": "A present" });
    let adjusted = store.merchant("POST", &format!("{path}/adjustments")).json(&given).send().await.ok(201);
    let shown = store.merchant("GET", path).send().await.ok(200);
    assert_eq!(shown["missions"][0]["title"], "Subscribe to the newsletter");
    for part in ["missions", "cards"] {
        assert_eq!((&put[part], &adjusted[part]), (&shown[part], &shown[part]), "{part}");
    }
    assert_eq!(adjusted, shown);
}
