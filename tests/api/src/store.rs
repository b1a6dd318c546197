//! A store of a test's own: its shop's server, its shoppers, and its clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use jiff::Timestamp;
use reqwest::Client;
use serde_json::{Value, json};

use crate::http::Ask;
use crate::server::{OPERATOR_KEY, Server};
use crate::{moment, sign};

/// A store, seen from its shop.
#[derive(Debug)]
pub struct Store {
    /// Where it is.
    pub server: Arc<Server>,
    http: Client,
    /// `st_…`.
    pub id: String,
    /// `sk_…`.
    pub secret_key: String,
    /// Signs shopper tokens.
    pub identity_secret: String,
    /// `whsec_…`.
    pub webhook_secret: String,
    now_ms: AtomicI64,
    keys: AtomicU32,
}

/// Balances: available, pending, held.
pub type Balance = (i64, i64, i64);

impl Store {
    /// A store on the shared server, with one shard: a test with few shoppers needs no more.
    pub async fn open(program: Value) -> Self {
        Self::on(Server::shared(), json!({ "shards": 1, "program": program })).await
    }

    /// A store on a server, as `POST /v1/stores` takes it; a name is added.
    pub async fn on(server: Arc<Server>, mut request: Value) -> Self {
        let http = Client::new();
        request["name"] = json!("Test shop");
        let number = server.next_store();
        let opened_at = moment("2026-03-10T09:00:00Z");
        let ask = server.ask(&http, "POST", "/v1/stores").bearer(OPERATOR_KEY);
        let ask = if server.has_test_clock() { ask.at(opened_at) } else { ask };
        let made = ask.key(format!("store-{number}")).json(&request).send().await.ok(201);
        let text = |name: &str| made[name].as_str().expect("a secret, the first time").to_owned();
        Self {
            id: text("store_id"),
            secret_key: text("secret_key"),
            identity_secret: text("identity_secret"),
            webhook_secret: text("webhook_secret"),
            server,
            http,
            now_ms: AtomicI64::new(opened_at.as_millisecond()),
            keys: AtomicU32::new(0),
        }
    }

