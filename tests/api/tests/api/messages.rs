//! Letters: what a store says of them, how they read, and how somebody leaves.

use fidela_api_tests::console::{add, email, sign_in};
use fidela_api_tests::mail::{arrived, letters, unsubscribe_path};
use fidela_api_tests::{Answer, Ask, Server, Store, With, program};
use fidela_harness::{EdgeConfig, Mail};
use serde_json::{Value, json};

async fn preview(store: &Store, body: Value) -> Value {
    store.merchant("POST", "/v1/messages/preview").json(&body).send().await.ok(200)
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}"))
}

// S0.2
#[tokio::test]
async fn what_a_store_says_of_its_letters_is_kept() {
    let store = Store::open(program()).await;
    let before = store.merchant("GET", "/v1/messages").send().await.ok(200);
    assert_eq!(before["messages"], json!({ "sender": {}, "letters": {} }));
    assert_eq!(before["transport"], "files");
    assert_eq!(before["placeholders"]["mission_completed"][1], "points");
    for letter in ["mission_completed", "points_expiring"] {
        for locale in ["en", "es", "fr", "pt-BR", "ro"] {
            let own = &before["defaults"][letter][locale];
            assert!(own["subject"].as_str().is_some_and(|subject| subject.contains("{points}")), "{own}");
        }
    }
    let told = json!({
        "sender": { "from_name": "Cafea", "from_email": "hi@shop.example", "reply_to": "help@shop.example",
                    "shop_url": "https://shop.example/", "footer": "Strada 1\nBucurești" },
        "letters": { "mission_completed": { "enabled": true, "texts": {
            "ro": { "subject": "Mulțumim, {name}!", "body": "Ai primit {points}.\n\n{shop_url}" } } } },
    });
    let put = || store.merchant("PUT", "/v1/messages").json(&told);
    assert_eq!(put().send().await.ok(200)["messages"], told);
    assert_eq!(put().send().await.ok(200)["messages"], told);
    assert_eq!(store.merchant("GET", "/v1/messages").send().await.ok(200)["messages"], told);
    // The store's own words in one language, ours in the others.
    let letter = preview(&store, json!({ "letter": "mission_completed", "locale": "ro-RO" })).await;
    assert_eq!(text(&letter, "subject"), "Mulțumim, Ana!");
    assert_eq!(text(&letter, "from"), "\"Cafea\" <hi@shop.example>");
    assert!(text(&letter, "text").starts_with("Ai primit 50 de puncte.\n\nhttps://shop.example/\n\n"));
    assert!(text(&letter, "text").contains("-- \nStrada 1\nBucurești\n"), "{letter}");
    let letter = preview(&store, json!({ "letter": "mission_completed", "locale": "fr" })).await;
    assert!(text(&letter, "subject").starts_with("50 points pour vous"), "{letter}");
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let store = Store::open(program()).await;
    let told = json!({
        "sender": { "from_name": "Shop\r\nBcc: x@y.zz", "from_email": "a,b@c.de", "reply_to": "nobody",
                    "shop_url": "javascript:alert(1)", "footer": "x".repeat(501) },
        "letters": {
            "birthday": { "texts": {} },
            "mission_completed": { "texts": {
                "de": { "subject": "Danke", "body": "Danke" },
                "en": { "subject": "Hi\nBcc: x@y.zz", "body": "{points} {value} {nonsense} {A}" },
                "fr": { "subject": "", "body": "x".repeat(2_001) },
                "ro": { "subject": "x".repeat(201), "body": "\u{7}" },
            } },
        },
    });
    let refused = store.merchant("PUT", "/v1/messages").json(&told).send().await.refused("invalid_body");
    let faults: Vec<String> = refused["faults"]
        .as_array()
        .expect("faults")
        .iter()
        .map(|fault| format!("{} {}", text(fault, "path"), text(fault, "code")))
        .collect();
    let letter = "letters.mission_completed.texts";
    assert_eq!(
        faults,
        [
            "sender.from_name control_character".to_owned(),
            "sender.from_email email_expected".to_owned(),
            "sender.reply_to email_expected".to_owned(),
            "sender.shop_url url_expected".to_owned(),
            "sender.footer too_long".to_owned(),
            "letters.birthday unknown_letter".to_owned(),
            format!("{letter}.de unknown_locale"),
            format!("{letter}.en.subject control_character"),
            format!("{letter}.en.body{{nonsense}} unknown_placeholder"),
            format!("{letter}.en.body{{value}} unknown_placeholder"),
            format!("{letter}.fr.subject empty"),
            format!("{letter}.fr.body too_long"),
            format!("{letter}.ro.subject too_long"),
            format!("{letter}.ro.body control_character"),
        ]
    );
    let asks = json!({ "subject": "Hi", "body": "{shop_url}" });
    let told = json!({ "letters": { "points_expiring": { "texts": { "en": asks } } } });
    let refused = store.merchant("PUT", "/v1/messages").json(&told).send().await.refused("invalid_body");
    assert_eq!(refused["faults"][0]["code"], "shop_url_missing");
    // Objects have names, at any depth.
    for told in [
        json!({ "sender": ["Shop"] }),
        json!({ "letters": { "mission_completed": [true, {}] } }),
        json!({ "letters": { "mission_completed": { "texts": { "en": ["Hi", "Hi"] } } } }),
        json!({ "letters": [] }),
    ] {
        store.merchant("PUT", "/v1/messages").json(&told).send().await.refused("invalid_body");
    }
    let none = store.merchant("GET", "/v1/messages").send().await.ok(200);
    assert_eq!(none["messages"], json!({ "sender": {}, "letters": {} }));
    for (body, code) in [
        (json!({ "letter": "x" }), "invalid_body"),
        (json!({ "letter": "mission_completed", "customer_id": "nobody" }), "not_found"),
        (json!({ "letter": "mission_completed", "customer_id": "" }), "invalid_id"),
        (json!({ "letter": "mission_completed", "text": { "subject": "{x}", "body": "y" } }), "invalid_body"),
    ] {
        store.merchant("POST", "/v1/messages/preview").json(&body).send().await.refused(code);
    }
}

