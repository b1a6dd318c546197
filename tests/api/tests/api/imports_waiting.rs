//! Balances for an e-mail address that no account has proved: they wait, and arrive once.

use fidela_api_tests::{Listener, Server, Store, program};
use serde_json::{Value, json};

use crate::events::subscribe;
use crate::imports::{available, counts, does, get, plan, row, rows, uploaded};

const BALANCES: &str = "kind=balances";
const STARTED: &str = "kind=balances&start=true";

/// Of sixteen shards: whoever an address belongs to is seldom where it waits.
async fn store() -> Store {
    Store::on(Server::shared(), json!({ "program": program() })).await
}

/// Signs in with an address, and answers how many points are there then.
async fn sign_in(store: &Store, customer: &str, email: &str, verified: bool) -> i64 {
    let mut claims = store.claims(customer);
    claims["email"] = email.into();
    claims["email_verified"] = verified.into();
    let me = store.with_token(&store.sign(&claims), "GET", "/v1/me").send().await.ok(200);
    me["available"].as_i64().expect("points")
}

/// What waits under an address.
async fn waiting(store: &Store, email: &str) -> Value {
    store.merchant("GET", &format!("/v1/guests/{email}")).send().await.ok(200)["openings"].clone()
}

async fn nothing_waits(store: &Store, email: &str) {
    store.merchant("GET", &format!("/v1/guests/{email}")).send().await.refused("not_found");
}

// S0.3, S0.5: with everything that the file says, once, and to whoever has proved the address alone.
#[tokio::test]
async fn a_balance_waits_for_whoever_proves_the_address() {
    let store = store().await;
    let file = "Email;Points;Last day;Spent;Registered at;Birthday;Name\n\
                New@example.com;1200;2026-12-31;1250.50;2024-05-17;1990-05-17;Ana\n\
                new@example.com;300;2026-05-31;;;;\n\
                new@example.com ;300;2026-05-31;;;;\n\
                old@example.com;5;2026-01-01;;;;\n";
    let before = store.everything().await;
    let import = uploaded(&store, BALANCES, file).await;
    let planned = [
        row(2, "will_wait", 1_200, ""),
        row(3, "will_wait", 300, ""),
        row(4, "replayed", 300, ""),
        row(5, "refused", 0, "last_day_over"),
    ];
    assert_eq!(rows(&store, &import).await, planned);
    assert_eq!(import["points_to_grant"], 1_500);
    nothing_waits(&store, "new@example.com").await;
    let done = does(&store, &import, "start").await;
    assert_eq!(counts(&done, &["waiting", "granted", "replayed", "refused"]), [2, 0, 1, 1]);
    assert_eq!(done["points_granted"], 1_500);
    let expected = json!([
        {
            "import": import["id"], "points": 1_200, "last_day": "2026-12-31", "spent": 125_050,
            "registered_at": "2024-05-17", "birthday": "1990-05-17", "name": "Ana",
        },
        { "import": import["id"], "points": 300, "last_day": "2026-05-31" },
    ]);
    assert_eq!(waiting(&store, "new@example.com").await, expected);
    assert_eq!(store.everything().await, before, "nobody is a customer by that");
    // The same file again changes nothing, and another one is refused.
    let again = does(&store, &uploaded(&store, BALANCES, file).await, "start").await;
    assert_eq!(counts(&again, &["waiting", "replayed"]), [0, 3]);
    let other = uploaded(&store, BALANCES, "Email;Points\nnew@example.com;1\n").await;
    assert_eq!(rows(&store, &other).await, [row(2, "refused", 0, "balance_already_opened")]);
    assert_eq!(waiting(&store, "new@example.com").await, expected);
    // Not to whoever says so alone; once, to the first who proves it.
    assert_eq!(sign_in(&store, "thief", "new@example.com", false).await, 0);
    assert_eq!(sign_in(&store, "ana", "new@example.com", true).await, 1_500);
    assert_eq!(sign_in(&store, "ana", "new@example.com", true).await, 1_500);
    assert_eq!(sign_in(&store, "thief", "new@example.com", true).await, 0);
    assert_eq!(waiting(&store, "new@example.com").await, json!([]));
    let ana = store.detail("ana").await;
    assert_eq!(json!([ana["spent"], ana["name"], ana["birthday"]]), json!([125_050, "Ana", "1990-05-17"]));
    let export = store.merchant("GET", "/v1/customers/ana/export").send().await.ok(200);
    assert_eq!(export["profile"]["registered_at"], "2024-05-16T21:00:00Z", "the start of that day there");
    assert_eq!(export["openings"].as_array().map(Vec::len), Some(2));
    // By now the address is a customer's: whatever comes is theirs.
    let again = does(&store, &uploaded(&store, BALANCES, file).await, "start").await;
    assert_eq!(counts(&again, &["granted", "replayed"]), [0, 3]);
    let other = uploaded(&store, BALANCES, "Email;Points\nnew@example.com;1\n").await;
    assert_eq!(rows(&store, &other).await, [row(2, "refused", 0, "balance_already_opened")]);
    store.advance("2026-06-01T12:00:00Z").await;
    assert_eq!(available(&store, "ana").await, 1_200, "their last day is the file's");
}

