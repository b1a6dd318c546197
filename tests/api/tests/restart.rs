//! A server that loses its power, again and again, under load: what it has acknowledged stays, what it has not
//! is sent again with its key, and nothing is done twice.
//!
//! A binary of its own: it needs the machine for itself, and `cargo test` runs binaries one after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Result;
use fidela_api_tests::{Answer, Ask, Listener, Server, Store, With, cart, long, order, program};
use fidela_harness::{Edge, EdgeConfig, TempDir};
use serde_json::{Value, json};
use tokio::task::JoinSet;

#[test]
fn a_killed_server_comes_back() -> Result<()> {
    let data = TempDir::new("restart")?;
    let mut edge = Edge::start(EdgeConfig::from_env(data.path())?)?;
    assert!(edge.get("/healthz")?.ok());
    edge.kill9()?;
    assert!(edge.get("/healthz").is_err());
    edge.restart()?;
    assert!(edge.get("/healthz")?.ok());
    Ok(())
}

/// Shoppers who are written to at the same time.
const CUSTOMERS: usize = 24;
/// Requests on their way at the same time.
const AT_ONCE: usize = 32;

/// What a request does, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// One point by hand. Keyed.
    Adjusted,
    /// A delivered order of 100 lei: two points. Natural.
    Ordered,
    /// One point held for an hour. Keyed.
    Held,
}

/// A request with its customer and its effect. It carries its key, so it can be sent again.
#[derive(Debug, Clone)]
struct Write {
    customer: usize,
    effect: Effect,
    ask: Ask,
}

fn name(customer: usize) -> String {
    format!("c-{customer}")
}

/// The `number`-th write of all.
fn write(store: &Store, number: usize) -> Write {
    let customer = number % CUSTOMERS;
    let effect = [Effect::Adjusted, Effect::Ordered, Effect::Held][number / CUSTOMERS % 3];
    let ask = match effect {
        Effect::Adjusted => store.adjust(&name(customer), &json!({ "points": 1, "reason": "r" })),
        Effect::Ordered => {
            let id = format!("o-{number}");
            store.put_order(&order(&id, &name(customer), 10_000).with("status", "delivered"))
        }
        Effect::Held => store.hold(&name(customer), 1, &cart(10_000)),
    };
    Write { customer, effect, ask }
}

/// What is known of each write: its answer, or that none came.
#[derive(Default)]
struct Known {
    acknowledged: Vec<(Write, Answer)>,
    unanswered: Vec<Write>,
}

/// Writes until the server does not answer any more; kills it after so many answers.
async fn write_until_killed(store: &Arc<Store>, next: &Arc<AtomicUsize>, answers: usize) -> Known {
    let known = Arc::new(Mutex::new(Known::default()));
    let answered = Arc::new(AtomicUsize::new(0));
    let mut writers = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (store, next, known, answered) =
            (Arc::clone(store), Arc::clone(next), Arc::clone(&known), Arc::clone(&answered));
        writers.spawn(async move {
            loop {
                let write = write(&store, next.fetch_add(1, Ordering::Relaxed));
                let sent = write.ask.try_send().await;
                let mut known = known.lock().expect("nobody panics with it");
                match sent {
                    // A dying server may still say that it could not; then nothing is known of it.
                    Ok(answer) if answer.status < 500 => {
                        known.acknowledged.push((write, answer));
                        if answered.fetch_add(1, Ordering::Relaxed) + 1 == answers {
                            // The other writers' requests are under way at this moment.
                            store.server.with_edge(Edge::kill9).expect("it is killed");
                        }
                    }
                    Ok(_) | Err(_) => {
                        known.unanswered.push(write);
                        return;
                    }
                }
            }
        });
    }
    while let Some(ended) = writers.join_next().await {
        ended.expect("a writer");
    }
    Arc::try_unwrap(known).ok().and_then(|known| known.into_inner().ok()).expect("all writers have ended")
}