// S0.2
#[tokio::test]
async fn a_letter_reads_well_in_each_language() {
    let store = Store::open(program()).await;
    for (locale, points, subject) in [
        ("en", "1,240 points", "50 points for you: A mission"),
        ("es", "1240 puntos", "50 puntos para ti: Una misión"),
        ("fr", "1\u{202f}240 points", "50 points pour vous : Une mission"),
        ("pt-BR", "1.240 pontos", "50 pontos para você: Uma missão"),
        ("ro", "1.240 de puncte", "50 de puncte pentru tine: O misiune"),
    ] {
        let letter = preview(&store, json!({ "letter": "mission_completed", "locale": locale })).await;
        assert_eq!((text(&letter, "locale"), text(&letter, "subject")), (locale, subject));
        assert!(text(&letter, "text").contains(points), "{letter}");
        let html = text(&letter, "html");
        assert!(html.starts_with(&format!("<!DOCTYPE html><html lang=\"{locale}\" dir=\"ltr\">")), "{html}");
        assert!(html.contains(points) && html.contains("+50"), "{html}");
        let letter = preview(&store, json!({ "letter": "points_expiring", "locale": locale })).await;
        // 30 days from 10 March, worth a leu each.
        assert!(text(&letter, "text").contains('9') && text(&letter, "text").contains("120"), "{letter}");
        assert!(!text(&letter, "text").contains('{'), "{letter}");
    }
    // The merchant's own name for points, in the plural that the number takes.
    let beans = json!({ "ro": { "one": "bob", "few": "boabe", "other": "de boabe" } });
    store.put_program(&program().with("/points/name", beans)).await;
    let ask = store.merchant("POST", "/v1/messages/preview").header("fidela-program-version", "2");
    let letter = ask.json(&json!({ "letter": "mission_completed", "locale": "ro" })).send().await.ok(200);
    assert_eq!(text(&letter, "subject"), "50 de boabe pentru tine: O misiune");
    // Where points are shown as money, letters do too.
    let money = json!({ "value": { "points": 2, "minor": 100 }, "display": "money" });
    store.put_program(&program().with("points", money)).await;
    let ask = store.merchant("POST", "/v1/messages/preview").header("fidela-program-version", "3");
    let letter = ask.json(&json!({ "letter": "mission_completed", "locale": "en" })).send().await.ok(200);
    assert_eq!(text(&letter, "subject"), "lei\u{a0}25.00 for you: A mission");
    assert!(!text(&letter, "text").contains("points,"), "{letter}");
}

