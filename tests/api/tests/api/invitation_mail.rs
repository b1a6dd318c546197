//! The letter with which a shopper invites a friend: in which words it is written, what names may do to it, and how the
//! friend says no.

use fidela_api_tests::{Store, With, program};
use serde_json::{Value, json};

/// The usual program, with invitations that give the friend 50 points.
fn inviting() -> Value {
    program().with("referrals", json!({ "enabled": true, "inviter_points": 100, "invitee_points": 50 }))
}

async fn preview(store: &Store, body: Value) -> Value {
    let body = body.with("letter", "invitation");
    store.merchant("POST", "/v1/messages/preview").json(&body).send().await.ok(200)
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}"))
}

// S3.13
#[tokio::test]
async fn an_invitation_reads_well_in_each_language() {
    let store = Store::open(inviting()).await;
    for (locale, subject, from, hello) in [
        ("en", "Ana invites you to Test shop", "Ana via Test shop", "Hello Dan,\n\nAna shops at Test shop"),
        (
            "es",
            "Ana te invita a Test shop",
            "Ana a través de Test shop",
            "Hola Dan:\n\nAna compra en Test shop",
        ),
        (
            "fr",
            "Ana vous invite chez Test shop",
            "Ana via Test shop",
            "Bonjour Dan,\n\nAna achète chez Test shop",
        ),
        (
            "pt-BR",
            "Ana convida você para a Test shop",
            "Ana via Test shop",
            "Olá Dan,\n\nAna compra na Test shop",
        ),
        (
            "ro",
            "Ana te invită la Test shop",
            "Ana prin Test shop",
            "Bună Dan,\n\nAna cumpără de la Test shop",
        ),
    ] {
        let letter = preview(&store, json!({ "locale": locale })).await;
        assert_eq!((text(&letter, "locale"), text(&letter, "subject")), (locale, subject));
        assert!(text(&letter, "from").starts_with(&format!("\"{from}\" <")), "{letter}");
        let words = text(&letter, "text");
        assert!(words.starts_with(hello) && words.contains("50") && !words.contains('{'), "{words}");
        assert!(words.contains("/r/preview\n") && words.contains("/n/"), "{words}");
        let html = text(&letter, "html");
        assert!(html.starts_with(&format!("<!DOCTYPE html><html lang=\"{locale}\" dir=\"ltr\">")), "{html}");
        assert!(html.contains("+50") && html.contains("/r/preview\""), "{html}");
        assert!(!html.contains("class=\"box\""), "no balance is the friend's: {html}");
        assert_eq!(letter["warnings"], json!([]));
    }
    // Where the friend gets nothing, nothing is promised; where an order has to be large enough, it is said.
    let without = inviting().with("/referrals/invitee_points", 0).with("/referrals/order_min", 5_000);
    let version = store.put_program(&without).await;
    let ask = |version: u64| {
        let ask = store.merchant("POST", "/v1/messages/preview");
        let ask = ask.header("fidela-program-version", version.to_string());
        ask.json(&json!({ "letter": "invitation", "locale": "en" }))
    };
    let letter = ask(version).send().await.ok(200);
    assert!(!text(&letter, "text").contains("points"), "{letter}");
    let version = store.put_program(&inviting().with("/referrals/order_min", 5_000)).await;
    let letter = ask(version).send().await.ok(200);
    assert!(text(&letter, "text").contains("a first order of lei\u{a0}50.00 or more"), "{letter}");
}