// S0.7: what waits is taken back whole, and what has arrived as far as it is there.
#[tokio::test]
async fn a_balance_is_taken_back_wherever_it_is() {
    let store = store().await;
    let file = "Email,Points,Spent\nana@example.com,100,50\nbob@example.com,30,\n";
    let import = uploaded(&store, STARTED, file).await;
    assert_eq!((&import["status"], counts(&import, &["waiting"])), (&json!("done"), vec![2]));
    assert_eq!(sign_in(&store, "ana", "ana@example.com", true).await, 100);
    store.held("ana", 20, &fidela_api_tests::cart(10_000)).await;
    let reverted = does(&store, &import, "revert").await;
    assert_eq!(json!([reverted["points_taken_back"], reverted["points_missing"]]), json!([110, 20]));
    assert_eq!(does(&store, &import, "revert").await, reverted, "natural");
    let ana = store.detail("ana").await;
    assert_eq!(json!([ana["available"], ana["spent"]]), json!([0, 0]));
    nothing_waits(&store, "bob@example.com").await;
    // The same once more: of ana's, what was taken; bob's waits again.
    let again = uploaded(&store, STARTED, file).await;
    assert_eq!(counts(&again, &["granted", "waiting"]), [1, 1]);
    assert_eq!(sign_in(&store, "bob", "bob@example.com", true).await, 30);
    assert_eq!(available(&store, "ana").await, 80);
    // The first import has nothing there any more.
    assert_eq!(does(&store, &import, "revert").await, reverted);
    assert_eq!((available(&store, "ana").await, available(&store, "bob").await), (80, 30));
}

// S0.5: an account has one opening; what comes second counts for nothing, also where it has waited.
#[tokio::test]
async fn an_account_that_has_a_balance_of_its_own_gets_no_second_one() {
    let store = store().await;
    let own = uploaded(&store, STARTED, "Customer ID,Points\nana,10\nbob,30\n").await;
    let waits = uploaded(&store, STARTED, "Email,Points\nana@example.com,500\nbob@example.com,30\n").await;
    assert_eq!((counts(&own, &["granted"]), counts(&waits, &["waiting"])), (vec![2], vec![2]));
    for (customer, points) in [("ana", 10), ("bob", 30)] {
        let email = format!("{customer}@example.com");
        assert_eq!(sign_in(&store, customer, &email, true).await, points);
        assert_eq!(sign_in(&store, customer, &email, true).await, points);
        assert_eq!(waiting(&store, &email).await, json!([]));
    }
    // Of what never came, nothing is taken: the account's own stays.
    let reverted = does(&store, &waits, "revert").await;
    assert_eq!(json!([reverted["points_taken_back"], reverted["points_missing"]]), json!([0, 0]));
    assert_eq!((available(&store, "ana").await, available(&store, "bob").await), (10, 30));
    let reverted = does(&store, &own, "revert").await;
    assert_eq!(reverted["points_taken_back"], 40);
    // Then there is room for it.
    let other = uploaded(&store, STARTED, "Email,Points\nana@example.com,500\n").await;
    assert_eq!((counts(&other, &["granted"]), available(&store, "ana").await), (vec![1], 500));
}

