//! Letters on their way: who gets one, in which words, and what happens when they cannot leave.

use fidela_api_tests::listener::Listener;
use fidela_api_tests::mail::{arrived, letters};
use fidela_api_tests::{Answer, Server, Store, With, program};
use fidela_harness::{EdgeConfig, Mail};
use serde_json::{Value, json};

/// The usual program, with missions: one that is told by letter, and one that is not.
fn missions() -> Value {
    let mission = |id: &str, name: Value, notify: bool| {
        json!({ "id": id, "kind": "custom", "name": name, "points": { "type": "fixed", "points": 50 },
                "notify": { "email": notify } })
    };
    let name = json!({ "en": "Newsletter", "ro": "Buletin informativ" });
    let told = [mission("newsletter", name, true), mission("quiet", json!("Quiet"), false)];
    program().with("missions", json!(told))
}

async fn complete(store: &Store, mission: &str, customer: &str, reference: &str) -> Value {
    let body = json!({ "customer_id": customer, "reference": reference });
    store.merchant("POST", &format!("/v1/missions/{mission}/completions")).json(&body).send().await.ok(200)
}

async fn look(store: &Store, path: &str) -> Answer {
    let page = store.anyone("GET", path).send().await;
    assert_eq!(page.status, 200, "{path}: {}", page.text());
    page
}