    /// The test's time: that of every request from now on.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.now_ms.load(Ordering::Relaxed)).expect("a moment")
    }

    /// Time passes, or is set back.
    pub fn set_time(&self, to: &str) {
        self.now_ms.store(moment(to).as_millisecond(), Ordering::Relaxed);
    }

    /// A request without credentials, at the test's time.
    pub fn anyone(&self, method: &str, path: &str) -> Ask {
        let ask = self.server.ask(&self.http, method, path);
        if self.server.has_test_clock() { ask.at(self.now()) } else { ask }
    }

    /// A request of the shop's server. A keyed one gets a new key; [`Ask::key`] sets another.
    pub fn merchant(&self, method: &str, path: &str) -> Ask {
        self.anyone(method, path).bearer(&self.secret_key).key(self.new_key())
    }

    /// A request of a shopper's widget, with a key of its own.
    pub fn shopper(&self, customer: &str, method: &str, path: &str) -> Ask {
        self.with_token(&self.token(customer), method, path)
    }

    /// A request with a certain token.
    pub fn with_token(&self, token: &str, method: &str, path: &str) -> Ask {
        self.anyone(method, path).bearer(token).key(self.new_key())
    }

    /// An `Idempotency-Key` that was not used before.
    pub fn new_key(&self) -> String {
        format!("key-{}", self.keys.fetch_add(1, Ordering::Relaxed))
    }

    /// Claims of a token that is good for an hour from now.
    pub fn claims(&self, customer: &str) -> Value {
        let now = if self.server.has_test_clock() { self.now().as_second() } else { wall_clock() };
        json!({ "sub": customer, "aud": self.id, "iat": now, "exp": now + 3600 })
    }

    /// Signs claims as the shop does.
    pub fn sign(&self, claims: &Value) -> String {
        sign::jwt(&self.identity_secret, claims)
    }

    /// A token for a shopper.
    pub fn token(&self, customer: &str) -> String {
        self.sign(&self.claims(customer))
    }

    /// `PUT /v1/orders/{id}`.
    pub fn put_order(&self, order: &Value) -> Ask {
        let id = order["id"].as_str().expect("an order's id");
        self.merchant("PUT", &format!("/v1/orders/{id}")).json(order)
    }

    /// Tells an order, and answers what it did.
    pub async fn tell(&self, order: &Value) -> Value {
        self.put_order(order).send().await.ok(200)
    }

    /// `PUT /v1/customers/{id}`.
    pub async fn put_customer(&self, customer: &str, update: Value) -> Value {
        self.merchant("PUT", &format!("/v1/customers/{customer}")).json(&update).send().await.ok(200)
    }

    /// `POST /v1/customers/{id}/adjustments`.
    pub fn adjust(&self, customer: &str, adjustment: &Value) -> Ask {
        self.merchant("POST", &format!("/v1/customers/{customer}/adjustments")).json(adjustment)
    }

    /// A customer who has these points.
    pub async fn customer_with(&self, customer: &str, points: i64) {
        self.put_customer(customer, json!({})).await;
        self.adjust(customer, &json!({ "points": points, "reason": "a present" })).send().await.ok(201);
    }

    /// `GET /v1/customers/{id}`.
    pub async fn detail(&self, customer: &str) -> Value {
        self.merchant("GET", &format!("/v1/customers/{customer}")).send().await.ok(200)
    }

    /// A customer's balances now.
    pub async fn balance(&self, customer: &str) -> Balance {
        let detail = self.detail(customer).await;
        let number = |name: &str| detail[name].as_i64().expect("a number");
        (number("available"), number("pending"), number("held"))
    }

    /// A customer's history, newest first: kind, points, balance after it.
    pub async fn history(&self, customer: &str) -> Vec<(String, i64, i64)> {
        let page = self.merchant("GET", &format!("/v1/customers/{customer}/ledger?limit=200"));
        let page = page.send().await.ok(200);
        assert_eq!(page["next"], Value::Null, "the history is longer than a page");
        let items = page["items"].as_array().expect("items");
        let number = |item: &Value, name: &str| item[name].as_i64().expect("a number");
        items
            .iter()
            .map(|item| {
                let kind = item["kind"].as_str().expect("a kind").to_owned();
                (kind, number(item, "points"), number(item, "available"))
            })
            .collect()
    }

    /// `POST /v1/me/redemptions`.
    pub fn hold(&self, customer: &str, points: i64, cart: &Value) -> Ask {
        self.shopper(customer, "POST", "/v1/me/redemptions").json(&json!({ "points": points, "cart": cart }))
    }

    /// Holds points, and answers the redemption.
    pub async fn held(&self, customer: &str, points: i64, cart: &Value) -> Value {
        self.hold(customer, points, cart).send().await.ok(201)
    }

    /// `POST /v1/redemptions/{id}/confirm`.
    pub fn confirm(&self, redemption: &Value, cart: &Value) -> Ask {
        self.redemption(redemption, "POST", "/confirm").json(&json!({ "cart": cart }))
    }

    /// A request about a redemption, of the shop's server.
    pub fn redemption(&self, redemption: &Value, method: &str, rest: &str) -> Ask {
        let id = redemption["id"].as_str().expect("a redemption");
        self.merchant(method, &format!("/v1/redemptions/{id}{rest}"))
    }

    /// What points may pay of a cart: as many as possible, if not said.
    pub fn quote(&self, customer: &str, points: Option<i64>, cart: &Value) -> Ask {
        let body = json!({ "customer_id": customer, "points": points, "cart": cart });
        self.merchant("POST", "/v1/quotes").json(&body)
    }

    /// `PUT /v1/program`; answers the new version.
    pub async fn put_program(&self, program: &Value) -> u64 {
        let told = self.merchant("PUT", "/v1/program").json(program).send().await.ok(200);
        told["version"].as_u64().expect("a version")
    }

    /// Everything due up to a moment is done, and it is that moment.
    pub async fn advance(&self, to: &str) -> Value {
        let body = json!({ "store": self.id, "to": to });
        let advanced = self.anyone("POST", "/v1/test/advance").json(&body).send().await.ok(200);
        self.set_time(to);
        advanced
    }

    /// Everything that this store's customers have, as far as the API tells it: to see that nothing changed.
    pub async fn everything(&self) -> Value {
        let get = async |path: &str| self.merchant("GET", path).send().await.ok(200);
        let customers = get("/v1/customers?limit=200").await;
        let mut exports = Vec::new();
        for customer in customers["items"].as_array().expect("items") {
            let id = customer["id"].as_str().expect("an id");
            exports.push(get(&format!("/v1/customers/{id}/export")).await);
        }
        let own = [
            get("/v1/program").await,
            get("/v1/program/draft").await,
            get("/v1/keys").await,
            get("/v1/team").await,
            get("/v1/identity_secrets").await,
            get("/v1/icons").await,
            get("/v1/pictures").await,
            get("/v1/theme").await,
            get("/v1/platforms").await,
            get("/v1/referrals?limit=200").await,
        ];
        json!([own, customers, exports])
    }
}

fn wall_clock() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "native, and a server without a test clock has this one")]
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.expect("after 1970").as_secs()).expect("a moment")
}