#[tokio::test]
async fn somebodys_words_stay_words() {
    let store = Store::open(program()).await;
    let name = "<img src=x onerror=alert(1)> {points} \u{202e}שלום\u{2066} 😀 & \"Co\"";
    store.put_customer("c-7", json!({ "name": name, "email": "ana@example.com" })).await;
    let text_of = json!({
        "subject": "{name} <b>",
        "body": format!("<script>{{name}}</script>\n\nשלום {{name}}\n\n{}", "x".repeat(1_900)),
    });
    let body = json!({ "letter": "mission_completed", "customer_id": "c-7", "text": text_of });
    let letter = preview(&store, body).await;
    let clean = "<img src=x onerror=alert(1)> {points} שלום 😀 & \"Co\"";
    assert_eq!(text(&letter, "subject"), format!("{clean} <b>"));
    assert!(text(&letter, "text").starts_with(&format!("<script>{clean}</script>\n\nשלום {clean}\n\nxxx")));
    let html = text(&letter, "html");
    assert!(!html.contains("<img") && !html.contains("<script") && !html.contains("<b>"), "{html}");
    let escaped = "&lt;img src=x onerror=alert(1)&gt; {points} שלום 😀 &amp; &quot;Co&quot;";
    assert!(html.contains(&format!("&lt;script&gt;<bdi>{escaped}</bdi>&lt;/script&gt;")), "{html}");
    // Only addresses that are ours or the merchant's lead anywhere.
    assert_eq!(html.matches("href=").count(), 1, "{html}");
}

/// Sends a form as a browser does, or as a mail client does.
fn form(store: &Store, path: &str, body: &str) -> Ask {
    store.anyone("POST", path).raw(body).header("content-type", "application/x-www-form-urlencoded")
}

// S0.2
#[tokio::test]
async fn a_link_takes_somebody_off_and_back_again() {
    let store = Store::open(program()).await;
    let update = json!({ "name": "Ana", "email": "ana@example.com", "locale": "fr-CA" });
    store.put_customer("ana@example.com", update).await;
    let body = json!({ "letter": "mission_completed", "customer_id": "ana@example.com" });
    let path = unsubscribe_path(text(&preview(&store, body).await, "text"));
    assert!(!path.contains("ana") && path.is_ascii(), "{path}");
    let look = async || -> Answer { store.anyone("GET", &path).send().await };
    let off = async || store.detail("ana%40example.com").await["mail_off_at"].clone();
    // Mail scanners look at every link.
    let page = look().await;
    assert_eq!((page.status, off().await), (200, Value::Null));
    assert!(page.text().contains("lang=\"fr\"") && page.text().contains("Se désabonner"), "{}", page.text());
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    assert!(!page.text().contains("<script"), "{}", page.text());
    // The page's own button: back to the page, which says so.
    let page = form(&store, &path, "action=off").send().await;
    assert_eq!((page.status, off().await), (200, json!("2026-03-10T09:00:00Z")));
    assert!(page.text().contains("Vous ne recevrez plus"), "{}", page.text());
    assert_eq!(form(&store, &path, "action=on").send().await.status, 200);
    assert_eq!(off().await, Value::Null);
    // A mail client's own button (RFC 8058), as often as it likes.
    for at in ["2026-03-11T09:00:00Z", "2026-03-12T09:00:00Z"] {
        store.set_time(at);
        let answer = form(&store, &path, "List-Unsubscribe=One-Click").send().await;
        assert_eq!((answer.status, answer.text().as_str()), (200, ""));
        assert_eq!(off().await, json!("2026-03-11T09:00:00Z"));
    }
    // What the shop tells later does not bring them back.
    store.put_customer("ana%40example.com", json!({ "name": "Ana B." })).await;
    assert_eq!(off().await, json!("2026-03-11T09:00:00Z"));
    assert!(look().await.text().contains("Les recevoir à nouveau"));
    // Nobody is here any more.
    store.merchant("DELETE", "/v1/customers/ana%40example.com").send().await.ok(204);
    let page = store.anyone("GET", &path).header("accept-language", "ro").send().await;
    assert_eq!(page.status, 404);
    assert!(page.text().contains("nu mai este valabil"), "{}", page.text());
    form(&store, &path, "List-Unsubscribe=One-Click").send().await.refused("not_found");
}

