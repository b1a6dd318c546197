//! The log: one line of JSON for each request, and nothing in it that belongs to a person or is a secret.

use fidela_api_tests::bodies::guest_order;
use fidela_api_tests::{Server, Store, With, cart, order, program};
use fidela_harness::{Edge, EdgeConfig};
use serde_json::{Value, json};

#[tokio::test]
async fn a_line_for_each_request_and_nobodys_data() {
    let server = Server::own(EdgeConfig::test_clock);
    let store = Store::on(server.clone(), json!({ "program": program() })).await;
    let (customer, email, name) = ("customer-4711", "Zaharia@Example.com", "Zaharia Nemaivazut");
    let token = store
        .sign(&store.claims(customer).with("email", email).with("email_verified", true).with("name", name));
    let update = json!({ "email": email, "name": name });
    let hold = store.hold(customer, 1, &cart(10_000)).key("a-key-of-my-own");
    let asks = [
        store.merchant("PUT", &format!("/v1/customers/{customer}")).json(&update),
        store.merchant("GET", &format!("/v1/customers/{customer}?token={token}")),
        store.merchant("GET", &format!("/v1/customers?q={name}").replace(' ', "%20")),
        store.put_order(&order("order-0815", customer, 10_000).with("status", "delivered")),
        store.put_order(&guest_order("order-0816", email, 10_000).with("status", "delivered")),
        store.with_token(&token, "GET", "/v1/me"),
        hold.clone(),
        hold.clone().raw("{}"),
        hold,
        store.anyone("GET", "/v1/me").bearer(&format!("{token}x")),
        store.anyone("GET", &format!("/v1/customers/{customer}")).bearer("sk_nonsense"),
        store
            .merchant("POST", &format!("/v1/customers/{customer}/adjustments"))
            .raw(format!("{{\"{name}\":")),
        store.merchant("PATCH", &format!("/v1/customers/{customer}")),
        store.anyone("GET", &format!("/nothing/{customer}")),
        store.anyone("OPTIONS", "/v1/me").header("origin", "https://shop.example"),
        store.merchant("DELETE", &format!("/v1/customers/{customer}")),
        store.anyone("GET", "/healthz").header("fidela-test-clock", email),
    ];
    let mut expected = vec![201];
    for ask in &asks {
        expected.push(ask.send().await.status);
    }
    assert!(expected.iter().all(|status| *status < 500), "{expected:?}");
    let log = server.log();
    server.with_edge(Edge::stop).expect("it stops");
    let text = std::fs::read_to_string(log).expect("a log");
    let requests: Vec<Value> = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|line| line["event"] == "request")
        // Until the server answered, the harness asked whether it does.
        .skip_while(|line| line["route"] == "/healthz")
        .collect();
    let statuses: Vec<u16> = requests
        .iter()
        .map(|line| line["status"].as_u64().and_then(|n| u16::try_from(n).ok()).unwrap_or(0))
        .collect();
    assert_eq!(statuses, expected, "{text}");
    for line in &requests {
        assert!(line["method"].is_string() && line["route"].is_string() && line["ms"].is_u64(), "{line}");
        let failed = line["status"].as_u64().is_some_and(|status| status >= 400);
        assert_eq!(line["code"].is_string(), failed, "{line}");
    }
    assert!(requests.iter().any(|line| line["route"] == "/v1/customers/{customer}"), "{text}");
    let text = text.to_lowercase();
    let (head, signature) = token.rsplit_once('.').expect("a token");
    let secrets = [&store.secret_key, &store.identity_secret, &store.webhook_secret, &store.id];
    let personal =
        [customer, email, name, "order-081", "a-key-of-my-own", "sk_", "bearer", "nonsense", head, signature];
    for kept in secrets.into_iter().map(String::as_str).chain(personal) {
        assert!(!text.contains(&kept.to_lowercase()), "{kept} stands in the log: {text}");
    }
}
