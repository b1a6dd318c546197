//! What the console's list and reports cost in a large store: `cargo xtask bench console [SHOPPERS]`, 100,000 if not
//! said. Each line: the middle and the slowest of some requests, one after the other, and how many times `GET /healthz`
//! and the first page of the list by id that is. Nothing is asserted on time.
#![expect(clippy::disallowed_methods, reason = "natively there is a clock")]

use std::time::{Duration, Instant};

use fidela_api_tests::{Ask, Server, Store, With, load, order, program};
use serde_json::{Value, json};

/// Requests of each kind.
const TIMES: usize = 15;

const FIRST: [&str; 12] =
    ["Ana", "Ștefan", "María", "João", "Zoë", "Ioana", "Lucía", "Émile", "Chiara", "Noah", "Ondřej", "Ágnes"];
const LAST: [&str; 10] =
    ["Popescu", "García", "Silva", "Dupont", "Ionescu", "Núñez", "Ferreira", "Lefèvre", "Müller", "Rossi"];

#[tokio::main]
async fn main() {
    let shoppers: u32 = std::env::args().nth(1).map_or(100_000, |n| n.parse().expect("how many shoppers"));
    let levels = json!([
        { "name": "Bronze", "spend_from": 0, "bps": 100 },
        { "name": "Silver", "spend_from": 100_000, "bps": 300 },
        { "name": "Gold", "spend_from": 500_000, "bps": 500 },
    ]);
    let rules = program().with(
        "/earning/programs",
        json!([{ "id": "levels", "rate": { "type": "cashback", "levels": levels } }]),
    );
    let store = Store::on(Server::own(|config| config), json!({ "shards": 16, "program": rules })).await;
    fill(&store, shoppers).await;

    let get = |path: &str| store.merchant("GET", path);
    let health = measure(get("/healthz")).await;
    let first = measure(get("/v1/customers")).await;
    println!("{:44} {:>9} {:>9} {:>10} {:>8}", "", "middle", "slowest", "× healthz", "× list");
    let show = |name: &str, (middle, slowest): (Duration, Duration)| {
        let times = |unit: Duration| middle.as_secs_f64() / unit.as_secs_f64();
        println!(
            "{name:44} {:>6.1} ms {:>6.1} ms {:>10.1} {:>8.2}",
            ms(middle),
            ms(slowest),
            times(health.0),
            times(first.0)
        );
    };
    show("GET /healthz", health);
    show("the first page, by id", first);
    for sort in ["name", "points", "-points", "spent", "-spent", "last_order", "-last_order", "-created"] {
        show(&format!("sort={sort}"), measure(get(&format!("/v1/customers?sort={sort}"))).await);
    }
    show("100 rows, sort=-points", measure(get("/v1/customers?sort=-points&limit=100")).await);
    show("a deep page, sort=-points", measure(get(&deep(&store, "-points").await)).await);
    show("a deep page, sort=name", measure(get(&deep(&store, "name").await)).await);
    for (name, query) in [
        ("search: one shopper's address", "q=shopper4242%40example.com"),
        ("search: a first name (1 of 12)", "q=stefan"),
        ("search: one letter", "q=s"),
        ("search: two names", "q=lucia+fer"),
        ("search: nobody", "q=xyzzy"),
        ("search: a first name, sort=-spent", "q=stefan&sort=-spent"),
        ("level=500000, sort=-spent", "level=500000&sort=-spent"),
        ("level=100000, sort=name", "level=100000&sort=name"),
        ("points_min=990, sort=name", "points_min=990&sort=name"),
        ("points 100 to 500, sort=-last_order", "points_min=100&points_max=500&sort=-last_order"),
        ("ordered_after, sort=name", "ordered_after=2026-03-10&sort=name"),
        ("nobody: two filters that exclude each other", "level=500000&points_max=3&sort=name"),
    ] {
        show(name, measure(get(&format!("/v1/customers?{query}"))).await);
    }
    for report in ["liability", "activity", "missions", "referrals", "levels"] {
        show(&format!("report: {report}"), measure(get(&format!("/v1/reports/{report}"))).await);
    }
    show(
        "report: activity, a year",
        measure(get("/v1/reports/activity?from=2026-01-01&until=2026-12-31")).await,
    );
    println!("memory of workerd, at most: {}", memory(&store));
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

/// The middle and the slowest of some requests; the first, which may find things cold, counts as well.
async fn measure(ask: Ask) -> (Duration, Duration) {
    let mut took = Vec::new();
    for _ in 0..TIMES {
        let start = Instant::now();
        ask.send().await.ok(200);
        took.push(start.elapsed());
    }
    took.sort_unstable();
    (took[TIMES / 2], took[TIMES - 1])
}

/// A page some way down a list.
async fn deep(store: &Store, sort: &str) -> String {
    let mut after = String::new();
    for _ in 0..100 {
        let page = store
            .merchant("GET", &format!("/v1/customers?limit=200&sort={sort}{after}"))
            .send()
            .await
            .ok(200);
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    format!("/v1/customers?sort={sort}{after}")
}

fn memory(store: &Store) -> String {
    let pid = store.server.with_edge(|edge| edge.pid());
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown");
    most.trim().to_owned()
}

/// Shoppers with opening balances, by a spreadsheet, and orders of one in twenty.
async fn fill(store: &Store, shoppers: u32) {
    let start = Instant::now();
    let line = |n: u32| {
        let (first, last) = (FIRST[n as usize % FIRST.len()], LAST[n as usize / 7 % LAST.len()]);
        format!(
            "c-{n},shopper{n}@example.com,{first} {last},{},{}\n",
            n % 1_000,
            u64::from(n) * 7_919 % 600_000
        )
    };
    let head = "Customer ID,Email,Name,Points,Total spent\n".to_owned();
    let file: String = std::iter::once(head).chain((0..shoppers).map(line)).collect();
    let ask = store.merchant("POST", "/v1/imports?kind=balances");
    let made = ask.sent_as("text/csv", file.into_bytes()).send().await.ok(202);
    let id = made["id"].as_str().expect("an id").to_owned();
    settled(store, &id).await;
    store.merchant("POST", &format!("/v1/imports/{id}/start")).send().await.ok(202);
    let done = settled(store, &id).await;
    assert_eq!(done["counts"]["granted"], shoppers, "{done}");
    println!("{shoppers} shoppers in {:.0} s", start.elapsed().as_secs_f64());
    let start = Instant::now();
    let orders = (0..shoppers / 20).map(|n| {
        let placed = order(&format!("o-{n}"), &format!("c-{}", n * 20), 10_000 + i64::from(n % 50) * 1_000);
        store.put_order(
            &placed
                .with("placed_at", format!("2026-{:02}-{:02}T10:00:00Z", 1 + n % 3, 1 + n % 27))
                .with("status", "delivered"),
        )
    });
    let orders: Vec<Ask> = orders.collect();
    let many = orders.len();
    for answer in load::at_once(16, orders).await {
        answer.ok(200);
    }
    let took = start.elapsed().as_secs_f64();
    println!("{many} orders in {took:.0} s; memory of workerd: {}", memory(store));
}

async fn settled(store: &Store, id: &str) -> Value {
    loop {
        let import = store.merchant("GET", &format!("/v1/imports/{id}")).send().await.ok(200);
        if matches!(import["status"].as_str(), Some("ready" | "done")) {
            return import;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
