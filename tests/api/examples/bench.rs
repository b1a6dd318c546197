//! How fast imports are, and how much memory they take: `cargo xtask bench import`, after `cargo xtask build`.
//! Each line: rows per second of looking and of counting, and the most memory that workerd had so far.
#![expect(clippy::disallowed_methods, reason = "natively there is a clock")]

#[path = "../../../crates/sheets/tests/support/full.rs"]
mod full;

use std::time::Instant;

use fidela_api_tests::{Server, Store, With, program};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

#[tokio::main]
async fn main() {
    // With `full`, the largest alone.
    if std::env::args().nth(1).as_deref() != Some("full") {
        for rows in [10_000, 100_000] {
            for (name, file) in [("CSV", csv(rows)), ("XLSX", xlsx(rows))] {
                measure(name, rows, file).await;
            }
        }
    }
    measure("full", 100_000, full::full()).await;
}

async fn measure(name: &str, rows: u32, file: Vec<u8>) {
    let mission = json!({
        "id": "review", "kind": "custom", "name": "Write a review",
        "points": { "type": "fixed", "points": 50 }, "limit_per_shopper": null,
    });
    // A server of its own for each: the most memory is of one file.
    let server = Server::own(|config| config);
    let rules = program().with("missions", vec![mission]);
    let store = Store::on(server, json!({ "shards": 16, "program": rules })).await;
    let memory = || {
        let pid = store.server.with_edge(|edge| edge.pid());
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown");
        most.trim().to_owned()
    };
    let (size, at_first) = (file.len() >> 10, memory());
    let start = Instant::now();
    let ask = store.merchant("POST", "/v1/imports?kind=completions&mission=review");
    let made = ask.sent_as("application/octet-stream", file).send().await.ok(202);
    let read = start.elapsed().as_secs_f64();
    let after_reading = memory();
    let id = made["id"].as_str().expect("an id").to_owned();
    settled(&store, &id).await;
    let looked = start.elapsed().as_secs_f64() - read;
    let start = Instant::now();
    store.merchant("POST", &format!("/v1/imports/{id}/start")).send().await.ok(202);
    let done = settled(&store, &id).await;
    let counted = start.elapsed().as_secs_f64();
    assert_eq!(done["counts"]["granted"], rows);
    let rows_of = f64::from(rows);
    println!(
        "{name:4} {rows:>7} rows, {size:>6} kB: read in {read:>5.1} s, looked at {:>6.0}/s, counted {:>6.0}/s; memory {at_first} at first, {after_reading} when read, {} at the end",
        rows_of / looked,
        rows_of / counted,
        memory()
    );
}

async fn settled(store: &Store, id: &str) -> Value {
    loop {
        let import = store.merchant("GET", &format!("/v1/imports/{id}")).send().await.ok(200);
        if matches!(import["status"].as_str(), Some("ready" | "done")) {
            return import;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

fn csv(rows: u32) -> Vec<u8> {
    let lines = (0..rows).map(|n| format!("shop-customer-{},review-{n}\n", n % 20_000));
    std::iter::once("Customer ID,Reference\n".to_owned()).chain(lines).collect::<String>().into_bytes()
}

fn xlsx(rows: u32) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["Customer ID", "Reference"]).expect("a row");
    for n in 0..rows {
        sheet.write(n + 1, 0, format!("shop-customer-{}", n % 20_000)).expect("a cell");
        sheet.write(n + 1, 1, format!("review-{n}")).expect("a cell");
    }
    book.save_to_buffer().expect("a workbook")
}