// S0.2
#[tokio::test]
async fn points_of_a_mission_come_with_a_letter() {
    let store = Store::open(missions()).await;
    let ana = json!({ "name": "Ana", "email": "ana@example.com", "locale": "ro" });
    store.put_customer("c-7", ana).await;
    for _ in 0..3 {
        complete(&store, "newsletter", "c-7", "n-1").await;
    }
    let letter = arrived(&store, 1).await.remove(0);
    assert_eq!(letter.from, ("Test shop".to_owned(), "loyalty@fidela.test".to_owned()));
    assert_eq!(letter.to, ("Ana".to_owned(), "ana@example.com".to_owned()));
    assert_eq!(letter.subject, "50 de puncte pentru tine: Buletin informativ");
    assert!(letter.text.starts_with("Bună Ana,\n\nai îndeplinit „Buletin informativ”."), "{}", letter.text);
    assert!(letter.text.contains("\nSoldul tău: 50 de puncte\n"), "{}", letter.text);
    assert!(letter.html.contains("<html lang=\"ro\"") && letter.html.contains("+50"), "{}", letter.html);
    let link = format!("<{}{}>", store.server.url(), letter.unsubscribe_path());
    assert_eq!(letter.header("List-Unsubscribe"), link);
    assert_eq!(letter.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
    assert_eq!(letter.header("Content-Language"), "ro");
    assert!(letter.raw.contains("Date: Tue, 10 Mar 2026 09:00:00 +0000\r\n"), "{}", letter.raw);
    assert!(letter.id.starts_with("evt_") && letter.id.ends_with("@fidela.test"), "{}", letter.id);
    assert!(letter.name.starts_with("20260310T090000Z-evt_"), "{}", letter.name);
    // Another completion is another event; told again, each is told once.
    complete(&store, "newsletter", "c-7", "n-2").await;
    complete(&store, "newsletter", "c-7", "n-1").await;
    let both = arrived(&store, 2).await;
    assert_ne!(both[0].id, both[1].id);
    // On a laptop, they can be read.
    assert!(look(&store, "/mail").await.text().contains(&letter.name));
    let page = format!("/mail/{}", letter.name);
    let shown = look(&store, &page).await.text();
    assert!(shown.contains("ana@example.com") && shown.contains("sandbox="), "{shown}");
    let html = look(&store, &format!("{page}?part=html")).await;
    assert!(html.header("content-security-policy").starts_with("sandbox "));
    assert_eq!(html.text(), letter.html);
    assert_eq!(look(&store, &format!("{page}?part=source")).await.text(), letter.raw);
}

// S0.2
#[tokio::test]
async fn who_is_not_to_get_a_letter_gets_none() {
    let store = Store::open(missions()).await;
    let email = json!({ "email": "ana@example.com" });
    for customer in ["quiet", "gone", "erased", "strange"] {
        store.put_customer(customer, email.clone()).await;
    }
    store.put_customer("nowhere", json!({ "name": "Ana" })).await;
    store.put_customer("strange", json!({ "email": "<ana>,bob@example.com" })).await;
    complete(&store, "quiet", "quiet", "1").await;
    complete(&store, "newsletter", "nowhere", "1").await;
    complete(&store, "newsletter", "strange", "1").await;
    // Who has left gets no more.
    complete(&store, "newsletter", "gone", "1").await;
    let letter = arrived(&store, 1).await.remove(0);
    store.anyone("POST", &letter.unsubscribe_path()).raw("List-Unsubscribe=One-Click").send().await.ok(200);
    complete(&store, "newsletter", "gone", "2").await;
    arrived(&store, 1).await;
    // The store sends none of these.
    let off = json!({ "letters": { "mission_completed": { "enabled": false } } });
    store.merchant("PUT", "/v1/messages").json(&off).send().await.ok(200);
    complete(&store, "newsletter", "quiet", "1").await;
    store.advance("2026-03-14T09:00:00Z").await;
    arrived(&store, 1).await;
    // And again: for what happens from now on.
    store.merchant("PUT", "/v1/messages").json(&json!({})).send().await.ok(200);
    complete(&store, "newsletter", "quiet", "2").await;
    let back = store.anyone("POST", &letter.unsubscribe_path()).raw("action=on").send().await;
    assert!(back.text().contains("<form"), "{}", back.text());
    complete(&store, "newsletter", "gone", "3").await;
    let all = arrived(&store, 3).await;
    assert!(all.iter().all(|letter| letter.to.1 == "ana@example.com"));
}

#[tokio::test]
async fn strange_words_travel_well() {
    let store = Store::open(missions()).await;
    let body =
        format!("{{name}}\n\nשלום {{name}} 😀\n\n<script>x</script>\n.\nFrom me\n{}", "ж".repeat(1_900));
    let told = json!({
        "sender": { "from_name": "Ș \"Shop\", Ltd. <x@y.zz>", "reply_to": "help@shop.example" },
        "letters": { "mission_completed": { "texts": { "en": { "subject": "{name}: {mission}", "body": body } } } },
    });
    store.merchant("PUT", "/v1/messages").json(&told).send().await.ok(200);
    let name = "Zoë \u{202e}{points}\u{2028}Bcc: x@y.zz 😀 <b>\"&\"</b>";
    store.put_customer("c-7", json!({ "name": name, "email": "zoe@example.com" })).await;
    complete(&store, "newsletter", "c-7", "1").await;
    let letter = arrived(&store, 1).await.remove(0);
    let clean = "Zoë {points} Bcc: x@y.zz 😀 <b>\"&\"</b>";
    assert_eq!(letter.subject, format!("{clean}: Newsletter"));
    assert_eq!(letter.to, (clean.to_owned(), "zoe@example.com".to_owned()));
    assert_eq!(letter.from.0, "Ș \"Shop\", Ltd. <x@y.zz>");
    assert_eq!(letter.header("Bcc"), "");
    assert!(
        letter
            .text
            .starts_with(&format!("{clean}\n\nשלום {clean} 😀\n\n<script>x</script>\n.\nFrom me\nжжж"))
    );
    assert!(!letter.html.contains("<script") && !letter.html.contains("<b>"), "{}", letter.html);
    assert!(letter.html.contains(&"ж".repeat(1_900)));
    // Nothing beyond what every mail server takes: 7 bits, short lines.
    assert!(letter.raw.is_ascii());
    assert!(letter.raw.split("\r\n").all(|line| line.len() <= 998 && !line.contains('\n')));
}

/// A store whose letters go to a provider.
async fn with_provider(provider: &Listener) -> Store {
    let url = provider.url().to_owned();
    let mail = Mail::Http { url, token: "secret".to_owned() };
    let server = Server::own(|config| EdgeConfig { mail, ..config.test_clock() });
    let store = Store::on(server, json!({ "shards": 1, "program": missions() })).await;
    assert_eq!(store.merchant("GET", "/v1/messages").send().await.ok(200)["transport"], "http");
    for customer in ["c-7", "c-8"] {
        store.put_customer(customer, json!({ "name": "Ana", "email": "ana@example.com" })).await;
    }
    store
}

// S0.2
#[tokio::test]
async fn a_letter_that_cannot_leave_is_sent_later() {
    let provider = Listener::start().await;
    let store = with_provider(&provider).await;
    provider.answer(500);
    complete(&store, "newsletter", "c-7", "1").await;
    let first = provider.until(1).await.remove(0);
    let body: Value = serde_json::from_slice(&first.body).expect("JSON");
    assert_eq!(body["from"], "\"Test shop\" <loyalty@fidela.test>");
    assert_eq!(body["to"], json!(["ana@example.com"]));
    assert_eq!(body["subject"], "50 points for you: Newsletter");
    assert!(body["text"].is_string() && body["html"].is_string());
    assert!(body["headers"]["List-Unsubscribe"].as_str().is_some_and(|link| link.contains("/u/")), "{body}");
    assert_eq!(first.header("authorization"), "Bearer secret");
    let key = first.header("idempotency-key");
    assert!(key.starts_with("evt_"), "{key}");
    // It is the same letter when it is sent again, and it is sent no more once it has left.
    provider.answer(200);
    store.advance("2026-03-10T09:01:00Z").await;
    let again = provider.until(2).await.remove(1);
    assert_eq!((again.header("idempotency-key"), &again.body), (key, &first.body));
    store.advance("2026-03-14T09:00:00Z").await;
    assert_eq!(provider.received().len(), 2);
    // What the provider will never take is given up, and does not keep others waiting.
    provider.answer(422);
    complete(&store, "newsletter", "c-7", "2").await;
    provider.until(3).await;
    provider.answer(200);
    complete(&store, "newsletter", "c-8", "1").await;
    provider.until(4).await;
    store.advance("2026-03-18T09:00:00Z").await;
    assert_eq!(provider.received().len(), 4);
}

// S0.2
#[tokio::test]
async fn nothing_is_sent_to_whoever_was_erased_or_has_left_meanwhile() {
    let provider = Listener::start().await;
    let store = with_provider(&provider).await;
    provider.answer(503);
    for customer in ["c-7", "c-8"] {
        complete(&store, "newsletter", customer, "1").await;
    }
    let came = provider.until(2).await;
    let body: Value = serde_json::from_slice(&came[1].body).expect("JSON");
    let leave = fidela_api_tests::mail::unsubscribe_path(body["text"].as_str().expect("text"));
    provider.answer(200);
    store.merchant("DELETE", "/v1/customers/c-7").send().await.ok(204);
    store.anyone("POST", &leave).raw("List-Unsubscribe=One-Click").send().await.ok(200);
    store.advance("2026-03-14T09:00:00Z").await;
    assert_eq!(provider.received().len(), 2);
    assert!(letters(&store).is_empty());
}