/// What each customer must have when every write was done exactly once: earned, held.
fn expected(done: &[Write]) -> BTreeMap<usize, (i64, i64)> {
    let mut sums: BTreeMap<usize, (i64, i64)> =
        (0..CUSTOMERS).map(|customer| (customer, (1_000, 0))).collect();
    for write in done {
        let (earned, held) = sums.get_mut(&write.customer).expect("a customer");
        match write.effect {
            Effect::Adjusted => *earned += 1,
            Effect::Ordered => *earned += 2,
            Effect::Held => *held += 1,
        }
    }
    sums
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_and_nothing_is_done_twice() {
    let kills = if long() { 20 } else { 3 };
    let server = Server::own(EdgeConfig::test_clock);
    // Holds outlive the test: its clock stands still.
    let store = Arc::new(Store::on(server, json!({ "program": program() })).await);
    for customer in 0..CUSTOMERS {
        store.customer_with(&name(customer), 1_000).await;
    }
    let next = Arc::new(AtomicUsize::new(0));
    let mut done: Vec<Write> = Vec::new();
    let mut interrupted = 0;
    for kill in 0..kills {
        // Not always after the same number, so that it does not always die at the same point.
        let known = write_until_killed(&store, &next, 150 + 37 * kill).await;
        assert!(known.acknowledged.len() >= 150, "there was load");
        interrupted += known.unanswered.len();
        store.server.with_edge(Edge::restart).expect("it comes back");
        for write in &known.unanswered {
            check(write, &write.ask.send().await);
        }
        for (write, answer) in &known.acknowledged {
            check(write, answer);
        }
        // What was acknowledged before the cut, and what was sent again after it, is known when it is sent once more.
        let again =
            known.acknowledged.iter().rev().take(AT_ONCE).map(|(write, answer)| (write, Some(answer)));
        for (write, before) in again.chain(known.unanswered.iter().map(|write| (write, None))) {
            let answer = write.ask.send().await;
            check(write, &answer);
            if let Some(before) = before.filter(|_| write.effect != Effect::Ordered) {
                answer.same_as(before);
            }
        }
        done.extend(known.acknowledged.into_iter().map(|(write, _)| write));
        done.extend(known.unanswered);
        for (customer, (earned, held)) in expected(&done) {
            let balance = store.balance(&name(customer)).await;
            assert_eq!(balance, (earned - held, 0, held), "{} after {} kills", name(customer), kill + 1);
            ledger_adds_up(&store, &name(customer), balance.0).await;
        }
    }
    assert!(interrupted >= kills, "requests were under way when it was killed");
    println!("{} writes, {interrupted} of them interrupted by {kills} kills", done.len());
}

/// An answer says that the write was done.
fn check(write: &Write, answer: &Answer) {
    match write.effect {
        Effect::Adjusted => drop(answer.ok(201)),
        Effect::Ordered => assert_eq!(answer.ok(200)["award"]["points"], 2),
        Effect::Held => assert_eq!(answer.ok(201)["points"], 1),
    }
}

/// The entries of a customer, all pages of them, rebuild the balance.
async fn ledger_adds_up(store: &Store, customer: &str, available: i64) {
    let (mut sum, mut after) = (0, String::new());
    loop {
        let path = format!("/v1/customers/{customer}/ledger?limit=200{after}");
        let page = store.merchant("GET", &path).send().await.ok(200);
        sum += page["items"]
            .as_array()
            .expect("items")
            .iter()
            .filter_map(|item| item["points"].as_i64())
            .sum::<i64>();
        match &page["next"] {
            Value::String(next) => after = format!("&after={next}"),
            _ => break,
        }
    }
    assert_eq!(sum, available, "{customer}");
}

/// Between what happened and its delivery the power goes: the alarm delivers, and nobody has to ask for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_is_lost_when_the_server_is_killed_before_it_is_delivered() {
    let server = Server::own(|config| config);
    let store = Store::on(server, json!({ "shards": 1, "program": program() })).await;
    let listener = Listener::start().await;
    // It fails first, so that what was sent before the cut has to be sent again as well.
    listener.answer(500);
    let endpoint = json!({ "url": listener.url(), "events": ["points.earned"] });
    store.merchant("POST", "/v1/webhook_endpoints").json(&endpoint).send().await.ok(201);
    for customer in 0..CUSTOMERS {
        store.customer_with(&name(customer), 1).await;
    }
    store.server.with_edge(Edge::kill9).expect("it is killed");
    listener.answer(200);
    store.server.with_edge(Edge::restart).expect("it comes back");
    // After the grace of 15 s, the first wait of 10 s, and some more for a busy machine.
    let taken = || {
        let received = listener.received();
        let taken = received.iter().filter(|one| one.answered == 200);
        taken.map(|one| (one.id.clone(), one.event()["customer_id"].to_string())).collect::<Vec<_>>()
    };
    for _ in 0..600 {
        if taken().len() >= CUSTOMERS {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (all, distinct) = (taken(), taken().into_iter().collect::<BTreeMap<_, _>>());
    assert_eq!((all.len(), distinct.len()), (CUSTOMERS, CUSTOMERS), "each once");
    let customers: BTreeSet<_> = distinct.into_values().collect();
    assert_eq!(customers.len(), CUSTOMERS);
}

/// S3.13: shards tell each other of invitations. What a server that dies has not told yet is told later, and once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invitations_are_paid_once_whenever_the_server_dies() {
    let server = Server::own(EdgeConfig::test_clock);
    let referrals = json!({ "enabled": true, "inviter_points": 100, "invitee_points": 50, "review_days": 0 });
    let store = Store::on(server, json!({ "program": program().with("referrals", referrals) })).await;
    let pairs = if long() { 30 } else { 6 };
    let die = || {
        store.server.with_edge(Edge::kill9).expect("it is killed");
        store.server.with_edge(Edge::restart).expect("it comes back");
    };
    for pair in 0..pairs {
        let (inviter, friend) = (format!("inviter-{pair}"), format!("friend-{pair}"));
        store.put_customer(&inviter, json!({ "email": format!("{inviter}@example.com") })).await;
        let mine = store.shopper(&inviter, "GET", "/v1/me/invitations").send().await.ok(200);
        let update = json!({ "referral_code": mine["code"], "email": format!("{friend}@example.com") });
        store.put_customer(&friend, update).await;
        // Right after an answer: what it has to tell may have been told, or be on its way, or neither.
        if pair % 3 != 1 {
            die();
        }
        let placed = order(&format!("o-{pair}"), &friend, 10_000).with("status", "delivered");
        store.tell(&placed.with("placed_at", store.now().to_string())).await;
        if pair % 3 != 2 {
            die();
        }
    }
    // What failed is tried again after a while.
    store.advance("2026-03-10T10:00:00Z").await;
    for pair in 0..pairs {
        assert_eq!(store.balance(&format!("inviter-{pair}")).await.0, 100, "inviter {pair}");
        assert_eq!(store.balance(&format!("friend-{pair}")).await.0, 52, "friend {pair}");
    }
}