// Points whose last day passes while they wait are gone; what else is known of the person comes.
#[tokio::test]
async fn points_that_ran_out_while_they_waited_do_not_come() {
    let store = store().await;
    let file = "Email;Points;Last day;Spent;Birthday\nana@example.com;40;2026-05-31;12.00;1990-05-17\n";
    let import = uploaded(&store, STARTED, file).await;
    assert_eq!(counts(&import, &["waiting"]), [1]);
    store.advance("2026-06-01T12:00:00Z").await;
    assert_eq!(sign_in(&store, "ana", "ana@example.com", true).await, 0);
    let ana = store.detail("ana").await;
    assert_eq!(json!([ana["spent"], ana["birthday"]]), json!([1_200, "1990-05-17"]));
    let reverted = does(&store, &import, "revert").await;
    assert_eq!(json!([reverted["points_taken_back"], reverted["points_missing"]]), json!([0, 40]));
    assert_eq!(store.detail("ana").await["spent"], 0);
}

// Whoever is forgotten is forgotten here as well, before and after it has arrived.
#[tokio::test]
async fn who_is_erased_gets_nothing_and_is_nowhere() {
    let store = store().await;
    let file = "Email,Points,Name\nana@example.com,40,Ana Pop\nbob@example.com,5,Bob\n";
    let import = uploaded(&store, STARTED, file).await;
    store.merchant("DELETE", "/v1/guests/ana@example.com").send().await.ok(204);
    nothing_waits(&store, "ana@example.com").await;
    let left = get(&store, &import, "/rows").await.text();
    assert!(!left.contains("ana@example.com") && left.contains("bob@example.com"), "{left}");
    assert_eq!(sign_in(&store, "ana", "ana@example.com", true).await, 0);
    assert_eq!(sign_in(&store, "bob", "bob@example.com", true).await, 5);
    store.merchant("DELETE", "/v1/customers/bob").send().await.ok(204);
    nothing_waits(&store, "bob@example.com").await;
    // As if it had never been: the same may come again.
    let again = uploaded(&store, STARTED, file).await;
    assert_eq!(counts(&again, &["granted", "waiting"]), [1, 1], "ana has proved hers by now");
    assert_eq!(sign_in(&store, "bob", "bob@example.com", true).await, 5);
}

// What waits is counted by the plan when it is told, and not once more when it arrives.
#[tokio::test]
async fn the_plan_counts_what_waits() {
    let store = store().await;
    let plan_of = |grants: i64| json!({ "name": "M", "features": ["imports"], "quotas": { "grants_per_month": grants } });
    plan(&store, plan_of(2)).await;
    let file = "Email,Points\nana@example.com,1\nbob@example.com,2\ncid@example.com,3\n";
    let done = does(&store, &uploaded(&store, BALANCES, file).await, "start").await;
    assert_eq!(counts(&done, &["waiting", "over_plan"]), [2, 1]);
    let (ana, bob) = (
        sign_in(&store, "ana", "ana@example.com", true).await,
        sign_in(&store, "bob", "bob@example.com", true).await,
    );
    let cid = sign_in(&store, "cid", "cid@example.com", true).await;
    assert_eq!([ana, bob, cid].iter().filter(|points| **points > 0).count(), 2);
    let plan = store.merchant("GET", "/v1/plan").send().await.ok(200);
    assert_eq!(plan["used"]["grants_this_month"], 2, "{plan}");
}

// Whoever listens hears that an import has come to its end, each time once, with nothing of a person in it.
#[tokio::test]
async fn the_end_of_an_import_is_told() {
    let store = store().await;
    let listener = Listener::start().await;
    let (_, secret) = subscribe(&store, &listener, json!(["import.finished"])).await;
    let file = "Email,Points\nana@example.com,40\n,1\n";
    let import = uploaded(&store, BALANCES, file).await;
    assert_eq!(import["status"], "ready");
    let done = does(&store, &import, "start").await;
    assert_eq!(does(&store, &import, "start").await, done);
    let told = listener.until(1).await.remove(0);
    assert!(told.is_signed_by(&secret));
    let event = told.event();
    assert_eq!(json!([event["type"], event["customer_id"]]), json!(["import.finished", null]));
    let expected = json!({
        "import_id": import["id"], "kind": "balances", "status": "done", "rows": 2, "counts": done["counts"],
        "points_granted": 40, "points_taken_back": 0, "points_missing": 0,
    });
    assert_eq!(event["data"], expected);
    assert!(!String::from_utf8_lossy(&told.body).contains("ana"));
    does(&store, &import, "revert").await;
    let told = listener.until(2).await.remove(1).event();
    assert_eq!(
        json!([told["data"]["status"], told["data"]["points_taken_back"]]),
        json!(["reverted", 40]),
        "the second one, and not the first once more"
    );
    assert_ne!(told["id"], event["id"]);
}