#[tokio::test]
async fn no_other_link_is_good() {
    let (store, other) = (Store::open(program()).await, Store::open(program()).await);
    for store in [&store, &other] {
        store.put_customer("c-7", json!({})).await;
    }
    let body = json!({ "letter": "mission_completed", "customer_id": "c-7" });
    let path = unsubscribe_path(text(&preview(&store, body).await, "text"));
    let (_, own) = path.rsplit_once('.').expect("two parts");
    let of_other = format!("/u/{}.{own}", other.id.trim_start_matches("st_"));
    let changed = if path.ends_with('A') { "B" } else { "A" };
    let changed = format!("{}{changed}", &path[..path.len() - 1]);
    for wrong in
        ["/u/x", "/u/.", "/u/%00", "/u/0000000000000000.AAAA", &of_other, &changed, &path[..path.len() - 4]]
    {
        assert_eq!(store.anyone("GET", wrong).send().await.status, 404, "{wrong}");
        form(&store, wrong, "action=off").send().await.refused("not_found");
    }
    for store in [&store, &other] {
        assert_eq!(store.detail("c-7").await["mail_off_at"], Value::Null);
    }
}

#[tokio::test]
async fn sent_mail_is_shown_only_where_it_is_written_as_files() {
    let server = Server::own(|config| EdgeConfig { mail: Mail::Off, ..config.test_clock() });
    let store = Store::on(server, json!({ "shards": 1, "program": program() })).await;
    let state = store.merchant("GET", "/v1/messages").send().await.ok(200);
    assert_eq!(state["transport"], "none");
    store.anyone("GET", "/mail").send().await.refused("not_found");
    store.anyone("GET", "/mail/x").send().await.refused("not_found");
    let store = Store::open(program()).await;
    let page = store.anyone("GET", "/mail").send().await;
    assert_eq!(page.status, 200);
    for wrong in ["/mail/x", "/mail/..%2f..%2fdata", "/mail/.json", "/mail/%2e%2e"] {
        assert_eq!(store.anyone("GET", wrong).send().await.status, 404, "{wrong}");
    }
}

#[tokio::test]
async fn a_test_goes_to_whoever_is_signed_in_and_to_nobody_else() {
    let store = Store::open(program()).await;
    add(&store, "ana", "Ana", "staff").await;
    let ana = sign_in(&store, "ana").await;
    let before = letters(&store).len();
    let draft = json!({
        "letter": "invitation", "locale": "en", "text": { "subject": "For {friend}", "body": "Come: {link}" },
    });
    let ask = |body: &Value| ana.ask(&store, "POST", "/v1/messages/test").json(body);
    ask(&draft).send().await.ok(202);
    // Pressed twice is one letter.
    ask(&draft).send().await.ok(202);
    let all = arrived(&store, before + 1).await;
    assert_eq!(all.len(), before + 1);
    let letter = all.iter().find(|letter| letter.subject == "For Dan").expect("the letter");
    assert_eq!(letter.to.1, email(&store, "ana"));
    let wrong = draft.clone().with("/text/body", "{nobody}");
    assert_eq!(ask(&wrong).send().await.refused("invalid_body")["faults"][0]["code"], "unknown_placeholder");
    // A key is nobody in particular.
    store.merchant("POST", "/v1/messages/test").json(&draft).send().await.refused("unauthorized");
    assert_eq!(letters(&store).len(), before + 1);
}