// S3.13
#[tokio::test]
async fn the_letter_is_the_merchants_to_write() {
    let email = json!({
        "subject": { "ro": "{inviter} și {store}: {points}", "en": "{friend}, look" },
        "body": { "ro": "Salut {friend}!\n\n{link}\n{shop_url}", "en": "Hi {friend},\n\nit is nice here." },
    });
    let store = Store::open(inviting().with("/referrals/email", email)).await;
    let sender = json!({ "sender": { "from_name": "Cafea", "from_email": "hi@shop.example",
        "reply_to": "help@shop.example", "shop_url": "https://shop.example/", "footer": "Strada 1" } });
    store.merchant("PUT", "/v1/messages").json(&sender).send().await.ok(200);
    let letter = preview(&store, json!({ "locale": "ro" })).await;
    assert_eq!(text(&letter, "subject"), "Ana și Test shop: 50 de puncte");
    assert_eq!(text(&letter, "from"), "\"Ana prin Cafea\" <hi@shop.example>");
    let words = text(&letter, "text");
    assert!(
        words.starts_with("Salut Dan!\n\nhttp") && words.contains("\nhttps://shop.example/\n"),
        "{words}"
    );
    // Where the merchant has put the link, it stands once in the text; in HTML it is a button as well.
    assert_eq!(words.matches("/r/preview").count(), 1, "{words}");
    assert_eq!(text(&letter, "html").matches("/r/preview\"").count(), 2, "{letter}");
    assert!(words.contains("\nStrada 1\n"), "{words}");
    // Without the link in it, the letter has it all the same.
    let letter = preview(&store, json!({ "locale": "en" })).await;
    assert!(text(&letter, "text").contains("Open the invitation: http"), "{letter}");
    // Where the merchant has no words for a language, the letter speaks the store's.
    let letter = preview(&store, json!({ "locale": "fr" })).await;
    assert_eq!((text(&letter, "locale"), text(&letter, "subject")), ("en", "Dan, look"));
    // A draft is looked at before it is sent, and what may surprise is said.
    let draft = json!({ "subject": "Psst", "body": "{points} for {friend}" });
    let letter = preview(&store, json!({ "locale": "fr", "text": draft })).await;
    assert_eq!((text(&letter, "locale"), text(&letter, "subject")), ("fr", "Psst"));
    assert!(text(&letter, "text").starts_with("50 points for Dan\n\nOuvrir l’invitation: http"), "{letter}");
    assert_eq!(letter["warnings"], json!([{ "path": "text.body", "code": "link_added" }]));
    // Who invites is one of the store's shoppers; only their first name is told.
    let ana = json!({ "name": "Maria Ionescu", "email": "maria@example.com", "locale": "ro" });
    store.put_customer("c-7", ana).await;
    let letter = preview(&store, json!({ "customer_id": "c-7" })).await;
    assert_eq!(text(&letter, "subject"), "Maria și Test shop: 50 de puncte");
    assert!(!letter.to_string().contains("Ionescu") && !letter.to_string().contains("maria@"), "{letter}");
}

// S3.13
#[tokio::test]
async fn a_letter_that_cannot_be_filled_in_is_refused() {
    let store = Store::open(inviting()).await;
    let email = json!({
        "subject": "Hi {nobody}\r\nBcc: x@y.zz",
        "body": { "en": "{balance} {points} {link} {balance}", "ro": "{A} {x_y} {friend}" },
    });
    let wrong = inviting().with("/referrals/email", email).with("/redemption/step", 0);
    let refused = store.merchant("PUT", "/v1/program").json(&wrong).send().await.refused("invalid_program");
    let faults: Vec<String> = refused["faults"]
        .as_array()
        .expect("faults")
        .iter()
        .map(|fault| format!("{} {}", text(fault, "path"), text(fault, "code")))
        .collect();
    let own = [
        "referrals.email.subject control_character",
        "referrals.email.subject{nobody} unknown_placeholder",
        "referrals.email.body.en{balance} unknown_placeholder",
        "referrals.email.body.ro{x_y} unknown_placeholder",
    ];
    assert_eq!(faults[0], "redemption.step out_of_range", "{faults:?}");
    assert_eq!(faults[1..], own);
    // A preview of a program, and a new store, say the same.
    let wrong = wrong.with("/redemption/step", 1);
    let body = json!({ "program": wrong, "cart": fidela_api_tests::cart(10_000) });
    store.merchant("POST", "/v1/program/preview").json(&body).send().await.refused("invalid_program");
    let body = json!({ "name": "Wrong", "shards": 1, "program": wrong });
    let create = store.anyone("POST", "/v1/stores").bearer("operator").key(format!("wrong-{}", store.id));
    create.json(&body).send().await.refused("invalid_program");
    // Its texts are the program's, and stand nowhere else.
    let told = json!({ "letters": { "invitation": { "enabled": false } } });
    let refused = store.merchant("PUT", "/v1/messages").json(&told).send().await.refused("invalid_body");
    assert_eq!(refused["faults"], json!([{ "path": "letters.invitation", "code": "set_in_program" }]));
    let body = json!({ "letter": "invitation", "text": { "subject": "{name}", "body": "x" } });
    store.merchant("POST", "/v1/messages/preview").json(&body).send().await.refused("invalid_body");
    let state = store.merchant("GET", "/v1/messages").send().await.ok(200);
    assert_eq!(state["placeholders"]["invitation"][0], "friend");
    assert!(text(&state["defaults"]["invitation"]["ro"], "subject").contains("{inviter}"), "{state}");
}
